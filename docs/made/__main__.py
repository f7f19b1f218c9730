"""Writes what follows from the code into the pages; `make docs` runs it, a test holds the pages to it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from docs.made.commands import reference
from docs.made.figures import quoted
from docs.made.house import layers, tree
from docs.made.keys import in_full
from docs.made.settings import tables

ROOT: Final = Path(__file__).parents[2]
PARTS: Final[tuple[tuple[str, str, Callable[[], str]], ...]] = (
    ("README.md", "figures", quoted),
    ("docs/keys.md", "keys", in_full),
    ("docs/warroom-toml.md", "settings", tables),
    ("docs/cli.md", "commands", reference),
    ("docs/architecture.md", "tree", tree),
    ("docs/architecture.md", "layers", layers),
)
"""Page, name of the part, and who writes it: it stands between <!-- NAME: .. --> and <!-- /NAME -->."""


def written(page: str, name: str, part: str) -> str:
    """`page` with `part` where it belongs; ValueError where the page has no such place."""
    marks = re.compile(rf"(<!-- {name}:.*?-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not marks.search(page):
        raise ValueError(f"no place for {name}: it belongs between <!-- {name}: .. --> and <!-- /{name} -->")
    return marks.sub(lambda found: f"{found[1]}{part}{found[2]}", page)


def main() -> None:
    for path, name, make in PARTS:
        page = ROOT / path
        page.write_text(written(page.read_text(encoding="utf-8"), name, make()), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes the registry's keys into the README; `make docs` runs it."""

import re
from pathlib import Path

from warroom.commands import COMMANDS
from warroom.presenters.keys import keys_table

README = Path(__file__).parents[1] / "README.md"


def main() -> None:
    text = README.read_text(encoding="utf-8")
    written = re.sub(
        r"(<!-- keys:.*?-->\n).*?(<!-- /keys -->)",
        lambda found: f"{found[1]}{keys_table(COMMANDS)}{found[2]}",
        text,
        flags=re.DOTALL,
    )
    README.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()

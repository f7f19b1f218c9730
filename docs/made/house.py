"""The tree and the layers of the house as Markdown, from the README and from what import-linter holds."""

import re
from pathlib import Path
from typing import Final

import tomli

ROOT: Final = Path(__file__).parents[2]


def tree() -> str:
    """The tree as the README has it, which a test holds against the folders."""
    found = re.search(r"```\nwarroom/\n.*?```\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise ValueError("the README has no tree: a code block that begins with warroom/")
    return found[0].replace("```\n", "```text\n", 1)


def layers() -> str:
    """The layers from top to bottom, as the contract in pyproject.toml has them."""
    contracts = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return "\n".join(["```text", *(row.replace("warroom.", "") for row in rows), "```", ""])

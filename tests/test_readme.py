"""The README tells the truth: its tree is the tree, and what it refers to is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tree_names_every_room_and_no_other() -> None:
    found = re.search(r"```\nwarroom/\n(.*?)\nthemes/", README, re.DOTALL)
    assert found is not None
    named = {line.split()[0].rstrip("/") for line in found[1].splitlines()}
    rooms = {path.name for path in (ROOT / "warroom").iterdir() if path.name[0] not in "_." and path.name != "py.typed"}
    assert named == rooms


def test_every_picture_and_page_it_refers_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).is_file(), target

"""The README tells the truth: its keys are those of the registry, its tree is the tree."""

import re
from pathlib import Path

from warroom.commands import COMMANDS
from warroom.presenters.keys import keys_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_keys_are_those_of_the_registry() -> None:
    found = re.search(r"<!-- keys:.*?-->\n(.*?)<!-- /keys -->", README, re.DOTALL)
    assert found is not None
    assert found[1] == keys_table(COMMANDS)


def test_the_tree_names_every_room_and_no_other() -> None:
    found = re.search(r"```\nwarroom/\n(.*?)\nthemes/", README, re.DOTALL)
    assert found is not None
    named = {line.split()[0].rstrip("/") for line in found[1].splitlines()}
    rooms = {path.name for path in (ROOT / "warroom").iterdir() if path.name[0] not in "_." and path.name != "py.typed"}
    assert named == rooms


def test_every_picture_and_page_it_refers_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).is_file(), target

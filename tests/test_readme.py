"""The README tells the truth: its tree is the tree, and what it refers to is there."""

import re
from pathlib import Path

import pytest

from warroom.commands import COMMANDS
from warroom.config.settings import read
from warroom.probes import Resources, build

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tree_names_every_room_and_no_other() -> None:
    found = re.search(r"```\nwarroom/\n(.*?)\nthemes/", README, re.DOTALL)
    assert found is not None
    named = {line.split()[0].rstrip("/") for line in found[1].splitlines()}
    rooms = {path.name for path in (ROOT / "warroom").iterdir() if path.name[0] not in "_." and path.name != "py.typed"}
    assert named == rooms


def test_the_tree_names_every_folder_beside_the_package() -> None:
    found = re.search(r"^(themes/.*)\n```", README, re.MULTILINE)
    assert found is not None
    folders = {f"{path.name}/" for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert set(found[1].split()) == folders - {"warroom/", "build/", "dist/"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "benchmarks/RESULTS.md", "benchmarks/MUTANTS.md"])
def test_every_picture_and_page_it_refers_to_is_there(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).is_file(), target


def test_its_keys_are_those_of_the_registry() -> None:
    keys = {command.title: command.keys for command in COMMANDS}
    named = [(key, title) for key, title in re.findall(r"`(\w)` ([a-z ]+?)(?= \(|[,.;])", README) if title in keys]
    assert len(named) > 10
    assert [(key, title) for key, title in named if key not in keys[title]] == []


def test_its_example_of_services_is_one() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    build(read(example.encode(), Path("warroom.toml")), Resources({}))


def test_it_takes_a_page() -> None:
    assert len(README.splitlines()) <= 130

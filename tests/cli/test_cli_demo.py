"""`warroom demo` on the command line: which samples there are, and why one can not be told."""

from pathlib import Path

import pytest

from commandline import CommandLine
from warroom.files.store import Store

SAMPLES = sorted((Path(__file__).parents[2] / "sample_incidents").glob("*.toml"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--list", "x", "y"], "unrecognized arguments: y"),
        (["nothing-like-it"], "no sample 'nothing-like-it'; see warroom demo --list"),
        (["--speed", "0"], "--speed must be more than 0"),
        (["--speed", "nan"], "--speed must be more than 0"),
        ([], "the war room needs a terminal"),
    ],
)
def test_a_demo_that_can_not_be_told_says_why(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = CommandLine(tmp_path)("demo", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert told in done.err


def test_the_samples_are_listed_by_id_and_title(tmp_path: Path) -> None:
    warroom = CommandLine(tmp_path)
    listed = dict(line.split("  ", 1) for line in warroom("demo", "--list").out.splitlines())
    assert listed == {path.stem: Store(path).load().fields.title for path in SAMPLES}

"""The manual of services says what is so: its examples build, its tables name what the kinds know."""

import re
from pathlib import Path

import pytest

from warroom.config.settings import read
from warroom.probes import Resources, build, build_reach
from warroom.probes.kinds import KINDS

MANUAL = (Path(__file__).parents[2] / "docs" / "services.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_builds(example: str) -> None:
    settings = read(example.encode(), Path("docs/services.md"))
    probes = build(settings, Resources({}))
    assert len(probes) == example.count("[[service]]")
    assert len(build_reach(settings, Resources({}))) == len(settings.reach)


def test_every_kind_has_an_example_and_a_paragraph() -> None:
    shown = {key for example in EXAMPLES for key in re.findall(r"^(\w+) = ", example, re.MULTILINE)}
    assert set(KINDS) <= shown
    for kind in KINDS:
        assert f"**{kind}** — " in MANUAL


def test_the_table_of_conditions_is_that_of_the_kinds() -> None:
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.*)$", MANUAL.split("## Conditions")[1], re.MULTILINE))
    table = {
        "http": 'http = "https://h/"',
        "tcp": 'tcp = "h:1"',
        "tls": 'tls = "h:1"',
        "dns": 'dns = "h"',
        "prom": 'prom = "http://h/"\nquery = "up"\nmust = ["value == 1"]',
        "alerts": 'alerts = "http://h/"',
        "proc": 'proc = "x"',
        "unit": 'unit = "x"',
        "container": 'container = "x"',
        "cmd": 'cmd = ["x"]',
        **{f'host = "{figure}"': f'host = "{figure}"' for figure in ("cpu", "memory", "swap", "load")},
        'host = "disk /PATH"': 'host = "disk /"',
    }
    assert set(rows) == set(table)
    assert {name.partition(" ")[0] for name in table} == set(KINDS)
    for name, service in table.items():
        (probe,) = build(read(f'[[service]]\nname = "x"\n{service}'.encode(), Path("w")), Resources({}))
        cells = rows[name].rstrip().removesuffix("|").split("|")
        words = {word.partition(".")[0] for word in re.findall(r"`([^`]+)`", cells[0])}
        assert words == {word.partition(".")[0] for word in probe.check.vocabulary}, name
        if "must" not in service:
            for told, conditions in ((cells[1], probe.definition.must), (cells[2], probe.definition.should)):
                assert set(re.findall(r"`([^`]+)`", told)) == {condition.text for condition in conditions}, name

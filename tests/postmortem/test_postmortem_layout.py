"""A theme's template lays the document out; what it would drop, change or move is told as it stands without it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from samples import NOW, SAMPLES, theme
from warroom.incident.model import Incident
from warroom.postmortem.html import PICTURE
from warroom.postmortem.markdown import parts, render
from warroom.voice import ThemeError
from warroom.voice.template import check
from warroom.voice.theme import Template, Theme

HEAD = '{% extends "document" %}\n'
OWN_TIMELINE = (
    "{% block timeline %}\n## {{ heading.timeline }}\n\n{% for entry in entries %}\n"
    "> {{ entry.time }}\n> {{ entry.told }}\n\n"
    "{% endfor %}\n{% endblock %}\n"
)


def looped(which: str, told: str) -> str:
    start = "{% block timeline %}## {{ heading.timeline }}\n{% for entry in entries "
    return f"{start}{which} %}}{told}\n{{% endfor %}}{{% endblock %}}"


def with_template(name: str, blocks: str) -> Theme:
    template = Template("mine.jinja", HEAD + blocks)
    check(template)
    return replace(theme(name), template=template)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", ["plain", "party", "feline"])
@pytest.mark.parametrize("level", [0, 3])
def test_a_timeline_of_ones_own_carries_the_facts_of_every_sample(name: str, sample: str, level: int) -> None:
    told = render(SAMPLES[sample], with_template(name, OWN_TIMELINE), now=NOW, humour=level)
    assert told.count("\n> ") >= len(SAMPLES[sample].entries)
    before = render(SAMPLES[sample], theme(name), now=NOW, humour=level)
    assert [line for line in before.split("\n") if line.startswith("#")] == [
        line for line in told.split("\n") if line.startswith("#")
    ]


@given(strategies.incidents(), st.sampled_from(["plain", "sre", "party", "feline"]), st.integers(0, 3))
@settings(max_examples=40)
def test_no_incident_is_so_odd_that_a_template_which_keeps_its_facts_is_refused(
    incident: Incident, name: str, level: int
) -> None:
    said: list[str] = []
    told = looped("", "* {{ entry.time }}: {{ entry.told }}{% if FORM == 'sre' %} {{ entry.by }}{% endif %}")
    blocks = told.replace("FORM", f"'{name}'")
    render(incident, with_template(name, blocks), now=NOW, humour=level, complain=said.append)
    assert said == []


@pytest.mark.parametrize("name", ["plain", "sre", "quest", "party", "feline"])
def test_a_template_that_says_nothing_changes_nothing(name: str) -> None:
    for incident in SAMPLES.values():
        plain = parts(incident, theme(name), now=NOW, humour=3, picture=PICTURE)
        filled = parts(incident, with_template(name, ""), now=NOW, humour=3, picture=PICTURE)
        assert "\n\n".join(filled) == "\n\n".join(plain)
        assert PICTURE in filled


@pytest.mark.parametrize(
    ("blocks", "lost"),
    [
        ("{% block impact %}{% endblock %}", "Impact"),
        ("{% block impact %}## {{ heading.impact }}{% endblock %}", "Customers"),
        ("{% block title %}# Postmortem{% endblock %}", "Outage"),
        (looped("if entry.kind != 'comms'", "{{ entry.time }} {{ entry.told }}"), "1:30"),
        (looped("", "{{ entry.told }} {{ entry.time }}"), "Impact"),
        ("{% block impact %}## {{ heading.impact }}\n\n{{ told.impact|upper }}{% endblock %}", "Customers"),
    ],
)
def test_a_template_that_drops_changes_or_moves_a_fact_is_refused(blocks: str, lost: str) -> None:
    incident = SAMPLES["2023-05-03-online-store-outage"]
    said: list[str] = []
    told = render(incident, with_template("plain", blocks), now=NOW, complain=said.append)
    assert told == render(incident, theme("plain"), now=NOW)
    (line,) = said
    assert line.startswith("mine.jinja:2: block ")
    assert f"“{lost}”" in line
    assert line.endswith("; told without the template")
    with pytest.raises(ThemeError, match=lost):
        render(incident, with_template("plain", blocks), now=NOW)


@pytest.mark.parametrize(
    "blocks",
    ["{% block timeline %}{{ super()[:3] }}{% endblock %}", looped("if loop.first", "{{ entry.told }}")],
)
def test_a_template_that_would_cut_the_timeline_is_refused_as_it_is_read(blocks: str) -> None:
    with pytest.raises(ThemeError):
        with_template("plain", blocks)


def test_blocks_that_the_document_leaves_out_can_be_filled_and_actions_laid_out() -> None:
    blocks = (
        "{% block trigger %}## Trigger\n\nLook into it.{% endblock %}"
        "{% block actions %}## {{ heading.actions }}\n{% for action in actions %}\n- [ ] {{ action.told }}\n"
        "{% else %}\nNothing to do.\n{% endfor %}{% endblock %}"
    )
    incident = SAMPLES["2025-11-21-backend-outage"]
    told = render(incident, with_template("plain", blocks), now=NOW)
    assert "## Trigger\n\nLook into it.\n" in told
    assert "\n- [ ] **Restart policies:** Give `frontend` and `backend`" in told


def test_names_of_people_stay_out_of_templates_for_the_public() -> None:
    blocks = "{% block timeline %}{{ super() }}\n{% for entry in entries %}{{ entry.by }}{% endfor %}{% endblock %}"
    first = SAMPLES["2025-11-21-backend-outage"]
    incident = replace(first, entries=tuple(replace(entry, by="ana") for entry in first.entries))
    told = with_template("plain", blocks)
    assert "anaana" in render(incident, told, now=NOW)
    assert "ana" not in render(incident, told, now=NOW, audience="public").replace("manual", "").replace("Grafana", "")

"""A theme's template: what it may do is checked when it is read, and what it does is bounded."""

from pathlib import Path

import pytest

from warroom.voice import ThemeError, load
from warroom.voice.template import BLOCKS, LISTS, TEXTS, check, run
from warroom.voice.theme import Template

THEMES = Path(__file__).parents[2] / "themes"
HEAD = '{% extends "document" %}\n'
CONTEXT = {
    "title": "Outage",
    "whole": {name: f"<{name}>" for name in BLOCKS},
    "told": dict.fromkeys(BLOCKS, "it"),
    "heading": dict.fromkeys(BLOCKS, "Heading"),
    "severity": "sev3",
    "status": "",
    "duration": "",
    "humour": 2,
    "entries": tuple({"time": f"{number:04}", "told": "x" * 40, "kind": "note"} for number in range(2000)),
    "actions": (),
}


def template(source: str) -> Template:
    return Template("mine.jinja", source)


def made(source: str, most: int = 100_000) -> dict[str, str]:
    check(template(source))
    return run(template(source), BLOCKS, CONTEXT, most)


def in_block(body: str) -> str:
    return f"{HEAD}{{% block impact %}}{body}{{% endblock %}}"


def test_a_template_fills_blocks_and_leaves_the_others() -> None:
    body = "{% if humour > 1 and severity in ['sev3'] %}{{ title|upper }}{% endif %} {{ super() }} {{ told.impact }}"
    told = made(in_block(body))
    assert told["impact"] == "OUTAGE <impact> it"
    assert told["summary"] == "<summary>"
    assert list(told) == list(BLOCKS)


def test_a_loop_knows_where_it_is() -> None:
    body = "{% for entry in entries if entry.time in ['0003', '0005'] %}{{ loop.index }}:{{ entry.time }} {% endfor %}"
    assert made(in_block(body))["impact"] == "1:0003 2:0005 "


def test_the_lines_of_blocks_are_known() -> None:
    assert check(template(HEAD + "\n{% block summary %}{% endblock %}\n{% block own %}{% endblock %}")) == {
        "summary": 3,
        "own": 4,
    }


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("{{ tilte }}", "there is no name tilte; do you mean title?"),
        ("{{ heading.impct }}", "there is no heading.impct; do you mean impact?"),
        ("{% for entry in entries %}{{ entry.txt }}{% endfor %}", "there is no entry.txt; known here: time"),
        ("{{ entries.told }}", "loop over it: for entry in entries"),
        ("{{ title.upper }}", "title has no parts"),
        ("{{ title.__class__.__mro__ }}", "getattr is not for templates"),
        ("{{ title.format(1) }}", "call is not for templates"),
        ("{% for i in range(10**9) %}x{% endfor %}", "loop over entries or actions"),
        ("{% for entry in entries recursive %}{% endfor %}", "loop over entries or actions"),
        ("{% for entries in entries %}{% endfor %}", "a loop needs a name of its own"),
        ("{{ range(9) }}", "call is not for templates"),
        ("{{ 'a' * 10**9 }}", "mul is not for templates"),
        ("{{ 'a' ~ 'a' }}", "concat is not for templates"),
        ("{{ '%999999999d' % 1 }}", "mod is not for templates"),
        ("{{ title|center(999999999) }}", "there is no filter center"),
        ("{{ title|default(entries) }}", "default takes plain values alone"),
        ("{{ title[0] }}", "getitem is not for templates"),
        ("{{ lipsum() }}", "call is not for templates"),
        ("{% if super() %}{% endif %}", "call is not for templates"),
        ("{{ super()|upper }}", "call is not for templates"),
        ("{{ self.impact() }}", "call is not for templates"),
        ("{% set x = title %}", "assign is not for templates"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", "macro is not for templates"),
        ("{% include '/etc/passwd' %}", "include is not for templates"),
        ("{% import 'x' as y %}", "import is not for templates"),
        ("{% filter upper %}x{% endfilter %}", "filterblock is not for templates"),
        ("{% block inner %}{% endblock %}", "block is not for templates"),
        ("{% if title in told %}{% endif %}", "in looks into a list of texts alone"),
        ("{% if 1 %}" * 30 + "{% endif %}" * 30, "nested too deeply"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "mine.jinja"),
        ("{{ " + "9" * 5000 + " }}", "mine.jinja"),
        ("{{ 'x' if humour > 5 }}", "an if within a line needs its else"),
        ("{{ title", "expected token 'end of print statement'"),
        ("{% unknown %}", "unknown tag 'unknown'"),
    ],
)
def test_what_is_not_for_templates_is_refused_with_its_line(body: str, part: str) -> None:
    with pytest.raises(ThemeError) as caught:
        check(template(f"{HEAD}\n{in_block(body).removeprefix(HEAD)}"))
    assert str(caught.value).startswith("mine.jinja")
    assert "\n" not in str(caught.value)
    assert part in str(caught.value)
    assert part == "mine.jinja" or str(caught.value).startswith("mine.jinja:3: ")


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("hello", "begin it with {% extends"),
        ('{% extends "/etc/passwd" %}', "begin it with {% extends"),
        (HEAD + "hello", "mine.jinja:2: stands outside of a block"),
        (HEAD + "{% block timline %}{% endblock %}", "mine.jinja:2: there is no block timline; do you mean timeline?"),
        (HEAD + "{% block own %}{% endblock %}\n{% block own %}{% endblock %}", "mine.jinja:3: block 'own' defined"),
    ],
)
def test_a_template_extends_the_document_and_fills_its_blocks(source: str, part: str) -> None:
    with pytest.raises(ThemeError) as caught:
        check(template(source))
    assert part in str(caught.value)


LOOP = "{% for a in entries %}\n{% for b in entries %}BODY{% endfor %}{% endfor %}"

COMPARED = "{% if a.told < a.time %}{% endif %}"


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (LOOP.replace("BODY", ""), "mine.jinja:3: loops longer than any document needs"),
        (LOOP.replace("BODY", "{% if a.told|upper %}{% endif %}"), "mine.jinja:3: loops longer"),
        (f"{{% for a in entries %}}{COMPARED * 400}{{% endfor %}}", "mine.jinja:2: loops longer"),
        (LOOP.replace("BODY", "{{ b.told }}"), "mine.jinja: makes more than 100000 characters"),
        ("{{ entries }}", "mine.jinja:2: prints a table or a list"),
        ("{{ told }}", "mine.jinja:2: prints a table or a list"),
        ("{% if title > 1 %}{% endif %}", "mine.jinja:2: '>' not supported"),
        ("{{ '\\x1e' }}", "prints a control character"),
        ("{% for entry in entries %}{{ entry.by }}{% endfor %}", "mine.jinja:2: "),
    ],
)
def test_what_a_template_does_is_bounded_and_fails_with_its_line(body: str, part: str) -> None:
    with pytest.raises(ThemeError) as caught:
        made(in_block(body))
    assert part in str(caught.value)


def test_a_long_timeline_may_be_gone_through_often() -> None:
    often = "{% for a in entries %}{{ a.time }}{% if a.kind == 'note' %}.{% endif %}{% endfor %}" * 20
    assert len(made(in_block(often), 1_000_000)["impact"]) == 20 * 2000 * 5


def test_what_a_template_prints_is_cleaned() -> None:
    assert made(in_block("{{ 'a\\x1b[31m' }}"))["impact"] == "a␛[31m"


def test_a_template_lies_beside_its_theme_and_is_handed_on(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "plain"\n')
    (tmp_path / "more.toml").write_text('extends = "mine"\n')
    assert load(tmp_path / "mine.toml", [THEMES]).template is None
    (tmp_path / "mine.jinja").write_text(HEAD)
    assert load(tmp_path / "more.toml", [THEMES]).template == Template(str(tmp_path / "mine.jinja"), HEAD)
    (tmp_path / "mine.jinja").write_text(HEAD + "{% block x %}{% endblock %}")
    with pytest.raises(ThemeError, match=r"mine\.jinja:2: there is no block x"):
        load(tmp_path / "more.toml", [THEMES])


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "plain"\n')
    (tmp_path / "mine.jinja").write_bytes(b"\xff")
    with pytest.raises(ThemeError, match=r"mine\.jinja: is not UTF-8"):
        load(tmp_path / "mine.toml", [THEMES])
    (tmp_path / "mine.jinja").write_text(HEAD + "x" * 40_000)
    with pytest.raises(ThemeError, match="longer than 32768"):
        load(tmp_path / "mine.toml", [THEMES])
    (tmp_path / "mine.jinja").unlink()
    (tmp_path / "mine.jinja").mkdir()
    with pytest.raises(ThemeError, match=r"mine\.jinja: cannot be read: Is a directory"):
        load(tmp_path / "mine.toml", [THEMES])


def test_the_page_about_themes_names_all_there_is_and_its_example_works() -> None:
    page = (THEMES.parent / "docs" / "themes.md").read_text()
    names = (*BLOCKS, *TEXTS, *LISTS, *(name for parts in LISTS.values() for name in parts))
    assert [name for name in names if f"`{name}`" not in page] == []
    example = page.split("```jinja\n")[1].split("```")[0]
    told = made(example, 1_000_000)
    assert told["title"].endswith("\n> sev3, ")

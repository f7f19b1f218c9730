"""The Markdown as GitHub reads it, by its own parser, and as a linter sees it."""

import re
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st
from pymarkdown.api import PyMarkdownApi

import strategies
from samples import FIVE, NOW, SAMPLES, theme
from warroom.incident.model import Incident
from warroom.postmortem.markdown import render

KNOWN = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "del", "a", "img", "code", "pre"}
    | {"ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "input"}
)


def on_github(markdown: str) -> str:
    page: str = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_SMART)
    return page


@given(strategies.incidents(), st.sampled_from(FIVE), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_a_hostile_record_injects_nothing(incident: Incident, style: str, humour: int) -> None:
    page = on_github(render(incident, theme(style), now=NOW, humour=humour))
    assert page.count("<h1>") == 1
    assert "<!--" not in page
    tags = {tag.lower() for tag in re.findall(r"<([A-Za-z][A-Za-z0-9]*)", page)}
    assert tags <= KNOWN


@pytest.mark.parametrize("style", FIVE)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_table_has_a_cell_for_each_column_and_no_row_is_lost(name: str, style: str) -> None:
    text = render(SAMPLES[name], theme(style), now=NOW)
    page = on_github(text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    dividers = [row for row in rows if set(row) <= set("|-: ")]
    assert page.count("<table>") == len(dividers)
    assert page.count("<tr>") == len(rows) - len(dividers)
    for table in page.split("<table>")[1:]:
        widths = {row.count("<td") + row.count("<th>") for row in table.split("</table>")[0].split("<tr>")[1:]}
        assert len(widths) == 1


@pytest.mark.parametrize("style", FIVE)
def test_a_linter_finds_nothing(style: str, tmp_path: Path) -> None:
    for name, incident in SAMPLES.items():
        (tmp_path / f"{name}.md").write_text(render(incident, theme(style), now=NOW), encoding="utf-8")
    linter = PyMarkdownApi().enable_extension_by_identifier("markdown-tables")
    # How long a line is, is what was written in it; of tables, those that are too wide are not aligned.
    for rule in ("md013", "md060"):
        linter = linter.disable_rule_by_identifier(rule)
    found = linter.scan_path(str(tmp_path))
    assert [
        f"{Path(it.scan_file).name}:{it.line_number} {it.rule_id} {it.rule_name}" for it in found.scan_failures
    ] == []
    assert found.pragma_errors == []

"""The page: one file, nothing fetched, no script, readable by everybody in every width, light, dark and on paper."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from browser import evaluated, needs_browser, printed
from samples import FIVE, NOW, SAMPLES, theme
from warroom.incident.model import Incident
from warroom.postmortem.chart import svg
from warroom.postmortem.html import PICTURE, page
from warroom.postmortem.markdown import parts

BACKEND = SAMPLES["2025-11-21-backend-outage"]


def whole(incident: Incident, style: str, *, humour: int = 2, chart: bool = True) -> str:
    picture = svg(incident, theme(style).palette, NOW) if chart else ""
    blocks = parts(incident, theme(style), now=NOW, humour=humour, picture=PICTURE if chart else "")
    return page(blocks, incident.fields.title, picture)


class Reader(HTMLParser):
    """Notes every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@given(strategies.incidents(), st.sampled_from(FIVE))
@settings(max_examples=60)
def test_nothing_from_outside_runs_or_is_fetched(incident: Incident, style: str) -> None:
    seen = Reader(whole(incident, style, chart=False)).seen
    assert {tag for tag, _ in seen}.isdisjoint({"script", "img", "iframe", "object", "embed", "link", "form", "base"})
    for _, attributes in seen:
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert not (attributes.get("href") or "").lower().startswith(("javascript:", "data:", "vbscript:", "file:"))


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("![graph](https://elsewhere.example/g.png)", '<a href="https://elsewhere.example/g.png">[graph]</a>'),
        ("![](x.png)", '<a href="x.png">[x.png]</a>'),
        ("[go](javascript:alert(1))", "[go](javascript:alert(1))"),
        ("| a |\n| --- |\n| b |", '<th scope="col">a</th>'),
        ("\ufffdchart", "<p>\ufffdchart</p>"),
    ],
)
def test_markdown_becomes_harmless_html(markdown: str, shown: str) -> None:
    assert shown in page([markdown], "t")


def test_a_title_cannot_leave_its_place() -> None:
    text = page(["# x"], "</title><script>$lang ${body}")
    assert "<title>&lt;/title&gt;&lt;script&gt;$lang ${body}</title>" in text
    assert text.count("<script") == 0


def test_the_chart_is_inside_with_its_words() -> None:
    text = whole(BACKEND, "sre")
    assert text.count("<svg") == 1
    assert re.search(r'<svg[^>]* role="img"', text)
    assert "backend was down 2 min 45 s" in text
    assert not re.search(r'(?:href|src|url)\s*[=(]\s*"?https?://', text)
    assert "<svg" not in whole(BACKEND, "sre", chart=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with everything on it: chart, tables, code, lists, links, hostile text."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    extra = (
        "> quoted\n\n```\nlong " + "x" * 300 + "\n```\n\n[a link](https://example.org/)",
        "| a | b |\n|---|---|\n|1|2|",
    )
    blocks = parts(BACKEND, theme("sre"), now=NOW, picture=PICTURE)
    path.write_text(page((*blocks, *extra), "Report", svg(BACKEND, theme("sre").palette, NOW)), encoding="utf-8")
    return path


@needs_browser
@pytest.mark.parametrize(("width", "dark"), [(500, False), (1280, False), (1280, True)])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(written: Path, width: int, dark: bool) -> None:
    script = """
        const found = await axe.run(document, {resultTypes: ["violations"]});
        document.body.style.width = "360px";
        return {violations: found.violations.map((it) => it.id + ": " + it.nodes.map((n) => n.html).join(" ")),
                passes: found.passes.length, over: document.documentElement.scrollWidth - window.innerWidth,
                narrow: document.querySelector("main").scrollWidth,
                dark: matchMedia("(prefers-color-scheme: dark)").matches};
    """
    told = evaluated(written, script, width=width, axe=True, dark=dark)
    assert told["violations"] == []
    assert told["passes"] > 10
    assert told["over"] <= 0
    assert told["narrow"] <= 360
    assert told["dark"] is dark


@needs_browser
def test_it_can_be_printed_and_has_rules_for_paper(written: Path) -> None:
    assert printed(written).startswith(b"%PDF")
    script = "return [...document.styleSheets[0].cssRules].map((it) => it.media ? it.media.mediaText : '')"
    assert "print" in evaluated(written, script, width=1280)

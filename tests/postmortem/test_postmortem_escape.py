"""Hostile text stays text: what went in is what a Markdown reader shows, and nothing around it changes."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

import strategies
from warroom.postmortem import escape
from warroom.text import clean

READER = MarkdownIt("commonmark").enable("table")
marks = st.text(st.sampled_from(list("*_~[]()<>#|!\\&;:-+=.1 2ax\n/$\"'")), min_size=1)
with_code = st.text(st.sampled_from(list("`*_~[]<>#|!\\-1 ax\n\t")), min_size=1)


def flat(text: str) -> str:
    return " ".join(clean(text).split())


def shown(inline: Token) -> str:
    """The text a reader sees of one paragraph or cell; fails on anything but text, code and links to themselves."""
    parts = []
    for child in inline.children or []:
        assert child.type in ("text", "text_special", "code_inline", "link_open", "link_close"), child
        if child.type == "link_open":
            assert str(child.attrs["href"]).startswith(("http://", "https://"))
        parts.append(child.content)
    return "".join(parts)


def one_paragraph(markdown: str) -> str:
    tokens = READER.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"], markdown
    return shown(tokens[1])


@given(marks | strategies.texts)
@settings(max_examples=400)
@example("https://example.com/a_b*c).")
@example("1. not a list")
@example("&amp; &#35;")
def test_a_line_reads_as_it_was_typed(text: str) -> None:
    if "`" in text or not flat(text):
        return
    assert one_paragraph(escape.line(text)) == flat(text)
    assert one_paragraph("10:00 - " + escape.line(text)) == "10:00 - " + flat(text)


@given(with_code)
@settings(max_examples=400)
def test_backticks_make_code_and_nothing_else(text: str) -> None:
    if not flat(text):
        return
    read = one_paragraph("x " + escape.line(text))
    # Backticks that open or close code are not shown, and code loses one space at each end.
    assert sorted(read.replace("`", "").replace(" ", "")) == sorted(
        ("x " + flat(text)).replace("`", "").replace(" ", "")
    )


@given(st.lists(marks | with_code | strategies.texts, min_size=1, max_size=4))
@settings(max_examples=300)
def test_cells_stay_in_their_columns(texts: list[str]) -> None:
    rows = "".join(f"| {escape.line(text, in_table=True)} | end |\n" for text in texts)
    tokens = READER.parse("| a | b |\n| --- | --- |\n" + rows)
    cells = [shown(token) for token in tokens if token.type == "inline"]
    assert len(cells) == 2 + 2 * len(texts)
    for text, cell in zip(texts, cells[2::2], strict=True):
        if "`" not in text:
            assert cell == flat(text)
    assert set(cells[3::2]) == {"end"}


def test_code_in_a_table_keeps_its_bars() -> None:
    cell = escape.line("`a | b` and c | d", in_table=True)
    tokens = READER.parse(f"| x |\n| --- |\n| {cell} |\n")
    assert [shown(token) for token in tokens if token.type == "inline"] == ["x", "a | b and c | d"]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "[x](javascript:alert(1))", "<javascript:alert(1)>", "![x](http://a/b.png)"]
)
def test_only_web_addresses_become_links_and_none_hides_behind_words(text: str) -> None:
    tokens = READER.parse(escape.line(text))
    links = [child for child in tokens[1].children or [] if child.type == "link_open"]
    assert all(str(link.attrs["href"]).startswith("http://a/b.png") for link in links)
    assert one_paragraph(escape.line(text)) == text


pieces = st.sampled_from(
    [
        *("words", "```", "~~~", "````py", "<!--", "-->", "<script>", "<div>", "</div>", "<pre>", "<?x", "<![CDATA["),
        *(
            "# one",
            "## two",
            "head\n===",
            "head\n---",
            "> quote",
            "- item",
            "  - nested",
            "1. one",
            "    code",
            "\t- t",
        ),
        *("| a | b |\n|---|---|\n| 1 | 2 |", "[x]: http://a", "`open", "end  ", "end\\", "", "---", "> ```", "- ```"),
    ]
)
documents = st.builds("\n".join, st.lists(pieces, min_size=1, max_size=8)) | strategies.texts


@given(documents)
@settings(max_examples=500)
@example("- ```\n  code")
@example("<!-- hidden")
@example("> ```\n> open")
def test_prose_stays_inside_of_its_section(text: str) -> None:
    made = escape.prose(text, 2)
    tokens = READER.parse(f"## Start\n\n{made}\n\n## End\n")
    headings = [(token.tag, token.level) for token in tokens if token.type == "heading_open"]
    assert headings[0] == headings[-1] == ("h2", 0), made
    assert tokens[-2].content == "End"
    assert all(tag > "h2" for tag, _ in headings[1:-1]), made
    assert not [token for token in tokens if token.type == "html_block"], made
    inlines = [child for token in tokens for child in token.children or []]
    assert not [child for child in inlines if child.type == "html_inline"], made


@given(documents)
@settings(max_examples=300)
def test_prose_is_lint_clean_and_stable(text: str) -> None:
    made = escape.prose(text, 2)
    assert made == made.strip("\n")
    assert escape.prose(made, 2) == made
    code = {
        row
        for token in READER.parse(made)
        if token.type in ("fence", "code_block") and token.map
        for row in range(*token.map)
    }
    rows = made.split("\n")
    for number, row in enumerate(rows):
        if number not in code:
            assert not row.endswith(" "), made
            assert number == 0 or row or rows[number - 1] or number - 1 in code, made


def test_prose_keeps_what_is_good_markdown() -> None:
    text = "A **bold** word, `code`, a [link](https://example.com).\n\n1. one\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert escape.prose(text, 2) == text


def test_headings_go_below_their_section() -> None:
    assert escape.prose("# Big\ntext\n## Small", 2) == "### Big\n\ntext\n\n#### Small"
    assert escape.prose("Title\n=====\ntext", 2) == "### Title\n\ntext"
    assert escape.prose("##### five", 2) == "##### five"


def test_an_open_fence_is_closed_and_code_is_untouched() -> None:
    assert escape.prose("see\n```sh\necho '<b>'  \n# no heading", 2) == "see\n\n```sh\necho '<b>'  \n# no heading\n```"


def test_hard_breaks_survive_without_trailing_spaces() -> None:
    assert escape.prose("one  \ntwo  ", 2) == "one\\\ntwo"

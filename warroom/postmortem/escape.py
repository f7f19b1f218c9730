"""Makes text from outside part of a Markdown document that it can't break: lines, table cells, whole prose sections."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from warroom.text import clean
from warroom.text.spans import code_spans

_URL = re.compile(r"https?://[^\s<>|\\`]+", re.IGNORECASE)
# "_" inside a word marks nothing, a lone "*", "~" or "$" between spaces neither: those stay as they were typed.
_SPECIAL = re.compile(
    r"[\\`\[\]<]|(?<![^\W_])_|_(?![^\W_])|\*(?!(?<=\s.)\s)|~(?!(?<=\s.)\s)|\$(?!\s)|&(?=#?\w+;)|!(?=\[)"
)
_LEADING = re.compile(r"(?:[#>+=|:-])|(?:[0-9]{1,9})(?=[.)](?:\s|$))|~")
_TRAILING_URL_STOPS: Final = ".,;:!?'\"*_~)]}"
_HEADING_MARK = re.compile(r"#{1,6}")
_TAG = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])(?!(?:https?|ftp|mailto):[^\s<>]*>)(?![\w.+-]+@[\w.-]+>)")
_FIRST_TAG = re.compile(rf"^(?P<start>(?:[ >*+-]|[0-9]{{1,9}}[.)])*){_TAG.pattern}")
_CELL_END = re.compile(r"(?<!\\)(?=\|)")
_MAX_LEVEL: Final = 6
_KEPT_SECTIONS: Final = 64

# HTML is off because tags are escaped on the way out: what a tag would have swallowed is then Markdown again.
_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


def line(text: str, *, in_table: bool = False) -> str:
    """Plain text as Markdown on one line that reads as that text. Code in backticks stays code, web addresses links.

    Newlines become spaces. `in_table` escapes `|`, in code too, as tables ask for.
    """
    flat = " ".join(clean(text).split())
    return _escaped_line(flat, in_table=in_table)


def lines(text: str) -> list[str]:
    """`line` for each line of `text` that isn't blank; the lines are to be joined by hard breaks."""
    flat = (" ".join(part.split()) for part in clean(text).split("\n"))
    return [_escaped_line(part, in_table=False) for part in flat if part]


def _escaped_line(flat: str, *, in_table: bool) -> str:
    made: list[str] = []
    for chunk, is_code in code_spans(flat):
        if is_code:
            made.append(chunk)
        else:
            made.append(_escaped_words(chunk))
    text = "".join(made)
    if in_table:
        return text.replace("|", "\\|")
    if found := _LEADING.match(text):
        number = found[0][0].isdigit()
        return f"{found[0]}\\{text[found.end() :]}" if number else f"\\{text}"
    return text


def _escaped_words(text: str) -> str:
    made: list[str] = []
    at = 0
    for found in _URL.finditer(text):
        address = found[0].rstrip(_TRAILING_URL_STOPS)
        if not address.partition("://")[2]:
            continue
        made.append(_SPECIAL.sub(r"\\\g<0>", text[at : found.start()]))
        made.append(f"<{address}>")
        at = found.start() + len(address)
    made.append(_SPECIAL.sub(r"\\\g<0>", text[at:]))
    return "".join(made)


def prose(markdown: str, level: int, reword: Callable[[str], str] | None = None) -> str:
    """Somebody's Markdown as part of a section whose heading is of `level`: it keeps its form and stays inside.

    Its headings go below `level`, a fence left open is closed, raw HTML is shown, not obeyed (an open comment would
    hide the rest of the document). `reword` is given each stretch of text outside of code blocks. Ends without a
    newline; "" for blank text.
    """
    return _kept_prose(markdown, level) if reword is None else _prose(markdown, level, reword)


@lru_cache(maxsize=_KEPT_SECTIONS)
def _kept_prose(markdown: str, level: int) -> str:
    """A preview renders the whole document at every key, of which one section has changed."""
    return _prose(markdown, level, None)


def _prose(markdown: str, level: int, reword: Callable[[str], str] | None) -> str:
    source = clean(markdown).strip("\n").expandtabs(4)
    if not source.strip():
        return ""
    rows = source.split("\n")
    tokens = _PARSER.parse(source)
    code = _code_rows(tokens, len(rows))
    _show_tags(rows, tokens)
    _lower_headings(rows, tokens, level)
    text = ""
    for is_code, group in groupby(range(len(rows)), key=code.__contains__):
        numbers = list(group)
        part = "\n".join(rows[number] for number in numbers)
        if not is_code:
            part = _tidied(part if reword is None else reword(part))
        # A block of code at the left edge stands apart; one inside of a list item belongs to its line.
        apart = any(code.get(number) for number in (numbers[0], numbers[0] - 1))
        text = _joined(text, part, apart=apart) if text else part
    if len(rows) - 1 not in code and text.endswith("\\") and not text.endswith("\\\\"):
        text = text[:-1].rstrip()
    return "\n".join([text, *missing_fence(tokens, rows)]).strip("\n")


def _joined(text: str, part: str, *, apart: bool) -> str:
    above, below = text.rstrip("\n"), part.lstrip("\n")
    return f"{above}\n\n{below}" if apart or above != text or below != part else f"{above}\n{below}"


def _tidied(text: str) -> str:
    """No trailing spaces (those that break a line become a backslash), no two blank lines in a row."""
    text = re.sub(r"(?<=\S) {2,}\n(?=[^\n]*\S)", "\\\\\n", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<! ) +(?=\n|\Z)", "", text))


def _show_tags(rows: list[str], tokens: list[Token]) -> None:
    """Escapes in place what would be read as HTML: tags outside of code spans, and all at the start of a row."""
    done: set[int] = set()
    for place, token in enumerate(tokens):
        first, last = token.map or (0, 0)
        if token.type != "inline" or first in done:
            continue
        done.update(range(first, last))
        text = "\n".join(rows[first:last])
        cells = _CELL_END.split(text) if tokens[place - 1].type in ("td_open", "th_open") else [text]
        pieces = (piece for cell in cells for piece in code_spans(cell))
        shown = "".join(piece if is_code else _TAG.sub(r"\\<", piece) for piece, is_code in pieces)
        rows[first:last] = [_FIRST_TAG.sub(r"\g<start>\\<", row) for row in shown.split("\n")]


def _code_rows(tokens: list[Token], count: int) -> dict[int, bool]:
    """The rows of code blocks, and whether each block stands at the left edge."""
    blocks = [token for token in tokens if token.type in ("fence", "code_block") and token.map]
    return {
        row: token.level == 0
        for token in blocks
        for row in range((token.map or [0])[0], min((token.map or [0, 0])[1], count))
    }


def _lower_headings(rows: list[str], tokens: list[Token], level: int) -> None:
    found = [token for token in tokens if token.type == "heading_open" and token.map]
    if not found:
        return
    shift = max(0, level + 1 - min(int(token.tag[1]) for token in found))
    for token in found:
        first, last = token.map or (0, 0)
        marks = "#" * min(int(token.tag[1]) + shift, _MAX_LEVEL)
        if token.markup.startswith("#"):
            rows[first] = _set_apart(_HEADING_MARK.sub(marks, rows[first], count=1), token)
            continue
        # An underlined heading has no levels below its second one: it becomes a line with marks in front.
        indent = rows[first][: len(rows[first]) - len(rows[first].lstrip())]
        title = " ".join(row.strip() for row in rows[first : last - 1])
        rows[first:last] = [_set_apart(f"{indent}{marks} {title}", token), *[""] * (last - first - 1)]


def _set_apart(heading: str, token: Token) -> str:
    return heading if token.level else f"\n{heading}\n"


def missing_fence(tokens: list[Token], rows: list[str]) -> list[str]:
    """The row that closes a fence which `rows` leave open; one inside of a list or quotation ends with that."""
    fences = [token for token in tokens if token.type == "fence" and token.level == 0 and token.map]
    if not fences:
        return []
    first, last = fences[-1].map or (0, 0)
    if last < len(rows):
        return []
    markup = fences[-1].markup
    closing = re.compile(rf" {{0,3}}{re.escape(markup[0])}{{{len(markup)},}} *")
    if last - first > 1 and closing.fullmatch(rows[-1]):
        return []
    return [rows[first][: len(rows[first]) - len(rows[first].lstrip())] + markup]

"""Markdown as it is typed: which stretches of a row mean something, by the parser that the preview renders with."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_inline import StateInline, autolink, backtick, emphasis, image, link, strikethrough

_KEPT_ROWS: Final = 8192
_LONG: Final = 1_000
"""A row longer than that is not looked into: it is parsed at every key, and of brackets alone it would take 50 ms."""

_FENCE: Final = re.compile(r"(?:[ >]|[-+*] |\d+[.)] )*(?P<marks>`{3,}(?=[^`]*$)|~{3,})")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?=\s|$)")
_RULE: Final = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_TABLE_RULE: Final = re.compile(r"[ \t]*(?=.*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FRONT: Final = re.compile(r"[ \t]*(?:>[ \t]*|(?:[-+*]|\d{1,9}[.)])(?:[ \t]+(?:\[[ xX]\](?=\s))?|$))+")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|$)")
_INLINE: Final = re.compile(r"[`*_~\[<]")
_STYLES: Final = {"strong": "bold", "em": "italic", "s": "muted"}


class Stretch(NamedTuple):
    """Columns `start` to before `end` of a row, and the name of their style (see `Run`)."""

    start: int
    end: int
    style: str


def code_rows(rows: Sequence[str]) -> frozenset[int]:
    """The rows that stand in a fence, its own two among them; one that nobody closed holds all that follow."""
    found: set[int] = set()
    begin, opened = 0, ""
    for row, text in enumerate(rows):
        if "```" not in text and "~~~" not in text:
            continue
        fence = _FENCE.match(text)
        if fence is None:
            continue
        marks = fence["marks"]
        if not opened:
            begin, opened = row, marks
        elif marks.startswith(opened) and not text[fence.end() :].strip():
            found.update(range(begin, row + 1))
            opened = ""
    if opened:
        found.update(range(begin, len(rows)))
    return frozenset(found)


@lru_cache(maxsize=_KEPT_ROWS)
def stretches(row: str, *, in_code: bool) -> tuple[Stretch, ...]:
    """What to draw otherwise than plain text; a later stretch lies over an earlier one."""
    if in_code:
        return (Stretch(0, len(row), "code"),)
    if _RULE.match(row) or _TABLE_RULE.match(row):
        return (Stretch(0, len(row), "muted"),)
    found: list[Stretch] = []
    front = _HEADING.match(row) or _FRONT.match(row)
    if front is not None:
        whole = "#" in front[0]
        found.append(Stretch(0, len(row) if whole else front.end(), "heading" if whole else "mark"))
    begin = front.end() if front is not None else 0
    if len(row) <= _LONG and _INLINE.search(row, begin):
        found += [Stretch(start + begin, end + begin, style) for start, end, style in _inline(row[begin:])]
        found += [Stretch(*comment.span(), "muted") for comment in _COMMENT.finditer(row, begin)]
    return tuple(found)


def _inline(text: str) -> Iterator[Stretch]:
    placed: list[Stretch] = []
    (inline,) = _PARSER.parseInline(text, {"placed": placed})
    opened: list[int] = []
    for token in inline.children or ():
        kind, _, end = token.type.partition("_")
        if kind not in _STYLES or "at" not in token.meta:
            continue
        # Of two marks that make one bold, the parser keeps the inner ones.
        size = len(token.markup)
        if end == "open":
            opened.append(token.meta["at"] - (size - 1 if kind == "strong" else 0))
        elif opened:
            yield Stretch(opened.pop(), token.meta["at"] + size, _STYLES[kind])
    yield from placed


def _noting(rule: RuleFuncInlineType, kind: str, style: str) -> RuleFuncInlineType:
    """The rule, which also says where the thing stood that it has made; the parser itself forgets that."""

    def noting(state: StateInline, silent: bool) -> bool:
        placed: list[Stretch] = state.env["placed"]
        start, known = state.pos, len(placed)
        done = rule(state, silent)
        if done and not silent and state.tokens and state.tokens[-1].type == kind and not state.pending:
            if kind == "image":  # its words are parsed by themselves, and were counted from their own beginning
                del placed[known:]
            placed.append(Stretch(start, state.pos, style))
        return done

    return noting


def _numbering(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    """The rule, which also says where each mark stood that may begin or end emphasis."""

    def numbering(state: StateInline, silent: bool) -> bool:
        at, known = state.pos, len(state.tokens) + bool(state.pending)
        done = rule(state, silent)
        for token in state.tokens[known:] if done else ():
            token.meta["at"] = at
            at += len(token.content)
        return done

    return numbering


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    rules = parser.inline.ruler
    rules.at("backticks", _noting(backtick, "code_inline", "code"))
    rules.at("link", _noting(link, "link_close", "link"))
    rules.at("image", _noting(image, "image", "link"))
    rules.at("autolink", _noting(autolink, "link_close", "link"))
    rules.at("emphasis", _numbering(emphasis.tokenize))
    rules.at("strikethrough", _numbering(strikethrough.tokenize))
    return parser


_PARSER: Final = _parser()

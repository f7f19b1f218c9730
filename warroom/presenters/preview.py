"""Markdown as styled lines of a given width, block by block, for a preview on a terminal."""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from warroom.presenters.runs import Line, Run, plain
from warroom.text import clean
from warroom.text.width import cells, cut, wrap

_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_INLINE_STYLES: Final = {"strong": "bold", "em": "italic", "s": "muted", "link": "link", "image": "link"}
_BULLET: Final = "• "
_QUOTE: Final = "│ "
_SPACE: Final = re.compile(r"[ \t\n]+")
_LEAST_COLUMN: Final = 3
_GAP: Final = "  "


def lines(markdown: str, width: int) -> list[Line]:
    """A piece of Markdown (a block or a whole text) as lines of at most `width` cells, a blank one between blocks."""
    root = SyntaxTreeNode(_PARSER.parse(clean(markdown)))
    # One wide character needs two cells, whatever room there is.
    return _blocks(root.children, max(width, 2))


def _blocks(nodes: Iterable[SyntaxTreeNode], width: int, *, tight: bool = False) -> list[Line]:
    made: list[Line] = []
    for node in nodes:
        part = _block(node, width)
        if made and part and not tight:
            made.append(())
        made.extend(part)
    return made


def _block(node: SyntaxTreeNode, width: int) -> list[Line]:
    match node.type:
        case "heading":
            return _wrapped(_runs(node, "heading"), width)
        case "fence" | "code_block":
            rows = node.content.rstrip("\n").split("\n")
            return [(Run(row, "code"),) for text in rows for row in wrap(text, width)]
        case "bullet_list" | "ordered_list":
            return _list(node, width)
        case "blockquote":
            bar = cut(_QUOTE, max(width - 2, 0), "")
            return [(Run(bar, "muted"), *line) for line in _blocks(node.children, width - cells(bar))]
        case "table":
            return _table(node, width)
        case "hr":
            return [(Run("─" * width, "muted"),)]
        case _:
            return _wrapped(_runs(node, ""), width)


def _list(node: SyntaxTreeNode, width: int) -> list[Line]:
    number = int(node.attrs.get("start", 1))
    tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    made: list[Line] = []
    for item in node.children:
        marker = f"{number}. " if node.type == "ordered_list" else _BULLET
        number += 1
        indent = min(cells(marker), max(width - 2, 0))
        inner = _blocks(item.children, max(width - indent, 1), tight=tight) or [()]
        if made and not tight:
            made.append(())
        for place, line in enumerate(inner):
            front = Run(cut(marker, indent), "mark") if place == 0 else Run(" " * indent)
            made.append((front, *line) if line or place == 0 else ())
    return made


def _runs(node: SyntaxTreeNode, style: str) -> list[Run]:
    """The inline content below a node as runs; "\\n" in a run is a hard break."""
    made: list[Run] = []
    for child in node.children:
        match child.type:
            case "inline":
                made.extend(_runs(child, style))
            case "softbreak":
                made.append(Run(" ", style))
            case "hardbreak":
                made.append(Run("\n", style))
            case "code_inline":
                made.append(Run(child.content, "code"))
            case "image":
                made.append(Run(child.content or str(child.attrs.get("src", "")), "link"))
            case _ if child.children:
                made.extend(_runs(child, _INLINE_STYLES.get(child.type, style)))
            case _:
                made.append(Run(child.content, style))
        if child.type == "link":
            made.extend(_address(child))
    return made


def _address(link: SyntaxTreeNode) -> list[Run]:
    """Where a link leads, unless its text says so: a reader must see what would be opened."""
    address = str(link.attrs.get("href", ""))
    token: Sequence[Token] = link.to_tokens()
    text = "".join(part.content for part in token)
    return [] if not address or address in (text, f"mailto:{text}") else [Run(f" ({address})", "muted")]


class _Word(NamedTuple):
    """What may not be broken, unless it is longer than a line; `gap` tells whether a space stands before it."""

    runs: tuple[Run, ...]
    gap: bool
    breaks: bool = False


def _wrapped(runs: Sequence[Run], width: int) -> list[Line]:
    made: list[Line] = []
    line: list[Run] = []
    used = 0
    for word in _words(runs):
        if word.breaks:
            made.append(_merged(line))
            line, used = [], 0
            continue
        size = sum(cells(run.text) for run in word.runs)
        gap = 1 if word.gap and line else 0
        if line and used + gap + size > width:
            made.append(_merged(line))
            line, used, gap = [], 0, 0
        if size > width:
            *full, rest = _broken(word.runs, width)
            made.extend(full)
            line, used = list(rest), sum(cells(run.text) for run in rest)
            continue
        if gap:
            # A space between two words of one style belongs to it, or underlines and grounds would have holes.
            same = line[-1].style == word.runs[0].style
            line.append(Run(" ", word.runs[0].style if same else ""))
        line.extend(word.runs)
        used += gap + size
    if line or not made:
        made.append(_merged(line))
    return made


def _words(runs: Sequence[Run]) -> list[_Word]:
    made: list[_Word] = []
    current: list[Run] = []
    gap = False
    for text, style in runs:
        for place, row in enumerate(text.split("\n")):
            if place:
                if current:
                    made.append(_Word(tuple(current), gap))
                made.append(_Word((), gap=False, breaks=True))
                current, gap = [], False
            for index, part in enumerate(_SPACE.split(row)):
                if index:
                    if current:
                        made.append(_Word(tuple(current), gap))
                        current = []
                    gap = True
                if part:
                    current.append(Run(part, style))
    if current:
        made.append(_Word(tuple(current), gap))
    return made


def _broken(runs: Sequence[Run], width: int) -> list[Line]:
    """A word too long for any line, cut at the width."""
    made: list[Line] = []
    line: list[Run] = []
    used = 0
    for text, style in runs:
        while text:
            head = cut(text, width - used, "")
            if not head and line:
                made.append(tuple(line))
                line, used = [], 0
                continue
            head = head or text[:1]
            line.append(Run(head, style))
            used += cells(head)
            text = text[len(head) :]
            if text:
                made.append(tuple(line))
                line, used = [], 0
    return [*made, tuple(line)]


def _merged(line: Sequence[Run]) -> Line:
    made: list[Run] = []
    for run in line:
        if made and made[-1].style == run.style:
            made[-1] = Run(made[-1].text + run.text, run.style)
        else:
            made.append(run)
    return tuple(made)


def _table(node: SyntaxTreeNode, width: int) -> list[Line]:
    rows = [[_runs(cell, "bold" if part.type == "thead" else "") for cell in row.children]
            for part in node.children for row in part.children]  # fmt: skip
    columns = max(len(row) for row in rows)
    if columns * (_LEAST_COLUMN + len(_GAP)) > width:
        return _stacked(rows, width)
    widths = _column_widths(rows, columns, width - len(_GAP) * (columns - 1))
    made: list[Line] = []
    for place, row in enumerate(rows):
        columns_of_row = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=False)]
        made.extend(_row(parts, widths) for parts in zip_longest(*columns_of_row, fillvalue=()))
        if place == 0:
            made.append((Run(_GAP.join("─" * size for size in widths), "muted"),))
    return made


def _row(parts: Sequence[Line], widths: Sequence[int]) -> Line:
    made: list[Run] = []
    for place, (part, size) in enumerate(zip(parts, widths, strict=False)):
        made.extend(part)
        if place < len(parts) - 1:
            made.append(Run(" " * (size - cells(plain(part))) + _GAP))
    return _merged(made)


def _column_widths(rows: Sequence[Sequence[Sequence[Run]]], columns: int, room: int) -> list[int]:
    """As wide as their widest cell where that fits; else what is left is shared by those that want more."""
    wanted = [
        max((cells(plain(row[column])) for row in rows if column < len(row)), default=0) for column in range(columns)
    ]
    wanted = [max(size, 1) for size in wanted]
    widths = [0] * columns
    open_columns = list(range(columns))
    while open_columns:
        share = room // len(open_columns)
        content = [column for column in open_columns if wanted[column] <= share]
        if not content:
            for place, column in enumerate(open_columns):
                widths[column] = max(share + (1 if place < room % len(open_columns) else 0), 1)
            break
        for column in content:
            widths[column] = wanted[column]
            room -= wanted[column]
        open_columns = [column for column in open_columns if column not in content]
    return widths


def _stacked(rows: Sequence[Sequence[Sequence[Run]]], width: int) -> list[Line]:
    """A table too narrow for its columns: each row as lines below one another."""
    made: list[Line] = []
    for row in rows[1:] or rows:
        if made:
            made.append(())
        for cell in row:
            made.extend(_wrapped(cell, width))
    return made

"""A Markdown text cut into blocks with their lines, so that a preview can render and keep each by itself."""

from typing import Final, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "item", "code", "quote", "table", "rule"]


class Block(NamedTuple):
    """One block: lines `first` to before `last` of the text, counted from 0, and their source.

    `tight` tells an item that follows its predecessor without a blank line.
    """

    kind: BlockKind
    first: int
    last: int
    source: str
    tight: bool = False


# Blocks alone: the inside of a line is for whoever renders it. HTML is shown as text, as in the exported document.
_BLOCKS: Final = MarkdownIt("commonmark", {"html": False}).enable("table").disable("inline")
_KINDS: Final[dict[str, BlockKind]] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "table_open": "table",
    "hr": "rule",
}


def split(markdown: str) -> tuple[Block, ...]:
    """The blocks in order. A list is given item by item: one new item must not make a long list new."""
    rows = markdown.split("\n")
    found: list[Block] = []
    for token in _BLOCKS.parse(markdown):
        kind = _kind(token)
        if kind is None or token.map is None:
            continue
        first, last = token.map
        while last > first + 1 and not rows[last - 1].strip():
            last -= 1
        tight = kind == "item" and bool(found) and found[-1].kind == "item" and found[-1].last == first
        found.append(Block(kind, first, last, "\n".join(rows[first:last]), tight))
    return tuple(found)


def _kind(token: Token) -> BlockKind | None:
    if token.type == "list_item_open" and token.level == 1:
        return "item"
    return _KINDS.get(token.type) if token.level == 0 else None

"""Links from the document to entries of the timeline, by their ids."""

import re
from collections.abc import Iterable
from typing import Final

from warroom.postmortem import escape

_FRAGMENT: Final = "entry-"
_ANCHOR: Final = re.compile(rf'<a id="{_FRAGMENT}[\w-]*"></a>')
_LINK: Final = re.compile(rf"\]\(#{_FRAGMENT}([\w-]+)\)")


def link(entry_id: str, words: str) -> str:
    """A Markdown link to an entry; it holds in the exported document, wherever that is read."""
    return f"[{escape.line(words)}](#{_FRAGMENT}{entry_id})"


def linked(texts: Iterable[str]) -> frozenset[str]:
    """The ids of the entries that these texts link to."""
    return frozenset(found for text in texts for found in _LINK.findall(text))


def anchor(entry_id: str) -> str:
    """What a link to an entry leads to, as HTML: Markdown has no anchors of its own but headings."""
    return f'<a id="{_FRAGMENT}{entry_id}"></a>'


def without_anchors(markdown: str) -> str:
    """`markdown` as it is to be read where nothing can be clicked."""
    return _ANCHOR.sub("", markdown)

"""The live preview: what is being typed, rendered in the theme away from the event loop, block by block."""

import asyncio
import gc
import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from warroom.incident.changes import Change, Stamp, apply
from warroom.incident.model import Incident
from warroom.postmortem import outline, timeline
from warroom.postmortem.blocks import Block, split
from warroom.postmortem.links import without_anchors
from warroom.postmortem.markdown import parts
from warroom.postmortem.narration import Narration
from warroom.presenters.preview import lines
from warroom.presenters.runs import Line
from warroom.voice.theme import Theme

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.widgets.editor import Editor
    from warroom.tui.widgets.preview import PreviewView

_KEPT_BLOCKS: Final = 8192
_PAUSE: Final = 0.08
"""Seconds of typing that one rendering waits for, so that a fast typist does not have each key rendered."""

_NO_WORD: Final = re.compile(r"[\W_]+")


class Proof(NamedTuple):
    """The document laid out. `places` has the line on which each block begins, and the words of that block.

    `problem` is why the theme's template was not used, "" where all is well.
    """

    lines: Sequence[Line]
    places: Sequence[tuple[int, str]]
    problem: str = ""


class Typesetter:
    """Lays a document out; what did not change since the last time is not laid out again. Runs in any one thread."""

    def __init__(self) -> None:
        self._timeline: tuple[object, ...] = ()
        self._told = ""

    def set(
        self, text: str, base: Incident, voice: Theme, humour: int | None, now: datetime, zone: tzinfo, width: int
    ) -> Proof:
        """The document as it would be exported if `text` were saved now; `base` is what `text` was made from."""
        stamp = Stamp("", now, "")
        incident = apply(base, Change(outline.edits(text, base), stamp))
        made: list[Line] = []
        places: list[tuple[int, str]] = []
        problems: list[str] = []
        told, complain = self._tell, problems.append
        for part in parts(incident, voice, now=now, zone=zone, humour=humour, told_timeline=told, complain=complain):
            for block in _blocks(part if voice.template is None else without_anchors(part)):
                if made and not block.tight:
                    made.append(())
                places.append((len(made), word_string(block.source)))
                made.extend(_laid_out(block.source, width))
        return Proof(made, places, "".join(problems))

    def _tell(self, narration: Narration) -> str:
        """The timeline in Markdown: not what is typed in the editor, and long."""
        incident = narration.incident
        asked = (incident.entries, incident.fields, narration.theme, narration.level, narration.stamps.zone)
        if not self._timeline or any(new is not old for new, old in zip(asked, self._timeline, strict=True)):
            self._told, self._timeline = without_anchors(timeline.render(narration)), asked
        return self._told


@lru_cache(maxsize=_KEPT_BLOCKS)
def _blocks(part: str) -> tuple[Block, ...]:
    return split(part)


@lru_cache(maxsize=_KEPT_BLOCKS)
def _laid_out(source: str, width: int) -> tuple[Line, ...]:
    return tuple(lines(source, width))


@lru_cache(maxsize=_KEPT_BLOCKS)
def word_string(source: str) -> str:
    """The letters and digits of a text alone, by which a line is found again in what was rendered from it."""
    return _NO_WORD.sub("", source).casefold()


class LivePreview:
    """Keeps the preview up to date while it is on screen: one rendering at a time, of the newest text."""

    def __init__(self, app: "WarRoom", editor: "Editor", view: "PreviewView") -> None:
        self._app, self._editor, self._view = app, editor, view
        self._typesetter = Typesetter()
        self._base: Incident | None = None
        self._wanted = self._running = False
        self._shown_rows: list[str] = []
        self._problem = ""

    def show(self, base: Incident | None) -> None:
        """The incident that the editor's text was made from is `base` now."""
        self._base = base
        self.refresh()

    def refresh(self) -> None:
        """Something that the preview shows has changed."""
        self._wanted = True
        if not self._running and self._view.shown:
            self._running = True
            self._app.work("preview", self._run)

    async def _run(self) -> None:
        app = self._app
        try:
            while self._wanted and self._view.shown:
                await asyncio.sleep(_PAUSE)
                self._wanted = False
                if self._base is None:
                    self._view.show(Proof((), ()))
                    continue
                width = max(self._view.line_width, 8)
                rows = list(self._editor.document.lines)
                asked = (self._editor.text, self._base, app.voice, app.themes.humour, app.clock(), app.zone, width)
                made = await asyncio.to_thread(self._typesetter.set, *asked)
                self._view.show(made)
                if not self._shown_rows:
                    gc.freeze()  # what was laid out is kept, holds no cycles, and need not be looked through at a key
                self._shown_rows = rows
                self._complain(made.problem)
                self.follow()
        finally:
            self._running = False

    def _complain(self, problem: str) -> None:
        """Says what is wrong with the template when it is new, and not again at every key."""
        if problem and problem != self._problem:
            self._app.themes.complain(problem)
        self._problem = problem

    def follow(self) -> None:
        """Scrolls to the block that the cursor is in; between two blocks, to the one above.

        What was typed since is not found in what is shown: the rendering that is under way follows when it is done.
        """
        if not self._view.shown or self._shown_rows != self._editor.document.lines:
            return
        rows = self._shown_rows
        row = self._editor.cursor_location[0]
        while row > 0 and not word_string(rows[row]):
            row -= 1
        above, below = row, row + 1
        while above > 0 and rows[above - 1].strip():
            above -= 1
        while below < len(rows) and rows[below].strip():
            below += 1
        opens = next((at for at in range(row, -1, -1) if rows[at].startswith("#")), None)
        heading = word_string(rows[opens]) if opens is not None else ""
        # One word that was just begun stands in many places; with what is around it, mostly in one.
        self._view.follow(heading, word_string("".join(rows[above:below])), word_string(rows[row]))

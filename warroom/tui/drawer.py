"""Drafts that are not logged yet: set aside under their keys, and on disk for the case that the window ends."""

import asyncio
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from warroom.files.drafts import Drafts
from warroom.files.errors import FileError
from warroom.incident.kinds import KINDS
from warroom.tui.draft import Draft

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_REST: Final = 0.4
"""Seconds without a key after which what is being typed is kept on disk."""


class Drawer:
    """Each draft belongs to the incident it was written in, or to the next one where none was open."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._aside: dict[tuple[str, str], Draft] = {}
        self._drafts: Drafts | None = None
        self._keeping: Timer | None = None

    def set_aside(self, draft: Draft) -> None:
        """Keeps a draft for when its key is pressed again; a filter ends instead."""
        if draft.changed is not None:
            draft.changed("")
        elif _lasts(draft) and draft.text.strip():
            self._aside[self._incident, f"entry.{draft.kind}"] = draft
            self._app.say(f"set aside; the {draft.label} key brings it back")

    def take(self, command_id: str) -> Draft | None:
        """The draft that was set aside under a command, which is given back once."""
        here = self._aside.pop((self._incident, command_id), None)
        return here if here is not None else self._aside.pop(("", command_id), None)

    @property
    def _incident(self) -> str:
        room = self._app.room
        return "" if room is None else room.incident.fields.id

    def typing(self, draft: Draft) -> None:
        """What is being typed, at every key; kept on disk shortly after the last."""
        self._rest()
        self._keeping = self._app.set_timer(_REST, partial(self.keep, draft))

    def keep(self, draft: Draft) -> None:
        """Keeps a draft on disk, so that it outlives this window."""
        self._rest()
        if _lasts(draft):
            self._write(f"{draft.kind} {draft.at.isoformat()}\n{draft.text}" if draft.text.strip() else "")

    def forget(self) -> None:
        """What was typed is logged now, or has acted."""
        self._rest()
        self._write("")

    def open(self, path: str) -> None:
        """For the incident in `path`: a draft that was being typed when a window ended stands under its key again."""
        self._rest()
        self._drafts = Drafts(self._app.session.places.state, path)
        try:
            first, _, text = self._drafts.read().partition("\n")
        except FileError as error:
            self._app.say(str(error), "warning")
            return
        kind, _, at = first.partition(" ")
        known = next((name for name in KINDS if name == kind), None)
        with suppress(ValueError):  # a time that is none: nothing of ours wrote that
            if known is not None and text:
                self.set_aside(Draft(known, datetime.fromisoformat(at), text, kind=known))

    def _rest(self) -> None:
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None

    def _write(self, text: str) -> None:
        if self._drafts is not None:
            asyncio.get_running_loop().run_in_executor(None, _kept, self._drafts, text)


def _lasts(draft: Draft) -> bool:
    """Whether it is an entry in words of one's own; all else is opened anew as quickly."""
    return draft.kind is not None and draft.timed and not draft.mark


def _kept(drafts: Drafts, text: str) -> None:
    """Off the loop. A draft that can't be kept is no reason to disturb who is typing it."""
    with suppress(FileError):
        drafts.keep(text)

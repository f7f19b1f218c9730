"""Drafts that are not logged yet: set aside under their keys, and on disk for the case that the window ends."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from warroom.commands import BY_ID
from warroom.files.drafts import Drafts
from warroom.files.errors import FileError
from warroom.incident.kinds import KINDS
from warroom.tui.draft import Draft

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_REST: Final = 0.4
"""Seconds without a key after which what is being typed is kept on disk."""
_BETWEEN: Final = "\x1e"
"""What stands between two drafts on disk: a character that no cleaned text has."""


class Drawer:
    """Each draft belongs to the incident it was written in, or to the next one where none was open."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._aside: dict[tuple[str, str], list[Draft]] = {}
        self._drafts: Drafts | None = None
        self._keeping: Timer | None = None
        self._disk = ThreadPoolExecutor(1, "drafts")  # one thread: what was written first must not come last

    def set_aside(self, draft: Draft) -> None:
        """Keeps a draft for when its key is pressed again, the last one first; a filter ends instead."""
        if draft.changed is not None:
            draft.changed("")
        elif draft.lasts and draft.text.strip():
            self._lay(draft)
            self._rest()
            self._write()
            self._app.say(self._app.hint(f"set aside; key {_key(draft)} brings it back"))

    def take(self, command_id: str) -> Draft | None:
        """The draft that was set aside under a command last, which is given back once."""
        for incident in dict.fromkeys((self._incident, "")):
            if drafts := self._aside.get((incident, command_id)):
                return drafts.pop()
        return None

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
        if draft.lasts:
            self._write(draft)

    def forget(self) -> None:
        """What was typed is logged now, or has acted."""
        self._rest()
        self._write()

    def open(self, path: str) -> None:
        """For the incident in `path`: what was typed or set aside when a window ended stands under its key again."""
        self._rest()
        self._drafts = Drafts(self._app.session.places.state, path)
        if any(incident == self._incident for incident, _ in self._aside):
            return  # this window has been in it, and knows better than the disk
        try:
            kept = self._drafts.read()
        except FileError as error:
            self._app.say(str(error), "warning")
            return
        if found := [draft for draft in map(_read, kept.split(_BETWEEN)) if draft is not None]:
            for draft in found:
                self._lay(draft)
            keys = list(dict.fromkeys(map(_key, found)))
            bring = "brings it" if len(found) == 1 else f"bring{'s' * (len(keys) == 1)} them"
            said = self._app.hint(f"set aside; key{'s' * (len(keys) > 1)} {' and '.join(keys)} {bring} back")
            asks = f"; {self._app.asks_who}" if self._app.asks_who else ""  # said a moment ago, and not to be lost
            self._app.say(f"{said}{asks}")

    def _lay(self, draft: Draft) -> None:
        self._aside.setdefault((self._incident, f"entry.{draft.kind}"), []).append(draft)

    def _rest(self) -> None:
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None

    def _write(self, *typed: Draft) -> None:
        """Brings to disk what is set aside in this incident, and what is being typed."""
        if self._drafts is not None:
            aside = (drafts for (incident, _), drafts in self._aside.items() if incident == self._incident)
            words = [_told(draft) for drafts in (*aside, typed) for draft in drafts if draft.text.strip()]
            self._disk.submit(_kept, self._drafts, _BETWEEN.join(words))


def _key(draft: Draft) -> str:
    """Its key, in a sentence that names keys by their commands."""
    return f"{{entry.{draft.kind}}}"


def _told(draft: Draft) -> str:
    return f"{draft.kind} {draft.at.isoformat()}\n{draft.text}"


def _read(told: str) -> Draft | None:
    """The draft that `_told` made this of; None where it made no such thing."""
    first, _, text = told.partition("\n")
    kind, _, at = first.partition(" ")
    known = next((name for name in KINDS if name == kind and f"entry.{name}" in BY_ID), None)
    with suppress(ValueError):  # a time that is none: nothing of ours wrote that
        if known is not None and text:
            return Draft(known, datetime.fromisoformat(at), text, kind=known)
    return None


def _kept(drafts: Drafts, text: str) -> None:
    """Off the loop. A draft that can't be kept is no reason to disturb who is typing it."""
    with suppress(FileError):
        drafts.keep(text)

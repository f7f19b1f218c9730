"""What an outside change of the file has left open: asked when the person has time, one after the other."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from warroom.files.errors import GoneError
from warroom.files.messages import Broken, Conflict, Vanished
from warroom.files.writer import Writer
from warroom.incident.changes import Add
from warroom.incident.contested import named, writes
from warroom.incident.reviewed import with_review
from warroom.postmortem.versions import both, read_as
from warroom.tui.screens.choice import Choice, Option
from warroom.tui.screens.versions import Versions

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

Question = Vanished | Conflict | Broken


class Questions:
    """Never a dialog by itself: a person in the middle of a line must not answer by accident."""

    def __init__(self, app: "WarRoom", writer: Callable[[], Writer | None], changed: Callable[[], None]) -> None:
        self._app, self._writer, self._changed = app, writer, changed
        self._all: dict[str, list[Question]] = {}

    @property
    def _waiting(self) -> list[Question]:
        """Those of the open incident; another one's wait until it is open again."""
        room = self._app.room
        return self._all.setdefault(room.incident.fields.id if room is not None else "", [])

    @property
    def words(self) -> str:
        """What waits, in a few words; "" where nothing does."""
        match self._waiting[:1]:
            case [Vanished() as event]:
                return f"{_entries(event)} gone from the file"
            case [Conflict(_, path)]:
                return f"{named(path)}: two versions"
            case [Broken()]:
                return "the incident's file is gone"
        return ""

    def add(self, question: Question) -> None:
        """Takes up what needs a decision; a file that is gone asks once."""
        if not (isinstance(question, Broken) and any(isinstance(known, Broken) for known in self._waiting)):
            self._waiting.append(question)
        self._changed()

    def file_is_back(self) -> None:
        """The file can be read again: whether to write it anew is no question any more."""
        self._waiting[:] = [question for question in self._waiting if not isinstance(question, Broken)]
        self._changed()

    def ask(self) -> None:
        """Asks what has waited longest."""
        if not self._waiting:
            self._app.say("nothing waits for a decision")
            return
        question = self._waiting.pop(0)
        if isinstance(question, Conflict):
            versions = Versions(named(question.path), read_as(question.theirs), read_as(question.mine))
            self._app.push_screen(versions, lambda answer: self._decided(question, answer))
            return
        if isinstance(question, Vanished):
            words = f"{_entries(question)} gone from the file, as a stale editor buffer does it"
            options = (Option("b", "put them back", "back"), Option("l", "leave them out", "leave"))
        else:
            words = f"{question.error.source} was deleted or moved away; this window still knows all of it"
            options = (Option("b", "write it anew", "back"), Option("l", "leave it: what is logged waits", "leave"))
        self._app.push_screen(Choice(words, options), lambda answer: self._decided(question, answer))

    def _decided(self, question: Question, answer: str | None) -> None:
        room = self._app.room
        if answer is None:
            self._waiting.insert(0, question)
        elif room is None or answer == "leave":
            pass
        elif isinstance(question, Vanished):
            room.apply(*(Add(entry) for entry in question.entries if room.incident.entry(entry.id) is None))
        elif isinstance(question, Conflict):
            value = both(question.path, question.theirs, question.mine) if answer == "both" else question.mine
            edit = writes(question.path, value)
            edits = with_review(room.incident, (edit,), self._app.author, self._app.clock())
            room.apply(*edits, name=f"decided: {named(question.path)}")
        else:
            self._app.work("put back", self._put_back)
        self._changed()

    async def _put_back(self) -> None:
        writer = self._writer()
        if writer is not None:
            done = await asyncio.to_thread(writer.put_back)
            self._app.say("written anew" if done else "it could not be written; what is logged is kept in memory")


def is_question(event: object) -> TypeGuard[Question]:
    """Whether a message of the writer needs a decision."""
    return isinstance(event, Vanished | Conflict) or (isinstance(event, Broken) and isinstance(event.error, GoneError))


def _entries(event: Vanished) -> str:
    return "an entry is" if len(event.entries) == 1 else f"{len(event.entries)} entries are"

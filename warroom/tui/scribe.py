"""The scribe's commands: everything that writes into the timeline or puts it right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.incident.amend import AmendError
from warroom.incident.durations import milestones
from warroom.incident.kinds import MARK_WORDS
from warroom.incident.model import Entry
from warroom.incident.tally import is_stamp
from warroom.incident.times import TimeError, echo, leading_time, parse_time
from warroom.text import clean
from warroom.tui.screens.choice import Choice, Option
from warroom.tui.widgets.composer import Draft

if TYPE_CHECKING:
    from warroom.room import Room
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

SLASH: Final = frozenset({"sev", "severity", "status", "ic", "commander", "scribe", "role", "title", "tag", "zone"})
"""What acts after a slash in the composer; any other text that begins with a slash is text."""


class Scribe:
    """Turns keys into drafts and drafts into entries."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {
            "entry.stamp": self.stamp,
            "entry.edit": self.edit,
            "entry.time": self.change_time,
            "entry.strike": self.strike,
            "entry.star": self.star,
            "entry.copy": self.copy,
            "stamps.walk": self.walk,
            "undo": self.undo,
            "redo": self.redo,
        }

    @property
    def _room(self) -> "Room":
        room = self._app.room
        assert room is not None, "commands that need an incident are disabled without one"
        return room

    def begin(self, command: Command) -> None:
        """A logging key: the composer opens, with the time of the key press."""
        at = self._app.key_time
        if not command.mark and (kept := self._app.kept_draft(command.id)) is not None:
            self._screen.compose_draft(replace(kept, then=self.log))
            return
        text, hint = self._opening(command, at)
        draft = Draft(
            what=command.title, at=at, text=text, kind=command.kind, mark=command.mark, then=self.log, hint=hint
        )
        self._screen.compose_draft(draft)

    def _opening(self, command: Command, at: datetime) -> tuple[str, str]:
        """What the composer of a milestone is filled in with, and what to do about it."""
        if not command.mark:
            return "", "Enter logs · Tab kind · @14:05 backdates" if self._app.room else "Enter declares an incident"
        if command.mark != "started":
            words = MARK_WORDS[command.mark]
            return f"{words[0].upper()}{words[1:]}: ", "Enter logs"
        failing = self._app.first_bad()
        if failing is None:
            return "", "@14:05 or -15m in front says when; without, the time stays unknown"
        name, since = failing
        there, today = since.astimezone(self._app.zone), at.astimezone(self._app.zone).date()
        when = f"{there:%H:%M:%S}" if there.date() == today else f"{there:%Y-%m-%d %H:%M:%S}"
        return f"@{when} {name} is failing", "Enter takes this time"

    def paste(self, text: str) -> None:
        """A paste outside a field opens a note with it, and runs nothing."""
        self._screen.compose_draft(Draft("note", self._app.key_time, text, kind="note", then=self.log))

    def log(self, draft: Draft) -> None:
        """Enter: what is written becomes an entry, or a command after a slash, or a new incident."""
        if self._app.deferred(partial(self.log, draft)):
            return
        text = _own_words(draft) if draft.mark else draft.text
        if not text and not draft.mark:
            self._app.say("nothing written, nothing logged")
            return
        if self._slash(draft, text):
            return
        if self._app.room is None:
            self._screen.commander.declare_with(draft)
            return
        holder = milestones(self._room.incident.entries).get(draft.mark) if draft.mark else None
        if holder is not None:
            self._ask_to_move(draft, text, holder)
        else:
            self._write(draft, text)

    def _slash(self, draft: Draft, text: str) -> bool:
        name, _, argument = text.removeprefix("/").partition(" ")
        if not text.startswith("/") or name not in SLASH or draft.mark:
            return False
        if self._app.room is None:
            self._app.say("no incident is open: N declares one", "warning")
            return True
        if name == "role":
            role, _, argument = argument.strip().partition(" ")
            name = f"roles.{role.lower()}" if role else "role"
        self.amend(name, argument, draft)
        return True

    def amend(self, name: str, value: str, draft: Draft) -> None:
        """Changes a field of the head; what was not understood comes back into the composer."""
        try:
            changed = self._room.amend(name, value, draft.at)
        except AmendError as error:
            self._screen.compose_draft(replace(draft, timed=draft.timed))
            self._app.say(str(error), "warning")
            return
        self._app.say(changed or "it says so already")

    def _ask_to_move(self, draft: Draft, text: str, holder: Entry) -> None:
        when = echo(holder.at, draft.at, self._app.zone) if holder.at else "an unknown time"
        options = (
            Option("m", f"move {MARK_WORDS[draft.mark]!r} to this entry", "move"),
            Option("k", "keep it there, and log this as a plain entry", "keep"),
        )

        def answered(answer: str | None) -> None:
            if answer == "move":
                self._write(draft, text, moving=holder)
            elif answer == "keep":
                self._write(replace(draft, mark=""), text)
            else:
                self._screen.compose_draft(draft)

        self._app.push_screen(Choice(f"{MARK_WORDS[draft.mark]} is set at {when}", options), answered)

    def _write(self, draft: Draft, text: str, moving: Entry | None = None) -> None:
        kind = draft.kind or "note"
        at: datetime | None = draft.at
        if draft.mark == "started" and not draft.backdated:
            at = None  # the key says when somebody thought of it, not when the impact began
        text = text or MARK_WORDS.get(draft.mark, "").capitalize()
        self._room.log(text, kind=kind, at=at, mark=draft.mark, moving=moving.id if moving else "")
        self._app.forget_draft()

    def stamp(self, command: Command) -> None:
        """Space: this moment, at once; words come later."""
        at = self._app.key_time
        if self._app.deferred(partial(self._stamp, at)):
            return
        if self._app.room is None:
            self.begin(replace(command, kind="note", title="note"))
            return
        self._stamp(at)

    def _stamp(self, at: datetime) -> None:
        self._room.log("", kind="note", at=at)
        self._app.say("stamped: w describes it")

    def edit(self, _: Command) -> None:
        """Enter: the words of the entry, the action item, or the service's menu, by where the person is."""
        if self._screen.pane == "health":
            self._screen.commander.service_menu()
        elif self._screen.pane == "actions":
            self._screen.desk.follow_up.edit()
        elif (entry := self._screen.timeline.selected_entry) is not None:
            self._edit_entry(entry)

    def _edit_entry(self, entry: Entry) -> None:
        shown = clean(entry.text).strip()

        def changed(draft: Draft) -> None:
            values: dict[str, object] = {} if draft.text == shown else {"text": draft.text}
            if draft.kind != entry.kind:
                values["kind"] = draft.kind
            if values:
                self._room.revise(entry.id, f"edit: {draft.text or entry.text}", **values)
                self._app.say("edited; the old words are kept in the file")

        what = "describe" if is_stamp(entry) else "edit"
        at = entry.at or self._app.key_time
        draft = Draft(what, at, entry.text, kind=entry.kind, timed=False, then=changed, hint="Tab kind · Enter saves")
        self._screen.compose_draft(draft)

    def change_time(self, _: Command) -> None:
        entry = self._screen.timeline.selected_entry
        if entry is None:
            return

        def changed(draft: Draft) -> None:
            try:
                found = leading_time(draft.text, self._app.clock(), self._app.zone)
                at = found[0] if found else parse_time(draft.text, self._app.clock(), self._app.zone)
            except TimeError as error:
                self._screen.compose_draft(draft)
                self._app.say(str(error), "warning")
                return
            self._room.revise(entry.id, f"time of: {entry.text}", at=at)
            self._app.say(f"now at {echo(at, self._app.clock(), self._app.zone)}")

        text = f"{entry.at.astimezone(self._app.zone):%Y-%m-%d %H:%M:%S}" if entry.at else ""
        hint = "14:05 · yesterday 23:50 · -15m"
        self._screen.compose_draft(Draft("new time", self._app.key_time, text, timed=False, then=changed, hint=hint))

    def strike(self, _: Command) -> None:
        if (entry := self._screen.timeline.selected_entry) is not None:
            self._room.revise(entry.id, f"strike: {entry.text}", struck=not entry.struck)
            self._app.say("struck; X takes it back" if not entry.struck else "no longer struck")

    def star(self, _: Command) -> None:
        if (entry := self._screen.timeline.selected_entry) is not None:
            self._room.revise(entry.id, f"star: {entry.text}", starred=not entry.starred)

    def copy(self, _: Command) -> None:
        if (entry := self._screen.timeline.selected_entry) is not None:
            when = f"{echo(entry.at, self._app.clock(), self._app.zone)} " if entry.at else ""
            self._app.copy(f"{when}{entry.text}")

    def walk(self, _: Command) -> None:
        """Chooses the next stamp that waits for words, and opens it."""
        stamps = [entry for entry in self._screen.timeline.entries if is_stamp(entry)]
        if stamps:
            self._screen.timeline.choose(stamps[0].id)
            self._edit_entry(stamps[0])

    def undo(self, _: Command) -> None:
        self._app.say(f"undone: {self._room.undo()}")

    def redo(self, _: Command) -> None:
        self._app.say(f"done again: {self._room.redo()}")


def _own_words(draft: Draft) -> str:
    """The text of a milestone, without the word that the composer was filled in with, unless that is all there is."""
    words = MARK_WORDS[draft.mark]
    text = draft.text.strip()
    rest = text[len(words) :].lstrip(" :") if text.casefold().startswith(f"{words}:") else text
    return rest or text.rstrip(" :")

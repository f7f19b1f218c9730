"""The scribe's commands: everything that writes into the timeline or puts it right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.health.told import first_outage
from warroom.incident.changes import Revise
from warroom.incident.kinds import MARK_WORDS, Mark
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry
from warroom.incident.shift import parse_shift, shifted
from warroom.incident.status import edits_for_mark
from warroom.incident.tally import is_stamp
from warroom.incident.times import TimeError, echo, leading_time, parse_time, short
from warroom.presenters.board import some
from warroom.presenters.copying import as_markdown, as_text
from warroom.text import clean, clean_line
from warroom.text.redact import credentials
from warroom.tui.draft import Draft
from warroom.tui.screens.choice import Choice, Option

if TYPE_CHECKING:
    from warroom.room import Room, Turned
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_BACKDATES: Final = "-15m or @14:05 in front backdates"


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
            "entry.mark": self.set_mark,
            "entry.service": self.set_service,
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
        if not command.mark and (kept := self._app.drawer.take(command.id)) is not None:
            self._screen.compose_draft(self._helped(replace(kept, then=self.log)))
            return
        text, hint = self._opening(command, at)
        draft = Draft(
            what=command.title, at=at, text=text, kind=command.kind, mark=command.mark, then=self.log, hint=hint
        )
        self._screen.compose_draft(self._helped(draft))

    def _helped(self, draft: Draft) -> Draft:
        """With completion and echo of what acts after a slash; in a milestone nothing does."""
        if draft.mark:
            return draft
        clerk = self._screen.clerk
        return replace(draft, complete=clerk.completions, echo=clerk.understood)

    def _opening(self, command: Command, at: datetime) -> tuple[str, str]:
        """What the composer of a milestone is filled in with, and what to do about it."""
        if not command.mark:
            title = self._screen.commander.untaken or "an incident"
            return "", _BACKDATES if self._app.room else f"Enter declares {title}"
        if command.mark != "started":
            words = MARK_WORDS[command.mark]
            return f"{words[0].upper()}{words[1:]}: ", _BACKDATES
        failing, is_or_was = self._app.first_bad(), "is"
        if failing is None and self._app.room is not None and (run := first_outage(self._room.incident.entries)):
            failing, is_or_was = (clean_line(run.service), run.start), "was" if run.end is not None else "is"
        if failing is None:
            return "", "-15m or @14:05 says when; else that stays unknown"
        name, since = failing
        there, today = since.astimezone(self._app.zone), at.astimezone(self._app.zone).date()
        when = f"{there:%H:%M:%S}" if there.date() == today else f"{there:%Y-%m-%d %H:%M:%S}"
        return f"@{when} {name} {is_or_was} failing", "Enter takes this time"

    def paste(self, text: str) -> None:
        """A paste outside a field: lines with times become entries after a look, all else opens a note."""
        if not self._screen.clerk.pasted(text):
            draft = Draft("note", self._app.key_time, text, kind="note", then=self.log)
            self._screen.compose_draft(self._helped(draft))

    def log(self, draft: Draft) -> None:
        """Enter: what is written becomes an entry, or a command after a slash, or a new incident."""
        if self._app.deferred(partial(self.log, draft)):
            return
        text = draft.words
        if not text and not draft.mark:
            self._app.say("nothing written, nothing logged")
            return
        if self._screen.clerk.slash(draft, text):
            return
        if self._app.room is None:
            self._screen.commander.declare_with(draft)
            return
        holder = milestones(self._room.incident.entries).get(draft.mark) if draft.mark else None
        if holder is not None:
            self._ask_to_move(draft, text, holder)
        else:
            self.write(draft, text)

    def _ask_to_move(self, draft: Draft, text: str, holder: Entry) -> None:
        when = echo(holder.at, draft.at, self._app.zone) if holder.at else "an unknown time"
        options = (
            Option("m", f"move {MARK_WORDS[draft.mark]!r} to this entry", "move"),
            Option("k", "keep it there, and log this as a plain entry", "keep"),
        )

        def answered(answer: str | None) -> None:
            if answer == "move":
                self.write(draft, text, moving=holder)
            elif answer == "keep":
                self.write(replace(draft, mark=""), text)
            else:
                self._screen.compose_draft(draft)

        self._app.push_screen(Choice(f"{MARK_WORDS[draft.mark]} is set at {when}", options), answered)

    def write(self, draft: Draft, text: str, moving: Entry | None = None) -> None:
        """Makes an entry of a draft, with `text` for its words; `moving` is who loses its mark."""
        kind = draft.kind or "note"
        at: datetime | None = draft.at
        if draft.mark == "started" and not draft.backdated:
            at = None  # the key says when somebody thought of it, not when the impact began
        text = text or MARK_WORDS.get(draft.mark, "").capitalize()
        self._room.log(
            text,
            kind=kind,
            at=at,
            mark=draft.mark,
            moving=moving.id if moving else "",
            service=draft.service,
            evidence=draft.evidence,
        )
        self._app.drawer.forget()
        self.heed(text)

    def heed(self, text: str) -> None:
        """Says so where what was just logged looks like a secret: whoever reads the file has it from now on."""
        if credentials(text):
            keys = "{entry.edit} edits the entry, {entry.strike} strikes it, but the file keeps the words"
            mend = self._app.hint(f"{keys}: change it where it is valid")
            self._app.say(f"this seems to hold a credential; {mend}", "warning")

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
        self._app.say(self._app.hint("stamped: {stamps.walk} describes it"))

    def edit(self, _: Command) -> None:
        """Enter: the words of the entry, the action item, or the service's menu, by where the person is."""
        if self._screen.pane == "health":
            self._screen.steward.open()
        elif self._screen.pane == "actions":
            self._screen.desk.follow_up.edit()
        elif (entry := self._screen.timeline.selected_entry) is not None:
            self._edit_entry(entry)

    def _edit_entry(self, entry: Entry, *, last: bool = False) -> None:
        """`last`: of the stamps that are walked; after it the timeline follows what arrives again."""
        shown, stamped, seen = clean(entry.text).strip(), is_stamp(entry), self._room.incident

        def changed(draft: Draft) -> None:
            values: dict[str, object] = {} if draft.text == shown else {"text": draft.text}
            if draft.kind != entry.kind:
                values["kind"] = draft.kind
            if values:
                self._room.revise(entry.id, f"edit: {draft.text or entry.text}", seen, **values)
                self._app.say("described" if stamped else "edited; the old words are kept in the file")
                if last:
                    self._screen.timeline.move_to(-1)
                self.heed(draft.text)

        what = "describe" if stamped else "edit"
        at, dated = entry.at or self._app.key_time, entry.at is not None
        draft = Draft(what, at, entry.text, kind=entry.kind, timed=False, dated=dated, then=changed)
        self._screen.compose_draft(draft)

    def change_time(self, _: Command) -> None:
        """t: a time, or an amount with a sign in front by which the entry, or all selected ones, move."""
        chosen = self._screen.timeline.chosen
        if not chosen:
            return

        def changed(draft: Draft) -> None:
            try:
                edits = self._moved(chosen, draft.text)
            except TimeError as error:
                self._screen.compose_draft(draft)
                self._app.say(str(error), "warning")
                return
            self._room.apply(*edits, name=f"time of: {_named(chosen)}")
            self._app.say(self._moving(chosen, draft.text)[0])

        first = chosen[0].at
        one = len(chosen) == 1 and first is not None
        text = f"{first.astimezone(self._app.zone):%Y-%m-%d %H:%M:%S}" if one and first is not None else ""
        hint = "14:05 · yesterday 23:50 · +5m or -5m moves it" if len(chosen) == 1 else "+5m or -5m moves them all"
        what = "new time" if len(chosen) == 1 else f"move {len(chosen)}"
        echoed = partial(self._moving, chosen)
        draft = Draft(what, self._app.key_time, text, timed=False, then=changed, echo=echoed, hint=hint, chosen=True)
        self._screen.compose_draft(draft)

    def _moved(self, chosen: list[Entry], text: str) -> tuple[Revise, ...]:
        by = parse_shift(text)
        if by is not None:
            edits = shifted(chosen, by)
            if not edits:
                raise TimeError("an entry without a time can't be moved by an amount; write when it was")
            return edits
        if len(chosen) > 1:
            raise TimeError("several entries move by an amount: +5m or -5m")
        now, place = self._app.clock(), self._app.zone
        found, rest = leading_time(text, now, place) or (parse_time(text, now, place), "")
        if rest:
            raise TimeError(f"{rest!r} behind the time is no part of it; write the time alone")
        return (Revise(chosen[0].id, {"at": found}),)

    def _moving(self, chosen: list[Entry], text: str) -> tuple[str, str]:
        """Where an entry would come to stand."""
        if not text.strip():
            return "14:05, yesterday 23:50, +5m or -5m", "muted"
        try:
            edits = self._moved(chosen, text)
        except TimeError as error:
            return str(error).partition(";")[0], "warning"
        now, place = self._app.clock(), self._app.zone
        told = echo(edits[0].values["at"], now, place)
        by = parse_shift(text)
        if len(chosen) > 1 and by is not None:
            return f"{len(edits)} entries {short(abs(by))} {'later' if by >= timedelta(0) else 'earlier'}", "said"
        return f"now at {told}" if chosen[0].at is None else f"moves to {told}", "said"

    def set_mark(self, _: Command) -> None:
        """Makes the entry a milestone; whoever held the mark so far loses it in the same change."""
        entry = self._screen.timeline.selected_entry
        if entry is None:
            return
        options = [Option(str(place), words, mark) for place, (mark, words) in enumerate(MARK_WORDS.items(), 1)]
        options.append(Option("0", "no milestone", "none"))

        def answered(answer: str | None) -> None:
            if answer is None:
                return
            mark: Mark = next((known for known in MARK_WORDS if known == answer), "")
            holder = milestones(self._room.incident.entries).get(mark) if mark else None
            loses = (Revise(holder.id, {"mark": ""}),) if holder is not None and holder.id != entry.id else ()
            status = edits_for_mark(self._room.incident, mark) if mark else ()
            name = f"{MARK_WORDS.get(mark, 'no milestone')}: {entry.text}"
            self._room.apply(Revise(entry.id, {"mark": mark}), *loses, *status, name=name)
            self._app.say(name)

        self._app.push_screen(Choice("Which milestone is it?", options), answered)

    def set_service(self, _: Command) -> None:
        chosen = self._screen.timeline.chosen
        known = sorted({*self._room.incident.fields.services, *(s.name for s in self._app.board.services)})

        def taken(draft: Draft) -> None:
            edits = [Revise(entry.id, {"service": draft.text}) for entry in chosen]
            self._room.apply(*edits, name=f"service of: {_named(chosen)}")
            self._app.say(f"about {draft.text}" if draft.text else "about no service in particular")

        def completed(text: str) -> list[str]:
            return [name for name in known if name.startswith(text) and name != text]

        hint = f"Tab: {' '.join(known[:4])}" if known else "the name of the service"
        draft = Draft(
            "service",
            self._app.key_time,
            chosen[0].service if chosen else "",
            timed=False,
            then=taken,
            complete=completed,
            hint=hint,
        )
        self._screen.compose_draft(draft)

    def strike(self, _: Command) -> None:
        if chosen := self._screen.timeline.chosen:
            struck = not all(entry.struck for entry in chosen)
            self._room.apply(*(Revise(e.id, {"struck": struck}) for e in chosen), name=f"strike: {_named(chosen)}")
            self._app.say(self._app.hint("struck; {entry.strike} takes it back") if struck else "no longer struck")

    def star(self, _: Command) -> None:
        if chosen := self._screen.timeline.chosen:
            starred = not all(entry.starred for entry in chosen)
            self._room.apply(*(Revise(e.id, {"starred": starred}) for e in chosen), name=f"star: {_named(chosen)}")

    def copy(self, _: Command) -> None:
        """y: the entry as text; several as text or as a Markdown list."""
        chosen = self._screen.timeline.chosen
        now, place = self._app.clock(), self._app.zone
        if len(chosen) < 2:
            self._app.copy(as_text(chosen, now, place))
            return
        options = (Option("t", "as text", "text"), Option("m", "as Markdown", "markdown"))

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._app.copy((as_text if answer == "text" else as_markdown)(chosen, now, place))

        self._app.push_screen(Choice(f"Copy {len(chosen)} entries", options), answered)

    def walk(self, _: Command) -> None:
        """Chooses the next stamp that waits for words, and opens it."""
        stamps = [entry for entry in self._screen.timeline.entries if is_stamp(entry)]
        if stamps:
            self._screen.timeline.choose(stamps[0].id)
            self._edit_entry(stamps[0], last=len(stamps) == 1)

    def undo(self, _: Command) -> None:
        name = self._room.undoable
        self._app.say(_turned("undone", name, self._room.undo()))

    def redo(self, _: Command) -> None:
        name = self._room.redoable
        self._app.say(_turned("done again", name, self._room.redo()))


def _named(entries: list[Entry]) -> str:
    """What an undo calls them."""
    return entries[0].text if len(entries) == 1 else f"{len(entries)} entries"


def _turned(how: str, name: str, done: "Turned | None") -> str:
    """What an undo or redo did, and what of it stands as others have it by now."""
    if done is None:
        return f"left as it is, it was changed again since: {name}"
    return f"{how}: {name}" + (f"; left, as changed again since: {some(done.stayed)}" if done.stayed else "")

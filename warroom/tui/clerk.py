"""The clerk's commands: what acts after a slash, updates and their timer, asks, verdicts, pasted timelines."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.commands import BY_ID, NO_INCIDENT, Command
from warroom.incident.amend import AmendError
from warroom.incident.asks import AskError, parse_ask
from warroom.incident.backfill import Backfill, parse_backfill
from warroom.incident.changes import Add
from warroom.incident.kinds import STATUSES
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry
from warroom.incident.order import reading_order
from warroom.incident.times import TimeError, echo
from warroom.presenters.briefs import handoff_text, update_text
from warroom.presenters.runs import Line, Run
from warroom.presenters.timeline import WORDLESS
from warroom.text import clean_line
from warroom.text.width import wrap
from warroom.tui import slashes
from warroom.tui.draft import Draft
from warroom.tui.screens.choice import Choice, Option
from warroom.tui.screens.sheet import Sheet, text_lines

if TYPE_CHECKING:
    from warroom.room import Room
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_SNOOZES: Final = (("1", "15m"), ("2", "30m"), ("3", "1h"), ("4", "2h"))
_VERDICTS: Final = (("s", "supported"), ("r", "ruled-out"), ("o", "open"))


class Clerk:
    """Does what is neither an entry of one's own words nor about the incident as a whole."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {
            "entry.verdict": self.verdict,
            "incident.status": self.status,
            "incident.reopen": lambda _: self._slash_on("reopen", self._draft("reopen")),
            "incident.close": lambda _: self._slash_on("close", self._draft("close")),
            "incident.cancel": lambda _: self._slash_on("cancel", self._draft("cancel")),
            "incident.handoff": self.handoff,
            "update.write": self.update,
            "update.snooze": self.snooze,
            "ask.done": self.answer,
        }

    @property
    def _room(self) -> "Room":
        room = self._app.room
        assert room is not None, "commands that need an incident are disabled without one"
        return room

    def _draft(self, what: str, text: str = "", **more: object) -> Draft:
        return Draft(what, self._app.key_time, text, **more)  # type: ignore[arg-type]

    # after a slash

    def completions(self, text: str) -> list[str]:
        """What a text with a slash in front could go on to."""
        return slashes.completions(text, self._app.room.incident if self._app.room else None)

    def understood(self, text: str) -> tuple[str, str] | None:
        """How a text with a slash in front is understood so far."""
        incident = self._app.room.incident if self._app.room else None
        return slashes.understood(text, incident, self._app.clock(), self._app.zone)

    def slash(self, draft: Draft, text: str) -> bool:
        """Does what stands after a slash; False where the text is no command."""
        found = slashes.split(text)
        if found is None or draft.mark:
            return False
        if self._app.room is None and not found[0].alone:
            self._app.say(self._app.hint(NO_INCIDENT), "warning")
            return True
        self._screen.catch_up()
        try:
            self._do(*found, draft)
            self._app.drawer.forget()
        except (AmendError, AskError, TimeError) as error:
            self._screen.compose_draft(draft)
            self._app.say(str(error), "warning")
        return True

    def _do(self, slash: slashes.Slash, argument: str, draft: Draft) -> None:
        match slash.name:
            case "ask":
                self._ask(argument, draft)
            case "done":
                self._answer(argument, draft)
            case "due":
                self._due(argument)
            case "verdict":
                self._judge(argument, self._hypothesis())
            case "me":
                self._app.call(argument)
            case "status" if argument == "resolved":
                self._resolve(draft)
            case "reopen" | "close" | "cancel":
                self._slash_on(slash.name, draft)
            case _:
                self._amend(*slashes.field_of(slash, argument), draft)

    def _slash_on(self, name: str, draft: Draft) -> None:
        """At once, as it was asked for by name: how to take it back is said with it."""
        status = {"reopen": "investigating", "close": "closed", "cancel": "cancelled"}[name]
        changed = self._room.amend("status", status, draft.at)
        back = self._app.hint("{undo} takes it back")
        self._app.say(f"{changed}; {back}" if changed else "it says so already")

    def _amend(self, name: str, value: str, draft: Draft) -> None:
        self._app.say(self._room.amend(name, value, draft.at) or "it says so already")

    def status(self, _: Command) -> None:
        """W: the status by hand; the milestones that move it are offered with their keys."""
        now = self._room.incident.fields.status
        options = [Option(str(place), name, name) for place, name in enumerate(STATUSES, 1)]

        def answered(answer: str | None) -> None:
            if answer == "resolved":
                self._resolve(self._draft("status"))
            elif answer is not None:
                self._amend("status", answer, self._draft("status"))

        self._app.push_screen(Choice(f"The status is {now}; set it to", options, STATUSES.index(now)), answered)

    def _resolve(self, draft: Draft) -> None:
        """Resolved by hand asks once for the milestone, without which nobody knows how long it took."""
        if "resolved" in milestones(self._room.incident.entries):
            self._amend("status", "resolved", draft)
            return
        options = (
            Option("R", "log the milestone, now or with a time in front", "mark"),
            Option("s", "set the status alone; when it was over stays unknown", "status"),
        )

        def answered(answer: str | None) -> None:
            if answer == "mark":
                self._screen.scribe.begin(BY_ID["mark.resolved"])
            elif answer == "status":
                self._amend("status", "resolved", draft)

        self._app.push_screen(Choice("No entry says when it was resolved", options), answered)

    # updates

    def update(self, _: Command) -> None:
        """U: the next update, composed from the record; copied, shown, and logged as comms at Enter."""
        text = update_text(self._room.incident, self._app.clock(), self._app.zone).rstrip("\n")
        self._app.copy(text)

        def answered(key: str | None) -> None:
            if key == "enter":
                draft = self._draft("comms", text, kind="comms", then=self._screen.scribe.log)
                self._screen.compose_draft(replace(draft, hint="Enter logs it and restarts the timer"))

        note = "copied; Enter lays it into the line, and Enter again logs it"
        shown = partial(text_lines, "The next update", text, note=note)
        sheet = Sheet(shown, {"enter": "to the line"}, self._copies(text))
        self._app.push_screen(sheet, answered)

    def handoff(self, _: Command) -> None:
        """H: the brief for whoever takes over."""
        text = handoff_text(self._room.incident, self._app.clock(), self._app.zone).rstrip("\n")
        self._app.push_screen(Sheet(partial(text_lines, "Handoff", text), {}, self._copies(text)))

    def _copies(self, text: str) -> dict[str, tuple[str, Callable[[], None]]]:
        return {"y": ("copy", lambda: self._app.copy(text))}

    def snooze(self, _: Command) -> None:
        """S: puts the next update off."""
        options = [Option(key, f"in {length}", length) for key, length in _SNOOZES]
        options.append(Option("0", "no more updates", "off"))

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._due(answer)

        self._app.push_screen(Choice("When is the next update due?", options), answered)

    def _due(self, argument: str) -> None:
        edits, said = slashes.due(argument, self._app.clock(), self._app.zone)
        self._room.apply(*edits, name=said)
        self._app.say(said)

    # asks and hypotheses

    def _ask(self, argument: str, draft: Draft) -> None:
        ask = parse_ask(argument)
        due = draft.at + ask.within if ask.within is not None else None
        self._room.log(ask.text, kind="ask", at=draft.at, to=ask.to, due=due)
        self._app.say(f"asked {ask.to}; /done answers it")
        self._screen.scribe.heed(ask.text)

    def answer(self, _: Command) -> None:
        """The composer with /done filled in, for the ask that is selected or waits longest."""
        draft = self._draft("note", "/done ", kind="note", then=self._screen.scribe.log)
        ask = self._open_ask()
        self._screen.compose_draft(replace(draft, hint=f"answers: {clean_line(ask.text)}" if ask else ""))

    def _open_ask(self) -> Entry | None:
        asks = self._screen.tally.asks if self._screen.tally is not None else ()
        selected = self._screen.timeline.selected_entry
        if selected is not None and any(ask.id == selected.id for ask in asks):
            return selected
        dated = sorted((ask for ask in asks if ask.due is not None), key=lambda ask: (ask.due, ask.id))
        return dated[0] if dated else asks[0] if asks else None

    def _answer(self, argument: str, draft: Draft) -> None:
        ask = self._open_ask()
        if ask is None:
            raise AskError("nothing that was asked waits for an answer")
        text = argument or f"done: {clean_line(ask.text)}"
        self._room.log(text, kind="observation", at=draft.at, answers=ask.id)
        self._app.say(f"answered: {clean_line(ask.text)}")
        self._screen.scribe.heed(text)

    def verdict(self, _: Command) -> None:
        entry = self._screen.timeline.selected_entry
        if entry is None:
            return
        options = [Option(key, name.replace("-", " "), name) for key, name in _VERDICTS]

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._judge(answer, entry)

        self._app.push_screen(Choice(entry.text or WORDLESS, options), answered)

    def _hypothesis(self) -> Entry | None:
        """The selected hypothesis, else the newest that is open."""
        selected = self._screen.timeline.selected_entry
        if selected is not None and selected.kind == "hypothesis":
            return selected
        entries = reversed(reading_order(self._room.incident.entries))
        found = (e for e in entries if e.kind == "hypothesis" and not e.struck and e.verdict in ("", "open"))
        return next(found, None)

    def _judge(self, verdict: str, entry: Entry | None) -> None:
        verdict = slashes.verdict(verdict)
        if entry is None:
            raise AmendError("there is no open hypothesis")
        words = clean_line(entry.text)
        self._room.revise(entry.id, f"{verdict}: {words}", verdict=verdict)
        self._app.say(f"{verdict.replace('-', ' ')}: {words}")

    # pasted timelines

    def pasted(self, text: str) -> bool:
        """Shows what a pasted text of several times is understood as; False where it is none."""
        if "\n" not in text.strip():
            return False
        found = parse_backfill(text, self._app.clock(), self._app.zone)
        if len(found.lines) < 2:
            return False

        def answered(key: str | None) -> None:
            if key == "enter":
                self._log_all(found)
            elif key == "n":
                draft = self._draft("note", text, kind="note", then=self._screen.scribe.log)
                self._screen.compose_draft(draft)

        keys = {"enter": f"log {len(found.lines)}", "n": "one note"}
        self._app.push_screen(Sheet(partial(self._reading, found), keys), answered)
        return True

    def _reading(self, found: Backfill, width: int) -> list[Line]:
        now, place = self._app.clock(), self._app.zone
        lines: list[Line] = [(Run(f"{len(found.lines)} entries, as understood", "heading"),)]
        if unsaid := sum(not line.zone_said for line in found.lines):
            said = f"{unsaid} without a zone of their own: taken for {place}, the zone times are shown in"
            lines += [(Run(row, "warning"),) for row in wrap(said, width)]
        lines += [(Run(row, "warning"),) for doubt in found.doubts for row in wrap(doubt, width)]
        if found.before:
            left_out = f"left out, it has no time: {clean_line(found.before)}"
            lines += [(Run(row, "muted"),) for row in wrap(left_out, width)]
        lines.append(())
        for line in found.lines:
            told = echo(line.at, now, place) + (f" to {echo(line.until, now, place)}" if line.until else "")
            first, *rest = wrap(line.text or WORDLESS, max(width - len(told) - 2, 12))
            lines.append((Run(told + "  ", "time"), Run(first)))
            lines += [(Run(" " * (len(told) + 2)), Run(row)) for row in rest]
        return lines

    def _log_all(self, found: Backfill) -> None:
        """One change, so that one undo takes all of it back."""
        if self._app.deferred(partial(self._log_all, found)):
            return
        if self._app.room is None:
            self._app.say(self._app.hint(f"{NO_INCIDENT}, then paste again"), "warning")
            return
        now, name = self._app.clock(), f"{len(found.lines)} pasted entries"
        entries = [
            Entry(
                id=self._app.new_id(),
                text=line.text,
                at=line.at,
                until=line.until,
                by=self._app.author,
                source="import",
                logged_at=now,
            )
            for line in found.lines
        ]
        self._room.apply(*map(Add, entries), name=name)
        self._app.say(f"logged {name}; {self._app.hint('{undo} takes them back')}")
        self._screen.scribe.heed("\n".join(entry.text for entry in entries))

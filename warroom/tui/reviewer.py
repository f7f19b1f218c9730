"""The review in the room: what the document lacks, going there, accepting on purpose, and the document's state."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.incident.changes import Set
from warroom.incident.kinds import DocumentState
from warroom.incident.model import Accepted, Incident
from warroom.incident.reviewed import with_review
from warroom.tui.bindings import key_label
from warroom.tui.draft import Draft
from warroom.tui.screens.choice import Choice, Option

if TYPE_CHECKING:
    from warroom.postmortem.review import Finding
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_STATES: tuple[tuple[str, str, DocumentState], ...] = (
    ("d", "draft: still being written", "draft"),
    ("i", "in review: others read it", "in-review"),
    ("r", "reviewed", "reviewed"),
)

_MENDS: Final = {
    "no-severity": "incident.severity",
    "no-start": "mark.started",
    "no-detection": "mark.detected",
    "no-end": "mark.resolved",
    "order": "entry.time",
    "untimed": "entry.time",
    "dead-end": "entry.edit",
    "hypothesis": "entry.verdict",
    "no-actions": "action.new",
}
"""Which command mends what a rule finds, where a single one does."""


class Reviewer:
    """`findings` are those of the incident as it was when the review last ran; None before it has."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen", go_to: Callable[[str], bool]) -> None:
        self._app, self._screen, self._go_to_heading = app, screen, go_to
        self.findings: tuple[Finding, ...] | None = None
        self._reviewed: Incident | None = None
        self._running = False

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {"postmortem.review": self.open, "postmortem.state": self.state}

    @property
    def open_findings(self) -> int:
        return sum(not finding.accepted for finding in self.findings or ())

    def refresh(self) -> None:
        """Reviews the incident anew in a thread, where it has changed since: a long record takes its time."""
        room = self._app.room
        if not self._running and room is not None and room.incident is not self._reviewed:
            self._running = True
            self._app.work("review", self._run)

    async def _run(self) -> None:
        try:
            while (room := self._app.room) is not None and room.incident is not self._reviewed:
                incident = room.incident
                self.findings = await asyncio.to_thread(self._review, incident)
                self._reviewed = incident
                self._screen.title_document()
        finally:
            self._running = False

    def _review(self, incident: Incident) -> "tuple[Finding, ...]":
        from warroom.postmortem.review import review

        return review(incident, self._app.clock().astimezone(self._app.zone).date())

    def open(self, _: Command) -> None:
        """V: the findings; Enter goes to one, `a` accepts it on purpose."""
        from warroom.tui.screens.findings import Findings

        if self._screen.editor is not None:
            self._screen.editor.save()
        room = self._app.room
        assert room is not None, "disabled without an incident"
        self._app.push_screen(Findings(self._review(room.incident), room.incident.accepted), self._chosen)

    def _chosen(self, answer: "tuple[str, Finding] | None") -> None:
        if answer is None:
            return
        what, finding = answer
        if what == "go":
            self._go_to(finding)
        elif finding.accepted:
            self._take_back(finding)
        else:
            self._accept(finding)

    def _go_to(self, finding: "Finding") -> None:
        if not self._go_to_heading(finding.place):
            self._go_to_row(finding.place)
        keys = self._app.keys.get(_MENDS.get(finding.rule.id, ""), ())
        self._app.say(f"{finding}{f': {key_label(keys[0])}' if keys else ''}", "warning")

    def _go_to_row(self, place: str) -> None:
        """Where it is no part of the text: to the action item or the entry, or to all action items."""
        screen = self._screen
        if place == "action" or any(action.id == place for action in screen.actions.actions):
            screen.actions.choose(place)
            screen.go_to("actions")
        else:
            screen.go_to("timeline")
            screen.timeline.choose(place)

    def _accept(self, finding: "Finding") -> None:
        """Asks for the reason: an acceptance without one would tell a reader nothing."""

        def written(draft: Draft) -> None:
            room = self._app.room
            if room is None or not draft.text:
                self._app.say("not accepted: it needs a reason")
                return
            accepted = Accepted(finding.key, self._app.author, draft.text)
            room.apply(Set("accepted", (*room.incident.accepted, accepted)), name=f"accepted: {finding.where}")
            self._app.say(f"accepted: {finding.where}: {draft.text}")

        hint = "why it may stay as it is; Enter keeps that in the file"
        draft = Draft("accept because", self._app.key_time, timed=False, then=written, hint=hint)
        self._screen.compose_draft(draft)

    def _take_back(self, finding: "Finding") -> None:
        room = self._app.room
        assert room is not None, "its finding was on screen"
        kept = tuple(item for item in room.incident.accepted if item.finding not in (finding.key, finding.rule.id))
        room.apply(Set("accepted", kept), name=f"no longer accepted: {finding.where}")
        self._app.say(f"no longer accepted: {finding.where}")

    def state(self, _: Command) -> None:
        """f: draft, in review, or reviewed, with who reviewed it and when."""
        room = self._app.room
        assert room is not None, "disabled without an incident"
        if self._screen.editor is not None:
            self._screen.editor.save()
        document = room.incident.postmortem
        still = sum(not finding.accepted for finding in self._review(room.incident))
        findings = "no findings" if not still else "1 finding" if still == 1 else f"{still} findings"
        options = [Option(key, words, state) for key, words, state in _STATES]
        chosen = next(place for place, option in enumerate(options) if option.value == document.state)
        self._app.push_screen(Choice(f"The document: {document.state}, {findings}", options, chosen), self._set_state)

    def _set_state(self, answer: str | None) -> None:
        room = self._app.room
        if room is None or answer is None or answer == room.incident.postmortem.state:
            return
        edits = with_review(room.incident, (Set("postmortem.state", answer),), self._app.author, self._app.clock())
        room.apply(*edits, name=f"document: {answer}")
        self._app.say(f"document: {answer}" + (f" by {self._app.author}" if answer == "reviewed" else ""))

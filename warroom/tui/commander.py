"""The commander's commands: the incident as a whole, its severity and roles."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.files.errors import FileError
from warroom.incident.amend import AmendError
from warroom.incident.kinds import SEVERITIES
from warroom.presenters.board import some
from warroom.tui.draft import Draft
from warroom.tui.screens.choice import Choice, Option
from warroom.tui.screens.preview import Preview
from warroom.tui.slashes import ROLES, people

if TYPE_CHECKING:
    from warroom.files.places import Head
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_SEVERITY_WORDS: Final = {
    "sev1": "everything is down, or data is at risk",
    "sev2": "a main function is down for many",
    "sev3": "a part is down, or slow for many",
    "sev4": "a nuisance, with a way around",
    "sev5": "hardly anybody notices",
    "unset": "nobody has said yet",
}


class Commander:
    """Declares, switches, sets severity and roles, chooses the theme."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen
        self.untaken = ""
        """The title of an incident that could not be declared: it is offered until one is."""

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {
            "incident.declare": self.declare,
            "incident.switch": self.switch,
            "incident.severity": self.severity,
            "incident.roles": self.roles,
            "incident.decide": lambda _: self._app.decide(),
            "demo.faster": lambda _: self._app.pace("faster"),
            "demo.slower": lambda _: self._app.pace("slower"),
            "demo.pause": lambda _: self._app.pace("pause"),
            "theme": self.theme,
            "serious": self.serious,
        }

    def declare(self, _: Command) -> None:
        """N: the composer asks for the title; one that could not be declared is offered, else what was seen failing."""
        failing = some([service.name for service in self._app.failing()])
        self.declare_about(self.untaken or (f"{failing} down" if failing else ""))

    def declare_about(self, title: str) -> None:
        """The composer asks for the title, with `title` filled in."""
        hint = "begun with what was seen" if title and title != self.untaken else "the title of the incident"
        at = self._app.key_time
        draft = Draft("declare", at, title, timed=False, hint=hint, then=self._declared, enter="declare")
        self._screen.compose_draft(replace(draft, chosen=True))

    def _declared(self, draft: Draft) -> None:
        if not draft.text:
            self.untaken = ""
            self._app.say("an incident needs a title")
            return
        self._app.declare(draft.text, draft)

    def declare_with(self, draft: Draft) -> None:
        """A logging key with no incident open: its text is the first entry, and the title unless one waits already."""
        title = self.untaken or (draft.words or draft.what).splitlines()[0]
        self._app.declare(title, draft, entry=draft)

    def switch(self, _: Command) -> None:
        try:
            heads = self._app.heads()
        except FileError as error:
            self._app.say(str(error), "warning")
            return
        if not heads:
            self._app.say(self._app.hint("there is no incident yet: {incident.declare} declares one"))
            return
        options = [Option("", _told(head), head.id, "" if head.open else "muted") for head in heads]

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._app.open_incident(answer)

        self._app.push_screen(Choice("Show which incident?", options), answered)

    def severity(self, _: Command) -> None:
        options = [
            Option(name[-1] if name != "unset" else "0", f"{name}  {_SEVERITY_WORDS[name]}", name)
            for name in SEVERITIES
        ]
        self._app.push_screen(Choice("How severe is it?", options), self._take_severity)

    def _take_severity(self, answer: str | None) -> None:
        if answer is not None:
            self._amend("severity", answer)

    def roles(self, _: Command) -> None:
        """r: which role, then who; an empty name gives it back."""
        room = self._app.room
        if room is None:
            return
        held = room.incident.roles
        keys = {"commander": "r", "scribe": "s", "comms": "c", "operations": "o"}
        options = [
            Option(keys.get(name, ""), f"{name}  {held.get(name, '')}", name) for name in dict.fromkeys((*ROLES, *held))
        ]

        def answered(role: str | None) -> None:
            if role is not None:
                self._ask_who(role, held.get(role, ""))

        self._app.push_screen(Choice("Which role?", options), answered)

    def _ask_who(self, role: str, now: str) -> None:
        def taken(draft: Draft) -> None:
            self._amend(f"roles.{role}", draft.text, draft)

        def completed(text: str) -> list[str]:
            incident = self._app.room.incident if self._app.room is not None else None
            names = people(incident) if incident is not None else []
            return [name for name in names if name.startswith(text) and name != text]

        name = now or (self._app.author if role == "commander" else "")
        draft = Draft(role, self._app.key_time, name, timed=False, then=taken, hint="empty: nobody")
        self._screen.compose_draft(replace(draft, complete=completed, chosen=True))

    def _amend(self, name: str, value: str, draft: Draft | None = None) -> None:
        if (room := self._app.room) is None:
            return
        try:
            changed = room.amend(name, value, draft.at if draft else self._app.key_time)
        except AmendError as error:
            self._app.say(str(error), "warning")
            return
        self._app.say(changed or "it says so already")

    def theme(self, _: Command) -> None:
        """T: the list of themes; the room is drawn in the one that is looked at, and in its own again at Esc."""
        themes = self._app.themes
        names = themes.names()
        width = max(map(len, names))
        options = [Option("", f"{name:<{width}}  {themes.described(name)}", name) for name in names]

        def answered(answer: str | None) -> None:
            if answer is None:
                themes.restore()
            else:
                self._app.say(themes.choose(answer))

        chosen = names.index(themes.chosen) if themes.chosen in names else 0
        self._app.push_screen(Preview("Which theme?", options, chosen, themes.preview), answered)

    def serious(self, _: Command) -> None:
        """M: without a joke from here on, in the document and in the room; the document is shown at once."""
        self._app.say(self._app.themes.be_serious())
        self._screen.desk.show_document()


def _told(head: "Head") -> str:
    words = (head.id, head.text("severity", "unset"), head.text("status"), head.text("title"))
    return "  ".join(words)

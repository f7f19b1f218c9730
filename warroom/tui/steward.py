"""The steward's commands: what can be done about a service that is watched."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.health.board import ServiceStatus, standing
from warroom.incident.model import Evidence
from warroom.incident.times import TimeError, parse_duration, short, words
from warroom.presenters.board import STATE_WORDS, latency
from warroom.tui.draft import Draft
from warroom.tui.screens.choice import Choice, Option

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_LENGTHS: Final = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 480))
_LONGEST: Final = timedelta(days=90)
_OF_THE_WATCH: Final = frozenset({"recheck", "pause", "resume", "maintenance", "end"})
"""What tells the lookout something, and would be said and recorded for nothing where it does not look."""


class Steward:
    """The menu of a service: details, recheck, pause, maintenance, runbook, its state as evidence."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {"service.recheck": self.recheck_all}

    def recheck_all(self, _: Command) -> None:
        self._app.say("checking all services now" if self._app.recheck() else "nothing is being checked yet")

    def open(self) -> None:
        """Enter on the board: the menu of the service, or the group opened and closed."""
        if (group := self._screen.board.selected_group) is not None:
            self._screen.board.toggle(group)
        elif (service := self._screen.board.selected_service) is not None:
            self._ask(service)

    def _ask(self, service: ServiceStatus) -> None:
        acts: dict[str, Callable[[ServiceStatus], None]] = {
            "details": self._details,
            "recheck": self._recheck,
            "log": self._log,
            "declare": self._declare,
            "runbook": self._runbook,
            "pause": self._ask_pause,
            "resume": self._resume,
            "maintenance": self._ask_maintenance,
            "end": self._end_maintenance,
        }
        options = [Option("d", "details", "details")]
        if service.state != "paused":
            options.append(Option("r", "recheck now", "recheck"))
        if self._app.room is None:
            options.append(Option("n", "declare an incident about it", "declare"))
        else:
            options.append(Option("l", "log what is seen, with its evidence", "log"))
        if service.runbook:
            options.append(Option("o", f"runbook: {service.runbook}", "runbook"))
        if service.state == "paused":
            options.append(Option("p", "look at it again", "resume"))
        else:
            options.append(Option("p", "pause: look at it no more for some time ...", "pause"))
        if service.maintenance is None:
            options.append(Option("m", "maintenance: look, but log nothing for some time ...", "maintenance"))
        else:
            options.append(Option("m", f"end of maintenance ({service.maintenance})", "end"))

        def answered(answer: str | None) -> None:
            lookout = self._app.lookout
            if answer in _OF_THE_WATCH and (lookout is None or not lookout.watches(service.name)):
                self._app.say(f"nothing looks at {service.name} here, so that changes nothing", "warning")
            elif answer is not None:
                acts[answer](service)

        question = f"{service.name}: {STATE_WORDS[standing(service)]} {service.why}"
        self._app.push_screen(Choice(question, options), answered)

    def _details(self, service: ServiceStatus) -> None:
        from warroom.tui.screens.pages import Page

        self._app.push_screen(Page(partial(self._screen.board.evidence, service, lines_each=99)))

    def _recheck(self, service: ServiceStatus) -> None:
        self._app.recheck(service.name)
        self._app.say(f"checking {service.name} now")

    def _log(self, service: ServiceStatus) -> None:
        """The composer with what is seen; its evidence goes into the entry as it stands on the board now."""
        stands = f"{service.name} is {STATE_WORDS[standing(service)]}: {service.why or service.target}"
        draft = Draft(
            "observation",
            self._app.key_time,
            stands,
            kind="observation",
            then=self._screen.scribe.log,
            hint="Enter logs it, with its evidence",
            service=service.name,
            evidence=seen(service),
        )
        self._screen.compose_draft(draft)

    def _declare(self, service: ServiceStatus) -> None:
        self._screen.commander.declare_about(f"{service.name} {'down' if service.state == 'down' else 'in trouble'}")

    def _runbook(self, service: ServiceStatus) -> None:
        """Opens the link where there is a browser to be seen, else copies it."""
        from warroom.shell import open_link

        if open_link(service.runbook, os.environ):
            self._app.say(f"opened: {service.runbook}")
        else:
            self._app.copy(service.runbook)

    # pause and maintenance

    def _ask_pause(self, service: ServiceStatus) -> None:
        self._ask_length(f"Look at {service.name} no more for", partial(self._pause, service), endless=True)

    def _pause(self, service: ServiceStatus, length: timedelta | None, _: str) -> None:
        if (lookout := self._app.lookout) is not None:
            lasting = "until it is resumed" if length is None else _lasting(length)
            lookout.pause(service.name, None if length is None else self._app.clock() + length)
            self._app.say(f"{service.name} is paused {lasting}")

    def _resume(self, service: ServiceStatus) -> None:
        if (lookout := self._app.lookout) is not None:
            lookout.resume(service.name)
            self._app.say(f"{service.name} is looked at again")
            self._record(f"{service.name}: looked at again", service)

    def _ask_maintenance(self, service: ServiceStatus) -> None:
        self._ask_length(f"Maintenance of {service.name} for", partial(self._maintain, service), endless=False)

    def _maintain(self, service: ServiceStatus, length: timedelta | None, reason: str) -> None:
        if (lookout := self._app.lookout) is None or length is None:
            return
        lookout.maintain(service.name, length, reason)
        self._app.say(f"{service.name} is in maintenance {_lasting(length)}")
        self._record(f"{service.name}: maintenance {_lasting(length)}{f', {reason}' if reason else ''}", service)

    def _end_maintenance(self, service: ServiceStatus) -> None:
        if (lookout := self._app.lookout) is not None:
            lookout.end_maintenance(service.name)
            self._app.say(f"{service.name} is out of maintenance")
            self._record(f"{service.name}: end of maintenance", service)

    def _record(self, text: str, service: ServiceStatus) -> None:
        """While it lasts nothing is logged of the service: who reads the record must see why."""
        if self._app.room is not None:
            self._app.room.log(text, kind="action", at=self._app.key_time, service=service.name)

    def _ask_length(self, question: str, then: Callable[[timedelta | None, str], None], *, endless: bool) -> None:
        """How long, by one key; any other length is written, with a reason behind it if there is one."""
        options = [Option(str(place), words(length), short(length)) for place, length in enumerate(_LENGTHS, 1)]
        options.append(Option("o", "another length ...", "other"))
        if endless:
            options.append(Option("0", "until I resume it", "endless"))

        def answered(answer: str | None) -> None:
            if answer == "other":
                self._ask_words(question, then)
            elif answer == "endless":
                then(None, "")
            elif answer is not None:
                then(parse_duration(answer), "")

        self._app.push_screen(Choice(question, options, 2), answered)

    def _ask_words(self, question: str, then: Callable[[timedelta | None, str], None]) -> None:
        def taken(draft: Draft) -> None:
            head, _, reason = draft.text.strip().partition(" ")
            try:
                length = parse_duration(head)
                if not timedelta(0) < length <= _LONGEST:
                    raise TimeError(f"{head} is no length for this; up to 90d, for example 45m")
            except TimeError as error:
                self._screen.compose_draft(draft)
                self._app.say(str(error), "warning")
                return
            then(length, reason.strip())

        hint = "45m, 1h30m or 2d, and a reason behind it if you like"
        self._screen.compose_draft(Draft(question, self._app.key_time, timed=False, then=taken, hint=hint))


def seen(service: ServiceStatus) -> tuple[Evidence, ...]:
    """What the board knows of a service, as evidence of an entry."""
    found = [Evidence(label, text) for label, text in service.evidence]
    if service.phases:
        found.append(Evidence("phases", ", ".join(f"{name} {latency(took)}" for name, took in service.phases)))
    return tuple(found)


def _lasting(length: timedelta) -> str:
    return f"for {words(length)}"

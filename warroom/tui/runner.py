"""Commands run from inside the room: their output as it comes, and one entry of what they did."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.incident.model import Evidence
from warroom.presenters.runs import Line, Run
from warroom.shell import Shell, ShellError
from warroom.text import clean, clean_line
from warroom.text.excerpt import Excerpt
from warroom.text.redact import redact
from warroom.text.width import wrap
from warroom.tui.draft import Draft
from warroom.tui.output import Output
from warroom.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from warroom.room import Room
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_BETWEEN_PAINTS: Final = 0.1


class Runner:
    """One command at a time. The room can be used while it runs; what it did is logged when it ends."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen
        self._shell: Shell | None = None
        self._line = ""
        self._output = Output()
        self._ended = ""
        self._sheet: Sheet | None = None
        self._painting = False
        self._running = False
        self._afterwards: list[Callable[[], object]] = []

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {"entry.command": self.ask}

    @property
    def running(self) -> bool:
        return self._running

    def once_logged(self, act: Callable[[], object]) -> None:
        """Calls `act` when the command that runs has been logged; at once where none runs."""
        if self._running:
            self._afterwards.append(act)
        else:
            act()

    def ask(self, _: Command) -> None:
        """!: the command line; while one runs, its output."""
        if self.running:
            self._show()
            return
        draft = Draft("run", self._app.key_time, timed=False, then=self._begin, hint="runs in sh", enter="start")
        self._screen.compose_draft(draft)

    def _begin(self, draft: Draft) -> None:
        room = self._app.room
        if not draft.text or room is None:
            self._app.say("no command, nothing run")
            return
        self._line, self._output, self._ended = draft.text, Output(), ""
        self._running = True
        self._app.work("command", partial(self._run, room))
        self._show()

    async def _run(self, room: "Room") -> None:
        try:
            await self._run_and_log(room)
        finally:
            self._running = False
            self._paint()
            for act in self._afterwards:
                act()
            self._afterwards.clear()

    async def _run_and_log(self, room: "Room") -> None:
        began, excerpt = self._app.clock(), Excerpt()
        loop = asyncio.get_running_loop()
        clock = loop.time()

        def took(data: bytes) -> None:
            excerpt.take(data)
            self._take(data)

        shell = self._shell = Shell(self._line, took)
        try:
            code = await shell.run()
        except ShellError as error:
            self._ended = str(error)
            self._app.say(str(error), "warning")
            return
        finally:
            self._shell = None
        took_seconds = round(loop.time() - clock, 3)
        self._ended = f"exit {code} after {took_seconds:.1f} s"
        self._log(room, began, code, took_seconds, excerpt)
        self._paint()

    def _log(self, room: "Room", at: datetime, code: int, took: float, excerpt: Excerpt) -> None:
        command = redact(clean_line(self._line))
        output = redact(clean(excerpt.text())).strip("\n")
        evidence = (Evidence("output", text=output),) if output else ()
        room.log(command, kind="command", at=at, command=command, exit=code, took=took, evidence=evidence)
        self._app.say(f"logged: {command}, {self._ended}")
        self._ended += ", logged"

    def _take(self, data: bytes) -> None:
        self._output.take(data)
        if not self._painting:
            self._painting = True
            self._app.set_timer(_BETWEEN_PAINTS, self._paint)

    def _paint(self) -> None:
        self._painting = False
        if self._sheet is not None and self._sheet.is_current:
            if self._ended:
                self._sheet.forget_acts()
            self._sheet.show()

    def _show(self) -> None:
        self._sheet = Sheet(self._lines, {}, {"ctrl+c": ("stop", self.stop)})
        self._app.push_screen(self._sheet, lambda _: None)

    def _lines(self, width: int) -> list[Line]:
        state = self._ended or "running: ^C stops it, q leaves it running and goes back"
        lines: list[Line] = [(Run(f"$ {redact(clean_line(self._line))}", "heading"),), (Run(state, "muted"),), ()]
        if self._output.cut:
            lines.append((Run("the beginning is no longer kept", "muted"),))
        return [*lines, *((Run(row),) for row in wrap(self._output.text.rstrip("\n"), width))]

    def stop(self) -> None:
        """Ctrl+C: asks the command to end; what it did so far is logged."""
        if self._shell is not None:
            self._shell.stop()
            self._app.say("asked it to stop")

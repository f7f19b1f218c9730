"""The ways out of the room, for good or for a while: q, a signal from outside, a person's own editor.

All that was typed and logged goes to disk before anybody leaves.
"""

import asyncio
import signal
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from warroom.incident.times import echo
from warroom.text import clean_line

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_ECHO: Final = 1.0
"""Seconds after a person's own editor has ended in which an interrupt is taken for one that was meant for it."""


class Doorkeeper:
    """Lets nobody out with something unsaved, unless they insist."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._back_at = float("-inf")
        self._called_for = 0
        """The signal that came while somebody was out."""
        self.away = False
        """Whether the terminal is somebody else's: nothing is drawn, no key is acted on, nobody can be asked."""

    def watch(self) -> None:
        """From now on a signal ends the program in order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled, number)

    def step_out(self) -> None:
        """The terminal goes to the person's own editor: from this key on, which is a moment before it does."""
        self.away = True

    def step_in(self) -> None:
        """The terminal is the room's own again, this very moment; what came up meanwhile is acted on."""
        self.away = False
        self._back_at = monotonic()
        self._app.call_later(self._app.intake.open)
        if self._called_for:
            self._signalled(self._called_for)

    def quit(self) -> None:
        """q in the bare room; what can't be written asks once."""
        self._app.work("leave", self._leave, alone=True)

    async def _leave(self) -> None:
        app = self._app
        self._keep_what_is_written()
        if app.room is not None and not app.room.saved:
            app.say("not all is on disk yet: one moment ...")
        farewell = app.ledger.farewell if app.ledger is not None else ""
        if app.ledger is not None and not await app.ledger.close():
            app.say(app.hint("not all is on disk yet; {quit} again quits all the same"), "warning")
            app.ledger.give_up()
            return
        app.farewell = "\n".join([*self._left_behind(), *([farewell] if farewell else [])])
        app.exit(0)

    def _left_behind(self) -> list[str]:
        """What was logged and is not on disk, for somebody to write down elsewhere: after this it is nowhere."""
        app, room = self._app, self._app.room
        if room is None or room.saved:
            return []
        unsaved = [entry for entry in room.incident.entries if entry.id in room.unsaved]
        told = (
            f"{echo(entry.at, app.clock(), app.zone) if entry.at else 'no time'} {entry.kind}: {clean_line(entry.text)}"
            for entry in unsaved
        )
        return [f"not on disk: {line}" for line in told] or ["not on disk: what was changed last"]

    def _signalled(self, number: int) -> None:
        if number == signal.SIGINT and (self.away or monotonic() - self._back_at < _ECHO):
            return  # a ctrl+C in the editor, of which every program on the terminal is told
        if self.away:  # the terminal can't be given back before the editor has; nothing waits for that to be on disk
            self._called_for = number
            self._keep_what_is_written()
            return
        self._app.work("leave", partial(self._end, number), alone=True)

    async def _end(self, number: int) -> None:
        """Keeps the draft, brings all to disk, gives the terminal back; nobody is left to be asked."""
        self._keep_what_is_written()
        if self._app.ledger is not None:
            await self._app.ledger.close()
        self._app.exit(128 + number)

    def _keep_what_is_written(self) -> None:
        screen = self._app.room_screen
        if screen.editor is not None:
            screen.editor.save()
        if (draft := screen.draft) is not None:
            self._app.drawer.keep(draft)

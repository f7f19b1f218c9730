"""What was typed and pasted, on its way from the terminal to whoever acts on it: in order, and never too early."""

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual import events

from warroom.tui.bindings import split_alt
from warroom.tui.screens.above import Above

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_LATEST: Final = 60.0
"""Seconds by which a key may have waited; more than that is a clock that was set, and not a wait."""


class Intake:
    """Keys and pastes of one window. Until the room is ready they wait: a key must never miss its field."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._ready = False
        self._pressed_at: datetime | None = None
        self._stirred_at = app.clock()

    @property
    def key_time(self) -> datetime:
        """When the key was pressed that is being acted on, or was last; now, where there was none."""
        return self._pressed_at or self._app.clock()

    @property
    def quiet(self) -> float:
        """For how many seconds nobody has touched key or mouse."""
        return (self._app.clock() - max(self._stirred_at, self._pressed_at or self._stirred_at)).total_seconds()

    def stir(self) -> None:
        """The mouse was moved."""
        self._stirred_at = self._app.clock()

    async def open(self) -> None:
        """All is wired: what was typed so far is acted on, and from now on every key at once."""
        self._ready = True
        await self._act()

    async def take(self, event: events.Key | events.Paste) -> None:
        """What the terminal sent."""
        self._waiting.append(event)
        if self._ready:
            await self._act()

    async def _act(self) -> None:
        app = self._app
        while self._waiting:
            event = self._waiting.popleft()
            late = app.session.steady() - event.time
            self._pressed_at = app.clock() - timedelta(seconds=min(max(late, 0.0), _LATEST))
            if isinstance(event, events.Paste):
                await app.hand_down(event)
                continue
            for key in split_alt(event):
                acted = await app.screen.press(key) if isinstance(app.screen, Above) else app.press(key)
                if not acted:
                    await app.hand_down(key)

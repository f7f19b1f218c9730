"""What was typed and pasted, on its way from the terminal to whoever acts on it: in order, and never too early."""

import asyncio
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual import events
from textual.screen import Screen

from warroom.tui.bindings import split_alt
from warroom.tui.screens.above import Above
from warroom.tui.screens.room import RoomScreen

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

    def wait(self) -> None:
        """What is typed from now on is for somebody who does not stand yet."""
        self._ready = False

    async def open(self) -> None:
        """All is wired: what was typed so far is acted on, and from now on every key at once."""
        self._ready = True
        await self._act()

    async def take(self, *sent: events.Key | events.Paste) -> None:
        """What the terminal sent, all that was read at once."""
        for event in sent:
            self._waiting += split_alt(event) if isinstance(event, events.Key) else (event,)
        if self._ready:
            await self._act()

    async def _act(self) -> None:
        app = self._app
        while (event := self._next()) is not None:
            late = app.session.steady() - event.time
            self._pressed_at = app.clock() - timedelta(seconds=min(max(late, 0.0), _LATEST))
            app.app_focus = True  # whoever types is here; a field that lost the focus with the window has it again
            screen = app.screen
            await self._give(event)
            if app.screen is not screen:
                app.call_next(self._act)  # after what the answer to a question brings about
                return
            await asyncio.sleep(0)  # many commands at once must not hold up all else

    def _next(self) -> events.Key | events.Paste | None:
        """The next that can be acted on: a paste is no answer, and waits until nothing is asked."""
        ready = self._ready and not self._app.doorkeeper.away
        for event in self._waiting if ready else ():
            if isinstance(event, events.Key) or not isinstance(self._app.screen, Above):
                self._waiting.remove(event)
                return event
        if self._waiting and ready:
            self._app.say("what was pasted waits until this is answered")
        return None

    async def _give(self, event: events.Key | events.Paste) -> None:
        """To whoever it is meant for by now, who acts on it before the next one is looked at.

        Textual's own way is through queues, where a second key may overtake the first: typed quickly, `a` and the text
        after it would run the text as commands.
        """
        screen = self._app.screen
        if isinstance(screen, RoomScreen) and (field := screen.field) is not None:
            if isinstance(event, events.Key) and (more := "".join(self._text_behind(event))):
                field.type(f"{event.character}{more}")
            else:
                await field.take(event)
        elif isinstance(event, events.Paste) or not (
            await screen.press(event) if isinstance(screen, Above) else self._app.press(event)
        ):
            if isinstance(event, events.Key) and not isinstance(screen, RoomScreen | Above):
                self._wait_for_palette(screen, event)
            await self._app.hand_down(event)

    def _wait_for_palette(self, palette: Screen[object], event: events.Key) -> None:
        """A key that may end the palette takes a while: what comes behind it is for whatever stands there then."""
        if event.key == "escape" or (event.key == "enter" and palette.focused is not None):
            self.wait()

    def _text_behind(self, event: events.Key) -> Iterator[str]:
        """The characters that wait right behind one, and are then done with: one edit takes as long as one of them."""
        while event.is_printable and self._waiting:
            following = self._waiting[0]
            if not isinstance(following, events.Key) or not following.is_printable:
                return
            self._waiting.popleft()
            yield following.character or ""

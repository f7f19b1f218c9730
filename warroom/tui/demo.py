"""The demo: a sample incident told again, with simulated services, on a clock of its own."""

import asyncio
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, Literal

from warroom.config.settings import Settings
from warroom.config.stamps import new_id, now
from warroom.files.places import Places
from warroom.files.store import create
from warroom.health.board import Board, ServiceStatus
from warroom.health.history import History
from warroom.health.results import Level
from warroom.incident.changes import Add, AddAction, Edit, Set
from warroom.incident.kinds import HealthState
from warroom.incident.model import Incident
from warroom.incident.replay import Story, blank, story
from warroom.incident.status import edits_for_mark
from warroom.tui.session import Session

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_TICK: Final = 0.2
_WHOLE: Final = timedelta(seconds=50)
"""About how long a story takes where nobody says how fast it is to be told."""
_LEAD: Final = 5.0
"""Seconds before the first entry, in which all is well."""
_PAST: Final = timedelta(minutes=10)
_LOOK_EVERY: Final = timedelta(seconds=5)
_LEVELS: Final[dict[HealthState, Level]] = {"up": Level.OK, "degraded": Level.WARN, "down": Level.CRIT}
_HINTS: Final = (
    (-1.0, "A record told again: {demo.faster} faster, {demo.slower} slower, {demo.pause} pauses, {quit} leaves"),
    (0.0, "It broke. One key logs a line: {entry.note} note, {entry.observation} observation, {entry.action} action"),
    (0.3, "Try it: {entry.note}, a few words, Enter; the time is that of the key. Nothing is kept"),
    (0.6, "{mark.detected} detected, {mark.mitigated} mitigated, {mark.resolved} resolved: durations follow from them"),
    (0.85, "{pane.postmortem} opens the postmortem, {postmortem.preview} the document, {theme} its theme"),
)
_PAUSED: Final = "paused: {demo.pause} goes on"
_OVER: Final = "That was all: {postmortem.preview} shows the document made of it, {theme} its theme; {quit} leaves"


class ReplayClock:
    """Tells the time of the story: it runs `speed` times as fast as ours, or stands.

    With `moments`, as `Story.shortened` gives them, it runs from each to the next in the time told there, `speed` times
    as fast as that; then all waits are about as long.
    """

    def __init__(
        self,
        start: datetime,
        speed: float,
        real: Callable[[], datetime] = now,
        moments: Sequence[tuple[timedelta, datetime]] = (),
    ) -> None:
        self._start, self._real, self._since = start, real, real()
        self._moments = moments
        self.speed, self.paused = speed, False
        self._slowest, self._fastest = speed / 16, speed * 64

    def __call__(self) -> datetime:
        at = self._told()
        return at if not self._moments else _between(at - self._moments[0][1], self._moments)

    def _told(self) -> datetime:
        return self._start if self.paused else self._start + (self._real() - self._since) * self.speed

    @property
    def pace(self) -> str:
        """How fast it runs, in words."""
        times = "" if self.speed == 1 else f"{self.speed:.3g} times "
        return f"{times}as fast as {'before' if self._moments else 'it was'}"

    def change(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """Another pace from this moment on."""
        self._start, self._since = self._told(), self._real()
        self.speed = self.speed if speed is None else min(max(speed, self._slowest), self._fastest)
        self.paused = self.paused if paused is None else paused


def _between(passed: timedelta, moments: Sequence[tuple[timedelta, datetime]]) -> datetime:
    """The time of the story after `passed`; before the first moment it runs as after it, after the last as ours."""
    place = max(bisect_right(moments, passed, key=lambda moment: moment[0]), 1)
    if place == len(moments):
        return moments[-1][1] + (passed - moments[-1][0])
    (told, at), (later, then) = moments[place - 1], moments[place]
    return at + (then - at) * ((passed - told) / (later - told))


class Demo:
    """Stands in for the lookout: tells the story's entries and boards as their time comes."""

    def __init__(self, app: "WarRoom", sample: Incident, clock: ReplayClock) -> None:
        self._app, self._sample, self._clock = app, sample, clock
        self._story: Story = story(sample)
        self._told = 0
        self._looked = self._story.begins - _PAST
        self._histories = {name: History() for name in sample.fields.services}
        self._random = Random(sample.fields.id)  # noqa: S311 - the same story looks the same each time
        self._latency = dict.fromkeys(sample.fields.services, 0.02)

    async def run(self) -> None:
        """Tells until it is cancelled."""
        while True:
            self._tell(self._clock())
            await asyncio.sleep(_TICK)

    def pace(self, what: Literal["faster", "slower", "pause"]) -> str:
        """Changes the pace; what it is now, in words. A pause lasts until it is ended, whatever the pace behind it."""
        if what == "pause":
            self._clock.change(paused=not self._clock.paused)
            return _PAUSED if self._clock.paused else f"it goes on, {self._clock.pace}"
        self._clock.change(speed=self._clock.speed * (2 if what == "faster" else 0.5))
        return f"{_PAUSED}, {self._clock.pace}" if self._clock.paused else self._clock.pace

    def _tell(self, at: datetime) -> None:
        self._look(at)
        self._app.show_board(self._board(at))
        self._app.room_screen.talk.offer(self._app.hint(self._hint(at)), "said")
        room = self._app.room
        if room is None or room.incident.fields.id != self._sample.fields.id:
            return
        while self._told < len(self._story.steps) and self._story.steps[self._told][0] <= at:
            entry = self._story.steps[self._told][1]
            status = edits_for_mark(room.incident, entry.mark) if entry.mark else ()
            room.apply(Add(entry), *status)
            self._told += 1
            if self._told == len(self._story.steps):
                room.apply(*self._written())

    def _hint(self, at: datetime) -> str:
        """What somebody who sees this for the first time may want to know now."""
        if self._clock.paused:
            return _PAUSED
        if self._told == len(self._story.steps):
            return _OVER
        share = self._told / len(self._story.steps) if at >= self._story.begins else -1.0
        return next(words for begins, words in reversed(_HINTS) if share >= begins)

    def _written(self) -> list[Edit]:
        """The prose and action items that the sample's people wrote afterwards."""
        sample = self._sample
        prose = [
            Set(f"{part}.{name}", getattr(getattr(sample, part), name))
            for part, names in (
                ("impact", ("customers", "internal", "users_affected")),
                (
                    "postmortem",
                    ("summary", "trigger", "root_cause", "detection", "resolution", "lessons", "conclusion"),
                ),
            )
            for name in names
        ]
        return [*prose, *(AddAction(action) for action in sample.actions)]

    def _look(self, at: datetime) -> None:
        """Notes simulated results up to `at`: fast while all is well, slower in trouble."""
        while self._looked + _LOOK_EVERY <= at:
            self._looked += _LOOK_EVERY
            for name, history in self._histories.items():
                state, _ = self._story.state(name, self._looked)
                usual = 1.4 if state == "degraded" else 0.02
                self._latency[name] = usual * self._random.uniform(0.7, 1.6)
                took = None if state == "down" else self._latency[name]
                history.add(self._looked, _LEVELS.get(state, Level.UNKNOWN), took)

    def _board(self, at: datetime) -> Board:
        return Board(at=at, services=tuple(self._status(name, at) for name in self._histories), observer="ok")

    def _status(self, name: str, at: datetime) -> ServiceStatus:
        state, since = self._story.state(name, at)
        reason = {"down": "connection refused", "degraded": "slow answers", "up": "200 OK"}.get(state, "")
        return ServiceStatus(
            name=name,
            kind="http",
            target="simulated",
            state=state or "unknown",
            since=since,
            why=reason,
            latency=None if state == "down" else self._latency[name],
            trouble_since=since if state in ("down", "degraded") else None,
            evidence=(("simulated", f"{reason}, as the record of {self._sample.fields.id} has it"),),
            history=self._histories[name],
        )


def demo_session(
    base: Session, sample: Incident, folder: Path, clock: ReplayClock, new_id: Callable[[], str]
) -> Session:
    """A session that writes into `folder` alone, and lives in the time of the sample."""
    incidents = folder / "incidents"
    path = create(incidents, blank(sample))
    return replace(
        base,
        settings=Settings(keys=base.settings.keys),
        places=Places("", str(incidents), str(folder / "state")),
        author="you",
        incident=str(path),
        theme_name=sample.fields.theme or base.theme_name,
        watch=False,
        clock=clock,
        new_id=new_id,
        problems=(),
    )


def play(base: Session, sample: Incident, speed: float | None) -> int:
    """Opens the room on the replayed sample; its exit code. All it writes is gone afterwards.

    `speed` is how many times as fast as it was; None tells the story in about a minute.
    """
    from warroom.tui.app import WarRoom

    told = story(sample)
    clock = ReplayClock(told.begins - timedelta(seconds=_LEAD * (speed or 1)), speed or 1.0)
    if speed is None and len(moments := told.shortened(_WHOLE)) > 1:
        clock = ReplayClock(told.begins - timedelta(seconds=_LEAD), 1.0, moments=moments)
    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
        app = WarRoom(demo_session(base, sample, Path(folder), clock, new_id))
        app.demo = Demo(app, sample, clock)
        app.run()
        return app.return_value if app.return_value is not None else app.return_code or 0

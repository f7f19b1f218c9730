"""The demo: a sample incident told again, with simulated services, on a clock of its own."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, Literal

from warroom.config.settings import Settings
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
from warroom.tui.session import Session, now

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_TICK: Final = 0.2
_BEFORE: Final = timedelta(seconds=30)
_PAST: Final = timedelta(minutes=10)
_LOOK_EVERY: Final = timedelta(seconds=5)
_LEVELS: Final[dict[HealthState, Level]] = {"up": Level.OK, "degraded": Level.WARN, "down": Level.CRIT}
_HINTS: Final = (
    (0.0, "A replay: + faster, - slower, ctrl+t pauses, q leaves. Log along: nothing of yours is written"),
    (0.35, "Every line was one key: n note, a action, x dead end, m mitigated. The time is that of the key"),
    (0.7, "3 opens the postmortem, P shows the document, T changes its voice"),
)


class ReplayClock:
    """Tells the time of the story: it runs `speed` times as fast as ours, or stands."""

    def __init__(self, start: datetime, speed: float, real: Callable[[], datetime] = now) -> None:
        self._start, self._real, self._since = start, real, real()
        self.speed, self.paused = speed, False

    def __call__(self) -> datetime:
        if self.paused:
            return self._start
        return self._start + (self._real() - self._since) * self.speed

    def change(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """Another pace from this moment on."""
        self._start, self._since = self(), self._real()
        self.speed = self.speed if speed is None else min(max(speed, 0.25), 120.0)
        self.paused = self.paused if paused is None else paused


class Demo:
    """Stands in for the lookout: tells the story's entries and boards as their time comes."""

    def __init__(self, app: "WarRoom", sample: Incident, clock: ReplayClock) -> None:
        self._app, self._sample, self._clock = app, sample, clock
        self._story: Story = story(sample)
        self._told = self._hinted = 0
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
        """Changes the pace; what it is now, in words."""
        if what == "pause":
            self._clock.change(paused=not self._clock.paused)
        else:
            self._clock.change(speed=self._clock.speed * (2 if what == "faster" else 0.5), paused=False)
        return "paused: ctrl+t goes on" if self._clock.paused else f"{self._clock.speed:g} times as fast as it was"

    def _tell(self, at: datetime) -> None:
        self._look(at)
        self._app.show_board(self._board(at))
        room = self._app.room
        if room is None:
            return
        while self._told < len(self._story.steps) and self._story.steps[self._told][0] <= at:
            entry = self._story.steps[self._told][1]
            status = edits_for_mark(room.incident, entry.mark) if entry.mark else ()
            room.apply(Add(entry), *status)
            self._told += 1
            if self._told == len(self._story.steps):
                room.apply(*self._written())
                self._app.say("The record is complete: P shows the postmortem that was written from it")
        length = (self._story.ends - self._story.begins).total_seconds() or 1.0
        share = (at - self._story.begins).total_seconds() / length
        if self._hinted < len(_HINTS) and share >= _HINTS[self._hinted][0] - 0.2:
            self._app.say(_HINTS[self._hinted][1])
            self._hinted += 1

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


def play(base: Session, sample: Incident, speed: float) -> int:
    """Opens the room on the replayed sample; its exit code. All it writes is gone afterwards."""
    from warroom.tui.app import WarRoom
    from warroom.tui.session import new_id

    clock = ReplayClock(story(sample).begins - _BEFORE, speed)
    with tempfile.TemporaryDirectory(prefix="warroom-demo-") as folder:
        app = WarRoom(demo_session(base, sample, Path(folder), clock, new_id))
        app.demo = Demo(app, sample, clock)
        app.run()
        return app.return_value if app.return_value is not None else app.return_code or 0

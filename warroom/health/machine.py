"""How results become a state: a pure fold with hysteresis, flapping, pauses and maintenance.

States are unknown, up, degraded, down and paused. All else is an overlay beside the state, never a state: pending,
flapping, maintenance, blocked. A result that says UNKNOWN neither confirms nor resets anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from warroom.health.flapping import FLAP_START, FLAP_STOP, HISTORY, percent
from warroom.health.results import Level, Result
from warroom.health.states import Pending, State

What = Literal["state", "flapping", "steady"]

STATE_OF: Final[dict[Level, State]] = {Level.OK: "up", Level.WARN: "degraded", Level.CRIT: "down"}
LEVEL_OF: Final[dict[State, Level]] = {state: level for level, state in STATE_OF.items()}
_QUIET_CAUSES: Final = frozenset({"offline", "blocked"})


@dataclass(frozen=True, slots=True)
class Rules:
    """How many results in a row make it worse (`fall`) and better (`rise`); `fall` of UNKNOWN lose sight of it."""

    fall: int = 3
    rise: int = 2


@dataclass(frozen=True, slots=True)
class Run:
    """Results in a row that share a property: how many, and the first of them."""

    count: int = 0
    first: Result | None = None

    def longer(self, result: Result) -> "Run":
        return Run(self.count + 1, self.first or result)


_NONE: Final = Run()


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of one service.

    `since` is the start of the first result of the run that confirmed `state`. `known` is the last state seen before
    an unknown or paused one, `known_since` its beginning. `trouble_since` is the first bad result since it was last
    up. `told` is the state the record was last told of, None before the first; while
    `muted` it is told nothing.
    """

    state: State = "unknown"
    since: datetime | None = None
    known: State = "unknown"
    known_since: datetime | None = None
    trouble_since: datetime | None = None
    told: State | None = None
    at_least_warn: Run = _NONE
    at_least_crit: Run = _NONE
    at_most_ok: Run = _NONE
    at_most_warn: Run = _NONE
    unknowns: Run = _NONE
    outcomes: tuple[bool, ...] = ()
    flapping: bool = False
    muted: bool = False
    paused_until: datetime | None = None
    last: Result | None = None
    last_good: Result | None = None
    last_bad: Result | None = None
    first_bad: Result | None = None

    @property
    def flap_percent(self) -> float:
        return percent(self.outcomes)


@dataclass(frozen=True, slots=True)
class Transition:
    """A change that the board shows at once, and the timeline too unless `quiet`.

    `since` is the start of the first result of the confirming run, `at` when it was confirmed. `trouble_since` is
    when the trouble began that this change ends or continues; `left_since` the beginning of the state left; `known` the
    last state that was known before it.
    """

    what: What
    before: State
    after: State
    since: datetime
    at: datetime
    quiet: bool = False
    reason: str = ""
    first: Result | None = None
    confirming: Result | None = None
    last_good: Result | None = None
    count: int = 0
    needed: int = 0
    flap_percent: float = 0.0
    left_since: datetime | None = None
    trouble_since: datetime | None = None
    known: State = "unknown"
    until: datetime | None = None

    @property
    def found_well(self) -> bool:
        """Whether nothing was known of the service before, and it is up: news only to a record that says otherwise."""
        return self.after == "up" and self.before == self.known == "unknown" and self.what == "state"


def step(health: Health, result: Result, rules: Rules, hold: bool = False) -> tuple[Health, Transition | None]:
    """The health after one more result, and the change it confirmed.

    With `hold` (something it needs is itself about to change) nothing is confirmed for the worse. A result that
    arrives while paused is dropped: it began before the pause.
    """
    if health.state == "paused":
        return health, None
    if not result.level.conclusive:
        return _lose_sight(replace(health, last=result, unknowns=health.unknowns.longer(result)), result, rules)
    health = _counted(health, result)
    after, run, needed = _confirmed(health, result, rules, hold)
    changed = after != health.state
    before = health
    if changed and run.first is not None:
        health = _entered(health, after, run.first.at)
    health, what = _flap(health)
    if what == "state" and not changed:
        return health, None
    since = health.since or result.at
    quiet = health.muted or (what == "state" and (health.flapping or after == health.told))
    transition = Transition(
        what=what,
        before=before.state,
        after=health.state,
        since=since,
        at=result.ended,
        quiet=quiet,
        reason=result.reason,
        first=run.first if changed else None,
        confirming=result,
        last_good=before.last_good,
        count=min(run.count, needed) if changed else 0,
        needed=needed if changed else 0,
        flap_percent=health.flap_percent,
        left_since=before.since,
        trouble_since=before.trouble_since,
        known=before.known,
    )
    return _told(health, transition), transition


def pending(health: Health, rules: Rules) -> Pending | None:
    """The change that is being confirmed, if there is one."""
    if health.state == "paused":
        return None
    if health.unknowns.count and health.state != "unknown":
        return Pending(min(health.unknowns.count, rules.fall), rules.fall, "unknown")
    level = _standing(health)
    crit, warn = health.at_least_crit.count, health.at_least_warn.count
    if level is None or level < Level.CRIT:
        if crit and crit >= warn:
            return Pending(min(crit, rules.fall), rules.fall, "down")
        if warn and (level is None or level < Level.WARN):
            return Pending(min(warn, rules.fall), rules.fall, "degraded")
        if crit:
            return Pending(min(crit, rules.fall), rules.fall, "down")
    if level is not None and level > Level.OK:
        if health.at_most_ok.count:
            return Pending(min(health.at_most_ok.count, rules.rise), rules.rise, "up")
        if level is Level.CRIT and health.at_most_warn.count:
            return Pending(min(health.at_most_warn.count, rules.rise), rules.rise, "degraded")
    return None


def void(health: Health) -> Health:
    """`health` with nothing pending: after a suspend or a stall the runs so far prove nothing."""
    return replace(
        health, at_least_warn=_NONE, at_least_crit=_NONE, at_most_ok=_NONE, at_most_warn=_NONE, unknowns=_NONE
    )


def pause(health: Health, at: datetime, until: datetime | None) -> tuple[Health, Transition]:
    """Stop judging, by a person's wish, until a time or (None) until `resume`."""
    paused = _entered(void(health), "paused", at)
    paused = replace(paused, paused_until=until, flapping=False, outcomes=())
    return _unjudged(health, paused, at, until)


def resume(health: Health, at: datetime) -> tuple[Health, Transition]:
    """Judge again. It leads through unknown: nobody looked while it was paused."""
    resumed = replace(health, state="unknown", since=at, paused_until=None)
    return _unjudged(health, resumed, at, None)


def _unjudged(before: Health, after: Health, at: datetime, until: datetime | None) -> tuple[Health, Transition]:
    transition = Transition(
        what="state",
        before=before.state,
        after=after.state,
        since=at,
        at=at,
        quiet=after.state == "unknown" or before.muted,
        left_since=before.since,
        trouble_since=before.trouble_since,
        until=until,
    )
    return _told(after, transition), transition


def mute(health: Health) -> Health:
    """From now on (maintenance, or everything fails at once) changes are drawn, not told."""
    return replace(health, muted=True)


def unmute(health: Health, at: datetime) -> tuple[Health, Transition | None]:
    """Tell again; one transition if the state differs from the one last told."""
    health = replace(health, muted=False)
    if health.flapping or health.state in ("unknown", "paused", health.told):
        return health, None
    transition = Transition(
        what="state",
        before=health.told or "unknown",
        after=health.state,
        since=health.since or at,
        at=at,
        reason=health.last.reason if health.last else "",
        first=health.first_bad if health.state != "up" else None,
        confirming=health.last,
        last_good=health.last_good,
        trouble_since=health.trouble_since,
    )
    return _told(health, transition), transition


def blocked(result: Result, by: str) -> Result:
    """A bad result of a service whose need is down says nothing of the service itself."""
    return replace(result, level=Level.UNKNOWN, cause="blocked", blocked_by=by, reason=f"needs {by}, which is down")


def _standing(health: Health) -> Level | None:
    """The level against which results are measured: the state, or the last one known; None where there is none."""
    state = health.known if health.state == "unknown" else health.state
    return LEVEL_OF.get(state)


def _counted(health: Health, result: Result) -> Health:
    level = result.level
    return replace(
        health,
        last=result,
        last_good=result if level is Level.OK else health.last_good,
        last_bad=health.last_bad if level is Level.OK else result,
        first_bad=(health.first_bad or result) if level is not Level.OK else None,
        at_least_warn=health.at_least_warn.longer(result) if level >= Level.WARN else _NONE,
        at_least_crit=health.at_least_crit.longer(result) if level >= Level.CRIT else _NONE,
        at_most_ok=health.at_most_ok.longer(result) if level <= Level.OK else _NONE,
        at_most_warn=health.at_most_warn.longer(result) if level <= Level.WARN else _NONE,
        unknowns=_NONE,
        outcomes=(*health.outcomes, result.bad)[-HISTORY:],
    )


def _confirmed(health: Health, result: Result, rules: Rules, hold: bool) -> tuple[State, Run, int]:
    """The state that the runs so far confirm, the run that does, and how many results it needed."""
    level = _standing(health)
    if level is None and result.level is Level.OK:
        return "up", Run(1, result), 1
    if not hold:
        if health.at_least_crit.count >= rules.fall and (level is None or level < Level.CRIT):
            return "down", health.at_least_crit, rules.fall
        if health.at_least_warn.count >= rules.fall and (level is None or level < Level.WARN):
            return "degraded", health.at_least_warn, rules.fall
    if level is not None and level > Level.OK and health.at_most_ok.count >= rules.rise:
        return "up", health.at_most_ok, rules.rise
    if level is Level.CRIT and health.at_most_warn.count >= rules.rise:
        return "degraded", health.at_most_warn, rules.rise
    if health.state == "unknown" and level is not None and result.level is level:
        return health.known, Run(1, result), 1
    return health.state, _NONE, 0


def _entered(health: Health, state: State, since: datetime) -> Health:
    """`health` in a new state. A state that was only out of sight goes on as if it had never left."""
    if state in ("unknown", "paused"):
        if health.state in LEVEL_OF:
            health = replace(health, known=health.state, known_since=health.since)
        return replace(health, state=state, since=since)
    if health.state == "unknown" and state == health.known:
        return replace(health, state=state, since=health.known_since)
    trouble = None if state == "up" else (health.trouble_since or since)
    return replace(health, state=state, since=since, known=state, known_since=since, trouble_since=trouble)


def _lose_sight(health: Health, result: Result, rules: Rules) -> tuple[Health, Transition | None]:
    run = health.unknowns
    if run.count < rules.fall or run.first is None:
        return health, None
    before, health = health, replace(void(health), unknowns=run)
    if before.state == "unknown":
        return health, None
    health = _entered(health, "unknown", run.first.at)
    transition = Transition(
        what="state",
        before=before.state,
        after="unknown",
        since=run.first.at,
        at=result.ended,
        quiet=before.flapping or before.muted or result.cause in _QUIET_CAUSES,
        reason=result.reason,
        first=run.first,
        confirming=result,
        last_good=before.last_good,
        count=run.count,
        needed=rules.fall,
        left_since=before.since,
        trouble_since=before.trouble_since,
    )
    return _told(health, transition), transition


def _flap(health: Health) -> tuple[Health, What]:
    share = health.flap_percent
    if health.flapping and share <= FLAP_STOP:
        return replace(health, flapping=False), "steady"
    if not health.flapping and share >= FLAP_START:
        return replace(health, flapping=True), "flapping"
    return health, "state"


def _told(health: Health, transition: Transition) -> Health:
    return health if transition.quiet else replace(health, told=transition.after)

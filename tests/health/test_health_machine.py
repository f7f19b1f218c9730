"""The state machine: tables for what is promised, laws for every sequence of results."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.health import machine
from warroom.health.flapping import percent
from warroom.health.machine import Health, Rules, Transition, pending, step
from warroom.health.results import Cause, Level, Result
from warroom.health.states import Pending

START = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)
LETTERS = {"O": Level.OK, "W": Level.WARN, "C": Level.CRIT, "?": Level.UNKNOWN}
RULES = Rules(fall=3, rise=2)


def result(number: int, letter: str, cause: Cause = "") -> Result:
    return Result(LETTERS[letter], f"said {letter}", START + timedelta(seconds=10 * number), 0.5, cause=cause)


def fold(
    letters: str, health: Health | None = None, rules: Rules = RULES, first: int = 0, hold: bool = False
) -> tuple[Health, list[Transition]]:
    health = health or Health()
    told: list[Transition] = []
    for number, letter in enumerate(letters, first):
        health, transition = step(health, result(number, letter), rules, hold)
        if transition is not None:
            told.append(transition)
    return health, told


def at(number: int) -> datetime:
    return START + timedelta(seconds=10 * number)


@pytest.mark.parametrize(
    ("letters", "state", "since"),
    [
        ("", "unknown", None),
        ("O", "up", 0),
        ("C", "unknown", None),
        ("CC", "unknown", None),
        ("CCC", "down", 0),
        ("WWW", "degraded", 0),
        ("CO", "up", 1),
        ("OC", "up", 0),
        ("OCC", "up", 0),
        ("OCCC", "down", 1),
        ("OCOCC", "up", 0),
        ("OCOCCC", "down", 3),
        ("OWCC", "degraded", 1),
        ("OWCCC", "down", 2),
        ("OCWC", "degraded", 1),
        ("OCCCO", "down", 1),
        ("OCCCOO", "up", 4),
        ("OCCCOCOO", "up", 6),
        ("OCCCWO", "degraded", 4),
        ("OCCCWOO", "up", 5),
        ("OWWWOCO", "degraded", 1),
        ("OC?C?C", "down", 1),
        ("O??", "up", 0),
        ("O???", "unknown", 1),
        ("O???O", "up", 0),
        ("O???CC", "unknown", 1),
        ("O???CCC", "down", 4),
        ("OCCC???C", "down", 1),
        ("OCCC???O", "unknown", 4),
        ("OCCC???OO", "up", 7),
        ("OCC???C", "unknown", 3),
    ],
)
def test_each_row_of_results_ends_in_its_state_and_since(letters: str, state: str, since: int | None) -> None:
    health, _ = fold(letters)
    assert health.state == state
    assert health.since == (None if since is None else at(since))


def test_a_transition_carries_its_evidence() -> None:
    _, (_, down) = fold("OCCC")
    assert (down.before, down.after, down.since, down.at) == ("up", "down", at(1), at(3) + timedelta(seconds=0.5))
    assert (down.count, down.needed, down.quiet) == (3, 3, False)
    assert down.first is not None
    assert down.first.at == at(1)
    assert down.confirming is not None
    assert down.confirming.at == at(3)
    assert down.last_good is not None
    assert down.last_good.at == at(0)


def test_a_recovery_knows_when_the_trouble_began() -> None:
    _, told = fold("OWWWCCCOO")
    assert [transition.after for transition in told] == ["up", "degraded", "down", "up"]
    assert told[-1].since == at(7)
    assert told[-1].trouble_since == at(1)
    assert told[-1].left_since == at(4)


def test_one_that_is_found_well_is_told_as_such() -> None:
    assert [(transition.quiet, transition.found_well) for transition in fold("O")[1]] == [(False, True)]
    assert [(transition.quiet, transition.found_well) for transition in fold("WWW")[1]] == [(False, False)]
    assert [transition.found_well for transition in fold("OCCCOO???O")[1]] == [True, False, False, False, False]


def test_one_that_is_found_well_during_maintenance_is_told_at_its_end() -> None:
    muted, (found,) = fold("O", machine.mute(Health()))
    assert found.quiet
    _, transition = machine.unmute(muted, at(9))
    assert transition is not None
    assert (transition.quiet, transition.found_well) == (False, True)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("O", None),
        ("OC", Pending(1, 3, "down")),
        ("OCC", Pending(2, 3, "down")),
        ("OCCC", None),
        ("OW", Pending(1, 3, "degraded")),
        ("OWC", Pending(2, 3, "degraded")),
        ("OWWWC", Pending(1, 3, "down")),
        ("OCCCO", Pending(1, 2, "up")),
        ("OCCCW", Pending(1, 2, "degraded")),
        ("O?", Pending(1, 3, "unknown")),
        ("C", Pending(1, 3, "down")),
        ("O???C", Pending(1, 3, "down")),
        ("O???", None),
        ("CC??", Pending(2, 3, "down")),
        ("CC???", None),
    ],
)
def test_what_is_pending_says_how_much_of_it_was_seen(letters: str, expected: Pending | None) -> None:
    assert pending(fold(letters)[0], RULES) == expected


def test_losing_sight_is_told_once_and_so_is_seeing_again() -> None:
    _, told = fold("O???????O")
    assert [(t.before, t.after, t.quiet) for t in told] == [
        ("unknown", "up", False),
        ("up", "unknown", False),
        ("unknown", "up", False),
    ]


@pytest.mark.parametrize("cause", ["offline", "blocked"])
def test_what_is_told_elsewhere_is_quiet(cause: Cause) -> None:
    health, _ = fold("O")
    told: list[Transition] = []
    for number in range(1, 5):
        health, transition = step(health, result(number, "?", cause), RULES)
        if transition:
            told.append(transition)
    assert health.state == "unknown"
    health, more = fold("O", health, first=6)
    assert health.state == "up"
    assert all(transition.quiet for transition in told + more)


def test_hold_keeps_it_from_getting_worse_not_better() -> None:
    health, _ = fold("OCCCCC", hold=True)
    assert health.state == "up"
    health, (down,) = fold("C", health, first=6)
    assert (health.state, down.since) == ("down", at(1))
    health, _ = fold("OO", health, first=7, hold=True)
    assert health.state == "up"


def test_void_forgets_what_is_pending_and_nothing_else() -> None:
    health, _ = fold("OCC")
    voided = machine.void(health)
    assert pending(voided, RULES) is None
    assert (voided.state, voided.since, voided.last_good) == (health.state, health.since, health.last_good)
    assert fold("C", voided, first=3)[0].state == "up"


def test_a_pause_is_told_and_leads_through_unknown() -> None:
    health, _ = fold("OCCC")
    health, paused = machine.pause(health, at(4), at(60))
    assert (health.state, health.paused_until, paused.quiet) == ("paused", at(60), False)
    assert fold("OOO", health, first=5)[0] == health
    health, resumed = machine.resume(health, at(60))
    assert (health.state, resumed.quiet) == ("unknown", True)
    again, told = fold("C", health, first=61)
    assert (again.state, again.since) == ("down", at(1))
    assert [t.after for t in told] == ["down"]
    better, _ = fold("OO", health, first=61)
    assert better.state == "up"


def test_maintenance_is_drawn_and_told_at_its_end_if_it_matters() -> None:
    health, _ = fold("O")
    muted, told = fold("CCC", machine.mute(health), first=1)
    assert muted.state == "down"
    assert [transition.quiet for transition in told] == [True]
    ended, transition = machine.unmute(muted, at(9))
    assert transition is not None
    assert (transition.after, transition.since, transition.quiet, ended.muted) == ("down", at(1), False, False)
    recovered, _ = fold("OO", muted, first=4)
    assert machine.unmute(recovered, at(9))[1] is None


def test_a_blocked_result_says_by_what() -> None:
    blocked = machine.blocked(result(1, "C"), "postgres")
    assert (blocked.level, blocked.cause, blocked.blocked_by) == (Level.UNKNOWN, "blocked", "postgres")


def test_flapping_is_told_once_and_its_end_always_says_the_state() -> None:
    rules = Rules(fall=1, rise=1)
    health, told = fold("O" + "CO" * 10 + "C" * 30, rules=rules)
    loud = [transition for transition in told if not transition.quiet]
    kinds = [transition.what for transition in loud]
    assert kinds.count("flapping") == 1
    assert kinds.count("steady") == 1
    assert kinds.index("steady") > kinds.index("flapping")
    between = loud[kinds.index("flapping") + 1 : kinds.index("steady")]
    assert between == []
    assert loud[-1].what == "steady"
    assert (loud[-1].after, health.state, health.flapping) == ("down", "down", False)


def test_alternation_that_thresholds_hide_is_flapping_all_the_same() -> None:
    health, _ = fold("O" + "CO" * 10)
    assert health.state == "up"
    assert health.flapping


def test_the_percentage_is_that_of_nagios() -> None:
    """Values worked out by hand from base/flapping.c: weights rise from 0.75 to 1.25 over the 20 places."""
    assert percent([]) == 0
    assert percent([True] * 21) == 0
    assert percent([bool(n % 2) for n in range(21)]) == pytest.approx(100.0)
    assert percent([False] + [True] * 20) == pytest.approx(0.75 * 100 / 20)
    assert percent([False] * 20 + [True]) == pytest.approx(1.25 * 100 / 20)
    assert percent([False, True]) == pytest.approx(1.25 * 100 / 20)


RESULTS = st.text(alphabet="OWC?", max_size=60)
RULE = st.builds(Rules, st.integers(1, 5), st.integers(1, 5))


@given(RESULTS, RULE)
def test_it_follows_the_two_lines_that_define_it(letters: str, rules: Rules) -> None:
    """A second reading of the rule, with windows instead of runs, for sequences without loss of sight."""
    letters = letters.replace("?", "")
    state: Level | None = None
    seen: list[Level] = []
    health = Health()
    for number, letter in enumerate(letters):
        seen.append(LETTERS[letter])
        health, _ = step(health, result(number, letter), rules)
        worst, best = seen[-rules.fall :], seen[-rules.rise :]
        if state is None and seen[-1] is Level.OK:
            state = Level.OK
        elif len(worst) == rules.fall and min(worst) > (-1 if state is None else state) and min(worst) > Level.OK:
            state = min(worst)
        elif state is not None and len(best) == rules.rise and max(best) < state:
            state = max(best)
        assert machine.LEVEL_OF.get(health.state) == state


@given(RESULTS, RULE)
def test_since_is_a_result_that_was_seen_and_never_after_confirmation(letters: str, rules: Rules) -> None:
    health = Health()
    times = {at(number) for number in range(len(letters))}
    for number, letter in enumerate(letters):
        health, transition = step(health, result(number, letter), rules)
        if transition is not None:
            assert transition.since in times
            assert transition.since <= transition.at
            assert transition.after == health.state


@given(RESULTS, RULE)
def test_unknown_never_makes_it_up_or_down(letters: str, rules: Rules) -> None:
    health = Health()
    for number, letter in enumerate(letters):
        before = health
        health, _ = step(health, result(number, letter), rules)
        if letter == "?":
            assert health.state in (before.state, "unknown")


@given(RESULTS, RULE)
def test_the_record_alternates(letters: str, rules: Rules) -> None:
    """No two loud changes of state in a row say the same state, and flapping and steady alternate."""
    _, told = fold(letters, rules=rules)
    loud = [transition for transition in told if not transition.quiet]
    states = [transition.after for transition in loud if transition.what == "state"]
    whats = [transition.what for transition in loud if transition.what != "state"]
    assert whats == (["flapping", "steady"] * len(whats))[: len(whats)]
    if not whats:
        assert all(first != second for first, second in pairwise(states))


@given(RESULTS, RULE)
def test_pending_is_never_complete(letters: str, rules: Rules) -> None:
    health = Health()
    for number, letter in enumerate(letters):
        health, _ = step(health, result(number, letter), rules)
        standing = pending(health, rules)
        if standing is not None:
            assert 1 <= standing.seen <= standing.needed
            if health.state != "unknown":
                assert standing.seen < standing.needed


def test_a_result_is_frozen_and_ends_when_it_ends() -> None:
    one = result(0, "O")
    assert one.ended == at(0) + timedelta(seconds=0.5)
    assert replace(one, took=None).ended == at(0)


def test_a_pause_begins_when_it_was_asked_for_and_its_end_is_forgotten_with_it() -> None:
    health, _ = fold("O")
    paused, told = machine.pause(health, at(4), at(60))
    assert (paused.since, told.since, told.at, told.until) == (at(4), at(4), at(4), at(60))
    resumed, told = machine.resume(paused, at(30))
    assert (resumed.paused_until, resumed.since, told.since, told.until) == (None, at(30), at(30), None)


def test_the_first_bad_result_is_kept_until_a_good_one_and_the_last_bad_beyond_it() -> None:
    failing, _ = fold("OCC")
    assert failing.first_bad == result(1, "C")
    assert failing.last_bad == result(2, "C")
    good, _ = fold("O", failing, first=3)
    assert good.first_bad is None
    assert good.last_bad == result(2, "C")


def test_the_end_of_maintenance_tells_what_was_seen_during_it() -> None:
    health, _ = fold("O")
    muted, _ = fold("CCCC", machine.mute(health), first=1)
    _, transition = machine.unmute(muted, at(9))
    assert transition is not None
    assert (transition.at, transition.before, transition.reason) == (at(9), "up", "said C")
    assert (transition.first, transition.confirming) == (result(1, "C"), result(4, "C"))
    assert (transition.last_good, transition.trouble_since) == (result(0, "O"), at(1))


def test_flapping_during_maintenance_is_not_told() -> None:
    muted, told = fold("OC" * 20, machine.mute(fold("O")[0]), first=1)
    assert muted.flapping
    assert all(transition.quiet for transition in told)

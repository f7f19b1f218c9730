"""The ring of time buckets: one axis for all, worst level wins, gaps stay gaps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.health.history import BUCKETS, WIDTH, History, worst_strip
from warroom.health.results import Level

START = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_cells_lie_on_the_clock_not_on_the_results() -> None:
    early, late = History(), History()
    early.add(at(9.9), Level.OK)
    late.add(at(10.1), Level.OK)
    assert early.strip(3, 10, at(15)) == ("none", "up", "up")
    assert late.strip(3, 10, at(15)) == ("none", "none", "up")


def test_the_worst_of_a_cell_wins() -> None:
    history = History()
    for level in (Level.WARN, Level.CRIT, Level.OK):
        history.add(at(1), level)
    assert history.strip(1, 10, at(2)) == ("down",)


def test_wider_cells_hold_the_worst_of_their_buckets() -> None:
    history = History(hold=10)
    history.add(at(0), Level.OK)
    history.add(at(10), Level.WARN)
    history.add(at(20), Level.OK)
    assert history.strip(2, 30, at(25)) == ("none", "degraded")


def test_a_result_stands_until_the_next_is_due_and_no_longer() -> None:
    history = History(hold=40)
    history.add(at(0), Level.OK)
    assert history.strip(6, 10, at(55)) == ("up", "up", "up", "up", "none", "none")
    history.add(at(60), Level.CRIT)
    assert history.strip(7, 10, at(65)) == ("up", "none", "none", "none", "none", "none", "down")


def test_between_two_results_the_first_one_stands() -> None:
    history = History(hold=40)
    history.add(at(0), Level.CRIT)
    history.add(at(30), Level.OK)
    assert history.strip(4, 10, at(30)) == ("down", "down", "down", "up")


def test_maintenance_is_drawn_as_such_whatever_was_found() -> None:
    history = History()
    history.add(at(0), Level.CRIT, maintenance=True)
    assert history.strip(1, 10, at(0)) == ("maintenance",)
    history.add(at(5), Level.UNKNOWN)
    assert history.strip(1, 10, at(9)) == ("unknown",)


def test_latencies_are_the_longest_of_a_cell_and_blank_where_nothing_was_measured() -> None:
    history = History()
    history.add(at(0), Level.OK, 0.1)
    history.add(at(1), Level.OK, 0.5)
    history.add(at(20), Level.OK)
    found = history.latencies(3, 10, at(25))
    assert found[0] == pytest.approx(0.5)
    assert found[1:] == (None, None)


def test_what_was_drawn_is_drawn_anew_after_a_result_and_on_another_axis() -> None:
    history = History()
    history.add(at(0), Level.OK, 0.25)
    assert history.strip(2, 10, at(5)) == ("none", "up")
    assert history.latencies(1, 10, at(5)) == (0.25,)
    history.add(at(6), Level.CRIT, 0.5)
    assert history.strip(2, 10, at(7)) == ("none", "down")
    assert history.latencies(1, 10, at(7)) == (0.5,)
    assert history.strip(1, 10, at(7)) == ("down",)
    assert history.strip(2, 10, at(15)) == ("down", "down")


def test_percentiles_are_by_nearest_rank_and_of_answers_alone() -> None:
    history = History()
    assert history.percentiles(0.5, 0.95) == (None, None)
    for number in range(1, 101):
        history.add(at(number), Level.OK, number / 100)
    history.add(at(101), Level.CRIT, 99.0)
    assert history.percentiles(0.5, 0.95, 1) == pytest.approx((0.5, 0.95, 1.0))


def test_percentiles_are_of_the_last_120_answers() -> None:
    history = History()
    for number in range(1, 301):
        history.add(at(number), Level.OK, float(number))
    assert history.percentiles(1 / 120, 1) == (181.0, 300.0)


def test_a_clock_set_back_spoils_nothing() -> None:
    history = History()
    history.add(at(100_000), Level.OK)
    history.add(at(0), Level.CRIT)
    assert "down" not in history.strip(BUCKETS, WIDTH, at(100_000))
    history.add(at(99_990), Level.CRIT)
    assert history.strip(2, 10, at(100_000)) == ("down", "up")


def test_a_cell_that_does_not_fit_the_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="not a multiple"):
        History().strip(3, 15, START)


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.sampled_from(list(Level))), max_size=60),
    st.integers(1, 80),
    st.integers(1, 30),
)
def test_a_strip_is_what_a_plain_reading_of_the_results_gives(
    found: list[tuple[int, Level]], cells: int, width: int
) -> None:
    """Without hold, a cell is the worst of the results in it, as far as the ring reaches back."""
    found.sort(key=lambda one: one[0])
    history = History(hold=1)
    for seconds, level in found:
        history.add(at(seconds), level)
    end = found[-1][0] if found else 0
    seconds_a_cell = width * WIDTH
    rank = {"none": 0, "up": 2, "unknown": 3, "degraded": 4, "down": 5}
    names = {Level.OK: "up", Level.UNKNOWN: "unknown", Level.WARN: "degraded", Level.CRIT: "down"}
    oldest = int(at(end).timestamp() // WIDTH) - BUCKETS + 1
    newest = int(at(end).timestamp() // seconds_a_cell)
    expected = []
    for cell in range(newest - cells + 1, newest + 1):
        inside = [
            names[level]
            for seconds, level in found
            if int(at(seconds).timestamp() // seconds_a_cell) == cell and at(seconds).timestamp() // WIDTH >= oldest
        ]
        expected.append(max(inside, key=rank.__getitem__, default="none"))
    assert list(history.strip(cells, seconds_a_cell, at(end))) == expected


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.sampled_from([0.0, 0.25, 0.5, 4.0])), max_size=60),
    st.integers(1, 80),
    st.integers(1, 30),
    st.integers(0, 9_000),
)
def test_latencies_are_what_a_plain_reading_of_the_results_gives(
    found: list[tuple[int, float]], cells: int, width: int, after: int
) -> None:
    """A cell is the longest of the latencies in it, as far as the ring reaches back from the last result."""
    found.sort(key=lambda one: one[0])
    history = History()
    for seconds, took in found:
        history.add(at(seconds), Level.OK, took)
    last = found[-1][0] if found else 0
    seconds_a_cell = width * WIDTH
    oldest = int(at(last).timestamp() // WIDTH) - BUCKETS + 1
    newest = int(at(last + after).timestamp() // seconds_a_cell)
    expected = []
    for cell in range(newest - cells + 1, newest + 1):
        inside = [
            took
            for seconds, took in found
            if int(at(seconds).timestamp() // seconds_a_cell) == cell and at(seconds).timestamp() // WIDTH >= oldest
        ]
        expected.append(max(inside, default=None))
    assert list(history.latencies(cells, seconds_a_cell, at(last + after))) == expected


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9_000), st.sampled_from(list(Level))), max_size=20), max_size=6),
    st.integers(1, 60),
    st.integers(1, 6),
    st.integers(0, 9_500),
)
def test_the_strip_of_many_is_the_worst_of_each(
    found: list[list[tuple[int, Level]]], cells: int, width: int, end: int
) -> None:
    rank = {"none": 0, "maintenance": 1, "up": 2, "unknown": 3, "degraded": 4, "down": 5}
    histories = [History() for _ in found]
    for history, results in zip(histories, found, strict=True):
        for seconds, level in sorted(results, key=lambda one: one[0]):
            history.add(at(seconds), level)
    strips = [history.strip(cells, width * WIDTH, at(end)) for history in histories]
    expected = (
        [max(column, key=rank.__getitem__) for column in zip(*strips, strict=True)] if strips else ["none"] * cells
    )
    assert list(worst_strip(histories, cells, width * WIDTH, at(end))) == expected

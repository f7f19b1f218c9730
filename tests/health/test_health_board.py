"""What the screen gets: order, counts, groups."""

from datetime import UTC, datetime, timedelta

from warroom.health.board import Board, Figure, HostFigures, ServiceStatus, worst
from warroom.health.states import State

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def service(name: str, state: State, minutes: int | None = None, flapping: float | None = None) -> ServiceStatus:
    since = None if minutes is None else NOW - timedelta(minutes=minutes)
    return ServiceStatus(name, "http", "http://x/", group=name[0], state=state, since=since, flapping=flapping)


SERVICES = (
    service("a-up", "up", 5),
    service("b-paused", "paused", 1),
    service("a-unknown", "unknown"),
    service("b-degraded", "degraded", 3),
    service("a-flapping", "up", 2, flapping=34.0),
    service("b-down-long", "down", 90),
    service("a-down", "down", 2, flapping=40.0),
)


def test_trouble_stands_first_and_the_latest_first_within_it() -> None:
    names = [one.name for one in Board(NOW, SERVICES).trouble_first()]
    assert names == ["a-down", "b-down-long", "a-flapping", "b-degraded", "a-unknown", "b-paused", "a-up"]


def test_counts_count_each_service_once() -> None:
    counts = Board(NOW, SERVICES).counts()
    assert counts == {"down": 2, "flapping": 1, "degraded": 1, "unknown": 1, "maintenance": 0, "paused": 1, "up": 1}
    assert sum(counts.values()) == len(SERVICES)


def test_what_is_broken_in_maintenance_is_no_trouble() -> None:
    broken = ServiceStatus("z", "http", "t", state="down", maintenance="upgrade")
    found = Board(NOW, (broken, service("x", "unknown"), service("y", "up")))
    assert (found.counts()["down"], found.counts()["maintenance"]) == (0, 1)
    assert [one.name for one in found.trouble_first()] == ["x", "z", "y"]


def test_a_group_is_as_bad_as_its_worst_member_that_counts() -> None:
    assert worst([service("x", "up"), service("y", "degraded")]) == "degraded"
    assert worst([service("x", "up"), service("y", "unknown")]) == "unknown"
    assert worst([service("x", "up"), service("y", "paused")]) == "up"
    assert worst([service("y", "paused")]) == "unknown"
    assert worst([]) == "unknown"
    broken = ServiceStatus("z", "http", "t", state="down", maintenance="upgrade")
    assert worst([service("x", "up"), broken]) == "up"


def test_groups_come_in_order_of_trouble() -> None:
    groups = Board(NOW, SERVICES).groups()
    assert [(group.name, group.state) for group in groups] == [("a", "down"), ("b", "down")]
    assert sum(len(group.services) for group in groups) == len(SERVICES)


def test_groups_that_are_well_stay_where_they_are() -> None:
    services = (
        ServiceStatus("x", "http", "t", group="b", state="up", since=NOW),
        ServiceStatus("y", "http", "t", group="a", state="up", since=NOW - timedelta(hours=1)),
        ServiceStatus("z", "http", "t", group="c", state="degraded", since=NOW),
    )
    assert [group.name for group in Board(NOW, services).groups()] == ["c", "a", "b"]


def test_a_service_is_found_by_name() -> None:
    board = Board(NOW, SERVICES)
    assert board.service("a-up") is SERVICES[0]
    assert board.service("nobody") is None


def test_unknown_paused_and_up_are_no_trouble() -> None:
    assert [one.name for one in SERVICES if one.in_trouble] == ["b-degraded", "a-flapping", "b-down-long", "a-down"]


def test_a_service_without_results_draws_a_blank_strip() -> None:
    assert SERVICES[0].strip(3, 10, NOW) == ("none", "none", "none")
    assert SERVICES[0].latencies(2, 10, NOW) == (None, None)


def test_figures_without_swap_leave_it_out() -> None:
    cpu, memory, load = Figure("cpu", "3 %", 3.0), Figure("mem", "61 %", 61.0), Figure("load", "0.1")
    host = HostFigures(cpu, memory, None, load, (Figure("/", "83 %", 83.0),))
    assert [figure.label for figure in host.figures] == ["cpu", "mem", "load", "/"]

"""The monitor under a clock that the test turns: schedule, judging, the guard, pauses, reloads."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from turned_clock import START, Script, TurnedClock, Watch, settle, watch
from warroom.health.board import Figure, HostFigures
from warroom.health.machine import Rules
from warroom.monitor.monitor import Monitor


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


async def test_nothing_starts_before_run(clock: TurnedClock) -> None:
    script = Script("api", clock)
    seen = watch(clock, script)
    await clock.turn(60)
    assert script.times == []
    async with seen:
        await clock.turn(2)
    assert len(script.times) == 1


class TestSchedule:
    async def test_looks_come_at_a_steady_interval_and_the_first_within_a_second(self, clock: TurnedClock) -> None:
        script = Script("api", clock, every=10)
        async with watch(clock, script):
            await clock.turn(101)
        assert script.times[0] <= 1
        gaps = [second - first for first, second in pairwise(script.times[1:])]
        assert gaps == pytest.approx([10.0] * len(gaps), abs=0.05)
        assert 10 <= len(script.times) <= 12

    async def test_services_are_spread_over_the_interval(self, clock: TurnedClock) -> None:
        scripts = [Script(f"s{number}", clock, every=10, took=0.01) for number in range(100)]
        async with watch(clock, *scripts):
            await clock.turn(30)
        phases = sorted(script.times[2] % 10 for script in scripts)
        assert max(second - first for first, second in pairwise(phases)) < 1.5

    async def test_never_two_looks_at_once_and_what_is_missed_is_counted(self, clock: TurnedClock) -> None:
        script = Script("slow", clock, every=10, took=25)
        seen = watch(clock, script)
        async with seen:
            await clock.turn(120)
        assert script.most_together == 1
        assert 4 <= len(script.times) <= 5
        assert 7 <= seen.monitor.board.late <= 9

    async def test_at_most_64_at_once_and_4_a_host(self, clock: TurnedClock) -> None:
        one_host = [Script(f"a{number}", clock, host="db", took=5) for number in range(20)]
        others = [Script(f"b{number}", clock, took=5) for number in range(100)]
        running: list[int] = []
        async with watch(clock, *one_host, *others):
            for _ in range(40):
                await clock.turn(0.25)
                assert sum(script.together for script in one_host) <= 4
                running.append(sum(script.together for script in (*one_host, *others)))
        assert max(running) == 64

    async def test_time_in_the_queue_is_no_latency(self, clock: TurnedClock) -> None:
        scripts = [Script(f"a{number}", clock, host="db", took=2) for number in range(8)]
        seen = watch(clock, *scripts)
        async with seen:
            await clock.turn(9)
        assert {service.latency for service in seen.monitor.board.services} == {2}

    async def test_while_a_change_is_pending_looks_come_faster(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OOC", every=30, retry=3, took=0.1)
        seen = watch(clock, script)
        async with seen:
            await seen.until(lambda: seen.state("api") == "down")
        bad = script.times[2:5]
        assert [second - first for first, second in pairwise(bad)] == pytest.approx([3.1, 3.1], abs=0.05)

    async def test_a_slot_that_meets_a_hurried_look_is_not_late(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OC", every=10, retry=1, took=1.5, rules=Rules(fall=100))
        seen = watch(clock, script)
        async with seen:
            await clock.turn(200)
        assert script.most_together == 1
        assert seen.monitor.board.late == 0

    async def test_a_recheck_comes_at_once(self, clock: TurnedClock) -> None:
        script = Script("api", clock, every=60)
        seen = watch(clock, script)
        async with seen:
            await clock.turn(65)
            before = len(script.times)
            seen.monitor.recheck("api")
            await clock.turn(0.1)
            assert len(script.times) == before + 1
            with pytest.raises(KeyError):
                seen.monitor.recheck("nobody")


class TestTelling:
    async def test_down_and_up_are_told_with_their_times(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OOCCCOO", every=10)
        seen = watch(clock, script)
        async with seen:
            await seen.until(lambda: len(seen.transitions) == 2)
        assert seen.found_well == ["api"]
        (_, down), (_, up) = seen.transitions
        assert (down.after, up.after) == ("down", "up")
        assert down.since == START + timedelta(seconds=script.times[2])
        assert down.at == START + timedelta(seconds=script.times[4] + script.took)
        assert up.since == START + timedelta(seconds=script.times[5])
        assert up.trouble_since == down.since

    async def test_boards_are_coalesced(self, clock: TurnedClock) -> None:
        scripts = [Script(f"s{number}", clock, every=1, took=0.01) for number in range(40)]
        seen = watch(clock, *scripts)
        async with seen:
            await clock.turn(10)
        assert sum(len(script.times) for script in scripts) >= 380
        assert 9 <= len(seen.boards) <= 15  # a first look is news; after it nothing but figures moves

    async def test_what_turns_is_on_the_board_at_once(self, clock: TurnedClock) -> None:
        quiet = [Script(f"s{number}", clock, every=1, took=0.01) for number in range(40)]
        falling = Script("api", clock, every=1, took=0.01, retry=1, down_from=5.5)
        seen = watch(clock, *quiet, falling)
        async with seen:
            await seen.until(lambda: seen.state("api") == "down")
            turned = clock.now()
            await clock.turn(0.25)
        assert any(
            board.at - turned <= timedelta(seconds=0.25)
            for board in seen.boards
            if (api := board.service("api")) is not None and api.state == "down"
        )

    async def test_the_worst_moment_brings_no_more_than_four_boards_a_second(self, clock: TurnedClock) -> None:
        scripts = [Script(f"s{number}", clock, "OC", every=1, retry=1, took=0.01) for number in range(40)]
        seen = watch(clock, *scripts)
        async with seen:
            await clock.turn(10)
        assert len(seen.boards) <= 42

    async def test_an_unchanged_service_is_the_same_object(self, clock: TurnedClock) -> None:
        quick, slow = Script("quick", clock, every=1), Script("slow", clock, every=60)
        seen = watch(clock, quick, slow)
        async with seen:
            await clock.turn(20)
        first, second = seen.boards[-2:]
        assert first.service("slow") is second.service("slow")
        assert first.service("quick") is not second.service("quick")

    async def test_who_no_longer_listens_hears_nothing(self, clock: TurnedClock) -> None:
        seen = watch(clock, Script("api", clock))
        heard: list[object] = []
        drop = seen.monitor.subscribe(heard.append)
        drop()
        drop()
        async with seen:
            await clock.turn(5)
        assert heard == []
        assert seen.boards

    async def test_the_board_shows_what_it_knows(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OCCC", every=10)
        seen = watch(clock, script)
        async with seen:
            await seen.until(lambda: seen.state("api") == "down")
        service = seen.monitor.board.service("api")
        assert service is not None
        assert (service.why, service.latency, service.target) == ("said C", 0.1, "api:1")
        assert service.p50 == pytest.approx(0.1)
        assert service.first_bad == START + timedelta(seconds=script.times[1])
        assert [label for label, _ in service.evidence] == ["last", "first bad", "last good"]
        assert "down" in service.strip(6, 10, clock.now())

    async def test_pending_is_shown(self, clock: TurnedClock) -> None:
        seen = watch(clock, Script("api", clock, "OC", every=10, retry=3))
        async with seen:
            await seen.until(lambda: any(s.pending for s in seen.monitor.board.services))
        service = seen.monitor.board.service("api")
        assert service is not None
        assert service.pending == (1, 3, "down")

    async def test_figures_of_the_host(self, clock: TurnedClock) -> None:
        figure = Figure("cpu", "3 %", 3.0)
        taken = 0

        async def take() -> HostFigures:
            nonlocal taken
            taken += 1
            if taken == 2:
                raise OSError("cannot be read just now")
            return HostFigures(figure, figure, None, figure)

        seen = Watch(clock, Monitor([], clock, figures=take))
        async with seen:
            await clock.turn(16)
        assert taken == 4
        assert seen.monitor.board.host is not None


class TestNeeds:
    async def test_what_needs_something_that_is_down_is_blocked_and_silent(self, clock: TurnedClock) -> None:
        db = Script("db", clock, "OOC", every=10, host="a")
        api = Script("api", clock, "OOC", every=10, host="b", needs=("db",))
        seen = watch(clock, db, api)
        async with seen:
            await seen.until(lambda: seen.state("db") == "down" and seen.state("api") == "unknown")
            await clock.turn(60)
        assert seen.told == [("db", "down")]
        service = seen.monitor.board.service("api")
        assert service is not None
        assert (service.blocked, service.why) == ("db", "needs db, which is down")

    async def test_what_was_blocked_from_the_start_is_looked_at_in_its_own_time(self, clock: TurnedClock) -> None:
        db = Script("db", clock, "C", every=60, retry=1, host="a")
        api = Script("api", clock, "C", every=60, retry=1, host="b", needs=("db",))
        seen = watch(clock, db, api)
        async with seen:
            await seen.until(lambda: seen.state("db") == "down")
            await clock.turn(60)
            looks = len(api.times)
            await clock.turn(600)
            assert len(api.times) - looks == 10
            service = seen.monitor.board.service("api")
            assert service is not None
            assert (service.blocked, service.pending) == ("db", None)

    async def test_so_is_what_needs_that_in_turn(self, clock: TurnedClock) -> None:
        chain = [Script("web", clock, "OOC", needs=("api",)), Script("api", clock, "OOC", needs=("db",))]
        db = Script("db", clock, "OOC")
        for script in (*chain, db):
            script.host = "one"
        seen = watch(clock, *chain, db)
        async with seen:
            await seen.until(lambda: {seen.state("web"), seen.state("api")} == {"unknown"})
            await clock.turn(60)
            assert [one.blocked for one in seen.monitor.board.services] == ["db", "db", None]
        assert seen.told == [("db", "down")]

    @pytest.mark.parametrize("names", [("a", "b"), ("z", "c"), ("m", "n")])
    async def test_the_child_never_wins_the_race(self, clock: TurnedClock, names: tuple[str, str]) -> None:
        parent = Script(names[0], clock, every=60, host="a", down_from=100)
        child = Script(names[1], clock, every=5, retry=1, host="b", needs=(names[0],), down_from=100)
        seen = watch(clock, parent, child)
        async with seen:
            await seen.until(lambda: seen.state(names[0]) == "down")
            await clock.turn(60)
        assert seen.told == [(names[0], "down")]

    async def test_a_child_alone_is_told_once_the_parent_was_seen_to_be_well(self, clock: TurnedClock) -> None:
        parent = Script("db", clock, "O", every=300, host="a")
        child = Script("api", clock, "OOOC", every=5, retry=1, host="b", needs=("db",))
        seen = watch(clock, parent, child)
        async with seen:
            await seen.until(lambda: seen.state("api") == "down", 60)
        assert seen.told == [("api", "down")]


class TestObserver:
    async def test_offline_is_told_once_and_remote_services_are_not_judged(self, clock: TurnedClock) -> None:
        remote = [Script(f"r{number}", clock, "OOC", every=10) for number in range(3)]
        local = Script("disk", clock, "OOC", every=10, local=True)
        reach = Script("gateway", clock, "C", took=0.5)
        seen = watch(clock, *remote, local, reach=[reach])
        async with seen:
            await clock.turn(120)
            assert [notice.what for notice in seen.notices] == ["offline"]
            assert seen.told == [("disk", "down")]
            assert {seen.state(script.name) for script in remote} == {"unknown"}
            assert seen.monitor.board.observer.startswith("offline: gateway:1")
            reach.letters = "O"
            for script in remote:
                script.letters = "O"
            await clock.turn(60)
        assert [notice.what for notice in seen.notices] == ["offline", "online"]
        assert seen.told == [("disk", "down")]
        assert {seen.state(script.name) for script in remote} == {"up"}
        assert seen.monitor.board.observer == "ok"

    async def test_nobody_is_asked_any_more_once_the_watch_has_ended(self, clock: TurnedClock) -> None:
        reach = Script("gateway", clock, "C", took=60)
        async with watch(clock, Script("api", clock, "C"), reach=[reach]):
            await clock.turn(2)
            assert reach.together == 1
        assert reach.together == 0

    async def test_while_we_are_online_they_are_judged(self, clock: TurnedClock) -> None:
        remote = Script("api", clock, "OOC", every=10)
        seen = watch(clock, remote, reach=[Script("gateway", clock, "C"), Script("other", clock, "O")])
        async with seen:
            await clock.turn(60)
        assert seen.told == [("api", "down")]
        assert seen.notices == []

    async def test_many_at_once_are_one_notice(self, clock: TurnedClock) -> None:
        remote = [Script(f"r{number}", clock, "OOO" + "C" * 20 + "O", every=10, retry=3) for number in range(5)]
        seen = watch(clock, *remote)
        async with seen:
            await seen.until(lambda: any(notice.what == "many" for notice in seen.notices))
            await seen.until(lambda: all(seen.state(script.name) == "down" for script in remote))
            assert seen.told == []
            await seen.until(lambda: all(seen.state(script.name) == "up" for script in remote))
        assert [notice.what for notice in seen.notices] == ["many", "over"]
        assert all(after == "up" for _, after in seen.told if after != "down")
        assert seen.monitor.board.observer == "ok"

    async def test_those_that_stay_down_are_told_when_the_rest_is_back(self, clock: TurnedClock) -> None:
        remote = [Script(f"r{number}", clock, "OOO" + "C" * 20 + "O", every=10, retry=3) for number in range(4)]
        dead = Script("dead", clock, "OOOC", every=10, retry=3)
        seen = watch(clock, *remote, dead)
        async with seen:
            await seen.until(lambda: any(notice.what == "over" for notice in seen.notices), 1200)
            await clock.turn(60)
        assert ("dead", "down") in seen.told
        assert seen.state("dead") == "down"


async def test_ending_ends_every_look(clock: TurnedClock) -> None:
    scripts = [Script(f"s{number}", clock, took=100) for number in range(10)]
    before = len(asyncio.all_tasks())
    async with watch(clock, *scripts):
        await clock.turn(5)
        assert sum(script.together for script in scripts) == 10
    await settle()
    assert sum(script.together for script in scripts) == 0
    assert len(asyncio.all_tasks()) == before


async def test_thirty_simulated_minutes_leave_nothing_behind(clock: TurnedClock) -> None:
    scripts = [Script(f"s{number}", clock, "O", every=10, took=0.05) for number in range(8)]
    seen = watch(clock, *scripts)
    async with seen:
        await clock.turn(1800)
        assert seen.monitor.board.late == 0
        assert len(seen.monitor._queue) <= 4 * len(scripts) + 64
        assert len(seen.monitor._looks) <= len(scripts)
    assert sum(len(script.times) for script in scripts) == pytest.approx(8 * 180, abs=24)

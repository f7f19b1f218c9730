"""The monitor under a clock that the test turns: gaps in time, pauses, and another configuration while it runs."""

from datetime import timedelta

import pytest

from turned_clock import START, Script, TurnedClock, Watch, watch
from warroom.config.settings import Maintenance
from warroom.health.machine import Rules
from warroom.monitor.monitor import Monitor


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


class TestGuard:
    async def test_a_suspend_voids_what_was_in_flight_and_pending(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OCC" + "C" + "O", every=10, retry=3, took=1)
        seen = watch(clock, script)
        async with seen:
            await seen.until(lambda: len(script.times) == 4)
            clock.away += 3600
            await clock.turn(30)
        assert seen.told == []
        assert seen.state("api") == "up"
        (gap,) = seen.notices
        assert (gap.what, gap.reason) == ("gap", "this host was suspended")
        assert gap.at - gap.since == timedelta(seconds=3600)

    async def test_a_stall_does_so_too(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OCC" + "C" + "O", every=10, retry=3, took=1)
        seen = watch(clock, script)
        async with seen:
            await seen.until(lambda: len(script.times) == 4)
            clock.jump(8)
            await clock.turn(30)
        assert seen.told == []
        assert [notice.reason for notice in seen.notices] == ["the war room itself stood still"]

    async def test_a_short_stall_is_not_worth_a_word(self, clock: TurnedClock) -> None:
        seen = watch(clock, Script("api", clock))
        async with seen:
            await clock.turn(5)
            clock.jump(2.5)
            await clock.turn(5)
        assert seen.notices == []

    async def test_what_is_not_seen_for_long_is_stale(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "O", every=10, took=0.1)
        seen = watch(clock, script)
        async with seen:
            await clock.turn(15)
            script.took = 1000
            await clock.turn(60)
        assert seen.boards[-1].service("api") is not None
        assert [service.stale for service in seen.boards[-1].services] == [True]


class TestPauses:
    async def test_a_pause_ends_by_itself_through_unknown(self, clock: TurnedClock) -> None:
        script = Script("api", clock, every=10)
        seen = watch(clock, script)
        async with seen:
            await clock.turn(15)
            seen.monitor.pause("api", clock.now() + timedelta(seconds=60))
            await clock.turn(2)
            looks = len(script.times)
            await clock.turn(50)
            assert len(script.times) == looks
            assert seen.state("api") == "paused"
            await clock.turn(15)
            assert seen.state("api") == "up"
        assert seen.told == [("api", "paused"), ("api", "up")]

    async def test_resume_looks_at_once(self, clock: TurnedClock) -> None:
        script = Script("api", clock, every=60, paused=True)
        seen = watch(clock, script)
        async with seen:
            await clock.turn(120)
            assert script.times == []
            seen.monitor.resume("api")
            await clock.turn(1)
            assert len(script.times) == 1
        assert seen.told == []

    async def test_maintenance_is_watched_and_drawn_but_told_only_at_its_end(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OOC", every=10, group="core")
        window = Maintenance(("group:core",), START + timedelta(seconds=5), timedelta(seconds=115), "upgrade")
        seen = Watch(clock, Monitor([script], clock, maintenance=[window]))
        async with seen:
            await clock.turn(100)
            service = seen.monitor.board.service("api")
            assert service is not None
            assert (service.state, service.maintenance) == ("down", "upgrade")
            assert seen.told == []
            await clock.turn(30)
        assert seen.told == [("api", "down")]

    async def test_a_window_by_hand_can_be_closed(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "OOOC", every=10)
        seen = watch(clock, script)
        async with seen:
            await clock.turn(15)
            seen.monitor.maintain("api", timedelta(hours=1))
            await clock.turn(60)
            assert seen.told == []
            seen.monitor.end_maintenance("api")
            await clock.turn(1)
            assert seen.told == [("api", "down")]
            with pytest.raises(KeyError):
                seen.monitor.maintain("nobody", timedelta(hours=1))


class TestReload:
    async def test_what_is_the_same_keeps_its_state_and_what_is_not_begins_anew(self, clock: TurnedClock) -> None:
        kept, changed, gone = (Script(name, clock, "OC", every=5) for name in ("kept", "changed", "gone"))
        seen = watch(clock, kept, changed, gone)
        async with seen:
            await seen.until(lambda: all(one.state == "down" for one in seen.monitor.board.services))
            since = seen.monitor.board.services[0].since
            new = Script("new", clock, every=5)
            same, other = Script("kept", clock, "C", every=5), Script("changed", clock, "O", every=5, version="2")
            seen.monitor.reload([same, other, new])
            assert [(one.name, one.state) for one in seen.monitor.board.services] == [
                ("kept", "down"),
                ("changed", "unknown"),
                ("new", "unknown"),
            ]
            before = len(gone.times)
            await clock.turn(30)
            assert seen.monitor.board.services[0].since == since
            assert len(gone.times) == before
            assert {seen.state("changed"), seen.state("new")} == {"up"}
            assert same.times

    async def test_addresses_to_ask_are_believed_over_what_was_concluded_without_them(self, clock: TurnedClock) -> None:
        remote = [Script(f"r{number}", clock, "OC", every=10) for number in range(4)]
        gateway = Script("gateway", clock, "C")
        seen = watch(clock, *remote)
        async with seen:
            await seen.until(lambda: all(one.state == "down" for one in seen.monitor.board.services))
            seen.monitor.reload(remote, reach=[gateway])
            await clock.turn(60)
            assert [notice.what for notice in seen.notices] == ["many", "offline"]
            assert seen.told == []
            gateway.letters = "O"
            await clock.turn(60)
            assert [notice.what for notice in seen.notices] == ["many", "offline", "online", "over"]
            assert sorted(seen.told) == [(script.name, "down") for script in remote]
            assert seen.monitor.board.observer == "ok"

    async def test_a_refused_reload_is_shown(self, clock: TurnedClock) -> None:
        seen = watch(clock, Script("api", clock))
        async with seen:
            seen.monitor.refused("warroom.toml:3: evry: unknown key")
            await clock.turn(1)
            assert seen.boards[-1].problem == "warroom.toml:3: evry: unknown key"
            seen.monitor.reload([Script("api", clock)])
            await clock.turn(1)
            assert seen.boards[-1].problem == ""

    async def test_a_look_under_way_when_its_service_goes_is_dropped(self, clock: TurnedClock) -> None:
        script = Script("api", clock, "C", took=4, rules=Rules(1, 1))
        seen = watch(clock, script)
        async with seen:
            await clock.turn(2)
            assert script.together == 1
            seen.monitor.reload([])
            await clock.turn(10)
        assert seen.told == []
        assert seen.monitor.board.services == ()

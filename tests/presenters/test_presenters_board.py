"""The board as lines: exact widths, one axis, states that read without colour, the bar of phases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.health.board import Board, Figure, HostFigures, ServiceStatus
from warroom.health.history import History
from warroom.health.results import Level
from warroom.health.states import Pending
from warroom.presenters.board import axis, columns, counts, group_row, heading, row, why
from warroom.presenters.evidence import evidence, phases
from warroom.presenters.glyphs import Charset
from warroom.presenters.host import curve, host_lines
from warroom.presenters.runs import plain
from warroom.text.width import cells, fit

NOW = datetime(2026, 11, 21, 20, 0, 5, tzinfo=UTC)


def history(*levels: Level) -> History:
    """One result each ten seconds, the last one now."""
    made = History(hold=10)
    for place, level in enumerate(levels):
        made.add(NOW - timedelta(seconds=10 * (len(levels) - 1 - place)), level, 0.01 * (place + 1))
    return made


DOWN = ServiceStatus(
    "backend",
    "http",
    "http://127.0.0.1:8000/health",
    group="core",
    state="down",
    since=NOW - timedelta(minutes=4, seconds=12),
    why="connection refused",
    latency=0.0004,
    p50=0.041,
    p95=1.25,
    trouble_since=NOW - timedelta(minutes=5),
    evidence=(("last", "connection refused"), ("first bad", "no answer within 5 s")),
    phases=(("dns", 0.001), ("connect", 0.002), ("tls", 0.007)),
    runbook="https://wiki.internal/backend",
    history=history(Level.OK, Level.OK, Level.CRIT, Level.CRIT),
)
UP = ServiceStatus("日本-db", "tcp", "db:5432", group="core", state="up", history=history(Level.OK))


@pytest.mark.parametrize("width", [24, 37, 47, 60, 79, 100, 120, 160, 200])
@pytest.mark.parametrize("signs", ["unicode", "ascii"])
@pytest.mark.parametrize("added", [0, 9])
def test_every_line_of_the_list_is_as_wide_as_the_board(width: int, signs: Charset, added: int) -> None:
    into = columns(width, (DOWN, UP), added=added, indent=2)
    (group,) = Board(NOW, (DOWN, UP)).groups()
    lines = [row(one, into, NOW, charset=signs, indent=2) for one in (DOWN, UP)]
    lines += [group_row(group, into, NOW, opened=opened, charset=signs) for opened in (True, False)]
    lines.append(heading(into))
    assert {cells(plain(line)) for line in lines} == {max(width, 2 + into.name + 1 + into.word + 1)}


@given(st.integers(38, 220))
def test_the_axis_is_as_wide_as_the_strips_and_ends_now(width: int) -> None:
    into = columns(width, (DOWN,))
    told = axis(into)
    assert len(told) == into.strip
    assert told.endswith("now")
    minutes = into.strip * into.span // 60
    assert told.startswith(f"-{minutes}m")


def test_a_strip_tells_states_by_shape_alone() -> None:
    into = columns(200, (DOWN,))
    shapes = plain(row(DOWN, into, NOW))[-into.strip :]
    assert shapes.strip() == "▁██"[-len(shapes.strip()) :]
    assert set(plain(row(DOWN, into, NOW, charset="ascii"))[-into.strip :].strip()) == {".", "#"}


def test_a_wide_row_tells_percentiles_and_draws_the_latency() -> None:
    told = plain(row(DOWN, columns(200, (DOWN,)), NOW))
    assert "DOWN  4m12s" in told
    assert "41 ms" in told
    assert "1.2 s" in told
    assert any(sign in told for sign in "▂▃▅▆▇")
    assert "41 ms" not in plain(row(DOWN, columns(80, (DOWN,)), NOW))


@pytest.mark.parametrize("width", [49, 60])
def test_where_there_is_little_room_the_reason_outweighs_the_latency(width: int) -> None:
    service = replace(DOWN, name="service-0017", why="connection refused")
    into = columns(width, (service,), indent=2)
    assert "connectio" in plain(row(service, into, NOW, indent=2))
    assert into.strip >= 8


def test_how_long_it_stands_so_is_blank_where_the_clock_was_set_back_meanwhile() -> None:
    assert "DOWN         connection refused" in plain(row(DOWN, columns(80, (DOWN,)), NOW - timedelta(hours=1)))


def test_a_reason_has_the_room_of_a_latency_that_none_ever_has() -> None:
    pending = Pending(2, 3, "degraded")
    load = ServiceStatus("load", "host", "load", state="up", pending=pending, why="per_core < 2: got 14")
    alone, among = columns(80, (load,)), columns(80, (load, DOWN))
    assert "2/3 per_core < 2: got 14 " in plain(row(load, alone, NOW))
    assert "last" not in plain(heading(alone))
    assert "last" in plain(heading(among))
    assert alone.strip == among.strip


@given(st.integers(24, 220), st.integers(1, 16), st.lists(st.text("abc ", max_size=40), min_size=1, max_size=4))
def test_no_reason_and_no_minute_of_the_strip_gives_way_to_the_word_of_a_theme(
    width: int, added: int, reasons: list[str]
) -> None:
    services = [replace(DOWN, why=reason) for reason in reasons]
    plainly, told = columns(width, services), columns(width, services, added=added)
    assert told.strip * told.span == plainly.strip * plainly.span
    for service in services:
        assert told.why >= min(cells(why(service)), plainly.why)
    if told.added:
        assert fit("hissing", added) in plain(row(DOWN, told, NOW, added_word="hissing"))


def test_the_word_of_a_theme_has_room_beside_a_usual_reason_in_80_columns() -> None:
    into = columns(80, (DOWN,), added=7)
    told = plain(row(DOWN, into, NOW, added_word="hissing"))
    assert "DOWN  hissing 4m12s  connection refused " in told
    assert axis(into).startswith("-12m")


def test_a_group_tells_how_its_members_stand_and_draws_the_worst_of_them() -> None:
    (group,) = Board(NOW, (DOWN, UP)).groups()
    into = columns(100, (DOWN, UP))
    told = plain(group_row(group, into, NOW, opened=False))
    assert told.startswith("▸ core")
    assert "1 down · 1 up" in told
    assert told[-into.strip :] == plain(row(DOWN, into, NOW))[-into.strip :]
    assert plain(group_row(group, into, NOW, opened=True)).startswith("▾ core")


@pytest.mark.parametrize("width", [40, 48, 60, 80, 120])
def test_the_word_of_a_theme_takes_nothing_from_the_target(width: int) -> None:
    told = [plain(line).rstrip() for line in evidence(DOWN, width, UTC, NOW, added_word="hissing")]
    assert told[0].startswith("backend  DOWN hissing since 19:55:53")
    assert max(map(cells, told)) <= width
    assert any("http http://127.0.0.1:8000/health" in line for line in told)


def test_evidence_has_all_that_is_known_in_the_width_there_is() -> None:
    for width in (40, 60, 120):
        lines = [plain(line) for line in evidence(DOWN, width, UTC, NOW)]
        assert max(map(cells, lines)) <= width
        told = "\n".join(lines)
        for part in (
            "backend",
            "DOWN since 19:55:53",
            "every 15 s · p50 41 ms · p95 1.2 s",
            "in trouble since 19:55:05",
        ):
            assert part in told
        assert "tls 7.0 ms" in told
        assert "runbook" in told


def test_a_name_that_leaves_no_room_for_the_state_has_a_line_of_its_own() -> None:
    lines = [plain(line).rstrip() for line in evidence(replace(DOWN, name="backend of the 北 region"), 40, UTC, NOW)]
    assert lines[0] == "backend of the 北 region"
    assert lines[1].startswith("DOWN since 19:55:53  ")
    assert max(map(cells, lines)) <= 40


def test_a_state_that_has_lasted_for_days_names_its_day() -> None:
    old = replace(UP, since=NOW - timedelta(days=2))
    assert "UP since 11-19 20:00:05" in plain(evidence(old, 60, UTC, NOW)[0])
    assert "DOWN since 19:55:53" in plain(evidence(DOWN, 60, UTC, NOW)[0])


def test_evidence_tells_what_lies_over_the_state() -> None:
    overlaid = ServiceStatus(
        "api",
        "http",
        "http://x/",
        state="up",
        pending=Pending(2, 3, "down"),
        flapping=41.0,
        maintenance="upgrade",
        blocked="db",
        stale=True,
        paused_until=NOW,
    )
    told = "\n".join(plain(line) for line in evidence(overlaid, 100, UTC, NOW))
    for part in (
        "2 of 3",
        "toward DOWN",
        "41 %",
        "upgrade",
        "needs db",
        "no fresh result",
        "paused until 2026-11-21 20",
    ):
        assert part in told


@given(st.lists(st.floats(0, 10), max_size=6), st.integers(8, 100))
def test_the_bar_of_phases_is_full_and_leaves_no_phase_out(took: list[float], width: int) -> None:
    found = [(f"p{place}", seconds) for place, seconds in enumerate(took)]
    bar, *legend = phases(found, width)
    told = plain(bar)
    if any(took):
        assert len(told) == min(width, 60)
    else:
        assert told == ""
    fills = "░▒▓█▚▞"
    assert [sign for sign, seconds in zip(fills, took, strict=False) if seconds > 0] == list(dict.fromkeys(told))
    assert all(name in "".join(plain(line) for line in legend) for name, _ in found)


def test_the_bar_gives_each_phase_its_share() -> None:
    assert plain(phases([("dns", 0.001), ("connect", 0.001), ("body", 0.002)], 12)[0]) == "░░░▒▒▒▓▓▓▓▓▓"
    assert plain(phases([("dns", 0.5), ("body", 0.5)], 8, "ascii")[0]) == "....::::"


def test_a_curve_is_as_high_as_its_highest_value_and_keeps_gaps() -> None:
    assert curve([0.1, None, 0.2, 0.0]) == "▅ █▁"
    assert curve([0.1, None, 0.2], "ascii") == "+ @"
    assert curve([]) == ""
    assert curve([0.0, 0.0]) == "▁▁"


def test_counts_say_so_where_there_is_nothing() -> None:
    assert plain(counts(Board(NOW))) == "no services yet"
    assert plain(counts(Board(NOW, (DOWN, UP)))) == "1 down · 1 up"


def test_the_host_has_a_line_a_figure_with_its_curve() -> None:
    figure = Figure("cpu", "61 %", 61.0, (10.0, 50.0, 100.0))
    host = HostFigures(figure, Figure("mem", "20 %", 20.0), None, Figure("load", "1.0", 50.0), note="in a container")
    told = [plain(line) for line in host_lines(host, 60)]
    assert told[0].endswith("▁▅█")
    assert told[-1] == "in a container"

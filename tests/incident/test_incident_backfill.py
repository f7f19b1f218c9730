"""The forms in which people write times are read as entries; what was assumed is told."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.incident.backfill import parse_backfill

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> list[tuple[str, str]]:
    return [(f"{line.at:%Y-%m-%d %H:%M:%S}", line.text) for line in parse_backfill(text, NOW, UTC).lines]


@pytest.mark.parametrize(
    ("written", "at", "text"),
    [
        ("10:05 AM PST - deployed", "18:05:00", "deployed"),
        ("- **10:00 AM (UTC):** page", "10:00:00", "page"),
        ("- **10:00 AM (UTC)**: page", "10:00:00", "page"),
        ("| **19:46:45** | down |", "19:46:45", "down"),
        ("[08:47] looked", "08:47:00", "looked"),
        ("2030hrs WAT: outage", "19:30:00", "outage"),
        ("0616: early", "06:16:00", "early"),
        ("6 PM late", "18:00:00", "late"),
        ("At 11:00 AM: one", "11:00:00", "one"),
        ("* 8.40 AM GMT - text", "08:40:00", "text"),
        ("[ 4: 45 am EST ] text", "09:45:00", "text"),
        ("~08:50 about then", "08:50:00", "about then"),
        ("14:15pm typed wrong", "14:15:00", "typed wrong"),
        ("- 02:47 Configurations", "02:47:00", "Configurations"),
        ("1. 02:47 – numbered", "02:47:00", "numbered"),
        ("02:07 A.M. dotted", "02:07:00", "dotted"),
        ("13:00 Africa/Nairobi with a place", "10:00:00", "with a place"),
        ("13:00+05:30 with an offset", "07:30:00", "with an offset"),
    ],
)
def test_a_time_in_front_of_a_line_is_understood(written: str, at: str, text: str) -> None:
    assert read(written) == [(f"2026-11-21 {at}", text)]


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2025-02-10 00:21 x", "2025-02-10 00:21:00"),
        ("2026-11-21T14:05:00Z x", "2026-11-21 14:05:00"),
        ("January 10, 7:00 AM - x", "2026-01-10 07:00:00"),
        ("December 24, 7:00 AM - x", "2025-12-24 07:00:00"),
        ("06/May/2022 2:17 PM (GMT) x", "2022-05-06 14:17:00"),
        ("04-12-2022 7:23 AM GMT+1: x", "2022-12-04 06:23:00"),
        ("Sep 29 2017 08:59 x", "2017-09-29 08:59:00"),
    ],
)
def test_a_day_in_front_of_the_time_is_understood(written: str, at: str) -> None:
    assert read(written) == [(at, "x")]


def test_a_day_heads_the_lines_below_it_and_midnight_begins_the_next() -> None:
    text = "### 2018-10-08\n- 18:10 a\n- 23:50 b\n- 00:10 c\n\n**October 12, 2018**\n09:00 d"
    assert read(text) == [
        ("2018-10-08 18:10:00", "a"),
        ("2018-10-08 23:50:00", "b"),
        ("2018-10-09 00:10:00", "c"),
        ("2018-10-12 09:00:00", "d"),
    ]


def test_lines_without_a_time_belong_to_the_one_above() -> None:
    found = parse_backfill("chat export\n[08:47] looked\nand found\n  nothing\n[08:50] fixed", NOW, UTC)
    assert found.before == "chat export"
    assert [line.text for line in found.lines] == ["looked\nand found\nnothing", "fixed"]


def test_a_table_loses_its_head_and_rule() -> None:
    assert read("| Time | Event |\n|------|:-----:|\n| 10:00 | down |\n| 10:05 | up |") == [
        ("2026-11-21 10:00:00", "down"),
        ("2026-11-21 10:05:00", "up"),
    ]


def test_a_range_keeps_both_ends() -> None:
    (line,) = parse_backfill("23:50 - 00:10 slow", NOW, UTC).lines
    assert line.until is not None
    assert f"{line.at:%d %H:%M} {line.until:%d %H:%M}" == "20 23:50 21 00:10"


def test_without_a_zone_it_is_that_of_the_incident_and_said_so() -> None:
    plain, said = parse_backfill("10:00 here\n10:00 UTC there", NOW, BERLIN).lines
    assert (f"{plain.at:%H:%M}", plain.zone_said) == ("09:00", "")
    assert (f"{said.at:%H:%M}", said.zone_said) == ("10:00", "UTC")


def test_a_zone_said_above_holds_for_all_below() -> None:
    found = parse_backfill("Timeline (all times in EAT)\n10:00 a\n10:05 b", NOW, UTC)
    assert [f"{line.at:%H:%M}" for line in found.lines] == ["07:00", "07:05"]
    assert found.doubts == ("EAT is taken for the clock of Africa/Nairobi",)


def test_what_looks_odd_is_told() -> None:
    doubts = parse_backfill("10:00 a\n09:00 b\n2027-01-01 10:00 c\n10:05\n", NOW, UTC).doubts
    assert doubts == ("2 of them are in the future", "1 of them goes back in time", "1 of them has no words")


@pytest.mark.parametrize(
    "text", ["10 servers failed", "3.50 seconds", "25:00 is no time", "404: not found?", "12345: x", "see 10:00", ""]
)
def test_what_is_no_time_is_not_made_one(text: str) -> None:
    found = parse_backfill(text, NOW, UTC)
    assert not found.lines
    assert found.before == text


@given(st.text(alphabet=st.sampled_from("0123456789:.-/|[]() \n*#aApPmMUTCZ+janfeb"), max_size=80))
def test_nothing_that_is_pasted_breaks_it(text: str) -> None:
    found = parse_backfill(text, NOW, BERLIN)
    assert all(line.at.utcoffset() is not None for line in found.lines)

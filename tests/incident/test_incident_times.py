"""Times and durations in the forms in which people write and read them."""

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from commandline import unmeasured
from warroom.incident.times import (
    TimeError,
    clock,
    echo,
    leading_time,
    parse_duration,
    parse_time,
    short,
    words,
    zone,
    zone_label,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 10, 0, 20, tzinfo=UTC)  # 11:00:20 in Berlin


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("11:00", "2026-11-21T10:00Z"),
        ("11:00:20", "2026-11-21T10:00:20Z"),
        ("11:00:21", "2026-11-20T10:00:21Z"),
        ("14:05", "2026-11-20T13:05Z"),
        ("9:05", "2026-11-21T08:05Z"),
        (" 14:05:30.25 ", "2026-11-20T13:05:30.250Z"),
        ("14:05:30,1234567", "2026-11-20T13:05:30.123456Z"),
        ("now", "2026-11-21T10:00:20Z"),
        ("-15m", "2026-11-21T09:45:20Z"),
        ("-1h30m", "2026-11-21T08:30:20Z"),
        ("-1h 30m", "2026-11-21T08:30:20Z"),
        ("-90s", "2026-11-21T09:58:50Z"),
        ("today 09:00", "2026-11-21T08:00Z"),
        ("today 23:00", "2026-11-21T22:00Z"),
        ("yesterday 23:50", "2026-11-20T22:50Z"),
        ("Yesterday  0:10", "2026-11-19T23:10Z"),
        ("2026-11-21 14:05", "2026-11-21T13:05Z"),
        ("2026-07-01 14:05", "2026-07-01T12:05Z"),
        ("2026-11-21T14:05:00Z", "2026-11-21T14:05Z"),
        ("2026-11-21t14:05:00z", "2026-11-21T14:05Z"),
        ("2026-11-21T14:05:00.5-03:30", "2026-11-21T17:35:00.500Z"),
        ("2026-11-21 14:05:00-0330", "2026-11-21T17:35:00Z"),
        ("09:05 UTC", "2026-11-21T09:05Z"),
        ("09:05 utc", "2026-11-21T09:05Z"),
        ("09:05Z", "2026-11-21T09:05Z"),
        ("14:05 +05:30", "2026-11-21T08:35Z"),
        ("14:05+05:30", "2026-11-21T08:35Z"),
        ("14:05 UTC+1", "2026-11-20T13:05Z"),
        ("18:05 Asia/Tokyo", "2026-11-21T09:05Z"),
        ("yesterday 23:50 America/New_York", "2026-11-21T04:50Z"),
        ("1:00 Pacific/Kiritimati", "2026-11-20T11:00Z"),
    ],
)
def test_a_time_is_understood(text: str, meant: str) -> None:
    parsed = parse_time(text, NOW, BERLIN)
    assert parsed == at(meant)
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "5", "14", "1405", "25:00", "24:00", "14:60", "14:05:60", "15m", "-", "-15", "-15x", "noon"),
        *("2026-11-21", "2026-02-30 10:00", "2026-13-01 10:00", "0001-01-01 00:00", "9999-12-31 23:59 -12:00"),
        *("14:05 14:06", "14:05 UTC x", "14:05-10:00", "14:05/UTC", "tomorrow 10:00", "yesterday", "@14:05"),
        *("-99999999d", "١٤:٠٥", "\x1b[31m", "14:05\x00"),
    ],
)
def test_what_is_no_time_is_an_error_of_one_line_that_shows_the_forms(text: str) -> None:
    with pytest.raises(TimeError) as caught:
        parse_time(text, NOW, BERLIN)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 300
    assert any(form in message for form in ("yesterday 23:50", "Europe/Berlin", "1h30m"))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("PST", "offset"),
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Europe", "time zone"),
        ("", "time zone"),
        ("../../etc/passwd", "time zone"),
        ("a\x00b", "time zone"),
        ("\ud800", "time zone"),
        ("x" * 5000, "time zone"),
        ("+25:00", "offset"),
        ("-14:10", "offset"),
    ],
)
def test_an_unknown_zone_is_an_error_with_advice(name: str, advice: str) -> None:
    with pytest.raises(TimeError, match=advice) as caught:
        zone(name)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("name", ["UTC", "utc", "Z", "GMT"])
def test_utc_has_many_names(name: str) -> None:
    assert zone(name) is UTC


def test_zones_are_found_by_name_in_any_case_and_by_offset() -> None:
    assert zone("europe/berlin") == BERLIN
    assert zone("-0330") == timezone(-timedelta(hours=3, minutes=30))
    assert zone("+1") == timezone(timedelta(hours=1))


def test_utc_and_offsets_cost_no_import_of_zoneinfo() -> None:
    code = (
        "import sys; from datetime import *; from warroom.incident import times;"
        "times.parse_time('14:05 +01:00', datetime.now(UTC), times.zone('UTC'));"
        "print([name for name in ('zoneinfo', 'difflib', 'dataclasses') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=unmeasured(), capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class TestClockChanges:
    """Berlin goes from 02:00 to 03:00 on 2026-03-29 and from 03:00 back to 02:00 on 2026-10-25."""

    def test_a_skipped_time_is_an_error_that_names_its_neighbours(self) -> None:
        with pytest.raises(TimeError, match=r"2026-03-29.*Europe/Berlin.*01:30 or 03:30"):
            parse_time("2026-03-29 02:30", NOW, BERLIN)

    def test_a_repeated_time_is_the_latest_that_is_not_in_the_future(self) -> None:
        first, second = at("2026-10-25T00:30Z"), at("2026-10-25T01:30Z")
        assert parse_time("2026-10-25 02:30", NOW, BERLIN) == second
        assert parse_time("02:30", at("2026-10-25T01:45Z"), BERLIN) == second
        assert parse_time("02:30", at("2026-10-25T01:15Z"), BERLIN) == first
        assert parse_time("02:30", at("2026-10-25T00:15Z"), BERLIN) == at("2026-10-24T00:30Z")
        assert parse_time("2026-10-25 02:30", at("2026-10-24T00:00Z"), BERLIN) == first

    def test_yesterday_is_a_day_of_the_calendar_not_24_hours(self) -> None:
        assert parse_time("yesterday 12:00", at("2026-03-29T10:00Z"), BERLIN) == at("2026-03-28T11:00Z")

    def test_a_duration_back_is_real_time(self) -> None:
        assert parse_time("-2h", at("2026-10-25T02:30Z").astimezone(BERLIN), BERLIN) == at("2026-10-25T00:30Z")


def understood(text: str, now: datetime, place: tzinfo) -> datetime | str:
    """The moment, or the one line that says why there is none."""
    try:
        return parse_time(text, now, place)
    except TimeError as error:
        return str(error)


@given(strategies.datetimes, st.sampled_from(strategies.ZONES), st.times())
def test_a_bare_clock_time_is_the_latest_that_is_not_in_the_future(now: datetime, name: str, face: time) -> None:
    place = ZoneInfo(name)
    text = f"{face:%H:%M:%S}"
    parsed = understood(text, now, place)
    if isinstance(parsed, str):
        assert "never was" in parsed
        return
    assert parsed <= now
    assert f"{parsed.astimezone(place):%H:%M:%S}" == text
    assert now - parsed <= timedelta(hours=25)


@given(strategies.datetimes, st.sampled_from(strategies.ZONES))
def test_what_is_echoed_in_utc_is_understood_as_the_same_second(moment: datetime, name: str) -> None:
    place: tzinfo = ZoneInfo(name)
    echoed = echo(moment, NOW, UTC)
    assert parse_time(echoed, NOW, place) == moment.replace(microsecond=0) or moment.date() == NOW.date()


@given(st.text(max_size=30) | st.from_regex(r"[0-9:. TZ+/a-z@-]{0,25}", fullmatch=True))
def test_no_text_raises_anything_but_a_time_error(text: str) -> None:
    with suppress(TimeError):
        parse_time(text, NOW, BERLIN)
    with suppress(TimeError):
        leading_time(text, NOW, BERLIN, bare=True)
    with suppress(TimeError):
        parse_duration(text)
    result = understood(text, NOW, BERLIN)
    assert result.isprintable() if isinstance(result, str) else result.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "meant", "rest"),
    [
        ("@10:05 disk full", "2026-11-21T09:05Z", "disk full"),
        ("@10:05", "2026-11-21T09:05Z", ""),
        ("  @10:05\tdisk\nfull ", "2026-11-21T09:05Z", "disk\nfull"),
        ("-15m disk full", "2026-11-21T09:45:20Z", "disk full"),
        ("-1h30m", "2026-11-21T08:30:20Z", ""),
        ("@-15m disk", "2026-11-21T09:45:20Z", "disk"),
        ("@yesterday 23:50 deploy", "2026-11-20T22:50Z", "deploy"),
        ("@2026-11-20 14:05 deploy", "2026-11-20T13:05Z", "deploy"),
        ("@2026-11-20T14:05:00Z deploy", "2026-11-20T14:05Z", "deploy"),
        ("@2026-11-20T14:05:00-01:00 deploy", "2026-11-20T15:05Z", "deploy"),
        ("@09:05 UTC deploy", "2026-11-21T09:05Z", "deploy"),
        ("@09:05 +02:00 deploy", "2026-11-21T07:05Z", "deploy"),
        ("@18:05 Asia/Tokyo deploy", "2026-11-21T09:05Z", "deploy"),
        ("@10:05 +3 replicas", "2026-11-21T09:05Z", "+3 replicas"),
        ("@10:05 and/or TCP/IP", "2026-11-21T09:05Z", "and/or TCP/IP"),
        ("@10:05 TCP/IP stack", "2026-11-21T09:05Z", "TCP/IP stack"),
        ("@10:05 MET the vendor", "2026-11-21T09:05Z", "MET the vendor"),
    ],
)
def test_a_time_in_front_of_a_text_is_taken_off(text: str, meant: str, rest: str) -> None:
    assert leading_time(text, NOW, BERLIN) == (at(meant), rest)
    assert leading_time(text, NOW, BERLIN, bare=True) == (at(meant), rest)


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "@ana looks at it", "@here", "@1405 x", "@1", "@14:", "@14:05x", "@14:05-14:20 flat"),
        *("-5 degrees", "- bullet", "-15mx", "--at 10:00", "-1.2.3", "15m ago", "/var/log is full", "disk full @14:05"),
    ],
)
def test_a_text_that_begins_otherwise_is_a_text(text: str) -> None:
    assert leading_time(text, NOW, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "meant", "rest"),
    [
        ("10:05 disk full", "2026-11-21T09:05Z", "disk full"),
        ("2026-11-20T14:05:00Z deploy", "2026-11-20T14:05Z", "deploy"),
        ("yesterday 23:50 UTC deploy", "2026-11-20T23:50Z", "deploy"),
    ],
)
def test_a_bare_time_in_front_counts_where_it_is_asked_for_alone(text: str, meant: str, rest: str) -> None:
    assert leading_time(text, NOW, BERLIN) is None
    assert leading_time(text, NOW, BERLIN, bare=True) == (at(meant), rest)


@pytest.mark.parametrize("text", ["@25:00 x", "@2026-02-30 10:00 x", "-30m1h x", "@2026-03-29 02:30 x"])
def test_a_leading_time_that_cannot_be_is_an_error_not_a_text(text: str) -> None:
    with pytest.raises(TimeError):
        leading_time(text, NOW, BERLIN)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("30s", 30), ("15m", 900), ("15min", 900), ("1h30m", 5400), ("1h 30m", 5400), ("2d", 172800)),
        *(("1w", 604800), ("300ms", 0.3), ("1.5h", 5400), ("5m30s", 330), ("1s500ms", 1.5), ("0s", 0), (" 45 s ", 45)),
    ],
)
def test_a_duration_is_understood(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "30m1h", "5 parsecs", "1e3s", "9" * 40 + "d", "1h1h", "٥m"])
def test_what_is_no_duration_is_an_error(text: str) -> None:
    with pytest.raises(TimeError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "on_clock", "narrow", "prose"),
    [
        (0, "00:00:00", "0s", "0 s"),
        (0.3, "00:00:00", "0s", "under 1 s"),
        (-0.3, "00:00:00", "0s", "under 1 s"),
        (1.9, "00:00:01", "1s", "1 s"),
        (45, "00:00:45", "45s", "45 s"),
        (252, "00:04:12", "4m12s", "4 min 12 s"),
        (751, "00:12:31", "12m31s", "12 min 31 s"),
        (3600, "01:00:00", "1h", "1 h"),
        (3605, "01:00:05", "1h", "1 h"),
        (4379, "01:12:59", "1h12m", "1 h 12 min"),
        (93790, "26:03:10", "1d2h", "1 d 2 h"),
        (183600, "51:00:00", "2d3h", "2 d 3 h"),
        (777600, "216:00:00", "9d", "9 d"),
        (867600, "241:00:00", "10d", "10 d 1 h"),
        (-300, "-00:05:00", "-5m", "-5 min"),
    ],
)
def test_durations_are_cut_off_never_rounded_up(seconds: float, on_clock: str, narrow: str, prose: str) -> None:
    delta = timedelta(seconds=seconds)
    assert (clock(delta), short(delta), words(delta)) == (on_clock, narrow, prose)


def test_a_length_that_leads_out_of_the_calendar_is_none() -> None:
    assert parse_duration("100000d") == timedelta(days=100_000)
    with pytest.raises(TimeError, match="too long a duration; write 30s"):
        parse_duration("100001d")


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=99_999)))
def test_what_is_told_never_exceeds_what_was(delta: timedelta) -> None:
    assert len(short(delta)) <= 6
    assert parse_duration(short(delta)) <= delta
    if delta >= timedelta(seconds=1):
        told = parse_duration(words(delta))
        assert told <= delta < told + max(told, timedelta(seconds=1))


@pytest.mark.parametrize(
    ("moment", "place", "told"),
    [
        ("2026-11-21T09:05Z", UTC, "09:05:00 UTC"),
        ("2026-11-21T09:05Z", BERLIN, "10:05:00 CET"),
        ("2026-11-20T22:50Z", BERLIN, "2026-11-20 23:50:00 CET"),
        ("2026-07-01T10:00Z", BERLIN, "2026-07-01 12:00:00 CEST"),
        ("2026-11-21T09:05Z", ZoneInfo("America/Sao_Paulo"), "06:05:00 UTC-03"),
        ("2026-11-21T09:05Z", timezone(timedelta(hours=1)), "10:05:00 UTC+01:00"),
    ],
)
def test_a_backdated_time_is_echoed_with_its_zone_and_the_day_if_not_today(
    moment: str, place: tzinfo, told: str
) -> None:
    assert echo(at(moment), NOW, place) == told
    assert told.endswith(zone_label(at(moment).astimezone(place)))

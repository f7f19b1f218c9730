"""Times and durations as people write and read them; `now` and the zone come in as arguments.

All datetimes that come out are in UTC: two datetimes of one daylight-saving zone subtract by their clock faces, which
is wrong across a clock change.
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo

FORMS = '14:05, 14:05:30, -15m, yesterday 23:50, "2026-11-21 14:05", 2026-11-21T14:05:00Z, or "14:05 UTC"'


class TimeError(ValueError):
    """One line that says which time, duration or zone was not understood, and what would be."""


_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_DAY = r"today|yesterday|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET = r"(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?"
_MOMENT = re.compile(rf"(?:(?P<day>{_DAY})(?:[ \t]+|(?<=[0-9])T))?(?P<clock>{_CLOCK})", re.IGNORECASE)
_OFFSET_ZONE = re.compile(_OFFSET, re.IGNORECASE)
# In front of a text only what can hardly be its first word is a zone: "+3 replicas" and "and/or" are words.
_LEADING_ZONE = re.compile(
    r"[ \t]*(?P<zone>Z|(?:UTC|GMT)(?:[+-][0-9]{1,2})?|[+-][0-9]{2}:[0-9]{2}|"
    r"[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)(?=\s|$)"
)
_SPACED_ZONE = re.compile(r"[ \t]+(?P<zone>\S+)")
_ATTACHED_ZONE = re.compile(rf"(?P<zone>Z|{_OFFSET})", re.IGNORECASE)

_UNIT_SECONDS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LENGTH = "".join(
    rf"(?:(?P<{name}>[0-9]+(?:\.[0-9]+)?)\s*{spelling}\s*)?"
    for name, spelling in (
        ("w", "w"),
        ("d", "d"),
        ("h", "h"),
        ("m", "m(?:in)?(?!s)"),
        ("s", "s(?:ec)?"),
        ("ms", "ms"),
    )
)
_DURATION = re.compile(_LENGTH)
_LONGEST = timedelta(days=100_000)
_BACK = re.compile(r"-(?P<length>(?:[0-9]+(?:\.[0-9]+)?(?:ms|min|sec|[wdhms]))+)")


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _no_time(text: str) -> TimeError:
    return TimeError(f"{_quoted(text)} is not a time; write {FORMS}")


def parse_duration(text: str, *, longest: timedelta = _LONGEST) -> timedelta:
    """A length such as "90s", "1h30m", "1.5 h", "2d" or "300ms", largest unit first; TimeError for all else.

    What is longer than some centuries is no length to count with: behind it no calendar has a day.
    """
    stripped = text.strip()
    found = _DURATION.fullmatch(stripped)
    if not stripped or not found:
        raise TimeError(f"{_quoted(text)} is not a duration; write 30s, 15m, 1h30m or 2d")
    seconds = sum(float(n) * _UNIT_SECONDS[unit] for unit, n in found.groupdict().items() if n)
    if seconds > longest.total_seconds():
        raise TimeError(f"{_quoted(text)} is too long a duration; write 30s, 15m, 1h30m or 2d")
    return timedelta(seconds=seconds)


def has_date(at: datetime) -> bool:
    """Whether it has a date in every zone: in the first and the last year of the calendar some have none to show."""
    return MINYEAR < at.year < MAXYEAR


def _fixed_zone(name: str) -> tzinfo | None:
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    if not _OFFSET_ZONE.fullmatch(name):
        return None
    digits = name.upper().removeprefix("UTC").removeprefix("GMT")
    sign, number = digits[0], digits[1:].replace(":", "")
    hours, minutes = (int(number[:-2]), int(number[-2:])) if len(number) > 2 else (int(number), 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    # "14:05 -14:10" is a range that somebody wrote, not a zone: only offsets that are in use on earth are taken.
    if minutes not in (0, 15, 30, 45) or not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        raise TimeError(f"{_quoted(name)} is not an offset from UTC that is in use; write one such as +01:00")
    return timezone(offset)


def zone(name: str) -> tzinfo:
    """The zone of an IANA name ("Europe/Berlin", in any case), an offset ("+01:00", "UTC+1") or "UTC".

    TimeError names close matches. Abbreviations such as "PST" are no zones: several places share each.
    """
    if fixed := _fixed_zone(name):
        return fixed
    if named := _named_zone(name):
        return named
    from zoneinfo import ZoneInfo, available_timezones

    known = sorted(available_timezones())
    for key in known:
        if key.casefold() == name.casefold():
            return ZoneInfo(key)
    raise TimeError(f"{_quoted(name)} is not a time zone; {_zone_advice(name, known)}")


def _named_zone(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown; a path; a folder such as "Europe"
        return None


def _zone_advice(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    by_lower = {key.casefold(): key for key in known}
    cities = {key.rpartition("/")[2].casefold(): key for key in known if "/" in key}
    wanted = name.casefold().replace(" ", "_")
    if wanted in cities:
        return f"do you mean {cities[wanted]}?"
    close = get_close_matches(wanted, by_lower, n=3, cutoff=0.7) if len(wanted) > 4 else []
    if close:
        return f"do you mean {' or '.join(by_lower[match] for match in close)}?"
    return "write a place such as Europe/Berlin, an offset such as +01:00, or UTC"


def _local(text: str, day: date, clock: str, now: datetime, place: tzinfo) -> datetime:
    """A clock time of `place` as UTC; of two readings the latest that is not in the future."""
    hours, minutes, *rest = clock.replace(",", ".").split(":")
    seconds, _, fraction = (rest[0] if rest else "0").partition(".")
    try:
        face = datetime.combine(day, time(int(hours), int(minutes), int(seconds), int(f"{fraction:0<6}"[:6])))
        readings = [face.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)]
        there = [at for at in readings if at.astimezone(place).replace(tzinfo=None) == face]
    except (ValueError, OverflowError):
        raise _no_time(text) from None
    if not all(map(has_date, readings)):
        raise _no_time(text)
    if not there:
        late, early = (f"{at.astimezone(place):%H:%M}" for at in readings)
        raise TimeError(
            f"{_quoted(text)} never was: on {day.isoformat()} the clocks of {place} went forward over it;"
            f" write {early} or {late}"
        )
    return max((at for at in there if at <= now), default=there[0])


def _moment(text: str, found: re.Match[str], now: datetime, place: tzinfo) -> datetime:
    try:
        today = now.astimezone(place).date()
        day = (found["day"] or "").lower()
        if day == "yesterday":
            return _local(text, today - timedelta(days=1), found["clock"], now, place)
        if day == "today":
            return _local(text, today, found["clock"], now, place)
        if day:
            return _local(text, date.fromisoformat(day), found["clock"], now, place)
        at = _local(text, today, found["clock"], now, place)
        return at if at <= now else _local(text, today - timedelta(days=1), found["clock"], now, place)
    except TimeError:
        raise
    except (ValueError, OverflowError):
        raise _no_time(text) from None


def _back(text: str, length: str, now: datetime) -> datetime:
    try:
        return now.astimezone(UTC) - parse_duration(length)
    except OverflowError:
        raise _no_time(text) from None


def parse_time(text: str, now: datetime, place: tzinfo) -> datetime:
    """The moment that `text` means, in UTC; TimeError with the valid forms where it means none.

    `now` carries an offset; `place` is the zone of times without their own. A bare clock time is the latest one that is
    not in the future. A clock time that a change of clocks repeats is the latest of the two that is not in the future
    (the first where both are); one that a change of clocks skipped is an error that names its neighbours.
    """
    stripped = text.strip()
    if stripped.lower() == "now":
        return now.astimezone(UTC)
    if back := _BACK.fullmatch("".join(stripped.split())):
        return _back(text, back["length"], now)
    found = _MOMENT.match(stripped)
    if not found:
        raise _no_time(text)
    rest = stripped[found.end() :]
    if not rest:
        return _moment(text, found, now, place)
    spaced = rest[0] in " \t"
    named = _SPACED_ZONE.fullmatch(rest) if spaced else _ATTACHED_ZONE.fullmatch(rest)
    if not named or (rest[0] == "-" and not found["day"]):  # "14:05-10:00" may be a range
        raise _no_time(text)
    return _moment(text, found, now, zone(named["zone"]))


def leading_time(text: str, now: datetime, place: tzinfo, *, bare: bool = False) -> tuple[datetime, str] | None:
    """The time in front of a text and the text after it, as in "@14:05 rest", "-15m rest", "@yesterday 23:50 rest".

    None where the text does not begin so: only `@` or a minus sign starts a time, and with `bare` (lines of a script)
    also a clock time or a date by itself. TimeError where it begins so but the time cannot be ("@25:00 rest").
    """
    stripped = text.lstrip()
    marked = stripped.startswith("@")
    body = stripped[1:] if marked else stripped
    if (back := _BACK.match(body)) and not body[back.end() :][:1].strip():
        return _back(back[0], back["length"], now), body[back.end() :].strip()
    if not (marked or bare) or not (found := _MOMENT.match(body)):
        return None
    rest = body[found.end() :]
    named = _LEADING_ZONE.match(rest)
    if named and (rest[0] != "-" or found["day"]) and (own := _fixed_zone(named["zone"]) or _named_zone(named["zone"])):
        rest, place = rest[named.end() :], own
    if rest[:1].strip():
        return None
    return _moment(body[: len(body) - len(rest)], found, now, place), rest.strip()


def _whole_seconds(delta: timedelta) -> int:
    """Seconds without their fraction: a clock shows what has passed, it does not round up."""
    return abs(delta) // timedelta(seconds=1)


def clock(delta: timedelta) -> str:
    """A running clock: "00:12:31"; hours go on beyond 24 ("26:03:10"); "-" in front of a negative one."""
    seconds = _whole_seconds(delta)
    sign = "-" if delta < timedelta(0) and seconds else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _units(delta: timedelta) -> list[tuple[int, str]]:
    """The largest unit that is not zero and the one below it, cut off, not rounded; zero ones are left out."""
    seconds = _whole_seconds(delta)
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")]
    first = next((place for place, (count, _) in enumerate(parts) if count), len(parts) - 1)
    kept = [part for part in parts[first : first + 2] if part[0]]
    return kept or [(0, "s")]


def short(delta: timedelta) -> str:
    """For narrow columns, at most six characters and a minus up to 99,999 days: "4m12s", "3h", "9d4h", "12d"."""
    units = _units(delta)
    if units[0][1] == "d" and units[0][0] >= 10:
        units = units[:1]
    sign = "-" if delta < timedelta(0) and units != [(0, "s")] else ""
    return sign + "".join(f"{count}{unit[0]}" for count, unit in units)


def words(delta: timedelta) -> str:
    """For prose: "1 h 12 min", "45 s", "2 d 3 h"; cut off below its second unit, "under 1 s" below a second."""
    if timedelta(0) < abs(delta) < timedelta(seconds=1):
        return "under 1 s"
    sign = "-" if delta < timedelta(0) else ""
    return sign + " ".join(f"{count} {unit}" for count, unit in _units(delta))


def zone_label(at: datetime) -> str:
    """How the zone of a datetime is called on that day: "CET", "UTC", "UTC-03"."""
    name = at.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def echo(at: datetime, now: datetime, place: tzinfo) -> str:
    """How a time was understood: "14:05:00 UTC", with the date in front if that is not today in `place`."""
    there = at.astimezone(place)
    day = "" if there.date() == now.astimezone(place).date() else f"{there.date().isoformat()} "
    return f"{day}{there:%H:%M:%S} {zone_label(there)}"

"""Many lines with times, as people write them in chats, notes and old postmortems, read as entries.

A time is looked for at the beginning of a line alone. What stands on lines without one belongs to the entry above. A
zone comes from the line, else from what was said above it, else it is the incident's; which of them is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from warroom.incident.times import TimeError, has_date, zone
from warroom.text import clean

_ABBREVIATIONS: Final[dict[str, str]] = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "CDT": "America/Chicago",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "BST": "Europe/London",
    "WET": "Europe/Lisbon",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "EET": "Europe/Helsinki",
    "EEST": "Europe/Helsinki",
    "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos",
    "CAT": "Africa/Maputo",
    "SAST": "Africa/Johannesburg",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
"""What people mean by an abbreviation, most of the time: the place, whose clock decides about summer time."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE: Final = (
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?[\s/]+(?P<month2>{_MONTH})(?:[\s/,]+(?P<year2>\d{{4}}))?"
    r"|(?P<day3>\d{1,2})[-./](?P<month3>\d{1,2})[-./](?P<year3>\d{4})"
)
_CLOCK: Final = (
    r"(?P<hour>\d{1,2})\s?:\s?(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\b\.?)?"
    r"|(?P<hour3>\d{1,2})\.(?P<minute3>\d{2})\s*(?P<half3>[ap]\.?m\b\.?)"
    r"|(?P<hour2>\d{1,2})\s*(?P<half2>[ap]\.?m\b\.?)"
    r"|(?P<hour4>\d{2})(?P<minute4>\d{2})\s*(?:hrs?|hours|h)\b"
    r"|(?P<hour5>\d{2})(?P<minute5>\d{2})(?=\s*:)"
)
_ZONE: Final = (
    r"(?-i:Z\b|(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}\b|UTC\b|GMT\b|[A-Z][a-z]+/[A-Za-z_]+"
    rf"|(?:{'|'.join(sorted(_ABBREVIATIONS, key=len, reverse=True))})\b)"
)
_LEAD: Final = re.compile(
    r"\s*(?:(?:[-*+•–—>|]|\d{1,3}[.)](?=\s)|#{1,6})\s*)*(?:(?:at|around|circa|~|≈)\s*)*", re.IGNORECASE
)
_OPEN: Final = r"[\[(*_`~|,]*\s*"
_SHUT: Final = r"[\])*_`|,]*\s*"
_MOMENT: Final = re.compile(
    rf"{_OPEN}(?:(?:{_DATE})[,\sT]*{_SHUT}{_OPEN})?(?:{_CLOCK}){_SHUT}"
    rf"(?:(?:[-–—]|to)\s*(?P<end>\d{{1,2}}:\d{{2}}(?::\d{{2}})?\s*(?:[ap]m\b)?){_SHUT})?"
    rf"(?:{_OPEN}(?P<zone>{_ZONE})\s*{_SHUT})?",
    re.IGNORECASE,
)
_DAY_LINE: Final = re.compile(
    rf"[#*_\s\-|>]*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?(?:{_DATE})"
    rf"(?:\s*\(?(?P<zone>{_ZONE})\)?)?[*_:\s|,]*",
    re.IGNORECASE,
)
_ALL_TIMES: Final = re.compile(
    rf"(?:all\s+times?|times?|time\s*zone|date\s+and\s+time)\b[^\n]{{0,24}}?\b(?P<zone>{_ZONE})", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"^[\s:*_`|–—-]+")
_RULE: Final = re.compile(r"[\s|:+=-]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry that was understood. `zone_said` is how the text named the zone, "" where it is the incident's."""

    at: datetime
    text: str
    zone_said: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backfill:
    """What a text was understood as; `before` is what stood above the first time, `doubts` what to look at twice."""

    lines: tuple[Line, ...]
    before: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What holds for the lines below: the day and zone that were last named."""

    day: date | None
    place: tzinfo
    zone_said: str
    last: datetime | None = None


def parse_backfill(text: str, now: datetime, place: tzinfo) -> Backfill:
    """Reads pasted lines; none that begins with a time gives no lines at all.

    `now` has an offset; `place` is the incident's zone. A time without a day is on the day of the line above, or the
    next one where it would go back by more than half a day; the first is the latest that is not in the future.
    """
    ground = _Ground(None, place, "")
    lines: list[Line] = []
    loose: list[str] = []
    doubts: list[str] = []
    for written in clean(text).split("\n"):
        if not written.strip() or not _RULE.sub("", written, count=1):
            continue
        if (found := _day_line(written, ground, now)) is not None:
            ground = found
            continue
        body = written[_lead(written) :]
        match = _MOMENT.match(body)
        line = _line(body, match, ground, now, doubts) if match is not None else None
        if line is None:
            if (said := _ALL_TIMES.search(written)) is not None and not lines:
                ground = replace(ground, place=_place(said["zone"], place), zone_said=said["zone"])
            elif lines:
                lines[-1] = replace(lines[-1], text=f"{lines[-1].text}\n{_bare(written)}".strip())
            else:
                loose.append(_bare(written))
            continue
        lines.append(line)
        ground = replace(ground, last=line.at)
    return Backfill(tuple(lines), "\n".join(loose).strip(), tuple(dict.fromkeys((*doubts, *_doubts(lines, now)))))


def _lead(written: str) -> int:
    found = _LEAD.match(written)
    return found.end() if found is not None else 0


def _day_line(written: str, ground: _Ground, now: datetime) -> _Ground | None:
    found = _DAY_LINE.fullmatch(written)
    if found is None:
        return None
    day = _date(found, now)
    if day is None:
        return None
    if found["zone"]:
        ground = replace(ground, place=_place(found["zone"], ground.place), zone_said=found["zone"])
    return replace(ground, day=day, last=None)


def _line(body: str, found: re.Match[str], ground: _Ground, now: datetime, doubts: list[str]) -> Line | None:
    face = _face(found)
    if face is None:
        return None
    rest = body[found.end() :]
    if rest and found.end() and body[found.end() - 1].isalnum() and rest[0].isalnum():
        return None
    said = found["zone"] or ground.zone_said
    place = _place(found["zone"], ground.place) if found["zone"] else ground.place
    day = _date(found, now)
    at = _at(face, day, ground, place, now)
    if at is None:
        return None
    text = _bare(_SEPARATOR.sub("", rest))
    if said.upper() in _ABBREVIATIONS:
        doubts.append(f"{said} is taken for the clock of {_ABBREVIATIONS[said.upper()]}")
    return Line(at, text, said, _until(found["end"], at, place))


def _at(face: time, day: date | None, ground: _Ground, place: tzinfo, now: datetime) -> datetime | None:
    try:
        if day is None and ground.last is not None:
            last = ground.last.astimezone(place)
            at = datetime.combine(last.date(), face, place)
            if at < last - timedelta(hours=12):
                at = datetime.combine(last.date() + timedelta(days=1), face, place)
        elif day is None and ground.day is None:
            at = datetime.combine(now.astimezone(place).date(), face, place)
            if at > now:
                at = datetime.combine(now.astimezone(place).date() - timedelta(days=1), face, place)
        else:
            at = datetime.combine(day or ground.day or now.date(), face, place)
        utc = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return utc if has_date(utc) else None


def _until(end: str | None, at: datetime, place: tzinfo) -> datetime | None:
    found = re.match(_CLOCK, end, re.IGNORECASE) if end else None
    face = _face(found) if found is not None else None
    if face is None:
        return None
    there = at.astimezone(place)
    until = datetime.combine(there.date(), face, place)
    return (until if until >= there else until + timedelta(days=1)).astimezone(UTC)


def _face(found: re.Match[str]) -> time | None:
    """The clock's face; "14:15pm" is read as 14:15."""
    groups = found.groupdict()
    hour = next(int(groups[name]) for name in ("hour", "hour2", "hour3", "hour4", "hour5") if groups[name])
    minute = next((int(groups[name]) for name in ("minute", "minute3", "minute4", "minute5") if groups[name]), 0)
    half = (groups["half"] or groups["half2"] or groups["half3"] or "").lower()[:1]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, int(groups["second"] or 0))
    except ValueError:
        return None


def _date(found: re.Match[str], now: datetime) -> date | None:
    groups = found.groupdict()
    try:
        if groups["iso"]:
            return date.fromisoformat(groups["iso"])
        if groups["day3"]:
            return date(int(groups["year3"]), int(groups["month3"]), int(groups["day3"]))
        for day, month, year in (("day", "month", "year"), ("day2", "month2", "year2")):
            if groups[day]:
                number = _MONTHS.index(groups[month][:3].lower()) + 1
                if groups[year]:
                    return date(int(groups[year]), number, int(groups[day]))
                this = date(now.year, number, int(groups[day]))
                return this if this <= now.date() + timedelta(days=1) else this.replace(year=now.year - 1)
    except ValueError:
        return None
    return None


def _place(said: str, otherwise: tzinfo) -> tzinfo:
    if (name := _ABBREVIATIONS.get(said.upper())) is not None:
        return ZoneInfo(name)
    plain = said.replace(" ", "")
    if (bare := re.fullmatch(r"([+-])(\d{2}):?(\d{2})", plain)) is not None:
        offset = timedelta(hours=int(bare[2]), minutes=int(bare[3]))
        return timezone(offset if bare[1] == "+" else -offset)
    try:
        return zone(plain)
    except TimeError:
        return otherwise


def _bare(text: str) -> str:
    """A line without the marks of lists, tables and headings around it."""
    text = text.strip().strip("|").strip()
    text = re.sub(r"^(?:[-*•–—>]\s+|#{1,6}\s+)", "", text)
    text = re.sub(r"\s*\|\s*", " | ", text).strip()
    return text[:-2].rstrip() if text.endswith("**") and text.count("**") == 1 else text


def _doubts(lines: Iterable[Line], now: datetime) -> list[str]:
    known = list(lines)
    told = []
    if late := sum(line.at > now for line in known):
        told.append(f"{late} of them {'is' if late == 1 else 'are'} in the future")
    if back := sum(after.at < before.at for before, after in pairwise(known)):
        told.append(f"{back} of them {'goes' if back == 1 else 'go'} back in time")
    if empty := sum(not line.text for line in known):
        told.append(f"{empty} of them {'has' if empty == 1 else 'have'} no words")
    return told

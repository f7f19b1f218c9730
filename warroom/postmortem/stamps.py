"""Moments as a document writes them: clock, date and zone as the theme asks, in the incident's zone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Final

from warroom.incident.times import zone_label
from warroom.voice.theme import DateForm, Layout

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not from strftime, whose names follow the locale of whoever exports."""


def day(of: date, form: DateForm) -> str:
    """ "2026-11-21", "November 21, 2026" or "21 November 2026"."""
    month = _MONTHS[of.month - 1]
    match form:
        case "iso":
            return of.isoformat()
        case "month-first":
            return f"{month} {of.day}, {of.year}"
        case "day-first":
            return f"{of.day} {month} {of.year}"


@dataclass(frozen=True, slots=True)
class Stamps:
    """How one document writes its times: with seconds or without, with dates where it spans several days."""

    zone: tzinfo
    layout: Layout
    seconds: bool
    dated: bool
    zoned: bool

    @classmethod
    def of(cls, moments: Iterable[datetime], zone: tzinfo, layout: Layout) -> "Stamps":
        """What these moments need so that none of them is told less exactly, or could be of another day."""
        there = [moment.astimezone(zone) for moment in moments]
        seconds = layout.seconds == "always" or any(moment.second for moment in there)
        # Over a change of clocks one time of day comes twice: then only the zone beside it tells which is meant.
        zoned = layout.zone == "entry" or len({zone_label(moment) for moment in there}) > 1
        return cls(zone, layout, seconds, len({moment.date() for moment in there}) > 1, zoned)

    def with_dates(self) -> "Stamps":
        """The same, each with its date."""
        return replace(self, dated=True)

    def clock(self, at: datetime) -> str:
        """The time of day alone: "19:46:45", "10:00 AM"."""
        there = at.astimezone(self.zone)
        rest = f":{there.minute:02}" + (f":{there.second:02}" if self.seconds else "")
        if self.layout.clock == 24:
            return f"{there.hour:02}{rest}"
        return f"{there.hour % 12 or 12}{rest} {'AM' if there.hour < 12 else 'PM'}"

    def zone_name(self, at: datetime) -> str:
        """What the zone is called at that moment: "UTC", "CEST"."""
        return zone_label(at.astimezone(self.zone))

    def zones(self, moments: Iterable[datetime]) -> str:
        """All names the zone bears over these moments, in order: "CET", or "CEST, CET" across a change of clocks."""
        return ", ".join(dict.fromkeys(self.zone_name(moment) for moment in moments))

    def entry(self, at: datetime, until: datetime | None = None) -> str:
        """The stamp of a timeline entry; a range where it has an end."""
        text = self._dated(at)
        if until is not None:
            same_day = until.astimezone(self.zone).date() == at.astimezone(self.zone).date()
            text += f" to {self.clock(until) if same_day else self.full(until)}"
        return f"{text} {self.zone_name(at)}" if self.zoned else text

    def _dated(self, at: datetime) -> str:
        return self.full(at) if self.dated else self.clock(at)

    def full(self, at: datetime) -> str:
        """Date and time, without the zone."""
        there = at.astimezone(self.zone)
        gap = " " if self.layout.date == "iso" else ", "
        return f"{day(there.date(), self.layout.date)}{gap}{self.clock(at)}"

    def range(self, start: datetime, end: datetime | None, still: str) -> str:
        """ "May 3, 2023, 10:00 AM to 2:00 PM PDT"; `still` stands for an end that is not there yet."""
        if end is None:
            return f"{self.full(start)} {self.zone_name(start)} to {still}"
        same_day = start.astimezone(self.zone).date() == end.astimezone(self.zone).date()
        first = self.full(start)
        if self.zone_name(start) != self.zone_name(end):
            first += f" {self.zone_name(start)}"
        return f"{first} to {self.clock(end) if same_day else self.full(end)} {self.zone_name(end)}"

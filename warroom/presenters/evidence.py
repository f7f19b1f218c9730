"""What is known of one service as styled lines: how it stands, where its time goes, what was seen."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from warroom.health.board import ServiceStatus, standing
from warroom.incident.times import short
from warroom.presenters.board import STATE_WORDS, latency
from warroom.presenters.glyphs import Charset
from warroom.presenters.host import curve
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, cut, fit, wrap

_FILLS: Final = ("░▒▓█▚▞", ".:+#=%")
_LONGEST_BAR: Final = 60
_CURVE: Final = 24
_CURVE_SPAN: Final = 30


def evidence(
    service: ServiceStatus,
    width: int,
    zone: tzinfo,
    now: datetime,
    *,
    added_word: str = "",
    charset: Charset = "unicode",
    lines_each: int = 3,
) -> list[Line]:
    """Since when it stands so, what was asked, how long each phase took, what came back; the most telling first.

    One piece of evidence takes `lines_each` lines at most.
    """
    lines = [*_head(service, width, zone, now, added_word), _timing(service, width, now, charset)]
    lines += overlays(service, width, zone)
    if service.phases:
        lines += phases(service.phases, width, charset)
    label = min(max((cells(name) for name, _ in service.evidence), default=0), max(width // 5, 9))
    shown = [*service.evidence, *((("runbook", service.runbook),) if service.runbook else ())]
    for name, text in shown:
        first, *rest = wrap(text, max(width - label - 2, 10))
        lines.append((Run(fit(name, label) + "  ", "muted"), Run(first)))
        lines += [(Run(" " * (label + 2)), Run(line)) for line in rest[: lines_each - 1]]
    return lines


def _head(service: ServiceStatus, width: int, zone: tzinfo, now: datetime, added_word: str) -> list[Line]:
    """Name, state and target; a name that leaves no room for the state has a line of its own.

    So has the target where it is the theme's word that leaves it none.
    """
    stands, since = standing(service), ""
    if service.since is not None:
        at = service.since.astimezone(zone)
        since = f" since {at:%H:%M:%S}" if at.date() == now.astimezone(zone).date() else f" since {at:%m-%d %H:%M:%S}"
    word = f"{STATE_WORDS[stands]}{' ' + added_word if added_word else ''}{since}"
    name = Run(cut(service.name, width) + "  ", "bold")
    apart = cells(name.text) + cells(word) > width
    left = max(width - cells(word) - 2 - (0 if apart else cells(name.text)), 0)
    asked, below = f"{service.kind} {service.target}", []
    if added_word and cells(asked) > left:
        asked, below = "", [(Run(cut(asked, width), "muted"),)]
    stand = (Run(word + "  ", f"state.{stands}"), Run(cut(asked, left), "muted"))
    return [(name,), stand, *below] if apart else [(name, *stand), *below]


def _timing(service: ServiceStatus, width: int, now: datetime, charset: Charset) -> Line:
    told = [f"every {service.every:g} s"]
    told += [
        f"{name} {latency(took)}" for name, took in (("p50", service.p50), ("p95", service.p95)) if took is not None
    ]
    text = cut(" · ".join(told), width)
    room = min(width - cells(text) - 2, _CURVE)
    if service.p50 is None or room < 6:
        return (Run(text, "muted"),)
    drawn = curve(service.latencies(room, _CURVE_SPAN, now), charset)
    return (Run(text + "  ", "muted"), Run(drawn))


def overlays(service: ServiceStatus, width: int, zone: tzinfo) -> list[Line]:
    """What lies over the state: a change on its way, flapping, maintenance, a pause, what it waits for."""
    told: list[str] = []
    if service.pending is not None and service.state != "paused":
        seen, needed, toward = service.pending
        told.append(f"{seen} of {needed} results in a row toward {toward.upper()}")
    if service.flapping is not None:
        told.append(f"flapping: {service.flapping:.0f} % of its last results changed")
    if service.maintenance is not None:
        told.append(f"in maintenance: {service.maintenance}")
    if service.paused_until is not None:
        told.append(f"paused until {service.paused_until.astimezone(zone):%Y-%m-%d %H:%M:%S}")
    if service.blocked is not None:
        told.append(f"not judged: it needs {service.blocked}, which is down")
    if service.stale:
        told.append("no fresh result for two intervals")
    if service.in_trouble and service.trouble_since is not None and service.since is not None:
        lasting = service.since - service.trouble_since
        if lasting.total_seconds() >= 1:
            told.append(f"in trouble since {service.trouble_since.astimezone(zone):%H:%M:%S}, {short(lasting)} before")
    return [(Run(cut(text, width), "warning"),) for text in told]


def phases(found: Sequence[tuple[str, float]], width: int, charset: Charset = "unicode") -> list[Line]:
    """A bar that each phase has its share of, and what each sign in it stands for."""
    fills = _FILLS[charset == "ascii"]
    bar = [
        Run(fills[place % len(fills)] * size, "muted")
        for place, size in enumerate(_shares([took for _, took in found], min(width, _LONGEST_BAR)))
        if size
    ]
    lines: list[Line] = [tuple(bar)]
    legend: list[Run] = []
    used = 0
    for place, (name, took) in enumerate(found):
        text = f" {name} {latency(took)}  "
        if legend and used + cells(text) - 1 > width:
            lines.append(tuple(legend))
            legend, used = [], 0
        legend += [Run(fills[place % len(fills)]), Run(text, "muted")]
        used += cells(text) + 1
    return [*lines, tuple(legend)]


def _shares(parts: Sequence[float], size: int) -> list[int]:
    """`size` cells dealt out by weight; whatever is more than nothing gets one, if there is one."""
    whole = sum(parts)
    if whole <= 0:
        return [0] * len(parts)
    shares = [max(int(part / whole * size), 1) if part > 0 else 0 for part in parts]
    while (left := size - sum(shares)) != 0:
        longest = max(range(len(parts)), key=shares.__getitem__)
        if left < 0 and shares[longest] == 1:
            break
        shares[longest] += left if left > 0 else -1
    return shares

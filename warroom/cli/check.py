"""`warroom check`: looks once at every service, with the exit codes of a monitoring plugin."""

import argparse
import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches

from warroom.cli.errors import CommandError
from warroom.cli.parser import Parser
from warroom.cli.target import found_places
from warroom.config.stamps import now

ABOUT = "Looks once at every service, or at those named; of this host where none is configured."
EXAMPLES = """\
examples:
  warroom check
  warroom check api postgres
  warroom check --json | jq '.services[] | select(.state != "up")'

exit codes: 0 up, 1 degraded, 2 down, 3 unknown or bad usage; the worst of all counts
"""
BAD_USAGE = FAILED = 3
_STATES = {0: "up", 1: "degraded", 2: "down", 3: "unknown"}
_WORST_FIRST = (2, 1, 3, 0)

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.health.results import Result
    from warroom.probes.probe import Probe


def add_arguments(parser: Parser) -> None:
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="which services, else all")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


def run(arguments: argparse.Namespace) -> int:
    at = now()
    probes = _probes(arguments)
    results = asyncio.run(_looked(probes, at))
    codes = {int(result.level) for result in results.values()}
    if arguments.json:
        from warroom.cli.as_json import dumped

        print(dumped({"at": at, "services": [_plain(name, result) for name, result in results.items()]}))
    else:
        print("\n".join(_table(results)))
    return next(code for code in _WORST_FIRST if code in codes)


def _probes(arguments: argparse.Namespace) -> "tuple[Probe, ...]":
    from pathlib import Path

    from warroom.config.settings import Settings, SettingsError, load
    from warroom.files.errors import FileError
    from warroom.probes.build import build
    from warroom.probes.resources import Resources

    try:
        places = found_places(arguments)
        settings = load(Path(places.config)) if places.config else Settings()
        probes = build(settings, Resources(os.environ))
    except (FileError, SettingsError) as error:
        raise CommandError(str(error)) from None
    known = {probe.definition.name: probe for probe in probes}
    for name in arguments.services:
        if name not in known:
            near = get_close_matches(name, known, 1)
            advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise CommandError(f"no service {name!r}; {advice}")
    return tuple(known[name] for name in arguments.services) or probes


async def _looked(probes: "tuple[Probe, ...]", at: datetime) -> "dict[str, Result]":
    from warroom.probes.probe import check_once

    return await check_once(probes, at)


def _plain(name: str, result: "Result") -> dict[str, object]:
    return {
        "name": name,
        "state": _STATES[int(result.level)],
        "reason": result.reason,
        "seconds": result.took,
        "values": dict(result.values),
        "evidence": [{"label": label, "text": text} for label, text in result.evidence],
        "phases": [{"name": phase, "seconds": seconds} for phase, seconds in result.phases],
    }


def _table(results: "Mapping[str, Result]") -> list[str]:
    from warroom.presenters.board import latency
    from warroom.text.width import cells, fit

    width = min(max(map(cells, results)), 32)
    ranked = sorted(results.items(), key=lambda item: _WORST_FIRST.index(int(item[1].level)))
    lines = []
    for name, result in ranked:
        state = _STATES[int(result.level)].upper()
        lines.append(f"{state:<8}  {fit(name, width)}  {latency(result.took):>7}  {result.reason}".rstrip())
    return lines

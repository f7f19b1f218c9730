"""`warroom doctor`: checks incident files and configuration, explains what is wrong, mends what needs no person."""

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from warroom.cli.parser import Parser
from warroom.cli.target import found_places
from warroom.text import clean_line

if TYPE_CHECKING:
    from warroom.files.places import Places

ABOUT = "Checks incident files and configuration, says what is wrong, and mends what needs no person. Deletes nothing."
EXAMPLES = """\
examples:
  warroom doctor
  warroom doctor --dry-run incidents/2026-11-21-backend-outage.toml
  warroom doctor --schema > warroom-incident.schema.json

exit codes: 0 all is in order or was mended, 1 something is left for you to mend
"""
_LEFT = 1


def add_arguments(parser: Parser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="incident files, else all, and the configuration")
    parser.add_argument("--dry-run", action="store_true", help="only look: mend nothing")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of incident files")


def run(arguments: argparse.Namespace) -> int:
    if arguments.schema:
        import json

        from warroom.files.schema import schema

        print(json.dumps(schema(), indent=2))
        return 0
    places = found_places(arguments)
    left = 0
    if arguments.files:
        files = [os.path.abspath(name) for name in arguments.files]
    else:
        left += _configuration(places)
        files = _files(places.incidents)
    for path in files:
        left += _file(path, mend=not arguments.dry_run)
    print(f"{len(files)} incident file{'s' * (len(files) != 1)} checked, {left or 'nothing'} left to mend")
    return _LEFT if left else 0


def _files(directory: str) -> list[str]:
    from warroom.files.places import heads

    return [head.path for head in heads(directory)]


def _file(path: str, *, mend: bool) -> int:
    """Tells what there is to say of a file; how many faults are left."""
    from warroom.files.doctor import Finding, examine, repair, told
    from warroom.files.errors import FileError

    found = examine(path)
    if mend and any(finding.mendable for finding in found):
        refused = []
        try:
            for line in repair(path):
                print(f"mended: {clean_line(line)}")
        except FileError as error:  # the other files are looked at all the same
            refused = [Finding(told(error))]
        found = examine(path)
        found += [fault for fault in refused if fault.text not in [finding.text for finding in found]]
    for finding in found:
        what = "wrong" if finding.wrong else "note"
        can = " (doctor can mend it)" if finding.mendable and not mend else ""
        print(f"{what}: {clean_line(finding.text)}{can}")
    return sum(finding.wrong or finding.mendable for finding in found)


def _configuration(places: "Places") -> int:
    """Tells whether the configuration can be used; how many faults it has."""
    path = places.config
    if not path:
        return 0
    faults = list(_faults(places))
    for line in faults:
        print(f"wrong: {clean_line(line)}")
    if not faults:
        print(f"in order: {clean_line(path)}")
    return len(faults)


def _faults(places: "Places") -> Iterator[str]:
    from pathlib import Path

    from warroom.cli.looks import directories
    from warroom.config.keymap import usable
    from warroom.config.settings import SettingsError, load
    from warroom.probes.build import build, build_reach, exposed
    from warroom.probes.resources import Resources
    from warroom.voice.load import find
    from warroom.voice.theme import ThemeError

    path = places.config
    try:
        settings = load(Path(path))
    except SettingsError as error:
        yield str(error)
        return
    try:
        resources = Resources(os.environ)
        probes = build(settings, resources)
        build_reach(settings, resources)
        yield from exposed(settings, probes, os.stat(path).st_mode)
    except SettingsError as error:
        yield str(error)
    try:
        find(settings.theme or "plain", directories(places))
    except ThemeError as error:
        yield f"{path}:{settings.source.line('theme')}: theme: {error}"
    for command, why in usable(settings.keys)[1].items():
        yield f"{path}:{settings.line_of_key(command)}: keys.{command}: {why}"

"""`warroom export`: the postmortem as a document, on standard output or in a file."""

import argparse
import os
import sys

from warroom.cli.errors import CommandError, warn
from warroom.cli.parser import Parser
from warroom.cli.target import Target
from warroom.text import clean_line

ABOUT = "Writes the postmortem as Markdown, HTML or JSON, in the style of a theme, to standard output or to a file."
EXAMPLES = """\
examples:
  warroom export
  warroom export 2026-11-21-backend-outage --style sre --chart -o outage.md
  warroom export --format html --chart -o outage.html
  warroom export --for public --redact all -o public.md
  warroom export --for public --redact all --format json
  warroom export --for public --redact person-3fa2c1 --accept host-90b1d4

For the public people, commands, questions, evidence and internal entries are
left out, and the public summary stands in for the other. What may still give
something away stops it with exit code 1, each finding named on standard error,
until each is redacted or accepted. The incident's own file may accept one for
good: [[accepted]] with finding = NAME.
"""

FORMATS = ("md", "html", "json")
_ENDINGS = {".html": "html", ".htm": "html", ".json": "json"}

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.incident.model import Incident
    from warroom.voice.theme import Theme


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the incident, else the one that is meant")
    parser.add_argument("--style", metavar="THEME", help="else the incident's theme, the configuration's, or plain")
    parser.add_argument("--humour", type=int, choices=range(4), metavar="0..3", help="none, headings, phrases, puns")
    parser.add_argument(
        "--for", dest="audience", choices=("internal", "public"), default="internal", help="who reads it"
    )
    parser.add_argument("--redact", metavar="NAME", action="append", default=[], help="mask a finding, or all of them")
    parser.add_argument("--accept", metavar="NAME", action="append", default=[], help="let a finding stand")
    parser.add_argument("--format", choices=FORMATS, help="Markdown, a page, or the record; else by the end of FILE")
    parser.add_argument("--chart", action="store_true", help="with the downtime chart: within a page, beside Markdown")
    parser.add_argument("--front-matter", action="store_true", help="begin with YAML for a site generator")
    parser.add_argument("--timezone", metavar="ZONE", help="how times are shown, else in the incident's zone")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--force", action="store_true", help="overwrite a file that warroom did not write like this")


def run(arguments: argparse.Namespace) -> int:
    output = None if arguments.output in (None, "-") else arguments.output
    arguments.format = arguments.format or _ENDINGS.get(os.path.splitext(output or "")[1].lower(), "md")
    _refuse_contradictions(arguments, output)
    target = Target(arguments, arguments.id, closed=True)
    files = _files(target, arguments, output)
    if output is None:
        sys.stdout.write(files[""])
        return 0
    from warroom.files.exports import is_foreign, is_stream, write

    for name in files:
        if not arguments.force and is_foreign(name, target.places.state):
            path = os.path.realpath(os.path.expanduser(name))
            raise CommandError(
                f"{path} is there already and was not written like this by warroom; --force overwrites it"
            )
    for name, text in files.items():
        write(name, text.encode(), target.places.state)
        if not is_stream(name):
            print(f"written: {clean_line(os.path.abspath(name))}")
    return 0


def _refuse_contradictions(arguments: argparse.Namespace, output: str | None) -> None:
    if arguments.audience != "public" and (arguments.redact or arguments.accept):
        raise CommandError("--redact and --accept judge what the public may read; they go with --for public")
    if arguments.format != "md" and arguments.front_matter:
        raise CommandError("--front-matter belongs to Markdown; leave it out, or export with --format md")
    if arguments.chart and arguments.format == "json":
        raise CommandError("JSON holds no chart; leave --chart out, or export with --format html")
    from warroom.files.exports import is_stream

    if arguments.chart and arguments.format == "md" and (output is None or is_stream(output)):
        raise CommandError("the chart is a file beside the Markdown: name that with -o FILE, or export --format html")


def _files(target: Target, arguments: argparse.Namespace, output: str | None) -> dict[str, str]:
    """What to write, by name: the pictures a document refers to before the document."""
    from dataclasses import replace

    from warroom.files.store import Store

    store = Store(target.path)
    incident = store.load()
    target.tell(store.notices)
    if arguments.timezone:
        incident = replace(incident, fields=replace(incident.fields, timezone=arguments.timezone))
    if arguments.audience == "public":
        return _for_the_public(target, arguments, incident, output)
    from warroom.cli.gate import warn_of_secrets

    warn_of_secrets(incident)
    if arguments.format == "json":
        from warroom.cli.as_json import dumped
        from warroom.cli.incident_json import incident_as_json

        return {output or "": dumped(incident_as_json(incident)) + "\n"}
    blocks, picture = _told(target, arguments, incident)
    return _written(arguments, incident, blocks, picture, output)


def _for_the_public(
    target: Target, arguments: argparse.Namespace, incident: "Incident", output: str | None
) -> dict[str, str]:
    from warroom.cli.gate import Gate

    gate = Gate(incident, config=target.places.config, redact=arguments.redact, accept=arguments.accept)
    public = gate.passed()
    if arguments.format == "json":
        from warroom.cli.as_json import dumped, texts
        from warroom.cli.incident_json import public_as_json

        told = public_as_json(public)
        gate.look_at("\n".join(texts(told)))
        return {output or "": dumped(told) + "\n"}
    from warroom.postmortem.spells import described

    blocks, picture = _told(target, arguments, public, gate.keep)
    gate.look_at("\n".join([*blocks, described(public)]))
    return _written(arguments, public, blocks, picture, output)


def _told(
    target: Target, arguments: argparse.Namespace, incident: "Incident", keep: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], str]:
    """The document in pieces, one of which may be the place of the picture; and the picture, "" without one."""
    from warroom.cli.looks import theme_for
    from warroom.postmortem.html import PICTURE
    from warroom.postmortem.markdown import parts
    from warroom.voice.tact import humour

    theme = theme_for(target.places, arguments.style, incident.fields.theme)
    level = humour(incident, arguments.audience, arguments.humour)
    if level.why and theme.phrases:
        warn(f"told without humour: {level.why}; --humour 2 asks for it all the same")
    picture = _chart(target, incident, theme) if arguments.chart else ""
    blocks = parts(
        incident,
        theme,
        now=target.now,
        humour=level.level,
        audience=arguments.audience,
        keep=keep,
        picture=PICTURE if picture else "",
        complain=warn,
    )
    return blocks, picture


def _chart(target: Target, incident: "Incident", theme: "Theme") -> str:
    """The chart in the theme's colours, or in those of the plain theme where it has only the terminal's own."""
    try:
        from warroom.postmortem.chart import svg
    except ModuleNotFoundError as error:
        raise CommandError(
            f"a chart needs {error.name}, which is not installed: from the checkout install '.[charts]' instead of '.'"
        ) from None
    from warroom.cli.looks import USUAL, theme_for

    coloured = all(colour.startswith("#") for colour in theme.palette.values())
    palette = theme.palette if coloured else theme_for(target.places, USUAL, "").palette
    return svg(incident, palette, target.now)


def _written(
    arguments: argparse.Namespace, incident: "Incident", blocks: tuple[str, ...], picture: str, output: str | None
) -> dict[str, str]:
    from warroom.postmortem.html import PICTURE, page

    if arguments.format == "html":
        return {output or "": page(blocks, incident.fields.title, picture)}
    files, rows = {}, blocks
    if picture and output is not None:
        beside = os.path.splitext(output)[0] + ".svg"
        files[beside] = picture
        rows = tuple(_reference(beside, incident) if block == PICTURE else block for block in blocks)
    text = "\n\n".join(rows) + "\n"
    if arguments.front_matter:
        from warroom.postmortem.front_matter import front_matter

        text = front_matter(incident) + text
    return {**files, output or "": text}


def _reference(picture: str, incident: "Incident") -> str:
    from urllib.parse import quote

    from warroom.postmortem import escape
    from warroom.postmortem.spells import described

    return f"![{escape.line(described(incident))}]({quote(os.path.basename(picture))})"

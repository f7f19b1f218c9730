"""`warroom themes`: which themes there are and where each comes from, what one looks like, a new one of one's own."""

import argparse
import os
import sys
from collections.abc import Iterator

from warroom.cli.errors import CommandError, warn
from warroom.cli.parser import Parser
from warroom.cli.target import found_places
from warroom.text import clean_line

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.voice.theme import Theme

ABOUT = "Lists the themes of the project, the user and the program; shows one; begins one of your own."
EXAMPLES = """\
examples:
  warroom themes
  warroom themes list --json
  warroom themes show feline
  warroom themes new ours

A new theme is written to themes/ beside warroom.toml, else to your own folder; it begins with everything explained.
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("what", nargs="?", choices=("list", "show", "new"), default="list", help="list: all themes")
    parser.add_argument("name", nargs="?", metavar="NAME", help="which one to show, or what to call the new one")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(arguments: argparse.Namespace) -> int:
    if (arguments.what == "list") != (arguments.name is None):
        reason = "list takes no name" if arguments.what == "list" else f"{arguments.what} needs the name of a theme"
        raise CommandError(f"{reason}; see warroom themes --help")
    if arguments.json and arguments.what != "list":
        raise CommandError("--json goes with list alone")
    if arguments.what == "show":
        return _show(arguments)
    return _new(arguments) if arguments.what == "new" else _list(arguments)


def _new(arguments: argparse.Namespace) -> int:
    from warroom.cli.looks import directories
    from warroom.voice.starter import create

    folders = directories(found_places(arguments))
    path = create(arguments.name, folders[0], folders[-1])
    print(f"written: {clean_line(os.fspath(path))}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from warroom.cli.looks import directories
    from warroom.voice.load import find, names

    folders = directories(found_places(arguments))
    theme = find(arguments.name, folders)
    print(f"{theme.name}: {clean_line(theme.description)}")
    print(f"file: {clean_line(os.fspath(names(folders)[theme.name]))}")
    print("\n".join(clean_line(line) if line.strip() else "" for line in _described(theme)))
    return 0


def _described(theme: "Theme") -> Iterator[str]:
    """What a document and the screen get from it: layout, headings, signs, colours, and how much it jokes."""
    layout = theme.layout
    yield f"timeline: {layout.timeline}, {layout.clock} h clock, zone in the {layout.zone}, dates {layout.date}"
    yield f"facts: a {layout.facts_form} of {', '.join(layout.facts)}; actions: {layout.actions}"
    joined = dict.fromkeys(("root_cause", "resolution"), "cause_and_resolution") if layout.joined else {}
    shown = [theme.headings.get(joined.get(name, name)) for name in layout.sections if name not in layout.facts]
    yield f"sections: {', '.join(dict.fromkeys(heading for heading in shown if heading))}"
    if signs := [f"{sign} {key}" for key, (sign, _) in theme.glyphs.items()]:
        yield f"signs: {', '.join(signs)}"
    if states := [f"{state} {word}" for state, word in theme.states.items() if word]:
        yield f"states: {', '.join(states)}"
    if theme.template is not None:
        yield f"template: {theme.template.path}"
    yield f"colours: {', '.join(f'{name} {colour}' for name, colour in theme.palette.items())}"
    yield from _faint(theme)
    phrases = sum(map(len, theme.phrases.values()))
    tellings = len(theme.opening) + len(theme.closing) + len(theme.footnote)
    told = f"{len(theme.threads)} running gags, {len(theme.puns)} puns, {tellings} openings, closings and footnotes"
    yield f"humour: {phrases} phrases, {told}"


def _faint(theme: "Theme") -> Iterator[str]:
    """The colours that are hard to read on their grounds; of the terminal's own nobody knows."""
    from warroom.voice.colour import TEXT, contrast

    known = {name: colour for name, colour in theme.palette.items() if colour.startswith("#")}
    grounds = [name for name in ("background", "surface", "panel") if name in known]
    for text in (name for name in known if name not in grounds):
        worst = min(((contrast(known[text], known[ground]), ground) for ground in grounds), default=(TEXT, ""))
        if worst[0] < TEXT:
            yield f"hard to read: {text} on {worst[1]}, contrast {worst[0]:.1f}; text needs {TEXT}"


def _list(arguments: argparse.Namespace) -> int:
    from warroom.cli.looks import directories
    from warroom.postmortem.sample import sample
    from warroom.voice.load import load, names
    from warroom.voice.theme import Theme, ThemeError

    folders = directories(found_places(arguments))
    rows: list[dict[str, object]] = []
    found: list[Theme] = []
    broken = False
    for name, path in names(folders).items():
        try:
            theme = load(path, folders)
        except ThemeError as error:
            warn(str(error))
            broken = True
            continue
        row = {"name": name, "description": theme.description, "humorous": bool(theme.phrases)}
        rows.append({**row, "file": os.fspath(path), "sample": "" if theme.colours_only else sample(theme)})
        found.append(theme)
    if arguments.json:
        from warroom.cli.as_json import dumped

        print(dumped({"themes": rows}))
    else:
        width = max((len(str(row["name"])) for row in rows), default=0)
        for row, theme in zip(rows, found, strict=True):
            print(f"{clean_line(str(row['name'])):<{width}}  {clean_line(str(row['description']))}")
            told = f"> {_showable(str(row['sample']))}" if row["sample"] else "(colours alone, no words of its own)"
            print(f"{'':<{width}}  {told}")
            if sys.stdout.isatty():
                _paint(theme, width)
    return 2 if broken else 0


def _showable(sample: str) -> str:
    """A line of a document on this terminal: without the pictures in it where there is ASCII alone."""
    from warroom.presenters.glyphs import charset_of, plain_text

    charset = charset_of(os.environ)
    text = plain_text(sample, charset)
    return clean_line(text.encode("ascii", "ignore").decode() if charset == "ascii" else text)


def _paint(theme: "Theme", indent: int) -> None:
    """Prints services in the theme's colours and words, as the war room shows them."""
    from rich.color import Color
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    from warroom.presenters.board import STATE_WORDS

    def style(name: str) -> Style:
        colour = theme.palette[name].removeprefix("ansi_").removesuffix("default")
        ground = theme.palette["background"]
        return Style(color=Color.parse(colour or "default"), bgcolor=ground if ground.startswith("#") else None)

    painted = Text(" " * (indent + 2))
    for state, colour in (("down", "error"), ("degraded", "warning"), ("up", "success")):
        word = f" {clean_line(theme.states[state])}" if theme.states.get(state) else ""
        painted.append(f" {STATE_WORDS[state]}{word} ", style(colour))
    painted.append(" 14:05:30 ", style("muted"))
    painted.append("connection refused ", style("foreground"))
    Console(highlight=False, soft_wrap=True).print(painted)

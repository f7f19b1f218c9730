"""`warroom themes`: which themes there are, and where each comes from."""

import argparse
import os

from warroom.cli.errors import warn
from warroom.cli.parser import Parser
from warroom.cli.target import found_places
from warroom.text import clean_line

ABOUT = "Lists the themes: of the project, of the user, of the program."
EXAMPLES = """\
examples:
  warroom themes
  warroom themes list --json
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("what", nargs="?", choices=("list",), default="list", help="list: all themes")
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def run(arguments: argparse.Namespace) -> int:
    from warroom.cli.looks import directories
    from warroom.voice.load import load, names
    from warroom.voice.theme import ThemeError

    folders = directories(found_places(arguments))
    rows: list[dict[str, object]] = []
    broken = False
    for name, path in names(folders).items():
        try:
            theme = load(path, folders)
        except ThemeError as error:
            warn(str(error))
            broken = True
            continue
        row = {"name": name, "description": theme.description, "humorous": bool(theme.phrases)}
        rows.append({**row, "file": os.fspath(path)})
    if arguments.json:
        from warroom.cli.as_json import dumped

        print(dumped({"themes": rows}))
    else:
        width = max((len(str(row["name"])) for row in rows), default=0)
        for row in rows:
            print(f"{clean_line(str(row['name'])):<{width}}  {clean_line(str(row['description']))}")
    return 2 if broken else 0

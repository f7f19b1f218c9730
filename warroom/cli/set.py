"""`warroom set`: gives one field of the incident a new value, and keeps old and new in the timeline."""

import argparse

from warroom.cli.errors import CommandError
from warroom.cli.parser import Parser, add_author
from warroom.cli.target import Target
from warroom.config.stamps import new_id
from warroom.text import clean, clean_line

ABOUT = "Sets a field of the incident. What belongs to the story leaves an entry with the old and the new value."
EXAMPLES = """\
examples:
  warroom set severity 1
  warroom set commander ana
  warroom set tags +database -network
  warroom set impact.customers "Nobody could log in."
  warroom set postmortem.root_cause - < cause.md
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("field", metavar="FIELD", help="severity, status, commander, roles.NAME, impact.customers, ...")
    parser.add_argument("value", nargs="*", metavar="VALUE", help='the new value; "" unsets it, - reads standard input')
    add_author(parser)
    parser.vocabulary = _vocabulary
    parser.signed = True


def _vocabulary() -> str:
    from warroom.incident.amend import SETTABLE, SHORT

    fields = "\n".join(f"  {path}" for path in SETTABLE)
    short = ", ".join(f"{name} = {path}" for name, path in SHORT.items())
    return f"fields:\n{fields}\n  roles.NAME\nshort names: {short}\n"


def run(arguments: argparse.Namespace) -> int:
    if not arguments.value:
        raise CommandError(f'a value is missing: warroom set {clean_line(arguments.field)} VALUE ("" unsets it)')
    text = " ".join(word.strip() for word in arguments.value)
    if text == "-":
        from warroom.cli.given import text as given

        text = given(4, "no field takes so much")
    target = Target(arguments, closed=True)
    if told := _swiftly(target, arguments.field, clean_line(text)):
        print(f"{told}  ({target.id})")
        return 0
    if arguments.field == "theme" and text:
        from warroom.cli.looks import directories
        from warroom.voice.load import find

        find(clean_line(text), directories(target.places))  # its error names those that there are
    from warroom.cli.commit import OpenStore

    store = OpenStore(target)
    edits, told = store.amendment(arguments.field, clean(text))
    if not edits:
        print(f"{clean_line(arguments.field)} says so already ({target.id})")
        return 0
    store.commit(*edits)
    first, _, more = told.partition("\n")
    print(f"{clean_line(first)}{' ...' if more else ''}  ({target.id})")
    return 0


def _swiftly(target: Target, field: str, text: str) -> str:
    """What was changed, where it is the word in use most while an outage lasts; "" where it takes the longer way."""
    from warroom.incident.wording import CLOSED, SHORT, change_entry, one_of

    path = SHORT.get(field.lower(), field)
    if path not in ("severity", "status", "roles.commander", "roles.scribe", "roles.comms"):
        return ""
    new = one_of(path, text) if path in CLOSED else text
    key = tuple(path.split("."))
    values: object = target.head().values
    for part in key:
        values = values.get(part) if isinstance(values, dict) else None
    if not isinstance(values, str) or not values or not new or values == new:
        return ""
    from warroom.files.swift import set_word

    entry: dict[str, object] = {"id": new_id(), "at": target.now, "by": target.author()}
    entry.update(change_entry(path, values, new))
    return str(entry["text"]) if set_word(target.path, key, values, new, entry) else ""

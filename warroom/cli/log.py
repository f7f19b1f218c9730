"""`warroom log`: an entry into the timeline, in one append. The path of a plain entry builds no Incident."""

import argparse
import sys
from datetime import datetime

from warroom.cli.errors import CommandError, warn
from warroom.cli.parser import Parser, add_author, add_time
from warroom.cli.target import Target, told_time
from warroom.config.stamps import new_id
from warroom.text import clean, clean_line
from warroom.text.suspect import is_suspect

ABOUT = "Logs an entry into the timeline of the incident and prints it."
EXAMPLES = """\
examples:
  warroom log restarted the backend -k action
  warroom log --at -15m "errors in the log" -k observation --service backend
  warroom log "@14:05 disk full on db1"
  warroom log --mark mitigated "traffic is back on the old cluster"
  df -h | warroom log -
  tail -f deploy.log | warroom log - --each-line
"""
_LONGEST_LINE = 1 << 20

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.incident.kinds import Mark


def add_arguments(parser: Parser) -> None:
    parser.add_argument("text", nargs="*", metavar="TEXT", help="what happened; - reads it from standard input")
    parser.add_argument("--each-line", action="store_true", help="every line of standard input is an entry")
    parser.add_argument("-k", "--kind", metavar="KIND", type=_kind, help="the kind of entry, else note")
    parser.add_argument("--mark", metavar="MARK", type=_mark, help="the milestone that this entry is")
    add_time(parser, "when it happened, else now")
    add_author(parser)
    parser.add_argument("--service", metavar="S", default="", help="the service that it is about")
    parser.add_argument("--json", action="store_true", help="print the entry as JSON")
    parser.vocabulary = _vocabulary


def _vocabulary() -> str:
    from warroom.incident.kinds import KINDS, MARK_WORDS

    marks = ", ".join(f"{mark} ({words})" if mark != words else mark for mark, words in MARK_WORDS.items())
    return f"kinds: {', '.join(KINDS)}\nmarks: {marks}\n"


def _kind(text: str) -> str:
    from warroom.incident.kinds import KINDS

    return _one_of(text, KINDS, "kind")


def _mark(text: str) -> str:
    from warroom.incident.kinds import MARKS

    return _one_of(text, MARKS, "mark")


def _one_of(text: str, known: tuple[str, ...], what: str) -> str:
    if text in known:
        return text
    from difflib import get_close_matches

    near = get_close_matches(text, known, 1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    raise argparse.ArgumentTypeError(f"no {what} {text!r}; {advice}")


def run(arguments: argparse.Namespace) -> int:
    words = " ".join(word.strip() for word in arguments.text)
    if arguments.each_line:
        if words not in ("", "-") or arguments.mark:
            raise CommandError("--each-line reads standard input: give no TEXT but -, and no --mark")
        return _each_line(arguments)
    text = _given() if words == "-" else words
    if not text.strip() and not arguments.mark:
        raise CommandError('nothing to log; write what happened: warroom log "restarted the backend"')
    target = Target(arguments)
    _log(target, arguments, text, bare=False)
    return 0


def _given() -> str:
    from warroom.cli.given import text

    return text(1, "log the part that matters, or use --each-line")


def _each_line(arguments: argparse.Namespace) -> int:
    """One entry a line, each on disk before the next is read: it may be `tail -f` that writes them."""
    from warroom.cli.given import refuse_closed
    from warroom.incident.times import TimeError

    refuse_closed()
    target = Target(arguments)
    for number, line in enumerate(iter(lambda: sys.stdin.buffer.readline(_LONGEST_LINE), b""), 1):
        text = line.decode(errors="replace").strip()
        if not text:
            continue
        target.renew()
        try:
            _log(target, arguments, text, bare=True)
        except (TimeError, CommandError) as error:
            raise CommandError(f"line {number} of standard input: {error}; the lines before it are logged") from None
        sys.stdout.flush()
    return 0


def _log(target: Target, arguments: argparse.Namespace, text: str, *, bare: bool) -> None:
    at, text = _moment(target, arguments, text, bare=bare)
    fields: dict[str, object] = {"id": new_id(), "at": at, "by": target.author()}
    fields["kind"] = arguments.kind or "note"
    if arguments.service:
        fields["service"] = clean_line(arguments.service)
    if (logged_at := target.logged_at(at)) is not None:
        fields["logged_at"] = logged_at
    fields["text"] = clean(text).strip("\n")
    if arguments.mark:
        from warroom.incident.kinds import MARK_WORDS

        fields["mark"] = arguments.mark
        fields["text"] = fields["text"] or MARK_WORDS[arguments.mark].capitalize()
    if arguments.mark and (moves := _status_moves(target, arguments.mark)):
        _commit_with_status(target, fields, *moves)
    else:
        target.append(fields)
    _print(target, fields, as_json=arguments.json)
    _heed(target, str(fields["text"]))


def _heed(target: Target, text: str) -> None:
    """Says so where what was logged looks like a secret: whoever reads the file has it from now on."""
    if not is_suspect(text):
        return
    from warroom.text.redact import credentials

    if credentials(text):
        warn(f"this entry seems to hold a credential; take it out of {target.path}, and change it where it is valid")


def _moment(target: Target, arguments: argparse.Namespace, text: str, *, bare: bool) -> tuple[datetime, str]:
    """When it happened by `--at`, else by a time in front of the text, else now; and the text without that."""
    if arguments.at is not None:
        return target.time(arguments.at), text
    begins = text.lstrip()[:1]
    if begins in ("@", "-") or (bare and (begins.isdigit() or begins in "yYtT")):
        from warroom.incident.times import leading_time

        if (found := leading_time(text, target.now, target.zone(), bare=bare)) is not None:
            if not found[1] and not arguments.mark:
                raise CommandError(f"{clean_line(text)!r} is a time without a text; write what happened then")
            return found
    return target.now, text


def _status_moves(target: Target, mark: "Mark") -> tuple[str, str] | None:
    """The status that the head names and the one that the mark leads to; None where they are the same."""
    from warroom.incident.kinds import STATUSES, status_after

    status = target.head().text("status", "investigating")
    if status not in STATUSES:
        return status, ""
    after = status_after(mark, status)
    return (status, after) if after != status else None


def _commit_with_status(target: Target, fields: dict[str, object], before: str, after: str) -> None:
    """A milestone that moves the status does so in the same change, which is a rewrite of the file."""
    from warroom.files.swift import set_word

    if after and set_word(target.path, ("status",), before, after, fields):
        return
    from warroom.cli.commit import OpenStore
    from warroom.incident.changes import Add
    from warroom.incident.model import Entry
    from warroom.incident.status import edits_for_mark

    store = OpenStore(target)
    entry = Entry(**fields)  # type: ignore[arg-type]  # each under the name of its own field
    store.commit(Add(entry), *edits_for_mark(store.incident, entry.mark))


def _print(target: Target, fields: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        from warroom.cli.as_json import dumped

        print(dumped({"incident": target.id, "entry": fields}))
        return
    at, text = fields["at"], str(fields["text"])
    first, _, more = text.partition("\n")
    what = fields.get("mark") or fields["kind"]
    when = told_time(at, target.now, target.zone()) if isinstance(at, datetime) else ""
    print(f"{when}  {what}  {clean_line(first)}{' ...' if more else ''}  ({target.id})")

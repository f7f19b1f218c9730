"""`warroom review`: what the postmortem still lacks, and accepting a finding on purpose."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from warroom.cli.commit import OpenStore
from warroom.cli.errors import CommandError
from warroom.cli.parser import Parser, add_author
from warroom.cli.target import Target
from warroom.text import clean_line

ABOUT = "Reviews a postmortem by rules: what is missing or weak, where, and why. Exits with 1 where it finds something."
EXAMPLES = """\
examples:
  warroom review
  warroom review 2026-11-21-backend-outage --json
  warroom review --accept gap --because "We slept; the night has no chat."
  warroom review --rules
"""
_FOUND = 1

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.incident.model import Accepted
    from warroom.postmortem.review import Finding


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the incident, else the one that is meant")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="all findings as JSON, the accepted ones too")
    form.add_argument("--rules", action="store_true", help="list the rules with their reasons and sources")
    form.add_argument("--accept", metavar="FINDING", help="accept a finding, or all of a rule, with --because")
    parser.add_argument("--because", metavar="REASON", help="why it may stay as it is; kept in the file")
    add_author(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.rules:
        print("\n".join(_rules()))
        return 0
    if (arguments.accept is None) != (arguments.because is None) or arguments.because == "":
        raise CommandError("--accept FINDING and --because REASON go together: an acceptance needs a reason")
    from warroom.incident.times import zone
    from warroom.postmortem.review import review

    target = Target(arguments, arguments.id, closed=True)
    store = OpenStore(target)
    today = target.now.astimezone(zone(store.incident.fields.timezone)).date()
    if arguments.accept is not None:
        return _accept(store, target, arguments, today)
    store.tell()
    findings = review(store.incident, today)
    if arguments.json:
        from warroom.cli.as_json import dumped

        print(dumped({"incident": target.id, "findings": [_as_json(finding) for finding in findings]}))
    else:
        print("\n".join(_told(findings, store.incident.accepted)))
    return 0 if all(finding.accepted for finding in findings) else _FOUND


def _accept(store: OpenStore, target: Target, arguments: argparse.Namespace, today: date) -> int:
    from warroom.incident.changes import Set
    from warroom.incident.model import Accepted
    from warroom.postmortem.review import review

    wanted = arguments.accept
    findings = review(store.incident, today)
    meant = [finding for finding in findings if wanted in (finding.key, finding.rule.id)]
    if not meant:
        known = dict.fromkeys(finding.key for finding in findings if not finding.accepted)
        raise CommandError(
            f"no finding {clean_line(wanted)!r}; there are {', '.join(map(clean_line, known)) or 'none'}"
        )
    if all(finding.accepted for finding in meant):
        print("accepted already")
        return 0
    accepted = Accepted(wanted, target.author(), clean_line(arguments.because))
    store.commit(Set("accepted", (*store.incident.accepted, accepted)))
    for finding in meant:
        print(f"accepted: {replace(finding, accepted=True)}")
    return 0


def _told(findings: "Sequence[Finding]", accepted: "Sequence[Accepted]") -> Iterator[str]:
    still = [finding for finding in findings if not finding.accepted]
    for finding in still:
        yield f"{finding}  [{clean_line(finding.key)}]"
    if still:
        yield ""
    count = len(findings) - len(still)
    told = f"{len(still) or 'no'} finding{'' if len(still) == 1 else 's'}"
    yield told + (f", {count} accepted on purpose" if count else "")
    reasons = {item.finding: ": ".join(part for part in (item.by, item.reason) if part) for item in accepted}
    for finding in findings:
        if finding.accepted:
            reason = reasons.get(finding.key) or reasons.get(finding.rule.id) or "no reason given"
            yield clean_line(f"  {finding.where}: {finding.rule.reason} ({reason})")


def _rules() -> Iterator[str]:
    from warroom.postmortem.rules import RULES

    width = max(map(len, RULES)) + 2
    for rule in RULES.values():
        yield f"{rule.id:<{width}}{rule.reason}; {rule.mend}"
        yield f"{'':<{width}}{rule.source}"


def _as_json(finding: "Finding") -> dict[str, object]:
    return {
        "finding": finding.key,
        "rule": finding.rule.id,
        "place": finding.place,
        "where": finding.where,
        "reason": finding.rule.reason,
        "detail": finding.detail,
        "mend": finding.rule.mend,
        "source": finding.rule.source,
        "accepted": finding.accepted,
    }

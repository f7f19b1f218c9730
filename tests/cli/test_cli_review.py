"""`warroom review` from a shell: findings, exit codes, JSON, and accepting on purpose."""

import json
from pathlib import Path

import pytest

from commandline import CommandLine


@pytest.fixture
def outage(tmp_path: Path) -> CommandLine:
    """A short, resolved incident with a root cause that blames somebody."""
    warroom = CommandLine(tmp_path)
    for arguments in (
        ["declare", "Outage", "-s", "sev2"],
        ["log", "--mark", "started", "--at", "-20m", "the proxy stopped"],
        ["log", "--mark", "detected", "--at", "-15m", "alert in chat"],
        ["set", "impact.customers", "Nobody could log in."],
        ["set", "postmortem.summary", "The proxy stopped."],
        ["set", "postmortem.root_cause", "Human error: ben restarted the wrong host."],
        ["set", "postmortem.resolution", "It was restarted."],
        ["log", "--mark", "resolved", "--at", "-5m", "restarted"],
    ):
        assert warroom(*arguments).code == 0, arguments
    return warroom


def findings(warroom: CommandLine) -> dict[str, bool]:
    """Key of each finding, and whether it is accepted."""
    told = json.loads(warroom("review", "--json").out)
    assert told["version"] == 1
    return {found["finding"]: found["accepted"] for found in told["findings"]}


def test_a_finding_is_told_with_place_reason_and_mend_and_the_exit_code_is_1(outage: CommandLine) -> None:
    done = outage("review")
    assert done.code == 1
    assert "root cause: " in done.out
    assert "[blame:postmortem.root_cause]" in done.out
    assert "actions: there is no action item; add what prevents" in done.out
    assert done.out.splitlines()[-1].endswith("findings")
    assert done.err == ""


def test_a_finding_accepted_on_purpose_is_kept_in_the_file_with_its_reason(outage: CommandLine) -> None:
    done = outage("review", "--accept", "no-actions", "--because", "Tracked elsewhere.")
    assert (done.code, done.err) == (0, "")
    (kept,) = outage.incident().accepted
    assert (kept.finding, kept.by, kept.reason) == ("no-actions", "ana", "Tracked elsewhere.")
    assert findings(outage)["no-actions:action"] is True
    assert "actions: there is no action item (ana: Tracked elsewhere.)" in outage("review").out
    assert outage("review", "--accept", "no-actions", "--because", "again").out == "accepted already\n"
    assert len(outage.incident().accepted) == 1


def test_with_everything_accepted_or_mended_the_exit_code_is_0(outage: CommandLine) -> None:
    for key, accepted in findings(outage).items():
        if not accepted:
            assert outage("review", "--accept", key, "--because", "On purpose.").code == 0
    done = outage("review")
    assert done.code == 0
    assert done.out.startswith("no findings, ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--accept", "blame"], "go together"),
        (["--because", "so"], "go together"),
        (["--accept", "blame", "--because", ""], "needs a reason"),
        (["--accept", "nonsense", "--because", "so"], "no finding 'nonsense'; there are "),
        (["--accept", "blame", "--json"], "not allowed with"),
        (["no-such-incident"], "there is no such incident"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(outage: CommandLine, arguments: list[str], told: str) -> None:
    done = outage("review", *arguments)
    assert done.code == 2
    assert told in done.err
    assert done.err.count("\n") == 1
    assert outage.incident().accepted == ()


def test_each_rule_has_a_reason_and_a_source(outage: CommandLine) -> None:
    from warroom.postmortem.rules import RULES

    told = outage("review", "--rules").out
    assert all(f"{rule.id} " in told and rule.source in told for rule in RULES.values())

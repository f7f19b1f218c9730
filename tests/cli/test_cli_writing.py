"""What declare, log, set and the commands of the status write."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from unittest import mock

import pytest

from commandline import CommandLine


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def declared(warroom: CommandLine) -> CommandLine:
    assert warroom("declare", "Outage").code == 0
    return warroom


def was(at: datetime | None, minutes: float, began: datetime) -> bool:
    """Whether it is so many minutes before a moment since `began`; files tell no less than a millisecond."""
    assert at is not None
    return began - timedelta(milliseconds=1) <= at + timedelta(minutes=minutes) <= datetime.now(UTC)


class TestDeclare:
    def test_what_is_said_is_in_the_file(self, warroom: CommandLine) -> None:
        done = warroom(
            *("declare", "API", "down\x1b", "-s", "sev1", "--service", "api", "--service", "db", "--service", "api"),
            *("--tag", "network", "--timezone", "Asia/Tokyo", "--drill", "--at", "2026-11-21 08:30", "--json"),
        )
        assert json.loads(done.out)["incident"] == "2026-11-21-api-down"
        head = warroom.incident().fields
        assert (head.title, head.severity, head.mode, head.services) == (
            "API down\u241b",
            "sev1",
            "drill",
            ("api", "db"),
        )
        assert head.declared_at == datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        assert (head.tags, head.timezone, head.status) == (("network",), "Asia/Tokyo", "investigating")
        assert warroom.incident().entries == ()

    def test_a_second_one_of_the_same_day_and_title_gets_a_number(self, warroom: CommandLine) -> None:
        given = [warroom("declare", "Outage", "--at", f"2026-01-02 1{hour}:00").out.strip() for hour in (0, 1)]
        assert given == ["2026-01-02-outage", "2026-01-02-outage-2"]


class TestLog:
    @pytest.mark.parametrize(
        ("arguments", "minutes", "text"),
        [
            (["disk", "full"], 0, "disk full"),
            (["--at", "-15m", "disk full"], 15, "disk full"),
            (["--at=-15m", "disk full"], 15, "disk full"),
            (["disk full", "--at", "-1h30m"], 90, "disk full"),
            (["-15m disk full"], 15, "disk full"),
            (["-15m", "disk", "full"], 15, "disk full"),
            (["@-15m", "disk full"], 15, "disk full"),
            (["--", "-15m", "disk full"], 15, "disk full"),
            (["--at", "-15m", "@14:05 is no time here"], 15, "@14:05 is no time here"),
            (["@ana", "looks"], 0, "@ana looks"),
            (["-5 degrees"], 0, "-5 degrees"),
            (["--", "--force", "was", "used"], 0, "--force was used"),
        ],
    )
    def test_when_it_happened(self, declared: CommandLine, arguments: list[str], minutes: int, text: str) -> None:
        began = datetime.now(UTC)
        done = declared("log", *arguments)
        assert done.code == 0, done.err
        entry = declared.last()
        assert was(entry.at, minutes, began)
        assert entry.text == text
        if minutes:
            assert was(entry.logged_at, 0, began)
        else:
            assert entry.logged_at is None

    def test_times_are_of_the_incidents_zone(self, warroom: CommandLine) -> None:
        warroom("declare", "Outage", "--timezone", "Asia/Kolkata")
        done = warroom("log", "--at", "2026-01-02 10:00", "x")
        assert done.out.startswith("2026-01-02 10:00:00 IST")
        assert warroom.last().at == datetime(2026, 1, 2, 4, 30, tzinfo=UTC)
        warroom("log", "@2026-01-02 10:00 UTC y")
        assert warroom.last().at == datetime(2026, 1, 2, 10, 0, tzinfo=UTC)

    def test_all_that_is_said_is_in_the_file(self, declared: CommandLine) -> None:
        done = declared("log", "x", "-k", "decision", "--by", "eva ", "--service", "db\n", "--json")
        told = json.loads(done.out)
        entry = declared.last()
        assert (entry.kind, entry.by, entry.service) == ("decision", "eva", "db")
        assert told["version"] == 1
        assert told["entry"]["id"] == entry.id
        assert entry.at == datetime.fromisoformat(told["entry"]["at"])
        assert entry.at.microsecond % 1000 == 0

    def test_hostile_text_is_made_visible(self, declared: CommandLine) -> None:
        done = declared("log", "a\x1b]52;c;aGk=\x07\u202eb")
        assert declared.last().text == "a\u241b]52;c;aGk=\u2407\ufffdb"
        assert "\x1b" not in done.out

    def test_standard_input_is_one_entry(self, declared: CommandLine) -> None:
        done = declared("log", "-", stdin=b"one\r\n\ttwo \xff\n\n")
        assert declared.last().text == "one\n\ttwo \ufffd"
        assert "one ..." in done.out
        assert declared("log", "-", stdin=b"\n").code == 2
        assert "1 MiB" in declared("log", "-", stdin=b"x" * ((1 << 20) + 1)).err

    def test_each_line_is_an_entry_with_its_own_time(self, declared: CommandLine) -> None:
        lines = b"plain\n\n2026-01-02T10:00:00Z started\n-15m earlier\n@10:05 UTC at\n10:05 bare\n"
        began = datetime.now(UTC)
        done = declared("log", "-", "--each-line", "-k", "observation", stdin=lines)
        assert done.code == 0
        assert done.out.count("\n") == 5
        entries = declared.incident().entries
        assert [entry.text for entry in entries] == ["plain", "started", "earlier", "at", "bare"]
        assert {entry.kind for entry in entries} == {"observation"}
        assert entries[1].at == datetime(2026, 1, 2, 10, tzinfo=UTC)
        assert was(entries[2].at, 15, began)
        assert [entry.at and entry.at.time() for entry in entries[3:]] == [time(10, 5)] * 2, "of one day or the next"

    @pytest.mark.parametrize("line", [b"25:00 two", b"14:05"])
    def test_a_line_whose_time_cannot_be_ends_it_by_its_number(self, declared: CommandLine, line: bytes) -> None:
        done = declared("log", "--each-line", stdin=b"one\n" + line + b"\nthree\n")
        assert done.code == 2
        assert "line 2 of standard input" in done.err
        assert [entry.text for entry in declared.incident().entries] == ["one"]

    @pytest.mark.parametrize(
        ("mark", "status"),
        [
            ("started", "investigating"),
            ("identified", "identified"),
            ("mitigated", "monitoring"),
            ("resolved", "resolved"),
        ],
    )
    def test_a_milestone_moves_the_status_with_it(self, declared: CommandLine, mark: str, status: str) -> None:
        assert declared("log", "--mark", mark).code == 0
        incident = declared.incident()
        assert incident.fields.status == status
        assert incident.entries[-1].mark == mark
        assert incident.entries[-1].text

    @pytest.mark.parametrize("mark", ["started", "detected", "acknowledged"])
    def test_a_milestone_that_moves_no_status_is_appended(self, declared: CommandLine, mark: str) -> None:
        before = declared.files()[0].read_bytes()
        assert declared("log", "--mark", mark, "seen").code == 0
        assert declared.files()[0].read_bytes().startswith(before)
        assert (declared.last().mark, declared.last().text) == (mark, "seen")
        assert declared.incident().fields.status == "investigating"

    def test_a_disk_that_takes_nothing_is_one_line_and_code_1(self, declared: CommandLine) -> None:
        before = declared.files()[0].read_bytes()
        with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            done = declared("log", "x")
        assert (done.code, done.out) == (1, "")
        assert "the disk is full" in done.err
        assert declared.files()[0].read_bytes() == before


def test_a_time_that_has_not_come_yet_is_taken_but_remarked_on(declared: CommandLine) -> None:
    done = declared("log", "x", "--at", "2999-01-02 10:00")
    assert (done.code, done.err) == (0, "warroom: 2999-01-02 10:00 has not come yet; it is taken as it is\n")
    assert declared("log", "x", "--at", "-5m").err == ""


class TestSet:
    @pytest.mark.parametrize(
        ("arguments", "told", "logged"),
        [
            (["severity", "2"], "severity: unset -> sev2", True),
            (["sev", "sev3"], "severity: unset -> sev3", True),
            (["title", "Whole", "site", "down"], "title: Outage -> Whole site down", True),
            (["commander", "ben"], "commander: nobody -> ben", True),
            (["roles.liaison", "eva"], "liaison: nobody -> eva", True),
            (["tags", "+network", "+dns"], "tags: none -> network, dns", True),
            (["impact.customers", "All of them."], "impact.customers: none -> All of them.", False),
        ],
    )
    def test_a_field_is_set_and_leaves_its_entry(
        self, declared: CommandLine, arguments: list[str], told: str, logged: bool
    ) -> None:
        done = declared("set", *arguments)
        assert done.out.startswith(f"{told}  (")
        entries = declared.incident().entries
        assert [entry.kind for entry in entries] == (["change"] if logged else [])
        before = declared.files()[0].read_bytes()
        if "+" not in arguments[-1]:
            assert "already" in declared("set", *arguments).out
        assert declared.files()[0].read_bytes() == before

    @pytest.mark.parametrize("gone", [["-network"], ["-n"], ["-internal"], ["-network", "--by", "ben"]])
    def test_a_minus_takes_one_out_of_a_list(self, declared: CommandLine, gone: list[str]) -> None:
        declared("set", "tags", "network", "n", "internal")
        done = declared("set", "tags", "+database", *gone, "-i", declared.files()[0].stem)
        assert done.code == 0
        kept = {"network", "n", "internal", "database"} - {gone[0][1:]}
        assert set(declared.incident().fields.tags) == kept
        assert declared.last().by == ("ben" if "ben" in gone else "ana")

    def test_an_id_may_be_glued_to_its_option(self, declared: CommandLine) -> None:
        assert declared("set", f"-i{declared.files()[0].stem}", "severity", "2").code == 0
        assert declared("set", "severity", "2", "--nonsense").code == 2

    def test_prose_comes_from_standard_input_and_goes_by_an_empty_value(self, declared: CommandLine) -> None:
        assert declared("set", "postmortem.root_cause", "-", stdin=b"One.\r\n\r\nTwo.\n").code == 0
        assert declared.incident().postmortem.root_cause == "One.\n\nTwo."
        assert declared("set", "postmortem.root_cause", "").code == 0
        assert declared.incident().postmortem.root_cause == ""

    def test_a_review_is_signed_and_other_words_take_it_back(self, declared: CommandLine) -> None:
        assert declared("set", "--by", "eva", "postmortem.state", "reviewed").code == 0
        document = declared.incident().postmortem
        assert (document.state, document.reviewer, document.reviewed_at is None) == ("reviewed", "eva", False)
        assert declared("set", "postmortem.summary", "It broke.").code == 0
        document = declared.incident().postmortem
        assert (document.state, document.reviewer, document.reviewed_at) == ("in-review", "", None)

    def test_the_help_lists_every_field(self, warroom: CommandLine) -> None:
        out = warroom("set", "--help").out
        assert "  postmortem.summary\n" in out
        assert "ic = roles.commander" in out
        assert "declared_at" not in out


class TestStatus:
    def test_there_and_back(self, declared: CommandLine) -> None:
        began = datetime.now(UTC)
        assert "investigating -> resolved" in declared("resolve", "--at", "-5m", "error rate is normal").out
        resolution = declared.last()
        assert (resolution.mark, resolution.text) == ("resolved", "error rate is normal")
        assert was(resolution.at, 5, began)
        assert "it is resolved already" in declared("resolve", "-i", declared.files()[0].stem).err
        assert "resolved -> investigating" in declared("reopen", "errors are back").out
        entry = declared.last()
        assert (entry.kind, entry.field, entry.old, entry.new) == ("change", "status", "resolved", "investigating")
        assert entry.text == "errors are back"
        assert "investigating -> resolved" in declared("resolve").out
        assert declared.last().text == "Resolved"
        assert "resolved -> closed" in declared("close").out
        assert declared.incident().fields.status == "closed"

    def test_cancelled_is_not_open(self, declared: CommandLine) -> None:
        assert "investigating -> cancelled" in declared("cancel", "false alarm").out
        assert declared("list").out.startswith("no incident is open; warroom list --all shows 1 that is over")
        assert declared("log", "x").code == 2


def test_a_credential_in_an_entry_is_told_at_once(warroom: CommandLine) -> None:
    warroom("declare", "Outage")
    done = warroom("log", "set DB_PASSWORD=hunter22 on the host")
    assert done.code == 0
    assert "set DB_PASSWORD=hunter22 on the host" in done.out
    (path,) = warroom.files()
    mend = f"take it out of {path}, and change it where it is valid"
    assert done.err == f"warroom: this entry seems to hold a credential; {mend}\n"
    for text in ("reset the password of the host", "see https://wiki.internal/restore-a-database"):
        assert warroom("log", text).err == ""

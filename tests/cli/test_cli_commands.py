"""Each command's own rules, in tables."""

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from commandline import CommandLine
from warroom.cli.main import COMMANDS

SAMPLES = Path(__file__).parents[2] / "sample_incidents"


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def declared(warroom: CommandLine) -> CommandLine:
    assert warroom("declare", "Outage").code == 0
    return warroom


def ago(at: datetime | None) -> timedelta:
    assert at is not None
    return datetime.now(UTC) - at


def near(length: timedelta, minutes: float) -> bool:
    return abs(length - timedelta(minutes=minutes)) < timedelta(seconds=30)


class TestUsage:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_help_with_examples(self, warroom: CommandLine, name: str) -> None:
        done = warroom(name, "--help")
        assert (done.code, done.err) == (0, "")
        assert "examples:" in done.out
        assert "--incidents DIR" in done.out
        assert warroom("help", name).out == done.out

    def test_the_overview_names_every_command(self, warroom: CommandLine) -> None:
        for arguments in (["--help"], ["-h"], ["help"]):
            out = warroom(*arguments).out
            assert all(f"\n  {name} " in out for name in COMMANDS)

    def test_version(self, warroom: CommandLine) -> None:
        assert warroom("--version").out.startswith("warroom ")

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (["lgo"], 2, "did you mean 'log'?"),
            (["xyzzy"], 2, "see warroom --help"),
            (["log"], 2, "nothing to log"),
            (["log", " "], 2, "nothing to log"),
            (["log", "-15m"], 2, "a time without a text"),
            (["log", "x", "--colour"], 2, "--colour; see warroom log --help"),
            (["log", "x", "--ser", "y"], 2, "--ser"),
            (["log", "x", "-k", "actoin"], 2, "did you mean 'action'?"),
            (["log", "x", "--mark", "begun"], 2, "started"),
            (["log", "x", "--at", "soon"], 2, "yesterday 23:50"),
            (["log", "x", "--at"], 2, "expected one argument"),
            (["log", "@25:00 x"], 2, "'25:00' is not a time"),
            (["log", "x", "--each-line"], 2, "standard input"),
            (["log", "x", "-i", "nope"], 2, "there is no such incident"),
            (["log", "x", "-i", "../../etc/passwd"], 2, "is not the id of an incident"),
            (["log", "x", "--config", "nope.toml"], 2, "is not there"),
            (["set", "severity"], 2, "a value is missing"),
            (["set", "severity", "7"], 2, "sev5"),
            (["set", "sevrity", "1"], 2, "did you mean 'severity'?"),
            (["set", "timezone", "Mars"], 2, "time zone"),
            (["set", "title", " "], 2, "empty"),
            (["declare"], 2, "TITLE"),
            (["declare", " "], 2, "needs a title"),
            (["declare", "x", "-s", "bad"], 2, "sev1"),
            (["declare", "x", "--timezone", "Berlin"], 2, "Europe/Berlin"),
            (["reopen"], 2, "it is open already: investigating"),
            (["close"], 2, "warroom resolve comes first"),
            (["use", "nope"], 2, "there is no such incident"),
            (["show", "nope"], 2, "there is no such incident"),
            (["export", "--style", "nope"], 2, "there is no such theme"),
            (["export", "--humour", "7"], 2, "--humour"),
            (["export", "--format", "json", "--for", "public"], 2, "not for the public"),
            (["open"], 2, "needs a terminal"),
            ([], 2, "needs a terminal"),
            (["check", "nope"], 3, "no service 'nope'"),
            (["check", "--colour"], 3, "--colour"),
            (["run"], 125, "CMD"),
            (["run", "--", "no-such-program-here"], 125, "could not be started"),
            (["log", "a\nb", "-k", "\x1b[31m"], 2, "no kind"),
        ],
    )
    def test_a_mistake_is_one_line_and_a_code(
        self, declared: CommandLine, arguments: list[str], code: int, told: str
    ) -> None:
        before = declared.files()[0].read_bytes()
        done = declared(*arguments)
        assert (done.code, done.out) == (code, "")
        assert told in done.err
        assert done.err.startswith("warroom: ")
        assert done.err.count("\n") == 1
        assert done.err.rstrip("\n").isprintable()
        assert declared.files()[0].read_bytes() == before

    def test_what_nobody_expected_is_one_line_too(self, declared: CommandLine) -> None:
        with mock.patch("warroom.files.append.append", side_effect=RuntimeError("odd")):
            done = declared("log", "x")
            told = declared("log", "x", WARROOM_DEBUG="1")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "unexpected error" in done.err
        assert "RuntimeError: odd" in done.err
        assert "Traceback" in told.err

    def test_ctrl_c_ends_a_command_silently(self, declared: CommandLine) -> None:
        with mock.patch("warroom.files.append.append", side_effect=KeyboardInterrupt):
            done = declared("log", "x")
        assert (done.code, done.out, done.err) == (130, "", "")

    def test_shared_options_may_stand_in_front(self, warroom: CommandLine) -> None:
        warroom("declare", "One")
        other = warroom("declare", "Two").out.strip()
        assert warroom("-i", other, "log", "x").code == 0
        assert warroom(f"--incident={other}", "log", "y").code == 0
        assert [entry.text for entry in warroom.incident(other).entries] == ["x", "y"]


class TestWhichIncident:
    def test_with_none_open_there_is_advice(self, warroom: CommandLine) -> None:
        assert "warroom declare TITLE" in warroom("log", "x").err

    def test_with_several_open_they_are_listed_until_one_is_in_use(self, warroom: CommandLine) -> None:
        one = warroom("declare", "One").out.strip()
        two = warroom("declare", "Two").out.strip()
        done = warroom("log", "x")
        assert done.code == 2
        assert one in done.err
        assert two in done.err
        assert warroom("use", one).out == f"using {one}\n"
        assert f"({one})" in warroom("log", "x").out
        assert f"({two})" in warroom("log", "x", WARROOM_INCIDENT=two).out
        assert f"({two})" in warroom("log", "x", "-i", two, WARROOM_INCIDENT=one).out
        assert [row["in_use"] for row in json.loads(warroom("list", "--json").out)["incidents"]] == [False, True]
        warroom("cancel")
        assert f"({two})" in warroom("log", "x").out
        assert "but it is cancelled" in warroom("use", one).out

    def test_a_configuration_above_decides_where_incidents_are(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text('timezone = "Europe/Berlin"\ntheme = "plain"\nauthor = "eva"\n')
        below = warroom.here / "deep" / "down"
        below.mkdir(parents=True)
        warroom.here = below
        del warroom.environ["WARROOM_BY"]
        assert warroom("declare", "Outage").code == 0
        (path,) = (warroom.here.parents[1] / "incidents").glob("*.toml")
        assert warroom("log", "x").out.split()[1] in ("CET", "CEST")
        text = path.read_text()
        assert 'timezone = "Europe/Berlin"' in text
        assert 'theme = "plain"' in text
        assert 'by = "eva"' in text

    def test_a_mistake_in_a_service_does_not_stop_logging(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text('author = "eva"\n[[service]]\nname = 3\n')
        assert warroom("declare", "Outage").code == 0
        assert warroom("log", "x").code == 0
        assert warroom("check").code == 3


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
        first = warroom("declare", "Outage").out.strip()
        assert warroom("declare", "Outage").out.strip() == f"{first}-2"


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
        done = declared("log", *arguments)
        assert done.code == 0, done.err
        entry = declared.last()
        assert near(ago(entry.at), minutes)
        assert entry.text == text
        if minutes:
            assert near(ago(entry.logged_at), 0)
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
        assert "one …" in done.out
        assert declared("log", "-", stdin=b"\n").code == 2
        assert "1 MiB" in declared("log", "-", stdin=b"x" * ((1 << 20) + 1)).err

    def test_each_line_is_an_entry_with_its_own_time(self, declared: CommandLine) -> None:
        lines = b"plain\n\n2026-01-02T10:00:00Z started\n-15m earlier\n@10:05 UTC at\n10:05 bare\n"
        done = declared("log", "-", "--each-line", "-k", "observation", stdin=lines)
        assert done.code == 0
        assert done.out.count("\n") == 5
        entries = declared.incident().entries
        assert [entry.text for entry in entries] == ["plain", "started", "earlier", "at", "bare"]
        assert {entry.kind for entry in entries} == {"observation"}
        assert entries[1].at == datetime(2026, 1, 2, 10, tzinfo=UTC)
        assert near(ago(entries[2].at), 15)
        assert entries[3].at == entries[4].at

    def test_a_line_whose_time_cannot_be_ends_it_by_its_number(self, declared: CommandLine) -> None:
        done = declared("log", "--each-line", stdin=b"one\n25:00 two\nthree\n")
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

    def test_prose_comes_from_standard_input_and_goes_by_an_empty_value(self, declared: CommandLine) -> None:
        assert declared("set", "postmortem.root_cause", "-", stdin=b"One.\r\n\r\nTwo.\n").code == 0
        assert declared.incident().postmortem.root_cause == "One.\n\nTwo."
        assert declared("set", "postmortem.root_cause", "").code == 0
        assert declared.incident().postmortem.root_cause == ""

    def test_the_help_lists_every_field(self, warroom: CommandLine) -> None:
        out = warroom("set", "--help").out
        assert "  postmortem.summary\n" in out
        assert "ic = roles.commander" in out
        assert "declared_at" not in out


class TestStatus:
    def test_there_and_back(self, declared: CommandLine) -> None:
        assert "investigating -> resolved" in declared("resolve", "--at", "-5m", "error rate is normal").out
        resolution = declared.last()
        assert (resolution.mark, resolution.text) == ("resolved", "error rate is normal")
        assert near(ago(resolution.at), 5)
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


class TestList:
    def test_open_ones_in_columns_with_the_one_in_use(self, warroom: CommandLine) -> None:
        assert warroom("list").out == "no incident yet; warroom declare TITLE opens one\n"
        warroom("declare", "日本 down", "-s", "1", "--at", "2026-01-02 10:00")
        warroom("declare", "Drill", "--drill", "--at", "2026-01-03 10:00")
        warroom("use", "2026-01-02-down")
        assert warroom("list").out.splitlines() == [
            "  unset investigating 2026-01-03-drill Drill (drill)",
            "* sev1  investigating 2026-01-02-down  日本 down",
        ]

    def test_a_broken_file_is_named_and_hides_no_other(self, declared: CommandLine) -> None:
        (declared.incidents / "2026-01-01-broken.toml").write_text("format = \n[[timeline]]\n")
        done = declared("list", "--all")
        assert done.code == 1
        assert "2026-01-01-broken.toml:1" in done.err
        assert "Outage" in done.out


class TestShow:
    def test_facts_and_timeline(self, declared: CommandLine) -> None:
        declared("log", "--mark", "started", "--at", "-20m", "errors")
        declared("log", "--mark", "detected", "--at", "-15m", "alert")
        out = declared("show").out
        assert "time to detect: 5 min" in out
        assert "time to resolve: unknown (nothing is marked as 'resolved')" in out
        assert out.index("errors") < out.index("alert")
        assert all(len(line) <= 120 for line in out.splitlines())

    def test_json_has_durations_and_entries_in_reading_order(self, declared: CommandLine) -> None:
        declared("log", "--mark", "detected", "--at", "-15m", "alert")
        declared("log", "--mark", "started", "--at", "-20m", "errors")
        told = json.loads(declared("show", "--json").out)
        assert told["version"] == 1
        assert told["durations"]["detect"]["seconds"] == pytest.approx(300, abs=5)
        assert told["durations"]["resolve"]["seconds"] is None
        assert [entry["text"] for entry in told["entries"]] == ["errors", "alert"]
        assert "struck" not in told["entries"][0]

    def test_all_that_derives_from_the_record_is_told(self, declared: CommandLine) -> None:
        declared("set", "tags", "network")
        declared("set", "commander", "ana")
        declared("log", "--mark", "started", "--at", "-5m", "errors")
        declared("log", "--mark", "detected", "--at", "-10m", "alert")
        with declared.files()[0].open("a") as file:
            for number, (state, clock) in enumerate([("down", "10:00"), ("up", "10:05"), ("down", "10:30")]):
                file.write(
                    f'\n[[timeline]]\nid = "h{number}"\nat = 2026-01-02T{clock}:30Z\nkind = "health"\nservice = "api"\n'
                    f'state = "{state}"\nsince = 2026-01-02T{clock}:00Z\nstruck = false\ntext = "api {state}"\n'
                )
            file.write('\n[[timeline]]\nid = "s"\nat = 2026-01-02T10:00:00Z\nstruck = true\ntext = "a mistake"\n')
        out = declared("show").out
        assert "downtime of api: 5 min, and down since 2026-01-02 10:30:00 UTC\n" in out
        assert "out of order: 'detected' is " in out
        assert "tags: network\n" in out
        assert "commander: ana\n" in out
        assert "01-02 10:00:00" in out
        assert out.splitlines()[-1].startswith(" ")
        (struck,) = [line for line in out.splitlines() if line.endswith("(struck)")]
        assert "a mistake" in struck
        told = json.loads(declared("show", "--json").out)
        assert told["downtime"][0]["seconds"] == 300
        assert told["downtime"][0]["runs"][1] == {"start": "2026-01-02T10:30:00Z", "end": None}

    def test_json_has_dates_as_the_file_has_them(self, declared: CommandLine) -> None:
        with declared.files()[0].open("a") as file:
            file.write('\n[[action]]\nid = "a1"\ntitle = "Restart policy"\ndue = 2026-12-01\n')
        assert json.loads(declared("show", "--json").out)["actions"][0]["due"] == "2026-12-01"

    @pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.toml")), ids=lambda path: str(path.stem))
    def test_every_sample_is_shown_and_exported(self, warroom: CommandLine, path: Path) -> None:
        where = ("--incidents", str(SAMPLES))
        for arguments in (["show"], ["show", "--handoff"], ["show", "--update"], ["export"]):
            done = warroom(arguments[0], path.stem, *arguments[1:], *where)
            assert done.code == 0
            assert "Traceback" not in done.err
        told = json.loads(warroom("show", path.stem, "--json", *where).out)
        assert told["title"]
        assert len(told["entries"]) > 3

    def test_a_finished_incident_is_shown_where_none_is_open(self, declared: CommandLine) -> None:
        declared("resolve")
        assert "resolved" in declared("show").out
        assert "[severity unset] Outage" in declared("show", "--handoff").out


class TestExport:
    def test_a_file_that_is_not_ours_is_not_overwritten(self, declared: CommandLine) -> None:
        path = declared.here / "x.md"
        path.write_text("mine")
        done = declared("export", "-o", "x.md")
        assert done.code == 2
        assert "--force" in done.err
        assert path.read_text() == "mine"
        assert declared("export", "-o", "x.md", "--force").code == 0
        declared("log", "more")
        assert declared("export", "-o", "x.md").code == 0
        assert "more" in path.read_text()
        path.write_text(path.read_text() + "edited")
        assert declared("export", "-o", "x.md").code == 2

    def test_where_it_cannot_write_it_says_so(self, declared: CommandLine) -> None:
        assert "is a directory" in declared("export", "-o", ".").err
        assert declared("export", "-o", "/dev/null").code == 0
        done = declared("export", "-o", "no/such/place.md")
        assert (done.code, done.err.count("\n")) == (1, 1)

    def test_standard_output_and_json(self, declared: CommandLine) -> None:
        assert declared("export").out.startswith("# ")
        assert declared("export", "-o", "-").out == declared("export").out
        assert json.loads(declared("export", "--format", "json").out)["title"] == "Outage"


class TestRun:
    def test_output_passes_and_the_result_is_logged(self, declared: CommandLine) -> None:
        done = declared.process(
            "run", "--service", "db", "--", "sh", "-c", "echo out; echo password=hunter2 >&2; exit 3"
        )
        assert (done.code, done.out, done.err) == (3, "out\n", "password=hunter2\n")
        entry = declared.last()
        assert (entry.kind, entry.exit, entry.service) == ("command", 3, "db")
        assert entry.took is not None
        assert entry.command == "sh -c 'echo out; echo password=REDACTED >&2; exit 3'"
        assert "out" in entry.evidence[0].text
        assert "hunter2" not in declared.files()[0].read_text()

    def test_what_it_was_for_may_be_said(self, declared: CommandLine) -> None:
        done = declared("run", "--text", "look around", "--", "sh", "-c", "echo out; echo err >&2")
        assert (done.code, done.out, done.err) == (0, "out\n", "err\n")
        assert (declared.last().text, declared.last().command) == ("look around", "sh -c 'echo out; echo err >&2'")
        assert sorted(declared.last().evidence[0].text.split()) == ["err", "out"]

    def test_where_it_cannot_be_logged_it_says_so_and_fails(self, declared: CommandLine) -> None:
        with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            good, bad = declared("run", "--", "true"), declared("run", "--", "sh", "-c", "exit 7")
        assert (good.code, bad.code) == (1, 7)
        assert "the command ran, but is not logged" in good.err

    def test_what_it_leaves_running_is_not_waited_for(self, declared: CommandLine) -> None:
        began = time.monotonic()
        done = declared("run", "--", "sh", "-c", "sleep 20 & echo $!")
        os.kill(int(done.out), signal.SIGTERM)
        assert time.monotonic() - began < 10
        assert done.code == 0

    def test_a_signal_is_told_as_shells_do(self, declared: CommandLine) -> None:
        assert declared.process("run", "--", "sh", "-c", "kill -TERM $$").code == 143
        assert declared.last().exit == 143

    def test_of_a_long_output_beginning_and_end_are_kept(self, declared: CommandLine) -> None:
        done = declared.process("run", "--", "sh", "-c", "echo begin; yes | head -c 300000; echo end")
        assert done.code == 0
        assert len(done.out) == 300_010
        (evidence,) = declared.last().evidence
        assert evidence.text.startswith("begin")
        assert evidence.text.endswith("end")
        assert "bytes left out" in evidence.text
        assert len(evidence.text) < 5000

    def test_nothing_runs_where_it_could_not_be_logged(self, warroom: CommandLine) -> None:
        done = warroom("run", "--", "touch", "made")
        assert done.code == 125
        assert not (warroom.here / "made").exists()


class TestCheck:
    def test_codes_and_words_are_those_of_a_plugin(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text(
            '[[service]]\nname = "good"\ncmd = ["true"]\n[[service]]\nname = "bad"\ncmd = ["sh", "-c", "exit 2"]\n'
            '[[service]]\nname = "slow"\ncmd = ["sh", "-c", "exit 1"]\n'
        )
        assert warroom("check", "good").code == 0
        assert warroom("check", "good", "slow").code == 1
        done = warroom("check")
        assert done.code == 2
        assert [line.split()[:2] for line in done.out.splitlines()] == [
            ["DOWN", "bad"],
            ["DEGRADED", "slow"],
            ["UP", "good"],
        ]
        told = json.loads(warroom("check", "--json").out)
        assert {row["name"]: row["state"] for row in told["services"]} == {
            "good": "up",
            "bad": "down",
            "slow": "degraded",
        }


class TestDoctor:
    def test_a_torn_end_is_mended_and_kept(self, declared: CommandLine) -> None:
        declared("log", "whole")
        path = declared.files()[0]
        path.write_bytes(path.read_bytes() + b'\n[[timeline]]\nid = "x"\nat = 2026-')
        looked = declared("doctor", "--dry-run", str(path))
        assert looked.code == 1
        assert "torn" in looked.out
        done = declared("doctor")
        assert done.code == 0, done.out
        assert "mended: " in done.out
        assert declared("doctor").code == 0
        assert declared.last().text == "whole"

    def test_the_configuration_is_checked(self, declared: CommandLine) -> None:
        (declared.here / "warroom.toml").write_text('timezone = "Mars"\n')
        done = declared("doctor")
        assert done.code == 1
        assert "warroom.toml:1: timezone" in done.out

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('[[service]]\nname = "a"\nhttp = "nonsense"\n', "warroom.toml:"),
            ('[keys]\n"no.such.command" = "a"\n', "keys.no.such.command"),
            ("", "in order: "),
        ],
    )
    def test_services_and_keys_are_checked(self, warroom: CommandLine, text: str, told: str) -> None:
        (warroom.here / "warroom.toml").write_text(text)
        done = warroom("doctor")
        assert told in done.out
        assert done.code == (1 if text else 0)

    def test_the_schema_is_json(self, warroom: CommandLine) -> None:
        assert "timeline" in json.loads(warroom("doctor", "--schema").out)["properties"]


def test_themes_are_listed(warroom: CommandLine) -> None:
    assert warroom("themes").out.splitlines()
    named = {row["name"] for row in json.loads(warroom("themes", "list", "--json").out)["themes"]}
    assert "plain" in named


def test_a_broken_theme_is_named_and_hides_no_other(warroom: CommandLine) -> None:
    (warroom.here / "warroom.toml").write_text("")
    own = warroom.here / "themes"
    own.mkdir()
    (own / "mine.toml").write_text("colour = 3\n")
    done = warroom("themes")
    assert done.code == 2
    assert "mine.toml:1" in done.err
    assert "plain" in done.out


def test_a_humorous_theme_keeps_quiet_where_it_would_hurt(warroom: CommandLine) -> None:
    warroom("declare", "Outage", "-s", "1")
    quiet = warroom("export", "--style", "feline")
    assert "told without humour: its severity is sev1" in quiet.err
    assert warroom("export", "--style", "feline", "--humour", "3").err == ""
    assert warroom("export").err == ""


def test_a_torn_end_is_told_when_it_is_set_aside(declared: CommandLine) -> None:
    path = declared.files()[0]
    for arguments in (["log", "x"], ["log", "--mark", "detected"], ["set", "severity", "1"]):
        path.write_bytes(path.read_bytes() + b'\n[[timeline]]\nid = "x"\nat = 2026-')
        done = declared(*arguments)
        assert done.code == 0
        assert "set aside" in done.err
        assert done.err.count("\n") == 1

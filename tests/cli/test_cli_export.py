"""`warroom export`: for whom, in which form, and where to."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from commandline import CommandLine


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    assert line("declare", "Outage: it's 10 % down", "-s", "2", "--service", "api").code == 0
    return line


def names(err: str) -> list[str]:
    return re.findall(r"^warroom: ([a-z]+-[0-9a-f]{6}): ", err, re.MULTILINE)


class TestPublic:
    def test_findings_stop_it_until_each_is_judged(self, warroom: CommandLine) -> None:
        warroom("log", "ana moved traffic from 10.0.3.17 to 10.0.3.18")
        stopped = warroom("export", "--for", "public", "-o", "public.md")
        assert (stopped.code, stopped.out) == (1, "")
        assert not (warroom.here / "public.md").exists()
        first, second, person = names(stopped.err)
        assert stopped.err.splitlines()[-1].startswith(
            "warroom: not for the public yet: 3 findings; judge each by --red"
        )
        still = warroom("export", "--for", "public", "--redact", first, "--accept", second)
        assert (still.code, names(still.err)) == (1, [person])
        done = warroom("export", "--for", "public", "--redact", first, "--redact", person, "--accept", second)
        assert done.code == 0
        assert "REDACTED moved traffic from REDACTED to 10.0.3.18" in done.out
        everything = warroom("export", "--for", "public", "--redact", "all", "--accept", second)
        assert everything.out == done.out

    def test_the_file_may_accept_one_for_good(self, warroom: CommandLine) -> None:
        warroom("log", "moved to 10.0.3.18")
        (name,) = names(warroom("export", "--for", "public").err)
        path = warroom.files()[0]
        head, _, timeline = path.read_text().partition("\n[[timeline]]")
        path.write_text(
            f'{head}\n[[accepted]]\nfinding = "{name}"\nreason = "a test network"\n\n[[timeline]]{timeline}'
        )
        assert "10.0.3.18" in warroom("export", "--for", "public").out
        assert "REDACTED" in warroom("export", "--for", "public", "--redact", name).out

    def test_hosts_of_the_configuration_stop_it(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text('[[service]]\nname = "api"\ntcp = "orders.shop.com:443"\n')
        where = ("--incidents", str(warroom.incidents))
        warroom("log", "orders.shop.com timed out", *where)
        done = warroom("export", "--for", "public", *where)
        assert done.code == 1
        assert "the name of a machine" in done.err

    def test_front_matter_tells_no_more_than_the_document(self, warroom: CommandLine) -> None:
        warroom("set", "tags", "db-prod-01")
        (name,) = names(warroom("export", "--for", "public", "--front-matter").err)
        warroom("declare", "db-prod-02 is down", "--at", "2026-01-02 10:00")
        done = warroom(
            "export", "2026-01-02-db-prod-02-is-down", "--for", "public", "--front-matter", "--redact", "all"
        )
        assert done.code == 0
        assert "db-prod" not in done.out
        (first,) = [path.stem for path in warroom.files() if "outage" in path.stem]
        done = warroom("export", first, "--for", "public", "--front-matter", "--redact", name)
        assert 'tags: ["REDACTED"]' in done.out

    def test_a_name_that_no_finding_has_is_named(self, warroom: CommandLine) -> None:
        warroom("log", "moved to 10.0.3.18")
        (name,) = names(warroom("export", "--for", "public").err)
        done = warroom("export", "--for", "public", "--accept", name[:-1] + "x")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert name in done.err

    def test_what_only_the_document_says_can_be_accepted_too(self, warroom: CommandLine) -> None:
        written = warroom("themes", "new", "ours").out.partition("written: ")[2].splitlines()[0]
        Path(written).write_text('extends = "plain"\n[headings]\nsummary = "About db1"\nimpact = "Impact on db1"\n')
        public = ("export", "--for", "public", "--style", "ours")
        stopped = warroom(*public)
        (name,) = names(stopped.err)
        assert "the document: db1" in stopped.err
        assert warroom(*public, "--accept", name).code == 0
        wrong = warroom(*public, "--accept", "host-000000")
        assert (wrong.code, wrong.err.count("\n")) == (2, 1)
        warroom("log", "moved to 10.0.3.18")
        still = warroom(*public, "--accept", "host-000000")
        assert (still.code, still.err.count("\n")) == (2, 1)

    def test_json_passes_the_same_gate_and_tells_no_more(self, warroom: CommandLine) -> None:
        warroom("set", "commander", "carla")
        warroom("log", "--mark", "started", "--at", "2026-01-02 10:00 UTC", "carla saw errors on\ndb-prod-01")
        warroom("log", "who knows the cluster?", "-k", "ask")
        public = ("export", "--for", "public", "--format", "json")
        stopped = warroom(*public)
        assert (stopped.code, stopped.out) == (1, "")
        assert len(names(stopped.err)) == 2
        done = warroom(*public, "--redact", "all")
        told = json.loads(done.out)
        assert (told["version"], told["audience"], told["title"]) == (1, "public", "Outage: it's 10 % down")
        assert told["entries"] == [
            {
                "at": "2026-01-02T10:00:00Z",
                "kind": "note",
                "mark": "started",
                "text": "REDACTED saw errors on\nREDACTED",
            }
        ]
        assert "roles" not in told
        for word in ("carla", "ana", "cluster", "db-prod", warroom.incident().entries[0].id):
            assert word not in done.out

    def test_a_milestone_that_is_not_told_is_a_bare_time_in_json(self, warroom: CommandLine) -> None:
        with warroom.files()[0].open("a") as file:
            file.write(
                '\n[[timeline]]\nid = "secret-id"\nat = 2026-01-02T10:00:00Z\nkind = "escalation"\nmark = "started"\n'
                'service = "ledger"\ninternal = true\ntext = "the ledger fell over"\n'
            )
        told = json.loads(warroom("export", "--for", "public", "--format", "json").out)
        assert told["entries"] == [{"at": "2026-01-02T10:00:00Z", "mark": "started"}]

    @pytest.mark.parametrize(
        "arguments",
        [("--redact", "all"), ("--format", "json", "--front-matter"), ("--format", "json", "--chart")],
    )
    def test_what_does_not_go_together_is_refused(self, warroom: CommandLine, arguments: tuple[str, ...]) -> None:
        done = warroom("export", *arguments)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


class TestSecrets:
    def test_what_looks_like_one_is_told_of_and_stops_nothing(self, warroom: CommandLine) -> None:
        warroom("log", "it ran with DB_PASSWORD=hunter2", "--at", "2026-01-02 10:00 UTC")
        done = warroom("export")
        assert done.code == 0
        assert done.err.count("\n") == 1
        assert "the entry of 2026-01-02T10:00:00+00:00; take it out" in done.err
        assert "hunter2" not in done.err
        assert warroom("export", "--format", "json").err == done.err
        (name,) = re.findall(r"secret-[0-9a-f]{6}", done.err)
        path = warroom.files()[0]
        head, _, timeline = path.read_text().partition("\n[[timeline]]")
        path.write_text(f'{head}\n[[accepted]]\nfinding = "{name}"\n\n[[timeline]]{timeline}')
        assert warroom("export").err == ""

    def test_a_brief_that_would_tell_one_says_so(self, warroom: CommandLine) -> None:
        warroom("log", "restarted it", "-k", "action")
        assert warroom("show", "--update").err == ""
        warroom("log", "set DB_PASSWORD=hunter2", "-k", "action")
        for form in ("--update", "--handoff"):
            done = warroom("show", form)
            assert ("a secret is in this text" in done.err) is ("hunter2" in done.out)
        assert "a secret is in this text" in warroom("show", "--update").err


def test_front_matter_is_yaml_that_says_what_the_record_says(warroom: CommandLine) -> None:
    warroom("log", "--mark", "started", "--at", "2026-01-02 10:00", "errors")
    text = warroom("export", "--front-matter").out
    _, head, rest = text.split("---\n", 2)
    known = yaml.safe_load(head)
    assert known["title"] == "Outage: it's 10 % down"
    assert known["severity"] == "sev2"
    assert known["services"] == ["api"]
    assert known["date"] == "2026-01-02T10:00:00Z"
    assert "duration_seconds" not in known
    assert rest.lstrip("\n") == warroom("export").out


@pytest.mark.parametrize("form", [("--front-matter",), ("--format", "html"), ("--format", "json"), ()])
def test_what_would_act_on_a_terminal_or_turn_a_line_around_is_in_no_form(
    warroom: CommandLine, form: tuple[str, ...]
) -> None:
    path = warroom.files()[0]
    hostile = "\\u202E\\u009B31m\\u001B]0;x\\u0007\\u200B"
    path.write_text(path.read_text().replace("Outage", f"Outage{hostile}").replace('"api"', f'"api{hostile}"'))
    told = warroom("export", *form).out
    assert "Outage" in told
    assert "api" in told
    assert not set(told) & set("\u202e\x9b\x1b\x07\u200b")


def test_a_figure_that_json_has_no_word_for_is_null(warroom: CommandLine) -> None:
    path = warroom.files()[0]
    path.write_text(f"{path.read_text()}\n[impact]\nusers_affected = nan\nrevenue = -inf\nrequests_failed = 3\n")
    impact = json.loads(warroom("export", "--format", "json").out)["impact"]
    assert (impact["users_affected"], impact["revenue"], impact["requests_failed"]) == (None, None, 3)


def test_times_are_shown_in_the_zone_that_is_asked_for(warroom: CommandLine) -> None:
    warroom("log", "--at", "2026-01-02 10:00 UTC", "errors")
    assert "7:00 PM" in warroom("export", "--timezone", "Asia/Tokyo").out
    assert "JST" in warroom("export", "--timezone", "Asia/Tokyo").out
    assert warroom("export", "--timezone", "Nowhere/At-all").code == 2
    assert json.loads(warroom("export", "--format", "json").out)["timezone"] == "UTC"


class TestForms:
    @pytest.fixture
    def told(self, warroom: CommandLine) -> CommandLine:
        warroom("log", "--mark", "started", "--at", "2026-01-02 10:00", "errors")
        warroom("log", "--mark", "resolved", "--at", "2026-01-02 10:20", "over")
        return warroom

    def test_the_end_of_the_name_says_which_form(self, told: CommandLine) -> None:
        told("export", "-o", "a.html")
        told("export", "-o", "a.json")
        told("export", "-o", "a.md")
        assert (told.here / "a.html").read_text().startswith("<!DOCTYPE html>")
        assert json.loads((told.here / "a.json").read_text())["version"] == 1
        assert (told.here / "a.md").read_text().startswith("# ")
        assert told("export", "--format", "html").out == (told.here / "a.html").read_text()

    def test_the_chart_stands_beside_the_markdown_and_within_the_page(self, told: CommandLine) -> None:
        done = told("export", "--chart", "-o", "my report.md", "--style", "ansi")
        assert [line.rpartition("/")[2] for line in done.out.splitlines()] == ["my report.svg", "my report.md"]
        assert (told.here / "my report.svg").read_text().startswith("<svg")
        found = re.search(r"!\[(.*)\]\(my%20report.svg\)", (told.here / "my report.md").read_text())
        assert found
        assert "impact began 10:00:00" in found[1]
        assert "<svg" in told("export", "--chart", "--format", "html").out

    def test_a_chart_has_the_zone_that_is_asked_for(self, told: CommandLine) -> None:
        assert "impact began 19:00:00" in told("export", "--chart", "--format", "html", "--timezone", "Asia/Tokyo").out

    def test_nothing_is_written_where_one_of_the_files_is_foreign(self, told: CommandLine) -> None:
        (told.here / "r.svg").write_text("mine")
        done = told("export", "--chart", "-o", "r.md")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert not (told.here / "r.md").exists()
        assert (told.here / "r.svg").read_text() == "mine"
        assert told("export", "--chart", "-o", "r.md", "--force").code == 0

    @pytest.mark.parametrize("into", [(), ("-o", "/dev/null")])
    def test_beside_a_stream_there_is_no_place_for_it(self, told: CommandLine, into: tuple[str, ...]) -> None:
        done = told("export", "--chart", *into)
        assert done.code == 2
        assert "the chart is a file beside the Markdown" in done.err

    def test_an_empty_record_has_no_chart(self, warroom: CommandLine) -> None:
        done = warroom("export", "--chart", "--format", "html")
        assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")

    def test_without_the_library_it_says_how_to_get_it(
        self, told: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(sys.modules, "warroom.postmortem.chart", raising=False)
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        done = told("export", "--chart", "--format", "html")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "from the checkout install '.[charts]' instead of '.'" in done.err

    def test_the_chart_of_the_public_leaves_out_what_is_internal(self, told: CommandLine) -> None:
        with told.files()[0].open("a") as file:
            for name, internal in (("shop", "false"), ("ledger", "true")):
                file.write(
                    f'\n[[timeline]]\nid = "{name}"\nat = 2026-01-02T10:05:00Z\nkind = "health"\nservice = "{name}"\n'
                    f'state = "down"\ninternal = {internal}\ntext = "{name} down"\n'
                )
        done = told("export", "--chart", "--format", "html", "--for", "public")
        assert "shop" in done.out
        assert "ledger" not in done.out


class TestTemplate:
    HEAD = '{% extends "document" %}\n'

    @pytest.fixture
    def themes(self, warroom: CommandLine) -> Path:
        path = Path(warroom("themes", "new", "mine").out.removeprefix("written: ").strip())
        warroom("set", "theme", "mine")
        return path.parent

    def test_it_lays_out_the_document(self, warroom: CommandLine, themes: Path) -> None:
        warroom("log", "--mark", "started", "--at", "-5m", "first seen")
        warroom("log", "--mark", "resolved", "seen no more")
        (themes / "mine.jinja").write_text(
            self.HEAD + "{% block timeline %}\n## {{ heading.timeline }}, at length\n\n"
            "{% for entry in entries %}\n1. {{ entry.time }}: {{ entry.told }}\n{% endfor %}\n{% endblock %}\n"
        )
        done = warroom("export")
        assert (done.code, done.err) == (0, "")
        assert "## Timeline, at length\n\n1. " in done.out
        assert "first seen" in done.out
        page = warroom("export", "--format", "html", "--chart")
        assert "<svg" in page.out
        assert "at length" in page.out

    def test_what_loses_a_fact_is_told_without_it_and_said(self, warroom: CommandLine, themes: Path) -> None:
        before = warroom("export").out
        (themes / "mine.jinja").write_text(self.HEAD + "{% block title %}# Fine{% endblock %}")
        done = warroom("export")
        assert (done.code, done.out) == (0, before)
        assert len(done.err.splitlines()) == 1
        assert f"{themes / 'mine.jinja'}:2: block title: drops, changes or moves “" in done.err
        assert done.err.endswith("; told without the template\n")

    def test_a_broken_one_is_said_and_plain_goes_on_unless_it_was_asked_for(
        self, warroom: CommandLine, themes: Path
    ) -> None:
        (themes / "mine.jinja").write_text(self.HEAD + "{% block title %}{{ tilte }}{% endblock %}")
        done = warroom("export")
        assert (done.code, done.out) == (0, warroom("export", "--style", "plain").out)
        assert done.err == (
            f"warroom: {themes / 'mine.jinja'}:2: there is no name tilte; do you mean title?; told in plain\n"
        )
        asked = warroom("export", "--style", "mine")
        assert (asked.code, asked.out) == (2, "")

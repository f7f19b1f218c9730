"""`warroom init` and `warroom themes`: what they write, and never over what is there."""

from pathlib import Path

import pytest

from commandline import CommandLine


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


class TestInit:
    def test_it_writes_what_it_found_and_that_is_valid(self, warroom: CommandLine) -> None:
        (warroom.here / "compose.yaml").write_text('services: {web: {ports: ["127.0.0.1:1:80"]}}')
        done = warroom("init")
        path = warroom.here / "warroom.toml"
        assert (done.out, done.err) == (f"written: {path} (1 service from compose.yaml)\n", "")
        assert warroom("init", "--print").out == path.read_text()
        assert warroom("doctor").code == 0
        assert "web" in warroom("check").out
        before = path.read_text()
        again = warroom("init")
        assert (again.code, again.err.count("\n"), path.read_text()) == (2, 1, before)

    def test_what_it_leaves_out_is_told_with_the_reason(self, warroom: CommandLine) -> None:
        services = 'web: {ports: ["80:80"]}, job: {container_name: "${JOB}"}, debug: {profiles: [debug]}'
        (warroom.here / "compose.yaml").write_text(f"services: {{{services}}}")
        assert warroom("init").err == (
            "warroom: left out: job (publishes no TCP port, and its container's name is not known here), "
            "debug (only started by a profile)\n"
        )

    def test_with_nothing_to_find_it_explains(self, warroom: CommandLine) -> None:
        assert "no service found" in warroom("init", "--config", str(warroom.here / "own.toml")).out
        assert warroom("doctor", "--config", str(warroom.here / "own.toml")).code == 0
        assert max(map(len, (warroom.here / "own.toml").read_text().splitlines())) <= 80

    def test_a_broken_compose_file_is_named(self, warroom: CommandLine) -> None:
        (warroom.here / "compose.yaml").write_text("services: [")
        done = warroom("init")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "compose.yaml:1" in done.err
        assert not (warroom.here / "warroom.toml").exists()


class TestThemes:
    def test_one_is_shown(self, warroom: CommandLine) -> None:
        out = warroom("themes", "show", "sre").out
        assert out.startswith("sre: ")
        assert "timeline: table, 24 h clock" in out
        assert "humour: 0 phrases" in out
        party = warroom("themes", "show", "party").out
        assert "sections: Issue summary, Timeline, Trigger, Root cause and resolution, Contributing" in party

    def test_each_shows_a_line_of_its_own_or_says_that_it_has_none(self, warroom: CommandLine) -> None:
        rows = warroom("themes").out.splitlines()
        told = {name.split()[0]: line.strip() for name, line in zip(rows[::2], rows[1::2], strict=True)}
        assert told["contrast"] == "(colours alone, no words of its own)"
        assert told["plain"].startswith("> 2:05:30 PM UTC - Dead end: ")

    def test_colours_that_are_hard_to_read_are_named(self, warroom: CommandLine) -> None:
        own = warroom.here / "themes" / "faint.toml"
        own.parent.mkdir()
        (warroom.here / "warroom.toml").write_text("")
        own.write_text('extends = "plain"\n[palette]\nmuted = "#333333"\naccent = "ansi_blue"\n')
        out = warroom("themes", "show", "faint").out
        assert "hard to read: muted on panel, contrast 1.2; text needs 4.5" in out
        assert out.count("hard to read") == 1
        assert "hard to read" not in warroom("themes", "show", "feline").out

    def test_a_new_one_is_written_beside_the_configuration_and_can_be_used(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text("")
        path = warroom.here / "themes" / "ours.toml"
        assert warroom("themes", "new", "ours").out == f"written: {path}\n"
        assert "ours" in warroom("themes").out
        assert "| **14:05:30** | Dead end: The proxy looked guilty, its logs were clean. |" in warroom("themes").out
        warroom("declare", "Outage")
        assert warroom("export", "--style", "ours").code == 0
        before = path.read_bytes()
        again = warroom("themes", "new", "ours")
        assert (again.code, again.err.count("\n"), path.read_bytes()) == (2, 1, before)

    def test_without_a_configuration_it_is_the_users_own(self, warroom: CommandLine) -> None:
        warroom("themes", "new", "ours")
        assert (warroom.folder / ".config" / "warroom" / "themes" / "ours.toml").exists()

    @pytest.mark.parametrize(
        "arguments", [("show",), ("new",), ("list", "x"), ("show", "nope"), ("new", "../x"), ("show", "sre", "--json")]
    )
    def test_bad_usage_is_one_line(self, warroom: CommandLine, arguments: tuple[str, ...]) -> None:
        done = warroom("themes", *arguments)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)

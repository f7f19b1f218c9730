"""Where things are, and which incident is meant."""

import errno
import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from commandline import unmeasured
from filekit import entry, new_file, small
from warroom.files import places as places_module
from warroom.files.drafts import Drafts
from warroom.files.errors import DiskError, FileError, GoneError, RefusedPathError
from warroom.files.places import (
    Places,
    choose,
    data_dir,
    find,
    heads,
    in_use,
    path_of,
    read_head,
    theme_directories,
    use,
    user_directory,
)
from warroom.files.store import create
from warroom.incident.kinds import Status


def declared(directory: Path, name: str, status: Status = "investigating") -> Path:
    incident = small(entry("e1"), title=name)
    return create(directory, replace(incident, fields=replace(incident.fields, id=name, status=status)))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places("", str(tmp_path / "incidents"), str(tmp_path / "state"))


def test_the_configuration_is_found_upwards_with_the_incidents_beside_it(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    config = tmp_path / "warroom.toml"
    config.write_text('timezone = "UTC"\n\n[defaults]\nevery = "15s"\n')
    found = find(deep, {"HOME": str(tmp_path / "home")})
    assert (found.config, found.incidents) == (str(config), str(tmp_path / "incidents"))
    assert found.state == str(tmp_path / "home/.local/state/warroom")
    config.write_text('incidents = "../log"\n[[service]]\nbroken = = further down\n')
    assert find(deep, {}).incidents == str(tmp_path.parent / "log")


@pytest.mark.parametrize("broken", ["a = \0", "a = [[[", "= 1"])
def test_nobody_is_sent_to_the_doctor_of_incident_files_by_a_broken_configuration(tmp_path: Path, broken: str) -> None:
    (tmp_path / "warroom.toml").write_text(broken)
    with pytest.raises(FileError) as told:
        find(tmp_path, {})
    assert str(told.value).endswith("; mend the line in an editor")


def test_without_a_configuration_everything_is_the_user_s(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_STATE_HOME": "relative"}
    found = find("/", environ)
    assert (found.config, found.incidents) == ("", str(tmp_path / "data/warroom/incidents"))
    assert found.state == str(tmp_path / ".local/state/warroom"), "a relative XDG path is to be ignored"
    mine = tmp_path / ".config/warroom/warroom.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text('incidents = "~/log"\n'.replace("~", str(tmp_path)))
    assert find("/", environ).incidents == str(tmp_path / "log")


def test_what_was_named_wins(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text("")
    other = tmp_path / "other.toml"
    other.write_text("")
    environ = {"WARROOM_CONFIG": "other.toml", "WARROOM_INCIDENTS": "from-environ", "WARROOM_INCIDENT": "x"}
    found = find(tmp_path, environ)
    assert (found.config, found.incidents, found.incident) == (str(other), str(tmp_path / "from-environ"), "x")
    named = find(tmp_path, environ, config="warroom.toml", incidents=str(tmp_path / "named"))
    assert (named.config, named.incidents) == (str(tmp_path / "warroom.toml"), str(tmp_path / "named"))
    with pytest.raises(GoneError, match=r"missing\.toml: is not there; name the configuration"):
        find(tmp_path, {}, config="missing.toml")


def test_what_is_not_named_is_empty(tmp_path: Path) -> None:
    found = find(tmp_path, {"HOME": str(tmp_path)})
    assert (found.config, found.incident) == ("", "")
    assert found.incidents == str(tmp_path / ".local/share/warroom/incidents")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("incidents = 1\n", 'incidents: must be the name of a directory; write incidents = "DIR"'),
        ("incidents = ''\n", "incidents: must be the name"),
        ("= 1\n", ":1: "),
    ],
)
def test_a_configuration_that_names_no_directory_is_an_error(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "warroom.toml").write_text(text)
    with pytest.raises(FileError, match=rf"warroom\.toml.*{told}"):
        find(tmp_path, {})


def test_a_configuration_that_can_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "warroom.toml").write_text("")

    def refusing(*_: object) -> None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("builtins.open", refusing)
    with pytest.raises(DiskError, match=r"warroom\.toml: permission denied"):
        find(tmp_path, {})


def test_heads_are_read_and_broken_files_are_told(tmp_path: Path, places: Places) -> None:
    folder = tmp_path / "incidents"
    declared(folder, "2026-01-01-a", "resolved")
    declared(folder, "2026-01-02-b")
    (folder / "2026-01-03-c.toml").write_text("status = \n")
    (folder / "2026-01-04-d.toml").write_text('format = 1\nnotes = """\n[x]\n"""\nid = "d"\ntitle = "multi-line"\n')
    (folder / "2026-01-05-e.toml").mkdir()
    (folder / ".hidden.toml").write_text("")
    found = {head.id: head for head in heads(places.incidents)}
    assert list(found) == ["2026-01-05-e", "2026-01-04-d", "2026-01-03-c", "2026-01-02-b", "2026-01-01-a"]
    assert [name for name, head in found.items() if head.error] == ["2026-01-05-e", "2026-01-03-c"]
    assert ":1: " in str(found["2026-01-03-c"].error)
    assert found["2026-01-04-d"].text("title") == "multi-line"
    assert [name for name, head in found.items() if head.open] == ["2026-01-04-d", "2026-01-02-b"]
    assert heads(tmp_path / "nowhere") == []
    with pytest.raises(RefusedPathError, match="is no directory of incidents"):
        heads(folder / "2026-01-01-a.toml")


def test_reading_a_head_does_not_read_the_timeline(tmp_path: Path) -> None:
    path = declared(tmp_path, "2026-01-01-a")
    with path.open("ab") as file:
        file.write(b"\n[[timeline]]\nid = 'x'\nthis is not TOML")
    (head,) = heads(tmp_path)
    assert head.error is None


def test_the_only_open_incident_is_meant(tmp_path: Path, places: Places) -> None:
    with pytest.raises(FileError, match="no incident is open; warroom declare TITLE opens one"):
        choose(places)
    closed = declared(tmp_path / "incidents", "2026-01-01-a", "closed")
    with pytest.raises(FileError, match="open; -i 2026-01-01-a means the last one, warroom declare TITLE opens one"):
        choose(places)
    assert choose(places, closed=True) == str(closed)
    opened = declared(tmp_path / "incidents", "2026-01-02-b", "monitoring")
    assert choose(places) == str(opened)
    assert choose(places, "2026-01-01-a") == str(closed)


def test_of_several_the_one_in_use_is_meant_until_it_closes(tmp_path: Path, places: Places) -> None:
    one, two = (declared(tmp_path / "incidents", name) for name in ("2026-01-01-a", "2026-01-02-b"))
    with pytest.raises(FileError, match=r"2 incidents are open: 2026-01-02-b, 2026-01-01-a; choose one with -i ID"):
        choose(places)
    assert in_use(places) is None
    assert use(places, "2026-01-01-a") == str(one)
    assert choose(places) == str(one)
    elsewhere = Places("", str(tmp_path / "other"), places.state)
    assert in_use(elsewhere) is None, "it holds for one directory of incidents"
    assert choose(Places("", places.incidents, places.state, "2026-01-02-b")) == str(two)
    one.write_text(one.read_text().replace("investigating", "closed"))
    assert choose(places) == str(two)
    one.unlink()
    assert choose(places) == str(two)
    with pytest.raises(GoneError, match="there is no such incident"):
        use(places, "2026-01-01-a")


def test_many_open_incidents_are_not_all_listed(tmp_path: Path, places: Places) -> None:
    names = [f"2026-01-0{number}-x" for number in range(1, 9)]
    for name in names:
        declared(tmp_path / "incidents", name)
    with pytest.raises(FileError, match=r"8 incidents are open: 2026-01-08-x, .*, 2026-01-01-x; choose") as caught:
        choose(places)
    assert str(caught.value).startswith(places.incidents)
    declared(tmp_path / "incidents", "2026-01-09-x")
    with pytest.raises(FileError, match=r"9 incidents are open: 2026-01-09-x, .*, 2026-01-02-x, …; choose"):
        choose(places)


def test_where_every_file_is_broken_the_newest_is_told(tmp_path: Path, places: Places) -> None:
    folder = tmp_path / "incidents"
    folder.mkdir()
    (folder / "2026-01-01-a.toml").write_text("status = \n")
    with pytest.raises(FileError, match="2026-01-01-a"):
        choose(places)
    (folder / "2026-01-02-b.toml").write_text("status = \n")
    with pytest.raises(FileError, match="2026-01-02-b"):
        choose(places, closed=True)
    declared(folder, "2025-01-01-c", "closed")
    with pytest.raises(FileError, match=r"no incident is open that can be read: .*2026-01-02-b\.toml:1: ") as caught:
        choose(places)
    assert str(caught.value).startswith(places.incidents)
    assert choose(places, closed=True).endswith("2025-01-01-c.toml")


def test_a_directory_whose_name_is_no_utf_8_can_be_worked_in(tmp_path: Path) -> None:
    directory = tmp_path / os.fsdecode(b"st\xf6rung")
    here = Places("", str(directory), str(tmp_path / "state"))
    for path in (new_file(directory), new_file(directory)):
        assert use(here, path.name) == choose(here) == str(path)


@pytest.mark.parametrize("kept", ["", "\n", "2026-01-01-a.toml\xff", "2026-01-02-b.toml"])
def test_a_note_of_what_is_in_use_that_means_nothing_is_passed_over(tmp_path: Path, places: Places, kept: str) -> None:
    opened = declared(tmp_path / "incidents", "2026-01-01-a")
    (opened.parent / "2026-01-02-b.toml").write_text("status = \n")
    use(places, "2026-01-01-a")
    (note,) = (tmp_path / "state" / "use").iterdir()
    assert note.read_text() == "2026-01-01-a.toml\n"
    note.write_bytes(kept.encode("latin-1"))
    assert in_use(places) is None
    assert choose(places) == str(opened)


def test_what_is_in_use_may_change_and_is_the_user_s_own(tmp_path: Path, places: Places) -> None:
    for name in ("2026-01-01-a", "2026-01-02-b"):
        declared(tmp_path / "incidents", name)
        use(places, name)
        used = in_use(places)
        assert used is not None
        assert used.id == name
    assert stat.S_IMODE((tmp_path / "state" / "use").stat().st_mode) == 0o700
    blocked = Places("", places.incidents, str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=re.escape(f"{tmp_path}/file/use/")):
        use(blocked, "2026-01-01-a")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "..", ".", ".hidden", "", "a\0b", "a\nb", "x.toml/.."])
def test_no_id_leads_out_of_the_directory(tmp_path: Path, places: Places, name: str) -> None:
    declared(tmp_path / "incidents", "2026-01-01-a")
    (tmp_path / "x.toml").write_text("")
    with pytest.raises(RefusedPathError, match="is not the id of an incident") as caught:
        path_of(places, name)
    assert str(caught.value).isprintable()
    with pytest.raises(FileError):
        create(tmp_path / "incidents", replace(small(), fields=replace(small().fields, id=name)))
    assert os.listdir(tmp_path / "incidents") == ["2026-01-01-a.toml"]  # noqa: PTH208


def test_links_fifos_and_directories_are_no_incidents(tmp_path: Path, places: Places) -> None:
    folder = tmp_path / "incidents"
    folder.mkdir()
    secret = tmp_path / "secret.toml"
    secret.write_text('format = 1\nid = "s"\ntitle = "s"\n')
    (folder / "link.toml").symlink_to(secret)
    (folder / "folder.toml").mkdir()
    os.mkfifo(folder / "fifo.toml")
    for name, what in (("link", "symbolic link"), ("folder", "directory"), ("fifo", "FIFO")):
        with pytest.raises(RefusedPathError, match=what):
            path_of(places, name)
    assert path_of(Places("", str(tmp_path), ""), "secret.toml") == str(secret)


def test_an_id_that_is_taken_gets_a_number_in_name_and_file(tmp_path: Path) -> None:
    names = [new_file(tmp_path, entry("e1")).stem for _ in range(3)]
    assert names == ["2026-11-21-outage", "2026-11-21-outage-2", "2026-11-21-outage-3"]
    assert [head.values["id"] for head in heads(tmp_path)] == sorted(names, reverse=True)
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []  # noqa: PTH208


def test_new_directories_are_private(tmp_path: Path) -> None:
    new_file(tmp_path / "deep" / "incidents", entry("e1"))
    assert (tmp_path / "deep").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "deep" / "incidents").stat().st_mode & 0o777 == 0o700
    (file,) = (tmp_path / "deep" / "incidents").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_drafts_are_kept_for_each_incident_and_field(tmp_path: Path) -> None:
    one, other = Drafts(tmp_path, tmp_path / "a" / "x.toml"), Drafts(tmp_path, tmp_path / "b" / "x.toml")
    assert one.read() == ""
    one.keep("half a thought\nsecond line é\x1b")
    one.keep("prose", "postmortem.summary")
    assert Drafts(tmp_path, tmp_path / "a" / "x.toml").read() == "half a thought\nsecond line é\x1b"
    assert one.read("postmortem.summary") == "prose"
    assert other.read() == ""
    one.keep("")
    one.clear("postmortem.summary")
    one.clear()
    assert (one.read(), one.read("postmortem.summary")) == ("", "")
    for name in ("../x", "", ".x", "A B"):
        with pytest.raises(FileError, match="not the name of a draft"):
            one.keep("x", name)
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in (tmp_path / "drafts").iterdir())


def test_a_draft_is_kept_whatever_it_holds(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, tmp_path / "x.toml")
    drafts.keep("undecodable \udcff bytes")
    assert drafts.read() == "undecodable ? bytes"
    (file,) = tmp_path.rglob("composer")
    file.write_bytes(b"half \xc3")
    assert drafts.read() == "half \ufffd"


def test_a_draft_that_can_not_be_kept_or_forgotten_is_told(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("")
    drafts = Drafts(tmp_path, tmp_path / "x.toml")
    with pytest.raises(DiskError, match=re.escape(f"{tmp_path}/drafts/x-")):
        drafts.keep("words")
    with pytest.raises(DiskError, match=re.escape(f"{tmp_path}/drafts/x-")):
        drafts.clear()


def test_the_files_of_the_program_are_found(tmp_path: Path) -> None:
    assert Path(data_dir("themes")).is_dir()
    assert Path(data_dir("themes"), "plain.toml").is_file()
    with pytest.raises(GoneError, match=r"warroom/data/no-such-thing: is not there; install warroom again"):
        data_dir("no-such-thing")
    assert user_directory("config", {"HOME": str(tmp_path)}) == str(tmp_path / ".config/warroom")


def test_an_installed_program_has_its_files_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages" / "warroom"
    (installed / "data" / "themes").mkdir(parents=True)
    (installed.parent / "themes").mkdir()  # of somebody else
    monkeypatch.setattr(places_module, "__file__", str(installed / "files" / "places.py"))
    assert data_dir("themes") == str(installed / "data" / "themes")


def test_a_mac_has_places_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for what in ("config", "data", "state"):
        monkeypatch.setattr(platformdirs, f"user_{what}_dir", lambda program, what=what: f"/Users/ana/{what}/{program}")
    assert [user_directory(what, {}) for what in ("config", "data", "state")] == [
        "/Users/ana/config/warroom",
        "/Users/ana/data/warroom",
        "/Users/ana/state/warroom",
    ]


def test_without_a_home_in_the_environment_it_is_that_of_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/of-the-account")
    assert user_directory("data", {}) == "/home/of-the-account/.local/share/warroom"
    assert user_directory("state", {"XDG_STATE_HOME": "/srv/state"}) == "/srv/state/warroom"


def test_themes_beside_the_configuration_come_before_those_of_the_user_and_of_the_program(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    own = (str(tmp_path / ".config/warroom/themes"), data_dir("themes"))
    assert theme_directories(Places("", "", ""), environ) == own
    beside = Places(str(tmp_path / "team" / "warroom.toml"), "", "")
    assert theme_directories(beside, environ) == (str(tmp_path / "team" / "themes"), *own)


def test_the_path_of_log_stays_light() -> None:
    code = (
        "import sys, warroom.files.append, warroom.files.places\n"
        "heavy = {'dataclasses', 'typing', 'pathlib', 'msgspec', 'platformdirs', 'json', 'tempfile', 'zoneinfo'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=unmeasured(), capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_head_that_is_longer_than_the_first_look_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text(f'format = 1\n# {"x" * 9000}\ntitle = "late"\n[roles]\ncommander = "ana"\n')
    assert read_head(str(path)).values == {"format": 1, "title": "late"}

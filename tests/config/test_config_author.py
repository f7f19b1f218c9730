"""Who is writing, and the texts at the top of warroom.toml."""

import os
from pathlib import Path
from unittest import mock

import pytest

from warroom.config.author import author, git_name, login
from warroom.config.top import texts


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "LOGNAME": "login"}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_first_that_is_known_counts(environ: dict[str, str], tmp_path: Path) -> None:
    here = str(tmp_path)
    assert author(None, environ, "", here) == "login"
    write(Path(environ["HOME"], ".gitconfig"), "[user]\n\tname = Git Name\n")
    assert author(None, environ, "", here) == "Git Name"
    assert author(None, environ, "configured", here) == "configured"
    assert author(None, {**environ, "WARROOM_BY": "by"}, "configured", here) == "by"
    assert author("option", {**environ, "WARROOM_BY": "by"}, "configured", here) == "option"
    assert author(" ", {**environ, "WARROOM_BY": ""}, " ", here) == "Git Name"


def test_a_name_is_one_clean_line(environ: dict[str, str], tmp_path: Path) -> None:
    assert author(" ana\n\x1b ", environ, "", str(tmp_path)) == "ana \u241b"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[user]\nname=Ana", "Ana"),
        ("[core]\n\tname = no\n[ USER ]\n\tName = Ana B ; comment\n", "Ana B"),
        ('[user]\n\tname = "Ana # B" # comment\n', "Ana # B"),
        ('[user]\n\tname = Ana \\"The\\" B\n', 'Ana "The" B'),
        ("[user] name = Ana\n", "Ana"),
        ("[user]\n\tname = first\n[user]\n\tname = second\n", "second"),
        ('[user "x"]\n\tname = no\n', ""),
        ("[user]\n\tname\n\temail = a@b\n", ""),
        ("\x00\xff[[", ""),
        ("", ""),
    ],
)
def test_a_git_configuration_is_read_as_git_reads_it(
    environ: dict[str, str], tmp_path: Path, text: str, name: str
) -> None:
    write(Path(environ["HOME"], ".gitconfig"), text)
    assert git_name(environ, str(tmp_path)) == name


def test_the_repository_wins_over_the_user_and_a_worktree_has_its_main_repository(
    environ: dict[str, str], tmp_path: Path
) -> None:
    write(Path(environ["HOME"], ".config", "git", "config"), "[user]\nname = user\n")
    main = tmp_path / "main"
    deep = main / "a" / "b"
    deep.mkdir(parents=True)
    assert git_name(environ, str(deep)) == "user"
    write(main / ".git" / "config", "[user]\nname = repository\n")
    assert git_name(environ, str(deep)) == "repository"
    tree = tmp_path / "tree"
    place = main / ".git" / "worktrees" / "tree"
    write(tree / ".git", f"gitdir: {place}\n")
    write(place / "commondir", "../..\n")
    assert git_name(environ, str(tree)) == "repository"
    assert git_name({**environ, "GIT_AUTHOR_NAME": "variable"}, str(tree)) == "variable"


def test_includes_are_followed_and_a_circle_ends(environ: dict[str, str], tmp_path: Path) -> None:
    home = Path(environ["HOME"])
    write(home / ".gitconfig", "[include]\n\tpath = ~/more/names\n")
    write(home / "more" / "names", "[user]\nname = included\n[include]\npath = ../.gitconfig\n")
    assert git_name(environ, str(tmp_path)) == "included"


def test_a_configuration_named_by_the_environment_takes_the_place_of_the_users(
    environ: dict[str, str], tmp_path: Path
) -> None:
    write(Path(environ["HOME"], ".gitconfig"), "[user]\nname = user\n")
    write(tmp_path / "other", "[user]\nname = other\n")
    assert git_name({**environ, "GIT_CONFIG_GLOBAL": str(tmp_path / "other")}, str(tmp_path)) == "other"
    assert git_name({**environ, "GIT_CONFIG_GLOBAL": os.devnull}, str(tmp_path)) == ""


def test_under_sudo_the_own_login_counts() -> None:
    assert login({"SUDO_USER": "ana", "LOGNAME": "root", "USER": "root"}) == "ana"
    assert login({"USER": "ben"}) == "ben"
    with mock.patch("pwd.getpwuid", side_effect=KeyError):
        assert login({}) == "unknown"
    assert login({})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('author = "ana"\ntimezone = "UTC"\n[keys]\nauthor = "x"\n', {"author": "ana", "timezone": "UTC"}),
        ('\ufeffauthor = "ana"\r\n', {"author": "ana"}),
        ("author = 3\n", {}),
        ('theme = "plain"\n[[service]]\nbroken = \n', {"theme": "plain"}),
        ("author = \n", {}),
        ("", {}),
    ],
)
def test_the_texts_at_the_top_are_read_without_the_rest(tmp_path: Path, text: str, found: dict[str, str]) -> None:
    path = tmp_path / "warroom.toml"
    path.write_text(text)
    assert texts(str(path)) == found


def test_no_configuration_has_no_texts(tmp_path: Path) -> None:
    assert texts("") == {}
    assert texts(str(tmp_path / "nothing")) == {}
    (tmp_path / "bytes").write_bytes(b"author = '\xff'\n")
    assert texts(str(tmp_path / "bytes")) == {}

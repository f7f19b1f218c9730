"""A person's own keys: what can be had is had, what can't be had is told, with its place."""

from pathlib import Path

import pytest

from warroom.commands import COMMANDS, keymap
from warroom.config.keymap import usable, why_unusable
from warroom.config.settings import load
from warroom.tui.session import usable_keys


def test_every_key_of_the_registry_can_be_sent() -> None:
    assert [key for command in COMMANDS for key in command.keys if why_unusable(key)] == []


@pytest.mark.parametrize(
    "key", ["n", "N", "é", "?", "space", "ctrl+b", "f12", "shift+tab", "ctrl+shift+left", "pagedown"]
)
def test_what_a_terminal_sends_can_be_bound(key: str) -> None:
    assert why_unusable(key) == ""


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("esc", "no terminal sends 'esc'; 'escape'?"),
        ("PgDn", "no terminal sends 'PgDn'; 'pagedown'?"),
        ("alt+n", "'alt+n' arrives as Esc and the key behind it"),
        ("cmd+k", "terminals keep 'cmd+k' for themselves"),
        ("ctrl+m", "a terminal sends 'ctrl+m' as 'enter'"),
        ("ctrl-i", "a terminal sends 'ctrl-i' as 'tab'"),
        ("shift+a", "no terminal sends 'shift+a'; write 'A'"),
        ("ctrl+1", "no terminal sends 'ctrl+1'"),
        ("entr", "no terminal sends 'entr'; 'enter'?"),
        (" ", "no terminal sends ' '; 'space'?"),
        ("", "no terminal sends ''"),
        ("\x1b", "no terminal sends '\\x1b'"),
    ],
)
def test_what_no_terminal_sends_is_told_with_the_mend(key: str, why: str) -> None:
    assert why_unusable(key).startswith(why)


def test_two_commands_can_change_places() -> None:
    own = {"entry.action": ("o",), "entry.observation": ("a",)}
    kept, refused = usable(own)
    assert (kept, refused) == (own, {})
    assert keymap(kept)["o"].id == "entry.action"


def test_no_keys_at_all_is_a_wish_too() -> None:
    assert usable({"quit": ()}) == ({"quit": ()}, {})


def test_of_a_clash_one_command_keeps_its_own_keys() -> None:
    kept, refused = usable({"entry.action": ("n",), "help": ("f2",), "filter": ("f2", "/")})
    assert set(kept) == {"filter"}
    assert refused == {
        "entry.action": "'n' is the key of 'entry.note' already; it keeps a",
        "help": "'f2' is the key of 'filter' already; it keeps ? f1",
    }
    keymap(kept)


def test_each_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "warroom.toml"
    path.write_text('[keys]\n"entry.acton" = "a"\n"entry.note" = ["n", "alt+n"]\n"help" = "d"\n"filter" = "f3"\n')
    settings, problems = usable_keys(load(path))
    assert settings.keys == {"filter": ("f3",)}
    assert problems == (
        f"{path}:2: keys.entry.acton: no command has the id 'entry.acton'; do you mean 'entry.action'?",
        f"{path}:3: keys.entry.note: 'alt+n' arrives as Esc and the key behind it; it keeps n",
        f"{path}:4: keys.help: 'd' is the key of 'mark.detected' already; it keeps ? f1",
    )

"""warroom.toml: what is read, and how each mistake is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warroom.config.secrets import Secret, SecretError, refers
from warroom.config.settings import Settings, SettingsError, load, read

PATH = Path("warroom.toml")
FULL = b"""
timezone = "Europe/Berlin"
theme = "plain"
author = "ana"
incidents = "records"
[keys]
"entry.action" = "a"
"entry.note" = ["n", "ctrl+n"]
"entry.star" = ""
[defaults]
every = "10s"
fall = 2
[observer]
reach = ["tcp 127.0.0.1:53"]
[[service]]
name = "api"
group = "core"
http = "http://127.0.0.1/"
[[service]]
name = "db"
tcp = "127.0.0.1:5432"
[[maintenance]]
services = ["group:core"]
start = 2026-11-22T02:00:00+01:00
length = "90m"
reason = "upgrade"
[[maintenance]]
services = ["db"]
start = 2026-07-22T02:00:00
length = "1h"
"""


def test_all_that_a_file_can_say_is_read() -> None:
    settings = read(FULL, PATH)
    assert (settings.timezone, settings.theme, settings.author) == ("Europe/Berlin", "plain", "ana")
    assert settings.incidents == "records"
    assert settings.keys == {"entry.action": ("a",), "entry.note": ("n", "ctrl+n"), "entry.star": ()}
    assert settings.line_of_key("entry.note") == 8
    assert (settings.defaults.every, settings.defaults.fall, settings.defaults.rise) == (10.0, 2, 2)
    assert settings.reach == ("tcp 127.0.0.1:53",)
    assert [service.name for service in settings.services] == ["api", "db"]
    first, second = settings.maintenance
    assert first.length == timedelta(minutes=90)
    assert second.start.astimezone(UTC) == datetime(2026, 7, 22, 0, 0, tzinfo=UTC)


def test_nothing_is_needed() -> None:
    assert read(b"", PATH) == Settings(path=PATH)


def test_a_window_covers_its_services_from_start_to_end() -> None:
    window = read(FULL, PATH).maintenance[0]
    start = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert window.covers("api", "core", start)
    assert not window.covers("api", "core", start - timedelta(seconds=1))
    assert not window.covers("api", "core", start + timedelta(minutes=90))
    assert not window.covers("db", "", start)


def test_a_window_lasts_as_long_as_it_says_also_while_the_clocks_are_changed() -> None:
    night = b"""timezone = "Europe/Berlin"
[[maintenance]]
services = ["*"]
start = 2026-03-29T01:30:00
length = "90m"
"""
    window = read(night, PATH).maintenance[0]
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    covered = [window.covers("api", "", start + timedelta(minutes=minutes)) for minutes in (-1, 0, 89, 90)]
    assert covered == [False, True, True, False]


def test_a_window_without_end_is_one() -> None:
    settings = read(b'[[maintenance]]\nservices = ["*"]\nstart = 2026-03-29T01:30:00\nlength = "9999999d"', PATH)
    assert settings.maintenance[0].covers("api", "", datetime(2999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('timzone = "UTC"', "warroom.toml:1: timzone: unknown key; did you mean timezone?"),
        ("\ntheme = 3", "warroom.toml:2: theme: must be text in quotes, not a number"),
        ('timezone = "Europe/Berln"', "warroom.toml:1: timezone: "),
        ("theme = ", "warroom.toml:1: "),
        ('[defaults]\nevry = "3s"', "warroom.toml:2: defaults.evry: unknown key; did you mean every?"),
        ('[defaults]\nevery = "3"', "warroom.toml:2: defaults.every: '3' is not a duration"),
        ("[defaults]\nevery = 3", "warroom.toml:2: defaults.every: must be a duration in quotes"),
        ('[defaults]\nevery = "1ms"', "warroom.toml:2: defaults.every: '1ms' is too short"),
        ('[defaults]\nevery = "400000d"', "warroom.toml:2: defaults.every: '400000d' is too long; the most is 30d"),
        ("[defaults]\nfall = 0", "warroom.toml:2: defaults.fall: must be a whole number from 1 to 100, not 0"),
        ("[defaults]\nrise = true", "warroom.toml:2: defaults.rise: must be a whole number"),
        ('[keys]\n"a.b" = 3', "warroom.toml:2: keys.a.b: must be a list of texts"),
        ("keys = 3", "warroom.toml:1: keys: must be a table [keys], not a number"),
        ("[observer]\nreach = 3", "warroom.toml:2: observer.reach: must be a list"),
        ('[observer]\nreech = ["x"]', "did you mean reach?"),
        ("service = 3", "warroom.toml:1: service: must be written as [[service]] tables"),
        ('[service]\nname = "a"', "service: must be written as [[service]] tables, not a table"),
        ('[[service]]\ntcp = "a:1"', "warroom.toml:1: service.name: every service needs a name"),
        ('[[service]]\nname = "a\\nb"', "every service needs a name, one line"),
        (
            '[[service]]\nname = "a"\n[[service]]\nname = "a"',
            "warroom.toml:4: service 'a', name: the name is taken by the service in line 1",
        ),
        ('[[service]]\nname = "*"', "warroom.toml:2: service '*', name: the name means more than one service"),
        ('[[service]]\nname = "group:core"', "service 'group:core', name: the name means more than one service"),
        ("[[maintenance]]\nservices = []", "warroom.toml:1: maintenance: start is missing"),
        (
            '[[service]]\nname="database"\n[[maintenance]]\nservices=["databse"]\nstart=2026-11-22T02:00:00Z\nlength="1h"',
            "warroom.toml:4: maintenance.services: no service or group is called 'databse'; did you mean database?",
        ),
        (
            '[[maintenance]]\nservices = ["*"]\nstart = "02:00"\nlength = "1h"',
            "warroom.toml:3: maintenance.start: must be a date and time such as",
        ),
    ],
)
def test_every_mistake_says_where_and_what(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(text.encode(), PATH)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "warroom.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)


def test_a_huge_file_is_no_configuration(tmp_path: Path) -> None:
    path = tmp_path / "warroom.toml"
    path.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(SettingsError, match="larger than 4 MiB"):
        load(path)


def test_a_secret_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("from-a-file\n")
    secret = Secret(f"bearer ${{env:TOKEN}} ${{file:{path}}}")
    environ = {"TOKEN": "from-env"}
    assert secret.reveal(environ) == "bearer from-env from-a-file"
    assert set(secret.values(environ)) == {"from-env", "from-a-file"}
    assert "TOKEN" not in repr(secret) + str(secret) + f"{secret}"
    assert not secret.literal
    assert Secret("hunter2").literal
    assert Secret("hunter2").values({}) == ("hunter2",)


def test_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="the environment variable NOPE is not set"):
        Secret("${env:NOPE}").reveal({})
    with pytest.raises(SecretError, match="cannot be read"):
        Secret(f"${{file:{tmp_path / 'nope'}}}").reveal({})
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(SecretError, match="not UTF-8"):
        Secret(f"${{file:{tmp_path / 'binary'}}}").reveal({})


def test_only_env_and_file_refer_to_a_secret() -> None:
    assert refers("x ${env:A}")
    assert not refers("$A ${A}")

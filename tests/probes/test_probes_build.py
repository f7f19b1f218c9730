"""From settings to probes: what a table becomes, and what every mistake in one is told as."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fault_servers import Bench
from warroom.config.settings import Defaults, Settings, SettingsError, read
from warroom.probes import Resources, build, build_reach, check_once, exposed

pytest_plugins = ("probe_fixtures",)


def test_without_configuration_this_host_is_watched() -> None:
    probes = build(Settings(), Resources({}))
    names = [probe.definition.name for probe in probes]
    assert {"cpu", "memory", "load", "disk /"} <= set(names)
    assert {probe.definition.group for probe in probes} == {"this host"}
    assert all(probe.definition.local for probe in probes)


async def test_check_once() -> None:
    probes = build(Settings(defaults=Defaults(timeout=60)), Resources(os.environ))
    results = await check_once(probes, datetime.now(UTC))
    assert list(results) == [probe.definition.name for probe in probes]
    assert all(result.level.conclusive for result in results.values())


def test_definitions(bench: Bench) -> None:
    first, second = bench.build(
        '[defaults]\nevery = "20s"\nfall = 5\n[[service]]\nname = "a"\ntcp = "10.9.8.7:1"\nneeds = ["b"]\n'
        'retry = "30s"\n[[service]]\nname = "b"\nhttp = "http://localhost/"\nevery = "1s"\nmust = "status == 204"\n'
    )
    a, b = first.definition, second.definition
    assert (a.kind, a.target, a.every, a.retry, a.rules.fall, a.needs) == ("tcp", "10.9.8.7:1", 20, 20, 5, ("b",))
    assert (a.local, b.local, a.host, b.host) == (False, True, "10.9.8.7", "localhost")
    assert [condition.text for condition in b.must] == ["status == 204"]
    assert a.fingerprint != b.fingerprint


def test_a_fingerprint_changes_with_anything_that_matters(bench: Bench) -> None:
    base = '[[service]]\nname = "a"\ntcp = "h:1"\n'
    (one,), (same,) = bench.build(base), bench.build("# a comment\n" + base)
    (other,), (slower,) = bench.build(base + 'every = "9s"'), bench.build('[defaults]\nevery = "9s"\n' + base)
    assert one.definition.fingerprint == same.definition.fingerprint
    assert len({probe.definition.fingerprint for probe in (one, other, slower)}) == 3


@pytest.mark.parametrize(
    ("service", "message"),
    [
        ("", "warroom.toml:1: service 'x': says not what to check; add one of http, tcp"),
        ('htp = "http://h/"', "warroom.toml:3: service 'x', htp: says not what to check"),
        ('fall = 2\nneeds = ["y"]\nhtp = "http://h/"', "warroom.toml:5: service 'x', htp: says not what to check"),
        ('http = "http://h/"\ntcp = "h:1"', "service 'x', tcp: has both http and tcp"),
        ('tcp = "h:1"\ntimeout = "31d"', "warroom.toml:4: service 'x', timeout: '31d' is too long; the most is 30d"),
        ('http = "http://h/"\nevry = "3s"', "warroom.toml:4: service 'x', evry: unknown key; did you mean every?"),
        ('tcp = "h:1"\nmethod = "GET"', "service 'x', method: unknown key"),
        ('http = "ftp://h/"', "it begins with http:// or https://"),
        ('http = "http://"', "it begins with http:// or https://"),
        ('http = "http://h:x/"', "is no web address"),
        ("http = 3", "must be text in quotes"),
        ('http = "http://h/"\nmethod = "get"', "write GET, HEAD, POST"),
        ('http = "http://h/"\nauth = "token"', 'must be "bearer'),
        ('http = "http://h/"\nheaders = { "a b" = "c" }', "'a b' is no header name"),
        ('http = "http://h/"\nheaders = { a = "b\\r\\nc: d" }', "line break"),
        ('http = "http://h/"\nheaders = { a = 1 }', "table of texts"),
        ('http = "http://h/"\nca = "/nowhere.pem"', "cannot be read as certificates"),
        ('http = "http://h/"\nverify = "no"', "true or false"),
        ('http = "http://h/"\nredirects = "all"', "'none', 'same-host', 'any'"),
        ('http = "http://h/"\nbody_max = "1GB"', "out of bounds"),
        ('http = "http://h/"\nbody_max = "lots"', "is not a size"),
        ('http = "http://h/"\nproxy = "https://p/"', "a proxy is reached by http://"),
        ('http = "http://h/"\nip = "5"', "must be one of"),
        ('http = "http://h/"\nmust = ["status = 200"]', "warroom.toml:4: service 'x', must: "),
        ('http = "http://h/"\nmust = ["statos == 200"]', "did you mean status?"),
        ('http = "http://h/"\nmust = [3]', "must be conditions in quotes"),
        ('tcp = "h"', "is not HOST:PORT"),
        ('tcp = "h:0"', "is not HOST:PORT"),
        ('tcp = "h:1"\nsend = ""', "must be text in quotes, and not empty"),
        ('tls = "h:1"\nserver_name = ".h"', "'.h' is no name of a host"),
        ('tls = "h:1"\nserver_name = "a\\u0000b"', "is no name of a host"),
        ('tcp = "::1:5"', "stands in brackets"),
        ('cmd = "check_x"', "must be a list"),
        ("cmd = []", "must be a list"),
        ('cmd = ["x", "${env:T}"]', "arguments can be seen by every user"),
        ('cmd = ["x"]\ndirectory = "/nowhere"', "is no directory"),
        ('cmd = ["x"]\nenv = { "A=B" = "c" }', "no variable can have this name or value"),
        ('cmd = ["x"]\nenv = { A = "\\u0000" }', "no variable can have this name or value"),
        ('host = "gpu"', "is no figure of a host"),
        ('host = "disk"', "is no figure of a host"),
        ('host = "cpu"\nmust = ["used < 5"]', "needs a unit here, such as 85%"),
        ('tcp = "h:1"\nfall = 0', "must be a whole number from 1 to 100"),
        ('tcp = "h:1"\nneeds = ["y"]', "no service is called 'y'"),
        ('tcp = "h:1"\nneeds = ["x"]', "in a circle: x > x"),
        ('tcp = "h:1"\nneeds = "x"', "must be a list of texts"),
        ('tcp = "h:1"\npaused = 1', "true or false"),
    ],
)
def test_every_mistake_says_where_and_what(bench: Bench, service: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        bench.build(f'[[service]]\nname = "x"\n{service}')
    assert message in str(caught.value)
    assert str(caught.value).startswith("warroom.toml:")
    assert "\n" not in str(caught.value)


def test_a_secret_written_out_in_a_file_for_all_is_named() -> None:
    text = (
        b'[[service]]\nname = "open"\nhttp = "http://h/"\nauth = "bearer abcdef"\n'
        b'[[service]]\nname = "well"\nhttp = "http://h/"\nauth = "bearer ${env:T}"\n'
    )
    settings = read(text, Path("w.toml"))
    probes = build(settings, Resources({}))
    (line,) = exposed(settings, probes, 0o100644)
    assert "service 'open' has a secret written out" in line
    assert "abcdef" not in line
    assert exposed(settings, probes, 0o100600) == ()


@pytest.mark.parametrize(
    ("service", "written"),
    [
        ('http = "http://me:tulip@h/"', True),
        ('http = "http://me:tulip@h/${env:T}"', True),
        ('http = "http://me:${env:T}@h/"', False),
        ('prom = "http://h/"\nquery = "up"\nmust = ["value == 1"]\nproxy = "http://me:tulip@p:1/"', True),
        ('cmd = ["x"]\nenv = { PGPASSWORD = "tulip" }', True),
        ('cmd = ["x"]\nenv = { PGUSER = "tulip", PGPASSWORD = "${env:T}" }', False),
    ],
)
def test_a_secret_is_known_wherever_it_stands(service: str, written: bool) -> None:
    settings = read(f'[[service]]\nname = "x"\n{service}'.encode(), Path("w.toml"))
    (probe,) = build(settings, Resources({}))
    assert bool(exposed(settings, [probe], 0o100644)) == written
    values = {value for secret in probe.check.secrets for value in secret.values({"T": "rose"})}
    assert values == {"tulip" if written else "rose"} | ({"rose"} if "/${env:T}" in service else set())


def test_paths_begin_where_the_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "token").write_text("rose\n")
    monkeypatch.chdir(tmp_path / "deep")
    monkeypatch.setenv("HOME", str(tmp_path))
    for place in (".", "~", str(tmp_path)):
        table = f'name = "x"\ncmd = ["x"]\ndirectory = "{place}"\nenv = {{ T = "${{file:{place}/token}}" }}'
        (probe,) = build(read(f"[[service]]\n{table}".encode(), tmp_path / "warroom.toml"), Resources({}))
        assert [value for secret in probe.check.secrets for value in secret.values({})] == ["rose"]
    with pytest.raises(SettingsError, match=f"ca: {tmp_path}/ca.pem cannot be read as certificates"):
        build(read(b'[[service]]\nname = "x"\ntls = "h:1"\nca = "ca.pem"', tmp_path / "warroom.toml"), Resources({}))


def test_a_target_shows_no_password_of_an_argument(bench: Bench) -> None:
    (probe,) = bench.build("[[service]]\nname = 'x'\ncmd = ['check_db', '--password=hunter2hunter2']")
    assert "hunter2" not in probe.definition.target


def test_a_longer_circle_is_found(bench: Bench) -> None:
    services = "".join(
        f'[[service]]\nname = "{name}"\ntcp = "h:1"\nneeds = ["{need}"]\n' for name, need in ("ab", "bc", "ca")
    )
    with pytest.raises(SettingsError, match="a > b > c > a"):
        bench.build(services)


def test_the_observer() -> None:
    settings = read(b'[observer]\nreach = ["tcp 127.0.0.1:53", "http http://127.0.0.1/"]', Path("w.toml"))
    assert [probe.definition.target for probe in build_reach(settings, Resources({}))] == [
        "127.0.0.1:53",
        "http://127.0.0.1/",
    ]
    for wrong in ("127.0.0.1:53", "tcp nowhere", "cmd x"):
        bad = read(f'\n[observer]\nreach = ["{wrong}"]'.encode(), Path("w.toml"))
        with pytest.raises(SettingsError, match=r"w.toml:3: observer.reach: "):
            build_reach(bad, Resources({}))

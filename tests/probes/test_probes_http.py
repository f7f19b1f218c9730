"""Kind http against servers that misbehave: each pitfall has its test."""

import asyncio
import gzip
import re
import resource
import socket
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fault_servers import Bench, Servers, own_port
from warroom.health.results import Level, Result
from warroom.text import clean

pytest_plugins = ("probe_fixtures",)

HOSTILE = "\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202eevil[/nope]"


def evidence(result: Result) -> dict[str, str]:
    return dict(result.evidence)


async def test_up(bench: Bench, servers: Servers) -> None:
    server = await servers.answer(b"fine", headers="Content-Type: text/plain\r\n")
    result = await bench.run(f'http = "{server.url("/health?token=x")}"')
    assert (result.level, result.reason) == (Level.OK, "200 OK")
    assert result.took is not None
    assert result.took > 0
    assert [name for name, _ in result.phases] == ["dns", "connect", "first byte", "body"]
    assert sum(took for _, took in result.phases) <= result.took + 0.005
    assert result.values["status"] == 200
    assert result.values["ip"] == "127.0.0.1"
    assert evidence(result)["body, 4 bytes"] == "fine"
    assert "text/plain" in evidence(result)["headers"]
    head = server.heard[0].decode()
    assert head.startswith("GET /health?token=x HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n" in head
    assert "Accept-Encoding: identity\r\n" in head
    assert "User-Agent: warroom/" in head


@pytest.mark.parametrize(
    ("options", "level", "reason"),
    [
        ("", Level.CRIT, "status < 300: got 503"),
        ('must = ["status == 503"]', Level.OK, "503 Service Unavailable"),
        ("must = [\"body contains 'queue'\"]", Level.CRIT, "status < 300: got 503"),
        ('must = ["status in [503]", "json.a == 1"]', Level.CRIT, "json.a == 1: json is missing (the body is not JSON"),
        ('must = ["status in [503]"]\nshould = ["latency < 1us"]', Level.WARN, "latency < 1us: got"),
        ('must = ["status == 200", "body.len > 1MiB"]', Level.CRIT, "status == 200: got 503 (and 1 more)"),
        ('must = ["status in [503]", "header.x-version == \'7\'"]', Level.OK, "503 Service Unavailable"),
        ('must = ["status in [503]", "body matches \'que+e\'"]', Level.CRIT, "body matches"),
    ],
)
async def test_conditions(bench: Bench, servers: Servers, options: str, level: Level, reason: str) -> None:
    server = await servers.answer(b"the queue is full", "503 Service Unavailable", "X-Version: 7\r\n")
    result = await bench.run(f'http = "{server.url()}"\n{options}')
    assert result.level is level
    assert result.reason.startswith(reason)


async def test_json(bench: Bench, servers: Servers) -> None:
    server = await servers.answer(b'{"status": "degraded", "db": {"lag_s": 7}}')
    result = await bench.run(
        f'http = "{server.url()}"\nmust = ["json.status in [\'ok\', \'degraded\']"]\nshould = ["json.db.lag_s < 5"]'
    )
    assert (result.level, result.reason) == (Level.WARN, "json.db.lag_s < 5: got 7")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[" * 50_000, "nested too deeply"),
        (b"9" * 10_000, "too long"),
        (b"\xff\xfe{", "not"),
        (b"", "not JSON"),
        (b'{"a": 1, "b": {"c": 1, "d": 2, "c": 3}}', "the body has the key 'c' twice in one object"),
        (b'{"a": 2, "a": 1}', "json is missing (the body has the key 'a' twice"),
        (b'{"a": 1' + b" " * 70_000 + b"}", "longer than 65536 bytes"),
    ],
)
async def test_json_that_is_none(bench: Bench, servers: Servers, body: bytes, why: str) -> None:
    server = await servers.answer(body)
    result = await bench.run(f'http = "{server.url()}"\nmust = ["json.a == 1"]')
    assert result.level is Level.CRIT
    assert why in result.reason


async def test_nobody_listens(bench: Bench) -> None:
    with own_port() as port:
        result = await bench.run(f'http = "http://127.0.0.1:{port}/"')
    assert (result.level, result.reason) == (Level.CRIT, "connection refused")
    assert evidence(result)["http"] == f"http://127.0.0.1:{port}/"


@pytest.mark.parametrize("part", ["head", "body", "silence", "tls"])
async def test_the_deadline_is_for_the_whole_look(bench: Bench, servers: Servers, part: str) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = {"head": b"HTTP/1.1 200 OK\r\nX: ", "body": b"HTTP/1.1 200 OK\r\n\r\n"}.get(part, b"")
        writer.write(start)
        while True:
            if part != "silence":
                writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    server = await servers.start(drip) if part != "tls" else await servers.raw(drip)
    scheme = "https" if part == "tls" else "http"
    expected = {
        "head": r"no answer within [\d.]+ s, waiting for the first byte",
        "silence": r"no answer within [\d.]+ s, waiting for the first byte",
        "body": r"no answer within [\d.]+ s, reading the body",
        "tls": "TLS failed: the other side does not speak TLS",
    }[part]
    result = await bench.too_late(f'http = "{server.url(scheme=scheme)}"', lambda it: re.match(expected, it.reason))
    assert result.level is Level.CRIT
    assert re.fullmatch(expected, result.reason)


async def test_a_silent_tls_peer_is_named_by_stage(bench: Bench, servers: Servers) -> None:
    async def nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    server = await servers.raw(nothing)
    result = await bench.too_late(f'http = "{server.url(scheme="https")}"', lambda it: "TLS" in it.reason)
    assert re.fullmatch(r"no answer within [\d.]+ s, in the TLS handshake", result.reason)


async def test_cancelled_looks_leave_nothing_behind(bench: Bench, servers: Servers) -> None:
    async def nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await servers.start(nothing)
    (probe,) = bench.build(f'[[service]]\nname = "x"\nhttp = "{server.url()}"\ntimeout = "100ms"')
    await probe.run(datetime.now(UTC))
    before = open_descriptors()
    for _ in range(10):
        await asyncio.gather(*(probe.run(datetime.now(UTC)) for _ in range(4)))
    await wait_for(lambda: open_descriptors() <= before + 2)


def open_descriptors() -> int:
    import psutil

    return psutil.Process().num_fds()


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # the kernel tells nobody when a descriptor is closed
            await asyncio.sleep(0.01)


async def test_an_endless_body_is_capped(bench: Bench, servers: Servers) -> None:
    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    server = await servers.start(flood)
    result = await bench.run(f'http = "{server.url()}"')
    assert result.level is Level.OK
    assert any(label == "body, first 65536 bytes of more" for label, _ in result.evidence)
    assert result.values["body.len"] == 65_536


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_decompression_bomb_stays_small(bench: Bench, servers: Servers, encoding: str) -> None:
    import zlib

    plain = b"\0" * 50_000_000
    bomb = gzip.compress(plain) if encoding == "gzip" else zlib.compress(plain)
    server = await servers.answer(bomb, headers=f"Content-Encoding: {encoding}\r\n")
    (probe,) = bench.build(f'[[service]]\nname = "x"\nhttp = "{server.url()}"\nmust = ["json.a == 1"]')
    tracemalloc.start()
    try:
        result = await probe.run(datetime.now(UTC))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000
    assert result.level is Level.CRIT
    assert "longer than 65536 bytes" in result.reason


async def test_compression_that_is_unknown_or_broken_is_told(bench: Bench, servers: Servers) -> None:
    for encoding, why in (("br", "packed as br"), ("gzip", "cannot be unpacked")):
        server = await servers.answer(b"zzz", headers=f"Content-Encoding: {encoding}\r\n")
        result = await bench.run(f'http = "{server.url()}"\nmust = ["body contains \'z\'"]')
        assert result.level is Level.CRIT
        assert why in result.reason


async def test_gzip_that_was_not_asked_for_is_read_all_the_same(bench: Bench, servers: Servers) -> None:
    server = await servers.answer(gzip.compress(b'{"a": 1}'), headers="Content-Encoding: gzip\r\n")
    assert (await bench.run(f'http = "{server.url()}"\nmust = ["json.a == 1"]')).level is Level.OK


async def test_a_huge_header_is_a_protocol_error(bench: Bench, servers: Servers) -> None:
    server = await servers.answer(headers="X: " + "y" * 300_000 + "\r\n")
    result = await bench.run(f'http = "{server.url()}"')
    assert result.level is Level.CRIT
    assert result.reason.startswith("not proper HTTP")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"SSH-2.0-x\r\n\r\n", "not proper HTTP: "),
        (b"HTTP/9.9 abc\r\n\r\n", "not proper HTTP: "),
        (b"", "connection closed without an answer"),
    ],
)
async def test_what_is_not_http_is_said_to_be_so(bench: Bench, servers: Servers, answer: bytes, said: str) -> None:
    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await servers.start(behave)
    result = await bench.run(f'http = "{server.url()}"')
    assert result.level is Level.CRIT
    assert result.reason.startswith(said)


async def test_a_body_cut_short_is_no_answer(bench: Bench, servers: Servers) -> None:
    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await servers.start(behave)
    result = await bench.run(f'http = "{server.url()}"')
    assert result.level is Level.CRIT
    assert evidence(result)["GET"].startswith(server.url())


async def test_international_names_travel_in_ascii(bench: Bench, servers: Servers) -> None:
    from warroom.probes.resolver import Resolver

    asked: list[str] = []

    def answer(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    bench.resolver = Resolver(answer)
    server = await servers.answer()
    result = await bench.run(f'http = "http://straße.example:{server.port}/"')
    assert result.level is Level.OK
    assert asked == ["xn--strae-oqa.example"]
    assert b"Host: xn--strae-oqa.example:" in server.heard[0]


async def test_an_address_of_ipv6(bench: Bench) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    heard: list[bytes] = []
    try:
        server = await asyncio.start_server(answer, "::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    port = server.sockets[0].getsockname()[1]
    async with server:
        result = await bench.run(f'http = "http://[::1]:{port}/"\nmust = ["ip == \'::1\'"]')
    assert (result.level, result.reason) == (Level.OK, "200 OK")
    assert f"Host: [::1]:{port}\r\n".encode() in heard[0]


async def test_descriptors_that_have_run_out_are_our_fault(bench: Bench, servers: Servers) -> None:
    server = await servers.answer()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        result = await bench.run(f'http = "{server.url()}"')
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (result.level, result.reason) == (Level.UNKNOWN, "this host is out of file descriptors")


async def test_hostile_text_is_cleaned_wherever_it_comes_from(bench: Bench, servers: Servers) -> None:
    server = await servers.answer(
        HOSTILE.encode(), f"500 {HOSTILE}".encode().decode("latin-1"), f"Server: {HOSTILE[:8]}\r\n".replace("\x07", "")
    )
    result = await bench.run(f'http = "{server.url()}"\nmust = ["body contains \'fine\'"]')
    for text in (result.reason, *(text for line in result.evidence for text in line)):
        assert clean(text) == text
        assert "\x1b" not in text
    assert any("[/nope]" in text for _, text in result.evidence)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a?){60}a{60}b", "a*a*a*a*a*b"])
async def test_a_pattern_that_never_ends_is_stopped_and_is_no_fault_of_the_service(
    bench: Bench, servers: Servers, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.probes.search._LIMIT", 0.2)
    server = await servers.answer(b"a" * (150 if "{" in pattern or "|" in pattern else 5000))
    condition = f"body matches '{pattern}'"
    result = await bench.run(f'http = "{server.url()}"\nmust = ["{condition}"]\ntimeout = "60s"')
    assert result.level is Level.UNKNOWN
    assert result.reason.startswith(f"{condition}: the search took too long; write it without a repeat inside")
    result = await bench.run(f'http = "{server.url()}"\nmust = ["{condition}", "status == 201"]')
    assert (result.level, result.reason) == (Level.CRIT, "status == 201: got 200 (and 1 more)")


async def test_a_stuck_resolver_holds_up_nobody_else(bench: Bench, servers: Servers) -> None:
    import threading

    from warroom.probes.resolver import Resolver

    release = threading.Event()

    def stuck(*_: object, **__: object) -> list[tuple[object, ...]]:
        release.wait(20)
        return []

    bench.resolver = Resolver(stuck)
    server = await servers.answer()
    try:
        dead = [bench.run(f'http = "http://stuck{n}.invalid/"\ntimeout = "300ms"') for n in range(40)]
        *results, alive = await asyncio.gather(*dead, bench.run(f'http = "{server.url()}"'))
        await asyncio.to_thread(lambda: None)
    finally:
        release.set()
    assert alive.level is Level.OK
    reasons = {result.reason for result in results}
    assert "no answer within 0.3 s, looking up the name" in reasons
    assert {result.level for result in results} == {Level.CRIT, Level.UNKNOWN}


async def test_a_name_that_does_not_resolve(bench: Bench) -> None:
    from warroom.probes.resolver import Resolver

    def unknown(*_: object, **__: object) -> list[tuple[object, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    bench.resolver = Resolver(unknown)
    result = await bench.run('http = "http://nowhere.invalid/"')
    assert (result.level, result.reason) == (Level.CRIT, "name does not resolve")

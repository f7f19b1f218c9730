"""Secrets of a check: sent where they belong, and seen in nothing that comes of it."""

import asyncio

import pytest

from fault_servers import Bench, Servers
from warroom.health.results import Level

pytest_plugins = ("probe_fixtures",)


async def test_they_are_sent_and_never_shown(bench: Bench, servers: Servers) -> None:
    async def echo(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = server.heard[-1]
        head = b"HTTP/1.1 500 s3cret-t0ken\r\nServer: s3cret-t0ken\r\nContent-Length: %d\r\n\r\n" % len(told)
        writer.write(head + told)
        await writer.drain()

    server = await servers.start(echo)
    result = await bench.run(
        f'http = "{server.url("/x?key=${env:TOKEN}")}"\nauth = "basic me:${{env:PASSWORD}}"\n'
        'headers = { X-Api-Key = "${env:TOKEN}" }\nmust = ["body contains \'never\'", "status == 200"]'
    )
    assert b"key=s3cret-t0ken" in server.heard[0]
    shown = repr(result)
    for secret in ("s3cret-t0ken", "pa ss/w+rd", "pa%20ss", "bWU6cGEgc3Mvdyty"):
        assert secret not in shown


async def test_not_half_of_one_is_shown_where_a_text_is_cut(bench: Bench, servers: Servers) -> None:
    for lead in (50, 395):  # where a reason ends, and where the excerpt of a body does
        server = await servers.answer(b"x" * lead + b" s3cret-t0ken and so on" * 20)
        result = await bench.run(f'http = "{server.url()}"\nauth = "bearer ${{env:TOKEN}}"\nmust = ["body == \'y\'"]')
        assert result.level is Level.CRIT
        assert "s3c" not in repr(result)


async def test_one_that_no_header_can_hold_is_our_fault(bench: Bench, servers: Servers) -> None:
    server = await servers.answer()
    bench.environ = {"TOKEN": "two\nlines"}
    result = await bench.run(f'http = "{server.url()}"\nauth = "bearer ${{env:TOKEN}}"')
    assert result.level is Level.UNKNOWN
    assert result.reason.startswith("the request is not proper HTTP: look for line breaks")
    assert "two" not in repr(result)


@pytest.mark.parametrize("path", ["~nobody-has-this-name/x", "/a\\u0000b", "/nowhere"])
async def test_a_file_that_can_not_be_one_is_said_to_be_none(bench: Bench, path: str) -> None:
    result = await bench.run(f'http = "http://127.0.0.1:1/"\nauth = "bearer ${{file:{path}}}"')
    assert result.level is Level.UNKNOWN
    assert "cannot be read" in result.reason
    assert result.reason.endswith("mend its path or rights")


async def test_one_that_is_missing_is_our_fault(bench: Bench, servers: Servers) -> None:
    server = await servers.answer()
    result = await bench.run(f'http = "{server.url()}"\nauth = "bearer ${{env:NOPE}}"')
    assert (result.level, result.reason) == (
        Level.UNKNOWN,
        "the environment variable NOPE is not set; set it where warroom starts",
    )
    assert server.heard == []


def test_the_target_is_shown_without_credentials(bench: Bench) -> None:
    (probe,) = bench.build('[[service]]\nname = "x"\nhttp = "https://me:pw@h.invalid:8443/p?a=1&b=${env:T}#f"')
    assert probe.definition.target == "https://h.invalid:8443/p?a=REDACTED&b=REDACTED"
    (probe,) = bench.build('[[service]]\nname = "x"\nhttp = "http://h.invalid/hook?pretty&c0ffee31d4d96e31d4d96e"')
    assert probe.definition.target == "http://h.invalid/hook?pretty&REDACTED"

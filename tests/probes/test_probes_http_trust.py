"""Kind http: where a look lets itself be sent, by which way, and which certificates it believes."""

import asyncio
import re
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from fault_servers import Bench, Identity, Servers, own_port
from warroom.health.results import Level, Result

pytest_plugins = ("probe_fixtures",)


def evidence(result: Result) -> dict[str, str]:
    return dict(result.evidence)


class TestRedirects:
    async def test_same_host_is_followed(self, bench: Bench, servers: Servers) -> None:
        last = await servers.answer(b"there")
        first = await servers.answer(status="302 Found", headers=f"Location: {last.url('/new')}\r\n")
        result = await bench.run(f'http = "{first.url()}"')
        assert (result.level, result.values["status"]) == (Level.OK, 200)
        assert [text for label, text in result.evidence if label == "GET"] == [
            f"{first.url()} at 127.0.0.1: 302 Found",
            f"{last.url('/new')} at 127.0.0.1: 200 OK",
        ]

    async def test_none_is_an_answer_of_its_own(self, bench: Bench, servers: Servers) -> None:
        first = await servers.answer(status="302 Found", headers="Location: /x\r\n")
        result = await bench.run(f'http = "{first.url()}"\nredirects = "none"\nmust = ["status == 302"]')
        assert result.level is Level.OK

    async def test_another_host_is_not_followed_unless_allowed(self, bench: Bench, servers: Servers) -> None:
        last = await servers.answer(b"there")
        first = await servers.answer(status="301 Moved", headers=f"Location: {last.url(host='localhost')}\r\n")
        refused = await bench.run(f'http = "{first.url()}"')
        assert refused.level is Level.CRIT
        assert refused.reason == '301 to another host, localhost; to follow it, set redirects = "any"'
        assert last.heard == []
        followed = await bench.run(f'http = "{first.url()}"\nredirects = "any"')
        assert followed.level is Level.OK

    async def test_a_new_origin_gets_nothing_of_ours(self, bench: Bench, servers: Servers) -> None:
        last = await servers.answer(b"there")
        first = await servers.answer(status="307 Moved", headers=f"Location: {last.url()}\r\n")
        result = await bench.run(
            f'http = "{first.url()}"\nauth = "bearer ${{env:TOKEN}}"\nmethod = "POST"\nbody = "our data"\n'
            'headers = { X-Api-Key = "${env:TOKEN}", X-Plain = "1" }'
        )
        assert result.level is Level.OK
        assert b"s3cret-t0ken" in first.heard[0]
        seen = last.heard[0].lower()
        assert b"s3cret-t0ken" not in seen
        assert b"x-plain" not in seen
        assert b"content-length" not in seen
        assert seen.startswith(b"get ")

    @pytest.mark.parametrize(("status", "again"), [("303 See Other", b"GET"), ("308 Moved for good", b"POST")])
    async def test_what_was_sent_is_sent_again_where_the_answer_asks_for_it(
        self, bench: Bench, servers: Servers, status: str, again: bytes
    ) -> None:
        server = await servers.answer(status=status, headers="Location: /new\r\n")
        await bench.run(f'http = "{server.url()}"\nmethod = "POST"\nbody = "our data"')
        assert server.heard[1].startswith(again + b" /new")
        assert (b"Content-Length: 8" in server.heard[1]) == (again == b"POST")

    async def test_a_loop_ends(self, bench: Bench, servers: Servers) -> None:
        server = await servers.answer(status="302 Found", headers="Location: /again\r\n")
        result = await bench.run(f'http = "{server.url()}"')
        assert (result.level, result.reason) == (Level.CRIT, "more than 5 redirects")
        assert len(server.heard) == 6

    @pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://[::1"])
    async def test_strange_places_are_refused(self, bench: Bench, servers: Servers, location: str) -> None:
        server = await servers.answer(status="302 Found", headers=f"Location: {location}\r\n")
        result = await bench.run(f'http = "{server.url()}"\nredirects = "any"')
        assert result.level is Level.CRIT
        assert "redirected to" in result.reason

    async def test_never_from_https_to_http(
        self, bench: Bench, servers: Servers, identity: Callable[..., Identity]
    ) -> None:
        plain = await servers.answer(b"plain")
        secure = await servers.answer(
            status="302 Found", headers=f"Location: {plain.url()}\r\n", context=identity().context()
        )
        result = await bench.run(f'http = "{secure.url(scheme="https")}"\nca = "{identity().path}"\nredirects = "any"')
        assert result.level is Level.CRIT
        assert result.reason.startswith("redirected from https to http://")
        assert plain.heard == []

    async def test_no_way_from_a_public_target_into_a_private_network(self, bench: Bench, servers: Servers) -> None:
        from warroom.probes import http_trip
        from warroom.probes.definition import CheckError, Journey
        from warroom.probes.resources import Resources
        from warroom.probes.wire import connect

        private = await servers.answer(b"metadata")
        resources = Resources({}, bench.resolver)
        trip = http_trip.Trip(http_trip.Policy(redirects="any"), resources, Journey(), "GET", [], "", b"")
        trip.public = True
        with pytest.raises(CheckError, match=r"private address 127\.0\.0\.1; not followed"):
            await connect(bench.resolver, Journey(), "127.0.0.1", private.port, allowed=trip._allowed)
        assert private.heard == []


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fd00::1", False),
        ("fe80::1%eth0", False),
        ("nonsense", False),
    ],
)
def test_public_addresses(ip: str, public: bool) -> None:
    from warroom.probes.web import is_public

    assert is_public(ip) is public


async def test_no_proxy_from_the_environment(bench: Bench, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, target = await servers.answer(b"proxied"), await servers.answer(b"direct")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url())
    result = await bench.run(f'http = "{target.url()}"')
    assert result.level is Level.OK
    assert proxy.heard == []


async def test_no_password_from_a_netrc(
    bench: Bench, servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password s3cret-t0ken\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    server = await servers.answer()
    assert (await bench.run(f'http = "{server.url()}"')).level is Level.OK
    assert b"authorization" not in server.heard[0].lower()


async def test_a_cookie_never_becomes_evidence(bench: Bench, servers: Servers) -> None:
    headers = "Set-Cookie: session=31d4d96e\r\nX-Session: 31d4d96e\r\nServer: nginx\r\n"
    server = await servers.answer(b"hello", headers=headers)
    result = await bench.run(f'http = "{server.url()}"')
    assert "server: nginx" in evidence(result)["headers"]
    assert "31d4d96e" not in repr(result.evidence)


async def test_a_proxy_that_is_named_is_used(bench: Bench, servers: Servers) -> None:
    proxy = await servers.answer(b"proxied")
    address = proxy.url().replace("//", "//me:${env:PASSWORD}@")
    result = await bench.run(f'http = "http://elsewhere.invalid/x?q=1"\nproxy = "{address}"')
    assert result.level is Level.OK
    assert proxy.heard[0].startswith(b"GET http://elsewhere.invalid/x?q=1 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic" in proxy.heard[0]


async def test_https_through_a_proxy(bench: Bench, servers: Servers, identity: Callable[..., Identity]) -> None:
    target = await servers.answer(b"secure", context=identity().context())

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(4096):
                sink.write(data)
                await sink.drain()

        await asyncio.wait(
            [asyncio.ensure_future(pump(reader, back)), asyncio.ensure_future(pump(there, writer))],
            return_when=asyncio.FIRST_COMPLETED,
        )
        back.close()

    proxy = await servers.start(tunnel)
    url = f"https://localhost:{target.port}/"
    result = await bench.run(f'http = "{url}"\nca = "{identity().path}"\nproxy = "{proxy.url()}"')
    assert (result.level, result.reason) == (Level.OK, "200 OK")
    assert proxy.heard[0].startswith(f"CONNECT localhost:{target.port} HTTP/1.1\r\n".encode())
    with own_port() as port:
        gone = await bench.run(f'http = "{url}"\nproxy = "http://127.0.0.1:{port}"')
    assert (gone.level, gone.reason) == (Level.UNKNOWN, "the proxy: connection refused")
    refusing = await servers.answer(status="403 No")
    refused = await bench.run(f'http = "{url}"\nproxy = "{refusing.url()}"')
    assert (refused.level, refused.reason) == (Level.UNKNOWN, "the proxy refused: 403 No")


class TestCertificates:
    async def test_a_good_one(self, bench: Bench, servers: Servers, identity: Callable[..., Identity]) -> None:
        server = await servers.answer(context=identity().context())
        result = await bench.run(f'http = "{server.url(scheme="https")}"\nca = "{identity().path}"')
        assert result.level is Level.OK
        assert result.values["cert"] == pytest.approx(30 * 86400, abs=1800)
        assert "certificate for another 29 d 23 h" in evidence(result)["tls"]
        assert [name for name, _ in result.phases] == ["dns", "connect", "tls", "first byte", "body"]

    async def test_the_store_that_the_environment_names_is_believed(
        self, bench: Bench, servers: Servers, identity: Callable[..., Identity], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server = await servers.answer(context=identity().context())
        assert (await bench.run(f'http = "{server.url(scheme="https")}"')).level is Level.CRIT
        monkeypatch.setenv("SSL_CERT_FILE", str(identity().path))
        assert (await bench.run(f'http = "{server.url(scheme="https")}"')).level is Level.OK

    async def test_one_that_ends_soon(self, bench: Bench, servers: Servers, identity: Callable[..., Identity]) -> None:
        soon = identity(days=5)
        server = await servers.answer(context=soon.context())
        result = await bench.run(f'http = "{server.url(scheme="https")}"\nca = "{soon.path}"')
        assert result.level is Level.WARN
        assert result.reason.startswith("cert > 14d: got ")

    @pytest.mark.parametrize(
        ("arguments", "trusted", "reason"),
        [
            ({"days": -1}, True, "certificate has expired"),
            ({"names": "DNS:other.example"}, True, "certificate is for another"),
            ({}, False, "certificate is self-signed"),
        ],
    )
    async def test_one_that_is_refused_is_shown(
        self,
        bench: Bench,
        servers: Servers,
        identity: Callable[..., Identity],
        arguments: dict[str, object],
        trusted: bool,
        reason: str,
    ) -> None:
        bad = identity(**arguments)
        server = await servers.answer(context=bad.context())
        ca = f'ca = "{bad.path}"' if trusted else ""
        result = await bench.run(f'http = "{server.url(scheme="https")}"\n{ca}')
        assert result.level is Level.CRIT
        assert result.reason.startswith(reason)
        assert evidence(result)["certificate"] == "localhost, issued by localhost"
        assert "valid" in evidence(result)
        lasting = r"ended \d+ d( \d+ h)? ago" if "days" in arguments else "for another 29 d 23 h"
        assert re.search(f"certificate {lasting}$", evidence(result)["tls"])
        assert server.heard == []

    async def test_without_verification_the_end_is_still_known(
        self, bench: Bench, servers: Servers, identity: Callable[..., Identity]
    ) -> None:
        server = await servers.answer(context=identity(days=5).context())
        result = await bench.run(f'http = "{server.url(scheme="https")}"\nverify = false')
        assert result.level is Level.WARN
        assert result.values["cert"] == pytest.approx(5 * 86400, abs=1800)

    async def test_hostile_names_are_cleaned(
        self, bench: Bench, servers: Servers, identity: Callable[..., Identity]
    ) -> None:
        bad = identity(subject="/CN=evil\x1b[31m name")
        server = await servers.answer(context=bad.context())
        result = await bench.run(f'http = "{server.url(scheme="https")}"')
        assert "evil␛[31m name" in evidence(result)["certificate"]

    async def test_a_plain_server_is_no_tls(self, bench: Bench, servers: Servers) -> None:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")
            await reader.read()  # until the other side leaves

        server = await servers.raw(plain)
        result = await bench.run(f'http = "{server.url(scheme="https")}"')
        assert (result.level, result.reason) == (Level.CRIT, "TLS failed: the other side does not speak TLS")

    def test_facts_agree_with_the_standard_library(self, identity: Callable[..., Identity]) -> None:
        from warroom.probes.certificates import CertificateError, read_certificate

        der = ssl.PEM_cert_to_DER_cert("-----BEGIN CERT" + identity().path.read_text().split("-----BEGIN CERT")[1])
        ours = read_certificate(der)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=der)
        (theirs,) = context.get_ca_certs()
        assert isinstance(theirs["notAfter"], str)
        assert isinstance(theirs["notBefore"], str)
        assert ours.not_after.timestamp() == ssl.cert_time_to_seconds(theirs["notAfter"])
        assert ours.not_before.timestamp() == ssl.cert_time_to_seconds(theirs["notBefore"])
        assert ours.names == ("localhost", "127.0.0.1")
        for cut in range(0, len(der), 7):
            with pytest.raises(CertificateError):
                read_certificate(der[:cut])

"""Kinds dns and tls: a name server that misbehaves, a real one where it is installed, certificates."""

import asyncio
import re
import shutil
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from fault_servers import Bench, Identity, Servers, own_port, running
from warroom.config.settings import SettingsError
from warroom.health.results import Level
from warroom.probes import dns_check

pytest_plugins = ("probe_fixtures",)

Behave = Callable[[dns.message.Message], list[dns.message.Message | bytes]]


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Answers every question as `behave` says: with messages or raw bytes, in this order."""

    behave: Behave
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.transport is not None
        for answer in self.behave(dns.message.from_wire(data)):
            self.transport.sendto(answer if isinstance(answer, bytes) else answer.to_wire(), addr)


async def serve(
    behave: Behave,
) -> tuple[int, Callable[[], None]]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: NameServer(behave), local_addr=("127.0.0.1", 0)
    )
    return transport.get_extra_info("sockname")[1], transport.close


def answered(question: dns.message.Message, *records: str, kind: str = "A") -> dns.message.Message:
    answer = dns.message.make_response(question)
    if records:
        answer.answer.append(dns.rrset.from_text(question.question[0].name, 300, "IN", kind, *records))
    return answer


class TestDns:
    async def test_an_answer(self, bench: Bench) -> None:
        port, close = await serve(lambda question: [answered(question, "10.0.3.20", "10.0.3.21")])
        result = await bench.run(
            f'dns = "api.internal"\nserver = "127.0.0.1:{port}"\nmust = ["answers contains \'10.0.3.20\'"]'
        )
        close()
        assert (result.level, result.reason) == (Level.OK, "10.0.3.20, 10.0.3.21")
        assert (result.values["count"], result.values["ttl"]) == (2, 300)

    @pytest.mark.parametrize(("code", "level"), [(dns.rcode.NXDOMAIN, Level.CRIT), (dns.rcode.SERVFAIL, Level.CRIT)])
    async def test_a_refusal(self, bench: Bench, code: dns.rcode.Rcode, level: Level) -> None:
        def refuse(question: dns.message.Message) -> list[dns.message.Message | bytes]:
            answer = answered(question)
            answer.set_rcode(code)
            return [answer]

        port, close = await serve(refuse)
        result = await bench.run(f'dns = "api.internal"\nserver = "127.0.0.1:{port}"')
        close()
        assert result.level is level
        assert result.reason.startswith(f"rcode == 'NOERROR': got {code.name}")

    async def test_no_answer_in_time(self, bench: Bench) -> None:
        port, close = await serve(lambda _: [])
        asked = f'dns = "api.internal"\nserver = "127.0.0.1:{port}"'
        result = await bench.too_late(asked, lambda it: "name server" in it.reason)
        close()
        assert result.level is Level.CRIT
        assert re.fullmatch(r"no answer within [\d.]+ s, waiting for the name server 127\.0\.0\.1", result.reason)

    async def test_nobody_there(self, bench: Bench) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        result = await bench.run(f'dns = "api.internal"\nserver = "127.0.0.1:{port}"\ntimeout = "300ms"')
        assert result.level is Level.CRIT

    async def test_one_of_the_system_that_can_not_be_asked_is_passed_over(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        port, close = await serve(lambda question: [answered(question, "10.0.3.20")])
        system = SimpleNamespace(nameservers=["255.255.255.255", "127.0.0.1"])
        monkeypatch.setattr(dns_check, "_PORT", port)
        monkeypatch.setattr("dns.resolver.Resolver", lambda: system)
        result = await bench.run('dns = "api.internal"')
        close()
        assert (result.level, result.reason) == (Level.OK, "10.0.3.20")
        system.nameservers.pop()
        unheard = await bench.run('dns = "api.internal"')
        assert unheard.reason.startswith("the name server 255.255.255.255")

    async def test_forged_packets_are_passed_over(self, bench: Bench) -> None:
        def forge(question: dns.message.Message) -> list[dns.message.Message | bytes]:
            wrong_id = answered(question, "6.6.6.6")
            wrong_id.id ^= 1
            other = dns.message.make_query("other.internal", "A")
            other.id = question.id
            return [b"", b"\xff" * 7, wrong_id, answered(other, "6.6.6.7"), answered(question, "10.0.0.1")]

        port, close = await serve(forge)
        result = await bench.run(f'dns = "api.internal"\nserver = "127.0.0.1:{port}"')
        close()
        assert (result.level, result.reason) == (Level.OK, "10.0.0.1")

    async def test_an_answer_that_is_cut_is_fetched_by_tcp(self, bench: Bench, servers: Servers) -> None:
        async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            question = dns.message.from_wire(await reader.readexactly(length))
            wire = answered(question, "10.0.0.9").to_wire()
            writer.write(struct.pack("!H", len(wire)) + wire)
            await writer.drain()
            await reader.read()

        def cut(question: dns.message.Message) -> list[dns.message.Message | bytes]:
            answer = answered(question)
            answer.flags |= dns.flags.TC
            return [answer]

        transport = None
        while transport is None:  # the port has to be free for both
            server = await servers.raw(whole)
            with suppress(OSError):
                transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: NameServer(cut), local_addr=("127.0.0.1", server.port)
                )
        result = await bench.run(f'dns = "api.internal"\nserver = "127.0.0.1:{server.port}"')
        transport.close()
        assert (result.level, result.reason) == (Level.OK, "10.0.0.9")

    async def test_hostile_records_are_cleaned(self, bench: Bench) -> None:
        port, close = await serve(lambda question: [answered(question, '"\\027[2J[/x]"', kind="TXT")])
        result = await bench.run(f'dns = "api.internal"\ntype = "TXT"\nserver = "127.0.0.1:{port}"')
        close()
        assert result.level is Level.OK
        assert "\x1b" not in repr(result.evidence).encode().decode("unicode_escape")

    @pytest.mark.parametrize(
        ("service", "message"),
        [
            ('dns = "a..b"', "is no domain name"),
            ('dns = "a.b"\ntype = "NOPE"', "is no record type"),
            ('dns = "a.b"\ntype = "AXFR"', "cannot be asked for"),
            ('dns = "a.b"\nserver = "::1:53:x"', "in brackets"),
            ('dns = "a.b"\nmust = ["rcode == NOERROR"]', "text stands in quotes"),
        ],
    )
    def test_mistakes(self, bench: Bench, service: str, message: str) -> None:
        with pytest.raises(SettingsError) as caught:
            bench.build(f'[[service]]\nname = "x"\n{service}')
        assert message in str(caught.value)

    @pytest.mark.skipif(shutil.which("dnsmasq") is None, reason="dnsmasq is not installed")
    async def test_a_real_name_server(self, bench: Bench) -> None:
        options = (
            *("-k", "-C", "/dev/null", "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts"),
            *("--pid-file=", "--user=", "--local-service", "--host-record=a.test,10.1.2.3,fd00::3"),
            *("--txt-record=a.test,hello", "--address=/missing.test/"),
        )
        with own_port() as port:
            async with running("dnsmasq", *options, f"--port={port}"):
                base = f'server = "127.0.0.1:{port}"\n'
                await bench.until_up(f'dns = "a.test"\ntimeout = "1s"\n{base}')
                six = await bench.run(f'dns = "a.test"\ntype = "AAAA"\n{base}')
                text = await bench.run(f'dns = "a.test"\ntype = "TXT"\n{base}')
                gone = await bench.run(f'dns = "missing.test"\n{base}')
                other = await bench.run(f'dns = "b.test"\n{base}must = ["rcode == \'REFUSED\'", "count == 0"]')
        assert (six.reason, text.reason) == ("fd00::3", '"hello"')
        assert gone.level is Level.CRIT
        assert other.level is Level.OK


class TestTls:
    async def test_a_good_certificate(self, bench: Bench, servers: Servers, identity: Callable[..., Identity]) -> None:
        server = await servers.answer(context=identity().context())
        result = await bench.run(
            f'tls = "localhost:{server.port}"\nca = "{identity().path}"\nmust = ["names contains \'localhost\'"]'
        )
        assert result.level is Level.OK
        assert result.reason.startswith("certificate ends 20")
        assert result.values["version"] == "TLSv1.3"
        assert [name for name, _ in result.phases] == ["dns", "connect", "tls"]
        assert server.heard == []

    @pytest.mark.parametrize(
        ("arguments", "options", "level", "reason"),
        [
            ({"days": 5}, 'ca = "{path}"', Level.WARN, "cert > 14d"),
            ({"days": -1}, 'ca = "{path}"', Level.CRIT, "certificate has expired"),
            ({"days": -1}, "verify = false", Level.CRIT, "cert > 0d"),
            ({}, "", Level.CRIT, "certificate is self-signed"),
            ({}, 'ca = "{path}"\nserver_name = "other.example"', Level.CRIT, "certificate is for another name"),
            ({"days": 5}, 'ca = "{path}"\nshould = ["cert > 3d"]', Level.OK, "certificate ends"),
        ],
    )
    async def test_verdicts(
        self,
        bench: Bench,
        servers: Servers,
        identity: Callable[..., Identity],
        arguments: dict[str, object],
        options: str,
        level: Level,
        reason: str,
    ) -> None:
        used = identity(**arguments)
        server = await servers.answer(context=used.context())
        result = await bench.run(f'tls = "127.0.0.1:{server.port}"\n' + options.replace("{path}", str(used.path)))
        assert result.level is level
        assert result.reason.startswith(reason)
        if level is Level.CRIT:
            assert dict(result.evidence)["certificate"] == "localhost, issued by localhost"

    async def test_what_was_refused_is_told_also_where_no_time_is_left_to_show_it(
        self, bench: Bench, servers: Servers, identity: Callable[..., Identity]
    ) -> None:
        shown, context = asyncio.Event(), identity().context()

        async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if refused:
                shown.set()
                await reader.read()
            refused.append(writer)
            await writer.start_tls(context)

        server = await servers.raw(once)
        for seconds in (0.2, 2, 20):  # a busy machine may need longer for the first handshake alone
            refused: list[asyncio.StreamWriter] = []
            result = await bench.run(f'tls = "127.0.0.1:{server.port}"\ntimeout = "{seconds}s"')
            if shown.is_set():
                break
        assert (result.level, result.reason) == (Level.CRIT, "certificate is self-signed")

    async def test_what_is_no_tls(self, bench: Bench, servers: Servers) -> None:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.internal ESMTP\r\n")
            await reader.read()  # until the other side leaves

        server = await servers.raw(plain)
        result = await bench.run(f'tls = "127.0.0.1:{server.port}"')
        assert (result.level, result.reason) == (Level.CRIT, "TLS failed: the other side does not speak TLS")

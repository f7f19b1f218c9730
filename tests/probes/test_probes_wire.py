"""Connections: which of several addresses is told where none can be reached."""

import errno
import socket
from typing import Any

import pytest

from fault_servers import Bench, own_port
from warroom.health.results import Level
from warroom.probes import wire
from warroom.probes.resolver import Address, Resolver

pytest_plugins = ("probe_fixtures",)


def leading_to(*ips: str) -> Resolver:
    """Every name leads to these addresses."""

    def look_up(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ips]

    return Resolver(look_up)


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETUNREACH])
@pytest.mark.parametrize("ips", [("127.0.0.1", "::1"), ("::1", "127.0.0.1")])
async def test_that_this_host_has_no_ipv6_does_not_hide_that_the_service_refuses(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int, ips: tuple[str, str]
) -> None:
    connected = wire._connected

    async def without_ipv6(address: Address, port: int) -> socket.socket:
        if address.family == socket.AF_INET6:
            raise OSError(number, "no IPv6 here")
        return await connected(address, port)

    monkeypatch.setattr(wire, "_connected", without_ipv6)
    bench.resolver = leading_to(*ips)
    with own_port() as port:
        refused = await bench.run(f'tcp = "api.internal:{port}"')
    assert (refused.level, refused.reason) == (Level.CRIT, "connection refused")
    assert "127.0.0.1" in dict(refused.evidence)["tcp"]
    bench.resolver = leading_to("::1")
    assert (await bench.run('tcp = "api.internal:1"')).reason != "connection refused"

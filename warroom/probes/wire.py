"""Opens one connection for one look: looked up, connected and secured step by step, each step timed."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from warroom.health.results import Level
from warroom.probes.definition import CheckError, Journey
from warroom.probes.resolver import Address, Resolver, with_port

_CHUNK = 64 * 1024
_NO_WAY_THERE = frozenset(
    (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EHOSTUNREACH, errno.EINVAL, errno.ENETUNREACH)
)


class Wire(httpcore.AsyncNetworkStream):
    """An open connection. Time limits are the caller's: the whole look has one, a single read has none."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        return await self._reader.read(min(max_bytes, _CHUNK))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        self._writer.write(buffer)
        await self._writer.drain()

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go at once: a farewell could hang as long as the other side likes."""
        self._writer.transport.abort()

    def get_extra_info(self, info: str) -> Any:
        return self._writer.get_extra_info(info)

    @property
    def tls(self) -> ssl.SSLObject | None:
        found = self._writer.get_extra_info("ssl_object")
        return found if isinstance(found, ssl.SSLObject) else None


async def connect(
    resolver: Resolver,
    journey: Journey,
    host: str,
    port: int,
    family: int = socket.AF_UNSPEC,
    allowed: Callable[[str], bool] | None = None,
) -> socket.socket:
    """A connected TCP socket. Addresses are tried in the system's order; where none can be had, OSError.

    `allowed` has a say over each address, after the lookup and for the very address that is then connected to.
    """
    journey.start("dns", "looking up the name")
    addresses = await resolver.look_up(host, family)
    journey.start("connect", f"connecting to {with_port(host, port)}")
    if allowed is not None:
        refused = [address.ip for address in addresses if not allowed(address.ip)]
        addresses = tuple(address for address in addresses if address.ip not in refused)
        if not addresses:
            raise CheckError(f"redirected to {host}, which is the private address {', '.join(refused)}; not followed")
    failed: list[tuple[str, OSError]] = []
    for address in _of_family(addresses, family):
        journey.address = address.ip
        try:
            sock = await _connected(address, port)
        except OSError as error:
            failed.append((address.ip, error))
        else:
            journey.stop()
            return sock
    if not failed:
        raise CheckError(f"{host} has no address of the family asked for")
    # That this host speaks no IPv6 must not hide that the service refuses by IPv4.
    journey.address, problem = next((one for one in failed if one[1].errno not in _NO_WAY_THERE), failed[0])
    raise problem


async def _connected(address: Address, port: int) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (address.ip, port))
    except BaseException:
        sock.close()
        raise
    return sock


async def converse(sock: socket.socket, limit: int = _CHUNK) -> Wire:
    """A plain connection over a connected socket, which it takes over."""
    try:
        return Wire(*await asyncio.open_connection(sock=sock, limit=limit))
    except BaseException:
        sock.close()
        raise


async def secure(sock: socket.socket, journey: Journey, context: ssl.SSLContext, server_name: str) -> Wire:
    """A TLS connection over a connected socket, which it takes over."""
    journey.start("tls", "in the TLS handshake")
    try:
        # The handshake has the deadline of the look; asyncio's own of a minute must not be the shorter one.
        reader, writer = await asyncio.open_connection(
            sock=sock, ssl=context, server_hostname=server_name, ssl_handshake_timeout=3600, limit=_CHUNK
        )
    except BaseException:
        with suppress(OSError):
            sock.close()
        raise
    journey.stop()
    return Wire(reader, writer)


async def tunnel(sock: socket.socket, journey: Journey, host: str, port: int, headers: list[tuple[str, str]]) -> None:
    """Ask the proxy at the other end of `sock` to pass everything on to a host (RFC 9110, section 9.3.6)."""
    journey.start("proxy", "waiting for the proxy")
    loop = asyncio.get_running_loop()
    target = with_port(host, port)
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *(f"{name}: {value}" for name, value in headers)]
    try:
        await loop.sock_sendall(sock, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        answer = b""
        while b"\r\n\r\n" not in answer:
            # Byte by byte at the end would be needed if the far side could speak first; in TLS it cannot.
            more = await loop.sock_recv(sock, 1024)
            if not more or len(answer) > _CHUNK:
                raise CheckError("the proxy gave no answer that is one", Level.UNKNOWN)
            answer += more
    except BaseException:
        sock.close()
        raise
    status = answer.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(status) < 2 or status[1][:1] != b"2":
        sock.close()
        raise CheckError(f"the proxy refused: {b' '.join(status[1:]).decode('latin-1')}", Level.UNKNOWN)
    journey.stop()


def _of_family(addresses: Iterable[Address], family: int) -> list[Address]:
    return [address for address in addresses if family in (socket.AF_UNSPEC, address.family)]

"""Name lookups in threads of their own: a dead resolver must not hold up anything else that runs in threads."""

import asyncio
import ipaddress
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from warroom.health.results import Level
from warroom.probes.definition import CheckError

_MOST_AT_ONCE: Final = 32
_KEPT: Final = 5.0

Family = socket.AddressFamily
GetAddresses = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a name leads: an IP address as text and its family."""

    ip: str
    family: Family


def literal(host: str) -> Address | None:
    """`host` as an address, if it is one written out (a zone such as %eth0 included)."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    return Address(host, socket.AF_INET6 if found.version == 6 else socket.AF_INET)


def with_port(host: str, port: int) -> str:
    """ "db:5432", or "[::1]:5432" where the host is an address of IPv6."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a host as written in the configuration is this one."""
    if host.rstrip(".").lower() in ("localhost", "ip6-localhost") or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Resolver:
    """getaddrinfo with one lookup in flight a name, answers kept for five seconds, and daemon threads.

    Daemon threads, because a stuck lookup must not keep the program from ending either.
    """

    def __init__(self, get_addresses: GetAddresses = socket.getaddrinfo) -> None:
        self._get_addresses = get_addresses
        self._kept: dict[tuple[str, int], tuple[float, tuple[Address, ...]]] = {}
        self._running: dict[tuple[str, int], asyncio.Future[tuple[Address, ...]]] = {}
        self._threads = threading.BoundedSemaphore(_MOST_AT_ONCE)

    async def look_up(self, host: str, family: int = socket.AF_UNSPEC) -> tuple[Address, ...]:
        """The addresses of a name, in the system's order of preference; socket.gaierror where there are none."""
        written = literal(host)
        if written is not None:
            return (written,)
        key = (host.lower(), int(family))
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < _KEPT:
            return kept[1]
        running = self._running.get(key)
        if running is None or running.get_loop() is not asyncio.get_running_loop():
            running = self._start(key)
        return await asyncio.shield(running)

    def _start(self, key: tuple[str, int]) -> asyncio.Future[tuple[Address, ...]]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[Address, ...]] = loop.create_future()
        if not self._threads.acquire(blocking=False):
            raise CheckError("every thread for name lookups waits for an answer", Level.UNKNOWN)
        self._running[key] = future
        future.add_done_callback(lambda done: self._ended(key, done))
        threading.Thread(target=self._ask, args=(key, loop, future), name="lookup", daemon=True).start()
        return future

    def _ended(self, key: tuple[str, int], future: asyncio.Future[tuple[Address, ...]]) -> None:
        if self._running.get(key) is future:
            del self._running[key]
        if not future.cancelled() and future.exception() is None:
            self._kept[key] = (time.monotonic(), future.result())

    def _ask(
        self,
        key: tuple[str, int],
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[tuple[Address, ...]],
    ) -> None:
        answer: tuple[Address, ...] | None = None
        problem: OSError | None = None
        try:
            found = self._get_addresses(key[0], None, family=key[1], type=socket.SOCK_STREAM)
            answer = tuple(dict.fromkeys(Address(str(entry[4][0]), entry[0]) for entry in found))
        except UnicodeError:
            problem = socket.gaierror(socket.EAI_NONAME, "the name is no valid host name")
        except OSError as error:
            problem = error
        finally:
            self._threads.release()
        try:
            loop.call_soon_threadsafe(_settle, future, answer, problem)
        except RuntimeError:  # the loop was closed while the lookup was stuck: nobody waits for the answer
            return


def _settle(
    future: asyncio.Future[tuple[Address, ...]], answer: tuple[Address, ...] | None, problem: OSError | None
) -> None:
    if future.done():
        return
    if answer:
        future.set_result(answer)
    else:
        future.set_exception(problem or socket.gaierror(socket.EAI_NONAME, "no address"))

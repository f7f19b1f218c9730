"""Kind `tcp`: a connection, and where it is asked for, what the other side says."""

from collections.abc import Mapping
from typing import Final

from warroom.config.secrets import Secret, refers
from warroom.health.conditions import Dimension
from warroom.probes.definition import Found, Journey
from warroom.probes.options import Options, a_text, host_and_port
from warroom.probes.resolver import is_loopback, with_port
from warroom.probes.resources import Resources
from warroom.probes.wire import connect, converse
from warroom.text.excerpt import beginning

VOCABULARY: Final[Mapping[str, Dimension]] = {"latency": "seconds", "ip": "text", "reply": "text"}
_MOST_REPLY: Final = 4096
_EXCERPT: Final = 200


def build(options: Options, resources: Resources) -> "TcpCheck":
    """The check of a table with the key `tcp`."""
    host, port = options.take("tcp", host_and_port, ("", 0))
    return TcpCheck(host, port, options.take("send", a_text_to_send, ""), resources)


def a_text_to_send(value: object) -> str:
    """Text that is not empty, be it a line end alone; ValueError otherwise."""
    return value if isinstance(value, str) and value else a_text(value)


class TcpCheck:
    """Connects; sends `send` if there is one; waits for a reply if one was asked for or a condition looks at it."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()

    def __init__(self, host: str, port: int, send: str, resources: Resources) -> None:
        self._host, self._port, self._send, self._resources = host, port, send, resources
        self.target = with_port(host, port)
        self.host = host
        self.local = is_loopback(host)
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (Secret(self._send),) if refers(self._send) else ()

    async def look(self, wanted: frozenset[str]) -> Found:
        journey = self.journey = Journey()
        wire = await converse(await connect(self._resources.resolver, journey, self._host, self._port))
        try:
            found = Found(summary="connected", values={"ip": journey.address})
            found.evidence.append(("address", f"{journey.address} port {self._port}"))
            if self._send:
                await wire.write(Secret(self._send).reveal(self._resources.environ).encode())
            if self._send or "reply" in wanted:
                journey.start("reply", "waiting for a reply")
                reply = await wire.read(_MOST_REPLY)
                text = reply.decode("utf-8", "replace")
                found.values["reply"] = text
                found.evidence.append(("reply", beginning(text, _EXCERPT) if reply else "closed without a word"))
            found.phases = journey.phases()
            return found
        finally:
            wire.close()

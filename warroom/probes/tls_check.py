"""Kind `tls`: a handshake, and what the certificate says."""

import socket
from collections.abc import Mapping
from typing import Final

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.probes.definition import Found, Journey
from warroom.probes.handshake import shake_hands
from warroom.probes.options import Options, a_certificate_file, a_switch, a_text, host_and_port
from warroom.probes.resolver import is_loopback, with_port
from warroom.probes.resources import Resources
from warroom.probes.wire import connect

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "cert": "seconds",
    "latency": "seconds",
    "ip": "text",
    "version": "text",
    "subject": "text",
    "issuer": "text",
    "names": "any",
}


def build(options: Options, resources: Resources) -> "TlsCheck":
    """The check of a table with the key `tls`."""
    host, port = options.take("tls", host_and_port, ("", 0))
    return TlsCheck(
        host,
        port,
        options.take("server_name", a_server_name, host),
        options.take("verify", a_switch, True),
        options.take_path("ca", a_certificate_file),
        resources,
    )


def a_server_name(value: object) -> str:
    """The name of a host; ValueError otherwise."""
    text = a_text(value).strip()
    try:
        proper = bool(text.encode("idna")) and text.isprintable()
    except UnicodeError:
        proper = False
    if not proper:
        raise ValueError(f"{text!r} is no name of a host, such as mail.internal")
    return text


class TlsCheck:
    """Shakes hands, sends nothing more, and lets go."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ("cert > 0d",)
    should: tuple[str, ...] = ("cert > 14d",)

    def __init__(self, host: str, port: int, server_name: str, verify: bool, ca: str, resources: Resources) -> None:
        self._host, self._port, self._server_name = host, port, server_name
        self._verify, self._ca, self._resources = verify, ca, resources
        self.target = with_port(host, port)
        self.host = host
        self.local = is_loopback(host)
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return ()

    async def look(self, wanted: frozenset[str]) -> Found:  # noqa: ARG002
        journey = self.journey = Journey()
        found = Found("handshake done")
        journey.seen = found.evidence

        async def open_socket(steps: Journey) -> socket.socket:
            return await connect(self._resources.resolver, steps, self._host, self._port)

        wire, certificate = await shake_hands(
            open_socket, self._resources, journey, found, self._server_name, self._verify, self._ca
        )
        try:
            if certificate is not None:
                names = {"subject": certificate.subject, "issuer": certificate.issuer, "names": certificate.names}
                found.values |= names
                found.summary = f"certificate ends {certificate.not_after:%Y-%m-%d}"
            tls = wire.tls
            found.values |= {"version": (tls.version() if tls else None) or "", "ip": journey.address}
            found.evidence.insert(0, ("address", f"{journey.address} port {self._port}"))
            found.phases = journey.phases()
            return found
        finally:
            wire.close()

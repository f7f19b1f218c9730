"""The TLS handshake of a look: what the peer's certificate says becomes evidence, also where it was refused."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from warroom.incident.times import words
from warroom.probes.certificates import Certificate, CertificateError, read_certificate
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.errors import describe, is_certificate_error
from warroom.probes.resources import Resources
from warroom.probes.wire import Wire, secure

_SECOND_LOOK: Final = 1.0

OpenSocket = Callable[[Journey], Awaitable[socket.socket]]


async def shake_hands(
    open_socket: OpenSocket,
    resources: Resources,
    journey: Journey,
    found: Found,
    server_name: str,
    verify: bool = True,
    ca: str = "",
) -> tuple[Wire, Certificate | None]:
    """A TLS connection over what `open_socket` gives, and the peer's certificate; its facts go into `found`.

    Where the certificate is refused, a second handshake that trusts anybody, and in which nothing is sent, shows it;
    then CheckError says why it was refused.
    """
    sock = await open_socket(journey)
    try:
        wire = await secure(sock, journey, resources.tls.get(verify, ca), server_name)
    except OSError as error:  # ssl.SSLError is one
        level, reason = describe(error)
        failed = CheckError(reason, level)
        if is_certificate_error(error):
            journey.failed = failed
            await _show_refused(open_socket, resources, found, server_name)
        raise failed from None
    return wire, _note(found, wire)


async def _show_refused(open_socket: OpenSocket, resources: Resources, found: Found, server_name: str) -> None:
    try:
        async with asyncio.timeout(_SECOND_LOOK):
            sock = await open_socket(Journey())
            wire = await secure(sock, Journey(), resources.tls.get(verify=False), server_name)
    except (OSError, CheckError):
        return  # that it was refused is known; why it cannot be shown a second time adds nothing
    _note(found, wire)
    wire.close()


def _note(found: Found, wire: Wire) -> Certificate | None:
    """Put the value `cert` (seconds until it ends) and evidence into `found`; None where there is no certificate.

    One that nobody has verified is shown in full.
    """
    tls = wire.tls
    der = tls.getpeercert(binary_form=True) if tls else None
    if tls is None or der is None:
        return None
    try:
        certificate = read_certificate(der)
    except CertificateError as error:
        found.absent["cert"] = str(error)
        return None
    left = certificate.not_after - datetime.now(UTC)
    found.values["cert"] = left.total_seconds()
    lasting = f"for another {words(left)}" if left > timedelta() else f"ended {words(-left)} ago"
    found.evidence.append(("tls", f"{tls.version()}, certificate {lasting}"))
    if tls.context.verify_mode is ssl.CERT_NONE:
        found.evidence += certificate.lines()
    return certificate

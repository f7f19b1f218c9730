"""Turns what libraries raise into one honest line, and tells our own faults from those of the target."""

import errno
import os
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Final

from warroom.health.results import Level

_OURS: Final = frozenset(
    (
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS),
        *(errno.EACCES, errno.EPERM, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT),
    )
)
_WORDS: Final = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset by the other side",
    errno.EPIPE: "connection closed by the other side",
    errno.ETIMEDOUT: "connection timed out",
    errno.EHOSTUNREACH: "no route to host",
    errno.ENETUNREACH: "network unreachable",
    errno.EMFILE: "this host is out of file descriptors",
    errno.ENFILE: "this host is out of file descriptors",
    errno.EADDRNOTAVAIL: "no local address or port left for a connection",
}
_VERIFY: Final = {
    9: "certificate is not valid yet",
    10: "certificate has expired",
    18: "certificate is self-signed",
    19: "self-signed certificate in the chain",
    20: "certificate issuer is not known",
    21: "certificate chain is incomplete",
    23: "certificate is revoked",
    62: "certificate is for another name",
    64: "certificate is for another address",
}
_NAMES: Final = {
    socket.EAI_NONAME: "name does not resolve",
    socket.EAI_AGAIN: "name lookup failed for now",
    socket.EAI_FAIL: "name lookup failed",
    socket.EAI_FAMILY: "name has no address of this family",
    getattr(socket, "EAI_NODATA", -5): "name has no address",
}

_BETWEEN_WORDS: Final = re.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def describe(error: BaseException) -> tuple[Level, str]:
    """How bad an error of a look is and what it says: UNKNOWN where this host is at fault, else CRIT."""
    chain = list(_chain(error))
    for found in chain:
        if isinstance(found, ssl.SSLCertVerificationError):
            return Level.CRIT, _VERIFY.get(found.verify_code, f"certificate: {found.verify_message}")
    for found in chain:
        if isinstance(found, ssl.SSLError):
            return Level.CRIT, f"TLS failed: {_tls_reason(found)}"
        if isinstance(found, socket.gaierror):
            return Level.CRIT, _NAMES.get(found.errno or 0, f"name lookup failed: {found.strerror}")
    for found in chain:
        if isinstance(found, OSError) and found.errno:
            level = Level.UNKNOWN if found.errno in _OURS else Level.CRIT
            return level, _WORDS.get(found.errno) or os.strerror(found.errno).lower()
    for found in chain:
        if str(found):
            return Level.CRIT, str(found)
    return Level.CRIT, _spaced(type(error).__name__)


def is_certificate_error(error: BaseException) -> bool:
    """Whether a peer's certificate was refused, so that it is worth to be shown as evidence."""
    return any(isinstance(found, ssl.SSLCertVerificationError) for found in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, the members of groups included, innermost last; each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        if isinstance(found, BaseExceptionGroup):
            waiting.extend(found.exceptions)
        waiting.extend(inner for inner in (found.__cause__, found.__context__) if inner is not None)


def _tls_reason(error: ssl.SSLError) -> str:
    reason = (error.reason or "").replace("_", " ").lower()
    if reason == "wrong version number":
        return "the other side does not speak TLS"
    return reason or "the connection was closed in the handshake"


def _spaced(name: str) -> str:
    return _BETWEEN_WORDS.sub(" ", name).lower()

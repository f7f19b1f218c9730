"""What went wrong with a look, in one line; and whether the target is at fault or this host."""

import errno
import os
import socket
import ssl

import pytest

from warroom.health.results import Level
from warroom.probes.errors import describe, is_certificate_error


def refused_certificate(code: int, message: str = "") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "what OpenSSL says")
    error.reason = reason
    return error


def caused(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "level", "told"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), Level.CRIT, "connection refused"),
        (OSError(errno.EHOSTUNREACH, "x"), Level.CRIT, "no route to host"),
        (OSError(errno.ENOTCONN, "x"), Level.CRIT, os.strerror(errno.ENOTCONN).lower()),
        (OSError(errno.EMFILE, "x"), Level.UNKNOWN, "this host is out of file descriptors"),
        (OSError(errno.EADDRNOTAVAIL, "x"), Level.UNKNOWN, "no local address or port left for a connection"),
        (PermissionError(errno.EACCES, "x"), Level.UNKNOWN, "permission denied"),
        (socket.gaierror(socket.EAI_NONAME, "x"), Level.CRIT, "name does not resolve"),
        (socket.gaierror(socket.EAI_SYSTEM, "system error"), Level.CRIT, "name lookup failed: system error"),
        (refused_certificate(10), Level.CRIT, "certificate has expired"),
        (refused_certificate(77, "odd one"), Level.CRIT, "certificate: odd one"),
        (tls("WRONG_VERSION_NUMBER"), Level.CRIT, "TLS failed: the other side does not speak TLS"),
        (tls("TLSV1_ALERT_INTERNAL_ERROR"), Level.CRIT, "TLS failed: tlsv1 alert internal error"),
        (tls(""), Level.CRIT, "TLS failed: the connection was closed in the handshake"),
        (ValueError("bad frame"), Level.CRIT, "bad frame"),
        (EOFError(), Level.CRIT, "eof error"),
        (TimeoutError(), Level.CRIT, "timeout error"),
    ],
)
def test_an_error_is_one_honest_line(error: BaseException, level: Level, told: str) -> None:
    assert describe(error) == (level, told)


def test_what_an_error_was_raised_from_says_more_than_the_error() -> None:
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "x")
    assert describe(caused(RuntimeError("all attempts failed"), refused)) == (Level.CRIT, "connection refused")
    group = ExceptionGroup("every address", [OSError("no number"), refused])
    assert describe(caused(RuntimeError("y"), group)) == (Level.CRIT, "connection refused")
    shown = RuntimeError()
    shown.__context__ = tls("WRONG_VERSION_NUMBER")
    assert "does not speak TLS" in describe(shown)[1]


def test_a_certificate_is_named_before_what_came_of_it() -> None:
    broken = caused(OSError(errno.EPIPE, "x"), caused(tls("SOMETHING"), refused_certificate(18)))
    assert describe(broken) == (Level.CRIT, "certificate is self-signed")
    assert is_certificate_error(broken)
    assert not is_certificate_error(tls("SOMETHING"))


def test_errors_in_a_ring_come_to_an_end() -> None:
    one, other = RuntimeError(), RuntimeError("the words")
    one.__cause__, other.__cause__ = other, one
    assert describe(one) == (Level.CRIT, "the words")

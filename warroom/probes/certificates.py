"""What a certificate says of itself, also where it was refused: the standard library has no public parser for that.

DER as in X.690, the fields of a certificate as in RFC 5280, section 4.1.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_INTEGER, _SEQUENCE, _SET, _OID, _CONTEXT_0, _CONTEXT_3 = 0x02, 0x30, 0x31, 0x06, 0xA0, 0xA3
_UTC_TIME, _OCTETS, _DNS_NAME, _IP_NAME = 0x17, 0x04, 0x82, 0x87
_WIDE_STRING: Final = {0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_COMMON_NAME, _ORGANISATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_OTHER_NAMES = b"\x55\x1d\x11"
_LONG_FORM, _MOST_LENGTH_BYTES = 0x80, 4
_CENTURY_SPLIT = 50


class CertificateError(ValueError):
    """The bytes are no certificate."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of a certificate that matter to an operator; all texts as they are in it, not cleaned."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime

    def lines(self) -> list[tuple[str, str]]:
        """The facts as evidence."""
        return [
            ("certificate", f"{self.subject or 'no subject'}, issued by {self.issuer or 'nobody named'}"),
            ("valid", f"{self.not_before:%Y-%m-%d %H:%M:%S} to {self.not_after:%Y-%m-%d %H:%M:%S} UTC"),
            ("names", ", ".join(self.names[:20])),
        ]


def read_certificate(der: bytes) -> Certificate:
    """The facts in a certificate's DER; CertificateError where it is none."""
    try:
        (_, outer), *_ = _items(der)
        (_, body), *_ = _items(outer)
        parts = list(_items(body))
        if parts[0][0] == _CONTEXT_0:
            parts = parts[1:]
        _, _, issuer, validity, subject, *rest = parts
        begins, ends = (_time(tag, value) for tag, value in _items(validity[1]))
        return Certificate(
            subject=_name(subject[1]),
            issuer=_name(issuer[1]),
            names=tuple(_other_names(rest)),
            not_before=begins,
            not_after=ends,
        )
    except (ValueError, IndexError, LookupError) as error:
        raise CertificateError(f"not a certificate: {error}") from None


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & _LONG_FORM:
            size = length & ~_LONG_FORM
            if not 1 <= size <= _MOST_LENGTH_BYTES:
                raise ValueError("a length of no known form")
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError("cut short")
        yield tag, data[at : at + length]
        at += length


def _time(tag: int, value: bytes) -> datetime:
    text = value.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if int(text[:2]) >= _CENTURY_SPLIT else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _name(data: bytes) -> str:
    """The common name, or the organisation where there is none."""
    found: dict[bytes, str] = {}
    for _, relative in _items(data):
        for _, pair in _items(relative):
            (_, kind), (tag, value), *_ = _items(pair)
            found[kind] = value.decode(_WIDE_STRING.get(tag, "utf-8"), "replace")
    return found.get(_COMMON_NAME) or found.get(_ORGANISATION, "")


def _other_names(parts: list[tuple[int, bytes]]) -> Iterator[str]:
    for tag, data in parts:
        if tag != _CONTEXT_3:
            continue
        for _, extensions in _items(data):
            for _, extension in _items(extensions):
                fields = list(_items(extension))
                if fields[0] == (_OID, _OTHER_NAMES) and fields[-1][0] == _OCTETS:
                    yield from _general_names(fields[-1][1])


def _general_names(data: bytes) -> Iterator[str]:
    for _, names in _items(data):
        for tag, value in _items(names):
            if tag == _DNS_NAME:
                yield value.decode("ascii", "replace")
            elif tag == _IP_NAME:
                yield str(ipaddress.ip_address(value))

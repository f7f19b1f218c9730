"""Ids of entries (UUIDv7) and of incidents (date and words of the title)."""

import re
import unicodedata
from datetime import date

_MAX_SLUG = 48
_SPELT = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Latin letters that are no letter with a mark: without a spelling they would be lost from the middle of words."""


def uuid7(unix_ns: int, entropy: bytes) -> str:
    """A UUIDv7 (RFC 9562, section 5.7) of a time in nanoseconds and 8 random bytes.

    The 12 bits after the milliseconds hold their fraction (section 6.2, method 3), so that ids made by one process
    sort as they were made.
    """
    ms, rest = divmod(unix_ns, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    tail = int.from_bytes(entropy[:8], "big") & ((1 << 62) - 1)
    value = (ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | tail
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def slug(title: str) -> str:
    """`title` as lower-case ASCII words joined by hyphens, at most 48 characters; "incident" where none are left."""
    folded = unicodedata.normalize("NFKD", title.casefold()).translate(_SPELT)
    words = re.findall(r"[a-z0-9]+", folded.encode("ascii", "ignore").decode())
    taken = ""
    for word in words:
        longer = f"{taken}-{word}" if taken else word[:_MAX_SLUG]
        if len(longer) > _MAX_SLUG:
            break
        taken = longer
    return taken or "incident"


def incident_id(day: date, title: str, copy: int = 1) -> str:
    """`2026-11-21-backend-outage`; from the second of a day and title on with `-2`, `-3`."""
    return f"{day.isoformat()}-{slug(title)}" + (f"-{copy}" if copy > 1 else "")

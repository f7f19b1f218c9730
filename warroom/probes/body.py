"""The body of a response, up to a cap: read raw, unpacked with the same cap, and understood as text or JSON."""

import json
import zlib
from collections.abc import AsyncIterable, Iterator, Mapping
from typing import Any

_DEFLATE_AUTO = zlib.MAX_WBITS | 32


async def read_capped(stream: AsyncIterable[bytes], cap: int) -> tuple[bytes, bool]:
    """At most `cap` bytes, and whether there was more."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        chunks.append(chunk)
        size += len(chunk)
        if size > cap:
            break
    return b"".join(chunks)[:cap], size > cap


def unpack(data: bytes, encoding: str, cap: int) -> tuple[bytes, bool, str]:
    """What a compressed body holds, at most `cap` bytes: the bytes, whether there was more, and what hindered it.

    We ask for no compression; some servers compress all the same.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return data, False, ""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return b"", False, f"the body is packed as {encoding}, which was not asked for"
    # Some servers send "deflate" without the header that it should have.
    bare = encoding == "deflate" and data[:1] and data[0] & 0x0F != zlib.DEFLATED
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS if bare else _DEFLATE_AUTO)
    try:
        unpacked = unpacker.decompress(data, cap)
    except zlib.error as error:
        return b"", False, f"the body cannot be unpacked: {error}"
    return unpacked, bool(unpacker.unconsumed_tail), ""


def text_of(data: bytes, content_type: str) -> str:
    """The body as text, by the charset of the content type or as UTF-8; what does not fit is replaced."""
    charset = "utf-8"
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'")
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


class _TwiceError(Exception):
    """A key stands twice in one object: which of the two is meant nobody can tell, and readers differ."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set()
        for name, _ in pairs:
            if name in seen:
                raise _TwiceError(name)
            seen.add(name)
    return found


def json_of(data: bytes) -> tuple[Any, str]:
    """The body as JSON, and why it is none: too deep, a key twice, too long a number, not JSON at all."""
    try:
        return json.loads(data, object_pairs_hook=_object), ""
    except _TwiceError as error:
        return None, f"the body has the key {str(error)[:40]!r} twice in one object"
    except RecursionError:
        return None, "the body is nested too deeply"
    except UnicodeDecodeError:
        return None, "the body is not UTF-8"
    except json.JSONDecodeError as error:
        return None, f"the body is not JSON: {error.msg} at character {error.pos}"
    except ValueError:
        return None, "the body holds a number that is too long"


class Headers(Mapping[str, str]):
    """Response headers, by names in any case; those that come more than once are joined by ", "."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in raw:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self._values[key] = f"{self._values[key]}, {text}" if key in self._values else text

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

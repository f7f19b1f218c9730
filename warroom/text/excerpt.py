"""What is kept of a long text. Never half a word: of half a secret nobody would know that it is one."""

import re

HEAD_BYTES = 1024
TAIL_BYTES = 3072
_REST_OF_WORD = re.compile(r"\S{0,256}")
_BROKEN_OFF = re.compile(rb"\S{1,256}\Z")
_BROKEN_INTO = re.compile(rb"\S{0,256}")


def beginning(text: str, most: int) -> str:
    """The first `most` characters of `text`, and the rest of the word that they end in, up to 256 more."""
    rest = _REST_OF_WORD.match(text, most) if len(text) > most else None
    return text[: rest.end()] if rest else text


class Excerpt:
    """Takes bytes as they come and keeps 4 KiB of them at most."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out = 0

    def take(self, data: bytes) -> None:
        room = HEAD_BYTES - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room > 0 else data
        if (more := len(self._tail) - TAIL_BYTES) > 0:
            del self._tail[:more]
            self._left_out += more

    def text(self) -> str:
        """What is kept, with a line that says how much is not."""
        if not self._left_out:
            return bytes(self._head + self._tail).decode(errors="replace")
        head, tail = _BROKEN_OFF.sub(b"", self._head), _BROKEN_INTO.sub(b"", self._tail, count=1)
        left_out = self._left_out + len(self._head) - len(head) + len(self._tail) - len(tail)
        return (head + f"\n[{left_out} bytes left out]\n".encode() + tail).decode(errors="replace")

"""The beginning and the end of an output, however long it is."""

HEAD_BYTES = 1024
TAIL_BYTES = 3072


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
        gap = f"\n[{self._left_out} bytes left out]\n".encode() if self._left_out else b""
        return bytes(self._head + gap + self._tail).decode(errors="replace")

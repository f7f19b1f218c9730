"""What a command is given on standard input; a stream that is closed is never taken for an empty text."""

import sys

from warroom.cli.errors import CommandError


def refuse_closed() -> None:
    """CommandError where whoever started the command has closed its standard input."""
    if sys.stdin is None:
        raise CommandError("standard input is closed")


def text(mebibytes: int, advice: str) -> str:
    """All of standard input, whatever bytes it is of. CommandError with `advice` where there is more than that."""
    refuse_closed()
    most = mebibytes << 20
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise CommandError(f"more than {mebibytes} MiB on standard input; {advice}")
    return data.decode(errors="replace")

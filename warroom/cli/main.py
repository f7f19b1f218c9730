"""The entry point: finds the command, runs it, turns its errors into one line and an exit code."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        from warroom import __version__

        print(f"warroom {__version__}")
    return 0

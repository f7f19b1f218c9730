"""What a command can fail with: one line for stderr and an exit code."""

import sys


class CommandError(Exception):
    """Ends a command: `str()` is the line. The code None stands for the command's own code for bad usage."""

    def __init__(self, line: str, code: int | None = None) -> None:
        super().__init__(line)
        self.code = code


def warn(line: str) -> None:
    """One line on stderr, cleaned."""
    from warroom.text import clean_line

    print(f"warroom: {clean_line(line)}", file=sys.stderr)

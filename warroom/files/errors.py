"""What can be wrong with a file, told in one line: where, what, and the mend."""


class FileError(Exception):
    """`str()` is the whole line: source, line, key, reason, mend, each where it is known. `line` 0 means unknown."""

    def __init__(self, source: str, reason: str, *, line: int = 0, key: str = "", mend: str = "") -> None:
        from warroom.text.clean import clean_line

        place = f"{source}:{line}" if line else source
        told = f"{place}: {key}: {reason}" if key else f"{place}: {reason}"
        super().__init__(clean_line(f"{told}; {mend}" if mend else told))
        self.source, self.reason, self.line, self.key, self.mend = source, reason, line, key, mend


class BrokenFileError(FileError):
    """What the file says can't be understood: not TOML, a wrong type, two entries with one id."""


class NewerFormatError(FileError):
    """The file was written by a newer program: it can be read, as far as it is understood, but not changed."""


class RefusedPathError(FileError):
    """A name that leads outside of the incidents directory, or something that is not a regular file."""


class DiskError(FileError):
    """The system refused; trying again later may help. `code` is its errno."""

    code = 0


class GoneError(DiskError):
    """The file or its directory is not there."""


class BusyError(DiskError):
    """Another process has kept the lock for too long."""

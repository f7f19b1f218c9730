"""TOML read with errors that a person can act on: file, line, key, reason, mend."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import tomli


class TomlError(ValueError):
    """One line that says what is wrong and where. `line` is 0 where no line can be named."""

    def __init__(self, source: str, line: int, reason: str, key: str = "") -> None:
        place = f"{source}:{line}" if line else source
        super().__init__(f"{place}: {key}: {reason}" if key else f"{place}: {reason}")
        self.source, self.line, self.reason, self.key = source, line, reason, key


_AT = re.compile(r"^(?P<reason>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)
_MENDS = (
    ("cannot overwrite a value", "the key stands there twice, keep one of them"),
    ("cannot declare", "put its keys under one header"),
    ("cannot redefine", "put its keys under one header"),
    ("cannot mutate", "put all its keys into one place"),
    ("duplicate inline table key", "keep one of them"),
    ("invalid value", "text stands in quotes, true and false in small letters"),
    ("invalid date", "write it as in 2026-12-01 or 2026-12-01T14:05:00Z"),
    ("invalid statement", 'write key = "value" or [table]'),
    ("invalid initial character", "put a key in quotes unless it is of letters, digits, - and _"),
    ("expected '='", 'write key = "value"'),
    ("expected newline", "begin a new line there, or put the whole text in quotes"),
    ("expected", "write it there"),
    ("unterminated string", "close its quotes"),
    ("illegal character", "close the quotes of the text in front of it, or write it as an escape such as \\n"),
    ("unclosed array", "close its bracket"),
    ("unclosed inline table", "close its brace"),
    ("unescaped", "double the backslash, or put the text in single quotes"),
    ("found invalid character", "leave it out"),
    ("invalid hex value", "write \\u and four digits, or double the backslash"),
)
"""What to do about an error of the reader, by how its reason begins."""
_LONG_NUMBER = re.compile(r"[=\[,]\s*[+-]?[0-9_]{4000,}")
_NAMED_PARTS = re.compile(r"\((?P<parts>'.*'),?\)")


def parse(data: bytes, source: str) -> dict[str, Any]:
    """The data of a TOML file; TomlError for what is not UTF-8 or not TOML. A byte-order mark is passed over."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TomlError(source, line, f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8") from None
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        found = _AT.match(str(error))
        line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
        reason = found["reason"] if found else str(error)
        raise TomlError(source, line, _with_mend(reason[:1].lower() + reason[1:])) from None
    except RecursionError:
        raise TomlError(source, 0, "nested too deeply; close the brackets sooner") from None
    except ValueError as error:  # Python takes no integer of thousands of digits
        if found := _LONG_NUMBER.search(text):
            line = text.count("\n", 0, found.end()) + 1
            raise TomlError(source, line, "a number of so many digits can't be read; put it in quotes") from None
        raise TomlError(source, 0, str(error)) from None


def _with_mend(reason: str) -> str:
    """The reader's reason with names as they are written, and what to do about it."""
    told = _NAMED_PARTS.sub(lambda found: found["parts"].replace("', '", ".").strip("'"), reason)
    mend = next((mend for start, mend in _MENDS if reason.startswith(start)), "")
    return f"{told}; {mend}" if mend else told


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a TOML file: a table header, an array-of-tables header or a key with its value.

    `start` and `end` are byte offsets (end after the line's newline), `line` counts from 1, `path` is the header's
    path, or the key's full path with its table.
    """

    what: Literal["table", "array", "key"]
    path: tuple[str, ...]
    line: int
    start: int
    end: int


_KEY_PART = re.compile(rb'[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\')[ \t]*')


def _unescaped(raw: bytes) -> str:
    text = raw.decode(errors="replace")
    if "\\" not in text:
        return text
    try:
        value: str = tomli.loads(f'key = "{text}"')["key"]
    except tomli.TOMLDecodeError:  # the scanner goes over invalid files too
        return text
    return value


def _key(data: bytes, at: int) -> tuple[tuple[str, ...], int]:
    parts: list[str] = []
    while found := _KEY_PART.match(data, at):
        raw = next(group for group in found.groups() if group is not None)
        parts.append(_unescaped(raw) if found[2] is not None else raw.decode(errors="replace"))
        at = found.end()
        if data[at : at + 1] != b".":
            break
        at += 1
    return tuple(parts), at


_BLANK = re.compile(rb"[ \t\r\n]*(?:#[^\n]*)?")
_TOKEN = re.compile(rb'"""|\'\'\'|"|\'|#|[\[\]{}]|\n')
_NEXT_IN: Final = {
    b'"': re.compile(rb'\\.|["\n]'),
    b'"""': re.compile(rb'\\.|"""+', re.DOTALL),
    b"'": re.compile(rb"['\n]"),
    b"'''": re.compile(rb"'''+"),
}
"""What ends a string, and what must not be taken for its end; searched for one after the other.

One pattern for a whole string would need either room for every escape in it or possessive quantifiers, which Python
before 3.11.5 gets wrong.
"""


def _string_end(data: bytes, at: int, quotes: bytes) -> int:
    """The offset behind the string whose text begins at `at`; the size where nothing closes it."""
    for found in _NEXT_IN[quotes].finditer(data, at):
        if found[0].startswith(quotes):
            return found.end()
        if found[0] == b"\n":
            break
    return len(data)


def _value_end(data: bytes, at: int) -> tuple[int, int]:
    """Where the value that begins at `at` ends, and the offset after the newline that ends its statement.

    Strings, arrays and comments are understood.
    """
    depth, value_end = 0, -1
    while found := _TOKEN.search(data, at):
        token, at = found[0], found.end()
        if token in _NEXT_IN:
            at = _string_end(data, at, token)
        elif token == b"#":
            if depth <= 0 and value_end < 0:
                value_end = found.start()
            newline = data.find(b"\n", at)
            at = newline if newline >= 0 else len(data)
        elif token in b"[{":
            depth += 1
        elif token in b"]}":
            depth -= 1
        elif depth <= 0:
            return (value_end if value_end >= 0 else at - 1), at
    return (value_end if value_end >= 0 else len(data)), len(data)


def value_span(data: bytes, statement: Statement) -> tuple[int, int]:
    """Where the value of a key statement stands, without the white space and the comment around it."""
    _, equals = _key(data, statement.start)
    start = equals + 1
    while data[start : start + 1] in (b" ", b"\t"):
        start += 1
    end, _ = _value_end(data, equals)
    return start, start + len(data[start:end].rstrip())


def statements(data: bytes, start: int = 0) -> Iterator[Statement]:
    """The statements of a file in order. For valid TOML; over an invalid one it stays in bounds and ends.

    From `start` on, the offset of a line between statements, if it is given; lines then count from there.
    """
    at = counted = 3 if not start and data.startswith(b"\xef\xbb\xbf") else start
    line, table = 1, tuple[str, ...]()
    while at < len(data):
        stop = _BLANK.match(data, at).end()  # type: ignore[union-attr]  # it matches the empty string too
        if stop >= len(data):
            return
        if data[stop : stop + 1] in (b"\n", b"\r"):
            at = stop + 1
            continue
        line += data.count(b"\n", counted, stop)
        counted = stop
        if data[stop : stop + 1] == b"[":
            array = data[stop : stop + 2] == b"[["
            path, _ = _key(data, stop + (2 if array else 1))
            newline = data.find(b"\n", stop)
            at = newline + 1 if newline >= 0 else len(data)
            table = path
            yield Statement("array" if array else "table", path, line, stop, at)
        else:
            path, equals = _key(data, stop)
            _, at = _value_end(data, equals)
            yield Statement("key", (*table, *path), line, stop, at)


def locate(data: bytes, path: tuple[str | int, ...]) -> int:
    """The line of the statement that sets `path`, where an int is an index into an array of tables; 0 if none does.

    Falls back to the nearest statement around it: a key inside an inline table is on its table's line.
    """
    counts: dict[tuple[str | int, ...], int] = {}
    best, best_depth = 0, 0
    for statement in statements(data):
        full = _indexed(statement, counts)
        shared = 0
        while shared < min(len(full), len(path)) and full[shared] == path[shared]:
            shared += 1
        if shared == len(path) and len(full) == len(path):
            return statement.line
        if shared > best_depth and (shared == len(full) or shared == len(path)):
            best, best_depth = statement.line, shared
    return best


def _indexed(statement: Statement, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The path in the data: after each prefix that is an array of tables comes the index of its table at hand.

    `counts` has the last index of each array, by its own path in the data: an array within another begins anew in each.
    """
    full: tuple[str | int, ...] = ()
    for depth, part in enumerate(statement.path, 1):
        full = (*full, part)
        if statement.what == "array" and depth == len(statement.path):
            counts[full] = counts.get(full, -1) + 1
        if (index := counts.get(full)) is not None:
            full = (*full, index)
    return full

"""The head of a file, or one block, as sections of bytes in which single keys are set; the rest stays as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import tomli

from warroom.files.block import key as key_text
from warroom.files.block import value
from warroom.files.spans import comments_above, line_start
from warroom.toml import Statement, statements, value_span

Path = tuple[str, ...]

ORDER: Final = ("roles", "impact", "comms", "postmortem", "accepted", "action")
"""The tables of the head in the order in which this program writes them."""


@dataclass(slots=True, eq=False)
class Section:
    """A header with the comments directly above it and the keys below it; the keys at the top have no header.

    Two that say the same are two: each stands at its place.
    """

    path: Path
    array: bool
    data: bytes

    def pairs(self) -> Iterable[Statement]:
        return (statement for statement in statements(self.data) if statement.what == "key")


class Outline:
    """Sections that together are exactly the bytes given, until something is set."""

    def __init__(self, data: bytes) -> None:
        self.newline = b"\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else b"\n"
        self.sections: list[Section] = []
        path, array, start, floor = (), False, 0, 0  # type: Path, bool, int, int
        for statement in statements(data):
            if statement.what != "key":
                begin = comments_above(data, line_start(data, statement.start), floor)
                self.sections.append(Section(path, array, data[start:begin]))
                path, array, start = statement.path, statement.what == "array", begin
            floor = statement.end
        self.sections.append(Section(path, array, data[start:]))

    def render(self) -> bytes:
        return b"".join(section.data for section in self.sections)

    def set(self, path: Path, text: str | None, after: Sequence[str] = (), before: Sequence[str] = ()) -> None:
        """Sets one key to a value as TOML text, or takes it out (None).

        A new key stands after the last of the keys named in `after` that is there, else before the first of `before`,
        else last in its table; a missing table becomes one at the end.
        """
        self._remove_below(path)
        if self._set_in_place(path, text) or self._set_inline(path, text) or text is None:
            return
        parent, name = path[:-1], path[-1]
        home = next((section for section in self.sections if section.path == parent), None)
        if home is None and (found := self._dotted_sibling(parent)) is not None:
            home, prefix = found
            self._insert(home, ".".join(key_text(part) for part in (*prefix, name)), text, (), ())
            return
        if home is None:
            home = Section(parent, array=False, data=f"[{_dotted(parent)}]".encode() + self.newline)
            self.insert_section(home)
        self._insert(home, key_text(name), text, after, before)

    def _set_in_place(self, path: Path, text: str | None) -> bool:
        for section in self.sections:
            for statement in section.pairs():
                if statement.path != path:
                    continue
                data = section.data
                if text is None:
                    section.data = data[: line_start(data, statement.start)] + data[statement.end :]
                else:
                    start, end = value_span(data, statement)
                    section.data = data[:start] + text.encode() + data[end:]
                return True
        return False

    def _set_inline(self, path: Path, text: str | None) -> bool:
        """Sets a key of an inline table (`impact = { customers = "all" }`), which is written anew."""
        for section in self.sections:
            for statement in section.pairs():
                rest = path[len(statement.path) :]
                if path[: len(statement.path)] != statement.path or not rest:
                    continue
                start, end = value_span(section.data, statement)
                table = tomli.loads(f"it = {section.data[start:end].decode()}")["it"]
                if not isinstance(table, dict):
                    continue
                _set_nested(table, rest, text)
                section.data = section.data[:start] + value(table).encode() + section.data[end:]
                return True
        return False

    def _dotted_sibling(self, parent: Path) -> tuple[Section, Path] | None:
        """A section in which a key of the table `parent` is written with dots, and what to write before a name."""
        for section in self.sections:
            for statement in section.pairs():
                own = statement.path[len(section.path) :]
                if len(own) > 1 and statement.path[: len(parent)] == parent and not section.array:
                    return section, parent[len(section.path) :]
        return None

    def _insert(self, section: Section, name: str, text: str, after: Sequence[str], before: Sequence[str]) -> None:
        line = f"{name} = {text}".encode() + self.newline
        data = section.data
        at, place = self._end_of_keys(section), -1
        for statement in section.pairs():
            direct = statement.path[len(section.path) :]
            if len(direct) == 1 and direct[0] in after:
                at, place = statement.end, 1
            elif len(direct) == 1 and direct[0] in before and place < 0:
                at, place = line_start(data, statement.start), 0
        glue = self.newline if at and not data[:at].endswith(b"\n") else b""
        section.data = data[:at] + glue + line + data[at:]

    def _end_of_keys(self, section: Section) -> int:
        at = 3 if section.data.startswith(b"\xef\xbb\xbf") else 0
        for statement in statements(section.data):
            at = statement.end
        return at

    def _remove_below(self, path: Path) -> None:
        """Takes out what says the same with more headers or dots: `[[timeline.evidence]]`, `impact.x.y = 1`."""
        depth = len(path)
        self.sections = [s for s in self.sections if s.path[:depth] != path or not s.path]
        for section in self.sections:
            for statement in reversed(list(section.pairs())):
                if len(statement.path) > depth and statement.path[:depth] == path:
                    start = line_start(section.data, statement.start)
                    section.data = section.data[:start] + section.data[statement.end :]

    def insert_section(self, new: Section) -> None:
        """Puts a section where the format has it: before the first of a later table, else at the end."""
        later = ORDER[ORDER.index(new.path[0]) :] if new.path[0] in ORDER else ()
        if new.array:
            later = later[1:]
        place = next((i for i, s in enumerate(self.sections) if s.path[:1] and s.path[0] in later), len(self.sections))
        self.insert_at(place, new)

    def insert_at(self, place: int, new: Section) -> None:
        """Puts a section before the one that stands at `place` now, set off by blank lines."""
        previous = self.sections[place - 1]
        if previous.data and not previous.data.endswith(b"\n"):
            previous.data += self.newline
        followed = place < len(self.sections) or _ends_blank(previous.data)
        if previous.data.strip() and not _ends_blank(previous.data):
            previous.data += self.newline
        if followed and not _ends_blank(new.data):
            new.data += self.newline
        self.sections.insert(place, new)

    def items(self, path: Path) -> list[list[Section]]:
        """The tables of the list at `path`, each as its section and the sections below it."""
        found: list[list[Section]] = []
        for section in self.sections:
            if section.path == path and section.array:
                found.append([section])
            elif found and section.path[: len(path)] == path:
                found[-1].append(section)
        return found

    def remove(self, gone: Iterable[Section]) -> None:
        """Takes sections out; the blank line behind them stays."""
        marked = set(gone)
        kept: list[Section] = []
        for section in self.sections:
            if section not in marked:
                kept.append(section)
            elif kept and _ends_blank(section.data) and not _ends_blank(kept[-1].data):
                kept[-1].data += self.newline
        self.sections = kept


def _ends_blank(data: bytes) -> bool:
    return data.endswith((b"\n\n", b"\n\r\n"))


def _dotted(path: Path) -> str:
    return ".".join(key_text(part) for part in path)


def _set_nested(table: dict[str, Any], path: Path, text: str | None) -> None:
    for part in path[:-1]:
        table = table.setdefault(part, {})
    if text is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = tomli.loads(f"it = {text}")["it"]

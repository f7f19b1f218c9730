"""Reads themes from TOML files, with errors that name file, line, key and mend; a theme may extend another."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import Any, Final, get_args

from warroom.incident.kinds import SEVERITIES
from warroom.incident.times import TimeError, parse_duration
from warroom.text import clean, clean_line
from warroom.text.width import cells
from warroom.toml import TomlError, locate, parse
from warroom.voice.puns import STATING
from warroom.voice.theme import (
    EMOJI_KEYS,
    FACTS,
    HEADINGS,
    LABELS,
    PALETTE,
    PHRASE_KEYS,
    SECTIONS,
    STATES,
    WORDS,
    ActionsForm,
    DateForm,
    FactsForm,
    Layout,
    Seconds,
    StampStyle,
    Telling,
    Template,
    Theme,
    ThemeError,
    Thread,
    TimelineForm,
    ZonePlace,
)

NAME: Final = r"[a-z0-9][a-z0-9_-]{0,39}"
"""What the name of a theme, and so of its file, may be."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}|ansi_(?:default|(?:bright_)?(?:black|red|green|yellow|blue|magenta|cyan|white))")
_FACT_IN_PHRASE = re.compile(r"[0-9`\"“”<>\[\]]|://")
_TELLING_NAMES: Final = ("title", "duration", "severity", "services", "cause")
_CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "timeline": get_args(TimelineForm),
    "clock": (12, 24),
    "seconds": get_args(Seconds),
    "zone": get_args(ZonePlace),
    "date": get_args(DateForm),
    "stamp": get_args(StampStyle),
    "actions": get_args(ActionsForm),
    "facts_form": get_args(FactsForm),
    "numbered": (True, False),
    "joined": (True, False),
    "glyphs": (True, False),
}
_TEXT_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "states": STATES,
    "emoji": EMOJI_KEYS,
    "headings": HEADINGS,
    "flourishes": HEADINGS,
    "labels": LABELS,
    "words": WORDS,
}
_COMPLETE: Final[dict[str, tuple[str, ...]]] = {
    "palette": PALETTE,
    "headings": HEADINGS,
    "labels": LABELS,
    "words": WORDS,
    "document": tuple(field.name for field in fields(Layout)),
}
"""What a theme must have in full once it has taken over what it extends."""

_NEVER_EMPTY: Final[dict[str, tuple[str, ...]]] = {
    "headings": tuple(key for key in HEADINGS if key not in ("title", "summary", "conclusion")),
    "labels": tuple(key for key in LABELS if key not in PHRASE_KEYS),
    "words": WORDS,
}
"""What may be put otherwise, not left out: without its words a reader would not know what stands there."""

_COLOURS: Final = frozenset({"description", "extends", "dark", "palette"})

TEMPLATE: Final = ".jinja"
"""How the name of the template ends that may lie beside a theme's file."""
_LONGEST_TEMPLATE: Final = 32_768

_Parts = dict[str, Any]
_Path = tuple[str | int, ...]


def names(directories: Iterable[Path]) -> dict[str, Path]:
    """The themes in `directories` by name; where two have one name, the earlier directory's."""
    found: dict[str, Path] = {}
    for directory in directories:
        for path in sorted(directory.glob("*.toml")):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def find(name: str, directories: Sequence[Path]) -> Theme:
    """The theme of that name in the first directory that has it; ThemeError with the names there are."""
    known = names(directories)
    if name not in known:
        listed = ", ".join(known) or "none"
        raise ThemeError(clean_line(name) or "theme", 0, f"there is no such theme; there are: {listed}")
    return load(known[name], directories)


def load(path: Path, directories: Sequence[Path] = ()) -> Theme:
    """The theme in a file; what it extends is looked for beside it, then in `directories`. ThemeError if wrong."""
    parts = _chain(path, tuple(directories), ())
    layout = Layout(**parts.pop("document"))
    return Theme(name=path.stem, layout=layout, **parts)


def _chain(path: Path, directories: tuple[Path, ...], seen: tuple[Path, ...]) -> _Parts:
    file = _File(path)
    own = file.parts()
    own["template"] = _template(path)
    own["colours_only"] = own["colours_only"] and own["template"] is None
    base: _Parts = {}
    if "extends" in file.raw:
        wanted = file.text(file.raw["extends"], ("extends",))
        places = names((path.parent, *directories))
        if places.get(wanted) == path:
            places = names(place for place in directories if place.resolve() != path.parent.resolve())
        if wanted not in places:
            listed = ", ".join(places) or "none"
            raise file.error(("extends",), f"there is no theme {wanted!r}; there are: {listed}")
        if places[wanted] in (*seen, path):
            raise file.error(("extends",), f"{wanted!r} is built on this theme itself; name another one")
        base = _chain(places[wanted], directories, (*seen, path))
    merged = _merged(base, own)
    for table, keys in _COMPLETE.items():
        for key in keys:
            if key not in merged[table]:
                raise ThemeError(str(path), 0, 'missing; set it, or put extends = "plain" on top', f"{table}.{key}")
    return merged


def _merged(base: _Parts, own: _Parts) -> _Parts:
    merged: _Parts = {"threads": (), "opening": (), "closing": (), "footnote": (), **base}
    for key, value in own.items():
        if isinstance(value, Mapping):
            merged[key] = {**merged.get(key, {}), **value}
        elif key not in merged or value is not None:
            merged[key] = value
    merged["description"] = own["description"] or base.get("description", "")
    merged["dark"] = merged["dark"] if merged["dark"] is not None else True
    return merged


def _template(path: Path) -> Template | None:
    """The template beside a theme's file, checked; None where there is none. Jinja2 is loaded for it alone."""
    beside = path.with_suffix(TEMPLATE)
    if not beside.exists():
        return None
    try:
        source = beside.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ThemeError(str(beside), 0, f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ThemeError(str(beside), 0, "is not UTF-8; save it as UTF-8") from None
    if len(source) > _LONGEST_TEMPLATE:
        raise ThemeError(str(beside), 0, f"is longer than {_LONGEST_TEMPLATE} characters; shorten it")
    from warroom.voice.template import check

    template = Template(str(beside), clean(source))
    check(template)
    return template


class _File:
    """One theme file while it is read: every value is checked where it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.data = path.read_bytes()
        except OSError as error:
            raise ThemeError(str(path), 0, f"cannot be read: {error.strerror or error}") from None
        try:
            self.raw = parse(self.data, str(path))
        except TomlError as error:
            raise ThemeError(error.source, error.line, error.reason, error.key) from None

    def error(self, path: _Path, reason: str) -> ThemeError:
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        return ThemeError(str(self.path), locate(self.data, path), reason, clean_line(key))

    def parts(self) -> _Parts:
        if not re.fullmatch(NAME, self.path.stem):
            raise ThemeError(str(self.path), 0, "a theme's name is of a-z, 0-9, - and _; rename the file")
        tables = ("palette", "glyphs", "document", "phrases", "puns", *_TEXT_TABLES)
        lists = ("opening", "closing", "footnote")
        self.known(self.raw, (), ("description", "extends", "dark", "thread", *tables, *lists))
        parts: _Parts = {
            "description": self.text(self.raw.get("description", ""), ("description",)),
            "colours_only": "palette" in self.raw and set(self.raw) <= _COLOURS,
            "dark": self.choice(self.raw["dark"], ("dark",), (True, False)) if "dark" in self.raw else None,
            "palette": self.palette(),
            "glyphs": self.glyphs(),
            "document": self.layout(),
            "phrases": self.phrases(),
            "threads": self.threads(),
            "puns": self.puns(),
        }
        for name, keys in _TEXT_TABLES.items():
            parts[name] = self.texts(name, keys)
        for name in lists:
            parts[name] = self.tellings(name) if name in self.raw else None
        return parts

    def known(self, table: Mapping[str, Any], path: _Path, keys: Iterable[str]) -> None:
        allowed = tuple(keys)
        for key in table:
            if key not in allowed:
                from difflib import get_close_matches

                near = get_close_matches(key, allowed, n=1)
                hint = f"do you mean {near[0]}?" if near else f"known here: {', '.join(allowed)}"
                raise self.error((*path, key), f"unknown key; {hint}")

    def table(self, name: str) -> Mapping[str, Any]:
        value = self.raw.get(name, {})
        if not isinstance(value, dict):
            raise self.error((name,), f"must be a table; write [{name}]")
        return value

    def text(self, value: object, path: _Path) -> str:
        if not isinstance(value, str):
            raise self.error(path, "must be text in quotes")
        # The outer white space is meant: a separator, a flourish that begins with a space.
        return f"{value[: len(value) - len(value.lstrip(' '))]}{clean_line(value)}" + " " * (
            len(value) - len(value.rstrip(" ")) if value.strip() else 0
        )

    def choice(self, value: object, path: _Path, allowed: Sequence[object]) -> object:
        for option in allowed:
            if value == option and type(value) is type(option):
                return option
        raise self.error(path, f"must be one of {', '.join(_toml(option) for option in allowed)}")

    def texts(self, name: str, keys: tuple[str, ...]) -> dict[str, str]:
        table = self.table(name)
        self.known(table, (name,), keys)
        found = {key: self.text(value, (name, key)) for key, value in table.items()}
        if name == "headings" and "{title}" not in found.get("title", "{title}"):
            raise self.error((name, "title"), 'must hold {title}, as in "Postmortem: {title}"')
        for key in _NEVER_EMPTY.get(name, ()):
            if key in found and not found[key].strip():
                raise self.error((name, key), "must not be empty; a reader looks for it")
        return found

    def palette(self) -> dict[str, str]:
        table = self.table("palette")
        self.known(table, ("palette",), PALETTE)
        for key, value in table.items():
            if not isinstance(value, str) or not _COLOUR.fullmatch(value):
                raise self.error(("palette", key), 'must be a colour such as "#1e66f5" or "ansi_blue"')
        return dict(table)

    def glyphs(self) -> dict[str, tuple[str, str]]:
        table = self.table("glyphs")
        self.known(table, ("glyphs",), PHRASE_KEYS)
        found = {}
        for key, value in table.items():
            if not (isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) and v for v in value)):
                raise self.error(("glyphs", key), 'must be a sign and its ASCII form, as in ["▸", ">"]')
            sign, plain = (clean_line(part) for part in value)
            if not plain.isascii():
                raise self.error(("glyphs", key), f"the second sign, {plain}, must be ASCII")
            if (cells(sign), cells(plain)) != (1, 1):
                raise self.error(("glyphs", key), "each sign has room for one cell, which an emoji has not; shorten it")
            found[key] = (sign, plain)
        return found

    def layout(self) -> _Parts:
        table = self.table("document")
        self.known(table, ("document",), (field.name for field in fields(Layout)))
        found: _Parts = {}
        for key, value in table.items():
            path = ("document", key)
            if key in _CHOICES:
                found[key] = self.choice(value, path, _CHOICES[key])
            elif key == "separator":
                found[key] = self.text(value, path)
            else:
                found[key] = self.ordered(value, path, SECTIONS if key == "sections" else FACTS)
        return found

    def ordered(self, value: object, path: _Path, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """The names in their order, each once; what is left out follows, so that no theme can drop a fact."""
        if not isinstance(value, list) or not set(map(str, value)) <= set(allowed):
            raise self.error(path, f"must be a list of some of {', '.join(allowed)}")
        if len(set(value)) != len(value):
            raise self.error(path, "names one twice; name each once")
        rest = (name for name in allowed if name not in value and name not in ("impact", "cause"))
        return (*value, *(rest if allowed is FACTS else (name for name in allowed if name not in value)))

    def phrases(self) -> dict[str, tuple[str, ...]]:
        table = self.table("phrases")
        self.known(table, ("phrases",), PHRASE_KEYS)
        return {key: self.frames(value, ("phrases", key)) for key, value in table.items()}

    def threads(self) -> tuple[Thread, ...] | None:
        if "thread" not in self.raw:
            return None
        return tuple(self.thread(table, ("thread", place)) for place, table in enumerate(self.items("thread")))

    def thread(self, table: Mapping[str, Any], path: _Path) -> Thread:
        ends = ("actions", "footnote")
        self.known(table, path, (*PHRASE_KEYS, *ends))
        told = {key: self.text(table.get(key, ""), (*path, key)).strip() for key in ends}
        lines = {key: self.frames(value, (*path, key)) for key, value in table.items() if key not in ends}
        return Thread(lines, **told)

    def frames(self, value: object, path: _Path) -> tuple[str, ...]:
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list):
            raise self.error(path, 'must be a list of phrases, as in ["At last: {text}"]')
        found = []
        for place, item in enumerate(value, 1):
            frame = self.text(item, path).strip()
            before, hole, after = frame.partition("{text}")
            if not hole or "{" in before + after or "}" in before + after:
                raise self.error(path, f"phrase {place} must hold {{text}} once and no other braces")
            if fact := _FACT_IN_PHRASE.search(before + after):
                raise self.error(path, f"phrase {place} holds {fact[0]}: numbers, code, quotes and links are facts")
            found.append(frame)
        return tuple(found)

    def puns(self) -> dict[str, str]:
        found = {}
        for key, value in self.table("puns").items():
            pun = self.text(value, ("puns", key)).strip()
            if not re.fullmatch(r"[a-z]{3,}", key) or not re.fullmatch(r"[a-z]+(?:['-][a-z]+)*", pun):
                raise self.error(("puns", key), "must be lower-case words, as in perfect = 'purr-fect'")
            if key in STATING:
                raise self.error(("puns", key), "states a fact, which no pun may touch; take another word")
            found[key] = pun
        return found

    def items(self, name: str) -> list[Mapping[str, Any]]:
        value = self.raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error((name,), f"must be tables; write [[{name}]] and what belongs to it below")
        return value

    def tellings(self, name: str) -> tuple[Telling, ...]:
        return tuple(self.telling(item, (name, place)) for place, item in enumerate(self.items(name)))

    def telling(self, table: Mapping[str, Any], path: _Path) -> Telling:
        self.known(table, path, (field.name for field in fields(Telling)))
        if "text" not in table:
            raise self.error(path, "has no text; add text = '...'")
        text = self.text(table["text"], (*path, "text")).strip()
        self.placeholders(text, (*path, "text"))
        given: _Parts = {"text": text}
        for key, value in table.items():
            here = (*path, key)
            if key == "severity":
                values = value if isinstance(value, list) else [value]
                given[key] = tuple(self.choice(one, here, SEVERITIES) for one in values)
            elif key == "cause":
                given[key] = self.choice(value, here, ("known", "unknown"))
            elif key == "duration":
                given[key] = self.choice(value, here, ("known", "unknown", "ongoing"))
            elif key in ("at_least", "under"):
                given[key] = self.length(value, here)
        return Telling(**given)

    def placeholders(self, text: str, path: _Path) -> None:
        try:
            held = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
        except ValueError:
            raise self.error(path, "holds a brace without its partner; double a brace that is meant") from None
        for name, form, conversion in held:
            if name not in _TELLING_NAMES or form or conversion:
                known = ", ".join(f"{{{known}}}" for known in _TELLING_NAMES)
                raise self.error(path, f"unknown placeholder {{{name}}}; known: {known}")

    def length(self, value: object, path: _Path) -> timedelta:
        try:
            return parse_duration(self.text(value, path))
        except TimeError as error:
            raise self.error(path, str(error)) from None


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()

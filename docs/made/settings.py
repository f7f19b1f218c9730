"""Every key of warroom.toml as Markdown: types and defaults from the code that reads them, meanings from beside it."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest import mock

import tomli

from warroom.config.settings import KEYS, MAINTENANCE_KEYS, OBSERVER_KEYS, Defaults, read
from warroom.probes.build import build
from warroom.probes.kinds import KINDS
from warroom.probes.options import Options
from warroom.probes.resources import Resources

MEANINGS: Final[dict[str, dict[str, Any]]] = tomli.loads(
    Path(__file__).with_name("meanings.toml").read_text(encoding="utf-8")
)
T = TypeVar("T")


@dataclass(frozen=True)
class Key:
    """One key of a [[service]]: what understands its value, and what holds where it is not set."""

    name: str
    understand: Callable[[Any], object]
    default: object


def taken(kind: str) -> list[Key]:
    """The keys that a service of a kind may have, in the order in which they are read."""
    found: list[Key] = []

    class Seen(Options):
        """Options that tell what was asked of them."""

        def take(self, key: str, understand: Callable[[Any], T], default: T) -> T:
            found.append(Key(key, understand, default))
            return super().take(key, understand, default)

    _, _, least = _said("least", kind)
    settings = read(f'[[service]]\nname = "x"\n{least}\n'.encode(), Path("warroom.toml"))
    with mock.patch.object(sys.modules[build.__module__], "Options", Seen):
        build(settings, Resources({}))
    return found


def tables() -> str:
    """All tables with all their keys; ValueError where a key has no meaning, or a meaning no key."""
    of_kind = {kind: taken(kind) for kind in KINDS}
    common = [key for key in of_kind["http"] if all(key.name in {k.name for k in keys} for keys in of_kind.values())]
    shared = {key.name for key in common}
    parts = [
        _section("At the top", "top", [(name, *_said("top", name)) for name in KEYS if name in MEANINGS["top"]]),
        _section("[keys]", "keys", [(name, *_said("keys", name)) for name in MEANINGS["keys"]]),
        _section("[defaults]", "defaults", [_default(field.name) for field in fields(Defaults)]),
        _section("[observer]", "observer", [(name, *_said("observer", name)) for name in OBSERVER_KEYS]),
        _section("[[maintenance]]", "maintenance", [(n, *_said("maintenance", n)) for n in MAINTENANCE_KEYS]),
        _section("[[service]]", "service", [("name", *_said("service", "name")), *map(_common, common)]),
    ]
    for kind, keys in of_kind.items():
        own = [_own(kind, key) for key in keys if key.name not in shared]
        parts.append(_section(f"[[service]] of kind {kind}", kind, own))
    _complain(of_kind)
    return "\n".join(parts)


def _complain(of_kind: dict[str, list[Key]]) -> None:
    known: dict[str, set[str]] = {
        "least": set(KINDS),
        "top": set(KEYS) & set(MEANINGS["top"]),
        "keys": {"COMMAND ID"},
        "defaults": {field.name for field in fields(Defaults)},
        "observer": set(OBSERVER_KEYS),
        "maintenance": set(MAINTENANCE_KEYS),
        "service": {"name"} | {key.name for keys in of_kind.values() for key in keys},
        **{kind: {key.name for key in keys} for kind, keys in of_kind.items()},
    }
    for table, meanings in MEANINGS.items():
        if stray := meanings.keys() - known.get(table, set()):
            raise ValueError(f"meanings.toml, [{table}]: there is no key {', '.join(sorted(stray))}")
    if left := set(KEYS) - MEANINGS["top"].keys() - MEANINGS.keys():
        raise ValueError(f"meanings.toml: nothing is said of {', '.join(sorted(left))}")


def _section(title: str, table: str, rows: list[tuple[str, str, str, str]]) -> str:
    heading = f"## {title}" if "kind" not in title else f"### {table}"
    return "\n".join((heading, "", *_table(rows), ""))


def _table(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    yield from ("| Key | Type | If absent | Meaning |", "| --- | --- | --- | --- |")
    yield from (f"| `{name}` | {kind} | {absent} | {meaning} |" for name, kind, absent, meaning in rows)


def _said(table: str, name: str) -> tuple[str, str, str]:
    """Type, what holds where it is absent, meaning; "" for what the code knows."""
    said = MEANINGS.get(table, {}).get(name)
    if said is None:
        raise ValueError(f"meanings.toml, [{table}]: nothing is said of {name}")
    return ("", "", said) if isinstance(said, str) else tuple(said)


def _default(name: str) -> tuple[str, str, str, str]:
    kind, _, meaning = _said("defaults", name)
    value = getattr(Defaults(), name)
    return name, kind, f"`{value}`" if isinstance(value, int) else f'`"{value:g}s"`', meaning


def _common(key: Key) -> tuple[str, str, str, str]:
    name, kind, absent, meaning = _own("service", key)
    if name in MEANINGS["defaults"]:
        absent = "by `[defaults]`"
    return name, kind, "by kind" if name in ("must", "should") else absent, meaning


def _own(table: str, key: Key) -> tuple[str, str, str, str]:
    kind, absent, meaning = _said("service" if key.name in MEANINGS["service"] else table, key.name)
    absent = "needed" if key.name == table else absent or _shown(key.default)
    return key.name, kind or _type(key.understand), absent, meaning


def _type(understand: Callable[[Any], object]) -> str:
    """The type of a value, as the function that understands it says in the first clause of its docstring."""
    told = (understand.__doc__ or "").strip()
    if not told:
        raise ValueError(f"{understand.__qualname__} does not say what it understands")
    clause = told.replace(";", ".").partition(". ")[0].rstrip(".").partition(", at least")[0]
    return (clause if clause.isupper() else clause[0].lower() + clause[1:]).replace("|", "\\|")


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, int) and default >= 1024:
        return f'`"{default // 1024}KiB"`'
    return f'`"{default}"`' if default else "none"

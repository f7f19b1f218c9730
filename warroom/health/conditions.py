"""The small language of `must` and `should`: parsed, never eval'ed; a missing value makes a condition false."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final, Literal

from warroom.health.results import Level

Dimension = Literal["number", "seconds", "bytes", "percent", "text", "any"]

OPERATORS: Final = ("==", "!=", "<=", ">=", "<", ">", "in", "not in", "contains", "not contains", "matches")
_UNITS: Final[Mapping[str, tuple[Dimension, float]]] = {
    "us": ("seconds", 1e-6),
    "ms": ("seconds", 1e-3),
    "s": ("seconds", 1.0),
    "m": ("seconds", 60.0),
    "h": ("seconds", 3600.0),
    "d": ("seconds", 86400.0),
    "w": ("seconds", 604800.0),
    "B": ("bytes", 1.0),
    "KiB": ("bytes", 1024.0),
    "MiB": ("bytes", 1024.0**2),
    "GiB": ("bytes", 1024.0**3),
    "TiB": ("bytes", 1024.0**4),
    "kB": ("bytes", 1e3),
    "MB": ("bytes", 1e6),
    "GB": ("bytes", 1e9),
    "TB": ("bytes", 1e12),
    "%": ("percent", 1.0),
}
_EXAMPLE: Final[Mapping[str, str]] = {"seconds": "300ms or 21d", "bytes": "64KiB", "percent": "85%"}
_WORDS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None}

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<unit>%|[A-Za-z]+)?
    | '(?P<single>(?:[^'\\]|\\.)*)' | "(?P<double>(?:[^"\\]|\\.)*)"
    | (?P<operator>==|!=|<=|>=|<|>)
    | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    | (?P<sign>[\[\],.])
    )""",
    re.VERBOSE,
)
# Every other backslash stays: a regular expression is full of them.
_ESCAPE = re.compile(r"\\([\\'\"])")
_LONGEST: Final = 60
_WHOLE_WORDS: Final = re.compile(rf".{{{_LONGEST - 1}}}\S{{0,256}}")


class ConditionError(ValueError):
    """One line: what is wrong with a condition and how to write it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`path` is what to look at, `value` what to hold it against in base units (seconds, bytes, percent); `unit` is
    the one it was written in, "" where it has none."""

    text: str
    path: tuple[str | int, ...]
    operator: str
    value: Any
    pattern: re.Pattern[str] | None = None
    unit: str = ""

    @property
    def root(self) -> str:
        """The first word of the path."""
        return str(self.path[0])


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition held; `reason` says why not ("status == 200: got 503"), and is "" where it did.

    Where it is `undecided`, nobody knows whether it would hold: that is the fault of the check.
    """

    held: bool
    reason: str = ""
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    what: str
    value: Any
    dimension: Dimension = "any"
    unit: str = ""


def parse(text: str, vocabulary: Mapping[str, Dimension]) -> Condition:
    """A condition `LHS OP RHS`. `vocabulary` names what a kind of check can look at: the first word of LHS, or the
    whole dotted name where that has a dimension of its own ("body.len"). ConditionError for all else."""
    tokens = list(_tokens(text))
    unit = next((token.unit for token in tokens if token.unit), "")
    path, rest = _path(text, tokens)
    dimension = _dimension(text, path, vocabulary)
    operator, rest = _operator(text, rest)
    value, rest = _value(text, operator, dimension, rest)
    if rest:
        raise ConditionError(f"{text!r}: one condition only; write each as a string of its own in the list")
    pattern = None
    if operator == "matches":
        pattern = _pattern(text, value)
    elif operator in ("in", "not in") and not isinstance(value, tuple):
        raise ConditionError(f"{text!r}: 'in' needs a list, such as ['ok', 'degraded']")
    return Condition(text, path, operator, value, pattern, unit)


def evaluate(
    condition: Condition,
    values: Mapping[str, Any],
    searched: Mapping[str, bool | None] | None = None,
    absent: Mapping[str, str] | None = None,
) -> Verdict:
    """Whether `condition` holds for `values`; what is missing, not a number or of another type makes it false.

    `searched` brings the outcome of `matches` conditions, by their text, that were searched elsewhere with a time
    limit; None there means that it ran out. `absent` says why a first word is missing altogether.
    """
    found, missing = look_up(condition.path, values)
    if missing:
        why = (absent or {}).get(str(condition.path[0]), "")
        return Verdict(False, f"{condition.text}: {missing} is missing" + (f" ({why})" if why else ""))
    if condition.pattern is not None:
        outcome = searched[condition.text] if searched and condition.text in searched else _search(condition, found)
        if outcome is None:
            mend = "write it without a repeat inside of a repeat, or with contains"
            return Verdict(False, f"{condition.text}: the search took too long; {mend}", undecided=True)
        return Verdict(True) if outcome else Verdict(False, f"{condition.text}: got {shown(found)}")
    if isinstance(found, float) and isnan(found):
        return Verdict(False, f"{condition.text}: got NaN")
    try:
        held = _compare(condition.operator, found, condition.value)
    except TypeError:
        return Verdict(False, f"{condition.text}: got {shown(found)}, which is not comparable")
    return Verdict(True) if held else Verdict(False, f"{condition.text}: got {_measured(found, condition.unit)}")


def judge(
    must: Iterable[Condition],
    should: Iterable[Condition],
    values: Mapping[str, Any],
    searched: Mapping[str, bool | None] | None = None,
    absent: Mapping[str, str] | None = None,
) -> tuple[Level, tuple[str, ...]]:
    """CRIT where a `must` is false, else WARN where a `should` is, with the reasons; the worst reasons first.

    UNKNOWN where it depends on one that is undecided: on a `must` while no other is false, on a `should` while none is.
    """
    failed = [[v for c in group if not (v := evaluate(c, values, searched, absent)).held] for group in (must, should)]
    told: list[tuple[Level, tuple[str, ...]]] = []
    for level, verdicts in zip((Level.CRIT, Level.WARN), failed, strict=True):
        told.append((level, tuple(v.reason for v in verdicts if not v.undecided)))
        told.append((Level.UNKNOWN, tuple(v.reason for v in verdicts if v.undecided)))
    worst = next((level for level, reasons in told if reasons), Level.OK)
    return worst, tuple(reason for _, reasons in told for reason in reasons)


def shown(value: Any) -> str:
    """A value as a reason shows it: short, one line; no half word, for of half a secret nobody knows that it is one."""
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    try:
        text = value if isinstance(value, str) else repr(value)
    except (RecursionError, ValueError):  # nested too deeply, or a number of thousands of digits
        return "…"
    text = " ".join(text[:1000].split())
    whole = _WHOLE_WORDS.match(text) if len(text) > _LONGEST else None
    return f"{whole[0]}…" if whole and whole[0] != text else text


def _measured(found: Any, unit: str) -> str:
    """What was found, in the unit of the condition, so that the two can be compared at a glance."""
    if not unit or isinstance(found, bool) or not isinstance(found, int | float):
        return shown(found)
    size = _UNITS[unit][1]
    try:
        return shown(found / size if size != 1.0 else found) + unit
    except OverflowError:  # a whole number beyond every float, as JSON may hold
        return shown(found)


def _tokens(text: str) -> Iterable[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ConditionError(f"{text!r}: {text[at:].strip()[:20]!r} is not understood here")
        at = found.end()
        yield _token(text, found)


def _token(text: str, found: re.Match[str]) -> _Token:
    if found["number"]:
        if not found["unit"]:
            return _Token("literal", _number(text, found["number"]), "number")
        if found["unit"] not in _UNITS:
            raise ConditionError(f"{text!r}: unknown unit {found['unit']!r}; known: {' '.join(_UNITS)}")
        dimension, size = _UNITS[found["unit"]]
        return _Token("literal", float(found["number"]) * size, dimension, found["unit"])
    for quote in ("single", "double"):
        if found[quote] is not None:
            return _Token("literal", _ESCAPE.sub(r"\1", found[quote]), "text")
    if found["operator"]:
        return _Token("operator", found["operator"])
    return _Token("name", found["name"]) if found["name"] else _Token("sign", found["sign"])


def _number(text: str, digits: str) -> int | float:
    try:
        return float(digits) if re.search("[.eE]", digits) else int(digits)
    except ValueError:  # thousands of digits, which Python refuses to read
        raise ConditionError(f"{text!r}: a number of {len(digits)} digits is too long") from None


def _path(text: str, tokens: Sequence[_Token]) -> tuple[tuple[str | int, ...], Sequence[_Token]]:
    if not tokens or tokens[0].what != "name":
        raise ConditionError(f"{text!r}: begin with what to look at, such as status, latency or json.state")
    path: list[str | int] = [tokens[0].value]
    at = 1
    while at < len(tokens) and tokens[at].what == "sign":
        sign, rest = tokens[at].value, tokens[at + 1 : at + 3]
        if sign == "." and rest and (rest[0].what == "name" or rest[0].dimension == "text"):
            path.append(rest[0].value)
            at += 2
        elif sign == "[" and len(rest) > 1 and rest[1] == _Token("sign", "]") and isinstance(rest[0].value, int | str):
            path.append(rest[0].value)
            at += 3
        else:
            raise ConditionError(f"{text!r}: the path breaks off at {sign!r}; write json.a.b[0] or json['odd key']")
    return tuple(path), tokens[at:]


def _dimension(text: str, path: tuple[str | int, ...], vocabulary: Mapping[str, Dimension]) -> Dimension:
    whole = ".".join(str(part) for part in path)
    if whole in vocabulary:
        return vocabulary[whole]
    if str(path[0]) in vocabulary and (len(path) == 1 or vocabulary[str(path[0])] == "any"):
        return vocabulary[str(path[0])]
    from difflib import get_close_matches

    near = get_close_matches(whole, vocabulary, 1) or get_close_matches(str(path[0]), vocabulary, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ConditionError(f"{text!r}: {whole} is nothing this check can see ({', '.join(vocabulary)}){hint}")


def _operator(text: str, tokens: Sequence[_Token]) -> tuple[str, Sequence[_Token]]:
    if tokens and tokens[0].what == "operator":
        return tokens[0].value, tokens[1:]
    words = [token.value for token in tokens[:2] if token.what == "name"]
    if words and words[0] in OPERATORS:
        return words[0], tokens[1:]
    if len(words) > 1 and " ".join(words) in OPERATORS:
        return " ".join(words), tokens[2:]
    raise ConditionError(f"{text!r}: an operator is missing; known: {', '.join(OPERATORS)}")


def _value(text: str, operator: str, dimension: Dimension, tokens: Sequence[_Token]) -> tuple[Any, Sequence[_Token]]:
    if not tokens:
        raise ConditionError(f"{text!r}: nothing stands after {operator!r}")
    first, rest = tokens[0], tokens[1:]
    if first == _Token("sign", "["):
        items: list[Any] = []
        while rest and rest[0] != _Token("sign", "]"):
            items.append(_literal(text, operator, dimension, rest[0]))
            rest = rest[1:]
            if rest and rest[0] == _Token("sign", ","):
                rest = rest[1:]
            elif rest and rest[0] != _Token("sign", "]"):
                raise ConditionError(f"{text!r}: a list is ['a', 'b'], with commas")
        if not rest:
            raise ConditionError(f"{text!r}: the list is not closed; ']' is missing")
        return tuple(items), rest[1:]
    return _literal(text, operator, dimension, first), rest


def _literal(text: str, operator: str, dimension: Dimension, token: _Token) -> Any:
    if token.what == "name" and token.value in _WORDS:
        return _WORDS[token.value]
    if token.what != "literal":
        raise ConditionError(f"{text!r}: {token.value!r} is no value; text stands in quotes: '{token.value}'")
    ordered = operator in ("<", "<=", ">", ">=", "==", "!=", "in", "not in")
    if ordered and dimension in _EXAMPLE and token.dimension != dimension:
        raise ConditionError(f"{text!r}: {shown(token.value)} needs a unit here, such as {_EXAMPLE[dimension]}")
    if ordered and dimension == "number" and token.dimension != "number":
        raise ConditionError(f"{text!r}: this is held against a plain number, without unit or quotes")
    if ordered and dimension == "text" and token.dimension != "text":
        raise ConditionError(f"{text!r}: this is text: write '{shown(token.value)}' in quotes")
    if dimension == "any" and token.dimension == "percent":
        raise ConditionError(f"{text!r}: it is not known here what 100 % is; write a plain number")
    return token.value


def _pattern(text: str, value: Any) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise ConditionError(f"{text!r}: 'matches' needs a regular expression in quotes")
    try:
        return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ConditionError(f"{text!r}: not a regular expression: {error}") from None


def look_up(path: tuple[str | int, ...], values: Mapping[str, Any]) -> tuple[Any, str]:
    """The value at `path`, or the name of the first part of it that is missing."""
    found: Any = values
    whole = ".".join(str(part) for part in path)
    if whole in values:
        return values[whole], ""
    for depth, part in enumerate(path, 1):
        if isinstance(found, Mapping) and str(part) in found:
            found = found[str(part)]
        elif isinstance(found, Sequence) and not isinstance(found, str) and isinstance(part, int):
            if not -len(found) <= part < len(found):
                return None, _named(path[:depth])
            found = found[part]
        else:
            return None, _named(path[:depth])
    return found, ""


def _named(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _search(condition: Condition, found: Any) -> bool:
    text = found if isinstance(found, str) else shown(found)
    return condition.pattern is not None and condition.pattern.search(text) is not None


def _compare(operator: str, found: Any, value: Any) -> bool:
    match operator:
        case "==":
            return _same(found, value)
        case "!=":
            return not _same(found, value)
        case "in":
            return any(_same(found, item) for item in value)
        case "not in":
            return not any(_same(found, item) for item in value)
        case "contains":
            return _contains(found, value)
        case "not contains":
            return not _contains(found, value)
    if isinstance(found, bool) or isinstance(value, bool) or found is None or value is None:
        raise TypeError
    match operator:
        case "<":
            return bool(found < value)
        case "<=":
            return bool(found <= value)
        case ">":
            return bool(found > value)
        case _:
            return bool(found >= value)


def _same(found: Any, value: Any) -> bool:
    """Equality that never takes true for 1, as Python would."""
    if isinstance(found, bool) or isinstance(value, bool):
        return found is value
    return bool(found == (list(value) if isinstance(value, tuple) and isinstance(found, list) else value))


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    if isinstance(found, Mapping):
        return str(value) in found
    if isinstance(found, Sequence):
        return any(_same(item, value) for item in found)
    raise TypeError

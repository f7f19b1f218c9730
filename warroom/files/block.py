"""TOML as incident files write it: one `[[timeline]]` block and its values. Light: no dataclasses, no msgspec."""

import datetime
import re
from collections.abc import Mapping
from functools import cache

_ESCAPES = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES.update({"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"})
_TO_ESCAPE = '[\x00-\x1f"\\\\\x7f\ud800-\udfff]'
_TO_ESCAPE_IN_PROSE = "[\x00-\x08\x0b-\x1f\\\\\x7f\ud800-\udfff]"
_QUOTE_RUN = r'"{3,}|"+\Z'
_LAST = ("evidence", "revisions", "text")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when first needed: a plain line of ASCII needs none of them."""
    return re.compile(pattern)


def _escaped(found: re.Match[str]) -> str:
    # A lone surrogate has no UTF-8: it can only come from undecodable bytes, and is shown as such.
    return _ESCAPES.get(found[0], "\ufffd")


def quoted(text: str) -> str:
    """`text` as a basic string on one line."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{_compiled(_TO_ESCAPE).sub(_escaped, text)}"'


def prose(text: str) -> str:
    '''`text` as a person would write it: with line breaks between """ where it has any, else on one line.'''
    if "\n" not in text:
        return quoted(text)
    escaped = _compiled(_TO_ESCAPE_IN_PROSE).sub(_escaped, text)
    inner = _compiled(_QUOTE_RUN).sub(lambda run: '\\"' * len(run[0]), escaped)
    return f'"""\n{inner}"""'


def key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "a").isalnum()
    return name if bare or (name and not name.strip("-")) else quoted(name)


def moment(at: datetime.datetime) -> str:
    """RFC 3339, no finer than `at` is; an offset that is not whole minutes (local mean times) becomes UTC."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"{at} has no offset from UTC")
    if offset.total_seconds() % 60:
        at = at.astimezone(datetime.UTC)
    part = "seconds" if not at.microsecond else "milliseconds" if at.microsecond % 1000 == 0 else "microseconds"
    text = at.isoformat(timespec=part)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def value(what: object) -> str:
    """Any value of an incident file on one line. ValueError for what TOML can't hold."""
    if isinstance(what, str):
        return quoted(what)
    if isinstance(what, bool):
        return "true" if what else "false"
    if isinstance(what, int | float):
        return repr(what)
    if isinstance(what, datetime.datetime):
        return moment(what) if what.tzinfo else what.isoformat()
    if isinstance(what, datetime.date | datetime.time):
        return what.isoformat()
    if isinstance(what, list | tuple):
        return f"[{', '.join(value(item) for item in what)}]"
    if isinstance(what, Mapping):
        inner = ", ".join(f"{key(name)} = {value(item)}" for name, item in what.items() if item is not None)
        return f"{{ {inner} }}" if inner else "{}"
    raise ValueError(f"{what!r} has no form in TOML")


def is_blank(what: object) -> bool:
    """Whether a value is not written: unset, empty or false. A zero is a figure and is written."""
    return what is None or what is False or (not isinstance(what, int | float) and not what)


def block(fields: Mapping[str, object]) -> bytes:
    """One entry as the bytes to append: a newline first, `id` first, `text` last and always, blanks left out.

    `fields` maps the names of an entry's fields to plain values. ValueError without an id: a block that does not
    begin with one could not be told from a torn one. ValueError for a time without an offset.
    """
    given = dict(fields)
    if not given.get("id"):
        raise ValueError("an entry needs an id")
    if isinstance(at := given.get("at"), datetime.datetime):
        moment(at)
    names = ["id", *(name for name in given if name != "id" and name not in _LAST), *_LAST]
    lines = [f"{key(name)} = {value(given[name])}" for name in names if not is_blank(given.get(name))]
    if not given.get("text"):
        lines.append('text = ""')
    return ("\n[[timeline]]\n" + "\n".join(lines) + "\n").encode()

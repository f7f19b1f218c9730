"""Secrets: named in the configuration by `${env:X}` or `${file:/path}`, read as late as they are used."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from warroom.config.paths import whole

_REFERENCE: Final = re.compile(r"\$\{(env|file):([^}]*)\}")
_FILE: Final = re.compile(r"\$\{file:([^}]*)\}")
_MOST_BYTES: Final = 64 * 1024


class SecretError(ValueError):
    """One line: which secret cannot be read and why; never the secret."""


class Secret:
    """A text that must not be shown. `repr` and `str` give it away as little as a log line does."""

    __slots__ = ("_template",)

    def __init__(self, template: str) -> None:
        self._template = template

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._template == self._template

    def __hash__(self) -> int:
        return hash(self._template)

    @property
    def literal(self) -> bool:
        """Whether the secret itself stands in the configuration, instead of a reference to it."""
        return bool(self._template.strip()) and not refers(self._template)

    def reveal(self, environ: Mapping[str, str], spell: Callable[[str], str] = str) -> str:
        """The text with its references replaced by what `spell` makes of them; SecretError where one cannot be."""
        return _REFERENCE.sub(lambda found: spell(_read(found[1], found[2], environ)), self._template)

    def values(self, environ: Mapping[str, str]) -> tuple[str, ...]:
        """What must be scrubbed from everything shown: each referenced value, or the whole text if it is literal."""
        found = tuple(_read(match[1], match[2], environ) for match in _REFERENCE.finditer(self._template))
        return found or ((self._template,) if self._template else ())


def refers(text: str) -> bool:
    """Whether `text` holds a reference to a secret."""
    return _REFERENCE.search(text) is not None


def with_placeholders(text: str) -> str:
    """`text` with the word SECRET for each reference: fit to be shown, and to be understood as an address."""
    return _REFERENCE.sub("SECRET", text)


def placed(value: Any, directory: Path) -> Any:
    """`value`, a text or lists and tables with texts in them, with every `${file:x}` as a path from `directory` on."""
    if isinstance(value, str):
        return _FILE.sub(lambda found: f"${{file:{whole(found[1], directory)}}}", value)
    if isinstance(value, list):
        return [placed(item, directory) for item in value]
    return {key: placed(item, directory) for key, item in value.items()} if isinstance(value, dict) else value


def _read(where: str, name: str, environ: Mapping[str, str]) -> str:
    if where == "env":
        if name not in environ:
            raise SecretError(f"the environment variable {name} is not set; set it where warroom starts")
        return environ[name]
    try:
        with Path(name).open("rb") as file:
            return file.read(_MOST_BYTES).decode().strip()
    except UnicodeDecodeError:
        raise SecretError(f"the secret file {name} is not UTF-8; save it as UTF-8") from None
    except (OSError, ValueError) as error:  # the second: a NUL in the path
        why = error.strerror if isinstance(error, OSError) else error
        raise SecretError(f"the secret file {name} cannot be read: {why}; mend its path or rights") from None

"""Keys as they are called: what the footer says while a text field has them, and sentences that name some."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from warroom.commands import BY_ID
from warroom.tui.bindings import is_text, key_label

if TYPE_CHECKING:
    from warroom.tui.draft import Draft

_NAMED: Final = re.compile(r"\{([a-z]+(?:[.-][a-z]+)*)\}")
Pairs = tuple[tuple[str, str], ...]

_IN_THE_EDITOR: Final = {
    "postmortem.jump": "section",
    "postmortem.find": "find",
    "entry.quote": "entry",
    "editor": "$EDITOR",
    "palette": "commands",
}


def of_composer(draft: "Draft") -> Pairs:
    kind = (("Tab", "kind"),) if draft.kind is not None and not draft.mark else ()
    ends = "set aside" if draft.lasts else "leave"
    return (("Enter", "log" if draft.timed else draft.enter), *kind, ("^J", "new line"), ("Esc", ends))


def of_editor(keys: Mapping[str, tuple[str, ...]]) -> Pairs:
    """Of each command the first of its `keys` that is not a character of the text; without one it is left out."""
    found = ((next((key for key in keys[name] if not is_text(key)), ""), word) for name, word in _IN_THE_EDITOR.items())
    return (("Esc", "timeline"), *((key_label(key), word) for key, word in found if key))


def with_keys(sentence: str, keys: Mapping[str, tuple[str, ...]]) -> str:
    """One of our own sentences with the key of each `{command id}` in it; `:title`, as it is found without one."""
    return _NAMED.sub(lambda found: _called(found[1], keys[found[1]]), sentence)


def _called(command_id: str, own: tuple[str, ...]) -> str:
    return key_label(own[0]) if own else f":{BY_ID[command_id].title}"

"""Action items on one line: `Restart policy for all containers @ben !high #prevent due:2026-12-01 link:URL`."""

import re
from datetime import date
from typing import Any, Final, get_args

from warroom.incident.kinds import ActionStatus, ActionType, Priority
from warroom.incident.model import Action

_WORD: Final = re.compile(r"(?:^|(?<=\s))(@|!|#|due:|status:|link:)(\S+)")
_MEANING: Final = {"@": "owner", "!": "priority", "#": "type", "due:": "due", "status:": "status", "link:": "url"}
_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "priority": get_args(Priority)[1:],
    "type": get_args(ActionType)[1:],
    "status": get_args(ActionStatus),
}


class ActionError(ValueError):
    """One line that says which word of an action item was not understood, and what would be."""


def parse_action(text: str) -> dict[str, Any]:
    """The fields of an action item: all of them, those not named as unset, so that leaving a word out unsets it.

    `@owner`, `!priority`, `#type`, `due:DATE`, `status:WORD` and `link:URL` may stand anywhere; the rest is the title,
    its first line, and the detail, the lines below. A `#42` or `!important` that names no type or priority stays in the
    title.
    """
    fields: dict[str, Any] = {"owner": "", "priority": "", "type": "", "due": None, "status": "open", "url": ""}

    def take(match: re.Match[str]) -> str:
        name, value = _MEANING[match[1]], match[2]
        if name == "due":
            fields["due"] = _date(value)
        elif name in ("owner", "url"):
            fields[name] = value
        elif value.lower() in _VALUES[name]:
            fields[name] = value.lower()
        elif name == "status":
            raise ActionError(f"status:{value} is not known; write status:{', status:'.join(_VALUES[name])}")
        else:
            return match[0]
        return ""

    first, _, detail = text.partition("\n")
    title = " ".join(_WORD.sub(take, first).split())
    if not title:
        raise ActionError("an action item needs a title: what is to be done")
    return {"title": title, "detail": detail.strip(), **fields}


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ActionError(f"due:{value} is not a date; write due:2026-12-01") from None


def action_line(action: Action) -> str:
    """The line that `parse_action` reads as this action; what is unset is left out."""
    words = [
        action.title,
        f"@{action.owner}" if action.owner else "",
        f"!{action.priority}" if action.priority else "",
        f"#{action.type}" if action.type else "",
        f"due:{action.due.isoformat()}" if action.due else "",
        f"status:{action.status}" if action.status != "open" else "",
        f"link:{action.url}" if action.url and not any(map(str.isspace, action.url)) else "",
    ]
    line = " ".join(word for word in words if word)
    return f"{line}\n{action.detail}" if action.detail else line

"""Action items as styled lines."""

from datetime import date
from typing import Final

from warroom.incident.model import Action
from warroom.presenters.glyphs import Charset
from warroom.presenters.runs import Line, Run
from warroom.text import clean, clean_line
from warroom.text.width import cells, fit, wrap

_BOX: Final = {"open": ("☐", "[ ]"), "done": ("☑", "[x]"), "dropped": ("☒", "[-]")}


def overdue(action: Action, today: date) -> bool:
    return action.status == "open" and action.due is not None and action.due < today


def action_row(action: Action, width: int, today: date, charset: Charset = "unicode") -> Line:
    """One action item in exactly `width` cells: box, title, owner, due date, type; an overdue one says so in words."""
    box = _BOX[action.status][charset == "ascii"]
    late = overdue(action, today)
    due = f"{action.due.isoformat()}{' LATE' if late else ''}" if action.due else ""
    columns = [
        (clean_line(action.owner) or "no owner", 10, "" if action.owner else "warning", 40),
        (due or "no date", 15, "overdue" if late else "" if due else "muted", 58),
        (action.type or "no type", 8, "" if action.type else "muted", 76),
        (action.priority, 6, "", 86),
    ]
    shown = [(text, size, style) for text, size, style, least in columns if width >= least]
    title = max(width - len(box) - 2 - sum(size + 1 for _, size, _ in shown), 4)
    body = "struck" if action.status == "dropped" else "muted" if action.status == "done" else ""
    runs = [Run(f" {box} ", body), Run(fit(clean_line(action.title), title), body)]
    runs += [Run(" " + fit(text, size), style) for text, size, style in shown]
    return tuple(runs)


def action_lines(action: Action, width: int, today: date, charset: Charset = "unicode") -> list[Line]:
    """One action item: its row, and below it the detail, the link, and what the row had no room for."""
    front, late = Run("     "), overdue(action, today)
    due = f"due {action.due.isoformat()}{' LATE' if late else ''}" if action.due else ""
    priority = f"{action.priority} priority" if action.priority else ""
    hidden = [
        (action.owner and clean_line(action.owner), "", 40),
        (due, "overdue" if late else "muted", 58),
        (action.type, "muted", 76),
        (priority, "muted", 86),
    ]
    told = [(text, "muted") for text in (*clean(action.detail).split("\n"), clean_line(action.url)) if text.strip()]
    told += [(text, style) for text, style, least in hidden if text and width < least]
    room = max(width - cells(front.text), 8)
    below = [(front, Run(line, style)) for text, style in told for line in wrap(text, room)]
    return [action_row(action, width, today, charset), *below]

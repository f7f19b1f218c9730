"""What is to be done, as a numbered list or a table; each action with all that is known of it."""

from collections.abc import Iterator

from warroom.incident.model import Action
from warroom.postmortem import escape, timeline
from warroom.postmortem.narration import Narration
from warroom.postmortem.stamps import day


def render(narration: Narration) -> str:
    """The actions in the form of the theme's layout; one short sentence where there are none."""
    actions = narration.incident.actions
    if not actions:
        return narration.theme.words["no_actions"]
    if narration.theme.layout.actions == "table":
        return _table(narration, actions)
    items = []
    for number, action in enumerate(actions, 1):
        rows = told(narration, action)
        indent = " " * (len(str(number)) + 2)
        items.append(f"{number}. " + "\n".join([rows[0], *(f"{indent}{row}" if row else "" for row in rows[1:])]))
    return "\n".join(items)


def told(narration: Narration, action: Action) -> list[str]:
    """One action as lines of Markdown: title, detail, and in parentheses what is set beside them."""
    colon = ":" if action.detail.strip() else ""
    named = f"{narration.emoji(action.type)}**{escape.line(action.title)}{colon}**"
    detail = narration.prose(action.detail)
    details = ", ".join(_in_words(name, value) for name, value in properties(narration, action))
    if "\n" in detail:
        return f"{named}\n\n{detail}\n\n({details})".split("\n")
    return [timeline.with_details(f"{named} {detail}".strip(), details)]


def _in_words(name: str, value: str) -> str:
    match name:
        case "priority":
            return f"{value} priority"
        case "owner" | "due":
            return f"{name} {value}"
        case _:
            return value


def properties(narration: Narration, action: Action) -> Iterator[tuple[str, str]]:
    """What is set beside title and detail, by name; the owner is not for the public."""
    if action.type:
        yield "type", action.type
    if action.priority:
        yield "priority", action.priority
    if action.owner and narration.internal:
        yield "owner", escape.line(action.owner)
    if action.due is not None:
        yield "due", day(action.due, narration.theme.layout.date)
    yield "status", action.status
    if action.url:
        yield "link", escape.line(action.url)


def _table(narration: Narration, actions: tuple[Action, ...]) -> str:
    found = [dict(properties(narration, action)) for action in actions]
    columns = [name for name in ("type", "priority", "owner", "due", "status", "link") if any(name in f for f in found)]
    rows = [["#", "Action", *(name.capitalize() for name in columns)]]
    for number, (action, values) in enumerate(zip(actions, found, strict=True), 1):
        title, detail = escape.line(action.title, in_table=True), escape.line(action.detail, in_table=True)
        what = f"**{title}:** {detail}" if detail else f"**{title}**"
        rows.append([str(number), what, *(values.get(name, "").replace("|", "\\|") for name in columns)])
    return timeline.table(rows)

"""The head of a file edited in place: what differs between two incidents becomes edits of single keys and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from warroom.files.block import value
from warroom.files.codec import plain, table_block, with_ids, written
from warroom.files.outline import Outline, Path, Section
from warroom.incident.model import Action, Fields, Incident

_TOP: Final = ("format", *(field.name for field in fields(Fields)))


def set_head(head: bytes, before: Incident, after: Incident, tables: Mapping[str, Any]) -> bytes:
    """`head` edited so that it says `after`; `tables` are its parsed tables, as they were before."""
    outline = Outline(head)
    _set_fields(outline, (), before.fields, after.fields, _TOP)
    for name in dict.fromkeys((*before.roles, *after.roles)):
        if before.roles.get(name) != after.roles.get(name):
            outline.set(("roles", name), _text(after.roles.get(name)))
    for part in ("impact", "comms", "postmortem"):
        new = getattr(after, part)
        names = tuple(field.name for field in fields(new))
        _set_fields(outline, (part,), getattr(before, part), new, names)
    own = tables.get("postmortem", {}).get("section")
    _set_list(outline, ("postmortem", "section"), before.postmortem.section, after.postmortem.section, own)
    _set_list(outline, ("accepted",), before.accepted, after.accepted, tables.get("accepted"))
    _set_actions(outline, before.actions, after.actions, tables.get("action"))
    return outline.render()


def _text(item: Any) -> str | None:
    return None if item is None else written(item)


def _set_fields(outline: Outline, path: Path, old: Any, new: Any, order: Sequence[str]) -> None:
    for field in fields(new):
        item = getattr(new, field.name)
        if field.name != "section" and item != getattr(old, field.name):
            place = order.index(field.name)
            outline.set((*path, field.name), _text(item), after=order[:place], before=order[place + 1 :])


def _set_list(outline: Outline, path: Path, old: Sequence[Any], new: Sequence[Any], raw: Any) -> None:
    """Sets a list of tables that have no ids; one that says the same as before keeps its bytes."""
    if old == new:
        return
    blocks = outline.items(path)
    unused = list(range(len(old)))
    kept: list[int] = []
    for item in new:
        same = next((index for index in unused if old[index] == item), -1)
        kept.append(same)
        if same >= 0:
            unused.remove(same)
    if raw is not None and not blocks:  # written as one inline list
        items = [raw[index] if index >= 0 else plain(item) for index, item in zip(kept, new, strict=True)]
        outline.set(path, value(items))
        return
    place = outline.sections.index(blocks[0][0]) if blocks else -1
    outline.remove(section for parts in blocks for section in parts)
    made = [
        blocks[index] if index >= 0 else [_section(outline, path, item)] for index, item in zip(kept, new, strict=True)
    ]
    for section in (section for parts in made for section in parts):
        if place < 0:
            outline.insert_section(section)
        else:
            outline.insert_at(place, section)
            place += 1


def _section(outline: Outline, path: Path, item: Any) -> Section:
    text = table_block(".".join(path), item).encode()
    return Section(path, array=True, data=text.replace(b"\n", outline.newline))


def _set_actions(outline: Outline, old: Sequence[Action], new: Sequence[Action], raw: Any) -> None:
    if old == new:
        return
    given: list[dict[str, Any]] = with_ids(list(raw or ()))
    was, now = {action.id: action for action in old}, {action.id: action for action in new}
    blocks = outline.items(("action",))
    if raw is not None and not blocks:
        kept = [_merged(item, was[item["id"]], now[item["id"]]) for item in given if item["id"] in now]
        outline.set(("action",), value(kept + [plain(action) for action in new if action.id not in was]))
        return
    for item, parts in zip(given, blocks, strict=True):
        if item["id"] not in now:
            outline.remove(parts)
        elif was[item["id"]] != now[item["id"]]:
            _edit_action(parts, was[item["id"]], now[item["id"]])
            outline.remove(parts[1:])
    for action in new:
        if action.id not in was:
            _add_action(outline, action)


def _add_action(outline: Outline, action: Action) -> None:
    section = _section(outline, ("action",), action)
    if there := outline.items(("action",)):
        outline.insert_at(outline.sections.index(there[-1][-1]) + 1, section)
    else:
        outline.insert_section(section)


def _merged(item: Mapping[str, Any], old: Action, new: Action) -> dict[str, Any]:
    values = {field.name: getattr(new, field.name) for field in fields(Action)}
    changed = {name: item for name, item in values.items() if item != getattr(old, name) or name == "id"}
    return {name: item for name, item in {**item, **changed}.items() if item is not None}


def _edit_action(parts: Sequence[Section], old: Action, new: Action) -> None:
    """Sets what differs in the block of one action item, and its id if a person wrote it without."""
    block = Outline(b"".join(section.data for section in parts))
    order = tuple(field.name for field in fields(Action))
    block.set(("action", "id"), written(new.id), before=order)
    for place, name in enumerate(order):
        item = getattr(new, name)
        if item != getattr(old, name):
            text = None if item is None else written(item)
            block.set(("action", name), text, after=order[:place], before=order[place + 1 :])
    parts[0].data = block.render()

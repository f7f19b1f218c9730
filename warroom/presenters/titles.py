"""How each pane stands, in a few words for its title."""

from warroom.incident.model import Incident
from warroom.presenters.timeline import is_stamp


def timeline_words(incident: Incident | None, new: int = 0) -> str:
    """ "14 entries · 1 stamp to describe · 3 new below"."""
    if incident is None:
        return ""
    stamps = sum(is_stamp(entry) for entry in incident.entries)
    words = [_counted(len(incident.entries), "entry", "entries")]
    if stamps:
        words.append(f"{_counted(stamps, 'stamp', 'stamps')} to describe")
    if new:
        words.append(f"{new} new below: G")
    return " · ".join(words)


def actions_words(incident: Incident | None) -> str:
    """ "2 open of 5 · 1 without owner"."""
    if incident is None or not incident.actions:
        return ""
    still = [action for action in incident.actions if action.status == "open"]
    words = [f"{len(still)} open of {len(incident.actions)}"]
    if lonely := sum(not action.owner for action in still):
        words.append(f"{lonely} without owner")
    return " · ".join(words)


def postmortem_words(incident: Incident | None, state: str) -> str:
    """ "draft · saved"."""
    return "" if incident is None else f"{incident.postmortem.state} · {state}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

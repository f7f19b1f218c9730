"""How each pane stands, in a few words for its title."""

from datetime import date

from warroom.incident.model import Incident
from warroom.incident.tally import Tally
from warroom.presenters.actions import overdue
from warroom.text import clean_line


def timeline_words(tally: Tally | None, new: int, shown: int | None, picked: int, newest: str) -> str:
    """ "14 entries · 1 stamp to describe · 3 new below"; `shown` is how many a filter has left."""
    if tally is None:
        return ""
    words = [_counted(tally.entries, "entry", "entries")]
    if shown is not None:
        words = [f"{shown} of {words[0]}"]
    if picked:
        words.append(f"{picked} selected")
    if tally.stamps:
        words.append(f"{_counted(tally.stamps, 'stamp', 'stamps')} to describe")
    if new:
        words.append(f"{new} new below: {newest}")
    return " · ".join(words)


def actions_words(incident: Incident | None, today: date) -> str:
    """ "2 open of 5 · 1 without owner · 1 late"."""
    if incident is None or not incident.actions:
        return ""
    still = [action for action in incident.actions if action.status == "open"]
    words = [f"{len(still)} open of {len(incident.actions)}"]
    if lonely := sum(not action.owner for action in still):
        words.append(f"{lonely} without owner")
    if late := sum(overdue(action, today) for action in still):
        words.append(f"{late} late")
    return " · ".join(words)


def postmortem_words(incident: Incident, saved: str, words: int, findings: int) -> str:
    """ "draft · saved · 3 findings · 412 words"; a reviewed document says by whom."""
    document = incident.postmortem
    by = f" by {clean_line(document.reviewer)}" if document.state == "reviewed" and document.reviewer else ""
    told = [f"{document.state.replace('-', ' ')}{by}", saved]
    if findings:
        told.append(_counted(findings, "finding", "findings"))
    return " · ".join([*told, _counted(words, "word", "words")])


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

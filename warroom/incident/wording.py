"""How a person names the fields of an incident and their values, and how a change of one is told. Light."""

from warroom.incident.kinds import SEVERITIES, STATUSES

SHORT = {
    "sev": "severity",
    "ic": "roles.commander",
    "commander": "roles.commander",
    "scribe": "roles.scribe",
    "comms": "roles.comms",
    "tag": "tags",
    "zone": "timezone",
    "every": "comms.every",
}
"""Short names of fields, for the composer and the command line."""

CLOSED: dict[str, tuple[str, ...]] = {
    "severity": SEVERITIES,
    "status": STATUSES,
    "mode": ("standard", "drill", "retrospective"),
    "postmortem.state": ("draft", "in-review", "reviewed"),
}
"""Fields that can only be one of a few words."""


class AmendError(ValueError):
    """One line that says which field or value was not understood, and which are known."""


def one_of(path: str, text: str) -> str:
    """The word that `text` means for a field of `CLOSED`; severity takes "1" for "sev1". AmendError."""
    if path == "severity" and text in ("1", "2", "3", "4", "5"):
        return f"sev{text}"
    if text.lower() not in CLOSED[path]:
        raise AmendError(f"{path} can't be {text!r}; it is one of {', '.join(CLOSED[path])}")
    return text.lower()


def change_entry(path: str, old: str, new: str) -> dict[str, str]:
    """The fields of the entry (kind "change") that keeps what a field was and what it became."""
    nothing = "nobody" if path.startswith("roles.") else "none"
    text = f"{path.removeprefix('roles.')}: {old or nothing} -> {new or nothing}"
    return {"kind": "change", "field": path, "old": old, "new": new, "text": text}

"""When to be serious: the level of humour of a document, and why it is what it is."""

from dataclasses import dataclass
from typing import Final, Literal

from warroom.incident.model import Incident

Audience = Literal["internal", "public"]

USUAL: Final = 2
MOST: Final = 3
GRAVE_TAGS: Final = frozenset(
    {"security", "breach", "privacy", "data-loss", "data-leak", "safety", "injury", "harm", "legal", "fraud"}
)
_NO_LOSS: Final = frozenset({"", "no", "none", "nothing", "0", "no data was lost", "no data lost"})


@dataclass(frozen=True, slots=True)
class Humour:
    """0 none, 1 headings and glyphs, 2 and phrases, 3 and puns. `why` is a clause where tact lowered it, else ""."""

    level: int
    why: str = ""


def humour(incident: Incident, audience: Audience = "internal", asked: int | None = None) -> Humour:
    """The humour to use: what was asked for (ValueError outside 0 to 3), else 2, or 0 where a joke would hurt."""
    if asked is not None:
        if not 0 <= asked <= MOST:
            raise ValueError(f"humour is 0 to {MOST}, not {asked}")
        return Humour(asked)
    if why := grave(incident):
        return Humour(0, why)
    if audience == "public":
        return Humour(0, "it is for the public")
    return Humour(USUAL)


def grave(incident: Incident) -> str:
    """Why this incident is no laughing matter, as a clause; "" where it may be."""
    if incident.fields.severity == "sev1":
        return "its severity is sev1"
    tags = {tag.strip().lower().replace("_", "-").replace(" ", "-") for tag in incident.fields.tags}
    if found := sorted(tags & GRAVE_TAGS):
        return f"it is tagged {', '.join(found)}"
    if incident.impact.data_loss.strip().rstrip(".").lower() not in _NO_LOSS:
        return "data was lost"
    return ""

"""What is asked of somebody: "ben 5m check replication lag" as name, time to answer and question."""

from datetime import timedelta
from typing import NamedTuple

from warroom.incident.times import TimeError, parse_duration


class Ask(NamedTuple):
    """`within` is None where nobody said how soon."""

    to: str
    within: timedelta | None
    text: str


class AskError(ValueError):
    """One line that says what is missing, with an example."""


def parse_ask(text: str) -> Ask:
    """The first word is the name; a length of time may follow; the rest is the question. AskError where one lacks."""
    to, _, rest = text.strip().partition(" ")
    first, _, question = rest.strip().partition(" ")
    try:
        within: timedelta | None = parse_duration(first) if first[:1].isdigit() else None
    except TimeError:
        within = None
    asked = (question if within is not None else rest).strip()
    if not to or not asked:
        raise AskError("ask whom, how soon and what: /ask ben 5m check replication lag")
    return Ask(to.lstrip("@") or to, within, asked)

"""The states of a service, and the change that is on its way."""

from typing import Literal, NamedTuple

State = Literal["unknown", "up", "degraded", "down", "paused"]


class Pending(NamedTuple):
    """A change on its way: `seen` of the `needed` results in a row that would make the state `toward`."""

    seen: int
    needed: int
    toward: State

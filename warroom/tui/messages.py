"""What travels on Textual's bus: whole state, never a delta; and keys."""

from textual import events
from textual.message import Message

from warroom.health.board import Board
from warroom.incident.model import Incident


class RoomChanged(Message):
    """The open incident as it is now; None while none is open. A later one replaces an earlier one in the queue."""

    def __init__(self, incident: Incident | None, unsaved: frozenset[str], trouble: str) -> None:
        super().__init__()
        self.incident, self.unsaved, self.trouble = incident, unsaved, trouble

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, RoomChanged)


class BoardChanged(Message):
    """The health of everything as it is now."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, BoardChanged)


class Typed(events.Event, bubble=False):
    """Keys that were read at once, in order. What they type into a field is one edit there, not one each."""

    def __init__(self, keys: tuple[events.Key, ...]) -> None:
        super().__init__()
        self.keys = keys

"""What every screen above the room shares: a key acts when it arrives, so that none is lost on the way."""

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType

from warroom.tui.screens.sized import SizedScreen

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

Answer = TypeVar("Answer")


class Above(SizedScreen[Answer]):
    """Its bindings are run by the application at once, not after the key has gone down to the focus and come back.

    A question is answered and the next word typed within one moment: keys that were still under way to the question
    when it closed would be gone.
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    app: "WarRoom"

    async def press(self, event: events.Key) -> bool:
        """Does what the key is bound to here; whether it is."""
        action = self._bound().get(event.key)
        if action is None:
            return False
        await self.app.run_action(action, self)
        return True

    @classmethod
    def _bound(cls) -> dict[str, str]:
        """Key -> action, those of a class over those of its bases."""
        acts: dict[str, str] = {}
        for base in reversed(cls.__mro__):
            for binding in vars(base).get("BINDINGS", ()) if issubclass(base, Above) else ():
                if isinstance(binding, Binding):
                    acts.update(dict.fromkeys((key.strip() for key in binding.key.split(",")), binding.action))
        return acts

"""Action items by keyboard: begun from an entry, written on one line, ticked off."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from warroom.commands import Command
from warroom.incident.actions import ActionError, action_line, parse_action
from warroom.incident.changes import AddAction, ReviseAction
from warroom.incident.model import Action
from warroom.text import clean
from warroom.tui.draft import Draft

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen


class FollowUp:
    """Writes action items; the pane only shows them."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {"action.new": self.new, "action.done": self.tick}

    def new(self, _: Command) -> None:
        """A: an action item, begun with the words of the entry that is chosen."""
        entry = self._screen.timeline.selected_entry if self._screen.pane == "timeline" else None
        offered = entry is not None and entry.text and not entry.struck
        self._compose(entry.text.splitlines()[0] if entry is not None and offered else "", None)

    def edit(self) -> None:
        if (action := self._screen.actions.selected_action) is not None:
            self._compose(action_line(action), action)

    def tick(self, _: Command) -> None:
        """Done, or open again."""
        room, action = self._app.room, self._screen.actions.selected_action
        if room is None or action is None:
            return
        status = "open" if action.status == "done" else "done"
        room.apply(ReviseAction(action.id, {"status": status}), name=f"{status}: {action.title}")
        self._app.say(f"{status}: {action.title}")

    def _compose(self, text: str, action: Action | None) -> None:
        shown, seen = clean(text).strip(), self._app.room.incident if self._app.room is not None else None

        def written(draft: Draft) -> None:
            room = self._app.room
            if room is None or (action is not None and draft.text == shown):
                return
            if action is None and not draft.text:
                self._app.say("nothing written, no action item")
                return
            try:
                fields = parse_action(draft.text)
            except ActionError as error:
                self._screen.compose_draft(draft)
                self._app.say(str(error), "warning")
                return
            if action is None:
                new = Action(id=self._app.new_id(), **fields)
                room.apply(AddAction(new), name=f"action item: {new.title}")
            else:
                if action.url and "link:" not in shown:  # a link with a space in it has no place on the line
                    del fields["url"]
                changed = {name: value for name, value in fields.items() if value != getattr(action, name)}
                room.apply(ReviseAction(action.id, changed), name=f"action item: {fields['title']}", seen=seen)
            self._app.say(f"action item: {fields['title']}")

        hint = "@owner !high #prevent due:2026-12-01 link:URL"
        at, begun = self._app.key_time, action is None
        draft = Draft("action item", at, text, timed=False, then=written, hint=hint, chosen=begun)
        self._screen.compose_draft(draft)

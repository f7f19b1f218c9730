"""The base of every text field: keys act in the order in which they were typed, and nothing raw reaches the screen."""

from functools import cache
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from warroom.text import clean
from warroom.tui.widgets.scrollbars import keep_to_ascii

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom


class Writing(TextArea):
    """Holds cleaned text: a TextArea draws whatever it holds, a raw escape sequence too.

    Whoever gives it text from a file compares what comes back with the cleaned text, not with the stored one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "ends(True)", show=False),
        Binding("ctrl+end", "ends(False)", show=False),
    ]
    app: "WarRoom"

    def on_mount(self) -> None:
        if self.app.charset == "ascii":
            keep_to_ascii(self)

    async def take(self, event: events.Key | events.Paste) -> None:
        """Acts on what was typed or pasted at once.

        By Textual's way, through the queues of the field and all that it stands in, whatever comes behind it would
        still be meant for this field, and be lost here once the field is closed.
        """
        event._set_forwarded()  # noqa: SLF001 - or it is taken for a new one where it comes back up
        await self._dispatch_message(event)

    def type(self, text: str) -> None:
        """Several characters that were typed at once, as if one after the other."""
        self._replace_via_keyboard(text, *self.selection)
        # Until then it can be scrolled no further than to the end of what was there before.
        self.call_after_refresh(self.scroll_cursor_visible)

    def action_ends(self, first: bool) -> None:
        """To where all of the text begins, or ends."""
        self.move_cursor(self.document.start if first else self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        if (action := self.own_action(event)) is not None:
            # Textual itself acts on a binding once the key has come back up through the screen. By then the
            # characters typed after it are in the text: ctrl+u would take them too. And the room's own commands for
            # the same key, down or end, would have been first.
            await self.app.run_action(action, self)
        elif event.is_printable or event.key == "enter" or not self.app.press(event):
            return  # text, and TextArea's
        event.stop()
        event.prevent_default()

    def own_action(self, event: events.Key) -> str | None:
        """The field's own action for a key, None where it is text, or the room's."""
        return _actions(type(self)).get(event.key)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()  # it has arrived where it belongs, and opens no note

    def load_text(self, text: str) -> None:
        super().load_text(clean(text))

    def edit(self, edit: Edit) -> EditResult:
        """Every other way into the text: keys, pastes, replacements."""
        edit.text = clean(edit.text)
        return super().edit(edit)


@cache
def _actions(of: type[TextArea]) -> dict[str, str]:
    """Key to action, the class's own before those it inherits. Ctrl+C is the room's: it copies, or sets aside."""
    found: dict[str, str] = {}
    for parent in reversed(of.__mro__):
        for binding in Binding.make_bindings(vars(parent).get("BINDINGS", ())):
            found[binding.key] = binding.action
    return {key: action for key, action in found.items() if key not in ("ctrl+c", "super+c")}

"""The rendered postmortem over the whole screen; M shows its serious version, or the theme's again."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.presenters.preview import lines
from warroom.presenters.runs import Line
from warroom.tui.screens.pages import Page

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom


class DocumentPage(Page):
    """The document as it would be exported now."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("M", "serious", show=False)]

    app: "WarRoom"

    def __init__(self) -> None:
        super().__init__(self._document)

    def _document(self, width: int) -> list[Line]:
        return lines(self.app.document(), width)

    def compose(self) -> ComposeResult:
        from warroom.tui.widgets.bars import FooterBar

        yield self._view
        self._footer = FooterBar()
        self._show_keys()
        yield self._footer

    def _show_keys(self) -> None:
        told = "as the theme tells it" if self.app.themes.serious else "serious version"
        keys = (("j k", "scroll"), ("space", "page"), ("g G", "ends"), ("M", told), ("q", "back"))
        self._footer.show(self._footer.situation, keys)

    def action_serious(self) -> None:
        self.app.themes.be_serious()
        self._view.lay_out()
        self._show_keys()

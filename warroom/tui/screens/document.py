"""The rendered postmortem over the whole screen; M shows its serious version, or the theme's again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

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

    def keys(self) -> Sequence[tuple[str, str]]:
        themes = self.app.themes
        told = "as the theme tells it" if themes.serious else themes.withheld.partition(";")[0] or "serious version"
        *scrolling, back = super().keys()
        return (*scrolling, ("M", told), back)

    def action_serious(self) -> None:
        self.app.themes.be_serious()
        self.page.lay_out()
        self.show_keys()

"""Where a line is written: kind and time stand from the key press on, Enter logs, Esc sets the draft aside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets.text_area import Location

from warroom.incident.kinds import Kind
from warroom.incident.times import TimeError, echo, leading_time
from warroom.presenters.glyphs import plain_text
from warroom.text import clean, clean_line
from warroom.text.width import cells, cut
from warroom.tui.draft import Draft
from warroom.tui.widgets.writing import Writing

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

TAB_KINDS: Final[tuple[Kind, ...]] = (
    "note",
    "observation",
    "action",
    "hypothesis",
    "dead-end",
    "comms",
    "escalation",
    "decision",
)


class Field(Writing):
    """The text of a draft. Enter is never a character here."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+j", "break_line", "new line", show=False)]

    async def _on_key(self, event: events.Key) -> None:
        composer = self.parent
        assert isinstance(composer, Composer)
        if composer.draft is not None and (act := composer.acts(self).get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            act()

    async def _on_paste(self, event: events.Paste) -> None:
        composer = self.parent
        assert isinstance(composer, Composer)
        if composer.draft is not None and composer.draft.timed and composer.when_pasted(event.text):
            event.stop()
            event.prevent_default()

    def action_break_line(self) -> None:
        self.insert("\n")

    def get_cursor_line_start_location(self, smart_home: bool = False) -> Location:  # noqa: ARG002
        """Of the line itself, as in a shell. Textual's is that of its row, and how wide a row is the hint decides."""
        return self.cursor_location[0], 0

    def get_cursor_line_end_location(self) -> Location:
        row = self.cursor_location[0]
        return row, len(self.document.get_line(row))


class Label(Widget):
    """Kind and time in front of the field, or how its text was understood behind it."""

    DEFAULT_CSS = "Label { height: 1; width: 0; }"
    app: "WarRoom"

    def __init__(self, style: str, id: str) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._text, self._style = "", style

    def show(self, text: str, style: str | None = None) -> None:
        style = style or self._style
        if (text, style) == (self._text, self._style):
            return
        wider = cells(text) != cells(self._text)
        self._text, self._style = text, style
        if wider:
            self.styles.width = cells(text)
        self.refresh(layout=wider)

    @property
    def text(self) -> str:
        return self._text

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        text = plain_text(self._text, self.app.charset) if y == 0 else ""
        return Strip([Segment(text, base + self.app.look.style(self._style))]).adjust_cell_length(self.size.width, base)


class Composer(Horizontal):
    """One draft at a time; hidden while there is none."""

    DEFAULT_CSS = """
    Composer { height: auto; max-height: 6; background: $surface; }
    Composer Field {
        height: auto; max-height: 6; width: 1fr; border: none; padding: 0; background: $surface;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, closed: Callable[[], None], pasted: Callable[[str], bool]) -> None:
        """`pasted` says whether a pasted text was taken elsewhere, and is not to stand in the field."""
        super().__init__(id="composer")
        self._when_closed = closed
        self.when_pasted = pasted
        self._draft: Draft | None = None
        self._history: list[str] = []
        self._recalled: int | None = None
        self._completing: tuple[list[str], int] = ([], 0)

    app: "WarRoom"

    def compose(self) -> ComposeResult:
        yield Label("key", "composer-label")
        yield Field(id="composer-field", compact=True, highlight_cursor_line=False)
        yield Label("muted", "composer-echo")

    @property
    def field(self) -> Field:
        return self.query_one(Field)

    @property
    def draft(self) -> Draft | None:
        """What is being written, with its text as it stands."""
        return None if self._draft is None else replace(self._draft, text=self.field.text)

    def open(self, draft: Draft) -> None:
        """Begins (or goes on with) a draft; one that was open is set aside by whoever called."""
        self._draft, self._recalled, self._completing = draft, None, ([], 0)
        self.field.load_text(draft.text)
        self.field.move_cursor(self.field.document.end)
        if draft.chosen:
            self.field.select_all()
        self.screen.set_focus(self.field)
        self._describe()

    def close(self) -> None:
        self._draft = None
        self.field.load_text("")
        self._when_closed()

    def _describe(self) -> None:
        draft = self.draft
        if draft is None:
            return
        time = f" {draft.at.astimezone(self.app.zone):%H:%M:%S}" if draft.timed or draft.dated else ""
        self.query_one("#composer-label", Label).show(cut(f" {clean_line(draft.label)}{time} › ", self._half))
        self._echo(*self._understood(draft))

    @property
    def _half(self) -> int:
        return max(self.app.size.width // 2, 12)

    def _echo(self, text: str, style: str) -> None:
        """Behind the field, in what its line leaves free; how it is understood gets half the width all the same."""
        text = clean_line(text)
        label, line = cells(self.query_one("#composer-label", Label).text), cells(self.field.text) + 1
        free = self.app.size.width - label - line
        crowded = style == "muted" and cells(text) + 2 > free  # a hint never makes the line that is written wrap
        shown = cut(f" {text} ", max(self._half, free)) if text and not crowded else ""
        self.query_one("#composer-echo", Label).show(shown, style)

    def _understood(self, draft: Draft) -> tuple[str, str]:
        if draft.echo is not None and (told := draft.echo(draft.text)) is not None:
            return told
        if not draft.timed:
            return draft.hint, "muted"
        try:
            found = self._time_in_front(draft)
        except TimeError as error:
            return str(error).partition(";")[0], "warning"
        if found is not None:
            return f"at {echo(found[0], self.app.clock(), self.app.zone)}", "warning"
        filled_in = self._draft is not None and draft.mark and draft.text == self._draft.text
        return (draft.hint if filled_in or not draft.text else ""), "muted"

    def _time_in_front(self, draft: Draft) -> tuple[datetime, str] | None:
        """An amount counts back from the key that began the line, a clock time from now."""
        words = draft.words
        now = draft.at if words.lstrip().startswith("-") else self.app.clock()
        return leading_time(words, now, self.app.zone)

    def on_text_area_changed(self) -> None:
        self._describe()
        if (draft := self.draft) is not None:
            if draft.changed is not None:
                draft.changed(draft.text)
            self.app.drawer.typing(draft)

    def acts(self, field: Field) -> dict[str, Callable[[], object]]:
        """What the keys do that are no text."""
        recalling = {}
        if self._may_recall(field.text):
            recalling = {"up": partial(self._recall, -1), "down": partial(self._recall, 1)}
        return {
            **recalling,
            "enter": self.submit,
            "tab": partial(self._tab, 1),
            "shift+tab": partial(self._tab, -1),
            "escape": self.set_aside,
            "ctrl+c": partial(self.app.copy, field.selected_text) if field.selected_text else self.set_aside,
        }

    def _may_recall(self, text: str) -> bool:
        """In an empty field, and while going through what was written before."""
        if self._draft is None or not self._draft.timed or not self._history:
            return False
        return not text or (self._recalled is not None and text == self._history[self._recalled])

    def _recall(self, step: int) -> None:
        """What was logged before from here: up goes back, down forth and past the newest to an empty field."""
        place = len(self._history) if self._recalled is None else self._recalled
        place = max(place + step, 0)
        self._recalled = place if place < len(self._history) else None
        self._put(self._history[place] if place < len(self._history) else "")

    def _put(self, text: str) -> None:
        self.field.load_text(text)
        self.field.move_cursor(self.field.document.end)

    def _tab(self, step: int) -> None:
        """Goes on with a text that can be completed, through all that it could become; else changes the kind."""
        if self._draft is None:
            return
        text = self.field.text
        found, place = self._completing
        if len(found) > 1 and text == found[place]:
            place = (place + step) % len(found)
        else:
            found, place = (self._draft.complete(text) if self._draft.complete is not None else []), 0
        self._completing = (found, place)
        if found:
            self._put(found[place])
        elif not text.startswith("/"):
            self.change_kind(step)

    def change_kind(self, step: int) -> None:
        """Another kind of entry, with the time as it is; a milestone keeps its own."""
        if self._draft is None or self._draft.kind is None or self._draft.mark:
            return
        place = TAB_KINDS.index(self._draft.kind) if self._draft.kind in TAB_KINDS else 0
        self._draft = replace(self._draft, kind=TAB_KINDS[(place + step) % len(TAB_KINDS)])
        self._describe()

    def submit(self) -> None:
        """Enter: hands the finished draft on; a time that can't be understood keeps it open."""
        draft = self.draft
        if draft is None:
            return
        try:
            if draft.timed and (found := self._time_in_front(draft)) is not None:
                draft = replace(draft, at=found[0], text=found[1], backdated=True)
        except TimeError as error:
            self._echo(str(error), "warning")
            return
        if draft.then is not None:
            if draft.timed and (text := self.field.text) and text not in self._history[-1:]:
                self._history.append(text)
            if draft.changed is not None:  # it follows the text a moment later, and after this key never
                draft.changed(draft.text)
            draft = replace(draft, text=clean(draft.text).strip())
            self.close()
            assert draft.then is not None
            draft.then(draft)

    def set_aside(self) -> None:
        """Esc: closes, and keeps the draft for later."""
        draft = self.draft
        self.close()
        if draft is not None:
            self.app.drawer.set_aside(draft)

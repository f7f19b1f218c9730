"""Screens to read: help, and the rendered postmortem. j, k and the arrows scroll, q and Esc go back."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.commands import COMMANDS, Command
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, fit, wrap
from warroom.tui.bindings import key_label
from warroom.tui.screens.above import Above
from warroom.tui.widgets.lines import LinesView


class PageView(LinesView):
    """Lines laid out for the width there is."""

    DEFAULT_CSS = "PageView { height: 1fr; width: 1fr; padding: 0 1; }"

    def __init__(self, lay_out: Callable[[int], Sequence[Line]]) -> None:
        super().__init__(id="page")
        self._lay_out, self._lines = lay_out, ()  # type: tuple[Callable[[int], Sequence[Line]], Sequence[Line]]

    def on_resize(self, _: events.Resize) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Lays out anew what has changed."""
        self._lines = self._lay_out(max(self.line_width, 8))
        self.set_line_count(len(self._lines))

    def line(self, y: int) -> Sequence[Run]:
        return self._lines[y]


class Page(Above[None]):
    """One text over the whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c,P,question_mark,f1", "leave", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("home,g", "jump(0)", show=False),
        Binding("end,G", "jump(1)", show=False),
    ]

    def __init__(self, lay_out: Callable[[int], Sequence[Line]]) -> None:
        super().__init__()
        self._view = PageView(lay_out)

    def compose(self) -> ComposeResult:
        from warroom.tui.widgets.bars import FooterBar

        yield self._view
        footer = FooterBar()
        footer.show(footer.situation, (("j k", "scroll"), ("space", "page"), ("g G", "ends"), ("q", "back")))
        yield footer

    def on_mount(self) -> None:
        self._view.focus()

    def action_leave(self) -> None:
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        self._view.scroll_relative(y=by, animate=False, immediate=True)

    def action_page(self, by: int) -> None:
        self._view.scroll_relative(y=by * self._view.page, animate=False, immediate=True)

    def action_jump(self, end: int) -> None:
        self._view.scroll_to(y=self._view.max_scroll_y * end, animate=False, immediate=True)


def help_lines(keys: Mapping[str, tuple[str, ...]], width: int) -> list[Line]:
    """Every command with its keys and what it does, by group, from the registry."""
    lines: list[Line] = [
        (Run("Keys", "heading"), Run("  outside a text field; : finds a command by its name", "muted")),
        (),
    ]
    groups: dict[str, list[Command]] = {}
    for command in COMMANDS:
        groups.setdefault(command.group, []).append(command)
    for group, commands in groups.items():
        lines.append((Run(group, "bold"),))
        for command in commands:
            shown = " ".join(key_label(key) for key in keys[command.id]) or ":"
            first, *rest = wrap(f"{command.title}: {command.help}", max(width - 14, 12))
            lines.append((Run("  " + fit(shown, 11), "key"), Run(first)))
            lines += [(Run(" " * 13), Run(line)) for line in rest]
        lines.append(())
    lines += [(Run(line, "muted" if cells(line) else ""),) for line in wrap(_COMPOSER, width)]
    return lines


_COMPOSER = (
    "While writing: Enter logs with the time of the key that began the line, Tab changes the kind, ^J begins a new "
    "line, Esc sets the draft aside (the same key brings it back). In front of a line, @14:05 or -15m or "
    "@yesterday 23:50 says when it happened. /sev 1, /status monitoring, /ic NAME, /role scribe NAME and /title TEXT "
    "change the incident; any other text that begins with a slash is text."
)

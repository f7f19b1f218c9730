"""Screens to read: help, and the rendered postmortem. j, k and the arrows scroll, q and Esc go back."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from warroom.commands import COMMANDS, Command
from warroom.presenters.runs import Line, Run
from warroom.text.width import fit, wrap
from warroom.tui.bindings import key_label
from warroom.tui.hints import with_keys
from warroom.tui.screens.scrolled import PageView, Scrolled


class Page(Scrolled[None]):
    """One text over the whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("P,question_mark,f1", "leave", show=False)]

    def __init__(self, lay_out: Callable[[int], Sequence[Line]]) -> None:
        self.page = PageView(lay_out)
        super().__init__(self.page)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("j k", "scroll"), ("space", "page"), ("g G", "ends"), ("q", "back"))


def help_lines(keys: Mapping[str, tuple[str, ...]], width: int) -> list[Line]:
    """Every command with its keys and what it does, by group, from the registry."""
    finds = with_keys("  outside a text field; {palette} finds a command by its name", keys)
    lines: list[Line] = [(Run("Keys", "heading"), Run(finds, "muted")), ()]
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
    return [*lines, *((Run(line, "muted"),) for line in wrap(_COMPOSER, width))]


_COMPOSER = (
    "While writing: Enter logs with the time of the key that began the line, Tab changes the kind, ^J begins a new "
    "line, Esc sets the draft aside (the same key brings it back). In front of a line, @14:05 or -15m or "
    "@yesterday 23:50 says when it happened. /sev 1, /status monitoring, /ic NAME, /role scribe NAME and /title TEXT "
    "change the incident, /me NAME says who is writing; any other text that begins with a slash is text."
)

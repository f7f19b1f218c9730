"""The bars: header, footer, and the line on which the room talks back."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from warroom.commands import COMMANDS, Situation
from warroom.incident.kinds import OPEN_STATUSES
from warroom.incident.model import Incident
from warroom.incident.tally import Tally
from warroom.presenters.glyphs import plain_text
from warroom.presenters.header import header
from warroom.presenters.runs import Line, Run
from warroom.text import clean_line
from warroom.text.width import cells, cut, wrap
from warroom.tui.bindings import key_label

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_MOST_ROWS: Final = 3
"""How much of the screen the room takes to talk."""


class Bar(Widget):
    """One line of runs across the screen."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"
    app: "WarRoom"

    def runs(self) -> Iterable[Run]:
        return ()

    def row(self, y: int) -> Iterable[Run]:
        """The runs of row `y`; most bars have but one."""
        return () if y else self.runs()

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        style, charset = self.app.look.style, self.app.charset
        segments = [Segment(plain_text(text, charset), base + style(name)) for text, name in self.row(y)]
        return Strip(segments).adjust_cell_length(width, base)


class HeaderBar(Bar):
    """Severity, title, status, clock; ticks each second."""

    DEFAULT_CSS = "HeaderBar { dock: top; background: $panel; }"

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(id="header")
        self._incident: Incident | None = None
        self._zone = zone
        self._trouble = ""
        self._tally: Tally | None = None

    def show(self, incident: Incident | None, zone: tzinfo, trouble: str, counted: Tally | None = None) -> None:
        self._incident, self._zone, self._trouble, self._tally = incident, zone, trouble, counted
        self.refresh()

    def on_mount(self) -> None:
        self.set_interval(1, self.refresh)

    def runs(self) -> Line:
        app = self.app
        return header(self._incident, app.clock(), self._zone, self.size.width, self._trouble, self._tally, app.hint)


class FooterBar(Bar):
    """The keys that matter now, as many as there is room for; help is always one of them."""

    DEFAULT_CSS = "FooterBar { dock: bottom; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(id="footer")
        self._situation = Situation()
        self._instead: tuple[tuple[str, str], ...] = ()

    @property
    def situation(self) -> Situation:
        return self._situation

    def show(self, situation: Situation, instead: tuple[tuple[str, str], ...] = ()) -> None:
        """`instead` are (key, word) pairs shown in place of the registry's, while a field is open."""
        if (situation, instead) != (self._situation, self._instead):
            self._situation, self._instead = situation, instead
            self.refresh()

    def runs(self) -> Line:
        pairs = self._instead or self._keys()
        *first, last = pairs
        runs: list[Run] = []
        room = self.size.width - cells(f" {last[0]} {last[1]}")
        for key, word in first:
            room -= cells(f" {key} {word} ")
            if room < 0:
                break
            runs += [Run(f" {key}", "key"), Run(f" {word} ")]
        return (*runs, Run(f" {last[0]}", "key"), Run(f" {last[1]}"))

    def _keys(self) -> tuple[tuple[str, str], ...]:
        keys, now = self.app.keys, self._situation
        over = now.incident and now.status not in OPEN_STATUSES  # what is left to do is to write it down
        named = [command for command in COMMANDS if (command.afterwards if over else command.footer)]
        usable = [command for command in named if keys[command.id] and not command.why_disabled(now)]
        if not now.incident:
            usable.sort(key=lambda command: command.id != "incident.declare")
        shown = [
            (key_label(keys[command.id][0]), command.title)
            for command in usable
            if command.id != "help" and not (now.incident and command.id == "incident.declare")
        ]
        return (*shown, (key_label(keys["help"][0]) if keys["help"] else "", "help"))


class TalkBar(Bar):
    """What the room has to say: what was logged, what can't be done and why, what it offers."""

    class Changed(Message):
        """It says something else now, or nothing."""

    def __init__(self) -> None:
        super().__init__(id="talk")
        self._said: Run | None = None
        self._lasting: Run | None = None
        self._silence: Timer | None = None

    def say(self, text: str, style: str = "said") -> None:
        """Shows `text` until something else is said, or for the time it takes to read it twice."""
        self._said = Run(clean_line(text), style)
        if self._silence is not None:
            self._silence.stop()  # what was said before must not end what is said now
        self._silence = self.set_timer(4 + len(text) / 15, self._fall_silent)
        self._changed()

    def offer(self, text: str, style: str = "warning") -> None:
        """Shows `text` whenever there is nothing newer to say; "" takes it back."""
        lasting = Run(clean_line(text), style) if text else None
        if lasting != self._lasting:
            self._lasting = lasting
            self._fit()

    @property
    def words(self) -> str:
        shown = self._said or self._lasting
        return "" if shown is None else shown.text.strip()

    def _fall_silent(self) -> None:
        self._said = None
        self._changed()

    def _changed(self) -> None:
        self._fit()
        self.post_message(self.Changed())

    def _fit(self) -> None:
        """Takes as many rows as the words need: an error that is cut off does not tell how to mend it."""
        self.styles.height = len(self._rows())
        self.refresh()

    def on_resize(self) -> None:
        self._fit()

    def _rows(self) -> list[Run]:
        shown = self._said or self._lasting or Run("")
        rows = wrap(shown.text.strip(), max(self.app.size.width - 1, 8))
        if len(rows) > _MOST_ROWS:
            rows[_MOST_ROWS - 1 :] = [cut(f"{rows[_MOST_ROWS - 1]} …", self.app.size.width - 1)]
        return [Run(f" {row}", shown.style) for row in rows]

    @property
    def silent(self) -> bool:
        """Whether nothing is being said that somebody may still be reading."""
        return self._said is None

    @property
    def urgent(self) -> bool:
        """Whether somebody who is writing has to see it too."""
        return self._said is not None and self._said.style == "warning"

    def row(self, y: int) -> Line:
        return tuple(self._rows()[y : y + 1])


class Notice(Bar):
    """Stands alone where the terminal is too small for anything else."""

    DEFAULT_CSS = "Notice { display: none; }"

    def __init__(self) -> None:
        super().__init__(id="notice")

    def runs(self) -> Line:
        return (Run(cut("too small", self.size.width, ""), "warning"),)


class PaneTitle(Bar):
    """What a pane is and how it stands; the name is bright in the pane that has the keys."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title = name
        self._words = ""
        self._active = False

    def show(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.refresh()

    def mark(self, active: bool) -> None:
        if active is not self._active:
            self._active = active
            self.refresh()

    def runs(self) -> Line:
        name = Run(f" {self._title}", "heading" if self._active else "bold")
        return (name, Run(cut(f"  {self._words}", max(self.size.width - cells(name.text), 0)), "muted"))

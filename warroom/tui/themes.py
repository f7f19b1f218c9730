"""Which theme holds: the colours are the person's own, the words those of the incident; `T` chooses both at once."""

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from warroom.tui.habit import remember
from warroom.tui.look import Look, textual_theme
from warroom.tui.session import DEFAULT_THEME, TERMINAL_THEME
from warroom.voice.load import TEMPLATE, find, load, names
from warroom.voice.tact import grave, humour
from warroom.voice.theme import Theme, ThemeError

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom


class Themes:
    """`look` is what the screen is drawn in, `voice` what documents and states are told in.

    `problem` is what went wrong before the room could say so, "" for nothing. `serious` keeps every joke out.
    """

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._session = app.session
        self._numbers = count(1)
        self._told_for: tuple[str, ...] = ()
        self._stamps = self._all_stamps()
        self.serious = False
        self.problem = ""
        self.mine = self._or_default(app.session.theme_name)
        default = app.session.settings.theme or DEFAULT_THEME
        self.default = self.mine if self.mine.name == default else self._or_default(default)
        self.voice = self._spoken(self.mine)
        self._wear(self.mine)

    def _or_default(self, name: str) -> Theme:
        try:
            return self._load(name)
        except ThemeError as error:
            self.problem = f"{error}; {DEFAULT_THEME} goes on"
            return self._load(DEFAULT_THEME)

    def _load(self, name: str) -> Theme:
        return find(name, self._session.theme_directories)

    def _spoken(self, theme: Theme) -> Theme:
        """What words are told in where `theme` was chosen: one of colours alone has none of its own."""
        return self.default if theme.colours_only else theme

    def _wear(self, theme: Theme) -> None:
        """Draws the screen in a theme; ThemeError where its colours can't be had."""
        shown = theme
        if self._session.terminal_colours:
            shown = find(TERMINAL_THEME, self._session.theme_directories)
        made = textual_theme(shown)
        made.name = f"{made.name}-{next(self._numbers)}"  # Textual takes over another theme, never a changed one
        before = self._app.theme
        self._app.register_theme(made)
        self._app.theme = made.name
        if before.startswith("warroom-"):
            self._app.unregister_theme(before)
        self.look = Look(shown.palette)

    def names(self) -> list[str]:
        """All themes there are; without those of colours alone where the terminal keeps to its own."""
        known = names(self._session.theme_directories)
        if self._session.terminal_colours:
            return [name for name, path in known.items() if not _colours_only(path, self._session.theme_directories)]
        return list(known)

    @property
    def chosen(self) -> str:
        """The theme that `T` would leave as it is."""
        return self.mine.name

    def described(self, name: str) -> str:
        """A theme in a few words, or what is wrong with it."""
        try:
            theme = self._load(name)
        except ThemeError as error:
            return str(error)
        return f"{theme.description}{' (colours alone)' if theme.colours_only else ''}"

    def preview(self, name: str) -> None:
        """Shows a theme until another one is shown, `restore` or `choose`; one that is broken says why."""
        try:
            theme = self._load(name)
        except ThemeError as error:
            self._app.say(str(error), "warning")
            return
        self._wear(theme)
        self.voice = self._spoken(theme)
        self._redraw()

    def restore(self) -> None:
        """Shows again what was chosen before the preview."""
        self._wear(self.mine)
        self._told_for = ()
        self.follow()
        self._redraw()

    def choose(self, name: str) -> str:
        """Takes a theme for good: its colours for this person, its words for the open incident; what came of it."""
        room = self._app.room
        try:
            theme = self._load(name)
        except ThemeError as error:
            self.restore()
            return str(error)
        self.mine = theme
        told = f"theme {name}"
        if room is not None and not theme.colours_only and (room.incident.fields.theme or self.default.name) != name:
            room.amend("theme", name, self._app.key_time)
            told = f"theme {name}, also for the document of this incident; {self._app.hint('{undo} takes that back')}"
        elif theme.colours_only:
            told = f"colours of {name}; the words stay those of {self.default.name if room is None else self._words()}"
        self.restore()
        if self.withheld:
            told = f"{told}; {self.withheld.partition(';')[0]}"
        if problem := remember(self._session.places.state, name, self._session.settings.theme):
            told = f"{told}; for this window alone: {problem}"
        return told

    def _words(self) -> str:
        room = self._app.room
        return (room.incident.fields.theme if room is not None else "") or self.default.name

    @property
    def for_new_incident(self) -> str:
        """The theme that a newly declared incident is given: what its person has chosen, else what is configured."""
        chosen = self._spoken(self.mine).name
        return self._session.settings.theme if chosen == self.default.name else chosen

    def follow(self) -> None:
        """Takes over the words of the incident that is open now, as soon as it is another or has others."""
        room = self._app.room
        fields = room.incident.fields if room is not None else None
        told_for = (fields.id, fields.theme, fields.severity) if fields is not None else ("none",)
        if told_for == self._told_for:
            return
        self._told_for = told_for
        self.voice = self._spoken(self.mine) if fields is None else self._voice_of(fields.theme)
        self._app.show_board(self._app.board)

    def _voice_of(self, name: str) -> Theme:
        if not name:
            return self.default
        try:
            return self._spoken(self._load(name))
        except ThemeError as error:
            self._app.say(f"{error}; told in {self.default.name}", "warning")
            return self.default

    def be_serious(self) -> str:
        """Keeps every joke out of documents and states, or lets them in again; which, in words."""
        self.serious = not self.serious
        self._redraw()
        if self.serious:
            return self._app.hint("serious: no humour in states and documents; {serious} lets it in again")
        return self.withheld or "humour as it was"

    @property
    def withheld(self) -> str:
        """That the document is told without the jokes of its theme, and why, as a line; "" where it is not."""
        room = self._app.room
        why = humour(room.incident).why if room is not None and self.voice.phrases and not self.serious else ""
        return f"told without humour: {why}; warroom export --humour 2 asks for it all the same" if why else ""

    @property
    def humour(self) -> int | None:
        """The humour that a document is asked for: 0 while serious, else left to tact."""
        return 0 if self.serious else None

    def complain(self, problem: str) -> None:
        """Says why a document is told without the template of its theme."""
        self._app.say(problem, "warning")

    def state_word(self, state: str) -> str:
        """The word beside the plain state of a service, "" for none."""
        room = self._app.room
        if self.serious or (room is not None and grave(room.incident)):
            return ""
        return self.voice.states.get(state, "")

    def look_at_files(self) -> None:
        """Takes over themes whose files have changed; a broken one is told, and what held goes on."""
        stamps = self._all_stamps()
        if stamps == self._stamps:
            return
        seen = {
            path.with_suffix(".toml") for path in stamps | self._stamps if self._stamps.get(path) != stamps.get(path)
        }
        changed = sorted(path for path in seen if path in stamps)
        self._stamps = stamps
        directories = self._session.theme_directories
        try:
            for path in changed:
                load(path, directories)
            self.mine, self.default = self._load(self.mine.name), self._load(self.default.name)
            self._wear(self.mine)
        except ThemeError as error:
            self._app.say(f"{error}; the theme as it was goes on", "warning")
            return
        self._told_for = ()
        self.follow()
        self._redraw()
        if changed:
            self._app.say(f"theme {', '.join(path.stem for path in changed)} read again")

    def _all_stamps(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for directory in self._session.theme_directories:
            for path in (*directory.glob("*.toml"), *directory.glob(f"*{TEMPLATE}")):
                try:
                    seen = path.stat()
                except OSError:
                    continue
                found[path] = (seen.st_mtime_ns, seen.st_size)
        return found

    def _redraw(self) -> None:
        app = self._app
        app.show_board(app.board)
        app.show_room()
        for screen in app.screen_stack:
            for view in screen.query("LinesView, Bar, Label"):
                view.refresh()


def _colours_only(path: Path, directories: tuple[Path, ...]) -> bool:
    try:
        return load(path, directories).colours_only
    except ThemeError:
        return False

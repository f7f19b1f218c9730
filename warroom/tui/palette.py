"""The command palette: every command of the registry by its name, and what the composer understands after a slash."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets import Input

from warroom.commands import COMMANDS, Command
from warroom.tui.bindings import key_label
from warroom.tui.draft import Draft
from warroom.tui.screens.room import RoomScreen
from warroom.tui.slashes import SLASHES
from warroom.tui.widgets.scrollbars import keep_to_ascii

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_A_MOMENT: Final = 0.02
"""Seconds between two looks at whether the palette has found all that there is."""


class Palette(CommandPalette):
    """Textual's, for quick fingers: Enter is for what the words find.

    `stands` is called when it takes keys, when an Enter has found nothing to choose, and when it is gone.

    Without its picture of a lens, which few terminals have, and in ASCII where nothing else can be shown.
    """

    DEFAULT_CSS = """
    Palette SearchIcon { display: none; }
    Palette #--input { padding-left: 1; }
    Palette.-ascii #--input, Palette.-ascii CommandList, Palette.-ascii LoadingIndicator { border: none; }
    Palette.-ascii LoadingIndicator { display: none; }
    """
    app: "WarRoom"

    def __init__(self, stands: Callable[[], object]) -> None:
        super().__init__(placeholder="Find a command by its name")  # Textual's own words end in a sign beside ASCII
        self._when_it_stands = stands

    def on_mount(self) -> None:
        if self.app.charset == "ascii":
            self.add_class("-ascii")
            keep_to_ascii(self.query_one(CommandList))

    def on_descendant_focus(self) -> None:
        self._when_it_stands()

    def on_unmount(self) -> None:
        self._when_it_stands()

    def _action_command_list(self, action: str) -> None:
        """Not where the terminal leaves the list no room: to turn a page of it there would end the program."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)

    @on(Input.Submitted)
    def _find_first(self, event: Input.Submitted) -> None:
        """Before Textual takes what is chosen in the list: that may still be the list of fewer letters."""
        if any(worker.node is self and not worker.is_finished for worker in self.workers):
            event.prevent_default()
            self.set_timer(_A_MOMENT, lambda: self.post_message(Input.Submitted(event.input, event.value)))
        elif not self._chooses():
            self._when_it_stands()

    def _chooses(self) -> bool:
        """Whether Enter takes a line of the list now, after which the palette goes."""
        found = self.query_one(CommandList)
        place = 0 if found.highlighted is None and found.option_count == 1 else found.highlighted
        return place is not None and not found.get_option_at_index(place).disabled


class Commands(Provider):
    """Finds commands by words of title and help; those that can't act now say why instead of what they do."""

    @property
    def _room(self) -> RoomScreen:
        app: WarRoom = self.app  # type: ignore[assignment]  # the only application there is
        return app.room_screen

    async def discover(self) -> Hits:
        """All commands, in the order of the registry."""
        for command in COMMANDS:
            yield DiscoveryHit(
                self._display(command),
                partial(self._room.action_command, command.id),
                command.title,
                self._help(command),
            )

    async def search(self, query: str) -> Hits:
        """Commands whose title, help or id match, and the query itself where it reads as a slash command."""
        name, _, argument = query.strip().removeprefix("/").partition(" ")
        if name in SLASHES and argument.strip():
            line = f"/{name} {argument.strip()}"
            scribe = self._room.scribe
            draft = Draft("note", self._room.app.key_time, line, kind="note", then=scribe.log)
            yield Hit(2.0, Content(line), partial(scribe.log, draft), line, "as if it were written in the composer")
        matcher = self.matcher(query)
        for command in COMMANDS:
            score = max(matcher.match(command.title), matcher.match(command.id), matcher.match(command.help) * 0.7)
            if score > 0:
                yield Hit(
                    score,
                    self._display(command),
                    partial(self._room.action_command, command.id),
                    command.title,
                    self._help(command),
                )

    def _display(self, command: Command) -> Content:
        app: WarRoom = self.app  # type: ignore[assignment]
        keys = " ".join(key_label(key) for key in app.keys[command.id])
        return Content(f"{command.title}  {keys}".rstrip())

    def _help(self, command: Command) -> str:
        why = command.why_disabled(self._room.situation())
        return f"not now: {self._room.app.hint(why)}" if why else command.help

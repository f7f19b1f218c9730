"""The war room itself: panes by size and by what the person is in, and every command to whoever does it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget

from warroom.commands import BY_ID, Command, Situation
from warroom.incident.tally import Counter, Tally
from warroom.presenters.board import counts
from warroom.presenters.runs import plain
from warroom.presenters.titles import actions_words, timeline_words
from warroom.tui.bindings import pressed
from warroom.tui.hints import of_composer, of_editor
from warroom.tui.layout import PANES, Pane
from warroom.tui.messages import BoardChanged, RoomChanged
from warroom.tui.reader import Reader
from warroom.tui.screens.sized import SizedScreen
from warroom.tui.widgets.actions import ActionsView
from warroom.tui.widgets.bars import FooterBar, HeaderBar, Notice, TalkBar
from warroom.tui.widgets.board import BoardStrip, BoardView
from warroom.tui.widgets.panes import Panes
from warroom.tui.widgets.preview import PreviewView
from warroom.tui.widgets.timeline import TimelineView

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.draft import Draft
    from warroom.tui.widgets.composer import Composer
    from warroom.tui.widgets.editor import Editor
    from warroom.tui.widgets.writing import Writing

_TURNS: Final = 3
"""So many turns of the loop a change needs at most to get from a widget to the screen."""


class RoomScreen(SizedScreen[None], inherit_bindings=False):
    """Shows the open incident and the board; holds neither."""

    AUTO_FOCUS = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Whoever gets or loses the focus draws itself; Textual's own would draw the whole screen each time."""

    app: "WarRoom"

    def __init__(self) -> None:
        super().__init__(id="room")
        self._shown: RoomChanged | None = None
        self._services = 0
        self._counter = Counter()
        self.tally: Tally | None = None
        """What the timeline comes to; None while no incident is open."""
        self.composer: Composer | None = None
        self.editor: Editor | None = None

    def compose(self) -> ComposeResult:
        self.reader = Reader(self.app, self)
        self.header = HeaderBar(self.app.zone)
        self.strip = BoardStrip()
        self.board = BoardView()
        self.timeline = TimelineView()
        self.actions = ActionsView()
        self.panes = Panes({"health": self.board, "timeline": self.timeline, "actions": self.actions})
        self.talk = TalkBar()
        self.footer = FooterBar()
        self.notice = Notice()
        yield self.header
        yield self.strip
        yield self.panes
        yield self.talk
        yield self.footer
        yield self.notice

    async def on_idle(self) -> None:
        """Before a frame is drawn, lets every widget that was just changed say so: one frame a key, and not two."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    def on_mount(self) -> None:
        self.set_class(self.app.charset == "ascii", "-ascii")
        self._arrange()
        if self.app.session.record is not None:
            self._show(RoomChanged(self.app.session.record, frozenset(), ""))
        self.set_focus(self.timeline)
        # After the second paint: the first lets the timeline know its size, with the second it shows its newest entry.
        self.call_after_refresh(self.call_after_refresh, self._furnish)

    def _furnish(self) -> None:
        """After the first paint: the parts that it did not need."""
        from warroom.tui.clerk import Clerk
        from warroom.tui.commander import Commander
        from warroom.tui.desk import Desk
        from warroom.tui.runner import Runner
        from warroom.tui.scribe import Scribe
        from warroom.tui.steward import Steward
        from warroom.tui.widgets.composer import Composer

        self.scribe = Scribe(self.app, self)
        self.commander = Commander(self.app, self)
        self.clerk = Clerk(self.app, self)
        self.runner = Runner(self.app, self)
        self.steward = Steward(self.app, self)
        self.desk = Desk(self.app, self)
        self._handlers = self._all_handlers()
        self.composer = Composer(self.composer_closed, self.clerk.pasted)
        self.editor, preview = self.desk.furnish(lambda: self.go_to("timeline"))
        self.mount(self.composer, before=self.talk)
        self.panes.insert({"postmortem": self.editor, "preview": preview}, before="actions")
        self._arrange()
        self.call_after_refresh(self.app.begin)

    def _all_handlers(self) -> dict[str, Callable[[Command], None]]:
        handlers: dict[str, Callable[[Command], None]] = {
            command.id: self.scribe.begin for command in BY_ID.values() if command.kind is not None
        }
        for part in (self.scribe, self.commander, self.clerk, self.runner, self.reader, self.steward, self.desk):
            handlers.update(part.handlers())
        handlers.update(
            {
                "move.down": lambda _: self._active_list().move(1),
                "move.up": lambda _: self._active_list().move(-1),
                "move.page-down": lambda _: self._active_list().move(self._active_list().page),
                "move.page-up": lambda _: self._active_list().move(-self._active_list().page),
                "move.first": lambda _: self._active_list().move_to(0),
                "move.last": lambda _: self._active_list().move_to(-1),
                "pane.next": lambda _: self.go_to(self.panes.following(1, incident=self.app.room is not None)),
                "pane.before": lambda _: self.go_to(self.panes.following(-1, incident=self.app.room is not None)),
                "pane.zoom": self._zoom,
                "palette": lambda _: self.app.action_command_palette(),
                "help": lambda _: self.app.show_help(),
                "nothing": lambda _: None,
                "interrupt": self._interrupt,
                "back": self._back,
                "quit": self._quit,
            }
        )
        for pane in PANES:
            handlers[f"pane.{pane}"] = lambda _, pane=pane: self.go_to(pane)  # type: ignore[misc]
        return handlers

    def situation(self) -> Situation:
        """What decides which commands can act now."""
        room = self.app.room
        if room is None:
            return Situation(service=self.board.can_open, pane=self.pane, demo=self.app.demo is not None)
        entry = self.timeline.selected_entry if self.pane == "timeline" else None
        counted = self.tally or Tally()
        return Situation(
            incident=True,
            entry=entry is not None,
            service=self.board.can_open,
            action=self.actions.selected_action is not None and self.pane == "actions",
            stamps=counted.stamps,
            asks=len(counted.asks),
            hypothesis=entry is not None and entry.kind == "hypothesis",
            undo=room.undoable,
            redo=room.redoable,
            status=room.incident.fields.status,
            pane=self.pane,
            demo=self.app.demo is not None,
        )

    @property
    def pane(self) -> Pane:
        """The one that keys act in."""
        return self.panes.active

    @property
    def draft(self) -> "Draft | None":
        """What is being written in the composer."""
        return None if self.composer is None else self.composer.draft

    @property
    def field(self) -> "Writing | None":
        """The text field that has the keys, or is about to get them back: what has no room is not in focus."""
        waits = self.focused is None and not self.panes.placed.too_small
        if self.composer is not None and self.draft is not None and (waits or self.focused is self.composer.field):
            return self.composer.field
        return self.editor if self.focused is self.editor or (waits and self.pane == "postmortem") else None

    def press(self, event: events.Key) -> bool:
        """Does the command of a key; whether there is one. A text field in focus keeps its characters."""
        command = self.app.commands_by_key.get(pressed(event))
        if command is None or (self.field is not None and event.is_printable):
            return False
        if self.panes.placed.too_small and command.id != "quit":
            return False  # what nobody can see, nobody means
        self.action_command(command.id)
        return True

    def action_command(self, command_id: str) -> None:
        """Does a command of the registry, or says why it can't be done now."""
        command = BY_ID[command_id]
        self.catch_up()
        if why := command.why_disabled(self.situation()):
            self.app.say(self.app.hint(why), "warning")
        else:
            self._handlers[command_id](command)

    def catch_up(self) -> None:
        """Takes in what is still on its way: a quick key is meant for what the key before it has logged."""
        changed = self.app.changed
        if changed is not None and changed is not self._shown:
            self._show(changed)

    def on_room_changed(self) -> None:
        self.catch_up()

    def _show(self, message: RoomChanged) -> None:
        self._shown = message
        incident = message.incident
        self.tally = None if incident is None else self._counter.count(incident.entries)
        self.header.show(incident, self.app.zone, message.trouble, self.tally)
        self.reader.show(message)
        self.actions.show(incident.actions if incident is not None else ())
        if self.editor is not None:
            self.desk.show(incident)
        self.title_panes()
        self.refresh_footer()

    def title_panes(self) -> None:
        """How each pane stands, in its title."""
        incident = self._shown.incident if self._shown is not None else None
        rows, newest = self.timeline, self.app.hint("{move.last}")
        words = timeline_words(self.tally, rows.new, rows.shown, len(rows.picked), newest)
        self.panes.boxes["timeline"].title_bar.show(words)
        self.panes.boxes["actions"].title_bar.show(
            actions_words(incident, self.app.clock().astimezone(self.app.zone).date())
        )
        self.title_document()

    def title_document(self) -> None:
        """How the postmortem stands, in the title of its pane; at every key in it, so nothing else is done here."""
        if (box := self.panes.boxes.get("postmortem")) is not None:
            box.title_bar.show(self.desk.title())

    def on_board_changed(self, message: BoardChanged) -> None:
        self.board.show(message.board)
        self.panes.boxes["health"].title_bar.show(plain(counts(message.board)))
        self.strip.show(message.board)
        if len(message.board.services) != self._services:
            self._services = len(message.board.services)
            self._arrange()

    def refresh_footer(self) -> None:
        instead = of_editor(self.app.keys) if self.pane == "postmortem" else ()
        if (draft := self.draft) is not None:
            instead = of_composer(draft)
        self.footer.show(self.situation(), instead)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange(event.size)

    def _arrange(self, size: Size | None = None) -> None:
        was = self.panes.placed
        preview = self.editor is not None and self.desk.preview_wanted
        found = self.panes.fit(size or self.app.size, self._services, preview)
        if was.too_small and not found.too_small:
            self.call_after_refresh(self._focus_again)
        self.set_class(found.too_small, "-too-small")
        self.strip.display = bool(found.strip)
        self.strip.styles.height = max(found.strip, 1)
        self.arrange_lines()

    def _focus_again(self) -> None:
        """Textual takes the focus from what was hidden; whoever was writing goes on writing."""
        if self.composer is not None and self.composer.draft is not None:
            self.set_focus(self.composer.field)
        else:
            self.go_to(self.pane)

    def go_to(self, pane: Pane) -> None:
        """Makes `pane` the one that keys act in."""
        if pane == "postmortem" and self.editor is None:
            return
        if self.editor is not None and self.pane == "postmortem" != pane:
            self.editor.save()
        self.panes.enter(pane)
        self._arrange()
        self.set_focus(self.panes.boxes[pane].view)
        self.refresh_footer()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        entered = self.panes.holding(event.widget)
        if entered not in (None, self.pane) and event.widget is self.focused:
            self.panes.take(entered)
            self.refresh_footer()

    def _zoom(self, _: Command) -> None:
        self.panes.zoomed = zoomed = not self.panes.zoomed
        self._arrange()
        self.app.say(self.app.hint("{pane.zoom} shows all panes again") if zoomed else "all panes")

    def _active_list(self) -> "BoardView | TimelineView | ActionsView | PreviewView":
        if self.pane == "health":
            return self.board
        if self.pane == "preview":
            return self.query_one("#preview", PreviewView)
        return self.actions if self.pane == "actions" else self.timeline

    def compose_draft(self, draft: "Draft") -> None:
        """Opens the composer; what was being written there is set aside first."""
        if self.composer is None:
            return
        if (written := self.composer.draft) is not None:
            self.app.drawer.set_aside(written)
        self.composer.open(draft)
        self.arrange_lines()
        self.refresh_footer()

    def arrange_lines(self) -> None:
        """The line being written stands where the room talks back, unless that is about to be missed."""
        composing = self.draft is not None
        if self.composer is not None:
            self.composer.display = composing and not self.panes.placed.too_small
        self.talk.display = not self.panes.placed.too_small and (not composing or self.talk.urgent)

    def composer_closed(self) -> None:
        """The draft is done or set aside: keys act in the pane again."""
        self.arrange_lines()
        self.set_focus(self.panes.boxes[self.pane].view)
        self.refresh_footer()

    def on_talk_bar_changed(self) -> None:
        self.arrange_lines()

    def on_timeline_view_selected(self) -> None:
        self.title_panes()
        self.refresh_footer()

    def on_paste(self, event: events.Paste) -> None:
        """A paste outside a field opens a note and runs no commands."""
        event.stop()
        self.scribe.paste(event.text)

    def _set_aside(self) -> bool:
        """Sets aside a line that is open while a pane has the keys; whether there was one."""
        if there := self.composer is not None and self.composer.draft is not None:
            self.composer.set_aside()
        return there

    def _interrupt(self, _: Command) -> None:
        if self.runner.running:
            self.runner.stop()
        elif text := self.get_selected_text():
            self.app.copy(text)
        elif not self._set_aside():
            self.app.say(self.app.hint("{quit} quits; {interrupt} does not, so that nothing is lost by it"))

    def _back(self, _: Command) -> None:
        if not (self._set_aside() or self.reader.back() or self.board.unfilter()):
            if self.panes.zoomed:
                self._zoom(_)
            elif "timeline" not in self.panes.placed.names:
                self.go_to("timeline")

    def _quit(self, _: Command) -> None:
        shown = self.panes.placed.names  # none, where all is too small
        if self.pane != "timeline" and "timeline" not in shown:
            self.go_to("timeline")
        else:
            self.app.doorkeeper.quit()

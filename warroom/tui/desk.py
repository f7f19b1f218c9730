"""The desk: the postmortem's text, its preview and export, and the action items."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from warroom.commands import Command
from warroom.incident.actions import ActionError, action_line, parse_action
from warroom.incident.changes import AddAction, ReviseAction
from warroom.incident.model import Action, Incident
from warroom.text import clean
from warroom.tui.screens.choice import Choice, Option
from warroom.tui.widgets.composer import Draft

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen


class Desk:
    """`base` is the incident as the editor's text was made from it: what a person changed is seen against that.

    `behind` says that the incident has changed while something was being typed, so that the editor does not show it.
    """

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen
        self._base: Incident | None = None
        self._behind = False

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {
            "action.new": self.new_action,
            "postmortem.preview": self.preview,
            "incident.export": self.export,
            "editor": self.external_editor,
            "save": self.save,
        }

    def show(self, incident: Incident | None) -> None:
        """Brings the editor up to date with the incident, unless something is being typed there."""
        from warroom.postmortem.outline import compose

        editor = self._screen.editor
        if editor is None:
            return
        news = incident is None or self._base is None or _written(incident) != _written(self._base)
        if editor.dirty:
            self._behind = self._behind or news
            return
        if incident is None:
            editor.shut()
        elif news:
            editor.show(compose(incident))
        self._base = incident

    def rested(self, text: str) -> None:
        """What was typed becomes edits of the sections that changed; a section somebody else changed keeps both."""
        from warroom.postmortem.outline import compose, edits

        room, base, editor = self._app.room, self._base, self._screen.editor
        if room is None or base is None or editor is None:
            return
        changed = edits(text, base)
        if changed:
            room.apply(*changed, seen=base)
        self._base = room.incident
        if self._behind:  # or the next words typed would take back what somebody else wrote meanwhile
            self._behind = False
            editor.show(compose(room.incident))

    def new_action(self, _: Command) -> None:
        """A: an action item, begun with the words of the entry that is chosen."""
        entry = self._screen.timeline.selected_entry if self._screen.pane == "timeline" else None
        text = entry.text.splitlines()[0] if entry is not None and entry.text else ""
        self._compose_action("action item", text, None)

    def edit_action(self) -> None:
        if (action := self._screen.actions.selected_action) is not None:
            self._compose_action("action item", action_line(action), action)

    def _compose_action(self, what: str, text: str, action: Action | None) -> None:
        shown = clean(text).strip()

        def written(draft: Draft) -> None:
            room = self._app.room
            if room is None or (action is not None and draft.text == shown):
                return
            try:
                fields = parse_action(draft.text)
            except ActionError as error:
                self._screen.compose_draft(draft)
                self._app.say(str(error), "warning")
                return
            if action is None:
                new = Action(id=self._app.new_id(), **fields)
                room.apply(AddAction(new), name=f"action item: {new.title}")
            else:
                room.apply(ReviseAction(action.id, fields), name=f"action item: {fields['title']}")
            self._app.say(f"action item: {fields['title']}")

        hint = "@owner !high #prevent due:2026-12-01"
        self._screen.compose_draft(Draft(what, self._app.key_time, text, timed=False, then=written, hint=hint))

    def preview(self, _: Command) -> None:
        from warroom.presenters.preview import lines
        from warroom.tui.screens.pages import Page

        if self._screen.editor is not None:
            self._screen.editor.save()
        text = self._app.document()
        self._app.push_screen(Page(lambda width: lines(text, width)))

    def export(self, _: Command) -> None:
        """E: where to; Enter writes the Markdown. A file that is there is not overwritten unasked."""
        if self._screen.editor is not None:
            self._screen.editor.save()

        def taken(draft: Draft) -> None:
            path = Path(draft.text).expanduser()
            if not path.exists():
                self._write(path)
                return
            question = f"{path} is there already"
            options = (Option("o", "overwrite it", "yes"), Option("k", "keep it", "no"))
            self._app.push_screen(Choice(question, options), lambda answer: self._overwrite(path, answer))

        name = str(self._app.export_path())
        draft = Draft("export to", self._app.key_time, name, timed=False, then=taken, hint="Enter writes")
        self._screen.compose_draft(draft)

    def _overwrite(self, path: Path, answer: str | None) -> None:
        if answer == "yes":
            self._write(path)
        else:
            self._app.say(f"nothing written; {path} is as it was")

    def _write(self, path: Path) -> None:
        if problem := self._app.export(path):
            self._app.say(problem, "warning")
        else:
            self._app.say(f"written: {path}")

    def external_editor(self, _: Command) -> None:
        """Ctrl+O: the document in the person's own editor; the terminal is theirs until it ends."""
        editor = self._screen.editor
        if editor is None:
            return
        editor.save()
        text, problem = self._app.edit_outside(editor.text)
        if problem:
            self._app.say(problem, "warning")
        elif text != editor.text:
            editor.show(text)
            self.rested(text)

    def save(self, _: Command) -> None:
        if self._screen.editor is not None:
            self._screen.editor.save()
        room = self._app.room
        if room is None or room.saved:
            self._app.say("saved: all is on disk" if room else "nothing to save: no incident is open")
        else:
            self._app.say(f"not on disk yet: {room.trouble or 'being written'}", "warning")


def _written(incident: Incident) -> tuple[object, ...]:
    """What the editor's text is made from."""
    return (incident.fields.title, incident.impact, incident.postmortem)

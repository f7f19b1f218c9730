"""The desk: the postmortem's text with all that helps to write it, its preview and export."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.incident.model import Incident
from warroom.incident.reviewed import with_review
from warroom.presenters.titles import postmortem_words
from warroom.text import clean_line
from warroom.tui.draft import Draft
from warroom.tui.follow_up import FollowUp
from warroom.tui.layout import TWO_PANES
from warroom.tui.outside import edit_outside, export, export_path, written_by_others
from warroom.tui.quoter import Quoter
from warroom.tui.reviewer import Reviewer
from warroom.tui.screens.choice import Choice, Option

if TYPE_CHECKING:
    from warroom.incident.changes import Edit
    from warroom.room import Room
    from warroom.tui.app import WarRoom
    from warroom.tui.proof import LivePreview
    from warroom.tui.screens.room import RoomScreen
    from warroom.tui.widgets.editor import Editor
    from warroom.tui.widgets.preview import PreviewView

_SUMMARY_ROW: Final = 2
"""Where `compose` puts the heading of the summary, which every document has: behind the title and a blank line."""
_NOTHING_MORE: Final = "nothing to fill: every part that the record knows of has words"
_NOTHING_YET: Final = (
    "nothing to fill yet: detection waits for {mark.started} and {mark.detected}, the cause for {mark.identified}, "
    "the rest for the end: {mark.resolved}; what has words stays"
)


class Desk:
    """`base` is the incident as the editor's text was made from it: what a person changed is seen against that.

    `behind` says that the incident has changed while something was being typed, here or in the person's own editor, so
    that the text does not show it.
    """

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen
        self._base: Incident | None = None
        self._behind = False
        self._sought = ""
        self._live: LivePreview | None = None
        self._preview: PreviewView | None = None
        self.preview_wanted: bool | None = None
        """Whether the preview stands beside the editor; None while nobody said, and the width decides."""
        self.quoter = Quoter(app, screen)
        self.reviewer = Reviewer(app, screen, self._go_to_path)
        self.follow_up = FollowUp(app, screen)

    def furnish(self, left: Callable[[], None]) -> "tuple[Editor, PreviewView]":
        """The editor and the preview that goes with it; `left` is called at Esc."""
        from warroom.tui.widgets.editor import Editor
        from warroom.tui.widgets.preview import PreviewView

        self._preview = PreviewView(self._preview_shown)
        return Editor(self.rested, left, self._moved), self._preview

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {
            "postmortem.preview": self.preview,
            "postmortem.fill": self.fill,
            "postmortem.find": self.find,
            "postmortem.jump": self.jump,
            "incident.export": self.export,
            "editor": self.external_editor,
            "save": self.save,
            **self.quoter.handlers(),
            **self.reviewer.handlers(),
            **self.follow_up.handlers(),
        }

    def title(self) -> str:
        """How the document stands, for the title of its pane."""
        room, editor = self._app.room, self._screen.editor
        if room is None or editor is None:
            return ""
        state = "typing" if editor.dirty else "saved" if room.saved else "saving"
        return postmortem_words(room.incident, state, editor.word_count, self.reviewer.open_findings)

    def _moved(self, typed: bool) -> None:
        """A key in the editor: the preview follows, and the review where something was saved since."""
        self.reviewer.refresh()
        if typed:
            self._screen.title_document()
        if self._live is not None:
            if typed:
                self._live.refresh()
            else:
                self._live.follow()

    def _preview_shown(self) -> None:
        """The preview has come on the screen, or has another width."""
        editor, view = self._screen.editor, self._preview
        if self._live is None and editor is not None and view is not None and view.shown:
            from warroom.tui.proof import LivePreview

            self._live = LivePreview(self._app, editor, view)
            self._live.show(self._base)
        elif self._live is not None:
            self._live.refresh()

    def show(self, incident: Incident | None, *, own: bool = False) -> None:
        """Brings the editor up to date with the incident, unless something is being typed there.

        `own` says that it is this person who has changed it.
        """
        from warroom.postmortem.outline import compose

        editor = self._screen.editor
        if editor is None:
            return
        news = incident is None or self._base is None or _written(incident) != _written(self._base)
        if editor.dirty or self._app.doorkeeper.away:
            self._behind = self._behind or news
            return
        if incident is None or (self._base is not None and incident.fields.id != self._base.fields.id):
            editor.shut()
        if incident is not None and news:
            begun = bool(editor.text)
            editor.show(compose(incident), own=own)
            if not begun:
                editor.begin_under(_SUMMARY_ROW)
        self._base = incident
        self._after_change(incident)

    def rested(self, text: str) -> None:
        """What was typed becomes edits of the sections that changed; a section somebody else changed keeps both."""
        from warroom.postmortem.outline import compose, edits

        room, base, editor = self._app.room, self._base, self._screen.editor
        if room is None or base is None or editor is None:
            return
        changed = edits(text, base)
        if changed:
            self._apply(room, changed, seen=base)
        self._base = room.incident
        self._after_change(room.incident)
        if self._behind:  # or the next words typed would take back what somebody else wrote meanwhile
            self._behind = False
            editor.show(compose(room.incident))

    def _apply(self, room: "Room", edits: "Sequence[Edit]", *, name: str = "", seen: Incident | None = None) -> None:
        """Other words for the document; one that was reviewed is in review again, and says so."""
        made = with_review(room.incident, edits, self._app.author, self._app.clock())
        if len(made) > len(edits):
            again = (
                "it was reviewed: with other words the document is in review again; {postmortem.state} says what it is"
            )
            self._app.say(self._app.hint(again))
        room.apply(*made, name=name, seen=seen)

    def _after_change(self, incident: Incident | None) -> None:
        if self._live is not None:
            self._live.show(incident)
        if "postmortem" in self._screen.panes.placed.names:
            self.reviewer.refresh()
        self._screen.title_document()

    def fill(self, _: Command) -> None:
        """F: what the record knows goes into the parts that are empty; Esc, then u takes it back."""
        from warroom.incident.times import TimeError
        from warroom.postmortem.draft import fill

        room, editor = self._app.room, self._screen.editor
        assert room is not None, "disabled without an incident"
        if editor is not None:
            editor.save()
        try:
            edits = fill(room.incident)
        except TimeError as error:
            self._app.say(str(error), "warning")
            return
        if not edits:
            self._app.say(self._app.hint(_NOTHING_YET if room.incident.open else _NOTHING_MORE))
            return
        self._apply(room, edits, name="draft from the record")
        self.show(room.incident, own=True)
        self._screen.go_to("postmortem")
        parts = "1 part" if len(edits) == 1 else f"{len(edits)} parts"
        back = self._app.hint("{undo} takes it back")
        # In the text to which this has led keys are letters.
        later = self._app.hint("; the rest waits for the end: Esc, then {mark.resolved}") if room.incident.open else ""
        self._app.say(f"filled from the record: {parts}; Esc, then {back}{later}")

    def find(self, _: Command) -> None:
        """Ctrl+F: goes to the words as they are typed; Enter stays there, and ctrl+F, Enter goes on to the next."""
        editor = self._screen.editor
        assert editor is not None, "furnished before any key"
        self._screen.go_to("postmortem")
        start = editor.selection.end

        def typed(words: str) -> None:
            if words and not editor.find(words, start):
                self._app.say(f"not found: {words}")

        def taken(draft: Draft) -> None:
            self._sought = draft.text
            typed(draft.text)

        at, sought = self._app.key_time, self._sought
        draft = Draft("find", at, sought, timed=False, changed=typed, then=taken, enter="stay", chosen=True)
        self._screen.compose_draft(draft)

    def jump(self, _: Command) -> None:
        """Ctrl+N: to a section by its heading."""
        from warroom.postmortem.outline import headings

        editor = self._screen.editor
        assert editor is not None, "furnished before any key"
        found = headings(editor.text)
        if not found:
            self._app.say("there is no heading to go to; a line such as ## Summary begins that part")
            return
        options = [Option("", "  " * max(item.level - 1, 0) + item.title, str(item.line)) for item in found]
        row = editor.cursor_location[0]
        chosen = max((place for place, item in enumerate(found) if item.line <= row), default=0)

        def answered(answer: str | None) -> None:
            self._screen.go_to("postmortem")
            if answer is not None:
                editor.go_to_row(int(answer))

        self._app.push_screen(Choice("Which section?", options, chosen), answered)

    def _go_to_path(self, path: str) -> bool:
        """Goes to the part of the text that a path of the file is edited in; whether there is one."""
        from warroom.postmortem.outline import headings

        editor = self._screen.editor
        if editor is None:
            return False
        found = headings(editor.text)
        part, _, number = path.rpartition(".")
        if part == "postmortem.section":
            own = [item for item in found if not item.path and item.level > 1]
            rows = [own[int(number)].line] if int(number) < len(own) else []
        else:
            rows = [item.line for item in found if item.path == path or (path == "impact" and item.title == "Impact")]
        if rows:
            self._screen.go_to("postmortem")
            editor.go_to_row(rows[0])
        return bool(rows)

    def preview(self, _: Command) -> None:
        """P: beside the editor where there is room for both, else over the whole screen."""
        if withheld := self._app.themes.withheld:
            self._app.say(withheld)
        if self._app.size.width >= TWO_PANES:
            view = self._preview
            self.preview_wanted = not (view is not None and view.shown)
            self._screen.go_to("postmortem")
            return
        self._preview_page()

    def show_document(self) -> None:
        """The rendered document, where it is not on the screen already."""
        if self._preview is None or not self._preview.shown:
            self._preview_page()

    def _preview_page(self) -> None:
        from warroom.tui.screens.document import DocumentPage

        if self._screen.editor is not None:
            self._screen.editor.save()
        self._app.push_screen(DocumentPage())

    def export(self, _: Command) -> None:
        """E: where to; Enter writes the Markdown. A file that was not written so is not overwritten unasked."""
        if self._screen.editor is not None:
            self._screen.editor.save()

        whole = export_path(self._app)
        shown = clean_line(str(whole))

        def taken(draft: Draft) -> None:
            path = whole if draft.text == shown else Path(draft.text)  # what is shown of a name may not be all of it
            if not written_by_others(self._app, path):
                self._write(path)
                return
            question = f"{path} is there already"
            options = (Option("o", "overwrite it", "yes"), Option("k", "keep it", "no"))
            self._app.push_screen(Choice(question, options), lambda answer: self._overwrite(path, answer))

        draft = Draft("export to", self._app.key_time, shown, timed=False, then=taken, enter="write", chosen=True)
        self._screen.compose_draft(draft)

    def _overwrite(self, path: Path, answer: str | None) -> None:
        if answer == "yes":
            self._write(path)
        else:
            self._app.say(f"nothing written; {path} is as it was")

    def _write(self, path: Path) -> None:
        if problem := export(self._app, path):
            self._app.say(problem, "warning")
        else:
            self._app.say(f"written: {path}")

    def external_editor(self, _: Command) -> None:
        """Ctrl+O: the document in the person's own editor; the terminal is theirs until it ends."""
        if (editor := self._screen.editor) is not None:
            editor.save()
            self._app.doorkeeper.step_out()
            self._app.work("editor", partial(self._edit_outside, editor))

    async def _edit_outside(self, editor: "Editor") -> None:
        try:
            text, problem = await edit_outside(self._app, editor.text)
        finally:
            self._app.doorkeeper.step_in()
        if problem:
            self._app.say(problem, "warning")
        elif text != editor.text:
            editor.show(text, own=True)
        else:
            self._app.say("nothing was changed; an editor with a window of its own must wait, as `code --wait` does")
        self.rested(editor.text)  # also where nothing was written: others may have, meanwhile

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

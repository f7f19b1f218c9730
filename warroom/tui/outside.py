"""What leaves the window: the document into a file, a text to the person's own editor, words to the clipboard."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from warroom.files.errors import FileError
from warroom.files.exports import is_foreign, is_stream, write
from warroom.shell import ShellError, copy_to_tmux, edit

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom


def export_path(app: "WarRoom") -> Path:
    """Where the document is offered to go: beside its incident."""
    assert app.room is not None
    return Path(app.session.places.incidents, f"{app.room.incident.fields.id}.md")


def export(app: "WarRoom", path: Path) -> str:
    """Writes the document whole; returns what went wrong, "" where nothing did."""
    if is_stream(os.fspath(path)):  # whoever reads from it might keep the room waiting for ever
        return f"{path}: it is no file but a device or a pipe; name a file, or use warroom export -o"
    try:
        write(os.fspath(path), app.document().encode(), app.session.places.state)
    except FileError as error:
        return str(error)
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""


def written_by_others(app: "WarRoom", path: Path) -> bool:
    """Whether something stands there that no export wrote, or that was changed since."""
    return is_foreign(os.fspath(path), app.session.places.state)


async def edit_outside(app: "WarRoom", text: str) -> tuple[str, str]:
    """The text after the person's own editor had it, and what went wrong ("" where nothing did).

    The room goes on meanwhile, unseen: services are looked at, what turns is recorded.
    """
    problem = ""
    try:
        with app.suspend():
            try:
                text = await asyncio.to_thread(edit, text, os.environ)
            except (ShellError, OSError) as error:  # suspend() would not resume if it left this block
                problem = str(error)
    except SuspendNotSupported:
        problem = "this terminal can't be given to an editor"
    return text, problem


def copy(app: "WarRoom", text: str) -> None:
    """To the clipboard by OSC 52, and into tmux's buffer inside tmux."""
    app.copy_to_clipboard(text)
    in_tmux = copy_to_tmux(text, os.environ)
    app.say("copied" + (", also into tmux's buffer" if in_tmux else ""))

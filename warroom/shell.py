"""What the war room asks of the machine around it: the editor, the clipboard of tmux, links."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path


class ShellError(Exception):
    """One line that says what could not be run, and the mend."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The argument list of $VISUAL, $EDITOR, or the first of a few editors that is there; ShellError if none is."""
    for name in ("VISUAL", "EDITOR"):
        if words := shlex.split(environ.get(name, "")):
            return words
    for name in ("editor", "vim", "vi", "nano"):
        if shutil.which(name):
            return [name]
    raise ShellError("no editor found: set EDITOR, for example EDITOR=vim")


def edit(text: str, environ: Mapping[str, str], suffix: str = ".md") -> str:
    """`text` after a person has edited it in their editor; the caller has given the terminal free.

    The temporary file is readable by its owner alone and is kept, and named in the ShellError, when the editor fails.
    """
    command = editor_command(environ)
    handle, name = tempfile.mkstemp(prefix="warroom-", suffix=suffix)
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    try:
        code = subprocess.run([*command, name], check=False).returncode
        edited = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ShellError(f"{command[0]} could not edit the text ({error}); it is kept in {name}") from error
    if code != 0:
        raise ShellError(
            f"{command[0]} ended with exit code {code}; nothing was taken over, the text is kept in {name}"
        )
    path.unlink(missing_ok=True)
    return edited


def copy_to_tmux(text: str, environ: Mapping[str, str]) -> bool:
    """Puts `text` into tmux's buffer when we run inside tmux, where OSC 52 may be off; whether it did."""
    if not environ.get("TMUX") or shutil.which("tmux") is None:
        return False
    done = subprocess.run(
        ["tmux", "load-buffer", "-w", "-"], input=text.encode(), capture_output=True, check=False, timeout=5
    )
    return done.returncode == 0

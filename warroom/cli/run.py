"""`warroom run`: runs a command, passes its output through, and logs it with its result."""

import argparse
import os
import selectors
import shlex
import signal
import subprocess
import sys
import time
from typing import TextIO

from warroom.cli.errors import CommandError, warn
from warroom.cli.parser import Parser, add_author
from warroom.cli.target import Target
from warroom.config.stamps import new_id
from warroom.text.excerpt import Excerpt

ABOUT = "Runs a command, passes its output through, and logs it with exit code, duration and a redacted excerpt."
EXAMPLES = """\
examples:
  warroom run -- docker compose up -d backend
  warroom run --service db -- psql -c "select 1"

It exits with the command's own code, with 125 where it could not start one.
"""
BAD_USAGE = 125
_CHUNK = 65536
_LOOK_SECONDS = 0.2
_BY_SIGNAL = 128


def add_arguments(parser: Parser) -> None:
    parser.add_argument("words", nargs="+", metavar="CMD", help="the command and its arguments, after --")
    parser.add_argument("--service", metavar="S", default="", help="the service that it is about")
    parser.add_argument("--text", metavar="TEXT", default="", help="what it is for")
    add_author(parser)
    parser.mend = "a command with options stands behind --, as in warroom run -- ls -l"


def run(arguments: argparse.Namespace) -> int:
    from warroom.files.errors import FileError

    try:
        target = Target(arguments)
        by = target.author()
    except FileError as error:
        raise CommandError(str(error)) from None
    began = time.monotonic()
    code, excerpt = _passed_through(arguments.words)
    took = round(time.monotonic() - began, 3)
    try:
        _log(target, arguments, by, code, took, excerpt)
    except FileError as error:
        warn(f"the command ran, but is not logged: {error}")
        return code or 1
    return code


def _passed_through(words: list[str]) -> tuple[int, str]:
    """Its exit code (128 and the signal's number if one ended it) and an excerpt of what it wrote."""
    # Ctrl+C reaches the command as well; it decides what to do, and what it did is still to be logged. From before it
    # starts, and by a handler: unlike a signal that is ignored, that is none of its own.
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with _started(words) as child:
            excerpt = _copied(child)
            code = child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return (_BY_SIGNAL - code if code < 0 else code), excerpt


def _started(words: list[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        raise CommandError(f"{words[0]} could not be started: {error.strerror}") from None


def _copied(child: "subprocess.Popen[bytes]") -> str:
    excerpt = Excerpt()
    with selectors.DefaultSelector() as selector:
        for source, into in ((child.stdout, sys.stdout), (child.stderr, sys.stderr)):
            if source is not None:
                selector.register(source, selectors.EVENT_READ, (source, into))
        while selector.get_map():
            ready = selector.select(_LOOK_SECONDS)
            if not ready and child.poll() is not None:
                break  # it has left something behind that still holds its output: that is not waited for
            for key, _ in ready:
                data = os.read(key.fd, _CHUNK)
                excerpt.take(data)
                source, into = key.data
                if not data or not _written(into, data):
                    selector.unregister(source)
                    source.close()
    return excerpt.text()


def _written(into: TextIO, data: bytes) -> bool:
    """Passes bytes on; False where nobody takes them any more: the command is then to find that out as by itself."""
    try:
        into.buffer.write(data)
        into.flush()
    except BrokenPipeError:
        return False
    except OSError as error:
        warn(f"no more of its output is passed on: {error.strerror}")
        return False
    return True


def _log(target: Target, arguments: argparse.Namespace, by: str, code: int, took: float, excerpt: str) -> None:
    from warroom.text import clean, clean_line
    from warroom.text.redact import redact

    command = redact(clean_line(shlex.join(arguments.words)))
    output = redact(clean(excerpt)).strip("\n")
    fields: dict[str, object] = {
        "id": new_id(),
        "at": target.now,
        "by": by,
        "kind": "command",
        "service": clean_line(arguments.service),
        "command": command,
        "exit": code,
        "took": took,
        "evidence": [{"label": "output", "text": output}] if output else [],
        "text": clean(arguments.text).strip() or command,
    }
    target.append(fields)

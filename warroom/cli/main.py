"""The entry point: finds the command, runs it, turns its errors into one line and an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from warroom.cli.errors import CommandError, warn

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.cli.parser import Parser

COMMANDS = {
    "open": ("open", "open the war room"),
    "demo": ("demo", "the war room on a replayed sample; writes nothing of yours"),
    "declare": ("declare", "declare an incident; prints its id"),
    "log": ("log", "log an entry into the timeline"),
    "run": ("run", "run a command and log it with its result"),
    "set": ("set", "set a field: title, severity, commander, impact.customers, ..."),
    "resolve": ("status", "mark the incident as resolved"),
    "reopen": ("status", "take a resolved incident up again"),
    "close": ("status", "close a resolved incident: nothing is left to do"),
    "cancel": ("status", "cancel an incident that was none"),
    "use": ("use", "choose which open incident is meant"),
    "list": ("list", "list incidents"),
    "show": ("show", "show an incident, its handoff brief or its next update"),
    "export": ("export", "write the postmortem as a document"),
    "review": ("review", "say what the postmortem still lacks"),
    "check": ("check", "probe the services once"),
    "themes": ("themes", "list the themes, show one, begin one of your own"),
    "doctor": ("doctor", "check files and configuration, recover what is torn"),
    "init": ("init", "write a warroom.toml from what is found here"),
    "completion": ("completion", "print the completion for bash, zsh or fish"),
}
"""Each command with the module of `warroom.cli` that runs it, and what it is for."""

_BAD_USAGE = 2
_FAILED = 1
_INTERRUPTED = 130
_PIPE_CLOSED = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code. Never raises: what goes wrong is one line on stderr."""
    _open_closed_streams()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        if "_ARGCOMPLETE" in os.environ:  # a shell asks what may stand there
            from warroom.cli.completers import complete

            complete()
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return _PIPE_CLOSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last gate; what is unexpected is told as such
        return _told(error)
    return code


def _open_closed_streams() -> None:
    """What whoever started us has closed leads nowhere, instead of to the next file that is opened."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, os.fdopen(nowhere, "w", closefd=False))


def _run(arguments: Sequence[str]) -> int:
    from warroom.cli.parser import joined, split

    front, rest = split(arguments)
    if rest[:1] in (["--version"], ["-V"]):
        from warroom import __version__

        print(f"warroom {__version__}")
        return 0
    if rest[:1] in (["--help"], ["-h"], ["help"]):
        from warroom.cli.overview import overview
        from warroom.cli.parser import wrapped

        return _helped(rest[1]) if rest[0] == "help" and len(rest) > 1 else _printed(wrapped(overview(COMMANDS)))
    name, given = _command(rest)
    module = _module(name)
    parser = parser_of(name)
    try:
        words = [*given, *front] if "--" not in given else [*front, *given]
        parsed = parser.parse_args(joined(words, signed=parser.signed))
        parsed.command = name
        _refuse_lost_directory()
        code: int = module.run(parsed)
        sys.stdout.flush()
    except SystemExit:  # argparse, after it has printed its help
        return 0
    except CommandError as error:
        bad_usage: int = getattr(module, "BAD_USAGE", _BAD_USAGE)
        return _failed(str(error), bad_usage if error.code is None else error.code)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - a command may have a code of its own for it
        told = _told(error)
        code = getattr(module, "FAILED", told)
    return code


def _refuse_lost_directory() -> None:
    """CommandError where the working directory was removed: places are looked for from there upwards."""
    try:
        os.getcwd()
    except OSError:
        raise CommandError("the working directory is gone; change to one that is there: cd") from None


def parser_of(name: str) -> "Parser":
    """The whole parser of one of `COMMANDS`."""
    from warroom.cli.parser import Parser, add_shared

    module = _module(name)
    about, examples = (
        text[name] if isinstance(text, dict) else text  # where one module runs several commands
        for text in (module.ABOUT, module.EXAMPLES)
    )
    parser = Parser(name, about)
    parser.epilog = examples
    module.add_arguments(parser)
    add_shared(parser)
    return parser


def _printed(text: str) -> int:
    print(text, end="")
    return 0


def _helped(name: str) -> int:
    return _run([name, "--help"])


def _command(rest: list[str]) -> tuple[str, list[str]]:
    """The command's name and its arguments; with none, or with an incident's id in its place, the war room opens."""
    if not rest or (rest[0].startswith("-") and rest[0] != "--"):
        return "open", rest
    if rest[0] in COMMANDS:
        return rest[0], rest[1:]
    if rest[0][:1].isdigit():
        return "open", rest
    from difflib import get_close_matches

    near = get_close_matches(rest[0], COMMANDS, 1)
    advice = f"did you mean {near[0]!r}?" if near else "see warroom --help"
    raise CommandError(f"no command {rest[0]!r}; {advice}", _BAD_USAGE)


def _module(name: str) -> ModuleType:
    return import_module(f"warroom.cli.{COMMANDS[name][0]}")


def _failed(line: str, code: int) -> int:
    warn(line)
    return code


def _told(error: Exception) -> int:
    """The line and exit code of what a room below has raised."""
    from warroom.files.errors import DiskError, FileError, GoneError

    if isinstance(error, CommandError):
        return _failed(str(error), _BAD_USAGE if error.code is None else error.code)
    if isinstance(error, FileError):
        named_wrong = isinstance(error, GoneError) and not error.code
        return _failed(str(error), _FAILED if isinstance(error, DiskError) and not named_wrong else _BAD_USAGE)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        _discard_output()
        return _failed(f"{place}{error.strerror or error}", _FAILED)
    if type(error).__module__.startswith("warroom."):  # each of them is one line for the user by its own promise
        return _failed(str(error), _BAD_USAGE)
    if os.environ.get("WARROOM_DEBUG"):
        import traceback

        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _failed(f"unexpected error, please report it with the output under WARROOM_DEBUG=1: {what}", _FAILED)


def _discard_output() -> None:
    """Lets the interpreter's last flush go nowhere, where it would fail once more and print about it."""
    try:
        target = os.open(os.devnull, os.O_WRONLY)
        os.dup2(target, sys.stdout.fileno())
        os.close(target)
    except (OSError, ValueError, AttributeError):  # no stdout to redirect: then there is nothing to flush
        return

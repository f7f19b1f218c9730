"""Completion in the real shells: what a person has on the line after tab."""

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from terminal import PATIENCE, Terminal

from commandline import CommandLine

READY = "ready>"
SET_UP = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(warroom completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -Uz compinit; compinit -u -D; eval "$(warroom completion zsh)"'),
}
TYPED = {
    "warroom dec": "warroom declare",
    "warroom export 20": "warroom export 2026-01-02-backend-outage",
    "warroom -i 20": "warroom -i 2026-01-02-backend-outage",
    "warroom log x --service check": "warroom log x --service checkout",
    "warroom check sh": "warroom check shop\\ api",
    "warroom log x -k hyp": "warroom log x -k hypothesis",
    "warroom log x --mark mi": "warroom log x --mark mitigated",
    "warroom export --style fe": "warroom export --style feline",
    "warroom themes show our": "warroom themes show ours",
    "warroom set commander a": "warroom set commander ana",
    "warroom log --each": "warroom log --each-line",
}
"""What was typed, and what stands there after tab."""


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    line.environ["PATH"] = f"{Path(sys.executable).parent}:{line.environ['PATH']}"
    line.environ.update(TERM="xterm-256color", COLUMNS="", LC_ALL="C.UTF-8")
    line("declare", "Backend outage", "--at", "2026-01-02 10:00")
    (line.here / "warroom.toml").write_text(
        f'incidents = "{line.incidents}"\n'
        + "".join(f'[[service]]\nname = "{name}"\ntcp = "localhost:1"\n' for name in ("shop api", "checkout"))
    )
    assert line("themes", "new", "ours").code == 0
    return line


@pytest.mark.parametrize("shell", SET_UP)
def test_tab_completes_from_disk(warroom: CommandLine, shell: str) -> None:
    command, script = SET_UP[shell]
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    terminal = Terminal([program, *command[1:]], environ=warroom.environ, directory=warroom.here, size=(120, 40))
    try:
        terminal.type(f"{script}; PS1='rea''dy> '; PROMPT=$PS1\r")
        terminal.wait_for(READY)
        for typed, completed in TYPED.items():
            terminal.type(typed)
            terminal.press("tab")
            terminal.wait_until(partial(_stands_there, terminal, completed), f"{typed!r} completed to {completed!r}")
            terminal.press("ctrl+u")
            terminal.wait_until(partial(_stands_there, terminal, ""), "an empty line")
    finally:
        terminal.close()


def _stands_there(terminal: Terminal, words: str, _: str) -> bool:
    return terminal.row(READY) == f"{READY} {words}".rstrip()


def test_fish_completes_from_disk(warroom: CommandLine) -> None:
    program = shutil.which("fish")
    if program is None:
        pytest.skip("fish is not installed")
    script = warroom.here / "warroom.fish"
    script.write_text(warroom("completion", "fish").out)
    asked = "source $argv[1]; for line in $argv[2..]; complete -C $line; end"
    done = subprocess.run(
        [program, "--no-config", "-c", asked, str(script), *TYPED],
        env=warroom.environ,
        cwd=warroom.here,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    offered = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    words = [completed[typed.rindex(" ") + 1 :].replace("\\ ", " ") for typed, completed in TYPED.items()]
    assert offered == words

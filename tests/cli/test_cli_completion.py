"""What a shell is offered, by the protocol that its script speaks; and the scripts themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commandline import CommandLine


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    line("declare", "Backend outage", "--service", "backend", "--at", "2026-01-02 10:00")
    (line.here / "warroom.toml").write_text(
        f'incidents = "{line.incidents}"\n[[service]]\nname = "shop api"\ntcp = "localhost:1"\n'
    )
    return line


def offered(warroom: CommandLine, line: str) -> list[str]:
    into = warroom.folder / "offered"
    into.unlink(missing_ok=True)
    done = warroom.process(
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_STDOUT_FILENAME=str(into),
        _ARGCOMPLETE_IFS="\n",
        COMP_LINE=line,
        COMP_POINT=str(len(line)),
        _ARGCOMPLETE_SUPPRESS_SPACE="1",
    )
    assert done.err == ""
    return [word.strip().replace("\\", "") for word in into.read_text().split("\n") if word]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("warroom dec", ["declare"]),
        ("warroom export 2026", ["2026-01-02-backend-outage"]),
        ("warroom -i ", ["2026-01-02-backend-outage"]),
        ("warroom log x -k de", ["dead-end", "decision"]),
        ("warroom log x --mark mi", ["mitigated"]),
        ("warroom log x --service ", ["shop api", "backend"]),
        ("warroom check sh", ["shop api"]),
        ("warroom export --style fe", ["feline"]),
        ("warroom themes ", ["list", "show", "new"]),
        ("warroom themes show pl", ["plain"]),
        ("warroom set severity sev", ["sev1", "sev2", "sev3", "sev4", "sev5"]),
        ("warroom set commander ", ["ana"]),
        ("warroom set impact.cu", ["impact.customers"]),
        ("warroom set timezone Europe/Berl", ["Europe/Berlin"]),
        ("warroom completion z", ["zsh"]),
        ("warroom log --each", ["--each-line"]),
        ("warroom set nonsense ", []),
    ],
)
def test_what_may_stand_there_is_offered(warroom: CommandLine, line: str, words: list[str]) -> None:
    assert offered(warroom, line) == words


@pytest.mark.parametrize("broken", ["incidents = \n", "service = 3\n", 'service = ["api"]\n'])
def test_a_broken_configuration_offers_nothing_and_says_nothing(warroom: CommandLine, broken: str) -> None:
    (warroom.here / "warroom.toml").write_text(broken)
    assert offered(warroom, "warroom check a") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_reads(warroom: CommandLine, shell: str) -> None:
    script = warroom("completion", shell).out
    assert "warroom" in script
    if (program := shutil.which(shell)) is None:
        pytest.skip(f"{shell} is not installed")
    checked = subprocess.run([program, "-n"], input=script, text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_program_beside_the_path_is_asked_where_it_is(warroom: CommandLine) -> None:
    if (bash := shutil.which("bash")) is None:
        pytest.skip("bash is not installed")
    program = warroom.folder / ".warroom" / "bin" / "warroom"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{sys.executable}\nfrom warroom.cli import main\nraise SystemExit(main())\n")
    program.chmod(0o755)
    typed = """
        eval "$(~/.warroom/bin/warroom completion bash)"
        named=$(complete -p warroom); named=${named#*-F }
        COMP_LINE="~/.warroom/bin/warroom dec" COMP_POINT=26
        ${named% *} "~/.warroom/bin/warroom"
        echo "$COMPREPLY"
    """
    environ = {**warroom.environ, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([bash, "-c", typed], env=environ, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("declare", "")


def test_a_shell_that_is_not_known_is_refused(warroom: CommandLine) -> None:
    done = warroom("completion", "tcsh")
    assert (done.code, done.err.count("\n")) == (2, 1)

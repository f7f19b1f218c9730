"""The commands of a documentation page, and a shell that runs them and holds what they print against the page."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

ROOT = Path(__file__).parents[1]
_DONE = "-- done --"


@dataclass(frozen=True)
class Step:
    """One command as a person types it, and what the page says that it prints."""

    command: str
    printed: str

    def prints(self, output: str) -> bool:
        """Whether `output` is what the page says: `...` stands for anything, on a line of its own for any lines."""
        lines = self.printed.splitlines()
        pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in lines)
        pattern = pattern.replace(re.escape("..."), ".*")
        return re.fullmatch(pattern, output) is not None


def steps(page: str, heading: str = "") -> list[Step]:
    """The commands of all console blocks of a page of docs/, or of those under one heading, in their order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    if heading:
        text = re.split(r"^## ", text.split(f"## {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    return [step for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for step in _steps(block)]


def _steps(block: str) -> Iterator[Step]:
    for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, printed = typed.partition("\n")
        if here := re.search(r"<<'(\w+)'", command):
            document, _, printed = printed.partition(f"\n{here[1]}\n")
            command = f"{command}\n{document}\n{here[1]}"
        yield Step(command, printed)


class Shell:
    """One bash for a whole page, as one person uses it: directory, jobs and variables last."""

    def __init__(self, directory: Path, environ: Mapping[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=directory,
            env=dict(environ),
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> str:
        """What the command prints; standard error stays out of it."""
        into, out = self._pipes()
        into.write(f"{{\n{command}\n}} 2> /dev/null\necho '{_DONE}'\n")
        into.flush()
        lines: list[str] = []
        while (line := out.readline()) != f"{_DONE}\n":
            assert line, f"the shell ended in {command!r}"
            lines.append(line)
        return "".join(lines)

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        return self._bash.stdin, self._bash.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._bash.pid, 9)
        self._bash.wait()
        for pipe in self._pipes():
            pipe.close()

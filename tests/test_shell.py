"""What the war room asks of the machine around it, where that machine does not answer."""

import asyncio
import signal
import stat
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from filekit import until
from warroom import shell


@pytest.mark.parametrize(("does", "copied"), [("cat >/dev/null", True), ("exit 1", False), ("exec sleep 30", False)])
def test_a_tmux_that_fails_or_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, copied: bool
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\n{does}\n")
    tmux.chmod(tmux.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(shell, "_TMUX_SECONDS", 0.2 if "sleep" in does else 60.0)
    assert shell.copy_to_tmux("the update", {"TMUX": "somewhere"}) is copied
    assert not shell.copy_to_tmux("the update", {})


def program(folder: Path, name: str, does: str) -> Path:
    found = folder / name
    found.write_text(f"#!/bin/sh\n{does}\n")
    found.chmod(found.stat().st_mode | stat.S_IXUSR)
    return found


SCREEN = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("url", "environ", "shown"),
    [
        ("https://wiki.internal/api", SCREEN, True),
        ("https://wiki.internal/api", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("https://wiki.internal/api", {}, False),
        ("https://wiki.internal/api", {**SCREEN, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ("file:///etc/passwd", SCREEN, False),
        ("--help", SCREEN, False),
    ],
)
def test_a_page_is_shown_where_there_is_a_screen_and_nothing_but_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, environ: dict[str, str], shown: bool
) -> None:
    told = tmp_path / "told"
    program(tmp_path, "xdg-open", f'echo "$@" >{told}.new && mv {told}.new {told}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "platform", "linux")
    assert shell.open_link(url, environ) is shown
    if shown:
        until(told.exists)
        assert told.read_text() == f"{url}\n"
    else:
        assert not told.exists()


def test_a_browser_that_is_not_there_or_does_not_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not shell.open_link("https://wiki.internal/api", SCREEN)
    (tmp_path / "xdg-open").write_bytes(b"\x7fELF and nothing else")
    (tmp_path / "xdg-open").chmod(0o755)
    assert not shell.open_link("https://wiki.internal/api", SCREEN)


def test_a_mac_opens_it_with_a_program_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not shell.open_link("https://wiki.internal/api", {})
    program(tmp_path, "open", "exit 0")
    assert shell.open_link("https://wiki.internal/api", {})


async def gone(line: shell.Shell) -> None:
    """Until the command, and all that could write on, has ended."""
    assert line._transport is not None
    while not line._transport.is_closing():  # noqa: ASYNC110  # another program has its own pace
        await asyncio.sleep(0.01)


class TestShell:
    async def test_output_comes_as_it_is_written_and_the_code_at_the_end(self) -> None:
        told: list[bytes] = []
        assert await shell.Shell("echo out; echo err >&2; cat; exit 7", told.append).run() == 7
        assert b"".join(told) == b"out\nerr\n"

    async def test_what_a_signal_ended_is_told_as_shells_do(self) -> None:
        assert await shell.Shell("kill -TERM $$", lambda _: None).run() == 128 + signal.SIGTERM

    async def test_what_it_leaves_behind_is_not_waited_for_and_goes_on(self, tmp_path: Path) -> None:
        told: list[bytes] = []
        go_on, wrote = tmp_path / "go on", tmp_path / "wrote"
        later = f"until test -e '{go_on}'; do sleep 0.01; done; echo later; echo later; echo it did >{wrote}"
        line = shell.Shell(f"echo now; ({later}) &", told.append)
        async with asyncio.timeout(30):
            assert await line.run() == 0
            assert b"".join(told) == b"now\n"
            go_on.touch()
            while not wrote.exists():  # noqa: ASYNC110  # a file tells nobody
                await asyncio.sleep(0.01)
            await gone(line)
        assert b"".join(told) == b"now\n", "what it writes later is nobody's any more"

    async def test_it_is_asked_more_and_more_firmly_to_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shell, "_PATIENCE_SECONDS", 0.01)
        told: list[bytes] = []
        stubborn = shell.Shell(
            "trap 'echo INT' INT; trap 'echo TERM' TERM; echo ready; while :; do :; done", told.append
        )
        running = asyncio.ensure_future(stubborn.run())
        async with asyncio.timeout(30):
            while b"ready" not in b"".join(told):  # noqa: ASYNC110  # another program has its own pace
                await asyncio.sleep(0.01)
            stubborn.stop()
            assert await running == 128 + signal.SIGKILL

    async def test_asked_once_it_ends_by_itself_where_it_listens(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shell, "_PATIENCE_SECONDS", 3600.0)
        told: list[bytes] = []
        polite = shell.Shell("trap 'echo bye; exit 3' INT; echo ready; while :; do :; done", told.append)
        running = asyncio.ensure_future(polite.run())
        async with asyncio.timeout(30):
            while b"ready" not in b"".join(told):  # noqa: ASYNC110  # another program has its own pace
                await asyncio.sleep(0.01)
            polite.stop()
            assert await running == 3
        assert b"".join(told) == b"ready\nbye\n"
        polite.stop()  # it is gone: nobody else gets the signal

    async def test_cancelled_it_ends_the_command_with_all_it_started(self, tmp_path: Path) -> None:
        mark = tmp_path / "pid"
        line = shell.Shell(f"sleep 60 & echo $! >{mark}; wait", lambda _: None)
        running = asyncio.ensure_future(line.run())
        async with asyncio.timeout(30):
            while not (mark.exists() and mark.read_text().strip()):  # noqa: ASYNC110  # a file tells nobody
                await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await gone(line)
            with suppress(psutil.NoSuchProcess):
                left = psutil.Process(int(mark.read_text()))
                while left.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110  # its output is closed before it has ended
                    await asyncio.sleep(0.01)

    async def test_cancelled_while_it_starts_it_ends_too(self, tmp_path: Path) -> None:
        mark = tmp_path / "pid"
        for turns in range(6):
            line = shell.Shell(f"sleep 60 & echo $! >{mark}; wait", lambda _: None)
            running = asyncio.ensure_future(line.run())
            for _ in range(turns):
                await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            async with asyncio.timeout(30):
                if turns:
                    await gone(line)
        assert line._transport is not None

    async def test_without_a_shell_it_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(shell.ShellError, match="sh could not be started: No such file or directory"):
            await shell.Shell("true", lambda _: None).run()

"""What the war room asks of the machine around it, where that machine does not answer."""

import stat
from pathlib import Path

import pytest

from warroom import shell


@pytest.mark.parametrize(("does", "copied"), [("cat >/dev/null", True), ("exit 1", False), ("exec sleep 30", False)])
def test_a_tmux_that_fails_or_hangs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, copied: bool
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\n{does}\n")
    tmux.chmod(tmux.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(shell, "_TMUX_SECONDS", 2.0 if copied else 0.2)
    assert shell.copy_to_tmux("the update", {"TMUX": "somewhere"}) is copied
    assert not shell.copy_to_tmux("the update", {})

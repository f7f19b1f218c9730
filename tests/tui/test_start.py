"""The start: what the first frame shows, before anything else is done."""

import asyncio
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from driver import START, entry

from warroom.files.store import create
from warroom.incident.model import Fields, Incident
from warroom.tui.app import WarRoom
from warroom.tui.screens.room import RoomScreen
from warroom.tui.start import session_for


async def first_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is on the screen when nothing was done yet that waits for the first paint."""
    painted = asyncio.Event()
    monkeypatch.setattr(RoomScreen, "_furnish", lambda _: painted.set())
    arguments = Namespace(config=None, incidents=str(tmp_path / "incidents"), incident=None)
    app = WarRoom(session_for(arguments, {"HOME": str(tmp_path), "LANG": "C.UTF-8"}))
    async with app.run_test(size=(120, 30)):
        await painted.wait()
        assert app.room is None
        strips = app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)


async def test_the_first_frame_shows_the_open_incident_and_its_newest_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", timezone="Asia/Tokyo")
    entries = tuple(entry(f"looked at part {minute}", minute) for minute in range(60))
    create(tmp_path / "incidents", Incident(fields, entries=entries))
    frame = await first_frame(tmp_path, monkeypatch)
    for part in ("Backend outage", "sev2", "looked at part 59", f"{(START.hour + 9) % 24 + 1:02}:46"):
        assert part in frame, frame


async def test_the_first_frame_without_an_incident_says_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "N declares one" in await first_frame(tmp_path, monkeypatch)


NOT_YET = (
    "httpx httpcore psutil dns yaml markdown_it pygments matplotlib wcwidth "
    "textual.widgets._text_area warroom.probes warroom.monitor warroom.files.writer warroom.health.machine "
    "warroom.postmortem"
)
UP_TO_THE_FIRST_FRAME = f"""
import asyncio, os, sys
from argparse import Namespace
from warroom.tui.start import session_for
session = session_for(Namespace(config=None, incidents=sys.argv[1], incident=None), os.environ)
from warroom.tui.app import WarRoom
from warroom.tui.screens.room import RoomScreen

painted = asyncio.Event()
RoomScreen._furnish = lambda _: painted.set()

async def shown():
    async with WarRoom(session).run_test():
        await painted.wait()
        print([name for name in "{NOT_YET}".split() if name in sys.modules])

asyncio.run(shown())
"""


def test_nothing_is_loaded_that_the_first_frame_does_not_need(tmp_path: Path) -> None:
    create(tmp_path, Incident(Fields(id="2026-11-21-outage", title="Backend outage"), entries=(entry("looked"),)))
    found = subprocess.run(
        [sys.executable, "-c", UP_TO_THE_FIRST_FRAME, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
    )
    assert found.stdout.strip() == "[]"

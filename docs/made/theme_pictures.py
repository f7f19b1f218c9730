"""Pictures of themes: one sample incident in the room, and its document, in each."""

import tempfile
from argparse import Namespace
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from docs.made.outage_pictures import draw, on_screen, until
from warroom.files.store import Store, create
from warroom.health.board import Board, ServiceStatus
from warroom.incident.model import Incident
from warroom.tui.app import WarRoom
from warroom.tui.start import session_for

SAMPLE = Path(__file__).parents[2] / "sample_incidents" / "2023-10-12-cattimeapi-downtime.toml"
THEMES = ("plain", "sre", "feline")
SIZE = (96, 18)


def board(incident: Incident) -> Board:
    """The services of the incident while the first of them is down."""
    begun = incident.entries[0].at
    assert begun is not None, "the sample has a time"
    services = tuple(
        ServiceStatus(
            name=name,
            kind="http",
            target="https://example.org/health",
            state="up" if place else "down",
            since=begun + timedelta(minutes=40),
            why="200 OK" if place else "no answer within 5 s",
        )
        for place, name in enumerate(incident.fields.services)
    )
    return Board(at=begun, services=services, observer="ok")


def under_way(incident: Incident) -> Incident:
    """The incident as it stood after the first entries, when nobody knew the cause."""
    return replace(incident, fields=replace(incident.fields, status="investigating"), entries=incident.entries[:6])


async def picture(incident: Incident, theme: str, path: Path) -> None:
    """The room with the list of themes just left while the incident is open, else the document as P shows it."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"HOME": folder, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        create(Path(folder, "incidents"), incident)
        asked = Namespace(config=None, incidents=str(Path(folder, "incidents")), incident=incident.fields.id)
        shown = board(incident)
        now = shown.at + timedelta(minutes=49)
        app = WarRoom(replace(session_for(asked, environ), clock=lambda: now, watch=False))
        async with app.run_test(size=SIZE if incident.open else (96, 30)) as pilot:
            app.animation_level = "none"
            last = incident.entries[-1].text.split()[-1]
            await until(pilot, lambda: app.ready and app.room is not None and on_screen(app, last))
            app.themes.choose(theme)
            app.show_board(shown)
            await pilot.press("g" if incident.open else "P")
            await until(pilot, lambda: on_screen(app, *(["09:00:00"] if incident.open else ["scroll"])))
            await pilot.pause(0.5)
            app.say(f"theme {theme}")
            await until(pilot, lambda: not incident.open or on_screen(app, f"theme {theme}"))
            draw(app, path)


async def draw_themes(into: Path) -> None:
    """Two pictures a theme."""
    incident = Store(SAMPLE).load()
    for theme in THEMES:
        await picture(under_way(incident), theme, into / f"theme-{theme}.svg")
        await picture(incident, theme, into / f"theme-{theme}-document.svg")

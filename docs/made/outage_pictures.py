"""Pictures of an outage from the running program: a real service goes down, is logged, and comes back.

A small web server on a free loopback port is the service; the war room is the real one.
"""

import http.server
import re
import socket
import tempfile
import threading
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from pathlib import Path
from time import monotonic

from textual import events
from textual.pilot import Pilot

from warroom.tui.app import WarRoom
from warroom.tui.start import session_for

SIZE = (132, 34)
SETTINGS = """\
author = "ana"
[defaults]
every = "300ms"
retry = "150ms"
timeout = "30s"
[[service]]
name = "backend"
group = "shop"
http = "http://127.0.0.1:{port}/health"
should = ["latency < 500ms"]
runbook = "https://wiki.example.org/backend"
[[service]]
name = "frontend"
group = "shop"
tcp = "127.0.0.1:{steady}"
[[service]]
name = "disk space"
cmd = ["/bin/sh", "-c", "echo 'DISK OK - 61% free'"]
every = "1s"
"""
SAID = (
    ("d", "alert in chat, users see errors"),
    ("x", "the proxy looked guilty; its logs are clean"),
    ("space", ""),
    ("h", "the container was stopped and nothing restarts it"),
    ("a", "docker compose up -d backend"),
)
"""What is logged while the service is down: the key, and the line where one is written."""


class Quiet(http.server.BaseHTTPRequestHandler):
    """Answers every request with 200, and says nothing on the terminal."""

    def do_GET(self) -> None:
        body = b'{"status": "ok"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):  # whoever asked may be gone already
            self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


class Service:
    """A web server that can be stopped and started on the same port, which nobody else can get in between."""

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))
        self.port: int = self._held.getsockname()[1]
        self.start()

    def start(self) -> None:
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def close(self) -> None:
        self.stop()
        self._held.close()


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """Waits for a condition of the running program."""
    end = monotonic() + 60
    while not true():
        if monotonic() > end:
            raise TimeoutError("the program never came to show it")
        await pilot.pause(0.05)


def on_screen(app: WarRoom, *words: str) -> bool:
    """Whether all of these words can be read."""
    shown = plain(app.export_screenshot())
    return all(one in shown for one in words)


def plain(picture: str) -> str:
    """The words of a picture, in their order."""
    return " ".join(unescape("".join(re.findall(r"<text [^>]*>([^<]+)</text>", picture))).split())


async def write(pilot: Pilot[int], app: WarRoom, key: str, text: str) -> None:
    """A key that opens a line, and the line."""
    await pilot.press(key)
    composer = app.room_screen.composer
    assert composer is not None, "the room is furnished"
    await until(pilot, lambda: composer.draft is not None)
    await pilot.press("ctrl+u")
    app.post_message(events.Paste(text))
    await until(pilot, lambda: composer.draft is not None and composer.draft.text == text)
    await pilot.press("enter")


async def log(pilot: Pilot[int], app: WarRoom, key: str, text: str) -> None:
    """A logging key and a line; until it is shown, and on disk."""
    await write(pilot, app, key, text)
    await until(pilot, lambda: app.room is not None and text in [entry.text for entry in app.room.incident.entries])
    await until(pilot, lambda: app.room is not None and app.room.saved)
    await pilot.pause()


async def fail(pilot: Pilot[int], app: WarRoom, backend: Service, pace: float) -> None:
    """An outage from the first alarm to what was done about it, while the service is down."""
    await until(pilot, lambda: len(app.board.services) == 3 and all(s.state == "up" for s in app.board.services))
    await pilot.pause(pace)
    backend.stop()
    await until(pilot, lambda: bool(app.failing()))
    await write(pilot, app, "N", "Backend outage")
    await until(pilot, lambda: app.room is not None)
    await pilot.press("s", "2")
    await pilot.press("b", "enter")
    for key, text in SAID:
        await log(pilot, app, key, text) if text else await pilot.press(key)
        await pilot.pause(pace)


async def recover(pilot: Pilot[int], app: WarRoom, backend: Service) -> None:
    """The service comes back, and is said to."""
    backend.start()
    await until(pilot, lambda: not app.failing())
    await log(pilot, app, "m", "backend answers again")
    await pilot.pause(1)


def draw(app: WarRoom, path: Path) -> None:
    """Writes the screen as SVG, without the font that the export would fetch from elsewhere."""
    picture = app.export_screenshot(title="warroom")
    picture = re.sub(r"@font-face \{.*?\}\n", "", picture, flags=re.DOTALL)
    path.write_text(
        picture.replace("Fira Code", "monospace").replace("<text ", '<text xml:space="preserve" '), encoding="utf-8"
    )


def configured(folder: Path, backend: Service, steady: Service) -> Path:
    path = folder / "warroom.toml"
    path.write_text(SETTINGS.format(port=backend.port, steady=steady.port))
    return path


async def draw_outage(into: Path, pace: float) -> None:
    """An outage in the usual size, and how it looks at its end in a small terminal and in a large one.

    Between two entries `pace` seconds pass.
    """
    backend, steady = Service(), Service()
    with tempfile.TemporaryDirectory() as folder:
        settings = configured(Path(folder), backend, steady)
        environ = {"HOME": folder, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        app = WarRoom(session_for(Namespace(config=str(settings), incidents=None, incident=None), environ))
        async with app.run_test(size=SIZE) as pilot:
            app.animation_level = "none"
            await fail(pilot, app, backend, pace)
            draw(app, into / "warroom.svg")
            await recover(pilot, app, backend)
            await pilot.resize_terminal(80, 24)
            await pilot.pause(0.5)
            draw(app, into / "warroom-80x24.svg")
            await pilot.resize_terminal(200, 50)
            await pilot.pause(0.5)
            draw(app, into / "warroom-200x50.svg")
    backend.close()
    steady.close()

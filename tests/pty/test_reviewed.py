"""From a resolved incident to a reviewed document in a terminal of 80 by 24, by keyboard alone."""

import re
import stat
from pathlib import Path

from house import a_house
from terminal import Terminal

RESOLVED = """\
format = 1
id = "2026-11-21-outage"
title = "Backend outage"
severity = "sev3"
status = "resolved"
timezone = "UTC"
declared_at = 2026-11-21T19:47:15Z
services = ["backend"]

[[timeline]]
id = "0193-1"
at = 2026-11-21T19:46:00Z
by = "ben"
kind = "observation"
mark = "started"
text = "the proxy stopped"

[[timeline]]
id = "0193-2"
at = 2026-11-21T19:50:00Z
by = "ben"
kind = "observation"
mark = "detected"
text = "alert in chat"

[[timeline]]
id = "0193-3"
at = 2026-11-21T20:01:00Z
by = "ana"
kind = "action"
mark = "resolved"
text = "restarted the proxy"
"""

EDITOR = """\
#!/bin/sh
# A person's own editor: adds a lesson at the end of the document.
printf 'Watch the proxy itself.\\n' >> "$1"
"""


def jump(room: Terminal, downs: int, heading: str, text: str) -> None:
    """To a section, so many below the one that the cursor is in, and types there."""
    room.press("ctrl+n")
    room.wait_for("Which section?")
    room.press(*["down"] * downs)
    room.press("enter")
    room.wait_for("Which section?", gone=True)
    room.type(text)
    room.wait_for(heading, text)


def accept_all(room: Terminal) -> None:
    """Each finding that is left, accepted with a reason."""
    for _ in range(20):
        room.press("V")
        room.wait_until(lambda screen: re.search(r"Review: \d+ open, \d+ accepted", screen), "the findings")
        if "Review: 0 open" in room.screen:
            room.press("q")
            return
        room.press("a")
        room.wait_for("accept because")
        room.type("Fine here.")
        room.press("enter")
        room.wait_for("accepted: ")
    raise AssertionError(f"never all accepted\n{room.screen}")


def test_from_a_resolved_incident_to_a_reviewed_document(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        own = house.work / "own-editor"
        own.write_text(EDITOR)
        own.chmod(own.stat().st_mode | stat.S_IXUSR)
        path = house.incident("2026-11-21-outage", RESOLVED)
        room = house.room("2026-11-21-outage", size=(80, 24), environ={"VISUAL": str(own), "EDITOR": str(own)})
        room.wait_for("restarted the proxy", "resolved")

        room.press("F")
        room.wait_for("filled from the record", "The impact began", "POSTMORTEM")
        jump(room, 1, "### Customers", "Nobody could order.")
        jump(room, 3, "## Root cause", "A cache without a limit.")

        room.press("ctrl+o")
        room.wait_until(lambda _: "Watch the proxy itself." in path.read_text(), "what the own editor wrote")
        room.press("escape")
        room.wait_for("n note")

        room.press("A")
        room.wait_for("action item")
        room.press("ctrl+u")
        room.type("Limit the cache @ben #prevent due:2036-12-01")
        room.press("enter")
        room.wait_for("action item: Limit the cache")

        room.press("P")
        room.wait_for("q back", "Backend outage", "Nobody could order.")
        room.press("q")
        room.wait_for("n note")

        accept_all(room)
        room.wait_for("n note")
        room.press("f")
        room.wait_for("The document: draft, no findings")
        room.press("r")
        room.wait_for("document: reviewed by ana")
        room.wait_until(lambda _: 'state = "reviewed"' in path.read_text(), "on disk")
        room.press("q")
        assert room.wait() == 0

        told = path.read_text()
        assert 'reviewer = "ana"' in told
        for part in ("alert in chat", "Nobody could order.", "A cache without a limit.", "Fine here."):
            assert part in told
        assert "no findings" in house.run("review", "2026-11-21-outage")
        assert "A cache without a limit." in house.run("export", "2026-11-21-outage")

"""The whole way in a real terminal, against a real server: from the first start to a postmortem that is exported."""

import re
from functools import partial
from pathlib import Path

from house import House, a_house
from keyboard import declare, log, rate
from terminal import Terminal
from website import Website, a_website

from warroom.presenters.glyphs import PENDING


def configuration(website: Website) -> str:
    return f"""\
timezone = "Asia/Tokyo"
[defaults]
every = "200ms"
retry = "100ms"
timeout = "2s"
fall = 2
rise = 2
[[service]]
name = "backend"
http = "{website.url}"
"""


def row_of(room: Terminal, heading: str) -> int:
    return next(y for y, line in enumerate(room.lines) if f" {heading} " in f"{line} ")


def write_under(room: Terminal, heading: str, text: str, *, after: str) -> None:
    """Goes down in the editor from the line under the heading `after`, where the cursor is, and types under `heading`.

    By so many keys, and not until the cursor is there: while a frame is being drawn the cursor is everywhere.
    """
    room.wait_for(after, heading)
    place = row_of(room, heading)
    room.press(*["down"] * (place - row_of(room, after)))
    room.type(text)
    room.wait_for(text)
    room.wait_until(lambda _: room.cursor[1] == place + 1, f"the cursor under {heading}")


def shows_as_saved(text: str, screen: str) -> bool:
    """Whether an entry of the timeline has these words, and no sign that it is not on disk yet."""
    return any(text in line and PENDING[0] not in line and " › " not in line for line in screen.splitlines())


def saved(room: Terminal, house: House, *texts: str) -> None:
    """Until all of `texts` are in the file."""
    room.wait_until(lambda _: all(text in house.record.read_text() for text in texts), f"in the file: {texts}")


def test_without_a_configuration_it_opens_on_this_host_and_says_how_to_add_services(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = house.room()
        room.wait_for("HEALTH", "cpu", "memory", "disk", "load", "warroom.toml", "[[service]]", "N declares")
        room.wait_for("% used")
        room.press("q")
        assert room.wait() == 0
        assert not house.incidents.exists()


def go_down(room: Terminal, website: Website) -> None:
    """The service goes down, and becomes an incident."""
    room.wait_for("1 up")
    room.wait_until(lambda _: re.search(r"backend +UP", room.row("backend")), "a backend that is up")
    website.stop()
    room.wait_for("backend DOWN: N declares an incident")
    declare(room)
    room.wait_for("backend down", "backend DOWN: connection refused")


def work_on_it(room: Terminal, website: Website) -> None:
    """Severity, milestones, entries and a stamp, until the service is back for good."""
    rate(room)
    log(room, "d", "page came in")
    log(room, "h", "the last deploy broke it")
    log(room, "x", "the proxy is fine")
    log(room, "a", "started the backend again")
    room.press("space")
    room.wait_for("stamped")
    room.press("u")
    room.wait_for("undone")
    log(room, "i", "out of memory")
    website.start()
    room.wait_for("backend back UP")
    log(room, "m", "traffic is back")
    room.wait_for("monitoring")
    log(room, "R", "closed for good")
    room.wait_for("resolved")


def write_it_down(room: Terminal, house: House) -> None:
    """An action item, and the parts of the postmortem that only people know."""
    room.press("A")
    room.wait_for("action item")
    room.press("ctrl+u")
    room.type("Limit the cache @ben #prevent due:2026-12-01")
    room.press("enter")
    room.wait_for("action item: Limit the cache")
    room.press("3")
    room.wait_for("## Summary", "Esc timeline")
    write_under(room, "## Summary", "Nobody could order.", after="## Summary")
    write_under(room, "### Customers", "All of them.", after="## Summary")
    write_under(room, "## Root cause", "A cache without a limit.", after="### Customers")
    write_under(room, "## Resolution", "The cache has a limit.", after="## Root cause")
    room.press("escape")
    room.wait_for("n note")
    saved(room, house, "Nobody could order.", "All of them.", "A cache without a limit.", "The cache has a limit.")


def export(room: Terminal) -> None:
    """Looks at the document, writes it and leaves."""
    room.press("P")
    room.wait_for("PREVIEW", "JST", "Root cause: A cache without a limit.")
    room.press("escape")
    room.wait_for("n note")
    room.press("E")
    room.wait_for("export to", "Enter write")
    room.press("enter")
    room.wait_for("written: ")
    room.press("q")
    assert room.wait() == 0


def test_from_a_service_going_down_to_the_exported_postmortem(tmp_path: Path) -> None:
    with a_house(tmp_path) as house, a_website() as website:
        house.configure(configuration(website))
        room = house.room(size=(200, 60))
        go_down(room, website)
        record = house.record.read_text()
        assert 'kind = "health"' in record
        assert 'label = "first bad"' in record
        work_on_it(room, website)
        write_it_down(room, house)
        export(room)

        document = house.record.with_suffix(".md").read_text()
        assert house.run("export") == document
        for part in (
            "backend down",
            "**Severity:** sev2",
            "**Duration:**",
            "Nobody could order.",
            "All of them.",
            "JST",
            "backend DOWN: connection refused",
            "page came in",
            "Hypothesis: the last deploy broke it",
            "started the backend again",
            "**Resolved:** closed for good",
            "A cache without a limit.",
            "The cache has a limit.",
            "**Limit the cache** (prevent, owner ben",
        ):
            assert part in document, document
        assert "unknown" not in document
        assert "describe" not in document


def test_a_kill_right_after_an_entry_shows_as_saved_loses_nothing(tmp_path: Path) -> None:
    with a_house(tmp_path) as house, a_website() as website:
        house.configure(configuration(website))
        room = house.room()
        room.wait_for("1 up")
        log(room, "n", "orders fail")
        room.wait_for("declared: ")
        room.press("space")
        room.wait_for("stamped")
        for number in range(5):
            log(room, "a", f"tried way {number}")
        room.press("3")
        room.wait_for("## Summary", "Esc timeline")
        write_under(room, "## Summary", "Orders failed.", after="## Summary")
        saved(room, house, "Orders failed.")
        room.press("escape")
        log(room, "a", "pulled the plug")
        room.wait_until(partial(shows_as_saved, "pulled the plug"), "saved")
        room.kill()

        again = house.room()
        again.wait_for("orders fail", "investigating", "describe this moment", "pulled the plug")
        again.wait_for(*(f"tried way {number}" for number in range(5)))
        log(again, "n", "and on it goes")
        again.press("3")
        again.wait_for("Orders failed.")
        again.press("escape", "q")
        assert again.wait() == 0
        again.wait_for_bytes(b"still investigating, and health is no longer recorded by this room")
        assert house.run("list").count("orders fail") == 1


def test_quit_and_reopen_shows_the_open_incident_as_it_was(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = house.room()
        room.wait_for("N declares")
        log(room, "n", "disk is filling up")
        room.wait_for("declared: ")
        log(room, "m", "threw logs away")
        room.wait_for("monitoring")
        room.press("q")
        assert room.wait() == 0
        assert room.modes == room.modes_before

        again = house.room()
        again.wait_for("disk is filling up", "monitoring", "threw logs away")
        again.press("q")
        assert again.wait() == 0

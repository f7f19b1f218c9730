"""Nothing from outside acts on the terminal: responses, commands, files and pastes are shown, and never obeyed."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from house import a_house
from terminal import Terminal
from website import Website, a_website
from wire import kinds, stray

PAYLOADS: Final = (
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;pwned title\x07",
    "\x1b[2J\x1b[H",
    "\x1b[5;35m",
    "\x1bPpwned\x1b\\",
    "\x9b31m",
    "\x9d0;pwned\x9c",
    "\x00\x07\x08\x0e\x7f",
    "\u202epwned\u2066",
    "zero\u200bwidth\ufeff",
    "\U000e0041tag",
    "\r\x0b\x0c",
    "line\u2028end\u2029",
)
MARKUP: Final = "[/nope] [@click=app.quit]x[/] $x"
EVIL: Final = f"{MARKUP} {''.join(PAYLOADS)} end"

RAW: Final = EVIL.encode() + b"\x9b2J\x9d0;pwned\x07\x90\xff"
ONE_LINE: Final = RAW.replace(b"\r", b"").replace(b"\n", b"")


def response(status: bytes = b"200 OK", headers: bytes = b"", body: bytes = b"ok") -> bytes:
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, headers, len(body), body)


ANSWERS: Final = {
    "reason": (response(b"500 " + ONE_LINE), "status == 200"),
    "header": (response(headers=b"X-State: " + ONE_LINE + b"\r\n"), "header.x-state == 'fine'"),
    "location": (response(b"302 Found", b"Location: /" + ONE_LINE + b"\r\n"), "status == 200"),
    "body": (response(b"503 Busy", b"Content-Type: text/plain; charset=utf-8\r\n", RAW), "status == 200"),
    "latin": (response(b"503 Busy", b"Content-Type: text/html; charset=latin-1\r\n", RAW), "status == 200"),
    "json": (
        response(headers=b"Content-Type: application/json\r\n", body=json.dumps({"state": EVIL}).encode()),
        "json.state == 'fine'",
    ),
    "no-http": (RAW + b"\r\n\r\n", "status == 200"),
}


def quoted(text: str) -> str:
    """A TOML string in which everything odd is escaped, as a hand may write it."""
    return (
        '"'
        + "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
        + '"'
    )


def configuration(sites: dict[str, Website], work: Path) -> str:
    script = work / "evil-plugin"
    script.write_bytes(b"#!/bin/sh\nprintf '%s' \"$(cat evil-output)\"\nexit 2\n")
    script.chmod(0o755)
    (work / "evil-output").write_bytes(RAW)
    lines = ["[defaults]", 'every = "300ms"', 'retry = "100ms"', "fall = 2"]
    for name, site in sites.items():
        must = json.dumps([ANSWERS[name][1]])
        lines += ["[[service]]", f'name = "{name} {MARKUP}"', f'http = "{site.url}"', f"must = {must}"]
    lines += ["[[service]]", 'name = "plugin"', f"cmd = [{json.dumps(str(script))}]", f"runbook = {quoted(EVIL)}"]
    return "\n".join(lines) + "\n"


RECORD: Final = f"""\
format = 1
id = "2025-11-21-evil"
title = {quoted("Outage " + EVIL)}
severity = "sev2"
status = "investigating"
timezone = "UTC"
declared_at = 2025-11-21T19:47:15Z
services = [{quoted(EVIL)}]
tags = [{quoted(EVIL)}]
[roles]
commander = {quoted("ana " + EVIL)}
scribe = {quoted(EVIL)}
[impact]
customers = {quoted(EVIL)}
users_affected = {quoted(EVIL)}
[postmortem]
summary = {quoted("Summed up " + EVIL)}
root_cause = {quoted(EVIL)}
[[postmortem.section]]
title = {quoted("Own " + EVIL)}
text = {quoted(EVIL)}
[[action]]
id = "a-1"
title = {quoted("Mend " + EVIL)}
detail = {quoted(EVIL)}
owner = {quoted(EVIL)}
url = {quoted(EVIL)}
[[timeline]]
id = "e-1"
at = 2025-11-21T19:47:00Z
by = {quoted(EVIL)}
kind = "observation"
mark = "detected"
service = {quoted(EVIL)}
evidence = [{{ label = {quoted(EVIL)}, text = {quoted(EVIL)} }}]
text = {quoted("Seen " + EVIL)}
"""


def walk_through(room: Terminal) -> None:
    """Every place that shows something of the record or of the services, once."""
    room.wait_for("sev2", "Outage", "Seen")
    room.press("enter")
    room.wait_for("Enter save")
    room.press("escape", "d")
    room.wait_for("detected")
    room.press("enter")
    room.wait_for("is set at")
    room.press("k")
    room.wait_for("Detected")
    room.press("g", "X")
    room.wait_for("struck; X takes it back")
    room.press("u")
    room.wait_for("undone: strike: Seen")
    room.press("/")
    room.type("nope")
    room.press("enter", "I")
    room.wait_for("Show which incident?")
    room.press("escape")
    room.wait_for("Show which incident?", gone=True)
    room.press(":")
    room.wait_for("Find a command")
    room.press("escape")
    room.wait_for("Find a command", gone=True)
    room.press("r")
    room.wait_for("commander")
    room.press("escape", "4")
    room.wait_for("Mend")
    room.press("enter")
    room.wait_for("action item")
    room.press("escape", "3")
    room.wait_for("## Summary", "Summed up")
    room.press("escape", "P")
    room.wait_for("PREVIEW", "Duration:")
    room.press("pagedown", "pagedown", "pagedown", "escape")
    room.wait_for("n note")


def see_each_service(room: Terminal, count: int) -> None:
    """The evidence of every service, its menu, and what is seen logged as an observation."""
    room.press("1")
    room.wait_until(lambda screen: screen.count("DOWN") >= count, "all down")
    room.press("g")
    for _ in range(count):
        room.press("enter")
        room.wait_for("recheck now")
        room.press("l")
        room.wait_for("observation", "Esc set aside")
        room.press("enter")
        room.wait_for("Esc set aside", gone=True)
        room.press("j")


def leave(room: Terminal) -> None:
    room.press("2", "q")
    assert room.wait() == 0


def benign_kinds(tmp_path: Path) -> set[str]:
    """What the program itself sends while it does the same with a record that means no harm."""
    with a_house(tmp_path) as house:
        house.configure("")
        house.incident("2025-11-21-evil", RECORD.replace(quoted(EVIL)[1:-1], "plain words"))
        room = house.room(size=(160, 50))
        walk_through(room)
        leave(room)
        assert stray(room.raw) == []
        return kinds(room.raw)


def paste(room: Terminal, word: str) -> None:
    """What terminals let through in a paste: they take ESC out themselves."""
    hostile = "".join(payload for payload in PAYLOADS if "\x1b" not in payload)
    room.type(f"\x1b[200~{word} {MARKUP} {hostile}\x1b[201~")
    room.wait_for(word)


def test_a_hostile_record_hostile_services_and_pastes_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    known = benign_kinds(tmp_path / "benign")
    with a_house(tmp_path / "evil") as house, ExitStack() as stack:
        sites = {name: stack.enter_context(a_website(answer)) for name, (answer, _) in ANSWERS.items()}
        house.configure(configuration(sites, house.work))
        house.incident("2025-11-21-evil", RECORD)
        house.incident("2025-11-20-also\x1b]0;pwned\x07", RECORD)
        room = house.room("2025-11-21-evil", size=(160, 50))
        walk_through(room)
        assert MARKUP in room.screen
        see_each_service(room, len(ANSWERS) + 1)
        assert MARKUP in room.screen
        room.press("2")
        paste(room, "pasted")
        room.press("enter", "3")
        room.wait_for("Esc timeline")
        paste(room, "inserted")
        room.press("escape", "G")
        for key in ("k", "k", "y"):
            room.press(key)
        room.wait_for("copied")
        leave(room)
        assert stray(room.raw) == []
        assert {kind for kind in kinds(room.raw) - known if not kind.startswith("'\\x1b]52;c;")} == set()
        assert not [payload for payload in PAYLOADS if payload.encode() in room.raw]


def test_a_configuration_with_hostile_keys_is_named_and_not_obeyed(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        house.configure(f"{quoted(EVIL)} = 1\n")
        room = house.room()
        room.wait_for("warroom.toml:1")
        leave(room)
        assert stray(room.raw) == []
        assert not [payload for payload in PAYLOADS if payload.encode() in room.raw]


@pytest.mark.parametrize("command", ["list --all", "show", "show --handoff", "export", "doctor", "check plugin"])
def test_what_the_command_line_prints_is_as_clean(tmp_path: Path, command: str) -> None:
    with a_house(tmp_path) as house:
        house.configure(configuration({}, house.work))
        house.incident("2025-11-21-evil", RECORD)
        printed = house.output(*command.split())
        assert stray(printed) == []
        assert kinds(printed) == set()

"""The pages for users, tried as they stand: every command is run, against a real server and in a real terminal."""

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from house import House, a_house
from terminal import PATIENCE, Terminal

from fault_servers import own_port
from pages import Shell, Step, steps

PROGRAM = Path(sys.executable).parent
GETTING_STARTED = steps("getting-started.md")


def environ(house: House) -> dict[str, str]:
    return {**house.environ, "PATH": f"{PROGRAM}:{house.environ['PATH']}", "PYTHONWARNINGS": "default"}


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def until(so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, f"never so: {what}"
        time.sleep(0.02)


def try_out(shell: Shell, step: Step) -> None:
    printed = shell.run(step.command)
    assert step.prints(printed), f"$ {step.command}\nthe page says:\n{step.printed}\nit printed:\n{printed}"


def look_into_the_room(house: House, directory: Path) -> None:
    room = Terminal([str(PROGRAM / "warroom")], environ=environ(house), directory=directory)
    try:
        room.wait_for("HEALTH", "2 up", "shop", "disk", "q quit")
        room.press("q")
        assert room.wait() == 0
    finally:
        room.close()


def test_getting_started_works_from_its_first_command_to_its_last(tmp_path: Path) -> None:
    with own_port() as port, a_house(tmp_path) as house, Shell(house.work, environ(house)) as shell:
        for step in GETTING_STARTED:
            step = Step(step.command.replace("8000", str(port)), step.printed)
            if step.command == "warroom":
                look_into_the_room(house, house.work / "shop")
                continue
            try_out(shell, step)
            if "http.server" in step.command:
                until(lambda: answers(port), "the server answers")
            if step.command.startswith("kill"):
                until(lambda: not answers(port), "the server is gone")
        document = (house.work / "shop" / "postmortem.md").read_text()
        for part in ("Shop is down", "12 min", "Nobody could order.", "connection refused since the reboot"):
            assert part in document
        assert "Not written yet" not in document


def an_incident(house: House) -> Path:
    house.run("declare", "Outage")
    house.run("log", "the first entry")
    house.run("log", "the second entry")
    return house.record


def test_a_torn_end_is_mended_as_the_page_says(tmp_path: Path) -> None:
    with a_house(tmp_path) as house, Shell(house.work, environ(house)) as shell:
        record = an_incident(house)
        os.truncate(record, record.stat().st_size - 20)
        for step in steps("recovery.md", "The end of a file is torn"):
            try_out(shell, step)
        assert "[[timeline]]" in record.with_name(f"{record.name}.torn").read_text()
        assert "the first entry" in house.run("show")
        assert "the second entry" not in house.run("show")


def test_a_broken_hand_edit_is_named_as_the_page_says(tmp_path: Path) -> None:
    with a_house(tmp_path) as house, Shell(house.work, environ(house)) as shell:
        record = an_incident(house)
        whole = record.read_text()
        record.write_text(whole.replace('severity = "unset"', "severity = unset"))
        assert record.read_text() != whole
        for step in steps("recovery.md", "A hand edit broke the file"):
            try_out(shell, step)
        record.write_text(whole)
        assert "nothing left to mend" in house.run("doctor")


def test_a_terminal_after_kill_9_is_put_right_as_the_page_says(tmp_path: Path) -> None:
    (step,) = steps("recovery.md", "The terminal is in disorder")
    with a_house(tmp_path) as house:
        shell = Terminal(["/bin/bash", "--norc"], environ={**environ(house), "PS1": "ready> "}, directory=house.work)
        try:
            shell.wait_for("ready>")
            shell.type("sh -c 'echo $$ > pid; exec warroom'\r")
            shell.wait_for("N declares")
            room = psutil.Process(int((house.work / "pid").read_text()))
            room.kill()
            until(lambda: not room.is_running(), "bash knows that the room is gone")
            assert "N declare" in shell.screen
            shell.type(f"{step.command}\r")
            shell.wait_for("N declare", gone=True)
            shell.type("stty -a | grep -ow -e '-icanon' -e '-echo' -e icanon -e echo | xargs echo modes:\r")
            shell.wait_until(lambda screen: "modes: icanon echo" in screen or "modes: echo icanon" in screen, "sane")
        finally:
            shell.close()

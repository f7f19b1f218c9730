"""Updates, asks, verdicts, status and commands from inside the room."""

from datetime import timedelta
from pathlib import Path

from driver import START, entry, open_room

from warroom.incident.model import Comms, Fields, Incident

FIELDS = Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", declared_at=START)
OUTAGE = Incident(FIELDS)


async def test_the_update_is_due_by_severity_and_overdue_is_said(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.until(lambda: "update in 30m" in room.frame)
        room.time.advance(minutes=31)
        await room.until(lambda: "UPDATE OVERDUE 1m" in room.frame)


async def test_an_update_is_composed_shown_and_logging_it_restarts_the_timer(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.action", "restarted api")
        room.time.advance(minutes=29)
        await room.press("update.write")
        assert "The next update" in room.frame
        assert "State: investigating" in room.frame
        assert "restarted api" in room.frame
        await room.key("enter", "enter")
        await room.saved()
        assert room.on_disk.entries[-1].kind == "comms"
        due = room.on_disk.comms.next_due
        assert due is not None
        assert abs((due - START - timedelta(minutes=59)).total_seconds()) < 1
        await room.until(lambda: "update in 29m" in room.frame or "update in 30m" in room.frame)


async def test_what_was_wrong_after_a_slash_is_said_beside_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "/sev 9")
        assert room.composing == "/sev 9"
        assert "/sev 9" in room.lines[-3]
        assert room.lines[-2].startswith(" severity can't be '9'; it is one of sev1, sev2")
        await room.key("escape")
        assert "/sev" not in room.frame


async def test_cancel_close_and_reopen_act_at_once_and_say_how_to_go_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        for words, status in (("/cancel", "cancelled"), ("/reopen", "investigating")):
            await room.log("entry.note", words)
            await room.saved()
            assert room.status == status
            assert room.said.endswith("u takes it back")
        await room.press("undo")
        await room.saved()
        assert room.status == "cancelled"


async def test_the_next_update_can_be_put_off_and_dropped(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("update.snooze")
        await room.key("4")
        await room.saved()
        assert room.on_disk.comms.next_due == START + timedelta(hours=2)
        await room.press("update.snooze")
        await room.key("0")
        await room.saved()
        assert room.on_disk.comms == Comms(every="0s")
        await room.until(lambda: "update in" not in room.frame)
        await room.press("undo")
        await room.saved()
        assert room.on_disk.comms.next_due == START + timedelta(hours=2)


async def test_no_more_updates_can_be_said_before_any_was_due(tmp_path: Path) -> None:
    async with open_room(tmp_path, Incident(Fields(id="2026-11-21-outage", title="Outage"))) as room:
        await room.press("update.snooze")
        await room.key("0")
        await room.saved()
        assert room.said == "no update is due any more"
        assert (room.on_disk.comms.every, room.on_disk.comms.next_due) == ("0s", None)


async def test_a_brief_is_left_by_ctrl_c_too(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.handoff")
        assert "Handoff" in room.frame
        await room.key("ctrl+c")
        assert room.app.screen is room.app.room_screen


async def test_due_sets_the_timer_or_its_rhythm(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "/due every 15m")
        await room.saved()
        assert room.on_disk.comms == Comms("15m", START + timedelta(minutes=15))
        await room.log("entry.note", "/due soon")
        assert room.composing == "/due soon"


async def test_an_ask_counts_down_nags_and_is_answered(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "/ask eva 5m check replication lag")
        await room.saved()
        ask = room.on_disk.entries[0]
        assert (ask.kind, ask.to, ask.text) == ("ask", "eva", "check replication lag")
        await room.until(lambda: "eva in 4m5" in room.frame or "eva in 5m" in room.frame)
        room.time.advance(minutes=7)
        await room.until(lambda: "eva OVERDUE 2m" in room.frame)
        await room.silence()
        await room.until(lambda: "eva was to answer 2m" in room.said and room.said.endswith("/done answers it"))
        await room.log("entry.note", "/done lag is fine")
        await room.saved()
        answer = room.on_disk.entries[1]
        assert (answer.text, answer.answers) == ("lag is fine", ask.id)
        await room.until(lambda: "eva OVERDUE" not in room.frame)
        await room.log("entry.note", "/done again")
        assert "waits for an answer" in room.said


async def test_a_hypothesis_gets_a_verdict_and_the_handoff_tells_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.hypothesis", "the pool is full")
        await room.press("entry.verdict")
        await room.key("r")
        await room.log("entry.hypothesis", "the network")
        await room.until(lambda: "the network" in room.frame)
        await room.log("entry.note", "/verdict supported")
        await room.saved()
        assert [e.verdict for e in room.on_disk.entries] == ["ruled-out", "supported"]
        await room.press("incident.handoff")
        told = room.frame
        assert told.index("Hypotheses, supported:") < told.index("the network") < told.index("Ruled out:")
        assert told.index("Ruled out:") < told.index("the pool is full")


async def test_a_quick_verdict_is_about_the_hypothesis_that_was_just_logged(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.hypothesis", "the pool is full")
        await room.burst(
            "h", *"the network", "enter", "n", *"/verdict supported", "enter", "h", *"DNS", "enter", "O", "r"
        )
        await room.saved()
        assert [(e.text, e.verdict) for e in room.on_disk.entries] == [
            ("the pool is full", ""),
            ("the network", "supported"),
            ("DNS", "ruled-out"),
        ]


async def test_a_verdict_is_for_hypotheses(tmp_path: Path) -> None:
    async with open_room(tmp_path, Incident(FIELDS, entries=(entry("x"),))) as room:
        await room.press("entry.verdict")
        assert room.said == "the selected entry is no hypothesis"


async def test_a_role_is_given_by_key_and_the_entry_keeps_old_and_new(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.roles")
        await room.key("s")
        await room.write("ben")
        await room.key("enter")
        await room.saved()
        assert room.on_disk.roles == {"scribe": "ben"}
        change = room.on_disk.entries[0]
        assert (change.kind, change.field, change.old, change.new) == ("change", "roles.scribe", "", "ben")


async def test_the_status_goes_forth_and_back_by_hand(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.status")
        await room.key("3")
        await room.saved()
        assert room.status == "monitoring"
        await room.press("incident.status")
        await room.key("1")
        await room.saved()
        assert room.logged == [
            ("change", "status: investigating -> monitoring"),
            ("change", "status: monitoring -> investigating"),
        ]


async def test_resolved_by_hand_asks_once_for_the_milestone(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "/status resolved")
        assert "No entry says when it was resolved" in room.frame
        await room.key("R", "enter")
        await room.saved()
        assert room.status == "resolved"
        assert room.on_disk.entries[0].mark == "resolved"
        await room.log("entry.note", "/reopen")
        await room.saved()
        assert room.status == "investigating"
        await room.log("entry.note", "/status resolved")
        await room.saved()
        assert room.status == "resolved"


async def test_an_incident_that_was_none_is_cancelled(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        room.app.room_screen.action_command("incident.cancel")
        await room.saved()
        assert room.status == "cancelled"


async def test_a_command_is_run_shown_and_logged_with_what_it_did(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.command", "echo password=hunter22 && exit 3")
        await room.until(lambda: len(room.incident.entries) == 1)
        await room.saved()
        done = room.on_disk.entries[0]
        assert (done.kind, done.exit) == ("command", 3)
        assert done.took is not None
        assert "hunter22" not in done.command + done.text + done.evidence[0].text
        assert done.evidence[0].text == "password=REDACTED"
        await room.until(lambda: ", logged" in room.frame)
        assert "exit 3 after" in room.frame
        assert "hunter22" not in room.frame, "what is shown is what is recorded"
        assert "password=REDACTED" in map(str.strip, room.lines)
        assert "^C stop" not in room.frame
        await room.key("q")
        assert "Backend outage" in room.frame


async def test_a_command_is_stopped_by_ctrl_c_and_the_room_goes_on_meanwhile(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.command", "echo begun; sleep 60")
        await room.until(lambda: "begun" in map(str.strip, room.lines), "its output, and not its line alone")
        await room.key("q")
        await room.log("entry.note", "meanwhile")
        await room.saved()
        assert room.logged == [("note", "meanwhile")]
        await room.press("entry.command")
        await room.key("ctrl+c")
        await room.until(lambda: len(room.incident.entries) == 2)
        await room.saved()
        assert room.on_disk.entries[1].exit in (130, 143, 137)  # more and more firmly, where it is given no time to end
        assert room.on_disk.entries[1].evidence[0].text == "begun"


async def test_much_output_is_capped(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.command", "head -c 3000000 /dev/zero | tr '\\0' 'x'")
        await room.until(lambda: len(room.incident.entries) == 1)
        await room.saved()
        excerpt = room.on_disk.entries[0].evidence[0].text
        assert "bytes left out" in excerpt
        assert len(excerpt) < 5000


async def test_a_shared_login_is_asked_once_who_is_writing_and_blocks_nothing(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, author="Deploy") as room:
        assert "Deploy may be anybody: /me NAME" in room.said
        await room.log("entry.note", "not yet said")
        await room.log("entry.note", "/me ben")
        assert room.said == "entries from this window are by ben"
        await room.log("entry.note", "said now")
        await room.saved()
        assert [found.by for found in room.on_disk.entries] == ["Deploy", "ben"]


async def test_who_is_writing_can_be_said_before_there_is_an_incident(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        assert "may be anybody" not in room.said
        await room.log("entry.note", "/me ben")
        assert room.said == "entries from this window are by ben"
        assert room.app.author == "ben"

"""What is left to do after an incident: action items begun from entries, findings that say which key mends them."""

from dataclasses import replace
from pathlib import Path

from driver import START, entry, open_room

from warroom.incident.model import Action, Fields, Incident
from warroom.postmortem.review import review

OUTAGE = Incident(
    Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", status="resolved"),
    entries=(entry("restarted the proxy", 20, mark="resolved", kind="action"),),
)


async def test_a_finding_names_the_key_that_mends_it(tmp_path: Path) -> None:
    guess = entry("a full disk?", 1, kind="hypothesis")
    async with open_room(tmp_path, replace(OUTAGE, entries=(*OUTAGE.entries, guess)), size=(80, 24)) as room:
        rules = [finding.rule.id for finding in review(room.incident, START.date()) if not finding.accepted]
        await room.press("postmortem.review")
        await room.key(*["j"] * rules.index("hypothesis"), "enter")
        assert room.said.endswith("mark it as supported or ruled out: O")


async def test_an_action_item_takes_other_words_than_those_of_the_entry_without_clearing_them(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("action.new")
        await room.write("Limit the cache @ben")
        await room.key("enter")
        await room.saved()
        assert [(action.title, action.owner) for action in room.on_disk.actions] == [("Limit the cache", "ben")]


async def test_what_is_struck_is_not_offered_and_an_empty_line_is_no_action_item(tmp_path: Path) -> None:
    struck = replace(OUTAGE, entries=(replace(entry("a slip"), struck=True),))
    async with open_room(tmp_path, struck) as room:
        await room.press("move.last")
        await room.press("action.new")
        assert room.composing == ""
        await room.key("enter")
        assert room.closed
        assert room.said == "nothing written, no action item"
        assert room.incident.actions == ()


async def test_the_chosen_action_item_stays_chosen_where_another_comes_in_above_it(tmp_path: Path) -> None:
    first, second = Action(id="a", title="Alert"), Action(id="b", title="Limit")
    async with open_room(tmp_path, replace(OUTAGE, actions=(first, second))) as room:
        await room.press("pane.actions")
        await room.press("move.down")
        assert room.app.room is not None
        room.app.room.outside(replace(room.incident, actions=(Action(id="z", title="By hand"), first, second)))
        await room.press("action.done")
        assert room.said == "done: Limit"


async def test_action_items_by_keyboard(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(120, 24)) as room:
        await room.press("move.last")
        await room.press("action.new")
        assert room.composing == "restarted the proxy"
        await room.key("end")
        await room.write(" by itself @ben !high #prevent due:2026-11-20 link:https://tracker.example.org/7")
        await room.key("enter")
        await room.saved()
        (action,) = room.on_disk.actions
        assert action.title == "restarted the proxy by itself"
        assert (action.owner, action.priority, action.type) == ("ben", "high", "prevent")
        assert action.url == "https://tracker.example.org/7"
        await room.press("pane.actions")
        assert "LATE" in room.frame
        assert "1 late" in room.frame
        await room.press("action.done")
        await room.saved()
        assert room.on_disk.actions == (replace(action, status="done"),)
        assert "LATE" not in room.frame


async def test_what_an_action_item_does_not_say_on_its_line_is_shown_below(tmp_path: Path) -> None:
    action = Action("1", "Restart policy", "unless-stopped for both.", url="https://tracker.example.org/7")
    async with open_room(tmp_path, replace(OUTAGE, actions=(action,)), size=(80, 24)) as room:
        await room.press("pane.actions")
        await room.until(lambda: "unless-stopped for both." in room.frame, "laid out for its width")
        assert "https://tracker.example.org/7" in room.frame

"""What is left to do after an incident: action items begun from entries, findings that say which key mends them."""

from dataclasses import replace
from pathlib import Path

from driver import START, entry, open_room

from warroom.incident.model import Fields, Incident
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

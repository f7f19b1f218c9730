"""The postmortem in the room: written with preview, draft, review and two versions, all by keyboard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driver import START, Driver, entry, open_room

from warroom.config.settings import Settings
from warroom.files.store import Store, create
from warroom.incident.changes import Change, Set, Stamp
from warroom.incident.model import Fields, Impact, Incident, Postmortem, Section
from warroom.tui.widgets.editor import Editor
from warroom.tui.widgets.preview import PreviewView

FIELDS = Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", status="resolved", declared_at=START)
RESOLVED = Incident(
    FIELDS,
    entries=(
        entry("the proxy stopped", 1, mark="started"),
        entry("alert in chat", 5, mark="detected"),
        entry("restarted the proxy", 20, mark="resolved", kind="action"),
    ),
)


def editor(room: Driver) -> Editor:
    found = room.app.room_screen.editor
    assert found is not None
    return found


def pane(room: Driver) -> str:
    """The pane that the keys act in."""
    return room.app.room_screen.pane


def written(room: Driver) -> str:
    return editor(room).text


async def write_in(room: Driver, section: str, words: str) -> None:
    """Jumps to a section by its heading, and types there."""
    await room.press("pane.postmortem")
    lines = written(room).split("\n")
    editor(room).move_cursor((lines.index(f"## {section}") + 1, 0))
    await room.key("enter", *words)


def outside(room: Driver, *edits: Set) -> None:
    """Somebody else changes the file."""
    store = Store(room.incidents / f"{room.incident.fields.id}.toml")
    store.load()
    store.commit(Change(edits, Stamp("outside", START, "ben")))


async def test_f_fills_from_the_record_what_is_empty_and_u_takes_it_back(tmp_path: Path) -> None:
    told = replace(RESOLVED, postmortem=Postmortem(summary="Written by hand."))
    async with open_room(tmp_path, told) as room:
        await room.press("postmortem.fill")
        await room.saved()
        assert room.on_disk.postmortem.summary == "Written by hand."
        assert "alert in chat" in room.on_disk.postmortem.detection
        assert "alert in chat" in written(room)
        assert "Esc, then u takes it back" in room.said
        await room.key("escape")
        await room.press("undo")
        await room.saved()
        assert room.on_disk.postmortem == told.postmortem


async def test_f_shows_under_which_heading_the_next_words_will_stand(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED, size=(80, 24)) as room:
        await room.press("postmortem.fill")
        await room.key(*"First.")
        written_at = [place for place, line in enumerate(room.lines) if "First." in line]
        assert "## Summary" in room.lines[written_at[0] - 1], room.frame


async def test_f_fills_what_is_settled_while_it_is_open_and_says_what_waits(tmp_path: Path) -> None:
    still = replace(RESOLVED, fields=replace(FIELDS, status="monitoring"), entries=RESOLVED.entries[:2])
    async with open_room(tmp_path, still) as room:
        await room.press("postmortem.fill")
        assert "1 part; Esc, then u takes it back; the rest waits for the end: Esc, then R" in room.said
        assert room.incident.postmortem.detection.startswith("Detected at ")
        assert room.incident.postmortem.summary == ""
        await room.key("escape")
        await room.press("postmortem.fill")
        waits = "detection waits for b and d, the cause for i, the rest for the end: R; what has words stays"
        assert room.said == f"nothing to fill yet: {waits}"


async def test_a_reviewed_document_with_other_words_is_in_review_again(tmp_path: Path) -> None:
    reviewed = Postmortem(state="reviewed", reviewer="eva", reviewed_at=START, summary="It broke.")
    async with open_room(tmp_path, replace(RESOLVED, postmortem=reviewed), size=(80, 24)) as room:
        await write_in(room, "Lessons", "More.")
        await room.until(lambda: "it was reviewed" in room.said, "told")
        await room.saved()
        document = room.on_disk.postmortem
        assert (document.state, document.reviewer, document.reviewed_at) == ("in-review", "", None)
        await room.until(lambda: "in review · saved" in room.frame)


async def test_the_preview_beside_the_editor_follows_what_is_typed_and_where(tmp_path: Path) -> None:
    long = "\n\n".join(f"Paragraph number {number} of many." for number in range(80))
    told = replace(RESOLVED, postmortem=Postmortem(summary=long))
    async with open_room(tmp_path, told, size=(200, 50)) as room:
        await room.press("pane.postmortem")
        await room.until(lambda: room.frame.count("Paragraph number 3 of many.") == 2, "both show the beginning")
        await write_in(room, "Lessons", "Restart by itself.")
        await room.until(lambda: room.frame.count("Restart by itself.") == 2, "both show the end")
        assert room.app.room_screen.query_one("#preview").scroll_offset.y > 0


async def test_the_preview_stays_where_it_is_while_a_line_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "\n\n".join(f"Paragraph number {number} of many." for number in range(80))
    async with open_room(tmp_path, replace(RESOLVED, postmortem=Postmortem(summary=long)), size=(200, 50)) as room:
        await room.press("pane.postmortem")
        row = written(room).split("\n").index("Paragraph number 40 of many.") + 1
        editor(room).move_cursor((row, 0))
        await room.until(lambda: room.frame.count("Paragraph number 40 of many.") == 2, "both show it")
        places: list[float | None] = []
        scroll = PreviewView.scroll_to

        def noted(view: PreviewView, x: float | None = None, y: float | None = None, **more: Any) -> None:
            places.append(y)
            scroll(view, x, y, **more)

        monkeypatch.setattr(PreviewView, "scroll_to", noted)
        for typed, shown in (("O", "O"), ("ne", "One"), (" more.", "One more.")):
            await room.key(*typed)
            await room.until(lambda: f"number 40 of many. {shown}" in room.frame, "rendered")  # noqa: B023
        assert places == []


async def test_p_puts_the_preview_beside_the_editor_and_away(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED, size=(120, 40)) as room:
        await room.press("pane.postmortem")
        assert "PREVIEW" not in room.frame
        await room.key("escape")
        await room.press("postmortem.preview")
        await room.until(lambda: "restarted the proxy" in room.frame, "rendered")
        assert "PREVIEW" in room.frame
        await room.key("tab")
        assert pane(room) == "preview"
        await room.press("postmortem.preview")
        assert "PREVIEW" not in room.frame
        assert pane(room) == "postmortem"


async def test_the_preview_is_in_the_chosen_theme(tmp_path: Path) -> None:
    told = replace(RESOLVED, fields=replace(FIELDS, theme="sre"))
    async with open_room(tmp_path, told, size=(200, 50), theme_name="sre") as room:
        await room.press("pane.postmortem")
        await room.until(lambda: "1. " in room.frame and "Event" in room.frame, "numbered, with a table")


async def test_find_goes_to_the_words_while_they_are_typed_and_on_to_the_next(tmp_path: Path) -> None:
    told = replace(RESOLVED, postmortem=Postmortem(summary="one proxy", lessons="another Proxy"))
    async with open_room(tmp_path, told) as room:
        await room.press("pane.postmortem")
        editor(room).move_cursor((0, 0))
        await room.key("ctrl+f", *"proxy")
        assert editor(room).selected_text == "proxy"
        await room.key("enter", "ctrl+f", "enter")
        assert editor(room).selected_text == "Proxy"
        await room.key("ctrl+f", *"nowhere", "enter")
        assert room.said == "not found: nowhere"
        await room.saved()
        assert room.on_disk.postmortem == told.postmortem


async def test_a_section_is_reached_by_its_heading(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED, size=(80, 24)) as room:
        await room.press("pane.postmortem")
        await room.key("ctrl+n")
        assert "Which section?" in room.frame
        await room.key(*["down"] * 5, "enter", *"It was the proxy.")
        editor(room).save()
        await room.saved()
        assert room.on_disk.postmortem.root_cause == "It was the proxy."


async def test_an_entry_is_put_into_the_text_in_words_or_as_a_link(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED) as room:
        await write_in(room, "Detection", "Seen by")
        await room.key("escape")
        await room.press("move.first")
        await room.press("move.down")
        await room.press("entry.quote")
        await room.key("w")
        assert "Seen by alert in chat (19:52:15 UTC)" in written(room)
        await room.key("escape")
        await room.press("entry.quote")
        await room.key("l", "escape")
        await room.saved()
        seen = RESOLVED.entries[1].id
        assert f"[19:52:15 UTC](#entry-{seen})" in room.on_disk.postmortem.detection


async def test_an_entry_is_picked_without_leaving_the_text(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED, size=(80, 24)) as room:
        await write_in(room, "Detection", "Seen by")
        await room.key("ctrl+b")
        assert "Which entry goes into the text?" in room.frame
        assert "restarted the proxy" in room.frame
        await room.key("home", "down", "enter", "l", *" then.")
        seen = RESOLVED.entries[1].id
        await room.until(lambda: f"Seen by [19:52:15 UTC](#entry-{seen}) then." in written(room), "inserted")
        await room.key("ctrl+b", "escape", *" More")
        assert "then. More" in written(room)
        await room.key("home", "ctrl+b", "home", "enter", "w")
        assert "the proxy stopped (19:48:15 UTC) Seen by" in written(room)


async def test_there_is_nothing_to_pick_before_anything_is_logged(tmp_path: Path) -> None:
    async with open_room(tmp_path, Incident(FIELDS), size=(80, 24)) as room:
        await room.press("pane.postmortem")
        await room.key("ctrl+b")
        assert "nothing is logged yet" in room.said


async def test_undo_survives_what_somebody_else_writes_elsewhere(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED) as room:
        await write_in(room, "Lessons", "Restart it.")
        await room.until(lambda: not editor(room).dirty, "handed over")
        await room.saved()
        place = editor(room).cursor_location
        outside(room, Set("postmortem.summary", "One line.\n\nAnother line."))
        await room.until(lambda: "Another line." in written(room), "the other's words")
        assert editor(room).cursor_location == (place[0] + 4, place[1])
        for _ in range(12):
            await room.key("ctrl+z")
        assert "Restart it." not in written(room)


async def test_the_cursor_stays_in_the_words_that_somebody_else_has_changed(tmp_path: Path) -> None:
    begun = replace(RESOLVED, postmortem=Postmortem(summary="One line.\nAnother line."))
    async with open_room(tmp_path, begun) as room:
        await room.press("pane.postmortem")
        editor(room).move_cursor((written(room).split("\n").index("Another line."), 0))
        outside(room, Set("postmortem.summary", "Shorter."), Set("title", "A longer title than before"))
        await room.until(lambda: "Shorter." in written(room), "the other's words")
        await room.key("x", "y")
        assert "xyShorter.\n\n## Impact" in written(room)
        await room.until(lambda: not editor(room).dirty, "handed over")
        await room.saved()
        outside(room, Set("postmortem.summary", ""))
        await room.until(lambda: "Shorter." not in written(room), "taken away")
        await room.key("z")
        assert "\n## Impact" in written(room)


async def test_undo_takes_back_ones_own_words_and_brings_none_of_another_incident(tmp_path: Path) -> None:
    other = replace(FIELDS, id="2026-11-20-other", title="Other")
    create(tmp_path / "incidents", Incident(other, postmortem=Postmortem(summary="Of the other.")))
    async with open_room(tmp_path, RESOLVED) as room:
        await write_in(room, "Lessons", "Restart it.")
        await room.key("escape")
        await room.press("incident.switch")
        await room.key("end", "enter")
        await room.until(lambda: "Of the other." in written(room))
        await room.press("pane.postmortem")
        await room.key("ctrl+z", "ctrl+z", "ctrl+z")
        assert "Of the other." in written(room)
        assert "Restart it." not in written(room)


async def test_what_was_filled_from_the_record_is_taken_back_by_one_undo(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED) as room:
        await room.until(lambda: "## Impact" in written(room), "shown")
        before = written(room)
        await room.press("postmortem.fill")
        assert len(written(room).split("\n")) > len(before.split("\n")) + 3
        await room.key("ctrl+z")
        assert written(room) == before


async def test_two_versions_of_one_section_stand_side_by_side(tmp_path: Path) -> None:
    for key, kept in (("b", "Theirs.\n\nMine."), ("m", "Mine."), ("t", "Theirs.")):
        folder = tmp_path / key
        folder.mkdir()
        async with open_room(folder, RESOLVED, restless=True) as room:
            await write_in(room, "Root cause", "Mine.")
            outside(room, Set("postmortem.root_cause", "Theirs."))
            editor(room).save()
            await room.until(lambda: "two versions" in room.said, "asked")
            assert room.on_disk.postmortem.root_cause == "Theirs."
            await room.press("incident.decide")
            await room.until(lambda: "keep both" in room.frame, "shown")
            line = next(line for line in room.lines if "Theirs." in line)
            assert line.index("Theirs.") < line.index("Mine.")
            await room.key(key)
            await room.until(lambda: room.on_disk.postmortem.root_cause == kept, kept)  # noqa: B023


async def test_the_review_goes_to_a_finding_and_accepts_one_with_a_reason(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED, size=(80, 24)) as room:
        await room.press("postmortem.review")
        assert "there is no summary" in room.frame
        await room.key("enter")
        assert pane(room) == "postmortem"
        assert editor(room).cursor_location[0] == written(room).split("\n").index("## Summary") + 1
        await room.key("escape")
        await room.press("postmortem.review")
        await room.key("a", *"Nothing to add.", "enter")
        await room.saved()
        (accepted,) = room.on_disk.accepted
        assert (accepted.finding, accepted.by, accepted.reason) == (
            "no-summary:postmortem.summary",
            "ana",
            "Nothing to add.",
        )
        await room.press("postmortem.review")
        await room.key("G", "a")
        await room.saved()
        assert room.on_disk.accepted == ()


async def test_an_acceptance_without_a_reason_is_none(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED) as room:
        await room.press("postmortem.review")
        await room.key("a", "enter")
        assert room.said == "not accepted: it needs a reason"
        assert room.incident.accepted == ()


async def test_the_title_tells_state_findings_words_and_whether_it_is_saved(tmp_path: Path) -> None:
    told = replace(RESOLVED, impact=Impact(customers="All."), postmortem=Postmortem(summary="Three short words."))
    async with open_room(tmp_path, told, restless=True) as room:
        await room.press("pane.postmortem")
        await room.until(lambda: "findings" in room.frame, "reviewed")
        assert "draft · saved · 3 findings · 4 w" in room.frame
        await room.key("x")
        assert "draft · typing" in room.frame
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warroom.tui.widgets.editor.REST", 0.01)
            await room.key("y")
        await room.until(lambda: "draft · saved" in room.frame, "saved by itself")


async def test_a_document_is_reviewed_by_somebody_at_some_time(tmp_path: Path) -> None:
    async with open_room(tmp_path, RESOLVED, size=(80, 24)) as room:
        await room.press("postmortem.state")
        assert "The document: draft, " in room.frame
        await room.key("r")
        await room.saved()
        document = room.on_disk.postmortem
        assert (document.state, document.reviewer, document.reviewed_at) == ("reviewed", "ana", START)
        await room.press("postmortem.state")
        await room.key("d")
        await room.saved()
        assert room.on_disk.postmortem == Postmortem()


async def test_sections_of_ones_own_keep_both_versions(tmp_path: Path) -> None:
    told = replace(RESOLVED, postmortem=Postmortem(section=(Section("Open questions", "Why?"),)))
    async with open_room(tmp_path, told, restless=True) as room:
        await write_in(room, "Open questions", "Who?")
        outside(room, Set("postmortem.section", (Section("Open questions", "When?"),)))
        editor(room).save()
        await room.until(lambda: "two versions" in room.said, "asked")
        await room.press("incident.decide")
        await room.key("b")
        await room.saved()
        (section,) = room.on_disk.postmortem.section
        assert "When?" in section.text
        assert "Who?" in section.text


async def test_the_footer_beside_the_editor_knows_keys_of_ones_own(tmp_path: Path) -> None:
    own = Settings(keys={"postmortem.find": ("ctrl+y",), "entry.quote": ("Y",)})
    async with open_room(tmp_path, RESOLVED, settings=own) as room:
        await room.press("pane.postmortem")
        assert "^Y find" in room.lines[-1]
        assert "entry" not in room.lines[-1], "a letter would write itself"

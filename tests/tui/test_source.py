"""The editor's rows: coloured by what they mean, drawn anew only where a key changed them, and then all of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from driver import START, Driver, open_room
from rich.style import Style
from textual.strip import Strip
from textual.widgets.text_area import Selection

from warroom.incident.model import Fields, Incident, Postmortem
from warroom.tui.widgets.editor import Editor
from warroom.tui.widgets.source import SourceArea

LONG = "\n\n".join(f"Paragraph **number** {number} of `many`." for number in range(60))
OUTAGE = Incident(
    Fields(id="2026-11-21-outage", title="Outage", status="resolved", declared_at=START),
    postmortem=Postmortem(summary="It **broke**: see `the log`.\n\n```\ncode\n```\n\nAfter.", lessons=LONG),
)


def editor(room: Driver) -> Editor:
    found = room.app.room_screen.editor
    assert found is not None
    return found


def on_screen(room: Driver) -> list[Strip]:
    return [Strip(list(strip)).simplify() for strip in room.app.screen._compositor.render_strips()]


def style_of(room: Driver, words: str) -> Style:
    """How words on the screen look."""
    for strip in on_screen(room):
        place = strip.text.find(words)
        for segment in strip.crop(place, place + len(words)) if place >= 0 else ():
            return segment.style or Style()
    raise AssertionError(f"not on the screen: {words}\n{room.frame}")


async def test_marks_of_markdown_are_coloured(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 40)) as room:
        await room.press("pane.postmortem")
        look = room.app.look
        assert style_of(room, "## Summary").color == look.style("heading").color
        assert style_of(room, "**broke**").bold
        assert style_of(room, "`the log`").color == look.style("code").color
        assert style_of(room, "code").color == look.style("code").color
        plain = style_of(room, "After.")
        assert not plain.bold
        assert plain.color not in (look.style("code").color, look.style("heading").color)


async def test_a_fence_colours_all_that_it_holds_once_it_is_typed(tmp_path: Path) -> None:
    async with open_room(tmp_path, replace(OUTAGE, postmortem=Postmortem(summary="One.\n\nTwo."))) as room:
        await room.press("pane.postmortem")
        editor(room).move_cursor((3, 0))
        await room.key("`", "`", "`")
        code = room.app.look.style("code").color
        assert style_of(room, "Two.").color == code
        await room.key("backspace")
        assert style_of(room, "Two.").color != code


async def test_a_key_draws_what_it_changed_and_the_field_is_as_if_all_were_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = SourceArea.render_line

    def counted(field: SourceArea, y: int) -> Strip:
        drawn.append(y)
        return draw(field, y)

    monkeypatch.setattr(SourceArea, "render_line", counted)
    async with open_room(tmp_path, OUTAGE, size=(80, 40)) as room:
        await room.press("pane.postmortem")
        field = editor(room)
        field.cursor_blink = False
        field.move_cursor((2, 0))
        await room.settled()
        every = field.size.height
        for key, most in (
            ("x", 1),
            ("enter", every),
            ("up", 2),
            ("shift+down", 2),
            ("backspace", every),
            ("ctrl+z", every),
            ("pagedown", every),
            ("pageup", every),
            ("`", 1),
            ("home", 1),
            ("ctrl+k", every),
        ):
            drawn.clear()
            await room.key(key)
            assert 0 < len(set(drawn)) <= most, key
            shown = on_screen(room)[field.region.y :]
            field.refresh(layout=True)
            await room.settled()
            assert on_screen(room)[field.region.y : field.region.bottom] == shown[: field.region.height], key


async def test_a_selection_colours_over_what_the_row_means(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 40)) as room:
        await room.press("pane.postmortem")
        before = style_of(room, "`the log`")
        row = editor(room).document.lines.index("It **broke**: see `the log`.")
        editor(room).selection = Selection((row, 0), (row, 28))
        await room.settled()
        assert style_of(room, "`the log`").bgcolor != before.bgcolor


async def test_another_theme_colours_what_is_shown_already(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 40)) as room:
        await room.press("pane.postmortem")
        before = style_of(room, "## Summary").color
        room.app.themes.choose("feline")
        await room.settled()
        assert style_of(room, "## Summary").color == room.app.look.style("heading").color != before

"""The look: readable in every theme, seen before it is taken, remembered, followed while its file is edited."""

from collections.abc import Callable
from pathlib import Path

import pytest
from driver import ROOT, START, Driver, entry, open_room

from warroom.config.settings import Settings
from warroom.health.board import Board, ServiceStatus
from warroom.incident.model import Fields, Incident
from warroom.tui.habit import remember, remembered
from warroom.tui.look import GROUNDS, STYLES, Look, textual_theme
from warroom.tui.screens.choice import Choice
from warroom.voice import find, names
from warroom.voice.colour import TEXT, contrast

THEMES = ROOT / "themes"
OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"))
DOWN = Board(at=START, services=(ServiceStatus(name="backend", kind="http", target="x", state="down", since=START),))
COLOURED = [name for name in names([THEMES]) if find(name, [THEMES]).palette["background"].startswith("#")]


@pytest.mark.parametrize("name", COLOURED)
def test_every_style_is_readable_on_every_ground_it_is_drawn_on(name: str) -> None:
    palette = find(name, [THEMES]).palette
    look = Look(palette)
    grounds = [palette[ground] for ground in GROUNDS]
    grounds += [look.selected_ground(focused=focused) for focused in (True, False)]
    for style in STYLES:
        colour = look.style(style).color
        text = palette["foreground"] if colour is None else colour.get_truecolor().hex
        for ground in grounds:
            assert contrast(text, ground) >= TEXT, f"{style} on {ground}"


@pytest.mark.parametrize("name", COLOURED)
def test_the_chosen_line_stands_out_from_the_others(name: str) -> None:
    look = Look(find(name, [THEMES]).palette)
    chosen, quiet = look.selected_ground(focused=True), look.selected_ground(focused=False)
    assert contrast(chosen, look.palette["background"]) >= 1.4
    assert 1.2 <= contrast(quiet, look.palette["background"]) < contrast(chosen, look.palette["background"])
    assert look.selected(focused=True).bold


@pytest.mark.parametrize("name", COLOURED)
def test_parts_that_textual_brings_along_are_readable_too(name: str) -> None:
    made = textual_theme(find(name, [THEMES])).to_color_system().generate()
    for text, ground in (
        ("block-cursor-foreground", "block-cursor-background"),
        ("input-selection-foreground", "input-selection-background"),
        ("screen-selection-foreground", "screen-selection-background"),
        ("input-cursor-foreground", "input-cursor-background"),
        ("text-muted", "panel-darken-1"),
        ("text-disabled", "background"),
    ):
        assert contrast(made[text][:7], made[ground][:7]) >= TEXT, (text, ground)


def test_the_terminals_own_colours_have_every_style_and_reverse_what_is_chosen() -> None:
    look = Look(find("ansi", [THEMES]).palette)
    assert look.selected(focused=True).reverse
    for style in STYLES:
        colour = look.style(style).color
        assert colour is None or colour.is_default or colour.number is not None
    assert look.style("muted").dim
    assert look.style("italic").italic


async def test_the_list_of_themes_shows_each_as_it_is_passed_and_esc_takes_that_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.show(DOWN)
        before = room.app.current_theme.background
        known = room.app.themes.names()
        await room.press("theme")
        await room.key(*["k"] * len(known), *["j"] * known.index("feline"))
        assert room.app.current_theme.background == find("feline", [THEMES]).palette["background"]
        assert room.app.themes.state_word("down") == "hissing"
        await room.key("escape")
        assert room.app.current_theme.background == before
        assert "hissing" not in room.frame
        assert room.incident.fields.theme == ""


async def choose(room: Driver, name: str) -> None:
    await room.press("theme")
    await room.key("home", *["j"] * room.app.themes.names().index(name), "enter")


async def until_seen(room: Driver, true: Callable[[], object], what: str) -> None:
    """Until it is so; a second passes as often as it is looked."""

    def seen() -> object:
        room.app._tick()
        return true()

    await room.until(seen, what)


async def test_a_theme_that_is_taken_holds_for_the_incident_and_for_the_next_start(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await choose(room, "feline")
        await room.saved()
        assert room.on_disk.fields.theme == "feline"
        assert remembered(str(tmp_path / "state"), "") == "feline"
        await room.press("undo")
        await room.saved()
        assert room.on_disk.fields.theme == ""
        assert room.app.voice.name == "plain"
        assert room.app.theme.startswith("warroom-feline-")


async def test_colours_alone_change_no_word_of_the_incident(tmp_path: Path) -> None:
    feline = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev3", theme="feline"))
    async with open_room(tmp_path, feline) as room:
        await choose(room, "contrast")
        await room.show(DOWN)
        assert room.app.current_theme.background == "#000000"
        assert "DOWN hissing" in room.frame
        assert room.incident.fields.theme == "feline"


async def test_no_word_is_added_on_sev1_nor_while_it_is_serious(tmp_path: Path) -> None:
    feline = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev3", theme="feline"))
    async with open_room(tmp_path, feline) as room:
        await room.show(DOWN)
        assert "DOWN hissing" in room.frame
        await room.press("incident.severity")
        await room.key("1")
        assert "DOWN" in room.frame
        assert "hissing" not in room.frame
        await room.press("undo")
        assert "DOWN hissing" in room.frame
        await room.press("serious")
        await room.key("q")
        assert "DOWN" in room.frame
        assert "hissing" not in room.frame


async def test_a_grave_incident_is_told_plainly_and_a_line_says_so(tmp_path: Path) -> None:
    why = "it is tagged security"
    told = Fields(id="2026-11-21-outage", title="Backend outage", severity="sev3", theme="feline", tags=("security",))
    entries = (entry("alert in chat", mark="detected"),)
    async with open_room(tmp_path, Incident(told, entries=entries), size=(100, 30)) as room:
        await room.show(DOWN)
        await room.until(lambda: "DOWN" in room.frame)
        assert "hissing" not in room.frame
        await room.press("postmortem.preview")
        assert room.said.startswith(f"told without humour: {why}; ")
        await room.until(lambda: f"told without humour: {why}" in room.frame, "on the page as well")
        assert "tale of the tail" not in room.app.document()
        await room.key("escape")
        await choose(room, "quest")
        assert (
            f"theme quest, also for the document of this incident; u takes that back; told without humour: {why}"
            in (room.said)
        )


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_m_shows_the_document_without_a_joke_and_with_them_again(tmp_path: Path, size: tuple[int, int]) -> None:
    feline = Incident(
        Fields(id="2026-11-21-outage", title="Backend outage", severity="sev3", theme="feline"),
        entries=(entry("alert in chat", mark="detected"),),
    )
    async with open_room(tmp_path, feline, size=size) as room:
        await room.press("serious")
        await room.until(lambda: "Backend outage" in room.frame and "Timeline" in room.frame)
        assert "the tale of the tail" not in room.frame
        assert "the tale of the tail" not in room.app.document()
        await room.key("M")
        await room.until(lambda: "the tale of the tail" in room.frame)
        assert "the tale of the tail" in room.app.document()


async def test_a_theme_is_taken_over_as_its_file_is_saved_and_a_broken_one_is_told(tmp_path: Path) -> None:
    own = tmp_path / "themes"
    own.mkdir()
    file = own / "mine.toml"
    file.write_text('extends = "plain"\n[palette]\naccent = "#aabbcc"\n[states]\ndown = "on strike"\n')
    async with open_room(tmp_path, OUTAGE, theme_directories=(own, THEMES), theme_name="mine") as room:
        themes = room.app.themes
        assert themes.look.palette["accent"] == "#aabbcc"
        file.write_text('extends = "plain"\n[palette]\naccent = "#ddeeff"\n')
        await until_seen(room, lambda: themes.look.palette["accent"] == "#ddeeff", "read again")
        assert room.said == "theme mine read again"
        file.write_text('extends = "plain"\n[palette]\naccent = "quite red"\n')
        await until_seen(room, lambda: "mine.toml:3" in room.said, "told where")
        assert "palette.accent" in room.said
        assert themes.look.palette["accent"] == "#ddeeff"


async def test_the_signs_of_a_theme_stand_in_timeline_and_board(tmp_path: Path) -> None:
    own = tmp_path / "themes"
    own.mkdir()
    (own / "mine.toml").write_text('extends = "plain"\n[glyphs]\naction = ["→", "%"]\ndown = ["↓", "&"]\n')
    entries = (entry("restarted it", kind="action"), entry("alert in chat", kind="action", mark="detected"))
    incident = Incident(Fields(id="2026-11-21-outage", title="Backend outage", theme="mine"), entries=entries)
    signs = "→⚑↓"
    async with open_room(tmp_path, incident, theme_directories=(own, THEMES), size=(120, 40)) as room:
        await room.show(DOWN)
        await room.until(lambda: f"{signs[0]} action" in room.frame, "the theme's own")
        assert f"{signs[1]} detected" in room.frame  # a milestone is one, whatever its kind has for a sign
        assert f"{signs[2]} backend" in room.frame
        known = room.app.themes.names()
        await room.press("theme")
        await room.key("home", *["j"] * known.index("plain"))
        await room.until(lambda: f"{signs[0]} action" not in room.frame, "the preview's")
        await room.key("escape")
        await room.until(lambda: f"{signs[0]} action" in room.frame, "and back")


async def test_a_template_is_taken_over_as_it_is_saved_and_one_that_loses_a_fact_is_told(tmp_path: Path) -> None:
    own = tmp_path / "themes"
    own.mkdir()
    (own / "mine.toml").write_text('extends = "plain"\n')
    incident = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", theme="mine"))
    async with open_room(tmp_path, incident, theme_directories=(own, THEMES), theme_name="mine") as room:
        file = own / "mine.jinja"
        file.write_text('{% extends "document" %}\n{% block title %}{{ super() }}\n\nHi.{% endblock %}')
        await until_seen(room, lambda: "Hi." in room.app.document(), "read")
        assert room.said == "theme mine read again"
        file.write_text('{% extends "document" %}\n{% block title %}# Hello{% endblock %}')
        await until_seen(room, lambda: "Hi." not in room.app.document(), "read again")
        assert "# Postmortem: Backend outage" in room.app.document()
        assert "mine.jinja:2: block title" in room.said
        file.write_text('{% extends "document" %}\n{% block title %}{{ tilte }}{% endblock %}')
        await until_seen(room, lambda: "there is no name tilte" in room.said, "told where")
        assert "the theme as it was goes on" in room.said
        file.unlink()
        await until_seen(room, lambda: room.app.themes.mine.template is None, "gone")


async def test_a_broken_theme_is_told_at_the_start_and_the_plain_one_goes_on(tmp_path: Path) -> None:
    own = tmp_path / "themes"
    own.mkdir()
    (own / "mine.toml").write_text('extends = "plain"\n[pallete]\n')
    settings = Settings(theme="mine")
    async with open_room(
        tmp_path, OUTAGE, theme_directories=(own, THEMES), theme_name="mine", settings=settings
    ) as room:
        assert room.app.theme.startswith("warroom-plain-")
        assert "mine.toml:2" in room.said


def test_a_configuration_that_has_changed_since_has_the_last_word(tmp_path: Path) -> None:
    assert remembered(str(tmp_path), "plain") == ""
    assert remember(str(tmp_path / "state"), "feline", "plain") == ""
    assert remembered(str(tmp_path / "state"), "plain") == "feline"
    assert remembered(str(tmp_path / "state"), "sre") == ""


def test_why_a_theme_can_not_be_remembered_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = tmp_path / "file" / "state"
    told = f"{state}: is not there; the directory {state.parent} is missing too"
    assert remember(str(state), "feline", "plain") == told


async def test_few_colours_keep_to_the_terminals_own_and_offer_words_alone(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, terminal_colours=True, theme_name="feline") as room:
        assert "contrast" not in room.app.themes.names()
        assert room.app.themes.look.palette["background"] == "ansi_default"
        assert room.app.native_ansi_color


@pytest.mark.parametrize(("width", "row"), [(80, "backend  DOWN  hissing 0s"), (40, "backend  DOWN  0s")])
async def test_the_word_stands_in_the_row_where_no_fact_must_give_way_to_it(
    tmp_path: Path, width: int, row: str
) -> None:
    feline = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev3", theme="feline"))
    async with open_room(tmp_path, feline, size=(width, 24)) as room:
        await room.show(DOWN)
        await room.until(lambda: any(row in line for line in room.lines), row)


@pytest.mark.parametrize("terminal_colours", [True, False])
async def test_the_room_is_seen_behind_a_question(tmp_path: Path, terminal_colours: bool) -> None:
    async with open_room(tmp_path, OUTAGE, terminal_colours=terminal_colours) as room:
        await room.press("theme")
        assert isinstance(room.app.screen, Choice)
        assert room.app.screen.styles.background.a < 1  # else Textual draws nothing of the screen below


@pytest.mark.parametrize(("charset", "edge"), [("unicode", "┌─"), ("ascii", "+-")])
async def test_a_question_without_a_ground_of_its_own_stands_in_a_frame(
    tmp_path: Path, charset: str, edge: str
) -> None:
    async with open_room(tmp_path, OUTAGE, terminal_colours=True, charset=charset, size=(80, 24)) as room:
        await room.press("incident.severity")
        assert any(edge in line for line in room.lines)
        assert any("0   unset  nobody has said yet" in line for line in room.lines), room.frame
        await room.key("4")
        assert room.incident.fields.severity == "sev4"

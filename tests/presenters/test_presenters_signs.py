"""The signs of the screen: one cell each, one table, and a theme's own before the plain ones."""

import pytest

from warroom.incident.kinds import KINDS, MARKS
from warroom.incident.model import Entry
from warroom.presenters.glyphs import GAP, PENDING, PICKED, SIGNS, STAMP, STAR, sign
from warroom.presenters.timeline import glyph
from warroom.text.width import cells
from warroom.voice.theme import STATES

OWN = {"action": ("→", "%"), "down": ("↓", "&")}


def test_all_that_is_logged_has_a_sign_and_each_takes_one_cell() -> None:
    assert set(SIGNS) >= {*KINDS, *MARKS, *STATES}
    for unicode, ascii_form in (*SIGNS.values(), STAMP, STAR, PICKED, PENDING, GAP):
        assert cells(unicode) == len(ascii_form) == 1
        assert ascii_form.isascii()


@pytest.mark.parametrize(
    ("entry", "signs"),
    [
        (Entry("1", "restarted", kind="action"), ("→", "%")),
        (Entry("1", "restarted", kind="action", mark="mitigated"), ("⚑", "#")),
        (Entry("1", "a note"), SIGNS["note"]),
        (Entry("1", "gone", kind="health", state="down"), ("↓", "&")),
        (Entry("1", "back", kind="health", state="up"), SIGNS["up"]),
        (Entry("1", "checked", kind="health"), SIGNS["health"]),
        (Entry("1", ""), STAMP),
    ],
)
def test_a_milestone_goes_before_a_state_a_state_before_a_kind_and_the_themes_own_before_the_plain(
    entry: Entry, signs: tuple[str, str]
) -> None:
    assert glyph(entry, "unicode", OWN) == sign(signs, "unicode")
    assert glyph(entry, "ascii", OWN) == sign(signs, "ascii")

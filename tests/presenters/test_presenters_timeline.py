"""Lines of the timeline, the header, and what is overdue, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.incident.kinds import Kind, Verdict
from warroom.incident.model import Entry, Fields, Incident
from warroom.presenters.glyphs import plain_text
from warroom.presenters.header import ask_overdue, header
from warroom.presenters.runs import plain
from warroom.presenters.timeline import columns, entry_lines
from warroom.text.width import cells

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def told(entry: Entry, width: int = 90) -> str:
    lines = entry_lines(entry, columns(width, several_days=False, authors=3), UTC, undescribed="describe it: w")
    assert all(cells(plain(line)) == width for line in lines)
    return " ".join(plain(lines[0]).split())


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (Entry(id="1", at=NOW, by="ana"), "20:00:00 ● stamp describe it: w ana"),
        (Entry(id="1", at=NOW, by="ana", struck=True), "╳20:00:00 · struck not described ana"),
        (Entry(id="1", at=NOW, by="ana", kind="action"), "20:00:00 ▸ action not described ana"),
        (Entry(id="1", by="ana", text="seen", mark="detected"), "--:--:-- ⚑ detected seen ana"),
    ],
)
def test_an_entry_without_words_says_whether_it_waits_for_them(entry: Entry, line: str) -> None:
    assert told(entry) == line


@pytest.mark.parametrize(
    ("verdict", "word"),
    [("", "hypothesis"), ("open", "hypothesis"), ("supported", "supported"), ("ruled-out", "ruled out")],
)
def test_a_hypothesis_tells_what_came_of_it(verdict: Verdict, word: str) -> None:
    entry = Entry(id="1", at=NOW, by="ana", kind="hypothesis", text="disk full?", verdict=verdict)
    assert told(entry) == f"20:00:00 ¿ {word} disk full? ana"


def test_a_milestone_that_is_still_to_come_counts_down() -> None:
    began = Entry(id="1", at=NOW + timedelta(minutes=4), text="cut over", mark="started")
    incident = Incident(Fields("2026-11-21-x", "Cut over"), entries=(began,))
    assert "impact in 00:04:00" in plain(header(incident, NOW, UTC, 120))
    assert "00:01:00 since impact" in plain(header(incident, NOW + timedelta(minutes=5), UTC, 120))


def test_of_what_was_asked_the_longest_overdue_is_named() -> None:
    def ask(number: int, minutes: int) -> Entry:
        kind: Kind = "ask"
        return Entry(id=str(number), text=f"lag {number}", kind=kind, to="eva", due=NOW + timedelta(minutes=minutes))

    assert ask_overdue([ask(1, 5), ask(2, 0)], NOW) == ""
    assert ask_overdue([ask(1, -5), ask(2, -9), ask(3, 9)], NOW) == "eva was to answer 9m ago: lag 2"


def test_the_words_of_the_program_have_a_form_in_ascii() -> None:
    assert plain_text("a … b · c › d → e", "ascii") == "a ~ b - c > d > e"
    assert plain_text("a … b", "unicode") == "a … b"


def test_nothing_that_passes_the_last_gate_of_the_screen_acts_on_a_terminal() -> None:
    assert plain_text("a\x1b[2Jb\u202e", "unicode") == "a␛[2Jb\ufffd"
    hostile = Incident(Fields("2026-11-21-outage", "Outage"), roles={"\x1b]0;x\x07": "eve"})
    assert "␛]0;x␇ eve" in plain(header(hostile, NOW, UTC, 200))

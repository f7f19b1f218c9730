"""A timeline kept in order, filtered and counted while it grows, against the plain way to do the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

import strategies
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.order import reading_order
from warroom.incident.places import appended, changed_places, place_of, replaced
from warroom.incident.reading import Reading
from warroom.incident.search import completions, parse_query
from warroom.incident.tally import Counter, tally

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
Steps = list[tuple[int, int | None, str]]

_TEXTS = st.sampled_from(["", "disk full", "Disk ok", "restart", "ask"])
_STEPS: st.SearchStrategy[Steps] = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.integers(-50, 50), _TEXTS), max_size=30
)


def played(steps: Steps) -> list[tuple[Entry, ...]]:
    """Timelines as they follow one another: entries are added, moved, worded anew, struck."""
    entries: tuple[Entry, ...] = ()
    found = []
    for number, (what, minutes, text) in enumerate(steps):
        at = None if minutes is None else NOW + timedelta(minutes=minutes)
        if what < 2 or not entries:
            kind = "ask" if text == "ask" else "note"
            mark = "mitigated" if text == "restart" else ""
            by = ("ana", "Ben")[number % 2]
            new = Entry(id=f"{number:03}", text=text, at=at, kind=kind, mark=mark, by=by)  # type: ignore[arg-type]
            entries = appended(entries, new)
        else:
            place = number % len(entries)
            change = {"at": at} if what == 2 else {"text": text, "struck": bool(number % 2)}
            entries = replaced(entries, place, replace(entries[place], **change))
        found.append(entries)
    return found


@given(_STEPS, st.sampled_from(["", "disk", "kind:ask", "is:struck", "full disk", "ben", "by:an ok"]))
def test_rows_are_those_of_the_reading_order_through_the_filter(steps: Steps, filter_text: str) -> None:
    query = parse_query(filter_text)
    reading = Reading()
    reading.seek(query)
    for entries in played(steps):
        reading.follow(entries)
        wanted = [entry for entry in reading_order(entries) if query.finds(entry)]
        assert reading[:] == wanted
        assert [reading.row_of(entry.id) for entry in wanted] == list(range(len(wanted)))
        assert reading.row_of("no such id") is None


@given(_STEPS, st.sampled_from(["disk by:ben", "a full kind:n", "mit restart", "is:struck ok", "en d"]))
def test_what_is_typed_key_by_key_finds_what_it_finds_at_once(steps: Steps, typed: str) -> None:
    entries = played(steps)[-1] if steps else ()
    reading = Reading()
    reading.follow(entries)
    for end in range(len(typed) + 1):
        query = parse_query(typed[:end])
        reading.seek(query)
        assert reading[:] == [entry for entry in reading_order(entries) if query.finds(entry)]


def test_a_key_taken_back_finds_what_came_meanwhile_too() -> None:
    entries: tuple[Entry, ...] = (Entry(id="1", text="disk"), Entry(id="2", text="disks"))
    reading = Reading()
    reading.follow(entries)
    for typed in ("disk", "disks", "disk"):
        reading.seek(parse_query(typed))
        assert [entry.id for entry in reading] == (["2"] if typed == "disks" else ["1", "2"])
    reading.seek(parse_query("disks"))
    reading.follow(appended(entries, Entry(id="3", text="a disk")))
    reading.seek(parse_query("disk"))
    assert [entry.id for entry in reading] == ["1", "2", "3"]
    reading.seek(parse_query(""))
    assert len(reading) == reading.whole == 3


@given(_STEPS)
def test_what_is_counted_as_it_grows_is_what_a_look_at_all_of_it_counts(steps: Steps) -> None:
    counter = Counter()
    for entries in played(steps):
        counted = counter.count(entries)
        assert counted == tally(entries)
        assert counted.held == milestones(entries)


def test_a_mark_without_a_time_moves_with_its_predecessor() -> None:
    first = Entry(id="1", text="alert", at=NOW)
    entries = (
        first,
        Entry(id="2", text="a", mark="mitigated"),
        Entry(id="3", text="looked", at=NOW + timedelta(minutes=1)),
        Entry(id="4", text="b", mark="mitigated"),
    )
    counter = Counter()
    before = counter.count(entries)
    later = replaced(entries, 0, replace(first, at=NOW + timedelta(minutes=2)))
    counted = counter.count(later)
    assert counted == tally(later)
    assert counted.held != before.held


@given(st.integers(60, 90), st.integers(0, 59))
def test_an_entry_is_found_by_its_id_in_every_version(size: int, place: int) -> None:
    entries: tuple[Entry, ...] = ()
    for number in range(size):
        entries = appended(entries, Entry(id=f"{number:03}"))
    other = appended(entries, Entry(id="mine"))
    theirs = appended(entries, Entry(id="theirs"))
    both = appended(theirs, Entry(id="mine"))
    revised = replaced(both, place, replace(both[place], text="anew"))
    assert [place_of(found, "mine") for found in (entries, other, theirs, both, revised)] == [
        None,
        size,
        None,
        size + 1,
        size + 1,
    ]
    assert place_of(theirs, "theirs") == place_of(both, "theirs") == size
    assert place_of(other, "theirs") is None
    assert changed_places(both, revised) == [place]
    assert changed_places(entries, both) == []
    assert changed_places(both, entries) is None
    assert changed_places(other, theirs) is None


def test_a_query_takes_words_fields_and_flags() -> None:
    entry = Entry(id="1", text="Disk is FULL", kind="dead-end", by="Ana", service="db", starred=True)
    for found in ("full", "disk full", "kind:dead", "by:ana", "service:d is:starred", "dead-end", "by: full"):
        assert parse_query(found).finds(entry), found
    for missed in ("fuller", "kind:note", "by:ben disk", "is:struck", "text:full"):
        assert not parse_query(missed).finds(entry), missed
    assert not parse_query("  ")


def test_what_narrows_a_query_is_searched_among_its_results_alone() -> None:
    assert parse_query("disk full").narrows(parse_query("disk"))
    assert parse_query("disks").narrows(parse_query("disk"))
    assert parse_query("kind:note x").narrows(parse_query("kind:no"))
    assert not parse_query("dis").narrows(parse_query("disk"))
    assert not parse_query("disk").narrows(parse_query("disk is:struck"))


@given(strategies.incidents(), st.text(max_size=6), st.text(max_size=3))
def test_a_longer_query_never_finds_more(incident: Incident, typed: str, more: str) -> None:
    shorter, longer = parse_query(typed), parse_query(typed + more)
    if longer.narrows(shorter):
        for entry in incident.entries:
            assert shorter.finds(entry) or not longer.finds(entry)


def test_fields_and_their_values_are_completed() -> None:
    entries = (Entry(id="1", by="ana", service="api"), Entry(id="2", by="ben"))
    assert completions("disk k", entries) == ["kind:"]
    assert completions("mark:d", entries) == ["mark:detected"]
    assert completions("by:", entries) == ["by:ana", "by:ben"]
    assert completions("service:", entries) == ["service:api"]
    assert completions("is:s", entries) == ["is:starred", "is:struck"]
    assert completions("", entries) == []
    assert completions("http://x", entries) == []

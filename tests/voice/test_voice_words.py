"""Which words a theme lends, and when it must be silent."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.incident.kinds import KINDS, MARKS, SEVERITIES
from warroom.incident.model import Action, Entry, Fields, Impact, Incident, Postmortem
from warroom.text.width import cells
from warroom.voice import Telling, Theme, find, names
from warroom.voice.colour import TEXT, contrast
from warroom.voice.deal import deal, spun
from warroom.voice.puns import Puns
from warroom.voice.tact import GRAVE_TAGS, Humour, humour
from warroom.voice.telling import choose

THEMES = Path(__file__).parents[2] / "themes"
HUMOROUS = ("feline", "party", "quest")
OFTEN = ("action", "observation", "dead-end", "detected", "resolved")
START = datetime(2025, 11, 21, 19, 0, tzinfo=UTC)
EMPTY = Incident(Fields("2025-11-21-outage", "Outage", severity="sev3", status="resolved"))
NUMBERS_AND_NEGATIONS = re.compile(
    r"\d|n't\b|\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|dozen|hundred|thousand|million|once|twice|first|second|third|single)\b",
    re.IGNORECASE,
)

ids = st.lists(st.uuids().map(str), unique=True, max_size=60)


@pytest.mark.parametrize("name", HUMOROUS)
def test_a_humorous_theme_has_words_enough(name: str) -> None:
    theme = find(name, [THEMES])
    enough = {key: 12 if key in OFTEN else 4 for key in (*KINDS, *MARKS)}
    assert [key for key, least in enough.items() if len(theme.phrases.get(key, ())) < least] == []
    assert set(theme.emoji) >= {*KINDS, *MARKS}
    assert [frame for frame, count in Counter(framings(theme)).items() if count > 1] == []


def framings(theme: Theme) -> list[str]:
    """All that a theme may say to an entry."""
    tables = (theme.phrases, *(thread.lines for thread in theme.threads))
    return [frame for table in tables for frames in table.values() for frame in frames]


@pytest.mark.parametrize("name", HUMOROUS)
def test_a_running_gag_goes_from_the_beginning_to_a_payoff(name: str) -> None:
    threads = find(name, [THEMES]).threads
    assert len(threads) >= 4
    for thread in threads:
        assert set(thread.lines) >= {*MARKS, "observation", "dead-end", "escalation"}
        assert len(thread.lines["dead-end"]) >= 3  # what goes wrong again is where it builds
        assert thread.actions
        assert thread.footnote
    ends = [end for thread in threads for end in (thread.actions, thread.footnote)]
    assert len(set(ends)) == len(ends)
    assert not [end for end in ends if re.search(r"\d", end)]


@pytest.mark.parametrize("name", HUMOROUS)
def test_every_emoji_is_as_wide_in_every_terminal(name: str) -> None:
    """Those that need a selector to be emoji are drawn in one cell here and in two there, and break the line."""
    theme = find(name, [THEMES])
    assert {key: sign for key, sign in theme.emoji.items() if len(sign) != 1 or cells(sign) != 2} == {}
    assert "\ufe0f" not in "".join((*theme.flourishes.values(), *framings(theme)))


@pytest.mark.parametrize("name", HUMOROUS)
def test_no_phrase_states_a_number_or_denies_anything(name: str) -> None:
    theme = find(name, [THEMES])
    assert [frame for frame in framings(theme) if NUMBERS_AND_NEGATIONS.search(frame)] == []


@pytest.mark.parametrize("name", HUMOROUS)
def test_puns_are_made_of_words_that_state_nothing(name: str) -> None:
    theme = find(name, [THEMES])
    assert [word for word in theme.puns if NUMBERS_AND_NEGATIONS.search(word)] == []
    assert len(theme.puns) >= 12


@pytest.mark.parametrize("name", ["plain", "sre"])
def test_the_sober_themes_have_no_wink(name: str) -> None:
    theme = find(name, [THEMES])
    words = [theme.phrases, theme.threads, theme.puns, theme.emoji, theme.flourishes, theme.states]
    assert not any(words)
    assert (theme.opening, theme.closing, theme.footnote) == ((), (), ())


@pytest.mark.parametrize("name", names([THEMES]))
def test_text_can_be_read_on_every_ground(name: str) -> None:
    palette = find(name, [THEMES]).palette
    if palette["background"].startswith("ansi_"):
        assert all(colour.startswith("ansi_") for colour in palette.values())
        return
    least = 7.0 if name == "contrast" else TEXT
    grounds = ("background", "surface", "panel")
    for text in palette.keys() - set(grounds):
        for ground in grounds:
            assert contrast(palette[text], palette[ground]) >= least, (text, ground)
    # Severities are shown reversed: the ground is then the text.
    assert all(contrast(palette["background"], palette[key]) >= TEXT for key in palette if key.startswith("sev"))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    with pytest.raises(ValueError, match="ansi_red"):
        contrast("ansi_red", "#ffffff")


@given(ids, st.sampled_from(["action", "dead-end", "note"]))
def test_no_phrase_comes_twice_while_others_are_left(entry_ids: list[str], kind: str) -> None:
    theme = find("feline", [THEMES])
    entries = [Entry(id=entry_id, kind=kind) for entry_id in entry_ids]  # type: ignore[arg-type]
    incident = replace(EMPTY, entries=tuple(entries))
    dealt = deal(incident, theme)
    pool = len(theme.phrases[kind])
    lines = spun(incident, theme).lines.get(kind, ())
    gags = len(lines)
    ordered = [dealt[entry_id] for entry_id in sorted(entry_ids)]
    assert tuple(ordered[:gags]) == lines[: len(ordered)]
    for start in range(gags, len(ordered), pool):
        hand = ordered[start : start + pool]
        assert len(set(hand)) == len(hand)


@given(ids)
def test_a_later_entry_changes_no_earlier_words(entry_ids: list[str]) -> None:
    theme = find("quest", [THEMES])
    ordered = sorted(entry_ids)
    entries = [Entry(id=entry_id, kind=KINDS[number % len(KINDS)]) for number, entry_id in enumerate(ordered)]
    whole = deal(replace(EMPTY, entries=tuple(entries)), theme)
    for count in range(len(entries)):
        shown = deal(replace(EMPTY, entries=tuple(reversed(entries[:count]))), theme)
        assert shown == {entry.id: whole[entry.id] for entry in entries[:count] if entry.id in whole}


def test_a_struck_entry_keeps_its_words_and_so_do_the_others() -> None:
    theme = find("party", [THEMES])
    entries = tuple(Entry(id=f"{number:03}", kind="action") for number in range(20))
    struck = tuple(replace(entry, struck=entry.id == "004") for entry in entries)
    assert deal(replace(EMPTY, entries=struck), theme) == deal(replace(EMPTY, entries=entries), theme)


def test_incidents_are_told_different_gags_and_each_always_its_own() -> None:
    theme = find("party", [THEMES])
    many = [replace(EMPTY, fields=replace(EMPTY.fields, id=f"2026-01-{day:02}-outage")) for day in range(1, 29)]
    assert {spun(incident, theme).footnote for incident in many} == {thread.footnote for thread in theme.threads}
    later = replace(many[0], entries=(Entry("9"),), fields=replace(many[0].fields, title="Renamed"))
    assert spun(later, theme) == spun(many[0], theme)
    assert spun(EMPTY, find("plain", [THEMES])).lines == {}


def test_a_milestone_outranks_the_state_and_the_state_the_kind() -> None:
    theme = find("feline", [THEMES])
    entries = (
        Entry(id="1", kind="health", state="down"),
        Entry(id="2", kind="health"),
        Entry(id="3", kind="health", state="down", mark="detected"),
        Entry(id="4", kind="health", state="down", mark="detected"),
    )
    dealt = deal(replace(EMPTY, entries=entries), theme)
    assert dealt["1"] in theme.phrases["down"]
    assert dealt["2"] in theme.phrases["health"]
    assert dealt["3"] in spun(EMPTY, theme).lines["detected"]
    assert dealt["4"] in theme.phrases["detected"]


PUNS = {"perfect": "purr-fect", "historical": "hiss-torical", "history": "hiss-tory", "ana": "an-apple"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a perfect day", "a purr-fect day"),
        ("Perfect. A day", "Purr-fect. A day"),
        ("a Perfect day", "a Perfect day"),
        ("imperfect, perfectly, perfect-ish", "imperfect, perfectly, perfect-ish"),
        ("`perfect` history", "`perfect` hiss-tory"),
        ('he said "perfect" there', 'he said "perfect" there'),
        ("he said ‘perfect’ or 'perfect' there", "he said ‘perfect’ or 'perfect' there"),
        ("https://perfect.example/perfect or /perfect/history", "https://perfect.example/perfect or /perfect/history"),
        ("perfect.py perfect_day perfect=1 @perfect perfect.", "perfect.py perfect_day perfect=1 @perfect purr-fect."),
        ("[perfect](history) <perfect>", "[purr-fect](history) <perfect>"),
        ("ana rested", "ana rested"),
        ("an open ` tick\n\n`perfect` history", "an open ` tick\n\n`perfect` hiss-tory"),
        ("the history team wrote history", "the history team wrote hiss-tory"),
    ],
)  # fmt: skip
def test_puns_touch_whole_words_of_prose_alone(text: str, expected: str) -> None:
    incident = replace(EMPTY, roles={"commander": "Ana"})
    assert Puns(PUNS, incident).in_prose(text, 9)[0] == expected


def test_puns_are_few_and_what_was_sent_or_run_has_none() -> None:
    puns = Puns(PUNS, EMPTY)
    assert puns.in_entry(Entry("1", kind="action"), "perfect history, perfect day") == "purr-fect history, perfect day"
    late = Puns(PUNS, replace(EMPTY, entries=(Entry("5", by="perfect"),)))
    assert late.in_entry(Entry("4"), "perfect") == "purr-fect"
    assert late.in_entry(Entry("6"), "perfect") == "perfect"
    assert puns.in_entry(Entry("1", kind="comms"), "perfect history") == "perfect history"
    assert puns.in_prose("perfect perfect history", 2) == ("purr-fect perfect hiss-tory", 2)
    assert puns.in_prose("a historical day", 2) == ("a historical day", 0)  # the same joke in another form
    assert puns.in_prose("perfect history, told again", 2) == ("perfect history, told again", 0)
    assert Puns({}, EMPTY).in_prose("perfect", 2) == ("perfect", 0)


@pytest.mark.parametrize(
    ("incident", "why"),
    [
        (replace(EMPTY, fields=replace(EMPTY.fields, severity="sev1")), "its severity is sev1"),
        (replace(EMPTY, fields=replace(EMPTY.fields, tags=("web", "Data Loss"))), "it is tagged data-loss"),
        (replace(EMPTY, impact=Impact(data_loss="3 orders")), "data was lost"),
    ],
)
def test_tact_makes_a_grave_incident_serious_unless_asked(incident: Incident, why: str) -> None:
    assert humour(incident) == Humour(0, why)
    assert humour(incident, asked=3) == Humour(3)


def test_tact_leaves_the_rest_as_it_is_but_for_the_public() -> None:
    assert humour(EMPTY) == Humour(2)
    assert humour(replace(EMPTY, impact=Impact(data_loss="None."))) == Humour(2)
    assert humour(EMPTY, "public") == Humour(0, "it is for the public")
    assert humour(EMPTY, "public", 1) == Humour(1)
    with pytest.raises(ValueError, match="0 to 3"):
        humour(EMPTY, asked=4)
    assert {"security", "data-loss", "safety"} <= GRAVE_TAGS


def lasting(length: timedelta | None, **parts: object) -> Incident:
    entries = [Entry("1", at=START, mark="started")]
    if length is not None:
        entries.append(Entry("2", at=START + length, mark="resolved"))
    return replace(EMPTY, entries=tuple(entries), **parts)  # type: ignore[arg-type]


def test_a_telling_fits_what_the_incident_knows() -> None:
    tellings = (
        Telling("any"),
        Telling("known {duration}", duration="known"),
        Telling("long {duration}", at_least=timedelta(hours=4), duration="known"),
        Telling("lost", duration="unknown"),
        Telling("cause {cause}", cause="known", duration="known", severity=("sev3",)),
        Telling("it goes on", duration="ongoing"),
    )
    names_ = {"duration": "2 h", "cause": "Rust."}
    assert choose(tellings, lasting(None), {"duration": "", "cause": ""}) == "lost"
    assert choose(tellings, lasting(timedelta(hours=2)), names_) == "known 2 h"
    assert choose(tellings, lasting(timedelta(hours=5)), names_ | {"duration": "5 h"}) == "long 5 h"
    caused = lasting(timedelta(hours=2), postmortem=Postmortem(root_cause="Rust."), actions=(Action("a", "x"),))
    assert choose(tellings, caused, names_) == "cause Rust."
    assert choose(tellings, caused, names_ | {"cause": ""}) == "known 2 h"
    assert choose((), caused, names_) == ""
    reopened = replace(caused, fields=replace(caused.fields, status="investigating"))
    assert choose(tellings, reopened, names_ | {"duration": ""}) == "it goes on"


@pytest.mark.parametrize("name", HUMOROUS)
@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("length", [None, *(timedelta(minutes=minutes) for minutes in (3, 10, 40, 90, 180, 300, 3000))])
def test_every_incident_gets_an_opening_that_knows_its_length_and_a_closing_that_knows_the_cause(
    name: str, severity: str, length: timedelta | None
) -> None:
    theme = find(name, [THEMES])
    for cause in ("", "It was rust."):
        fields = replace(EMPTY.fields, severity=severity)  # type: ignore[arg-type]
        incident = lasting(length, fields=fields, postmortem=Postmortem(root_cause=cause))
        values = {"title": "Outage", "duration": "" if length is None else "a while", "severity": "", "services": ""}
        opening = choose(theme.opening, incident, values | {"severity": severity, "cause": cause})
        assert opening
        assert ("a while" in opening) == (length is not None)
        closing = choose(theme.closing, incident, values | {"severity": severity, "cause": cause})
        assert closing
        assert cause in closing
        told = replace(incident, fields=replace(fields, status="investigating"))
        still = choose(theme.opening, told, values | {"duration": "", "cause": cause})
        assert still in [telling.text for telling in theme.opening if telling.duration == "ongoing"]


@pytest.mark.parametrize("name", HUMOROUS)
def test_every_length_has_openings_of_its_own(name: str) -> None:
    minutes = (3, 10, 40, 90, 180, 300, 3000)
    told = [
        choose(find(name, [THEMES]).opening, lasting(timedelta(minutes=length)), {"duration": "a while"})
        for length in minutes
    ]
    assert len(set(told)) == len(minutes)

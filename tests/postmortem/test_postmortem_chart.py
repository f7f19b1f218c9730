"""The chart: what it states, from the record alone, in marks that are told apart without colour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from samples import FIVE, NOW, SAMPLES, theme
from warroom.incident.model import Entry, Fields, Incident
from warroom.postmortem.chart import ChartError, svg
from warroom.postmortem.spells import Spell, described, moments, spells, window
from warroom.voice.colour import TEXT, contrast

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def health(minutes: float, state: str, service: str = "api", **more: object) -> Entry:
    return Entry(f"{service}{minutes}{state}", "", at(minutes), kind="health", service=service, state=state, **more)  # type: ignore[arg-type]


def texts(document: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(document).iter(f"{SVG}text")]


OUTAGE = Incident(
    Fields("x", "Outage", status="resolved"),
    entries=(
        Entry("s", "It began.", at(0), mark="started"),
        health(2, "down", since=at(1)),
        Entry("d", "Seen.", at(2), mark="detected"),
        health(4, "unknown"),
        health(6, "degraded"),
        health(10, "up"),
        health(3, "down", "odd $x$ <b>&"),
        Entry("r", "Over.", at(20), mark="resolved"),
    ),
)


class TestSpells:
    def test_a_spell_lasts_from_its_first_result_to_the_next_state(self) -> None:
        assert spells(OUTAGE.entries)["api"] == (
            Spell("down", at(1), at(4)),
            Spell("unknown", at(4), at(6)),
            Spell("degraded", at(6), at(10)),
            Spell("up", at(10), None),
        )

    def test_the_same_state_again_prolongs_and_struck_or_untimed_count_for_nothing(self) -> None:
        entries = (
            health(1, "down"),
            health(2, "down"),
            health(3, "up", struck=True),
            replace(health(4, "up"), at=None),
        )
        assert spells(entries) == {"api": (Spell("down", at(1), None),)}

    def test_an_open_incident_reaches_to_now(self) -> None:
        open_one = replace(OUTAGE, fields=replace(OUTAGE.fields, status="monitoring"))
        assert window(open_one, at(60)) == (at(0), at(60))
        assert window(OUTAGE, at(60)) == (at(0), at(20))
        assert window(Incident(Fields("x", "y")), at(60)) is None

    @given(strategies.incidents())
    def test_spells_of_a_service_follow_each_other_without_gap_or_overlap(self, incident: Incident) -> None:
        for stretch in spells(incident.entries).values():
            for before, after in pairwise(stretch):
                assert before.end == after.start
                assert before.state != after.state
            assert stretch[-1].end is None


def test_it_says_in_words_what_it_shows() -> None:
    told = described(OUTAGE)
    assert "api was down 5 min." in told
    assert "odd $x$ <b>& was down from 10:03:00 UTC with no recovery recorded." in told
    assert "Milestones from 2026-11-21 (UTC): impact began 10:00:00, detected 10:02:00, resolved 10:20:00." in told
    assert "It took 20 min to resolve." in told
    assert "\n" not in told


def test_services_states_milestones_and_durations_are_on_it() -> None:
    shown = texts(svg(OUTAGE, theme("sre").palette, NOW))
    for text in ("impact", "api", "odd $x$ <b>&", "impact began", "detected", "resolved", "20 min"):
        assert text in shown
    assert "down, end not recorded" in shown
    assert "2026-11-21, UTC; time to detect 2 min, resolve 20 min" in shown
    assert {"down", "degraded", "unknown", "up"} <= set(shown)


def test_it_is_a_picture_with_title_and_description_and_draws_the_same_each_time() -> None:
    document = svg(OUTAGE, theme("sre").palette, NOW)
    root = ElementTree.fromstring(document)
    assert root.get("role") == "img"
    ids = {node.get("id"): node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert list(ids) == (root.get("aria-labelledby") or "").split()
    assert described(OUTAGE) in ids.values()
    assert "metadata" not in document
    assert document == svg(OUTAGE, theme("sre").palette, NOW)


def test_states_differ_by_hatching_too() -> None:
    root = ElementTree.fromstring(svg(OUTAGE, theme("sre").palette, NOW))
    assert len(list(root.iter(f"{SVG}pattern"))) >= 3


def test_a_short_outage_in_a_long_record_is_still_to_be_seen() -> None:
    def strokes(minutes: float) -> int:
        entries = (health(0, "up"), health(1500, "down"), health(1500 + minutes, "up"), health(3000, "degraded"))
        return svg(Incident(Fields("x", "Outage"), entries=entries), theme("sre").palette, at(3000)).count("LineColl")

    assert strokes(1) == strokes(200) + 1


def test_short_names_leave_the_room_to_the_bars() -> None:
    def first_bar(service: str) -> float:
        entries = (health(0, "down", service), health(20, "up", service))
        document = svg(Incident(Fields("x", "Outage"), entries=entries), theme("sre").palette, at(20))
        (box,) = [node for node in ElementTree.fromstring(document).iter() if node.get("id") == "patch_2"]
        return float((box[0].get("d") or "").split()[1])

    assert first_bar("api") < first_bar("a service with a name of length") / 2


def test_times_are_in_the_zone_of_the_incident() -> None:
    tokyo = replace(OUTAGE, fields=replace(OUTAGE.fields, timezone="Asia/Tokyo"))
    assert "2026-11-21, JST; time to detect 2 min, resolve 20 min" in texts(svg(tokyo, theme("sre").palette, NOW))
    assert "19:00" in texts(svg(tokyo, theme("sre").palette, NOW))


@pytest.mark.parametrize("style", [*FIVE, "contrast"])
def test_every_theme_draws_what_can_be_read(style: str) -> None:
    palette = theme(style).palette
    assert svg(SAMPLES["2025-11-21-backend-outage"], palette, NOW)
    assert contrast(palette["foreground"], palette["background"]) >= TEXT
    for colour in ("error", "warning", "success", "muted", "secondary"):
        assert max(contrast(palette[end], palette[colour]) for end in ("foreground", "background")) >= TEXT


def test_an_empty_record_draws_nothing() -> None:
    with pytest.raises(ChartError, match="neither health entries nor milestones"):
        svg(Incident(Fields("x", "y")), theme("sre").palette, NOW)


@given(strategies.incidents(), st.sampled_from(FIVE))
@settings(max_examples=15, deadline=None)
def test_any_record_can_be_drawn(incident: Incident, style: str) -> None:
    if window(incident, NOW) is None:
        return
    root = ElementTree.fromstring(svg(incident, theme(style).palette, NOW))
    assert len(list(root.iter(f"{SVG}text"))) >= len(set(moments(incident).values()))

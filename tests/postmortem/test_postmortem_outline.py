"""The text to edit says what the incident says, the incident then what the text says; nothing typed is lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from warroom.incident.changes import Change, Set, Stamp, apply
from warroom.incident.model import Fields, Impact, Incident, Postmortem, Section
from warroom.postmortem import outline
from warroom.text import clean

STAMP = Stamp("stamp", datetime(2025, 11, 21, 20, 0, tzinfo=UTC), "ana")
EMPTY = Incident(Fields("2025-11-21-outage", "Outage"))

pieces = st.sampled_from(
    [
        *("words", "more words", "```", "~~~", "<!--", "<div>", "# Title", "# Impact", "## Summary", "## Impact"),
        *("### Customers", "### Internal", "### Users affected", "## Root cause", "## root cause:", "##"),
        *(
            "- item",
            "> quote",
            "    code",
            "head\n---",
            "## Lessons",
            "#### deep",
            "",
            "- ```",
            "## C #",
            "## Conclusion",
        ),
    ]
)
typed = st.builds("\n".join, st.lists(pieces, max_size=12)) | strategies.texts
written = st.builds(
    lambda prose, impact, own: replace(EMPTY, postmortem=replace(prose, section=own), impact=impact),
    st.builds(Postmortem, summary=typed, root_cause=typed, lessons=typed, conclusion=typed),
    st.builds(Impact, customers=typed, internal=typed, users_affected=st.sampled_from(["", 12, 0.5, "25 %"])),
    st.lists(st.builds(Section, st.sampled_from(["Own one", "Summary", "", "a\nb"]), typed), max_size=3).map(tuple),
)


def applied(text: str, incident: Incident) -> Incident:
    return apply(incident, Change(outline.edits(text, incident), STAMP))


@given(written | strategies.incidents())
@settings(max_examples=300)
def test_the_composed_text_changes_nothing(incident: Incident) -> None:
    assert outline.edits(outline.compose(incident), incident) == ()


@given(typed, written)
@settings(max_examples=300)
def test_what_was_typed_is_in_the_incident_and_comes_back(text: str, incident: Incident) -> None:
    after = applied(text, incident)
    again = outline.compose(after)
    assert outline.edits(again, after) == ()
    assert outline.compose(applied(again, after)) == again
    standard = {"conclusion", "users", "affected"}  # shown only with words under them
    words = [word for word in clean(text).replace("#", " ").split() if word.isalnum() and word.lower() not in standard]
    have = again.replace("#", " ").lower().split()
    for word in set(words):
        # A heading that comes twice is written once.
        assert word.lower() in have or f"{word.lower()}:" in have


def test_every_part_has_its_place() -> None:
    text = outline.compose(EMPTY)
    assert text.startswith("# Outage\n\n## Summary\n\n## Impact\n\n### Customers\n\n### Internal\n\n## Trigger\n\n")
    made = text.replace("## Summary\n", "## Summary\n\nIt broke.\n").replace(
        "### Customers\n", "### Customers\n\nAll.\n"
    )
    made = made.replace("## Lessons\n", "## Lessons\n\n- one\n\n## Open questions\n\nWhy?\n")
    assert outline.edits(made, EMPTY) == (
        Set("postmortem.summary", "It broke."),
        Set("impact.customers", "All."),
        Set("postmortem.lessons", "- one"),
        Set("postmortem.section", (Section("Open questions", "Why?"),)),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Just text.", "Just text."),
        (
            "Before.\n\n# Outage\n\nUnder the title.\n\n## Summary\n\nAnd here.",
            "Before.\n\nUnder the title.\n\nAnd here.",
        ),
        ("# Outage\n## Summary\nOne.\n## Summary\nTwo.", "One.\n\nTwo."),
        ("# Outage\n## Summary\n```\n## Impact\n```", "```\n## Impact\n```"),
        ("# Outage\n## Summary\n- item\n\n  # not a part", "- item\n\n  # not a part"),
        ("# Outage\n## Summary\n<!-- comment\n", "<!-- comment"),
    ],
)
def test_no_text_is_lost_on_its_way_to_the_summary(text: str, expected: str) -> None:
    assert outline.edits(text, EMPTY) == (Set("postmortem.summary", expected),)


def test_a_title_changes_and_an_empty_one_does_not() -> None:
    assert outline.edits("# New title\n", EMPTY) == (Set("title", "New title"),)
    assert outline.edits("#\n", EMPTY) == ()


def test_sections_of_ones_own_keep_their_bytes_when_another_changes() -> None:
    odd = Section("Odd", "trailing  \n\n\n# big\r\n")
    incident = replace(EMPTY, postmortem=Postmortem(section=(odd, Section("Two", "old"))))
    text = outline.compose(incident).replace("old", "new")
    assert outline.edits(text, incident) == (Set("postmortem.section", (odd, Section("Two", "new"))),)


def test_an_own_section_with_the_name_of_a_part_stays_its_own() -> None:
    incident = replace(EMPTY, postmortem=Postmortem(summary="part", section=(Section("Summary", "own"),)))
    text = outline.compose(incident)
    assert "## Summary (own)\n\nown" in text
    changed = applied(text.replace("\nown\n", "\nowned\n"), incident)
    assert changed.postmortem.summary == "part"
    assert changed.postmortem.section == (Section("Summary (own)", "owned"),)


def test_a_part_whose_heading_was_deleted_is_emptied() -> None:
    incident = replace(EMPTY, postmortem=Postmortem(summary="stays", trigger="goes"))
    text = outline.compose(incident).replace("## Trigger\n\ngoes\n\n", "")
    assert outline.edits(text, incident) == (Set("postmortem.trigger", ""),)


def test_headings_are_found_for_jumping() -> None:
    text = "# T\n\n## Impact\n\n### Internal\n\n```\n## code\n```\n\n## Mine\n"
    assert [(found.line, found.title, found.path) for found in outline.headings(text)] == [
        (0, "T", ""),
        (2, "Impact", "impact.customers"),
        (4, "Internal", "impact.internal"),
        (10, "Mine", ""),
    ]


@given(typed | st.builds("\n".join, st.lists(st.sampled_from(["## a", "```", " ```", "- ```", "> ```", "x", ""]))))
@settings(max_examples=500)
def test_headings_found_piece_by_piece_are_those_of_the_whole_text(text: str) -> None:
    whole = outline._marked(text.split("\n"), outline._BLOCKS.parse(text))
    assert list(outline._all_marked(text)) == list(whole)

"""Two versions of one part, kept together: nothing said by either is lost, nothing comes twice."""

from hypothesis import given
from hypothesis import strategies as st

from warroom.incident.model import Section
from warroom.postmortem.versions import both, read_as

words = st.text("ab \n", max_size=6)
sections = st.lists(st.builds(Section, st.sampled_from(["Questions", "questions ", "Other", ""]), words), max_size=3)


def test_paragraphs_stand_below_one_another_theirs_first() -> None:
    assert both("postmortem.summary", "Theirs.", "Mine.") == "Theirs.\n\nMine."
    assert both("title", "Outage", "Backend outage of May") == "Outage / Backend outage of May"
    assert both("impact.users_affected", 10, 20) == 20


def test_who_only_added_keeps_the_longer_text() -> None:
    assert both("postmortem.summary", "One.", "One. Two.") == "One. Two."
    assert both("postmortem.summary", "One. Two.", "One.") == "One. Two."


def test_a_section_of_the_same_title_is_one_section() -> None:
    theirs, mine = (Section("Questions", "When?"),), (Section("questions", "Who?"), Section("Thanks", "To all."))
    kept = both("postmortem.section", theirs, mine)
    assert kept == (Section("Questions", "When?\n\nWho?"), Section("Thanks", "To all."))
    assert read_as(mine) == "## questions\n\nWho?\n\n## Thanks\n\nTo all."


@given(words, words)
def test_both_texts_are_in_the_text(theirs: str, mine: str) -> None:
    kept = both("postmortem.lessons", theirs, mine)
    assert theirs in kept
    assert mine in kept


@given(sections, sections)
def test_every_section_of_both_is_kept(theirs: list[Section], mine: list[Section]) -> None:
    kept = both("postmortem.section", tuple(theirs), tuple(mine))
    for section in (*theirs, *mine):
        assert any(section.text in other.text for other in kept)
        assert section.title.strip().casefold() in {other.title.strip().casefold() for other in kept}
    assert both("postmortem.section", tuple(theirs), tuple(theirs)) == tuple(theirs)

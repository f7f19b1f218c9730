"""Links from the document to entries of the timeline hold in the exported document."""

from dataclasses import replace

import pytest

from samples import FIVE, NOW, SAMPLES, theme
from warroom.postmortem.links import anchor, link, linked, without_anchors
from warroom.postmortem.markdown import render

OUTAGE = SAMPLES["2025-11-21-backend-outage"]


@pytest.mark.parametrize("name", FIVE)
def test_an_entry_that_the_text_links_to_has_an_anchor_and_no_other_has(name: str) -> None:
    cited = OUTAGE.entries[3].id
    told = f"It was restarted at {link(cited, '19:49:30 UTC')}."
    document = render(
        replace(OUTAGE, postmortem=replace(OUTAGE.postmortem, lessons=told)), theme(name), now=NOW, humour=3
    )
    assert document.count("<a id=") == document.count(anchor(cited)) == 1
    assert f"](#entry-{cited})" in document
    plain = render(OUTAGE, theme(name), now=NOW, humour=3)
    assert without_anchors(document).count("<a id=") == plain.count("<a id=") == 0


def test_the_words_of_a_link_can_not_break_it() -> None:
    made = link("0193-1", "a](b) [c")
    assert linked([made]) == {"0193-1"}
    assert linked(["[other](#summary)", "#entry-7", ""]) == frozenset()

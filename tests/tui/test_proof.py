"""The preview shows the document as it would be exported, whatever was kept from the time before."""

from dataclasses import replace

import pytest

from samples import FIVE, NOW, SAMPLES, theme
from warroom.incident.model import Incident
from warroom.incident.times import zone
from warroom.postmortem import outline
from warroom.postmortem.markdown import render
from warroom.presenters.preview import lines
from warroom.presenters.runs import Line
from warroom.tui.proof import Proof, Typesetter, word_string

WIDTH = 72


def shown(typesetter: Typesetter, text: str, base: Incident, name: str, humour: int | None = None) -> Proof:
    return typesetter.set(text, base, theme(name), humour, NOW, zone(base.fields.timezone), WIDTH)


def written(found: list[Line]) -> list[Line]:
    """The lines that are not blank: how far blocks stand apart is for the eye alone."""
    return [line for line in found if line]


@pytest.mark.parametrize("name", FIVE)
@pytest.mark.parametrize("sample", SAMPLES)
def test_it_is_the_document_that_export_writes(sample: str, name: str) -> None:
    incident = SAMPLES[sample]
    proof = shown(Typesetter(), outline.compose(incident), incident, name)
    assert written(list(proof.lines)) == written(lines(render(incident, theme(name), now=NOW), WIDTH))


def test_what_was_typed_since_is_in_it_and_found_by_its_words() -> None:
    base, typesetter = SAMPLES["2025-11-21-backend-outage"], Typesetter()
    text = outline.compose(base)
    shown(typesetter, text, base, "plain")
    typed = text.replace("## Lessons\n", "## Lessons\n\nWatch the **watcher** itself.\n")
    proof = shown(typesetter, typed, base, "plain")
    (place,) = [line for line, said in proof.places if word_string("Watch the watcher itself.") in said]
    assert "".join(run.text for run in proof.lines[place]) == "Watch the watcher itself."


def test_a_timeline_that_has_changed_is_told_anew() -> None:
    base, typesetter = SAMPLES["2025-11-21-backend-outage"], Typesetter()
    text = outline.compose(base)
    before = shown(typesetter, text, base, "plain")
    more = replace(base, entries=(*base.entries, replace(base.entries[-1], id="later", text="One thing more.")))
    after = shown(typesetter, text, more, "plain")
    assert len(after.lines) > len(before.lines)
    assert any("One thing more." in run.text for line in after.lines for run in line)


def test_the_serious_version_is_serious_in_the_timeline_too() -> None:
    base, typesetter = SAMPLES["2025-11-21-backend-outage"], Typesetter()
    text = outline.compose(base)
    merry = shown(typesetter, text, base, "party", 3)
    serious = shown(typesetter, text, base, "party", 0)
    assert written(list(serious.lines)) != written(list(merry.lines))
    assert written(list(serious.lines)) == written(lines(render(base, theme("party"), now=NOW, humour=0), WIDTH))

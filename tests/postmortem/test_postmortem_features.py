"""What each theme shows of the report that it is modelled on, told of its own sample."""

import re
from dataclasses import replace

import pytest

from samples import NOW, SAMPLES, section, theme
from warroom.incident.model import Incident
from warroom.postmortem.markdown import render


def document(incident: Incident, name: str, humour: int) -> str:
    return render(incident, theme(name), now=NOW, humour=humour)


def features(name: str) -> str:
    own = {incident.fields.theme: incident for incident in SAMPLES.values()}
    return document(own[name], name, humour=3)


def test_features_of_the_plain_report() -> None:
    text = features("plain")
    assert text.split("\n\n")[1].startswith("The online store")  # prose under the title, no heading before it
    assert re.search(r"^10:00 AM PDT - ", text, re.MULTILINE)  # a line for each moment, 12 hours, the zone at each
    assert "\n\n1:30 PM PDT - Update:" in text
    assert "## Root cause and resolution" in text  # one section for both
    assert re.search(r"^5\. \*\*Training:\*\*", text, re.MULTILINE)  # measures as a list
    assert section(text, "Conclusion").startswith("The technical support team")


def test_features_of_the_engineering_report() -> None:
    text = features("sre")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [  # numbered sections, the zone in the heading
        "1. Summary",
        "2. Impact",
        "3. Timeline of events (UTC)",
        "4. Root cause",
        "5. Resolution",
        "6. Lessons learned",
        "7. Action items",
    ]
    assert text.startswith("# Post-mortem report: ")
    assert "- **Customer impact:** " in text  # impact by whom it hit
    assert "- **Internal impact:** " in text
    assert "| **19:46:45** | " in text  # a table, 24 hours, to the second, times in bold
    assert '`app_health{job="backend-metrics"}`' in text  # code stays code
    assert section(text, "Lessons").count("\n- ") == 2  # lessons as bullets
    assert section(text, "Action").startswith("1. ")  # actions numbered


def test_features_of_the_chronicle() -> None:
    text = features("quest")
    assert section(text, "Issue summary").split("\n\n")[0].startswith("Hear the chronicle")
    assert "- **Duration:** 1 h 30 min (May 18, 2023, 2:30 PM to 4:00 PM EDT)" in text
    timeline = section(text, "Timeline")
    assert "**Issue detected** (2:30 PM EDT): " in timeline  # labels in front, times only where they are known
    assert "**Action taken**: " in timeline
    assert "**Misleading investigation**: " in timeline
    assert "**Incident resolution** (4:00 PM EDT): " in timeline
    assert text.count("pigeon") >= 3  # one messenger from beginning to end
    assert "**Root cause:** " in section(text, "Root cause and resolution")
    measures, payoff = section(text, "Corrective").split("\n\n")
    assert measures.count("\n") == 5  # six measures
    assert payoff == "*The pigeon has applied for a post in monitoring. It has references.*"  # and where the gag ends
    assert section(text, "Conclusion")


@pytest.mark.parametrize(
    ("cause", "first", "told"),
    [
        ("Rust in the pump", "Rust in the pump", "traced: Rust in the pump. The disco ball"),
        ("Rust! It was old.", "Rust!", "traced: Rust! The disco ball"),
        ("Dr. Who saw it, e.g. there. Then rust.", "Dr. Who saw it, e.g. there.", "e.g. there. The disco ball"),
        ("It ran `a. B` at 3.5 GB. Then rust.", "It ran `a. B` at 3.5 GB.", "at 3.5 GB. The disco ball"),
        ("**Rust** was it. More.", "**Rust** was it.", "stands above"),
        ("- rust\n- dust", "", "stands above"),
        ("```\nrust\n```\n\nIt broke.", "", "stands above"),
        ("## Rust\n\nIt broke.", "", "stands above"),
        ("1. rust\n2. dust", "", "stands above"),
        ("It was:\n\n- rust", "", "stands above"),
    ],
)
def test_a_cause_is_quoted_by_a_whole_sentence_or_pointed_at(cause: str, first: str, told: str) -> None:
    own = SAMPLES["2023-10-07-web-stack-outage"]
    text = document(replace(own, postmortem=replace(own.postmortem, root_cause=cause)), "party", humour=2)
    quoted = re.search(r"^- \*\*Root cause:\*\* [^\x00-\xff] (.*)$", text, re.MULTILINE)
    assert (quoted[1] if quoted else "") == first
    assert told in text.rstrip().split("\n\n")[-2]


def test_a_running_gag_ends_below_the_measures_and_only_where_there_are_any() -> None:
    own = SAMPLES["2023-10-12-cattimeapi-downtime"]
    assert "at its own expense" in document(own, "feline", humour=2)
    assert "at its own expense" not in document(replace(own, actions=()), "feline", humour=2)
    assert "at its own expense" not in document(own, "feline", humour=1)


def test_features_of_the_party() -> None:
    text = features("party")
    assert text.startswith("# Postmortem: Web stack outage 😱\n")
    for label in ("Duration", "Customers", "Root cause"):  # the three facts on top
        assert f"- **{label}:** " in section(text, "Issue summary")
    timeline = section(text, "Timeline").split("\n")
    assert len(timeline) == 9
    for row in timeline:  # bullets, bold times with their zone, an emoji at each
        assert re.match(r"- \*\*1[01]:\d\d AM UTC:\*\* [^\x00-\xff]", row), row
    cause, resolution = section(text, "Root cause and resolution").split("\n\n")
    assert re.match(r"\*\*Root cause:\*\* [^\x00-\xff]", cause)
    assert re.match(r"\*\*Resolution:\*\* [^\x00-\xff]", resolution)
    for number, row in enumerate(section(text, "Corrective").split("\n")[:6], 1):  # measures numbered, an emoji at each
        assert re.match(rf"{number}\. [^\x00-\xff] \*\*[A-Z]", row), row
    assert text.rstrip().split("\n\n")[-2].startswith("Our apologies for the noise.")  # an apology without heading
    assert "## Conclusion" not in text


def test_features_of_the_feline_report() -> None:
    text = features("feline")
    assert text.startswith("# Incident report: ")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    plain = ("Summary", "Timeline", "Trigger", "Root cause", "Detection", "Corrective", "Conclusion")
    assert all(heading.startswith(words) for heading, words in zip(headings, plain, strict=True))
    assert headings[1] == "Timeline (UTC): the tale of the tail"  # a pun after the plain word
    assert "- **9:30 AM:** 🧶 Dead end: " in text  # the misleading path is named
    assert section(text, "Conclusion")
    assert re.search(r"\n\*[^*\n]+\*\n\Z", text)  # a footnote in italics
    assert text.count("office cat") >= 3  # one animal from beginning to end

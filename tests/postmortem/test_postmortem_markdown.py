"""The document: what it holds, how each theme lays it out, and that nothing from outside can break it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import strategies
from samples import FIVE, NOW, SAMPLES, section, theme
from warroom.incident.kinds import HealthState
from warroom.incident.model import Action, Entry, Evidence, Fields, Impact, Incident, Postmortem, Section
from warroom.incident.times import TimeError
from warroom.postmortem.markdown import render
from warroom.postmortem.public import for_public
from warroom.postmortem.timeline import table

READER = MarkdownIt("commonmark").enable("table")
START = datetime(2025, 11, 21, 19, 46, 45, tzinfo=UTC)


def after(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


ENTRIES = (
    Entry("1", "The `backend` container stopped.", START, "ana", mark="started"),
    Entry(
        "2", "backend DOWN, refused (3/3)", after(30), "", "health", service="backend", state="down", since=after(13)
    ),
    Entry("3", "alert in chat", after(55), "ben", "observation", "detected"),
    Entry("4", "proxy looked guilty", after(145), "ana", "dead-end", internal=True),
    Entry("5", "wrong window", after(150), "ana", "note", struck=True),
    Entry("6", "scaled up", after(165), "ana", "command", command="kubectl scale", exit=1, took=3.2),
    Entry("7", "it answers again", after(195), "ana", "observation", "resolved"),
)
OUTAGE = Incident(
    Fields("2025-11-21-outage", "Backend outage", severity="sev2", status="resolved", services=("backend",)),
    {"commander": "ana"},
    Impact("Nobody could log in.", "Support was busy.", "40 %"),
    postmortem=Postmortem(summary="It *broke*.", root_cause="Rust.", section=(Section("Open | questions", "Why?"),)),
    actions=(Action("a", "Restart policy", "Use `unless-stopped`.", "prevent", "high", "ben", date(2026, 12, 1)),),
    entries=ENTRIES,
)


def document(incident: Incident = OUTAGE, name: str = "plain", **options: object) -> str:
    return render(incident, theme(name), **{"now": NOW, **options})  # type: ignore[arg-type]


def test_a_list_at_the_end_of_the_summary_stays_apart_from_the_facts() -> None:
    told = replace(OUTAGE, postmortem=Postmortem(summary="It broke:\n\n- one\n- two"))
    lists = [token for token in READER.parse(document(told)) if token.type == "bullet_list_open"]
    assert [token.markup for token in lists[:2]] == ["-", "*"]
    assert "* **Severity:** sev2" in document(told)
    assert "- **Severity:** sev2" in document()


def test_the_whole_plain_document() -> None:
    assert document() == (
        "# Postmortem: Backend outage\n\n"
        "It *broke*.\n\n"
        "- **Duration:** 3 min 15 s (November 21, 2025, 7:46:45 PM to 7:50:00 PM UTC)\n"
        "- **Severity:** sev2\n"
        "- **Status:** resolved\n"
        "- **Time to:** detect 55 s\n"
        "- **Downtime:** backend (no recovery recorded)\n"
        "- **Services:** backend\n"
        "- **Commander:** ana\n\n"
        "## Impact\n\n"
        "- **Customers:** Nobody could log in.\n"
        "- **Internal:** Support was busy.\n"
        "- **Users affected:** 40 %\n\n"
        "## Timeline\n\n"
        "7:46:45 PM UTC - **Impact began:** The `backend` container stopped (ana).\n\n"
        "7:47:15 PM UTC - Health: backend DOWN, refused (3/3) (since 7:46:58 PM)\n\n"
        "7:47:40 PM UTC - **Detected:** alert in chat (ben)\n\n"
        "7:49:10 PM UTC - Dead end: proxy looked guilty (ana)\n\n"
        "7:49:30 PM UTC - Command: scaled up `kubectl scale` (exit 1, took 3 s, ana)\n\n"
        "7:50:00 PM UTC - **Resolved:** it answers again (ana)\n\n"
        "## Root cause and resolution\n\n"
        "**Root cause:** Rust.\n\n"
        "**Resolution:** Not written yet.\n\n"
        "## Open | questions\n\n"
        "Why?\n\n"
        "## Corrective and preventive measures\n\n"
        "1. **Restart policy:** Use `unless-stopped` (prevent, high priority, owner ben, due December 1, 2026, open).\n"
    )


def test_the_public_hears_of_no_person_and_nothing_internal() -> None:
    text = document(
        replace(OUTAGE, postmortem=replace(OUTAGE.postmortem, public_summary="We are back.")), audience="public"
    )
    assert "We are back." in text
    for private in ("ana", "ben", "It *broke*", "Support was busy", "proxy looked guilty"):
        assert not re.search(rf"\b{re.escape(private)}\b", text), private
    assert "wrong window" not in document()


def test_the_public_reads_no_credential() -> None:
    secret = "hunter22"
    incident = replace(
        OUTAGE,
        fields=replace(OUTAGE.fields, title=f"Outage password={secret}"),
        impact=Impact(f"token: {secret}x9"),
        postmortem=Postmortem(summary=f"`password={secret}`", section=(Section("More", f"api_key={secret}"),)),
        actions=(Action("a", "Change it", f"It was password={secret}."),),
        entries=(Entry("1", f"tried password={secret}", START, command=f"mysql --password {secret}", mark="started"),),
    )
    assert document(incident).count(secret) == 7
    assert secret not in document(incident, audience="public")


def test_an_empty_incident_says_what_is_missing() -> None:
    text = document(Incident(Fields("x", "Odd")))
    assert "- **Duration:** unknown: nothing is marked as 'impact began' or 'resolved'" in text
    assert "- **Severity:** not set" in text
    assert section(text, "Timeline") == "Nothing was logged."
    assert section(text, "Impact") == "Not written yet."
    assert section(text, "Corrective") == "None recorded."
    assert "## Trigger" not in text


def test_why_several_times_are_unknown_is_said_once() -> None:
    entries = tuple(replace(entry, mark="") if entry.mark == "started" else entry for entry in ENTRIES)
    entries += (Entry("8", "found", after(170), mark="identified"), Entry("9", "eased", after(180), mark="mitigated"))
    text = document(replace(OUTAGE, entries=entries))
    assert "- **Time to:** detect, identify and mitigate unknown (nothing is marked as 'impact began')\n" in text


def test_an_open_incident_is_ongoing() -> None:
    incident = replace(OUTAGE, fields=replace(OUTAGE.fields, status="investigating"), entries=ENTRIES[:3])
    text = document(incident, now=after(3600))
    assert "- **Duration:** ongoing, 1 h so far (November 21, 2025, 7:46:45 PM UTC to ongoing)" in text
    assert "- **Downtime:** backend ongoing\n" in text


def test_an_outage_without_an_end_goes_on_only_while_the_incident_does() -> None:
    def health(number: str, seconds: int, state: HealthState) -> Entry:
        return Entry(number, "", after(seconds), kind="health", service="backend", state=state)

    again = (*ENTRIES, health("8", 200, "up"), health("9", 260, "down"))
    assert "- **Downtime:** backend 3 min 7 s (no recovery recorded)\n" in document(replace(OUTAGE, entries=again))
    still = replace(OUTAGE, fields=replace(OUTAGE.fields, status="monitoring"), entries=again)
    assert "- **Downtime:** backend 3 min 7 s and ongoing\n" in document(still)
    over = replace(OUTAGE, entries=(*again, health("a", 320, "up")))
    assert "- **Downtime:** backend 4 min 7 s\n" in document(over)


def test_a_drill_says_so_on_top() -> None:
    text = document(replace(OUTAGE, fields=replace(OUTAGE.fields, mode="drill")))
    assert text.split("\n\n")[1] == "**This was a drill.**"


def test_times_stand_in_the_zone_of_the_incident_or_in_the_one_asked_for() -> None:
    berlin = replace(OUTAGE, fields=replace(OUTAGE.fields, timezone="Europe/Berlin"))
    assert "8:46:45 PM CET - " in document(berlin)
    assert "## 3. Timeline of events (CET)" in document(berlin, "sre")
    assert "2:46:45 PM EST - " in document(berlin, zone=ZoneInfo("America/New_York"))
    with pytest.raises(TimeError, match="Europe/Berln"):
        document(replace(OUTAGE, fields=replace(OUTAGE.fields, timezone="Europe/Berln")))


def test_a_change_of_clocks_names_the_zone_at_every_time() -> None:
    berlin = Fields("x", "Odd", timezone="Europe/Berlin")
    night = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    entries = (Entry("1", "summer", night, mark="started"), Entry("2", "winter", night + timedelta(hours=1)))
    text = document(Incident(berlin, entries=entries), "sre")
    assert "| **02:30:00 CEST** |" in text
    assert "| **02:30:00 CET** |" in squeezed(text)
    assert "## 3. Timeline of events\n" in text


def test_dates_are_shown_where_the_day_could_be_in_doubt() -> None:
    late = (*ENTRIES[:3], Entry("8", "next day", after(86400), mark="resolved"))
    text = document(replace(OUTAGE, entries=late), "sre")
    assert "| **2025-11-21 19:46:45** |" in text
    assert "| **2025-11-22 19:46:45** |" in text
    unmarked = (Entry("1", "no mark", START),)
    assert "2025-11-21 19:46:45" in document(replace(OUTAGE, entries=unmarked), "sre")


def test_a_day_is_named_even_where_the_end_is_unknown() -> None:
    text = document(replace(OUTAGE, entries=ENTRIES[:3]), "sre")
    assert "- **Duration:** unknown: nothing is marked as 'resolved'" in text
    assert "| **2025-11-21 19:46:45** |" in text


def test_the_public_is_told_how_long_it_took_though_not_by_which_entry() -> None:
    entries = (replace(ENTRIES[0], internal=True), *ENTRIES[1:])
    text = document(replace(OUTAGE, entries=entries), audience="public")
    assert "- **Duration:** 3 min 15 s (November 21, 2025, 7:46:45 PM to 7:50:00 PM UTC)" in text
    assert "container stopped" not in text


def test_what_has_no_time_says_so_and_a_range_has_both_ends() -> None:
    entries = (
        Entry("1", "long", START, until=after(60), mark="started"),
        Entry("2", "sometime"),
    )
    text = document(replace(OUTAGE, entries=entries))
    assert "7:46:45 PM to 7:47:45 PM UTC - **Impact began:** long" in text
    assert "time not recorded - sometime" in text


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("name", FIVE)
def test_a_milestone_without_words_of_its_own_is_told_once(name: str, audience: str) -> None:
    incident = replace(OUTAGE, entries=(Entry("1", "Mitigated", after(1), "ana", mark="mitigated"),))
    shown = document(incident, name, humour=3, audience=audience)
    (line,) = (line for line in shown.splitlines() if "**Mitigated" in line)
    assert line.count("itigated") == 1
    assert not line.endswith(":**")


def test_what_an_entry_states_beside_its_text_is_told() -> None:
    entries = (
        Entry("1", kind="change", field="severity", old="sev3", new="sev2", at=START),
        Entry("0", "commander: nobody -> ana", kind="change", field="roles.commander", new="ana", at=START),
        Entry("2", kind="health", service="api", state="up", at=START),
        Entry("3", "who knows?", kind="ask", to="ben", due=after(600), at=START),
        Entry("4", "the cache", kind="hypothesis", verdict="ruled-out", service="redis", at=START),
        Entry(
            "5",
            "logs",
            evidence=(Evidence("log", url="https://logs.example/1"), Evidence("dump", path="a.txt")),
            at=START,
        ),
    )
    text = section(document(replace(OUTAGE, entries=entries)), "Timeline")
    assert "Change: severity: sev3 → sev2" in text
    assert "Change: commander: nobody" in text
    assert "unset → ana" not in text
    assert "Health: api up" in text
    assert "Question: who knows? (to ben, due November 21, 2025, 7:56:45 PM UTC)" in text
    assert "Hypothesis: the cache (redis, ruled out)" in text
    assert "logs (log: <https://logs.example/1>, dump: `a.txt`)" in text


def test_a_table_of_actions_shows_the_columns_that_are_filled() -> None:
    plain = theme("plain")
    asked = replace(plain, layout=replace(plain.layout, actions="table"))
    text = render(OUTAGE, asked, now=NOW)
    assert "| # | Action | Type | Priority | Owner | Due | Status |" in squeezed(text)
    row = "| 1 | **Restart policy:** Use `unless-stopped`. | prevent | high | ben | December 1, 2026 | open |"
    assert row in squeezed(text)


def test_columns_are_aligned_unless_that_makes_a_row_too_wide() -> None:
    assert table([["#", "Ünï"], ["1", "日本"], ["22", "x"]]).split("\n") == [
        "| #   | Ünï  |",
        "| --- | ---- |",
        "| 1   | 日本 |",
        "| 22  | x    |",
    ]
    wide = "y" * 300
    assert table([["#", "b"], ["1", wide]]) == f"| # | b |\n| --- | --- |\n| 1 | {wide} |"


def squeezed(text: str) -> str:
    """Without the spaces that align columns."""
    return re.sub(r" {2,}(?=\|)", " ", text)


def test_facts_can_stand_in_a_table() -> None:
    plain = theme("plain")
    text = render(OUTAGE, replace(plain, layout=replace(plain.layout, facts_form="table")), now=NOW)
    assert "| **Severity** | sev2 |" in squeezed(text)


def test_humour_is_a_matter_of_degree() -> None:
    incident = SAMPLES["2023-10-12-cattimeapi-downtime"]
    sober, headed, phrased, punned = (document(incident, "feline", humour=level) for level in range(4))
    assert "tale of the tail" not in sober
    assert "🙀" not in sober
    assert "## Timeline (UTC): the tale of the tail" in headed
    assert "🙀" in headed
    assert "office cat" not in headed
    assert "office cat" in phrased
    assert "suspicious" in phrased
    assert "sus-fish-ious" in punned
    assert document(incident, "feline") == phrased
    assert document(incident, "feline", audience="public").count("🙀") == 0


def test_a_grave_incident_is_told_plainly_in_every_theme() -> None:
    grave = replace(OUTAGE, fields=replace(OUTAGE.fields, severity="sev1"))
    assert "cat" not in document(grave, "feline").replace("Detected", "")
    assert "cat" in document(grave, "feline", humour=2)


@given(strategies.incidents(), st.sampled_from(FIVE), st.integers(0, 3), st.sampled_from(["internal", "public"]))
@settings(max_examples=150)
def test_nothing_from_outside_breaks_the_document(incident: Incident, name: str, level: int, audience: str) -> None:
    asked = theme(name)
    text = document(incident, name, humour=level, audience=audience)
    assert text == document(incident, name, humour=level, audience=audience)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    tokens = READER.parse(text)
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1
    assert not [token for token in tokens if token.type == "html_block"]
    inlines = [child for token in tokens for child in token.children or []]
    assert not [child for child in inlines if child.type == "html_inline"]
    expected = [asked.headings[key] for key in ("timeline", "actions")]
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0
    ]
    for words in expected:
        assert [heading for heading in headings if words in heading]
    if asked.layout.timeline == "table" and any(not entry.struck for entry in incident.entries):
        shown = incident.entries if audience == "internal" else for_public(incident).entries
        visible = [entry for entry in shown if not entry.struck and (audience == "internal" or not entry.internal)]
        rows = [row for row in section(text, asked.headings["timeline"]).split("\n") if row.startswith("|")]
        assert len(rows) == (len(visible) + 2 if visible else 0)


def test_evidence_is_shown_word_for_word_without_credentials_and_not_to_the_public() -> None:
    kept = (
        Evidence("docker ps", "NAME  STATUS\nbackend  Exited (137)\n```\npassword=hunter2\n"),
        Evidence("graph", url="https://graphs.example/1"),
    )
    entries = (Entry("1", "The container is gone.", START, evidence=kept), Entry("2", "No evidence.", START))
    incident = replace(OUTAGE, entries=entries)
    text = document(incident)
    assert section(text, "Evidence").strip() == (
        "**November 21, 2025, 7:46:45 PM UTC, docker ps:**\n\n"
        "````text\nNAME  STATUS\nbackend  Exited (137)\n```\npassword=REDACTED\n````"
    )
    assert "Evidence" not in document(replace(OUTAGE, entries=entries[1:]))
    public = render(incident, theme("plain"), now=NOW, audience="public")
    assert "Exited" not in public
    assert "Evidence" not in public

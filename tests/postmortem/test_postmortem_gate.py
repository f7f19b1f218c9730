"""The gate of a public document: what it stops, what it lets through, and that nothing slips past it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leaks_corpus import GIVES_AWAY, GIVES_NOTHING_AWAY
from samples import NOW, SAMPLES, theme
from warroom.cli.as_json import dumped
from warroom.cli.incident_json import public_as_json
from warroom.incident.durations import downtimes, durations
from warroom.incident.model import Action, Entry, Evidence, Fields, Impact, Incident, Postmortem, Revision, Section
from warroom.postmortem.gate import cleared, leaks, left, secrets
from warroom.postmortem.markdown import render
from warroom.postmortem.public import for_public
from warroom.text.redact import MASK

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def incident(*texts: str, **parts: object) -> Incident:
    entries = tuple(Entry(str(n), text, START + timedelta(minutes=n)) for n, text in enumerate(texts))
    return Incident(Fields("x", "Outage"), entries=entries, **parts)  # type: ignore[arg-type]  # each to its own part


def kinds(text: str) -> set[tuple[str, str]]:
    return {(leak.kind, leak.value) for leak in leaks(incident(text))}


@pytest.mark.parametrize(("kind", "text", "value"), GIVES_AWAY)
def test_what_gives_something_away_is_found_and_masked(kind: str, text: str, value: str) -> None:
    assert (kind, value) in kinds(text)
    record = incident(text)
    document = render(cleared(record, leaks(record), ()), theme("plain"), now=NOW, audience="public")
    assert value not in document
    assert MASK in document
    assert left(document) == ()


def test_a_credential_that_an_edit_took_out_is_still_in_the_file_and_named() -> None:
    record = incident("all is well")
    edit = Revision("r1", START, "ana", before={"text": "password=hunter22"})
    record = replace(record, entries=(replace(record.entries[0], revisions=(edit,)),))
    (found,) = secrets(record)
    assert (found.value, found.where) == ("hunter22", "the revisions of an entry, in the file alone (0)")
    assert leaks(record) == ()


@pytest.mark.parametrize("text", GIVES_NOTHING_AWAY)
def test_what_gives_nothing_away_passes(text: str) -> None:
    assert kinds(text) == set()


def test_a_person_is_known_from_the_record() -> None:
    record = replace(
        incident("Ana restarted it, then Silva looked; banana and backend stayed", "bert's idea", "core dump found"),
        roles={"commander": "Ana Silva"},
        actions=(Action("a", "Talk to Carl", owner="carl"),),
    )
    record = replace(
        record, entries=tuple(map(lambda e, by: replace(e, by=by), record.entries, ("bert", "core", "backend")))
    )
    record = replace(record, fields=replace(record.fields, services=("backend",)))
    found = {leak.value for leak in leaks(record) if leak.kind == "person"}
    assert found == {"Ana", "Silva", "bert", "Carl"}


def test_whoever_is_mentioned_anywhere_is_known_by_name_elsewhere() -> None:
    record = incident("@dora looked, then Dora asked Emil; @here and @channel heard", "see @types/node and x@y.z")
    hidden = Entry("h", "ask @emil and @finn-k", START, internal=True)
    record = replace(record, entries=(*record.entries, hidden), postmortem=Postmortem(lessons="Finn-K was asleep."))
    found = {leak.value for leak in leaks(record) if leak.kind == "person"}
    assert {value.casefold() for value in found} == {"dora", "emil", "finn-k"}
    told = render(cleared(record, leaks(record), ()), theme("plain"), now=NOW, audience="public")
    assert "@here" in told
    assert not [name for name in ("dora", "Dora", "Emil", "Finn") if name in told]


def test_a_login_of_two_names_is_known_by_each_of_them_and_a_team_is_nobody() -> None:
    record = incident("Gina restarted it", "Hale agreed", "the platform held, the team slept, the bot said so")
    entries = tuple(replace(entry, by="gina.hale") for entry in record.entries)
    record = replace(record, entries=entries, actions=(Action("a", "x", owner="Platform Team"),), roles={"x": "bot"})
    assert [leak.value for leak in leaks(record)] == ["Gina", "Hale"]


def test_machines_of_the_evidence_are_known() -> None:
    shown = "shop7 was slow, db.shop.com refused, pay.shop.com and web-eu hung, as did backend and cache"
    pieces = (
        Evidence("target", url="https://pay.shop.com/health"),
        Evidence("log", "connect to db.shop.com:5432 failed; shop7:80 too; http://backend:8000 and http://cache/x"),
    )
    hidden = Entry("h", "ssh web-eu.shop.com, or http://web-eu/", START, internal=True)
    record = incident(shown)
    record = replace(record, entries=(replace(record.entries[0], evidence=pieces), hidden))
    assert {leak.value for leak in leaks(record)} == {"shop7", "db.shop.com", "pay.shop.com", "web-eu"}
    assert leaks(incident(shown)) == ()


def test_a_service_is_called_by_its_name_though_a_machine_bears_it_too() -> None:
    record = replace(incident("shop-api was slow"), fields=Fields("x", "Outage", services=("shop-api",)))
    assert leaks(record, ["shop-api"]) == ()
    assert [leak.value for leak in leaks(incident("shop-api was slow"), ["shop-api"])] == ["shop-api"]


def test_hosts_of_the_configuration_are_known() -> None:
    record = incident("api.shop.com was slow, so was https://api.shop.com/x; myapi.shop.com.au was not")
    assert [leak.value for leak in leaks(record, ["api.shop.com"])] == ["api.shop.com"]
    assert leaks(record) == ()


def test_a_command_of_the_record_is_known_where_somebody_quotes_it() -> None:
    record = incident("`systemctl restart nginx` helped, `nginx is down` did not")
    record = replace(record, entries=(*record.entries, Entry("c", "", START, command="systemctl restart nginx")))
    assert [leak.value for leak in leaks(record)] == ["systemctl restart nginx"]


def test_one_value_is_one_finding_with_a_name_that_stays() -> None:
    record = incident("10.0.0.1 is down", "10.0.0.1 is up", "10.0.0.2 is down")
    first, second = leaks(record)
    assert first.name == leaks(incident("again 10.0.0.1"))[0].name
    assert first.name != second.name
    assert str(first).startswith(f"{first.name}: an IP address in the entry of 2026-11-21T10:00:00")


def test_what_was_accepted_stays_and_the_rest_goes() -> None:
    record = incident("10.0.0.1 and 10.0.0.2", "the code word=x and password: NoSecret1", "password: Secret1234")
    found = {leak.value: leak for leak in leaks(record)}
    accepted = [found["10.0.0.1"], found["NoSecret1"]]
    told = render(
        cleared(record, [found["10.0.0.2"], found["Secret1234"]], accepted),
        theme("plain"),
        now=NOW,
        audience="public",
        keep=("NoSecret1",),
    )
    assert "10.0.0.1" in told
    assert "NoSecret1" in told
    assert "10.0.0.2" not in told
    assert "Secret1234" not in told
    assert [leak.value for leak in left(told)] == ["10.0.0.1"]


def test_the_public_hears_nothing_of_these_but_the_same_durations() -> None:
    record = Incident(
        Fields("x", "Outage", status="resolved"),
        roles={"commander": "PRIVATE"},
        impact=Impact("Nobody could log in.", internal="PRIVATE", revenue="PRIVATE", support_cases="PRIVATE"),
        postmortem=Postmortem(summary="PRIVATE", public_summary="It broke.", reviewer="PRIVATE"),
        actions=(Action("a", "Fix it", owner="PRIVATE", url="https://PRIVATE/1"),),
        entries=(
            Entry("1", "PRIVATE", START, "PRIVATE", kind="command", mark="started", command="PRIVATE"),
            Entry("2", "PRIVATE", START + timedelta(minutes=1), internal=True, mark="detected"),
            Entry("3", "PRIVATE", START + timedelta(minutes=2), kind="ask", to="PRIVATE"),
            Entry(
                "4", "PRIVATE", START + timedelta(minutes=2), kind="health", service="api", state="down", internal=True
            ),
            Entry("5", "roles", START, kind="change", field="roles.commander", old="PRIVATE", new="PRIVATE"),
            Entry("6", "PRIVATE", START, struck=True, mark="started"),
            Entry("7", "Looked.", START + timedelta(minutes=3), "PRIVATE", evidence=(Evidence("x", "PRIVATE"),)),
            Entry("8", "api up", START + timedelta(minutes=4), kind="health", service="api", state="up"),
            Entry("9", "Over.", START + timedelta(minutes=5), "PRIVATE", mark="resolved", command="PRIVATE", exit=3),
        ),
    )
    public = for_public(record)
    assert "PRIVATE" not in repr(replace(public, postmortem=replace(public.postmortem, section=())))
    assert durations(public) == durations(record)
    assert downtimes(public.entries) == ()
    assert for_public(public) == public
    told = render(record, theme("plain"), now=NOW, audience="public")
    assert "PRIVATE" not in told
    assert "It broke." in told
    assert "detect 1 min" in told


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("style", ["plain", "feline"])
def test_no_text_of_a_document_is_out_of_the_gates_sight(name: str, style: str) -> None:
    """Every part of the record carries an address; what the gate found and masked is all there is."""

    def marked(text: str) -> str:
        return f"{text} 10.1.2.3" if text else text

    sample = SAMPLES[name]
    prose = sample.postmortem
    record = replace(
        sample,
        fields=replace(sample.fields, title=marked(sample.fields.title), services=("api 10.1.2.3",)),
        impact=Impact("a 10.1.2.3", "b 10.1.2.3", "c 10.1.2.3", "d 10.1.2.3", "e 10.1.2.3", "f 10.1.2.3", "10.1.2.3"),
        postmortem=replace(prose, conclusion="10.1.2.3", section=(Section("More 10.1.2.3", "Text 10.1.2.3"),)),
        actions=tuple(replace(a, title=marked(a.title), detail=marked(a.detail)) for a in sample.actions),
        entries=tuple(replace(e, text=marked(e.text), service="10.1.2.3") for e in sample.entries),
    )
    (leak,) = [leak for leak in leaks(record) if leak.value == "10.1.2.3"]
    assert "10.1.2.3" in render(record, theme(style), now=NOW, audience="public", humour=3)
    assert "10.1.2.3" not in render(cleared(record, [leak], ()), theme(style), now=NOW, audience="public", humour=3)
    assert "10.1.2.3" not in dumped(public_as_json(cleared(record, [leak], ())))

"""What a file shows at a glance: whole where it is short, its head where long or torn, nothing where it is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from warroom.files.glance import from_head, glance
from warroom.files.places import Head
from warroom.files.store import create
from warroom.incident.model import Entry, Fields, Incident

INCIDENT = Incident(
    Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", status="identified", timezone="Asia/Tokyo"),
    entries=(Entry(id="e-1", text="looked", by="ana"), Entry(id="e-2", text="found", by="ana")),
)


def test_a_short_file_is_seen_whole(tmp_path: Path) -> None:
    assert glance(str(create(tmp_path, INCIDENT))) == INCIDENT


def test_of_a_long_file_the_head_is_seen(tmp_path: Path) -> None:
    entries = tuple(Entry(id=f"e-{n:05}", text="looked at a part of it " * 10, by="ana") for n in range(1500))
    found = glance(str(create(tmp_path, replace(INCIDENT, entries=entries))))
    assert found is not None
    assert found.fields == INCIDENT.fields
    assert not found.entries


def test_of_a_torn_file_the_head_is_seen_and_nothing_is_mended(tmp_path: Path) -> None:
    path = create(tmp_path, INCIDENT)
    torn = path.read_bytes() + b'[[timeline]]\nid = "e-3"\ntext = "in the mid'
    path.write_bytes(torn)
    found = glance(str(path))
    assert found is not None
    assert found.fields == INCIDENT.fields
    assert path.read_bytes() == torn
    assert [one.name for one in tmp_path.iterdir() if one.suffix != ".lock"] == [path.name]


@pytest.mark.parametrize("data", [None, b"\xff\xfe", b"title = "], ids=["missing", "no text", "no TOML"])
def test_of_what_is_no_incident_nothing_is_seen(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "2026-11-21-outage.toml"
    if data is not None:
        path.write_bytes(data)
    assert glance(str(path)) is None


def test_what_a_head_does_not_say_or_says_oddly_is_the_default() -> None:
    odd = Head("2026-11-21-outage.toml", {"title": 3, "severity": "sev9", "status": ["open"]})
    assert from_head(odd) == Incident(Fields("2026-11-21-outage", ""))

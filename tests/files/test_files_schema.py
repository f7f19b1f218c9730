"""The schema and the page of the format: what they say is what the program reads and writes."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import tomli
from hypothesis import given

import strategies
from warroom.files.codec import decode, encode
from warroom.files.doctor import examine
from warroom.files.schema import schema
from warroom.files.store import Store
from warroom.incident import kinds
from warroom.incident.model import ACTION_FIELDS, ENTRY_FIELDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "incident-file.md"


def example() -> bytes:
    found = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found
    return found[1].encode()


def test_the_example_of_the_documentation_is_an_incident(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21-backend-outage.toml"
    path.write_bytes(example())
    assert examine(path) == []
    incident = Store(path).load()
    assert decode(encode(incident), "x") == incident
    assert len(incident.entries) == 5
    assert incident.entries[3].took == 1.25
    assert incident.actions[0].due == date(2026, 12, 1)


def test_the_documentation_names_every_kind_of_entry_and_every_milestone() -> None:
    for key, known in (("kind", kinds.KINDS), ("mark", kinds.MARKS)):
        (row,) = re.findall(rf"^\| `{key}` \| .*$", DOCUMENT.read_text(), re.MULTILINE)
        assert set(known) <= set(re.findall(r"`([a-z-]+)`", row))


def test_the_documentation_names_every_key() -> None:
    text = DOCUMENT.read_text()
    definitions = schema()["$defs"]
    names = {*schema()["properties"], *(name for told in definitions.values() for name in told["properties"])}
    missing = [name for name in names if not re.search(rf"`(\[+)?(postmortem\.)?{name}(\]+)?`", text)]
    assert missing == []


def test_the_schema_says_what_the_model_says() -> None:
    told = schema()
    json.dumps(told)
    assert tuple(told["$defs"]["Entry"]["properties"]) == ENTRY_FIELDS
    assert tuple(told["$defs"]["Action"]["properties"]) == ACTION_FIELDS
    assert told["required"] == ["format", "id", "title"]
    assert told["type"] == "object"
    assert told["properties"]["format"]["const"] == 1
    assert told["properties"]["roles"]["additionalProperties"] == {"type": "string"}
    for name, kind in (("impact", "Impact"), ("comms", "Comms"), ("postmortem", "Postmortem")):
        assert told["properties"][name]["$ref"] == f"#/$defs/{kind}"
    for name, kind in (("accepted", "Accepted"), ("action", "Action"), ("timeline", "Entry")):
        listed = {key: item for key, item in told["properties"][name].items() if key != "title"}
        assert listed == {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}}
    required = [told["$defs"][name]["required"] for name in ("Entry", "Action")]
    assert required == [[], ["title"]], "whoever writes by hand needs no id"
    assert {definition["type"] for definition in told["$defs"].values()} == {"object"}
    assert told["properties"]["severity"]["default"] == "unset"
    assert "null" not in json.dumps(told)
    assert told["$defs"]["Entry"]["properties"]["at"] == {"type": "string", "format": "date-time"}
    assert told["$defs"]["Action"]["properties"]["due"] == {"type": "string", "format": "date"}


@given(strategies.incidents())
@strategies.examples(40)
def test_every_file_that_is_written_fits_the_schema(incident: Any) -> None:
    told = schema()
    assert list(misfits(json.loads(json.dumps(tomli.loads(encode(incident).decode()), default=str)), told, told)) == []


KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def misfits(value: Any, told: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    """A validator for the part of JSON Schema that is used."""
    if "$ref" in told:
        told = root["$defs"][told["$ref"].rpartition("/")[2]]
    if "anyOf" in told:
        if all(list(misfits(value, one, root)) for one in told["anyOf"]):
            yield f"{value!r} fits none of {told['anyOf']}"
        return
    if "type" in told and not isinstance(value, KINDS[told["type"]]):
        yield f"{value!r} is no {told['type']}"
    elif ("enum" in told and value not in told["enum"]) or ("const" in told and value != told["const"]):
        yield f"{value!r} is not allowed by {told}"
    elif isinstance(value, dict):
        yield from (f"{name} is missing" for name in told.get("required", ()) if name not in value)
        properties = told.get("properties", {})
        for name, item in value.items():
            yield from misfits(item, properties.get(name, told.get("additionalProperties", {})), root)
    elif isinstance(value, list):
        for item in value:
            yield from misfits(item, told["items"], root)

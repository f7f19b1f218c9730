"""The short way of setting one word: it does what the long way does, or leaves the file alone."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from filekit import NOW, SOURCE, change, entry, new_file
from warroom.files import disk, swift
from warroom.files.block import block
from warroom.files.codec import decode, encode
from warroom.files.errors import BrokenFileError
from warroom.files.store import Store
from warroom.incident.changes import Add, Set, apply, read
from warroom.incident.kinds import SEVERITIES, STATUSES
from warroom.incident.model import Entry, Incident

FIELDS = {"id": "new", "at": NOW, "by": "ana", "kind": "change", "text": 'it\'s "moved"'}
ADDED = Add(Entry(**FIELDS))  # type: ignore[arg-type]


def swiftly(data: bytes, path: str, old: str, new: str) -> bytes | None:
    parts = swift.edited(data, tuple(path.split(".")), old, new, block(FIELDS), SOURCE)
    return None if parts is None else b"".join(parts)


@given(strategies.incidents(), st.sampled_from(["severity", "status", "roles.commander"]), st.data())
@strategies.examples(100)
def test_the_law_of_writing_holds_on_the_short_way_too(incident: Incident, path: str, data: st.DataObject) -> None:
    known = {"severity": SEVERITIES, "status": STATUSES, "roles.commander": ("cleo", 'o"d', "日本")}[path]
    new, old = data.draw(st.sampled_from(known)), str(read(incident, path))
    written = swiftly(encode(incident), path, old, new)
    if written is not None:
        expected = apply(incident, change(Set(path, new), ADDED))
        assert decode(written, SOURCE) == expected


HEAD = 'format = 1\nid = "x"\ntitle = "y"\nseverity = "sev2" # as of now\n'


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + '\n[[timeline]]\nid = "a"\ntext = "b"\n',
        HEAD + '[roles]\ncommander = "ana"\n# above\n[[timeline]]\nid = "a"\ntext = "b"\n',
        "\ufeff" + HEAD,
    ],
)
def test_every_other_byte_stays(text: str) -> None:
    written = swiftly(text.encode(), "severity", "sev2", "sev1")
    assert written == text.replace('"sev2"', '"sev1"').encode() + block(FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace('"sev2"', "'sev2'"),
        HEAD.replace('"sev2"', '"sev3"'),
        HEAD.replace("severity", "[other]\nseverity"),
        HEAD.replace("severity = ", "# severity = "),
        HEAD.rstrip("\n"),
        HEAD + "timeline = []\n",
        HEAD + '[[timeline]]\nid = "a"\ntext = "b"\n[later]\nx = 1\n',
        HEAD + '[[timeline]]\nid = "a"\n',
        HEAD + 'x = "unclosed\n[[timeline]]\nid = "a"\ntext = "b"\n',
    ],
)
def test_what_is_unusual_takes_the_long_way(text: str) -> None:
    assert swiftly(text.encode(), "severity", "sev2", "sev1") is None


class TestOnDisk:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return new_file(tmp_path, entry("a", "first"))

    def test_word_and_entry_are_there_in_one_step(self, path: Path) -> None:
        old = Store(path).load().fields.severity
        assert swift.set_word(str(path), ("severity",), old, "sev1", FIELDS)
        after = Store(path).load()
        assert after.fields.severity == "sev1"
        assert after.entries[-1] == ADDED.entry

    def test_a_side_file_or_a_change_in_between_sends_it_the_long_way(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = Store(path).load().fields.severity
        before = path.read_bytes()
        side = Path(disk.side_path(str(path)))
        side.touch()
        assert not swift.set_word(str(path), ("severity",), old, "sev1", FIELDS)
        side.unlink()

        def meanwhile(*_: object) -> None:
            raise disk.ChangedMeanwhileError

        monkeypatch.setattr(disk, "replace", meanwhile)
        assert not swift.set_word(str(path), ("severity",), old, "sev1", FIELDS)
        assert path.read_bytes() == before

    def test_a_save_while_it_writes_is_not_overwritten(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        old = Store(path).load().fields.severity
        made = swift.edited

        def late(*arguments: Any) -> Any:
            path.write_bytes(b"# typed meanwhile\n" + path.read_bytes())
            return made(*arguments)

        monkeypatch.setattr(swift, "edited", late)
        assert not swift.set_word(str(path), ("severity",), old, "sev1", FIELDS)
        assert path.read_bytes().startswith(b"# typed meanwhile\n")
        assert Store(path).load().fields.severity == old

    def test_a_file_that_asks_for_care_is_left_alone(self, path: Path) -> None:
        before = path.read_bytes()
        assert not swift.set_word(str(path), ("severity",), "sev4", "sev1", FIELDS)
        assert path.read_bytes() == before

    def test_a_fault_names_the_file(self, path: Path) -> None:
        path.write_bytes(path.read_bytes() + b"stray words\n")
        with pytest.raises(BrokenFileError, match=rf"^{path}:"):
            swift.set_word(str(path), ("severity",), "unset", "sev1", FIELDS)

"""Changes of the head that a person made in an editor, as entries: the file wins, and the record says so."""

from datetime import UTC, datetime
from hashlib import sha256

from warroom.files.disk import Signature
from warroom.incident.amend import change_fields, leaves_entry
from warroom.incident.changes import HEAD_PATHS, Set, read
from warroom.incident.model import Entry, Incident


def _logged_paths(before: Incident, after: Incident) -> list[str]:
    paths = sorted(path for path in HEAD_PATHS if leaves_entry(path))
    roles = sorted(f"roles.{name}" for name in {*before.roles, *after.roles})
    return [path for path in (*paths, *roles) if read(before, path) != read(after, path)]


def hand_edits(before: Incident, after: Incident, seen: Signature) -> list[Entry]:
    """An entry for each field that differs and that no new entry tells of; `seen` is the signature of the file.

    Entry and id follow from the edit alone, so that two war rooms that see it write one entry, not two.
    """
    known = {found.id for found in before.entries}
    told = {(found.field, found.new) for found in after.entries if found.kind == "change" and found.id not in known}
    edits = [_hand_edit(before, Set(path, read(after, path)), seen) for path in _logged_paths(before, after)]
    return [found for found in edits if (found.field, found.new) not in told]


def _hand_edit(before: Incident, edit: Set, seen: Signature) -> Entry:
    fields = change_fields(before, edit)
    modified = seen[3]
    key = f"{before.fields.id} {modified} {fields['field']} {fields['old']} {fields['new']}"
    return Entry(
        id=f"edit-{sha256(key.encode()).hexdigest()[:24]}",
        text=f"{fields['text']} (edited in the file)",
        at=datetime.fromtimestamp(modified // 1_000_000_000, UTC),
        kind="change",
        field=fields["field"],
        old=fields["old"],
        new=fields["new"],
    )

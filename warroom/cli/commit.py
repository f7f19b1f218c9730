"""Changes of more than one append: the incident is loaded, changed and committed whole."""

from dataclasses import replace
from datetime import datetime

from warroom.cli.target import Target
from warroom.config.stamps import new_id
from warroom.files.store import Store
from warroom.incident.amend import amendment, change_fields, leaves_entry
from warroom.incident.changes import Add, Change, Edit, Stamp, apply
from warroom.incident.model import Entry, Incident
from warroom.incident.reviewed import with_review


class OpenStore:
    """A loaded incident; `commit` makes one Change of edits, on disk when it returns. FileError."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._store = Store(target.path)
        self.incident: Incident = self._store.load()

    def tell(self) -> None:
        """Says what a person should know of the file, once."""
        self._target.tell(self._store.notices)
        self._store.notices.clear()

    def commit(self, *edits: Edit) -> None:
        change = Change(edits, Stamp(new_id(), self._target.now, self._target.author()))
        self._store.commit(change)
        self.tell()
        self.incident = apply(self.incident, change)

    def amendment(
        self, field: str, value: str, *, at: datetime | None = None, text: str = ""
    ) -> tuple[tuple[Edit, ...], str]:
        """The edits that give a field a value, with the entry that keeps old and new; and what changed, in words.

        `text` takes the place of the entry's own. No edits where the field says so already. AmendError for an unknown
        field or value.
        """
        edit = amendment(self.incident, field, value)
        if edit is None:
            return (), ""
        fields = change_fields(self.incident, edit)
        told = fields["text"]
        if not leaves_entry(edit.path):
            return with_review(self.incident, (edit,), self._target.author(), self._target.now), told
        moment = at or self._target.now
        entry = Entry(new_id(), at=moment, by=self._target.author(), **fields)  # type: ignore[arg-type]
        entry = replace(entry, text=text or told, logged_at=self._target.logged_at(moment))
        return (edit, Add(entry)), told

"""What an incident file shows at a glance, before anybody opens it to write."""

import os
from typing import Final

from warroom.files.codec import decode
from warroom.files.disk import read
from warroom.files.errors import FileError
from warroom.files.places import Head, read_head
from warroom.incident.kinds import SEVERITIES, STATUSES
from warroom.incident.model import Fields, Incident

_SHORT: Final = 1 << 18
"""So many bytes are read and understood within the blink of an eye: some 1,300 entries."""


def glance(path: str) -> Incident | None:
    """The whole incident where its file is short, else what its head says; None where nothing can be read.

    Takes no lock and mends nothing: whoever opens the file to write does both, and says what is wrong with it.
    """
    try:
        if os.stat(path).st_size <= _SHORT:
            return decode(read(path)[0], path)
    except (FileError, OSError):
        pass  # a torn end, say: the head may stand all the same
    head = read_head(path)
    return None if head.error is not None else from_head(head)


def from_head(head: Head) -> Incident:
    """What can be shown before the whole file is read; values that are not known are left at their default."""
    severity, status = head.text("severity"), head.text("status")
    return Incident(
        Fields(
            id=head.id,
            title=head.text("title"),
            severity=next((known for known in SEVERITIES if known == severity), "unset"),
            status=next((known for known in STATUSES if known == status), "investigating"),
            timezone=head.text("timezone", "UTC"),
        )
    )

"""What a process stamps its entries with: the present and fresh ids. Light."""

import os
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present in UTC, to the millisecond: finer than that nobody logs."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def new_id() -> str:
    from warroom.incident.ids import uuid7

    return uuid7(time.time_ns(), os.urandom(8))

"""The packaged themes and sample incidents, for the tests of the document."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from warroom.files.codec import decode
from warroom.incident.model import Incident
from warroom.voice import Theme, find

ROOT: Final = Path(__file__).parents[1]
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
FIVE: Final = ("plain", "sre", "quest", "party", "feline")
SAMPLES: Final[dict[str, Incident]] = {
    path.stem: decode(path.read_bytes(), path.name) for path in sorted((ROOT / "sample_incidents").glob("*.toml"))
}


@cache
def theme(name: str) -> Theme:
    return find(name, [ROOT / "themes"])


def section(text: str, heading: str) -> str:
    """What stands below a heading of a document, which is there."""
    found = re.search(rf"^## (?:[0-9]+\. )?{heading}[^\n]*\n\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {heading} in\n{text}"
    return found[1].strip()

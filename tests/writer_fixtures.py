"""Fixtures of the writer: an incident file, and a writer at work on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filekit import Desk, entry, new_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path / "incidents", entry("e1"), entry("e2"))


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    found = Desk(path)
    yield found
    found.writer.close(30)
    assert not found.writer._thread.is_alive()

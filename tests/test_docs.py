"""The documentation follows the code: what is written from it is current."""

from collections.abc import Callable

import pytest

from docs.made.__main__ import PARTS, ROOT, written


@pytest.mark.parametrize(("path", "name", "make"), PARTS, ids=[f"{path}:{name}" for path, name, _ in PARTS])
def test_what_is_made_from_the_code_is_current(path: str, name: str, make: Callable[[], str]) -> None:
    page = (ROOT / path).read_text(encoding="utf-8")
    assert page == written(page, name, make()), "make docs"


def test_a_page_without_a_place_for_a_part_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place for keys"):
        written("nothing here\n", "keys", "")

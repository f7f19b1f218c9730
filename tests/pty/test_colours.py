"""The list of themes on a terminal: each in its own colours, and in none where none are wanted."""

from pathlib import Path

from house import a_house


def test_each_theme_shows_its_colours_and_none_where_none_are_wanted(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        coloured = house.room("themes")
        plain = house.room("themes", environ={"NO_COLOR": "1"})
        coloured.wait()
        plain.wait()
        assert " DOWN hissing  DEGR sulking  UP purring " in coloured.screen
        assert " DOWN hissing  DEGR sulking  UP purring " in plain.screen
        assert b"38;2;255;148;136" in coloured.raw  # what went wrong, in feline
        assert b"38;2;" not in plain.raw

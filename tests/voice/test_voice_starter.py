"""A new theme begins as a commented file that loads as it is, and as every line in it that is a comment."""

import re
from pathlib import Path

import pytest

from warroom.voice import ThemeError, find, load
from warroom.voice.starter import STARTER, create

THEMES = Path(__file__).parents[2] / "themes"


def test_a_new_theme_loads_and_is_that_which_it_builds_on(tmp_path: Path) -> None:
    path = create("mine", tmp_path / "themes", THEMES)
    theme, plain = load(path, [THEMES]), find("plain", [THEMES])
    assert theme.name == "mine"
    assert theme.layout == plain.layout
    assert theme.palette == plain.palette
    assert theme.headings == plain.headings


def test_every_line_of_the_starter_works_without_its_comment_sign(tmp_path: Path) -> None:
    text = (THEMES / STARTER).read_text()
    active = re.sub(r"^# (?=[a-z_-]+ = |\[\[)", "", text, flags=re.MULTILINE)
    assert active.count("\n# ") < text.count("\n# ") - 25
    path = tmp_path / "active.toml"
    path.write_text(active)
    theme = load(path, [THEMES])
    assert theme.states["down"] == "on strike"
    assert theme.phrases["action"][1] == "{text} Gently."
    assert theme.layout.stamp == "bold"
    assert [telling.text for telling in (*theme.opening, *theme.footnote)] == [
        "It took {duration}.",
        "Written with care.",
    ]


def test_the_starter_explains_every_key_there_is(tmp_path: Path) -> None:
    text = (THEMES / STARTER).read_text()
    for table, front in (("", ""), ("document", "[document]\n")):
        path = tmp_path / "odd.toml"
        path.write_text(f"{front}quite_unlike_any_other = 1\n")
        with pytest.raises(ThemeError) as caught:
            load(path, [THEMES])
        known = caught.value.reason.partition("known here: ")[2].split(", ")
        assert len(known) > 12
        missing = [key for key in known if not re.search(rf"^(?:# )?(?:\[+{key}\]|{key} =)", text, re.MULTILINE)]
        assert missing == [], table


def test_a_theme_that_is_there_stays(tmp_path: Path) -> None:
    path = create("mine", tmp_path, THEMES)
    path.write_text("# mine\n")
    with pytest.raises(ThemeError, match=r"mine.toml: is there already; edit it, or choose another name"):
        create("mine", tmp_path, THEMES)
    assert path.read_text() == "# mine\n"


@pytest.mark.parametrize("name", ["", "Mine", "../mine", "a b", "-x", "x" * 41])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ThemeError, match="a theme's name is of a-z"):
        create(name, tmp_path, THEMES)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ThemeError, match="cannot be written"):
        create("mine", tmp_path / "file" / "themes", THEMES)

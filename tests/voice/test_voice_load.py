"""Themes are read or refused in one line that names file, line, key and mend."""

from pathlib import Path

import pytest

from warroom.voice import Theme, ThemeError, find, load, names

THEMES = Path(__file__).parents[2] / "themes"
PLAIN = (THEMES / "plain.toml").read_text()


def write(directory: Path, name: str, text: str) -> Path:
    path = directory / f"{name}.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", names([THEMES]))
def test_every_packaged_theme_loads(name: str) -> None:
    theme = find(name, [THEMES])
    assert theme.name == name
    assert theme.description


def test_a_theme_takes_from_another_what_it_leaves_out(tmp_path: Path) -> None:
    write(tmp_path, "mine", 'extends = "feline"\n[palette]\nerror = "#ffffff"\n[headings]\nimpact = "Damage"\n')
    mine, feline = find("mine", [tmp_path, THEMES]), find("feline", [THEMES])
    assert mine.palette["error"] == "#ffffff"
    assert mine.palette["success"] == feline.palette["success"]
    assert mine.headings["impact"] == "Damage"
    assert mine.phrases == feline.phrases
    assert mine.opening == feline.opening
    assert mine.layout == feline.layout
    assert mine.description == feline.description


def test_an_empty_list_takes_nothing_over(tmp_path: Path) -> None:
    write(tmp_path, "mine", 'extends = "feline"\nopening = []\nthread = []\n[phrases]\naction = []\n')
    mine, feline = find("mine", [tmp_path, THEMES]), find("feline", [THEMES])
    assert (mine.opening, mine.threads, mine.phrases["action"]) == ((), (), ())
    assert mine.closing == feline.closing
    assert mine.phrases["note"] == feline.phrases["note"]


def test_the_first_directory_wins_and_may_build_on_what_it_covers(tmp_path: Path) -> None:
    write(tmp_path, "plain", 'extends = "plain"\n[headings]\nimpact = "Damage"\n')
    assert find("plain", [tmp_path, THEMES]).headings["impact"] == "Damage"
    assert names([tmp_path, THEMES])["plain"] == tmp_path / "plain.toml"


def test_no_order_of_parts_drops_one(tmp_path: Path) -> None:
    write(tmp_path, "short", 'extends = "plain"\n[document]\nsections = ["actions"]\nfacts = ["status"]\n')
    layout = find("short", [tmp_path, THEMES]).layout
    assert layout.sections[0] == "actions"
    assert set(layout.sections) == set(find("plain", [THEMES]).layout.sections)
    assert set(layout.facts) >= {"severity", "duration", "roles"}


@pytest.mark.parametrize(
    ("text", "line", "parts"),
    [
        ("[palette\n", 1, ["expected"]),
        ('extends = "plain"\n\n[palete]\n', 3, ["palete", "do you mean palette?"]),
        ('extends = "plain"\n[palette]\nerror = "redd"\n', 3, ["palette.error", "#1e66f5"]),
        ('extends = "plain"\n[headings]\nimpct = "x"\n', 3, ["headings.impct", "do you mean impact?"]),
        ('extends = "plain"\n[headings]\ntitle = "x"\n', 3, ["headings.title", "{title}"]),
        ('extends = "plain"\n[document]\nclock = 13\n', 3, ["document.clock", "12, 24"]),
        ('extends = "plain"\n[document]\nnumbered = 1\n', 3, ["document.numbered", "true, false"]),
        ('extends = "plain"\n[document]\nsections = ["sumary"]\n', 3, ["document.sections", "summary"]),
        ('extends = "plain"\n[document]\nsections = ["impact", "impact"]\n', 3, ["twice"]),
        ('extends = "plain"\n[phrases]\naction = ["no hole"]\n', 3, ["phrases.action", "phrase 1", "{text}"]),
        ('extends = "plain"\n[phrases]\naction = ["{text} {text}"]\n', 3, ["phrase 1"]),
        ('extends = "plain"\n[phrases]\naction = ["{text} at 9"]\n', 3, ["holds 9", "facts"]),
        ('extends = "plain"\n[phrases]\naction = ["{text} `rm`"]\n', 3, ["facts"]),
        ('extends = "plain"\n[phrases]\nacton = []\n', 3, ["phrases.acton", "do you mean action?"]),
        ('extends = "plain"\n[glyphs]\naction = ["▸", "▸"]\n', 3, ["glyphs.action", "ASCII"]),
        ('extends = "plain"\n[glyphs]\naction = ["🐾", ">"]\n', 3, ["glyphs.action", "one cell"]),
        ('extends = "plain"\n[glyphs]\naction = [">"]\n', 3, ["glyphs.action", "a sign and its ASCII form"]),
        ('extends = "plain"\n[puns]\nperfect = "purr fect"\n', 3, ["puns.perfect"]),
        ('extends = "plain"\n[puns]\nnot = "knot"\n', 3, ["puns.not", "a fact", "another word"]),
        ('extends = "plain"\n[puns]\nminutes = "mew-nutes"\n', 3, ["puns.minutes", "a fact"]),
        ('extends = "plain"\n[headings]\ntimeline = ""\n', 3, ["headings.timeline", "must not be empty"]),
        ('extends = "plain"\n[labels]\nseverity = " "\n', 3, ["labels.severity", "must not be empty"]),
        ('extends = "plain"\n[words]\nuntimed = ""\n', 3, ["words.untimed", "must not be empty"]),
        ('extends = "plain"\n[puns]\nDDoS = "dogs"\n', 3, ["puns.DDoS", "lower-case"]),
        ('extends = "plain"\n[[opening]]\ntext = "{who}"\n', 3, ["opening.1.text", "{who}", "{duration}"]),
        ('extends = "plain"\n[[opening]]\ntext = "{title!r:>99999999}"\n', 3, ["opening.1.text"]),
        ('extends = "plain"\n[[opening]]\ntext = "{title.__class__}"\n', 3, ["unknown placeholder"]),
        ('extends = "plain"\n[[opening]]\ntext = "{"\n', 3, ["brace"]),
        ('extends = "plain"\n[[closing]]\ntext = "x"\nat_least = "soon"\n', 4, ["closing.1.at_least", "duration"]),
        ('extends = "plain"\n[[closing]]\ntext = "x"\nseverity = "sev9"\n', 4, ["closing.1.severity", "sev1"]),
        ('extends = "plian"\n', 1, ["extends", "there is no theme 'plian'", "plain"]),
        ('extends = "bad"\n', 1, ["extends"]),
        ("dark = 'yes'\n", 1, ["dark", "true, false"]),
        ('extends = "plain"\n[[thread]]\nacton = "{text} x"\n', 3, ["thread.1.acton", "do you mean action"]),
        ('extends = "plain"\n[[thread]]\naction = "x"\n', 3, ["thread.1.action", "{text}"]),
        ('extends = "plain"\n[thread]\naction = "x"\n', 2, ["must be tables; write [[thread]]"]),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, line: int, parts: list[str]) -> None:
    path = write(tmp_path, "bad", text)
    with pytest.raises(ThemeError) as caught:
        load(path, [THEMES])
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_a_theme_that_builds_on_nothing_must_be_complete(tmp_path: Path) -> None:
    path = write(tmp_path, "alone", PLAIN.replace('impact = "Impact"\n', ""))
    with pytest.raises(ThemeError, match=r'headings.impact: missing; set it, or put extends = "plain" on top'):
        load(path)
    assert load(write(tmp_path, "whole", PLAIN)).headings["impact"] == "Impact"


def test_themes_that_build_on_each_other_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "one", 'extends = "two"\n')
    write(tmp_path, "two", 'extends = "one"\n')
    with pytest.raises(ThemeError, match=r"two.toml:1: extends: 'one' is built on this theme itself; name another one"):
        find("one", [tmp_path])


def test_unreadable_and_unknown_themes_are_named(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"gone.toml: cannot be read: No such file"):
        load(tmp_path / "gone.toml")
    with pytest.raises(ThemeError, match=r"there is no such theme; there are: .*feline.*plain"):
        find("felin", [THEMES])
    (tmp_path / "odd.toml").write_bytes(b"description = '\xff'\n")
    with pytest.raises(ThemeError, match=r"odd.toml:1: .*UTF-8"):
        load(tmp_path / "odd.toml")


def test_hostile_text_in_a_theme_is_made_visible(tmp_path: Path) -> None:
    path = write(tmp_path, "odd", 'extends = "plain"\ndescription = "a\\u001b[31mb"\n')
    theme: Theme = load(path, [THEMES])
    assert theme.description == "a␛[31mb"

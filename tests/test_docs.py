"""The documentation: what follows from the code is current, links and anchors lead somewhere, examples are valid."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.made import settings as settings_page
from docs.made.__main__ import PARTS, ROOT, written
from docs.made.outage_pictures import plain
from warroom.commands import keymap
from warroom.config.settings import read
from warroom.probes import Resources, build
from warroom.voice.load import load


@pytest.mark.parametrize(("path", "name", "make"), PARTS, ids=[f"{path}:{name}" for path, name, _ in PARTS])
def test_what_is_made_from_the_code_is_current(path: str, name: str, make: Callable[[], str]) -> None:
    page = (ROOT / path).read_text(encoding="utf-8")
    assert page == written(page, name, make()), "make docs"


def test_a_page_without_a_place_for_a_part_is_an_error() -> None:
    with pytest.raises(ValueError, match="no place for keys"):
        written("nothing here\n", "keys", "")


def site(root: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """Builds the site as `make docs` does."""
    (command,) = re.findall(r"\$\(BIN\)/(mkdocs build.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    build = [sys.executable, "-m", *command.split(), "--site-dir", str(into)]
    return subprocess.run(build, cwd=root, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("target", ["nowhere.md", "keys.md#nowhere", "nowhere.svg"])
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, target: str) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    page = tmp_path / "docs" / "themes.md"
    page.write_text(f"{page.read_text(encoding='utf-8')}\n[there]({target})\n", encoding="utf-8")
    done = site(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert target in done.stderr


def test_the_site_builds_and_no_link_or_anchor_leads_nowhere(tmp_path: Path) -> None:
    done = site(ROOT, tmp_path / "site")
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    built = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "site").glob("*.html")}
    assert pages <= built.keys()
    for name, page in built.items():
        fetched = re.findall(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["']?(https?://[^"' >]+)""", page)
        assert fetched == [], f"{name} fetches from elsewhere"


@pytest.mark.parametrize("page", ["warroom-toml.md", "keys.md"])
def test_the_examples_of_settings_are_valid(page: str) -> None:
    for example in re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL):
        settings = read(example.encode(), Path("warroom.toml"))
        build(settings, Resources({}))
        keymap(settings.keys)


def test_the_example_of_a_theme_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "themes.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "ours.toml"
    path.write_text(example, encoding="utf-8")
    theme = load(path, [ROOT / "themes"])
    assert theme.labels["dead-end"] == "Wrong turn"
    assert theme.phrases["action"] == ("{text} It needed doing.",)


def test_a_key_of_settings_without_a_meaning_is_an_error_and_a_meaning_without_a_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meanings = {table: dict(keys) for table, keys in settings_page.MEANINGS.items()}
    monkeypatch.setattr(settings_page, "MEANINGS", meanings)
    del meanings["http"]["method"]
    with pytest.raises(ValueError, match=r"\[http\]: nothing is said of method"):
        settings_page.tables()
    meanings["http"].update(method="The method.", colour="Nobody knows.")
    with pytest.raises(ValueError, match=r"\[http\]: there is no key colour"):
        settings_page.tables()


def test_the_files_that_the_architecture_names_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py|[a-z_]+\.py|[a-z_]+/)`", page)
    assert len(named) > 40
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / "warroom" / name).exists()]
    assert missing == []


OUTAGE = ("Backend outage", "connection refused", "docker compose")


def test_the_pictures_are_drawn_by_one_script_from_the_running_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docs.made.pictures", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")}
    assert drawn.keys() == {path.name for path in (ROOT / "docs").glob("*.svg")}
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    assert [name for name in drawn if f"{name})" not in pages] == [], "a picture that no page shows"
    for name in ("warroom.svg", "warroom-80x24.svg", "warroom-200x50.svg"):
        for picture in (drawn[name], (ROOT / "docs" / name).read_text(encoding="utf-8")):
            told = plain(picture)
            assert [words for words in OUTAGE if words not in told] == [], name
    for name in (name for name in drawn if name.startswith("theme-")):
        kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert plain(drawn[name]) == plain(kept), f"{name}: make picture"
    assert [name for name, picture in drawn.items() if re.search(r"(?:src|href)=.https?:|@font-face", picture)] == []

"""The page of results: every benchmark stands in it, with what it printed and whether its limits are kept."""

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import RESULTS, Ran, about, known, results
from benchmarks._figures import LEAD, told

ROOT = Path(__file__).parents[1]
FIGURE = "the cost | of a bare one | 1.2x | 2x | kept"
TABLE = "some words\n\n| what | x |\n|---|---:|\n| a | 1.20 |\n\nat most 2: kept\n" + LEAD + FIGURE


@pytest.mark.parametrize("name", known())
def test_every_benchmark_says_what_it_measures(name: str) -> None:
    assert re.fullmatch(r"[A-Z].{20,}\.", about(name))


def test_tables_stay_tables_and_all_else_is_text() -> None:
    ran = [Ran("one", "What one costs.", TABLE, True, 3.2), Ran("two", "What two costs.", "plain\n", False, 1.0)]
    ran.append(Ran("three", "What three costs.", f"{LEAD}the cost | of a bare one | 1.2x |  | \n", True, 1.0))
    page = "\n".join(results(ran))
    assert f"| What | Against | Figure | At most | |\n| --- | --- | --- | --- | --- |\n| {FIGURE} |" in page
    assert "| [one](#one) | What one costs. | kept |" in page
    assert "| [two](#two) | What two costs. | **missed** |" in page
    assert "| [three](#three) | What three costs. | none |" in page, "who promises nothing keeps nothing"
    shown = page.split("## one\n\nWhat one costs.\n\n")[1].split("\n\nLimits: kept; it took 3 s.")[0]
    assert [part for part in shown.split("\n") if part] == [
        "```text",
        "some words",
        "```",
        "| what | x |",
        "|---|---:|",
        "| a | 1.20 |",
        "```text",
        "at most 2: kept",
        "```",
    ]
    assert page.count("```") % 2 == 0


@pytest.mark.parametrize(
    ("figure", "kept", "row"), [(1.234, True, "1.23x | 2x | kept"), (2.1, False, "2.1x | 2x | **missed**")]
)
def test_a_figure_says_whether_it_keeps_its_limit(
    figure: float, kept: bool, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told("the cost", "of a bare one", figure, 2.0) is kept
    assert capsys.readouterr().out == f"{LEAD}the cost | of a bare one | {row}\n"


def test_the_results_are_those_of_the_benchmarks_there_are() -> None:
    assert re.findall(r"^## (\w+)$", RESULTS.read_text(encoding="utf-8"), re.MULTILINE) == known()


def test_the_readme_quotes_no_figure_that_was_not_measured() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    figures = re.findall(r"\b\d[\d,.]*(?: ?ms| times| MB| %)", re.sub(r"```.*?```", "", readme, flags=re.DOTALL))
    measured = RESULTS.read_text(encoding="utf-8")
    numbers = set(re.findall(r"\d[\d,.]*\d|\d", measured))
    assert [figure for figure in figures if figure.split()[0].rstrip("ms") not in numbers] == []

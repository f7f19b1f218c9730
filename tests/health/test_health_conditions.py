"""The condition language: what parses, what holds, and what each refusal says."""

from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.health.conditions import ConditionError, Dimension, evaluate, judge, parse, shown
from warroom.health.results import Level

SEES: dict[str, Dimension] = {
    "status": "number",
    "latency": "seconds",
    "body": "text",
    "body.len": "bytes",
    "json": "any",
    "header": "any",
    "cert": "seconds",
    "used": "percent",
    "value": "number",
}
VALUES: dict[str, Any] = {
    "status": 200,
    "latency": 0.25,
    "body": "all is well\nversion 1.2.3",
    "body.len": 25,
    "json": {"status": "ok", "db": {"lag_s": 3, "hosts": ["a", "b"]}, "odd key": 1, "none": None, "on": True},
    "header": {"content-type": "application/json"},
    "cert": 30 * 86400.0,
    "used": 61.5,
    "value": 0.0,
}


@pytest.mark.parametrize(
    "text",
    [
        "status == 200",
        "status != 500",
        "status in [200, 204]",
        "status not in [500, 503,]",
        "latency < 300ms",
        "latency <= 0.25s",
        "latency > 249ms",
        "cert > 21d",
        "cert >= 4w",
        "body contains 'is well'",
        'body not contains "error"',
        r"body matches 'version \\d+\\.\\d+'",
        r"body matches 'version \d+\.\d+'",
        r"body not contains 'it\'s \\ down'",
        "body.len < 1KiB",
        "body.len >= 25B",
        "json.status in ['ok', 'degraded']",
        "json.db.lag_s < 5",
        "json.db.lag_s < 5s",
        "json.db.hosts[0] == 'a'",
        "json.db.hosts[-1] == 'b'",
        "json.db.hosts contains 'b'",
        "json.db.hosts == ['a', 'b']",
        "json.db contains 'lag_s'",
        "json['odd key'] == 1",
        "json.'odd key' == 1",
        "json.none == null",
        "json.on == true",
        "json.on != 1",
        "header.content-type contains 'json'",
        "used < 85%",
        "used > 61.4%",
        "value == 0",
        "value > -1e-3",
    ],
)
def test_a_condition_that_is_true_holds(text: str) -> None:
    verdict = evaluate(parse(text, SEES), VALUES)
    assert verdict.held, verdict.reason
    assert verdict.reason == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("status == 503", "status == 503: got 200"),
        ("latency < 100ms", "latency < 100ms: got 250ms"),
        ("cert > 5w", "cert > 5w: got 4.28571w"),
        ("body.len >= 1KiB", "body.len >= 1KiB: got 0.0244141KiB"),
        ("used in [50%, 60%]", "used in [50%, 60%]: got 61.5%"),
        ("json.db.lag_s > 5m", "json.db.lag_s > 5m: got 0.05m"),
        ("json.status == 5s", "json.status == 5s: got ok"),
        ("json.db.lag_s > 5", "json.db.lag_s > 5: got 3"),
        ("json.nothing == 1", "json.nothing == 1: json.nothing is missing"),
        ("json.db.hosts[2] == 'c'", "json.db.hosts[2] == 'c': json.db.hosts[2] is missing"),
        ("json.status.deeper == 1", "json.status.deeper == 1: json.status.deeper is missing"),
        ("json.status < 5", "json.status < 5: got ok, which is not comparable"),
        ("json.on > 0", "json.on > 0: got true, which is not comparable"),
        ("json.none > 0", "json.none > 0: got null, which is not comparable"),
        ("json.on == 1", "json.on == 1: got true"),
        ("header.server == 'x'", "header.server == 'x': header.server is missing"),
    ],
)
def test_one_that_is_false_says_what_was_got(text: str, reason: str) -> None:
    verdict = evaluate(parse(text, SEES), VALUES)
    assert not verdict.held
    assert verdict.reason == reason


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
def test_not_a_number_is_never_fine(operator: str) -> None:
    verdict = evaluate(parse(f"value {operator} 1", SEES), {"value": nan})
    assert (verdict.held, verdict.reason) == (False, f"value {operator} 1: got NaN")


def test_a_number_beyond_every_float_is_told_all_the_same() -> None:
    verdict = evaluate(parse("json.big < 5m", SEES), {"json": {"big": 10**400}})
    assert verdict.reason.startswith("json.big < 5m: got 1000")


def test_infinity_is_a_number() -> None:
    assert evaluate(parse("value > 1", SEES), {"value": inf}).held


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begin with what to look at"),
        ("200 == status", "begin with what to look at"),
        ("statos == 200", "did you mean status?"),
        ("status.x == 200", "nothing this check can see"),
        ("status", "an operator is missing"),
        ("status = 200", "'= 200' is not understood"),
        ("status is 200", "an operator is missing"),
        ("status == ", "nothing stands after '=='"),
        ("status == 200 and latency < 1s", "one condition only"),
        ("status == ok", "text stands in quotes: 'ok'"),
        ("status == '200'", "plain number"),
        ("status == 200ms", "plain number"),
        ("latency < 300", "needs a unit here, such as 300ms"),
        ("latency < 300KiB", "needs a unit here"),
        ("latency < 300parsecs", "unknown unit 'parsecs'"),
        ("used < 85", "such as 85%"),
        ("json.x < 5%", "what 100 % is"),
        ("body == 5", "write '5' in quotes"),
        ("json. == 1", "the path breaks off"),
        ("json[ == 1", "the path breaks off"),
        ("json[1.5] == 1", "the path breaks off"),
        ("status in 200", "'in' needs a list"),
        ("status in [200", "']' is missing"),
        ("status in [200 204]", "with commas"),
        ("body matches '('", "not a regular expression"),
        ("body matches 5", "needs a regular expression"),
        ("body contains 'open", "is not understood"),
        (f"status == {'9' * 5000}", "a number of 5000 digits is too long"),
    ],
)
def test_what_is_no_condition_is_refused_with_a_hint(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, SEES)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_in_quotes_keeps_its_backslashes_but_those_that_stand_for_another_sign() -> None:
    assert parse(r"body contains 'C:\dir \'a\' \"b\" \\n'", SEES).value == r"""C:\dir 'a' "b" \n"""


def test_a_figure_beyond_every_measure_is_one_that_nothing_reaches() -> None:
    assert parse(f"latency < {'9' * 400}ms", SEES).value == float("inf")


def test_what_is_absent_says_why() -> None:
    verdict = evaluate(parse("json.a == 1", SEES), {}, absent={"json": "the body is not JSON"})
    assert verdict.reason == "json.a == 1: json is missing (the body is not JSON)"


def test_a_search_made_elsewhere_is_believed() -> None:
    condition = parse("body matches 'x+'", SEES)
    assert evaluate(condition, {"body": "y"}, {condition.text: True}).held
    assert not evaluate(condition, {"body": "x"}, {condition.text: False}).held
    assert "too long" in evaluate(condition, {"body": "x"}, {condition.text: None}).reason


def test_must_outweighs_should_and_all_reasons_are_told() -> None:
    must, should = [parse("status == 201", SEES)], [parse("latency < 1ms", SEES), parse("cert > 21d", SEES)]
    level, reasons = judge(must, should, VALUES)
    assert level is Level.CRIT
    assert reasons == ("status == 201: got 200", "latency < 1ms: got 250ms")
    assert judge([], should, VALUES)[0] is Level.WARN
    assert judge([], [], {}) == (Level.OK, ())


@pytest.mark.parametrize(
    ("must", "should", "level", "first"),
    [
        (["body matches 'x'"], [], Level.UNKNOWN, "body"),
        (["body matches 'x'"], ["latency < 1ms"], Level.UNKNOWN, "body"),
        (["body matches 'x'", "status == 201"], [], Level.CRIT, "status"),
        ([], ["body matches 'x'"], Level.UNKNOWN, "body"),
        ([], ["body matches 'x'", "latency < 1ms"], Level.WARN, "latency"),
        (["status == 201"], ["body matches 'x'"], Level.CRIT, "status"),
    ],
)
def test_what_could_not_be_decided_is_told_for_neither(
    must: list[str], should: list[str], level: Level, first: str
) -> None:
    needed, wanted = ([parse(text, SEES) for text in group] for group in (must, should))
    found, reasons = judge(needed, wanted, {**VALUES, "body": "x"}, {"body matches 'x'": None})
    assert found is level
    assert reasons[0].startswith(first)
    assert len(reasons) == len(must) + len(should), "all are told"


def test_shown_is_one_short_line() -> None:
    assert shown("a\n b\t" + "cd " * 50) == "a b " + "cd " * 18 + "cd…"
    assert shown("a\n b\t" + "c" * 100) == "a b " + "c" * 100
    assert shown("a\n b\t" + "c" * 500) == "a b " + "c" * (55 + 256) + "…"
    assert (shown(None), shown(True), shown(0.1234567)) == ("null", "true", "0.123457")


def test_a_value_that_cannot_be_shown_is_no_accident() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert not evaluate(parse("json.v == 1", SEES), {"json": {"v": deep}}).held
    while deep:  # else its own end would go as deep
        deep = deep[0]  # type: ignore[assignment]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)
TEXTS = st.text(alphabet="abcjsonstatus .[]'\"0129<>=!%KiBms-\\", max_size=40)


@given(TEXTS)
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        condition = parse(text, SEES)
    except ConditionError:
        return
    assert condition.text == text
    assert condition.root in SEES


@given(
    st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "contains", "not contains"]),
    st.sampled_from(["1", "'a'", "true", "null", "1.5"]),
    JSON,
)
def test_evaluation_never_raises_and_always_has_a_reason(operator: str, literal: str, value: Any) -> None:
    verdict = evaluate(parse(f"json.v {operator} {literal}", SEES), {"json": {"v": value}})
    assert verdict.held == (verdict.reason == "")


@given(JSON)
def test_in_and_not_in_are_opposites(value: Any) -> None:
    inside = evaluate(parse("json.v in [1, 'a', null]", SEES), {"json": {"v": value}})
    outside = evaluate(parse("json.v not in [1, 'a', null]", SEES), {"json": {"v": value}})
    if value != value:
        assert not inside.held
        assert not outside.held
    else:
        assert inside.held != outside.held

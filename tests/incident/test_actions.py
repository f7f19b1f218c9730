"""Action items on one line."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.incident.actions import ActionError, action_line, parse_action
from warroom.incident.model import Action

UNSET = {"detail": "", "owner": "", "priority": "", "type": "", "due": None, "status": "open", "url": ""}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Restart policy", {"title": "Restart policy"}),
        (
            "Restart policy @ben !high #prevent due:2026-12-01",
            {
                "title": "Restart policy",
                "owner": "ben",
                "priority": "high",
                "type": "prevent",
                "due": date(2026, 12, 1),
            },
        ),
        ("@ana Alert on #42 and #detect", {"title": "Alert on #42 and", "owner": "ana", "type": "detect"}),
        ("Mail ops@example.org", {"title": "Mail ops@example.org"}),
        (
            "Load test status:done\nwith real traffic",
            {"title": "Load test", "status": "done", "detail": "with real traffic"},
        ),
    ],
)
def test_words_with_a_sign_are_fields_and_the_rest_is_the_title(text: str, fields: dict[str, Any]) -> None:
    assert parse_action(text) == {**UNSET, **fields}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@ben !high", "needs a title"),
        ("x due:soon", "due:soon is not a date; write due:2026-12-01"),
        ("x status:later", "status:later is not known"),
    ],
)
def test_what_is_not_understood_is_named_with_the_mend(text: str, message: str) -> None:
    with pytest.raises(ActionError, match=message):
        parse_action(text)


WORDS = st.lists(st.text(st.sampled_from("abcé日1,."), min_size=1), min_size=1).map(" ".join)


@given(
    st.builds(
        Action,
        id=st.just("1"),
        title=WORDS,
        detail=WORDS | st.just(""),
        type=st.sampled_from(["", "prevent", "detect", "mitigate", "process"]),
        priority=st.sampled_from(["", "high", "medium", "low"]),
        owner=st.sampled_from(["", "ben", "team-db"]),
        due=st.none() | st.dates(),
        status=st.sampled_from(["open", "done", "dropped"]),
        url=st.sampled_from(["", "https://tracker.internal/7"]),
    )
)
def test_the_line_of_an_action_reads_back_as_that_action(action: Action) -> None:
    assert Action(id="1", **parse_action(action_line(action))) == action

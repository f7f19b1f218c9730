"""How unsteady a service is, by the formula of Nagios (base/flapping.c): recent changes weigh more."""

from collections.abc import Sequence
from typing import Final

HISTORY: Final = 21
"""Results that count; 20 places where a change can be."""
FLAP_START: Final = 30.0
FLAP_STOP: Final = 20.0
_LOW, _HIGH = 0.75, 1.25


def percent(outcomes: Sequence[bool]) -> float:
    """The weighted share of changes among the last 21 outcomes, 0 to 100.

    The oldest possible change weighs 0.75, the newest 1.25. Where there are fewer outcomes than 21, the missing ones
    are taken to have been like the first.
    """
    recent = outcomes[-HISTORY:]
    offset = HISTORY - len(recent)
    weighed = sum(
        _LOW + (offset + place - 1) * (_HIGH - _LOW) / (HISTORY - 2)
        for place in range(1, len(recent))
        if recent[place] != recent[place - 1]
    )
    return weighed * 100 / (HISTORY - 1)

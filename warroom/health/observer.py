"""Is it them, or us? What a war room concludes when much fails at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

FEWEST: Final = 3
_FEWEST_HOSTS: Final = 2
_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the watch as a whole, told once instead of once for each service.

    "offline" and "online": none, or one again, of the addresses under [observer] answers. "many" and "over": nearly
    all remote services failed at once, or that is judged so no longer. "gap": nobody watched from `since` to `at`.
    """

    what: Literal["offline", "online", "many", "over", "gap"]
    since: datetime
    at: datetime
    reason: str = ""
    services: tuple[str, ...] = ()


def many_at_once(failing: Mapping[str, str], watched: Mapping[str, str]) -> bool:
    """Whether so much fails at once that our own network is the likelier cause.

    Both map the names of remote services to their hosts: at least 3 and 80 % must fail, on at least 2 hosts.
    """
    enough = len(failing) >= max(FEWEST, _SHARE * len(watched))
    return enough and len(set(failing.values())) >= _FEWEST_HOSTS

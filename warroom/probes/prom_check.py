"""Kind `prom`: an instant query to Prometheus or what speaks its API; every series is held against the conditions."""

from collections.abc import Mapping
from typing import Any, Final

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.health.results import Level
from warroom.probes.api import Api
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.options import Options, a_text, one_of
from warroom.probes.resolver import is_loopback
from warroom.probes.resources import Resources

VOCABULARY: Final[Mapping[str, Dimension]] = {"value": "number", "count": "number", "latency": "seconds"}
_ABSENT: Final = {"unknown": Level.UNKNOWN, "up": Level.OK, "down": Level.CRIT}
_MOST_SERIES: Final = 200
_MOST_SHOWN: Final = 10


def build(options: Options, resources: Resources) -> "PromCheck":
    """The check of a table with the key `prom`."""
    api = Api("prom", "Prometheus", options, resources)
    query = options.take("query", a_text, "")
    if not query:
        raise options.error("prom needs a query, such as query = 'up{job=\"api\"}'")
    if not (options.table.values.get("must") or options.table.values.get("should")):
        raise options.error('prom needs must, which says what is well, such as must = ["value == 1"]')
    absent = options.take("absent", one_of(*_ABSENT), "unknown")
    return PromCheck(api, query, _ABSENT[absent])


class PromCheck:
    """Asks once; no data is what `absent` says, and never a zero."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()

    def __init__(self, api: Api, query: str, absent: Level) -> None:
        self._api, self._query, self._absent = api, query, absent
        self.target = f"{query} at {api.target}"
        self.host = api.host
        self.local = is_loopback(api.host)
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return self._api.secrets

    async def look(self, wanted: frozenset[str]) -> Found:
        journey = self.journey = Journey()
        status, answer = await self._api.get("/api/v1/query", [("query", self._query)], journey)
        if not isinstance(answer, dict) or answer.get("status") != "success":
            said = answer.get("error") if isinstance(answer, dict) else None
            raise CheckError(f"Prometheus: {said or f'status {status}'}", Level.UNKNOWN)
        try:
            rows = _rows(answer["data"])
            warnings = [str(one) for one in answer.get("warnings") or ()]
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            raise CheckError("Prometheus: the answer is not one of its API", Level.UNKNOWN) from None
        found = Found(values={"count": len(rows)}, phases=journey.phases())
        found.evidence = [
            ("query", self._query),
            *((f"value {label}".rstrip(), f"{v:g}") for label, v in rows[:_MOST_SHOWN]),
        ]
        found.evidence += [("warning", text) for text in warnings[:_MOST_SHOWN]]
        if len(rows) > _MOST_SERIES:
            raise CheckError(f"the query gives {len(rows)} series; narrow it to {_MOST_SERIES}", Level.UNKNOWN, found)
        if not rows and "count" not in wanted:
            found.level, found.summary, found.judged = self._absent, "the query gives no data", True
        elif len(rows) == 1:
            found.values["value"] = rows[0][1]
            found.summary = f"{rows[0][1]:g}"
        else:
            found.rows = [(label, {"value": value}) for label, value in rows]
            found.summary = f"{len(rows)} series"
        return found


def _rows(data: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Labels and value of each series; CheckError for what is no instant number, other errors for what is no answer."""
    kind, result = data["resultType"], data["result"]
    if kind == "scalar":
        return [("", float(result[1]))]
    if kind != "vector":
        raise CheckError(f"the query gives a {kind}; write one that gives a vector or a scalar", Level.UNKNOWN)
    return [(_labels(one["metric"]), float(one["value"][1])) for one in result]


def _labels(metric: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in sorted(metric.items()) if name != "__name__")
    return f"{{{inside}}}" if inside else ""

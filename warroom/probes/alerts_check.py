"""Kind `alerts`: the alerts that fire in Alertmanager (API v2) and that nobody has silenced."""

from collections.abc import Mapping
from typing import Any, Final

from warroom.config.secrets import Secret
from warroom.config.settings import texts_of
from warroom.health.conditions import Dimension
from warroom.health.results import Level
from warroom.probes.api import Api
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.options import Options, a_text
from warroom.probes.resolver import is_loopback
from warroom.probes.resources import Resources

VOCABULARY: Final[Mapping[str, Dimension]] = {"count": "number", "names": "any", "latency": "seconds"}
_MOST_SHOWN: Final = 10
_TOLD: Final = ("summary", "description", "message")


def build(options: Options, resources: Resources) -> "AlertsCheck":
    """The check of a table with the key `alerts`."""
    api = Api("alerts", "Alertmanager", options, resources)
    match: tuple[str, ...] = options.take("match", matchers, ())
    return AlertsCheck(api, match, options.take("receiver", a_text, ""))


class AlertsCheck:
    """Counts what is active; silenced and inhibited alerts are left out."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ("count == 0",)
    should: tuple[str, ...] = ()

    def __init__(self, api: Api, match: tuple[str, ...], receiver: str) -> None:
        self._api = api
        self._parameters = [("active", "true"), ("silenced", "false"), ("inhibited", "false"), ("unprocessed", "true")]
        self._parameters += [("filter", text) for text in match]
        self._parameters += [("receiver", receiver)] if receiver else []
        self.target = " ".join([api.target, *match])
        self.host = api.host
        self.local = is_loopback(api.host)
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return self._api.secrets

    async def look(self, wanted: frozenset[str]) -> Found:  # noqa: ARG002
        journey = self.journey = Journey()
        status, answer = await self._api.get("/api/v2/alerts", self._parameters, journey)
        if not isinstance(answer, list):
            said = answer if isinstance(answer, str) else f"status {status}"
            raise CheckError(f"Alertmanager: {said}", Level.UNKNOWN)
        alerts = [one for one in answer if isinstance(one, dict) and _is_active(one)]
        names = sorted({_label(alert, "alertname") or "an alert without a name" for alert in alerts})
        shown = ", ".join(names[:_MOST_SHOWN])
        found = Found(f"{len(alerts)} firing: {shown}" if alerts else "nothing fires", explains=True)
        found.values = {"count": len(alerts), "names": names}
        found.evidence = [("alert", _told(alert)) for alert in alerts[:_MOST_SHOWN]]
        found.phases = journey.phases()
        return found


def matchers(value: object) -> tuple[str, ...]:
    """A list of Alertmanager's matchers; ValueError otherwise."""
    found = texts_of([value] if isinstance(value, str) else value)
    for text in found:
        if not any(sign in text for sign in ("=", "!~")):
            raise ValueError(f"{text!r} is no matcher; write 'severity=\"page\"' or 'severity=~\"page|critical\"'")
    return found


def _is_active(alert: Mapping[str, Any]) -> bool:
    status = alert.get("status")
    return not isinstance(status, dict) or status.get("state") != "suppressed"


def _label(alert: Mapping[str, Any], name: str) -> str:
    return str(_table(alert, "labels").get(name, ""))


def _table(alert: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = alert.get(key)
    return found if isinstance(found, dict) else {}


def _told(alert: Mapping[str, Any]) -> str:
    """Name, labels, what it says of itself, since when."""
    labels, notes = _table(alert, "labels"), _table(alert, "annotations")
    inside = ", ".join(f"{name}={value}" for name, value in sorted(labels.items()) if name != "alertname")
    said = next((str(notes[name]) for name in _TOLD if notes.get(name)), "")
    since = f"since {alert['startsAt']}" if alert.get("startsAt") else ""
    return " · ".join(part for part in (_label(alert, "alertname"), inside, said, since) if part)

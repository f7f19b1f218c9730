"""Asks a monitoring system over HTTP for JSON; where it does not answer, that says nothing of what it watches."""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlencode

from warroom.config.secrets import Secret
from warroom.health.results import Level
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.errors import describe
from warroom.probes.http_trip import Policy, Trip
from warroom.probes.options import Options, a_certificate_file, a_switch
from warroom.probes.resources import Resources
from warroom.probes.web import (
    a_proxy,
    a_web_address,
    authorization,
    credentials,
    filled_in,
    plain,
    secrets_of,
    shown_url,
)

_BODY_MAX: Final = 4 * 1024 * 1024


class Api:
    """One such system, as a table names it under `key`, with the options auth, ca, verify and proxy."""

    def __init__(self, key: str, called: str, options: Options, resources: Resources) -> None:
        self._called, self._resources = called, resources
        self._base = options.take(key, a_web_address, "").rstrip("/")
        self._auth = options.take("auth", credentials, "")
        self._policy = Policy(
            redirects="same-host",
            verify=options.take("verify", a_switch, True),
            ca=options.take_path("ca", a_certificate_file),
            proxy=options.take("proxy", a_proxy, ""),
            body_max=_BODY_MAX,
        )
        url = plain(self._base)
        self.host = url.host
        self.target = shown_url(url)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be shown."""
        return secrets_of((self._base, self._policy.proxy), self._auth)

    async def get(self, path: str, parameters: Iterable[tuple[str, str]], journey: Journey) -> tuple[int, Any]:
        """Status and JSON of an answer; CheckError with UNKNOWN where there is none."""
        environ = self._resources.environ
        url = filled_in(self._base, environ)
        given = authorization(Secret(self._auth).reveal(environ), url)
        query = urlencode(list(parameters), quote_via=quote).encode("ascii")
        url = url.copy_with(raw_path=url.raw_path.partition(b"?")[0].rstrip(b"/") + path.encode() + b"?" + query)
        headers = [("Accept", "application/json")]
        trip = Trip(self._policy, self._resources, journey, "GET", headers, given, b"")
        try:
            found = await trip.go(url, frozenset({"json"}))
        except CheckError as error:
            raise CheckError(f"{self._called}: {error.reason}", Level.UNKNOWN, error.found) from None
        except OSError as error:
            if isinstance(error, TimeoutError) and not error.errno:
                raise
            raise CheckError(f"{self._called}: {describe(error)[1]}", Level.UNKNOWN) from None
        journey.seen = []
        if "json" not in found.values:
            reason = f"{self._called}: {found.summary}, {found.absent.get('json', 'the body is not JSON')}"
            raise CheckError(reason, Level.UNKNOWN, Found(evidence=found.evidence))
        return int(found.values["status"]), found.values["json"]

"""Kind `http`: one request on a fresh connection, redirects under a policy, conditions on status, headers and body."""

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from warroom.config.secrets import Secret, refers
from warroom.health.conditions import Dimension
from warroom.probes.definition import Found, Journey
from warroom.probes.http_trip import Policy, Trip
from warroom.probes.options import Options, a_certificate_file, a_size, a_switch, a_text, one_of
from warroom.probes.resolver import is_loopback
from warroom.probes.resources import Resources
from warroom.probes.web import (
    a_method,
    a_proxy,
    a_web_address,
    authorization,
    credentials,
    filled_in,
    headers_to_send,
    plain,
    secrets_of,
    shown_url,
)

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "status": "number",
    "latency": "seconds",
    "body": "text",
    "body.len": "bytes",
    "json": "any",
    "header": "any",
    "cert": "seconds",
    "ip": "text",
}
_SECRET_HEADER: Final = re.compile("auth|cookie|key|token|secret|password|signature", re.IGNORECASE)
_FAMILIES: Final = {"any": socket.AF_UNSPEC, "4": socket.AF_INET, "6": socket.AF_INET6}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: all of it may hold references to secrets, which are resolved for each look."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: str = ""
    body: str = ""


def build(options: Options, resources: Resources) -> "HttpCheck":
    """The check of a table with the key `http`."""
    request = Request(
        url=options.take("http", a_web_address, ""),
        method=options.take("method", a_method, "GET"),
        headers=options.take("headers", headers_to_send, {}),
        auth=options.take("auth", credentials, ""),
        body=options.take("body", a_text, ""),
    )
    policy = Policy(
        redirects=options.take("redirects", one_of("none", "same-host", "any"), "same-host"),
        verify=options.take("verify", a_switch, True),
        ca=options.take_path("ca", a_certificate_file),
        proxy=options.take("proxy", a_proxy, ""),
        family=_FAMILIES[options.take("ip", one_of("any", "4", "6"), "any")],
        body_max=options.take("body_max", a_size, 64 * 1024),
    )
    return HttpCheck(request, policy, resources)


class HttpCheck:
    """Looks by one HTTP/1.1 request; each look opens and closes a connection of its own, so nothing can leak."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ("status >= 200", "status < 300")

    def __init__(self, request: Request, policy: Policy, resources: Resources) -> None:
        self._request, self._policy, self._resources = request, policy, resources
        url = plain(request.url)
        self.target = shown_url(url)
        self.host = url.host
        self.local = is_loopback(url.host)
        self.should: tuple[str, ...] = ("cert > 14d",) if url.scheme == "https" else ()
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        request = self._request
        found = [Secret(v) for name, v in request.headers.items() if refers(v) or _SECRET_HEADER.search(name)]
        found += [Secret(request.body)] if refers(request.body) else []
        return (*found, *secrets_of((request.url, self._policy.proxy), request.auth))

    async def look(self, wanted: frozenset[str]) -> Found:
        journey = self.journey = Journey()
        environ = self._resources.environ
        url = filled_in(self._request.url, environ)
        headers = [(name, Secret(value).reveal(environ)) for name, value in self._request.headers.items()]
        given = authorization(Secret(self._request.auth).reveal(environ), url)
        body = Secret(self._request.body).reveal(environ).encode()
        trip = Trip(self._policy, self._resources, journey, self._request.method, headers, given, body)
        return await trip.go(url, wanted)

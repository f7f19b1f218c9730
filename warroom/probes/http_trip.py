"""One HTTP look on its way: connection, request, redirects under a policy, certificate, body."""

import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Final

import httpcore
import httpx

from warroom import __version__
from warroom.health.results import Level
from warroom.probes.body import Headers, json_of, read_capped, text_of, unpack
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.errors import describe
from warroom.probes.handshake import shake_hands
from warroom.probes.resources import Resources
from warroom.probes.web import default_port, filled_in, is_public, origin, proxy_headers, shown_url, written
from warroom.probes.wire import Wire, connect, converse, tunnel
from warroom.text.excerpt import beginning

_MOST_HOPS: Final = 5
_REPEATED: Final = frozenset({307, 308})
_REDIRECTS: Final = frozenset({301, 302, 303}) | _REPEATED
_SHOWN_HEADERS: Final = ("content-type", "date", "server", "retry-after")
_EXCERPT: Final = 400


@dataclass(frozen=True, slots=True)
class Policy:
    """How the request travels."""

    redirects: str = "same-host"
    verify: bool = True
    ca: str = ""
    proxy: str = ""
    family: int = socket.AF_UNSPEC
    body_max: int = 64 * 1024


@dataclass(slots=True)
class Trip:
    """One look on its way through its redirects."""

    policy: Policy
    resources: Resources
    journey: Journey
    method: str
    headers: list[tuple[str, str]]
    authorization: str
    body: bytes
    public: bool = False
    found: Found = field(default_factory=Found)

    async def go(self, url: httpx.URL, wanted: frozenset[str]) -> Found:
        began = time.perf_counter()
        self.journey.seen = self.found.evidence
        for hop in range(_MOST_HOPS + 1):
            wire = await self._open(url, first=hop == 0)
            try:
                following = await self._exchange(wire, url, wanted, began)
            except httpcore.RemoteProtocolError as error:
                silent = "without sending a response" in str(error)
                reason = "connection closed without an answer" if silent else f"not proper HTTP: {error}"
                raise CheckError(reason, found=self._so_far(url)) from None
            except httpcore.LocalProtocolError:  # its message may quote a secret, in a spelling of its own
                reason = "the request is not proper HTTP: look for line breaks and outer spaces in headers and auth"
                raise CheckError(reason, Level.UNKNOWN) from None
            finally:
                wire.close()
            if following is None:
                self.found.phases = self.journey.phases()
                return self.found
            url = following
        raise CheckError(f"more than {_MOST_HOPS} redirects", found=self.found)

    async def _open(self, url: httpx.URL, first: bool) -> Wire:
        port = url.port or default_port(url)
        via = filled_in(self.policy.proxy, self.resources.environ) if self.policy.proxy else None
        host, where = (written(via), via.port or 80) if via else (written(url), port)
        allowed = None if first or via else self._allowed

        async def open_socket(journey: Journey) -> socket.socket:
            try:
                sock = await connect(self.resources.resolver, journey, host, where, self.policy.family, allowed)
            except OSError as error:
                if not via:
                    raise
                raise CheckError(f"the proxy: {describe(error)[1]}", Level.UNKNOWN) from None
            if via and url.scheme == "https":
                await tunnel(sock, journey, written(url), port, proxy_headers(via))
            return sock

        if url.scheme == "http":
            wire = await converse(await open_socket(self.journey))
        else:
            policy = self.policy
            try:
                wire, _ = await shake_hands(
                    open_socket, self.resources, self.journey, self.found, written(url), policy.verify, policy.ca
                )
            except CheckError as error:
                raise CheckError(error.reason, error.level, self._so_far(url)) from None
        if first:
            self.public = is_public(self.journey.address)
        return wire

    def _allowed(self, ip: str) -> bool:
        """A target on the public network must not lead us into a private one."""
        return not self.public or is_public(ip)

    def _so_far(self, url: httpx.URL) -> Found:
        return replace(
            self.found,
            evidence=[(self.method, f"{shown_url(url)} at {self.journey.address}"), *self.found.evidence],
            phases=self.journey.phases(),
        )

    async def _exchange(self, wire: Wire, url: httpx.URL, wanted: frozenset[str], began: float) -> httpx.URL | None:
        """Send, receive, and note what came; the address to go on to, where the policy follows a redirect."""
        via_proxy = bool(self.policy.proxy) and url.scheme == "http"
        self.journey.start("first byte", "waiting for the first byte")
        connection = httpcore.AsyncHTTP11Connection(origin(url), wire)
        response = await connection.handle_async_request(self._message(url, via_proxy))
        headers = Headers(response.headers)
        self.journey.start("body", "reading the body")
        raw, over = await read_capped(_chunks(response), self.policy.body_max)
        self.journey.stop()
        took = time.perf_counter() - began
        phrase = bytes(response.extensions.get("reason_phrase", b"")).decode("latin-1")
        said = f"{response.status} {phrase}".strip()
        self.found.evidence.append((self.method, f"{shown_url(url)} at {self.journey.address}: {said}"))
        following = self._following(url, response.status, headers)
        if following is not None:
            self._leave_behind(url, following, response.status)
        else:
            self.found.values |= {"status": response.status, "header": headers, "ip": self.journey.address}
            self.found.took = took
            self.found.summary = said
            self._read_body(raw, over, headers, wanted)
        return following

    def _message(self, url: httpx.URL, via_proxy: bool) -> httpcore.Request:
        host = url.netloc.decode("ascii")
        given = {name.lower() for name, _ in self.headers}
        sent = [("Host", host)] if "host" not in given else []
        for name, value in (
            ("User-Agent", f"warroom/{__version__}"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
        ):
            if name.lower() not in given:
                sent.append((name, value))
        sent += [("Connection", "close"), *self.headers]
        if self.authorization:
            sent.append(("Authorization", self.authorization))
        if self.body:
            sent.append(("Content-Length", str(len(self.body))))
        target = url.raw_path
        if via_proxy:
            target = str(url.copy_with(userinfo=b"", fragment=None)).encode("ascii")
            sent += proxy_headers(filled_in(self.policy.proxy, self.resources.environ))
        return httpcore.Request(
            self.method.encode("ascii"),
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
            headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in sent],
            content=self.body,
        )

    def _following(self, url: httpx.URL, status: int, headers: Headers) -> httpx.URL | None:
        if status not in _REDIRECTS or "location" not in headers or self.policy.redirects == "none":
            return None
        try:
            following = url.join(headers["location"])
        except (httpx.InvalidURL, ValueError):
            raise CheckError("redirected to something that is no address", found=self.found) from None
        if following.scheme not in ("http", "https") or not following.host:
            raise CheckError(f"redirected to {following.scheme or 'no'} address; not followed", found=self.found)
        if url.scheme == "https" and following.scheme == "http":
            raise CheckError(f"redirected from https to {shown_url(following)}; not followed", found=self.found)
        if self.policy.redirects == "same-host" and following.host != url.host:
            reason = f'{status} to another host, {following.host}; to follow it, set redirects = "any"'
            raise CheckError(reason, found=self.found)
        return following.copy_with(fragment=None)

    def _leave_behind(self, url: httpx.URL, following: httpx.URL, status: int) -> None:
        """A new origin gets nothing that was meant for the old one; a step from http to https alone is no new one."""
        upgraded = url.host == following.host and (url.scheme, following.scheme) == ("http", "https")
        upgraded = upgraded and url.port is None and following.port is None
        elsewhere = origin(url) != origin(following) and not upgraded
        if elsewhere:
            self.headers, self.authorization = [], ""
        if elsewhere or status not in _REPEATED:
            self.method, self.body = "HEAD" if self.method == "HEAD" else "GET", b""

    def _read_body(self, raw: bytes, over: bool, headers: Headers, wanted: frozenset[str]) -> None:
        cap = self.policy.body_max
        data, more, problem = unpack(raw, headers.get("content-encoding", ""), cap)
        over = over or more
        if problem:
            self.found.absent |= {"body": problem, "json": problem}
            self.found.evidence.append(("body", problem))
            return
        text = text_of(data, headers.get("content-type", ""))
        self.found.values |= {"body": text, "body.len": len(data)}
        if "json" in wanted:
            value, why = (None, f"the body is longer than {cap} bytes") if over else json_of(data)
            if why:
                self.found.absent["json"] = why
            else:
                self.found.values["json"] = value
        shown = [f"{name}: {headers[name]}" for name in _SHOWN_HEADERS if name in headers]
        self.found.evidence.append(("headers", ", ".join(shown)))
        size = f"first {cap} bytes of more" if over else f"{len(data)} bytes"
        self.found.evidence.append((f"body, {size}", beginning(text, _EXCERPT)))


async def _chunks(response: httpcore.Response) -> AsyncIterator[bytes]:
    async for chunk in response.aiter_stream():
        yield chunk

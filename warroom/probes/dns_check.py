"""Kind `dns`: one question to a name server, by dnspython; no cache answers it."""

import asyncio
from collections.abc import Mapping
from typing import Final

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.health.results import Level
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.errors import describe
from warroom.probes.options import Options, a_text, host_and_port
from warroom.probes.resolver import is_loopback, literal
from warroom.probes.resources import Resources

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "rcode": "text",
    "answers": "any",
    "count": "number",
    "ttl": "seconds",
    "latency": "seconds",
    "ip": "text",
}
_PORT: Final = 53
_MOST_SHOWN: Final = 10
_MOST_SERVERS: Final = 3
_PATIENCE: Final = 2.0


def build(options: Options, resources: Resources) -> "DnsCheck":
    """The check of a table with the key `dns`."""
    return DnsCheck(
        options.take("dns", a_name, ""),
        options.take("type", a_record_type, "A"),
        options.take("server", a_server, None),
        resources,
    )


class DnsCheck:
    """Asks over UDP, and over TCP where the answer does not fit; the system's name servers unless one is named."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ("rcode == 'NOERROR'", "count > 0")
    should: tuple[str, ...] = ()

    def __init__(self, name: str, record: str, server: tuple[str, int] | None, resources: Resources) -> None:
        self._name, self._record, self._server, self._resources = name, record, server, resources
        self.host = server[0] if server else ""
        self.local = server is not None and is_loopback(server[0])
        self.target = f"{name} {record}" + (f" at {server[0]}" if server else "")
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return ()

    async def look(self, wanted: frozenset[str]) -> Found:  # noqa: ARG002
        journey = self.journey = Journey()
        try:
            question = dns.message.make_query(self._name, self._record)
        except dns.exception.DNSException as error:
            raise CheckError(f"no question can be asked for {self._name}: {error}", Level.UNKNOWN) from None
        problem = CheckError("no name server is configured on this host", Level.UNKNOWN)
        for ip, port in await self._servers():
            journey.address = ip
            journey.start("answer", f"waiting for the name server {ip}")
            try:
                return self._found(await self._ask(question, ip, port))
            except TimeoutError:
                problem = CheckError(f"the name server {ip} does not answer")
            except OSError as error:
                level, reason = describe(error)
                problem = CheckError(f"the name server {ip}: {reason}", level)
            except dns.exception.DNSException as error:
                problem = CheckError(f"the name server {ip} gave no proper answer: {type(error).__name__}")
        raise problem

    async def _ask(self, question: dns.message.Message, ip: str, port: int) -> dns.message.Message:
        # One that is named has the whole deadline; those of the system take turns.
        async with asyncio.timeout(None if self._server else _PATIENCE):
            # What does not belong to the question (a forged packet) is passed over, not taken for an answer.
            answer, _ = await dns.asyncquery.udp_with_fallback(
                question, ip, port=port, ignore_unexpected=True, ignore_errors=True
            )
        return answer

    async def _servers(self) -> list[tuple[str, int]]:
        if self._server is None:
            try:
                found = dns.resolver.Resolver().nameservers
            except dns.resolver.NoResolverConfiguration:
                return []
            return [(server, _PORT) for server in found if isinstance(server, str)][:_MOST_SERVERS]
        host, port = self._server
        if literal(host):
            return [(host, port)]
        self.journey.start("dns", "looking up the name server")
        return [(address.ip, port) for address in await self._resources.resolver.look_up(host)][:1]

    def _found(self, answer: dns.message.Message) -> Found:
        wanted = dns.rdatatype.from_text(self._record)
        answers: list[str] = []
        lifetimes: list[int] = []
        for records in answer.answer:
            if records.rdtype == wanted:
                answers += sorted(record.to_text().rstrip(".") for record in records)
                lifetimes.append(records.ttl)
        code = dns.rcode.to_text(answer.rcode())
        found = Found(", ".join(answers[:_MOST_SHOWN]) or code)
        found.values = {"rcode": code, "answers": answers, "count": len(answers), "ip": self.journey.address}
        if lifetimes:
            found.values["ttl"] = min(lifetimes)
        else:
            found.absent["ttl"] = "there is no answer"
        authority = "authoritative" if answer.flags & dns.flags.AA else "not authoritative"
        found.evidence = [
            ("dns", f"{self._name} {self._record} at {self.journey.address}: {code}, {authority}"),
            *(("answer", text) for text in answers[:_MOST_SHOWN]),
        ]
        found.phases = self.journey.phases()
        return found


def a_name(value: object) -> str:
    """A domain name; ValueError otherwise."""
    text = a_text(value).strip()
    try:
        dns.name.from_text(text)
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{text!r} is no domain name: {error}") from None
    return text


def a_record_type(value: object) -> str:
    """A record type in capitals, such as AAAA; ValueError otherwise."""
    text = a_text(value).strip().upper()
    try:
        kind = dns.rdatatype.from_text(text)
    except dns.exception.DNSException:
        raise ValueError(f"{text!r} is no record type; write A, AAAA, CNAME, MX, NS, SOA, SRV, TXT ...") from None
    if dns.rdatatype.is_metatype(kind):
        raise ValueError(f"{text!r} cannot be asked for")
    return text


def a_server(value: object) -> tuple[str, int]:
    """ "10.0.0.53", "ns.internal:5353" or "[::1]:53"; ValueError otherwise."""
    text = a_text(value).strip()
    if literal(text) or ":" not in text:
        return text, _PORT
    return host_and_port(text)

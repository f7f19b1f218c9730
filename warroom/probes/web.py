"""Web addresses, headers and credentials: as options, as they are sent, and as they may be shown."""

import ipaddress
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

import httpcore
import httpx

from warroom.config.secrets import Secret, SecretError, refers, with_placeholders
from warroom.health.results import Level
from warroom.probes.definition import CheckError
from warroom.probes.options import a_table_of_texts, a_text
from warroom.text.redact import mask_url

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def shown_url(url: httpx.URL) -> str:
    """An address fit to be shown: without user and password, and without the values in the query."""
    query = mask_url("?" + url.query.decode("ascii")) if url.query else ""
    port = f":{url.port}" if url.port else ""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}{port}{url.path}{query}"


def a_web_address(value: object) -> str:
    """An http or https address with a host; ValueError otherwise."""
    text = a_text(value)
    try:
        url = plain(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise ValueError(f"{text!r} is no web address: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"{text!r} is no web address; it begins with http:// or https:// and a host")
    return text


def a_proxy(value: object) -> str:
    """The address of a plain HTTP proxy; ValueError otherwise."""
    text = a_web_address(value)
    if not text.startswith("http://"):
        raise ValueError(f"{text!r}: a proxy is reached by http://HOST:PORT")
    return text


def a_method(value: object) -> str:
    """A request method in capitals; ValueError otherwise."""
    text = a_text(value)
    if not text.isascii() or not text.isalpha() or not text.isupper() or text == "CONNECT":
        raise ValueError(f"{text!r} is no method; write GET, HEAD, POST ...")
    return text


def headers_to_send(value: object) -> dict[str, str]:
    """Names and values of request headers; ValueError where one could break the request."""
    table = a_table_of_texts(value)
    for name, text in table.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no header name")
        if "\r" in text or "\n" in text or "\0" in text:
            raise ValueError(f"the header {name} has a line break in its value")
    return table


def credentials(value: object) -> str:
    """ "bearer TOKEN" or "basic USER:PASSWORD"; ValueError otherwise."""
    text = a_text(value)
    scheme, _, rest = text.partition(" ")
    if scheme.lower() not in ("bearer", "basic") or not rest.strip():
        raise ValueError('must be "bearer ${env:TOKEN}" or "basic USER:${env:PASSWORD}"')
    return text


def written(url: httpx.URL) -> str:
    """The host as it goes over the wire: an international name in its ASCII form."""
    return url.raw_host.decode("ascii")


def plain(text: str) -> httpx.URL:
    """An address with a placeholder for each secret in it."""
    return httpx.URL(with_placeholders(text))


def secrets_of(addresses: Iterable[str], auth: str) -> tuple[Secret, ...]:
    """What must not be seen of addresses and credentials: what they refer to, and a password that is written out."""
    found = [Secret(auth.partition(" ")[2])] if auth else []
    for text in addresses:
        if refers(text):
            found.append(Secret(text))
        if "@" in text and (password := plain(text).password) and not refers(text.partition("@")[0]):
            found.append(Secret(password))
    return tuple(found)


def filled_in(text: str, environ: Mapping[str, str]) -> httpx.URL:
    """An address with its secrets, percent-encoded; CheckError with UNKNOWN where it is none then."""
    try:
        return httpx.URL(Secret(text).reveal(environ, lambda value: quote(value, safe="")))
    except (httpx.InvalidURL, ValueError) as error:
        if isinstance(error, SecretError):
            raise
        raise CheckError("the address is none once its secrets are filled in", Level.UNKNOWN) from None


def authorization(auth: str, url: httpx.URL) -> str:
    scheme, _, rest = auth.partition(" ")
    if scheme.lower() == "bearer":
        return f"Bearer {rest.strip()}"
    if scheme.lower() == "basic":
        return "Basic " + b64encode(rest.strip().encode()).decode()
    if url.userinfo:
        return "Basic " + b64encode(f"{url.username}:{url.password}".encode()).decode()
    return ""


def proxy_headers(via: httpx.URL) -> list[tuple[str, str]]:
    given = authorization("", via)
    return [("Proxy-Authorization", given)] if given else []


def default_port(url: httpx.URL) -> int:
    return 443 if url.scheme == "https" else 80


def origin(url: httpx.URL) -> httpcore.Origin:
    return httpcore.Origin(url.raw_scheme, url.raw_host, url.port or default_port(url))


def is_public(ip: str) -> bool:
    try:
        address: Any = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_global)

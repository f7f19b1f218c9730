"""Takes secrets out of text before it is logged, shown or exported: known values, and what is plainly a credential."""

import base64
import json
import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

from warroom.text.shapes import GIVEN, HASHED, ISSUED, SECRET_PATH

MASK: Final = "REDACTED"
"""Plain letters: it stands in URLs, headers, Markdown and TOML without changing what is around it."""

_SHORT = 4

_URL = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s<>\"'`]+")
_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_QUERY_VALUE = re.compile(r"(?<=[?&;#])([^=&;#]*=)([^&;#]+)")
_BARE_QUERY = re.compile(r"(?<=[?&])[A-Za-z0-9_+/%.-]{20,}(?=&|#|$)")

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----.*?"
    r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
_NAMED = (
    r"(?:pass(?:word|wd|phrase|code)|secret(?:[_-]?(?:access[_-]?)?key(?:[_-]?base)?)?|token|api[_-]?key|"
    r"(?:access|private|auth|account|encryption|signing|shared|client)[_-]?key(?:[_-]?data)?|credentials?|client[_-]?secret)"
)
# An ampersand ends a value only where the next parameter follows.
# A backtick belongs to a value only where more of it follows: else it ends the code that the value stands in.
_INNER_TICK = r"`(?=[^\s.,;:!?)}\]|`])"
_PLAIN = rf"<[^<>\n]*>|(?:[^\s\"',;&)}}\]`]|&(?!\w+=)|{_INNER_TICK})+"
_VALUE = rf"(?P<quote>[\"']?)(?P<value>(?:(?<=\")[^\"\n]+|(?<=')[^'\n]+|{_PLAIN}))(?P=quote)"
# Bounded in front, so that a long run of letters is not searched from each of them to its end.
_NAME = rf"(?<![A-Za-z])[\w.-]{{0,40}}?{_NAMED}"
_ASSIGNED = re.compile(rf"(?P<name>{_NAME})(?P<equals>[\"']?[ \t]?=[ \t]?){_VALUE}", re.IGNORECASE)
_QUOTED_KEY = re.compile(rf"(?P<name>[\"'][\w.-]{{0,40}}?{_NAMED}[\"'])(?P<equals>\s?:\s?){_VALUE}", re.IGNORECASE)
_COLON = re.compile(rf"(?P<name>{_NAME})(?P<equals>:[ \t]{{0,2}}){_VALUE}", re.IGNORECASE)
_FLAG = re.compile(rf"(?P<name>(?<!\S)--?[\w-]{{0,40}}?{_NAMED})(?P<equals>[ \t]+)(?!-){_VALUE}", re.IGNORECASE)
_PWD = re.compile(rf"(?P<name>\bpwd)(?P<equals>=)(?![/~]){_VALUE}", re.IGNORECASE)
# Names that are secret only beside a value that looks it: tests have "pass: 12", prose "the password is known".
_SHORT_NAMED = re.compile(
    rf"(?P<name>\b(?:pass|pw|sess(?:ion)?[_-]?(?:id|key))|[\"']_?auth[\"'])(?P<equals>[ \t]?[=:][ \t]{{0,2}}){_VALUE}",
    re.IGNORECASE,
)
_IN_PROSE = re.compile(
    r"(?P<name>\b(?:pass(?:word|wd|phrase|code)(?:[ \t]+(?:is|was))?|(?:secret|token|api[ _-]?key)[ \t]+(?:is|was)))"
    rf"(?P<equals>[ \t]+){_VALUE}",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?P<name>\b(?:proxy-)?authorization|\bx-[a-z-]{0,30}(?:key|token|secret|auth)|\b(?:set-)?cookie)"
    rf"(?P<equals>[\"']?\s?:\s?[\"']?)(?P<value>(?:[^\r\n\"'`]|{_INNER_TICK})+)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?P<name>\b(?:bearer|basic))(?P<equals>[ \t]+)(?P<value>[A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    rf"{MASK}|\$\{{?\w+.*|<.*>|[*•.x]{{3,}}|(?:none|null|true|false|yes|no)", re.IGNORECASE | re.DOTALL
)
_NO_PASSWORD = re.compile(
    r"(?:base(?:32|58|64)(?:url)?|sha[-_]?[1-5]\d{0,2}|md5|rsa[-_]?\d{4}|ed25519|aes[-_]?\d{3}|oauth[12]|x\.?509|[rhep]s\d{3}"
    r"|pbkdf2|argon2(?:id|i|d)?|utf[-_]?8)(?:[-_/.,:;)].*)?|\d{1,3}[-_]?[a-z]+[.,:;)]*|v?\d+(?:\.\d+)+.*",
    re.IGNORECASE | re.DOTALL,
)
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*\d).{6,}", re.DOTALL)
_TELLING = re.compile(r"[0-9]|[a-z][A-Z]|[^\w\s.,:;!?()'\"-]")


def mask_url(url: str) -> str:
    """`url` without its user, password and the values of its query and fragment; host and path stay."""
    masked = _USERINFO.sub(f"{MASK}@", url, count=1)
    head, mark, query = masked.partition("?")
    if not mark:
        head, mark, query = masked.partition("#")
    if not mark:
        return masked
    tail = _QUERY_VALUE.sub(rf"\g<1>{MASK}", mark + query)
    return head + _BARE_QUERY.sub(MASK, tail)


def _mask_value(found: re.Match[str]) -> str:
    if _PLACEHOLDER.fullmatch(found["value"]):
        return found[0]
    quoted = found.groupdict().get("quote") or ""
    return f"{found['name']}{found['equals']}{quoted}{MASK}{quoted}"


def _mask_telling(found: re.Match[str]) -> str:
    """After a colon may stand prose ("token: expired"): only what looks like a credential goes."""
    return _mask_value(found) if len(found["value"]) >= 12 or _TELLING.search(found["value"]) else found[0]


def _mask_mixed(found: re.Match[str]) -> str:
    """Letters and digits, and neither a method nor a length nor a version: what is left are passwords and tokens."""
    value = found["value"]
    return _mask_value(found) if _MIXED.fullmatch(value) and not _NO_PASSWORD.fullmatch(value) else found[0]


def _mask_scheme(found: re.Match[str]) -> str:
    """ "basic authentication" is prose, "Basic dXNlcjpwYXNz" is not."""
    return _mask_value(found) if re.search(r"[0-9A-Z+/=_~.]", found["value"]) else found[0]


def _base64_cores(secret: bytes) -> Iterable[str]:
    """The characters that base64 has for `secret` wherever it stands in a longer text, as in "user:secret"."""
    for offset in range(3):
        whole = base64.b64encode(bytes(offset) + secret).decode().rstrip("=")
        skipped = (0, 2, 3)[offset]
        unsure = 1 if (offset + len(secret)) % 3 else 0
        yield whole[skipped : len(whole) - unsure]


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    raw = secret.encode(errors="surrogatepass")
    for core in _base64_cores(raw):
        if len(core) >= 2 * _SHORT:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))


@lru_cache(maxsize=8)
def _known(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    spelled: set[str] = set()
    for secret in secrets:
        spelled.update(_spellings(secret) if len(secret) >= _SHORT else ())
    parts = [re.escape(one) for one in sorted(spelled, key=len, reverse=True)]
    # A very short one would be found inside ordinary words.
    parts += [rf"(?<!\w){re.escape(secret)}(?!\w)" for secret in secrets if 0 < len(secret) < _SHORT]
    return re.compile("|".join(parts)) if parts else None


class _Pass(NamedTuple):
    """One kind of credential. A text in which none of `hints` stands, in any case, has none of this kind.

    Most texts have no hint at all; to look for a few words is a small part of what the patterns would cost.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    mask: Callable[[re.Match[str]], str]


def _mask_all(_: re.Match[str]) -> str:
    return MASK


_NAME_HINTS: Final = ("pass", "secret", "token", "key", "credential")
_PASSES: Final = (
    _Pass(("private key",), _PRIVATE_KEY, _mask_all),
    _Pass(("://",), _URL, lambda found: mask_url(found[0])),
    _Pass(("authorization", "x-", "cookie"), _HEADER, _mask_value),
    _Pass(("bearer", "basic"), _SCHEME, _mask_scheme),
    _Pass(_NAME_HINTS, _ASSIGNED, _mask_value),
    _Pass(_NAME_HINTS, _QUOTED_KEY, _mask_value),
    _Pass(_NAME_HINTS, _COLON, _mask_telling),
    _Pass(_NAME_HINTS, _FLAG, _mask_telling),
    _Pass(("pwd",), _PWD, _mask_value),
    _Pass(("pass", "pw", "sess", "auth"), _SHORT_NAMED, _mask_mixed),
    _Pass(("pass", "secret", "token", "api"), _IN_PROSE, _mask_mixed),
    _Pass(("hooks.", "webhook", "pagerduty", "hc-ping"), SECRET_PATH, _mask_value),
    *(_Pass(hints, pattern, _mask_value) for hints, pattern in GIVEN),
    _Pass(("$",), HASHED, _mask_all),
    _Pass(("",), ISSUED, _mask_all),
)


def _masked(text: str, keep: Collection[str]) -> tuple[str, list[str]]:
    """`text` after all passes, and the values that went; those in `keep` stay."""
    gone: list[str] = []
    heard = text.casefold()
    for hints, pattern, mask in _PASSES:
        if not any(hint in heard for hint in hints):
            continue

        def replaced(found: re.Match[str], mask: Callable[[re.Match[str]], str] = mask) -> str:
            new = mask(found)
            value = found.groupdict().get("value") or found[0]
            if new == found[0] or value in keep:
                return found[0]
            gone.append(value)
            return new

        text = pattern.sub(replaced, text)
    return text, gone


def redact(text: str, secrets: Iterable[str] = (), *, keep: Collection[str] = ()) -> str:
    """`text` with each secret replaced by `REDACTED`. Idempotent.

    `secrets` are known values: found raw, percent-encoded, escaped as in JSON and inside base64 (a Basic header of
    "user:secret"); one of fewer than four characters counts as a whole word alone. Beside them goes what is plainly a
    credential: users and query values in URLs, authorization headers, cookies, private keys, well-known token shapes,
    and values assigned to names such as `password`; of these, a value in `keep` stays, where somebody judged it none.
    """
    if known := _known(tuple(dict.fromkeys(secrets))):
        text = known.sub(MASK, text)
    return _masked(text, keep)[0]


def credentials(text: str) -> tuple[str, ...]:
    """The values that `redact` takes out of `text`, each once; of a URL with a credential in it, the whole URL."""
    return tuple(dict.fromkeys(_masked(text, ())[1]))

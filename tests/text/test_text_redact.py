"""What is secret goes, what merely sounds like it stays."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commandline import unmeasured
from leaks_corpus import GIVES_AWAY
from warroom.text.redact import _PASSES, MASK, mask_url, redact
from warroom.text.suspect import HINTS, is_suspect

GITHUB = "ghp_" + "a1B2" * 9
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJlLXBhcnQ"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nx1y2\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("https://ana:pa55@host/path", "https://REDACTED@host/path"),
        ("postgres://u:p@ss@db:5432/x now", "postgres://REDACTED@db:5432/x now"),
        ("GET https://h/p?token=abc&page=2#frag", "GET https://h/p?token=REDACTED&page=REDACTED#frag"),
        ("https://h/cb#access_token=abc&x=1", "https://h/cb#access_token=REDACTED&x=REDACTED"),
        ("https://h/x?" + "Ab1" * 8, "https://h/x?REDACTED"),
        ("Authorization: Bearer abc.def-123", "Authorization: REDACTED"),
        ('-H "Authorization: Basic dXNlcjpwYXNz" x', '-H "Authorization: REDACTED" x'),
        ("sent bearer aGVsbG8gd29ybGQ= to it", "sent bearer REDACTED to it"),
        ("Set-Cookie: sid=31d4d96e; Path=/\nServer: x", "Set-Cookie: REDACTED\nServer: x"),
        ("X-Api-Key: 12345", "X-Api-Key: REDACTED"),
        ("password=hunter2", "password=REDACTED"),
        ("PGPASSWORD=hunter psql", "PGPASSWORD=REDACTED psql"),
        ("DB_PASSWORD = 'two words'", "DB_PASSWORD = 'REDACTED'"),
        ("password: Tr0ub4dor&3", "password: REDACTED"),
        ('{"password": "hunter", "user": "ana"}', '{"password": "REDACTED", "user": "ana"}'),
        ("{'api_key':'hunter'}", "{'api_key':'REDACTED'}"),
        ("server=db;uid=sa;Pwd=hunter;x=1", "server=db;uid=sa;Pwd=REDACTED;x=1"),
        ("login --password hunter2 --user ana", "login --password REDACTED --user ana"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = REDACTED"),
        ("client_secret=abc&scope=x", "client_secret=REDACTED&scope=x"),
        ("key AKIAIOSFODNN7EXAMPLE used", "key REDACTED used"),
        (f"pushed with {GITHUB}.", "pushed with REDACTED."),
        (f"jwt {JWT} end", "jwt REDACTED end"),
        ("slack xoxb-123456789012-abcdef", "slack REDACTED"),
        (f"before\n{KEY}\nafter", "before\nREDACTED\nafter"),
        ("cut -----BEGIN PRIVATE KEY-----\nMIIE", "cut REDACTED"),
    ],
)
def test_a_credential_goes_and_what_is_around_it_stays(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "the password was rotated by ana",
        "token bucket is full, 30 tokens left",
        "token: expired",
        "max_tokens=512 token_count=3",
        "secret sauce, basic authentication failed",
        "Basic checks passed; bearer of bad news",
        "password=",
        "password=${env:DB_PASSWORD}",
        "token = <your token>",
        "PWD=/srv/app OLDPWD=/srv",
        "https://host:8080/path/to?page",
        "mail ana@example.org about http://host/",
        "docker compose up -d backend",
        "key: value, keyboard=us, monkey=1",
        "git show 3f786850e387550fdab836ed7e6dc881de23001b",
        "0193a1b2-7c3d-7e4f-8a9b-0c1d2e3f4a5b",
        "eyJust a word. AKIA is a prefix",
        "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----",
        'up{job="backend-metrics"} == 1',
        "latency = 300ms, status == 200",
    ],
)
def test_what_merely_sounds_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("secret", ["hunter2", "p@ss w0rd/+?", 'quo"te\\x', "пароль", "a-b_c~d"])
@pytest.mark.parametrize(
    "spelled",
    [
        str,
        lambda secret: quote(secret, safe=""),
        quote_plus,
        json.dumps,
        lambda secret: base64.b64encode(f"ana:{secret}".encode()).decode(),
        lambda secret: base64.b64encode(f"ab:{secret}x".encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(f"admin:{secret}".encode()).decode(),
    ],
)
def test_a_known_secret_goes_in_every_spelling(secret: str, spelled: Callable[[str], str]) -> None:
    written = spelled(secret)
    told = redact(f"it said {written} twice: {written}", [secret])
    assert told.count(MASK) == 2
    assert secret not in told
    assert secret[1:] not in told


@given(st.text(min_size=4, max_size=20), st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_is_never_left(secret: str, before: str, after: str) -> None:
    assume(secret not in MASK)
    assume(MASK not in secret)
    told = redact(before + secret + after, [secret])
    assert secret not in told.replace(MASK, "\n")


@given(st.binary(min_size=5, max_size=20), st.binary(max_size=9), st.binary(max_size=9))
def test_a_secret_inside_base64_is_found_at_every_offset(secret: bytes, before: bytes, after: bytes) -> None:
    known = secret.hex()
    whole = base64.b64encode(before + known.encode() + after).decode()
    assert MASK in redact(whole, [known])


def test_a_very_short_secret_is_a_whole_word() -> None:
    assert redact("pin 123 of 41234", ["123"]) == "pin REDACTED of 41234"
    assert redact("nothing", ["", ""]) == "nothing"


def test_the_longest_secret_goes_first() -> None:
    assert redact("hunter2-long", ["hunter2", "hunter2-long"]) == MASK


@given(
    st.text(max_size=60) | st.from_regex(r"(password|token|bearer |https://|[=:@&? ]|[a-z0-9]){0,20}", fullmatch=True)
)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    assert redact(redact(text, ["hunter2"]), ["hunter2"]) == redact(text, ["hunter2"])


@pytest.mark.parametrize("url", ["https://u:p@h/x?a=b", "http://h", "tcp://h:1?x=1&y#z=2", "mailto:x"])
def test_a_masked_url_is_still_the_url_of_the_same_host(url: str) -> None:
    before, after = urlsplit(url), urlsplit(mask_url(url))
    assert (before.scheme, before.hostname, before.port, before.path) == (
        after.scheme,
        after.hostname,
        after.port,
        after.path,
    )


HOSTILE = (
    *("a", "password", "token=", "-----BEGIN PRIVATE KEY-----", "http://", "@", "a.b-", "eyJ"),
    *("--token ", '"a', "mysql -", "curl ", "pass is "),
)
REDACTING = """
import json, resource, sys
from warroom.text.redact import redact
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
for piece in json.load(sys.stdin):
    print(repr(piece), flush=True)
    redact(piece * (100_000 // len(piece)))
"""
"""All together takes half a second of the processor. Where one pattern looks at a text from each of its letters to its
end, that alone takes more than the kernel allows here."""


def test_no_hostile_text_is_looked_at_from_each_of_its_letters() -> None:
    command = [sys.executable, "-c", REDACTING]
    pieces = json.dumps(HOSTILE)
    done = subprocess.run(command, input=pieces, capture_output=True, text=True, env=unmeasured(), check=False)
    assert done.returncode == 0, f"not done with {done.stdout.splitlines()[-1:]}: {done.stderr}"
    assert done.stdout.splitlines() == [repr(piece) for piece in HOSTILE]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ran `export TOKEN=abc123def` twice", "ran `export TOKEN=REDACTED` twice"),
        ("`password=hunter2`.", "`password=REDACTED`."),
        ("`curl -H Authorization: Bearer abcdef123`, then waited", "`curl -H Authorization: REDACTED`, then waited"),
        ("password=ab`cd ok", "password=REDACTED ok"),
    ],
)
def test_the_backtick_that_ends_a_piece_of_code_stays(text: str, masked: str) -> None:
    assert redact(text) == masked


_SAID = " ".join(text for _, text, _ in GIVES_AWAY)


@given(
    st.sampled_from([text for _, text, _ in GIVES_AWAY])
    | st.from_regex(r"(paſſword|TOKEN|sess_id|bearer |X-|\$2y\$|https://|[=:@&? ]|[a-z0-9]){0,20}", fullmatch=True)
)
def test_what_a_pattern_finds_its_hints_announce(text: str) -> None:
    for hints, pattern, _ in _PASSES:
        if pattern.search(text):
            assert any(hint in text.casefold() for hint in hints)


def test_every_pattern_is_tried_by_the_corpus() -> None:
    assert [pattern.pattern for _, pattern, _ in _PASSES if not pattern.search(_SAID)] == []


def test_no_credential_is_passed_over_for_looking_harmless() -> None:
    assert all(is_suspect(text) for kind, text, _ in GIVES_AWAY if kind == "secret")
    for hints, pattern, _ in _PASSES:
        heard = hints != ("",)
        assert all(any(known in hint for known in HINTS) for hint in hints if heard), pattern
    assert not is_suspect("restarted the backend, 3 of 5 are up again")

"""Whether a text is worth the search for credentials, which takes longer to load than all of `warroom log`. Light."""

HINTS = (
    *("pass", "secret", "token", "key", "credential", "auth", "cookie", "x-", "bearer", "basic", "pwd", "pw", "sess"),
    *("api", "://", "hooks.", "webhook", "pagerduty", "hc-ping", "$", "mysql", "mariadb", " login", "redis-cli"),
    *("ldap", "curl", "wget", "http", "smbclient"),
)
"""What stands beside a credential, or begins one."""
_SHORTEST_TOKEN = 15
"""Characters without a space in between; no issuer's token is shorter."""


def is_suspect(text: str) -> bool:
    """False where `redact.credentials` would find nothing; most texts are told apart by this alone."""
    heard = text.casefold()
    return any(hint in heard for hint in HINTS) or any(len(word) >= _SHORTEST_TOKEN for word in text.split())

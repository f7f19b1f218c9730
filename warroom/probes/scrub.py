"""Takes known secrets out of a text, in the forms in which they travel."""

import base64
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_MASK = "***"


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` without any of `secrets`: raw, quoted for a URL, or in base64; the longest first."""
    forms: set[str] = set()
    for secret in secrets:
        forms |= {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
        forms.add(base64.b64encode(secret.encode()).decode())
    for form in sorted(forms, key=len, reverse=True):
        if form:
            text = text.replace(form, _MASK)
    return text

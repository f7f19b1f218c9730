"""What entries rest on, word for word: logs, outputs and answers, below the story that refers to them."""

import re

from warroom.postmortem import escape
from warroom.postmortem.narration import Narration
from warroom.text import clean
from warroom.text.redact import redact

_TICKS = re.compile(r"`{3,}")


def render(narration: Narration) -> list[str]:
    """A line and a block of code for each text kept as evidence, in the order of the entries; none for the public.

    What is plainly a credential is masked: outputs are kept in a hurry, and a document goes further than the record.
    """
    if not narration.internal:
        return []
    blocks = []
    for entry in narration.entries:
        when = narration.theme.words["untimed"] if entry.at is None else narration.stamps.entry(entry.at, entry.until)
        for piece in entry.evidence:
            if text := redact(clean(piece.text)).strip("\n"):
                blocks += [f"**{escape.line(', '.join(part for part in (when, piece.label) if part))}:**", _code(text)]
    return blocks


def _code(text: str) -> str:
    fence = "`" * max((len(run) + 1 for run in _TICKS.findall(text)), default=3)
    return f"{fence}text\n{text}\n{fence}"

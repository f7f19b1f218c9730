"""A text while it is being written, and what it is for: apart from the composer, which the first paint does without."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from warroom.incident.kinds import MARK_WORDS, Kind, Mark
from warroom.incident.model import Evidence


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being written and what it is for. `at` is the time of the key that began it.

    `timed` says whether a time in front of the text is understood, `backdated` that there was one. `then` gets the
    finished draft, `changed` every new text. `complete` has what a text could go on to, `echo` how it is understood and
    the style of saying so. `service` and `evidence` go with the words into the entry. `chosen` says that what is typed
    takes the place of `text`, `dated` that `at` is shown though it can't be changed here, `enter` what Enter does.
    """

    what: str
    at: datetime
    text: str = ""
    kind: Kind | None = None
    mark: Mark = ""
    timed: bool = True
    backdated: bool = False
    then: Callable[["Draft"], None] | None = None
    changed: Callable[[str], None] | None = None
    complete: Callable[[str], list[str]] | None = None
    echo: Callable[[str], tuple[str, str] | None] | None = None
    hint: str = ""
    service: str = ""
    evidence: tuple[Evidence, ...] = ()
    chosen: bool = False
    dated: bool = False
    enter: str = "save"

    @property
    def label(self) -> str:
        return self.what if self.mark or self.kind is None else self.kind.replace("-", " ")

    @property
    def lasts(self) -> bool:
        """Whether Esc sets it aside: an entry in words of one's own; all else is opened anew as quickly."""
        return self.kind is not None and self.timed and not self.mark

    @property
    def words(self) -> str:
        """The text; that of a milestone without the word that it was filled in with, unless that is all there is."""
        if not self.mark:
            return self.text
        filled, text = MARK_WORDS[self.mark], self.text.strip()
        rest = text[len(filled) :].lstrip(" :") if text.casefold().startswith(f"{filled}:") else text
        return rest or text.rstrip(" :")

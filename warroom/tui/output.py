"""What a command writes, as it is shown while it runs: in whole characters, the last of it, and without secrets."""

import re
from codecs import getincrementaldecoder
from typing import Final

from warroom.text import clean
from warroom.text.redact import redact

_MOST_SHOWN: Final = 200_000
"""Characters that are kept to be read; what is logged is a shorter excerpt."""
_AT_ONCE: Final = 8192
"""Characters that are looked through at every paint; what came before them is done with."""
_BROKEN_INTO: Final = re.compile(r"\S{0,256}")
_GOES_ON: Final = (":", "=", "\\")
_LINES_BACK: Final = 16
_LONGEST_KEY: Final = 32_768


class Output:
    """Redacted as the record is, in pieces: to look through all of a long one again would hold up the keys."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._done, self._rest = "", ""
        self.cut = False
        """Whether the beginning is no longer kept."""

    def take(self, data: bytes) -> None:
        self._rest += self._decoder.decode(data)
        if len(self._rest) > _AT_ONCE:
            whole = _whole(self._rest)
            self._done += redact(clean(self._rest[:whole]))
            self._rest = self._rest[whole:]
        if len(self._rest) > _MOST_SHOWN:  # one endless line; of half a secret nobody would know that it is one
            self._rest, self._done, self.cut = _BROKEN_INTO.sub("", self._rest[-_MOST_SHOWN // 2 :], count=1), "", True
        if len(self._done) > _MOST_SHOWN:
            self._done, self.cut = self._done[-_MOST_SHOWN // 2 :], True

    @property
    def text(self) -> str:
        return self._done + redact(clean(self._rest))


def _whole(text: str) -> int:
    """Up to where nothing that follows can make a secret of it: a line that leaves no value and no key open."""
    end = text.rfind("\n") + 1
    for _ in range(_LINES_BACK):
        if not end or not text[max(end - 8, 0) : end].rstrip().endswith(_GOES_ON):
            break
        end = text.rfind("\n", 0, end - 1) + 1
    begun = text.rfind("-----BEGIN ", max(end - _LONGEST_KEY, 0), end)
    return begun if begun >= 0 and "-----END " not in text[begun:end] else end

"""What happens when the program itself is at fault: one line for the person, the rest in a file, without locals."""

import os
import traceback
from datetime import datetime
from pathlib import Path

from warroom.text import clean, clean_line


def keep_crash(state: str, error: BaseException, at: datetime) -> str:
    """Adds the traceback to `crash.log` in the state directory; one line that says what happened and where more is.

    Values of variables stay out of it: they may be secrets. So does what looks like one in the words of the error.
    """
    from warroom.text.redact import redact  # not before the first paint

    what = clean_line(redact(f"{type(error).__name__}: {error}"))[:200]
    path = Path(state, "crash.log")
    told = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(f"{at.isoformat()}\n{clean(redact(told))}\n")
    except OSError as refused:
        return f"{what} (and no details: {path}: {refused.strerror})"
    return f"{what}; details in {path}"

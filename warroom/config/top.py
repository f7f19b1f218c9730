"""The texts at the top of warroom.toml (author, timezone, theme), read without judging the rest of it. Light.

Logging and declaring must go on while a service table is wrong; the war room, `check` and `doctor` say what is wrong.
"""

import re

_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)


def texts(path: str) -> dict[str, str]:
    """Every top-level text of the file at `path`; none where there is no path, or the top can't be read."""
    if not path:
        return {}
    import tomli

    try:
        with open(path, "rb") as file:
            data = file.read().removeprefix(b"\xef\xbb\xbf")
        table = _TABLE.search(data)
        top = tomli.loads(data[: table.start() if table else len(data)].decode())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: value for name, value in top.items() if isinstance(value, str)}

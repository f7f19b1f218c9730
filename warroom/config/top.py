"""The texts at the top of warroom.toml (author, timezone, theme), read without judging the rest of it. Light.

Logging and declaring must go on while a service table is wrong; the war room, `check` and `doctor` say what is wrong.
"""


def texts(path: str) -> dict[str, str]:
    """Every top-level text of the file at `path`; none where there is no path, or the top can't be read."""
    if not path:
        return {}
    import tomli

    try:
        with open(path, "rb") as file:
            data = file.read().removeprefix(b"\xef\xbb\xbf")
        top = tomli.loads(_above_tables(data).decode())
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: value for name, value in top.items() if isinstance(value, str)}


def _above_tables(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    first = next((place for place, line in enumerate(lines) if line.lstrip().startswith(b"[")), len(lines))
    return b"".join(lines[:first])

"""Who is writing: the name that stands at an entry. Light: files are read as they are, no command is run."""

import os
from collections.abc import Mapping

_INCLUDES = 5
_MOST_BYTES = 1 << 20


def author(given: str | None, environ: Mapping[str, str], configured: str, directory: str) -> str:
    """The first of: `given`, WARROOM_BY, `configured`, git's user.name as seen in `directory`, the login."""
    for name in (given, environ.get("WARROOM_BY"), configured):
        if name and name.strip():
            return _line(name)
    return _line(git_name(environ, directory) or login(environ))


def _line(name: str) -> str:
    from warroom.text import clean_line

    return clean_line(name)


def login(environ: Mapping[str, str]) -> str:
    """The login; of who became root by sudo, the own one. "unknown" for a user id without a name."""
    name = environ.get("SUDO_USER") or environ.get("LOGNAME") or environ.get("USER")
    if name:
        return name
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return "unknown"


def git_name(environ: Mapping[str, str], directory: str) -> str:
    """git's user.name: the repository's around `directory` before the user's before the system's; "" for none.

    Conditional includes are passed over.
    """
    if name := environ.get("GIT_AUTHOR_NAME"):
        return name
    home = environ.get("HOME", "")
    config_home = environ.get("XDG_CONFIG_HOME") or (os.path.join(home, ".config") if home else "")
    own = [os.path.join(home, ".gitconfig")] if home else []
    own += [os.path.join(config_home, "git", "config")] if config_home else []
    own = [environ["GIT_CONFIG_GLOBAL"]] if "GIT_CONFIG_GLOBAL" in environ else own
    system = [] if environ.get("GIT_CONFIG_NOSYSTEM") else [environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig")]
    for path in (*_repository(directory), *own, *system):
        if name := _user_name(path, home, _INCLUDES):
            return name
    return ""


def _repository(directory: str) -> list[str]:
    """The configuration file of the repository around `directory`; a worktree's stands in its main repository."""
    here = os.path.abspath(directory)
    while True:
        found = os.path.join(here, ".git")
        if os.path.isdir(found):
            return [os.path.join(found, "config")]
        if os.path.isfile(found):
            pointer = _read(found).decode(errors="replace").partition("gitdir:")[2].strip()
            place = os.path.join(here, pointer)
            common = _read(os.path.join(place, "commondir")).decode(errors="replace").strip()
            return [os.path.join(place, common, "config")] if pointer else []
        above = os.path.dirname(here)
        if above == here:
            return []
        here = above


def _user_name(path: str, home: str, depth: int) -> str:
    section, name = "", ""
    for line in _read(path).decode(errors="replace").splitlines():
        line = line.strip()
        if line.startswith("["):
            name_in_brackets, _, line = line[1:].partition("]")
            section = name_in_brackets.strip().lower()
        key, equals, value = line.partition("=")
        if not equals:
            continue
        if section == "user" and key.strip().lower() == "name":
            name = _value(value)
        elif section == "include" and key.strip().lower() == "path" and depth:
            included = _value(value)
            if included.startswith("~/"):
                included = os.path.join(home, included[2:])
            name = _user_name(os.path.join(os.path.dirname(path), included), home, depth - 1) or name
    return name


def _value(text: str) -> str:
    """A value as git writes it: quotes, escapes, and comments outside of quotes."""
    found, quoted, letters = [], False, iter(text.strip())
    for letter in letters:
        if letter == "\\":
            found.append({"n": "\n", "t": "\t", "b": ""}.get(escaped := next(letters, ""), escaped))
        elif letter == '"':
            quoted = not quoted
        elif letter in "#;" and not quoted:
            break
        else:
            found.append(letter)
    return "".join(found).strip()


def _read(path: str) -> bytes:
    """The beginning of a file; b"" where it can't be read: a name is then looked for elsewhere."""
    try:
        with open(path, "rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""

"""Where configuration, incidents and state are, and which incident is meant. Light: no dataclasses, no pathlib."""

import os
import re
import sys
from collections.abc import Mapping

from warroom.files import disk, tail
from warroom.files.errors import BrokenFileError, FileError, GoneError, RefusedPathError

CONFIG_NAME = "warroom.toml"
OPEN_STATUSES = frozenset({"investigating", "identified", "monitoring"})
"""The same as `incident.kinds` has, whose import would cost too much here; a test holds them together."""

_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)
_FIRST_READ = 4096
_LISTED = 8


class Places:
    """The configuration file ("" if none), the directories of incidents and of state, and WARROOM_INCIDENT."""

    __slots__ = ("config", "incident", "incidents", "state")

    def __init__(self, config: str, incidents: str, state: str, incident: str = "") -> None:
        self.config, self.incidents, self.state, self.incident = config, incidents, state, incident


class Head:
    """What the top of an incident file says, as it stands there: values are not checked. `error` if it is broken.

    `id` is that of the file name, which is what commands take.
    """

    __slots__ = ("error", "id", "path", "values")

    def __init__(self, path: str, values: Mapping[str, object], error: FileError | None = None) -> None:
        self.path, self.values, self.error = path, values, error
        self.id = os.path.basename(path).removesuffix(".toml")

    @property
    def open(self) -> bool:
        return self.error is None and self.text("status", "investigating") in OPEN_STATUSES

    def text(self, name: str, default: str = "") -> str:
        """A value that should be text; the default where it is missing or is none."""
        found = self.values.get(name, default)
        return found if isinstance(found, str) else default


def find(
    cwd: str | os.PathLike[str],
    environ: Mapping[str, str],
    *,
    config: str | None = None,
    incidents: str | None = None,
) -> Places:
    """The places that hold for a command started in `cwd`; an argument wins over the environment, that over a search.

    FileError where a configuration that was named is not there or is no TOML at its top.
    """
    here = os.path.abspath(os.fspath(cwd))
    named = config or environ.get("WARROOM_CONFIG", "")
    if named:
        file = os.path.join(here, os.path.expanduser(named))
        if not os.path.isfile(file):
            raise GoneError(file, "is not there", mend="name the configuration file that --config should read")
    else:
        file = _upwards(here) or _existing(os.path.join(user_directory("config", environ), CONFIG_NAME))
    folder = incidents or environ.get("WARROOM_INCIDENTS", "")
    if folder:
        folder = os.path.join(here, os.path.expanduser(folder))
    elif file:
        folder = os.path.join(os.path.dirname(file), os.path.expanduser(_incidents_of(file)))
    else:
        folder = os.path.join(user_directory("data", environ), "incidents")
    state = user_directory("state", environ)
    return Places(file, os.path.normpath(folder), state, environ.get("WARROOM_INCIDENT", ""))


def user_directory(what: str, environ: Mapping[str, str]) -> str:
    """This program's directory for "config", "data" or "state" of the user."""
    if sys.platform == "darwin":
        import platformdirs

        kinds = {"config": platformdirs.user_config_dir, "data": platformdirs.user_data_dir}
        return kinds.get(what, platformdirs.user_state_dir)("warroom")
    # The XDG rules; the library for them costs more than all of `warroom log`.
    home = environ.get("HOME") or os.path.expanduser("~")
    usual = {"config": ".config", "data": ".local/share", "state": ".local/state"}[what]
    base = environ.get(f"XDG_{what.upper()}_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.join(home, usual), "warroom")


def _upwards(here: str) -> str:
    while True:
        if found := _existing(os.path.join(here, CONFIG_NAME)):
            return found
        parent = os.path.dirname(here)
        if parent == here:
            return ""
        here = parent


def _existing(path: str) -> str:
    return path if os.path.isfile(path) else ""


def _incidents_of(config: str) -> str:
    try:
        with open(config, "rb") as file:
            data = file.read()
    except OSError as error:
        raise disk.disk_error(config, error) from None
    try:
        folder = _top(data, config).get("incidents", "incidents")
    except BrokenFileError as error:  # the doctor mends incident files alone
        mend = "mend the line in an editor"
        raise BrokenFileError(config, error.reason, line=error.line, key=error.key, mend=mend) from None
    if not isinstance(folder, str) or not folder:
        raise FileError(config, "must be the name of a directory", key="incidents", mend='write incidents = "DIR"')
    return folder


def _top(data: bytes, source: str) -> Mapping[str, object]:
    """The keys above the first table; what is wrong further down is not noticed here."""
    table = _TABLE.search(data)
    top = tail.parsed(data[: table.start()] if table else data)
    if top is None:  # a line inside a multi-line string or list may begin with a bracket too
        top = tail.parsed(data)
    if top is None:
        raise tail.broken(data, source)
    return top


def read_head(path: str) -> Head:
    """The head of one file; FileErrors are in its `error`."""
    try:
        descriptor = disk.open_regular(path, os.O_RDONLY)
    except FileError as error:
        return Head(path, {}, error)
    try:
        data = os.read(descriptor, _FIRST_READ)
        while not _TABLE.search(data) and (more := os.read(descriptor, len(data) * 8)):
            data += more
        table = _TABLE.search(data)
        if table and (top := tail.parsed(data[: table.start()])) is not None:
            return Head(path, top)
        while more := os.read(descriptor, 1 << 22):
            data += more
        return Head(path, _top(data, path))
    except FileError as error:
        return Head(path, {}, error)
    except OSError as error:
        return Head(path, {}, disk.disk_error(path, error))
    finally:
        os.close(descriptor)


def heads(directory: str | os.PathLike[str]) -> list[Head]:
    """The head of every incident in a directory, newest name first; none where there is no such directory."""
    where = os.fspath(directory)
    try:
        names = [name for name in os.listdir(where) if name.endswith(".toml") and not name.startswith(".")]
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise RefusedPathError(where, "is no directory of incidents", mend="name the directory") from None
    except OSError as error:
        raise disk.disk_error(where, error) from None
    names.sort(key=lambda name: name.removesuffix(".toml"), reverse=True)
    return [read_head(os.path.join(where, name)) for name in names]


def is_id(name: str) -> bool:
    """Whether a name can be that of an incident: printable, not hidden, and no path to anywhere else."""
    return bool(name) and name == os.path.basename(name) and not name.startswith(".") and name.isprintable()


def path_of(places: Places, incident_id: str) -> str:
    """The file of an incident; RefusedPathError for an id that could lead elsewhere, GoneError where it has no file."""
    wanted = incident_id.removesuffix(".toml")
    if not is_id(wanted):
        raise RefusedPathError(repr(incident_id), "is not the id of an incident", mend="see warroom list --all")
    path = os.path.join(places.incidents, f"{wanted}.toml")
    try:
        os.close(disk.open_regular(path, os.O_RDONLY))
    except GoneError:
        raise GoneError(path, "there is no such incident", mend="see warroom list --all") from None
    return path


def choose(places: Places, wanted: str | None = None, *, closed: bool = False) -> str:
    """The path of the incident that is meant: `wanted`, WARROOM_INCIDENT, the one in use, the only open one.

    With `closed` and none open, the newest one. FileError that lists what there is where that leaves a choice.
    """
    if named := wanted or places.incident:
        return path_of(places, named)
    if (used := in_use(places)) and used.open:
        return used.path
    known = heads(places.incidents)
    opened = [head for head in known if head.open]
    if len(opened) == 1:
        return opened[0].path
    if opened:
        names = ", ".join(head.id for head in opened[:_LISTED]) + (", …" if len(opened) > _LISTED else "")
        raise FileError(
            places.incidents,
            f"{len(opened)} incidents are open: {names}",
            mend="choose one with -i ID or warroom use ID",
        )
    whole = [head for head in known if head.error is None]
    if closed and whole:
        return whole[0].path
    for head in known:
        if head.error is not None:  # it may be the one that is meant
            raise FileError(places.incidents, f"no incident is open that can be read: {head.error}")
    last = f"-i {whole[0].id} means the last one, " if whole else ""
    raise FileError(places.incidents, "no incident is open", mend=f"{last}warroom declare TITLE opens one")


def use(places: Places, incident_id: str) -> str:
    """Remembers which incident this user's commands mean, for this directory of incidents; its path. FileError."""
    path = path_of(places, incident_id)
    file = _use_file(places)
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    except OSError as error:
        raise disk.disk_error(file, error) from None
    disk.replace(file, f"{os.path.basename(path)}\n".encode())
    return path


def in_use(places: Places) -> Head | None:
    """The head of the incident in use; None where none is, or it is gone."""
    try:
        with open(_use_file(places), "rb") as file:
            name = os.path.basename(file.read().decode(errors="replace").strip())
    except OSError:
        return None
    head = read_head(os.path.join(places.incidents, name)) if name else None
    return head if head is not None and head.error is None else None


def _use_file(places: Places) -> str:
    from zlib import crc32

    where = os.path.realpath(places.incidents)
    words = re.sub(r"[^A-Za-z0-9]+", "-", where)[-40:].strip("-")
    return os.path.join(places.state, "use", f"{words}-{crc32(os.fsencode(where)):08x}")


def data_dir(name: str) -> str:
    """The directory of files that come with the program: "themes", "sample_incidents". GoneError without them."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for path in (os.path.join(package, "data", name), os.path.join(os.path.dirname(package), name)):
        if os.path.isdir(path):
            return path
    raise GoneError(os.path.join(package, "data", name), "is not there", mend="install warroom again")


def theme_directories(places: Places, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Where themes are: beside the configuration, in the user's folder, in the program; the earlier one wins."""
    beside = (os.path.join(os.path.dirname(places.config), "themes"),) if places.config else ()
    return (*beside, os.path.join(user_directory("config", environ), "themes"), data_dir("themes"))

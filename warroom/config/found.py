"""Services as compose and Prometheus files tell of them, and the warroom.toml that watches them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tomli_w
import yaml

from warroom.text import clean_line
from warroom.toml import TomlError

COMPOSE: Final = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
PROMETHEUS: Final = ("prometheus.yml", "prometheus.yaml")
_MOST_BYTES: Final = 1 << 20
_PROMETHEUS_PORT: Final = "localhost:9090"
_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104 - read, not bound to
_VARIABLE: Final = re.compile(r"\$\{\w+(?::?-(?P<usual>[^}]*))?\}|\$\w+")
_CONTAINER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")
_PUBLISHED: Final = re.compile(
    r"(?:(?P<host>\[[0-9a-fA-F:]+\]|[\w.*-]*):)?(?P<port>\d{1,5})(?:-\d+)?:\d{1,5}(?:-\d+)?(?:/(?P<protocol>\w+))?"
)


class FoundError(TomlError):
    """One line that says what in a file could not be read."""


@dataclass(frozen=True, slots=True)
class Found:
    """One service to watch: its name, the key that says how with its value, and more keys of its table."""

    name: str
    kind: str
    target: str
    more: Mapping[str, Any] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """Reads tags that other programs understand (`!reset`, `!secret`) as nothing."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def look(directory: Path) -> tuple[list[Path], list[Found], list[str]]:
    """The files of a directory that tell of services (of Prometheus also one folder below), and what they tell.

    Last come the services that can't be watched by that, each with the reason. The first compose file counts, as for
    compose itself. FoundError.
    """
    compose = [path for name in COMPOSE if (path := directory / name).is_file()][:1]
    below = sorted(path for name in PROMETHEUS for path in directory.glob(f"*/{name}"))
    prometheus = ([path for name in PROMETHEUS if (path := directory / name).is_file()] + below)[:1]
    found: list[Found] = []
    left: list[str] = []
    for path in compose:
        data = _data(path)
        found += from_compose(data, path.parent.name)
        left += left_out(data, path.parent.name)
    for path in prometheus:
        found += from_prometheus(_data(path))
    return [*compose, *prometheus], list({service.name: service for service in reversed(found)}.values())[::-1], left


def _data(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise FoundError(str(path), 0, "is larger than 1 MiB; write the services by hand")
        known = yaml.load(data, _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise FoundError(str(path), 0, f"cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise FoundError(str(path), line, f"is not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FoundError(str(path), 0, f"is not YAML: {clean_line(str(error))}") from None
    return known if isinstance(known, dict) else {}


def from_compose(data: Mapping[str, Any], directory: str) -> Iterator[Found]:
    """Each service that starts by default: by the first TCP port it publishes, else by the state of its container."""
    tables = _table(data.get("services"))
    project = _project(str(data.get("name") or directory))
    started = {str(name): _table(table) for name, table in tables.items() if not _table(table).get("profiles")}
    seen = {name: look for name, table in started.items() if (look := _look_at(name, table, project))}
    for name, (kind, target) in seen.items():
        needs = [clean_line(other) for other in map(str, _names(started[name].get("depends_on"))) if other in seen]
        yield Found(clean_line(name), kind, target, {"needs": needs} if needs else {})


def left_out(data: Mapping[str, Any], directory: str) -> Iterator[str]:
    """Each service of a compose file that `from_compose` leaves out, and why."""
    project = _project(str(data.get("name") or directory))
    for name, table in ((str(name), _table(table)) for name, table in _table(data.get("services")).items()):
        if table.get("profiles"):
            yield f"{name} (only started by a profile)"
        elif _look_at(name, table, project) is None:
            yield f"{name} (publishes no TCP port, and its container's name is not known here)"


def _look_at(name: str, table: Mapping[str, Any], project: str) -> tuple[str, str] | None:
    """Kind and target of a look at a service; None where its container has no name that could be known here."""
    if address := next(_addresses(table.get("ports")), ""):
        return "tcp", address
    given = str(table.get("container_name") or "")
    container = _filled(given) if given else f"{project}-{name}-1"
    whole = _CONTAINER.fullmatch(container) and not _without_default(given)
    return ("container", container) if whole else None


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _names(value: object) -> Iterable[Any]:
    return value if isinstance(value, list | dict) else ()


def _project(name: str) -> str:
    """As compose makes the name of a project from that of its directory."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")


def _addresses(ports: object) -> Iterator[str]:
    for port in ports if isinstance(ports, list) else ():
        if isinstance(port, dict):
            published = _filled(str(port.get("published") or "")).partition("-")[0]
            host, protocol = str(port.get("host_ip") or ""), str(port.get("protocol") or "tcp")
        else:
            match = _PUBLISHED.fullmatch(_filled(str(port)))
            published = match["port"] if match else ""
            host, protocol = (match["host"] or "", match["protocol"] or "tcp") if match else ("", "")
        if protocol == "tcp" and published.isdigit() and 0 < int(published) < 1 << 16:
            bare = host.strip("[]")
            shown = "localhost" if bare in _EVERYWHERE else f"[{bare}]" if ":" in bare else bare
            yield f"{shown}:{int(published)}"


def _without_default(text: str) -> bool:
    return any(match["usual"] is None for match in _VARIABLE.finditer(text))


def _filled(text: str) -> str:
    """Variables by their defaults; one without a default leaves a hole, which no port matches."""
    return _VARIABLE.sub(lambda match: match["usual"] or "", text)


def from_prometheus(data: Mapping[str, Any]) -> Iterator[Found]:
    """Each job that Prometheus scrapes, asked of Prometheus itself: up means that all its targets are."""
    jobs = data.get("scrape_configs")
    names = [str(job["job_name"]) for job in jobs if _table(job).get("job_name")] if isinstance(jobs, list) else []
    address = next(_own_targets(jobs), _PROMETHEUS_PORT)
    for name in names:
        called = clean_line(name)
        query = f"min(up{{job={json.dumps(called, ensure_ascii=False)}}})"
        yield Found(f"{called} (scraped)", "prom", f"http://{address}", {"query": query, "must": ["value == 1"]})


def _own_targets(jobs: object) -> Iterator[str]:
    for job in jobs if isinstance(jobs, list) else ():
        if "prometheus" in str(_table(job).get("job_name", "")):
            configs = _table(job).get("static_configs")
            for config in configs if isinstance(configs, list) else ():
                for target in _names(_table(config).get("targets")):
                    if re.fullmatch(r"[\w.-]+:\d{1,5}", str(target)):
                        yield str(target)


_FRONT: Final = """\
# What the war room watches. Incidents are kept in incidents/ beside this file.
# Every key is in warroom's docs/warroom-toml.md, its use in docs/services.md;
# `warroom doctor` says what is wrong, `warroom check` looks once at everything.

# timezone = "Europe/Berlin"      # of new incidents, else UTC
# theme = "plain"                 # warroom themes lists them

[defaults]
every = "15s"                     # how often to look
timeout = "5s"                    # for the whole check
fall = 3                          # so many bad results in a row count as down
rise = 2                          # so many good ones as up again
"""
_EXAMPLE: Final = """
# A service has a name and one key that says how to look. Take the marks away
# from what fits.

# [[service]]
# name = "api"
# http = "https://api.example.com/healthz"
# should = ["latency < 300ms", "cert > 21d"]    # else it counts as degraded
# runbook = "https://wiki.example.com/api"

# [[service]]
# name = "database"
# tcp = "localhost:5432"

# [[service]]
# name = "disk"
# host = "disk /"
"""


def configuration(found: Iterable[Found], sources: Iterable[str] = ()) -> str:
    """A warroom.toml with these services, each line explained; with examples to uncomment where there is none."""
    blocks = [_block(service) for service in found]
    named = f"\n# Found in {', '.join(map(clean_line, sources))}.\n" if blocks else ""
    return _FRONT + named + "".join(blocks) + ("" if blocks else _EXAMPLE)


def _block(service: Found) -> str:
    rows = {"name": service.name, service.kind: clean_line(service.target), **service.more}
    return "\n[[service]]\n" + "".join(_row(key, value) for key, value in rows.items())


def _row(key: str, value: object) -> str:
    if isinstance(value, list):
        inner = ", ".join(_row("x", item).removeprefix("x = ").rstrip("\n") for item in value)
        return f"{key} = [{inner}]\n"
    return tomli_w.dumps({key: value})

"""From settings to probes: every [[service]] is understood when it is loaded, not when it first runs."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from warroom.config.settings import (
    Defaults,
    ServiceTable,
    Settings,
    SettingsError,
    Source,
    count_of,
    nearest,
    seconds_of,
    texts_of,
)
from warroom.health.conditions import Condition, parse
from warroom.health.machine import Rules
from warroom.probes.definition import Check, Definition
from warroom.probes.host_figures import has_swap, real_disks
from warroom.probes.kinds import KINDS, module_of
from warroom.probes.options import Options, a_switch, a_text
from warroom.probes.probe import CheckProbe
from warroom.probes.resources import Resources
from warroom.text import clean_line
from warroom.text.redact import redact

HOST_GROUP = "this host"
_REACH_PATIENCE = 2.0
_OF_EVERY_KIND = (
    *("name", "group", "every", "retry", "timeout", "fall", "rise"),
    *("must", "should", "needs", "runbook", "paused"),
)


def build(settings: Settings, resources: Resources) -> tuple[CheckProbe, ...]:
    """The probes of all services, in the order of the file; those of this host where there are none.

    SettingsError, with file, line and key, for the first thing that is wrong.
    """
    tables = settings.services or host_tables(settings.source)
    probes = tuple(_probe(table, settings.defaults, resources) for table in tables)
    _check_needs(tables, probes)
    return probes


def exposed(settings: Settings, probes: Iterable[CheckProbe], mode: int) -> tuple[str, ...]:
    """One line for each service with a secret written out, where others may read the file (`mode` is its st_mode)."""
    if settings.path is None or not mode & 0o077:
        return ()
    return tuple(
        f"{settings.path}: service {probe.definition.name!r} has a secret written out and others may read the file; "
        f'run chmod 600 on it, or write "${{env:NAME}}" instead'
        for probe in probes
        if any(secret.literal for secret in probe.check.secrets)
    )


def build_reach(settings: Settings, resources: Resources) -> tuple[CheckProbe, ...]:
    """The looks at the addresses under [observer]: "tcp HOST:PORT" or "http URL"; SettingsError for all else."""
    probes: list[CheckProbe] = []
    for index, text in enumerate(settings.reach):
        kind, _, target = text.strip().partition(" ")
        if kind not in ("tcp", "http"):
            raise settings.source.error(f'{text!r} is not "tcp HOST:PORT" or "http URL"', "observer", "reach")
        table = ServiceTable(f"observer {index + 1}", 0, {kind: target.strip()}, Source(settings.source.name))
        try:
            probes.append(_probe(table, replace(settings.defaults, timeout=_REACH_PATIENCE), resources))
        except SettingsError as error:
            raise settings.source.error(error.reason, "observer", "reach") from None
    return tuple(probes)


def host_tables(source: Source) -> tuple[ServiceTable, ...]:
    """What is watched without configuration: this host's processor, memory, swap, load and disks."""
    figures = ["cpu", "memory", *(["swap"] if has_swap() else []), "load", *(f"disk {one}" for one in real_disks())]
    return tuple(
        ServiceTable(clean_line(figure), index, {"name": figure, "host": figure, "group": HOST_GROUP}, source)
        for index, figure in enumerate(figures)
    )


def _probe(table: ServiceTable, defaults: Defaults, resources: Resources) -> CheckProbe:
    kind = _kind(table)
    options = Options(table, also_known=(kind,))
    group = options.take("group", a_text, "")
    every = options.take("every", seconds_of, max(defaults.every, 1.0) if kind == "host" else defaults.every)
    timeout = options.take("timeout", seconds_of, defaults.timeout)
    retry = min(options.take("retry", seconds_of, defaults.retry), every)
    rules = Rules(options.take("fall", count_of, defaults.fall), options.take("rise", count_of, defaults.rise))
    needs: tuple[str, ...] = options.take("needs", texts_of, ())
    runbook = options.take("runbook", a_text, "")
    paused = options.take("paused", a_switch, False)
    check = module_of(kind).build(options, resources)
    must, should = _conditions(options, check)
    options.finish()
    definition = Definition(
        name=table.name,
        kind=kind,
        target=clean_line(redact(check.target)),
        fingerprint=_fingerprint(table.values, defaults),
        rules=rules,
        group=group,
        every=every,
        retry=retry,
        timeout=timeout,
        must=must,
        should=should,
        needs=needs,
        runbook=clean_line(runbook),
        paused=paused,
        local=check.local,
        host=check.host,
    )
    return CheckProbe(definition, check, resources.environ)


def _kind(table: ServiceTable) -> str:
    named = [kind for kind in KINDS if kind in table.values]
    if len(named) == 1:
        return named[0]
    if named:
        raise table.error(f"has both {' and '.join(named)}; one check a service, write a second [[service]]", named[1])
    for key in table.values:
        if key not in _OF_EVERY_KIND:
            raise table.error(f"says not what to check; is this key the check? {nearest(key, KINDS)}", key)
    raise table.error(f"says not what to check; add one of {', '.join(KINDS)}")


def _conditions(options: Options, check: Check) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """The conditions of the table, and the default ones about values that none of those mentions."""
    must = options.conditions("must", check.vocabulary)
    should = options.conditions("should", check.vocabulary)
    mentioned = {condition.root for condition in (*must, *should)}

    def defaults(texts: Iterable[str]) -> tuple[Condition, ...]:
        conditions = (parse(text, check.vocabulary) for text in texts)
        return tuple(condition for condition in conditions if condition.root not in mentioned)

    return (*must, *defaults(check.must)), (*should, *defaults(check.should))


def _fingerprint(values: Mapping[str, Any], defaults: Defaults) -> str:
    """Equal for equal definitions; it holds no secret, only a digest of the table as written."""
    written = json.dumps([dict(values), repr(defaults)], sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def _check_needs(tables: Iterable[ServiceTable], probes: tuple[CheckProbe, ...]) -> None:
    needs = {probe.definition.name: probe.definition.needs for probe in probes}
    for table in tables:
        for needed in needs[table.name]:
            if needed not in needs:
                raise table.error(f"no service is called {needed!r}; {nearest(needed, needs)}", "needs")
        circle = _circle(table.name, needs.__getitem__)
        if circle:
            raise table.error(f"the services need each other in a circle: {' > '.join(circle)}", "needs")


def _circle(start: str, needs: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """A way from `start` back to itself, if there is one."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        for needed in needs(path[-1]):
            if needed == start:
                return (*path, start)
            if needed not in seen:
                seen.add(needed)
                waiting.append((*path, needed))
    return ()

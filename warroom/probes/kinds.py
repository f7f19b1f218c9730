"""The kinds of check: the key that names each in a [[service]] table, and the module that builds it."""

from importlib import import_module
from typing import Final, Protocol, cast

from warroom.probes.definition import Check
from warroom.probes.options import Options
from warroom.probes.resources import Resources

KINDS: Final = {
    "http": "warroom.probes.http_check",
    "tcp": "warroom.probes.tcp_check",
    "tls": "warroom.probes.tls_check",
    "dns": "warroom.probes.dns_check",
    "prom": "warroom.probes.prom_check",
    "alerts": "warroom.probes.alerts_check",
    "proc": "warroom.probes.proc_check",
    "host": "warroom.probes.host_check",
    "unit": "warroom.probes.unit_check",
    "container": "warroom.probes.container_check",
    "cmd": "warroom.probes.cmd_check",
}


class KindModule(Protocol):
    """What the module of a kind offers."""

    def build(self, options: Options, resources: Resources) -> Check:
        """The check of a table; SettingsError for an option that is wrong. It takes every option it knows."""
        ...


def module_of(kind: str) -> KindModule:
    """The module of a kind, imported when the first service of that kind is built."""
    return cast("KindModule", import_module(KINDS[kind]))

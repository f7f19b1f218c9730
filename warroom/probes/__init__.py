"""From [[service]] tables to probes that look at services; the only room that knows httpx, sockets and psutil."""

from warroom.probes.build import build, build_reach, exposed
from warroom.probes.definition import Definition
from warroom.probes.probe import Probe, check_once
from warroom.probes.resources import Resources

__all__ = ["Definition", "Probe", "Resources", "build", "build_reach", "check_once", "exposed"]

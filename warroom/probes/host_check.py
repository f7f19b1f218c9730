"""Kind `host`: one figure of this host: cpu, memory, swap, load, or a disk by where it is mounted."""

from collections.abc import Mapping
from typing import Final

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.probes.definition import Found, Journey
from warroom.probes.host_figures import HostSampler, Usage, disk_error
from warroom.probes.options import Options, a_text
from warroom.probes.resources import Resources

_USAGE: Final[Mapping[str, Dimension]] = {"used": "percent", "free": "bytes", "total": "bytes"}
VOCABULARY: Final[Mapping[str, Mapping[str, Dimension]]] = {
    "cpu": {"used": "percent"},
    "memory": _USAGE,
    "swap": _USAGE,
    "load": {"load1": "number", "load5": "number", "load15": "number", "per_core": "number"},
    "disk": _USAGE,
}
# A busy processor or a long queue slows things down, it does not end them: no `must` for those.
_SHOULD: Final = {
    "cpu": ("used < 95%",),
    "memory": ("used < 90%",),
    "swap": ("used < 80%",),
    "load": ("per_core < 2",),
    "disk": ("used < 85%",),
}
_MUST: Final = {"memory": ("used < 98%",), "disk": ("used < 97%",)}
_GIB: Final = 1024**3


def build(options: Options, resources: Resources) -> "HostCheck":
    """The check of a table with the key `host`."""
    return HostCheck(options.take("host", a_figure, "cpu"), resources.sampler)


class HostCheck:
    """Looks at one figure, as the sampler that all share has it."""

    host = ""
    local = True

    def __init__(self, figure: str, sampler: HostSampler) -> None:
        self._what, _, self._mount = figure.partition(" ")
        self._sampler = sampler
        self.target = figure
        self.journey = Journey(f"asking for {figure}")
        self.vocabulary = VOCABULARY[self._what]
        self.must: tuple[str, ...] = _MUST.get(self._what, ())
        self.should: tuple[str, ...] = _SHOULD[self._what]

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return ()

    async def look(self, wanted: frozenset[str]) -> Found:  # noqa: ARG002
        if self._what == "disk":
            try:
                return _of_usage(await self._sampler.disk(self._mount))
            except OSError as error:
                raise disk_error(self._mount, error) from None
        sample = await self._sampler.sample()
        if self._what == "memory":
            return _of_usage(sample.memory)
        if self._what == "swap":
            return _of_usage(sample.swap) if sample.swap.total else Found("there is none", {"used": 0.0}, timed=False)
        if self._what == "load":
            one, five, fifteen = sample.load
            values = {"load1": one, "load5": five, "load15": fifteen, "per_core": five / sample.cores}
            cores = "1 core" if sample.cores == 1 else f"{sample.cores} cores"
            return Found(f"{one:.2f} {five:.2f} {fifteen:.2f} on {cores}", values, timed=False)
        return Found(f"{sample.cpu:.0f} % of {sample.cores} cores", {"used": sample.cpu}, timed=False)


def a_figure(value: object) -> str:
    """ "cpu", "memory", "swap", "load" or "disk /PATH"; ValueError otherwise."""
    text = a_text(value).strip()
    what, _, mount = text.partition(" ")
    if what not in VOCABULARY or (what == "disk") != mount.startswith("/"):
        raise ValueError(f'{text!r} is no figure of a host; write cpu, memory, swap, load or "disk /PATH"')
    return text


def _of_usage(usage: Usage) -> Found:
    summary = f"{usage.used:.0f} % used, {usage.free / _GIB:.1f} GiB free"
    return Found(summary, {"used": usage.used, "free": usage.free, "total": usage.total}, timed=False)

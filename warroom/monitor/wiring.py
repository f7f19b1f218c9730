"""A monitor for a configuration, and the same monitor for the next one."""

from warroom.config.settings import Settings
from warroom.monitor.clock import Clock, SystemClock
from warroom.monitor.monitor import Monitor
from warroom.probes import Resources, build, build_reach


def monitor_for(settings: Settings, resources: Resources, clock: Clock | None = None) -> Monitor:
    """A monitor of all that `settings` name, or of this host where they name nothing; SettingsError for mistakes."""
    return Monitor(
        build(settings, resources),
        clock or SystemClock(),
        maintenance=settings.maintenance,
        reach=build_reach(settings, resources),
        figures=resources.sampler.figures,
    )


def reload(monitor: Monitor, settings: Settings, resources: Resources) -> None:
    """Let `monitor` watch what `settings` name; SettingsError, and the old set kept, for mistakes in them."""
    resources.tls.forget()
    probes, reach = build(settings, resources), build_reach(settings, resources)
    monitor.reload(probes, settings.maintenance, reach)

"""Watches the services: schedules probes, folds what they find into health, tells who has subscribed."""

from warroom.monitor.clock import Clock, SystemClock
from warroom.monitor.monitor import Monitor
from warroom.monitor.wiring import monitor_for, reload

__all__ = ["Clock", "Monitor", "SystemClock", "monitor_for", "reload"]

"""Health as pure functions: results, hysteresis, flapping, history; no I/O, no clock."""

"""Widgets: they hold no truth and do no I/O."""

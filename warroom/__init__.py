"""The terminal war room."""

__version__ = "0.1.0"

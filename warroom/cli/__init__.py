"""The command line. Every command imports the rooms it needs inside itself: light ones stay light."""

from warroom.cli.main import main

__all__ = ["main"]

"""The incident as data: pure, no I/O, no clock; time and ids come in as arguments."""

"""Voice: themes as data, the words they lend to a document, and the tact to be silent."""

from warroom.voice.load import find, load, names
from warroom.voice.theme import Layout, Telling, Theme, ThemeError

__all__ = ["Layout", "Telling", "Theme", "ThemeError", "find", "load", "names"]

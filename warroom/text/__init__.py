"""Text from outside: made safe to show, to store and to hand on."""

from warroom.text.clean import clean, clean_line

__all__ = ["clean", "clean_line"]

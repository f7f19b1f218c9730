"""When garbage is looked for: between the keys, and not under them."""

import gc
from typing import Final

_AT_ONCE: Final = 200_000
"""So many new objects are looked through even under a key. A timeline of 100,000 entries takes 10 to 30 ms of it."""
_WORTH_IT: Final = 5_000
_QUIET: Final = 1.0


def begin() -> None:
    """Once the room stands: the program itself and its screen stay, and no later look need pass them."""
    gc.freeze()
    gc.set_threshold(_AT_ONCE, 10, 10)
    gc.enable()


def sweep(quiet: float) -> None:
    """Each second: looks through what is new, where nobody has typed for `quiet` seconds."""
    young, _, old = gc.get_count()
    if quiet >= _QUIET and young >= _WORTH_IT:
        gc.collect(2 if old >= 10 else 1)

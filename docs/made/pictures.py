"""Draws all pictures of the documentation from the running program; `make picture`.

Into another directory than docs/ it draws them to see that it can: the outage is then over in seconds.
"""

import asyncio
import sys
from pathlib import Path

from docs.made.outage_pictures import draw_outage
from docs.made.theme_pictures import draw_themes

DOCS = Path(__file__).parents[1]


async def main(into: Path) -> None:
    await draw_outage(into, pace=3 if into == DOCS else 0)
    await draw_themes(into)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else DOCS))

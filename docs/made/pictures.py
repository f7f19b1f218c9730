"""Draws all pictures of the documentation from the running program, into docs/ or another directory; `make picture`."""

import asyncio
import sys
from pathlib import Path

from docs.made.outage_pictures import draw_outage
from docs.made.theme_pictures import draw_themes


async def main(into: Path) -> None:
    await draw_outage(into)
    await draw_themes(into)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parents[1]))

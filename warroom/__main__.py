"""`python -m warroom`."""

import sys

from warroom.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""What the tests do not reach, least covered files first; `make cover` runs it, and fails below the limits."""

import json
import subprocess
import sys
from typing import Final

LINES, BRANCHES = 95.0, 90.0
_SHOWN: Final = 25
_HIDDEN: Final = 12
"""So many places of one file are named; the rest is counted."""


def main() -> int:
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    files = sorted(report["files"].items(), key=lambda file: file[1]["summary"]["percent_covered"])
    for path, found in files[:_SHOWN]:
        left = [str(line) for line in found["missing_lines"]]
        left += [f"{start}->{end}" for start, end in found["missing_branches"] if str(start) not in left]
        more = f" and {len(left) - _HIDDEN} more" if len(left) > _HIDDEN else ""
        print(f"{found['summary']['percent_covered']:6.1f} %  {path}  {' '.join(left[:_HIDDEN])}{more}")
    totals = report["totals"]
    lines = 100 * totals["covered_lines"] / totals["num_statements"]
    branches = 100 * totals["covered_branches"] / totals["num_branches"]
    print(f"lines {lines:.1f} % (at least {LINES:g}), branches {branches:.1f} % (at least {BRANCHES:g})")
    return 0 if lines >= LINES and branches >= BRANCHES else 1


if __name__ == "__main__":
    sys.exit(main())

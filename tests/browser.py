"""A headless browser for the tests of exported pages, and axe to be run within it."""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[1]
AXE: Final = ROOT / "build" / "page" / "node_modules" / "axe-core" / "axe.min.js"
_PROGRAM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_OPTIONS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
_MILLISECONDS: Final = "20000"

needs_browser: Final = pytest.mark.skipif(
    not os.environ.get("CI") and (_PROGRAM is None or not AXE.exists()),
    reason="needs Chromium, and axe: npm install --prefix build/page axe-core@4",
)
"""Skips at a desk without them. Where CI is set, their absence is a failure."""


def evaluated(page: Path, script: str, *, width: int, axe: bool = False, dark: bool = False) -> Any:
    """What `script`, the body of an async function, returns within `page` at that width, as JSON.

    The page forbids scripts, which is its right; in a copy beside it this one is let in.
    """
    text = page.read_text(encoding="utf-8")
    opened, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert count == 1
    library = f"<script>{AXE.read_text(encoding='utf-8')}</script>" if axe else ""
    runner = (
        f"<script>(async () => {{ {script} }})().then((it) => {{ const pre = document.createElement('pre'); "
        "pre.id = 'told'; pre.textContent = JSON.stringify(it); document.body.append(pre); });</script>"
    )
    copy = page.with_suffix(".tested.html")
    copy.write_text(opened.replace("</body>", f"{library}{runner}</body>"), encoding="utf-8")
    looks = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
    dom = _run(page.parent, *looks, f"--window-size={width},900", "--dump-dom", copy.as_uri())
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    return json.loads(unescape(found[1]))


def printed(page: Path) -> bytes:
    """The page as a PDF."""
    into = page.with_suffix(".pdf")
    _run(page.parent, f"--print-to-pdf={into}", page.as_uri())
    return into.read_bytes()


def _run(folder: Path, *arguments: str) -> str:
    assert _PROGRAM is not None, "Chromium is not installed"
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [_PROGRAM, *_OPTIONS, profile, f"--virtual-time-budget={_MILLISECONDS}", *arguments],
        capture_output=True,
        check=True,
        timeout=100,
    )
    return done.stdout.decode()

"""Where this machine's Chromium is. `python -m tests.browser.chromium` prints it, or ends with 1."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# Shows pages like the whole one, and takes a quarter less of the processor; it has no notifications and no full screen.
SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# quiet at start: nothing but the page under test is asked of the network
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def is_snap(path: str) -> bool:
    """Whether this is Ubuntu's snap (or the script that starts it): it cannot read a profile in /tmp."""
    real = Path(path).resolve()
    return "snap" in real.parts or real.name == "snap" or b"/snap/" in real.read_bytes()[:4096]


def find(*, whole: bool = False) -> str:
    """The path of a Chromium that can be driven; `FileNotFoundError` with what to do where there is none."""
    names = NAMES if whole else (SHELL, *NAMES)
    for path in [*filter(None, map(shutil.which, names)), *(app for app in APPS if Path(app).exists())]:
        if not is_snap(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    raise FileNotFoundError("No Chromium is installed: run bin/system-packages")


if __name__ == "__main__":
    try:
        print(find(), find(whole=True))
    except FileNotFoundError as missing:
        sys.exit(str(missing))

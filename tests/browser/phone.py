"""A phone for the browser tests: one Chromium with a profile that outlives it, and a finger."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, BrowserType, CDPSession, ConsoleMessage, Geolocation, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser import chromium
from tests.browser.film import film

# What everyone chooses who comes in on a phone.
PIN = "246802"
LOCK = '[data-test="lock-pin"]'
Stroke = Sequence[tuple[float, float]]
PINGDINGSHAN: Geolocation = {"latitude": 33.7662, "longitude": 113.1926, "accuracy": 15}


def breaks_policy(message: ConsoleMessage) -> bool:
    """Whether the browser refused something of ours: by the page's policy, by Trusted Types or by a hash."""
    refused = ("Content Security Policy", "'Trusted", "'integrity'")
    return message.type == "error" and any(words in message.text for words in refused)


class Phone:
    """Opened on `profile`; `kill()` and `open()` again is a phone whose battery was taken out."""

    context: BrowserContext
    page: Page

    def __init__(self, browser: BrowserType, executable: str, profile: Path) -> None:
        self.browser, self.executable, self.profile = browser, executable, profile
        self.camera = profile.with_name(profile.name + ".mjpeg")
        film(self.camera, [])
        self.errors: list[str] = []
        self.open()

    def open(self) -> Page:
        """Start the browser on its profile and give its one page; where it opens locked, the PIN is given."""
        self.context = self.browser.launch_persistent_context(
            self.profile,
            executable_path=self.executable,
            # the browser opens the film each time that a page opens the camera
            args=[*chromium.FLAGS, f"--use-file-for-fake-video-capture={self.camera}"],
            headless=True,
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=PINGDINGSHAN,
            permissions=["geolocation", "camera"],
            accept_downloads=True,
        )
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", self._note_policy_breach)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.context.on("page", _open_the_lock)
        _open_the_lock(self.page)
        return self.page

    def leave_locked(self) -> None:
        """From now on nobody gives the PIN by itself."""
        self.page.remove_locator_handler(self.page.locator(LOCK))

    def _note_policy_breach(self, message: ConsoleMessage) -> None:
        if breaks_policy(message):
            self.errors.append(message.text)

    def sees(self, *pictures: Image.Image, seconds: float = 0.24) -> None:
        """What is before the camera when a page opens it next: pictures, each for so long, over and over."""
        film(self.camera, pictures, seconds)

    def close(self) -> None:
        """End the browser in an orderly way."""
        try:
            self.context.close()
        except PlaywrightError:
            if processes(self.profile):
                raise

    def kill(self) -> None:
        """End every process of this browser at once, as the system does when memory is short."""
        for pid in processes(self.profile):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        give_up = time.monotonic() + 10
        while processes(self.profile):
            if time.monotonic() > give_up:
                raise TimeoutError(f"the browser on {self.profile} does not die")
            time.sleep(0.05)
        self.close()

    def reopen(self) -> Page:
        """Kill the browser, start it again on the same profile, give its page."""
        self.kill()
        return self.open()

    def offline(self, off: bool = True) -> None:
        """Cut or restore the network of pages and service worker."""
        self.context.set_offline(off)

    def draw(self, selector: str, strokes: Sequence[Stroke]) -> None:
        """Draw on this phone's page with a finger: see `draw`."""
        draw(self.page, selector, strokes)


def _open_the_lock(page: Page) -> None:
    page.add_locator_handler(page.locator(LOCK), lambda field: field.fill(PIN))


def processes(profile: Path) -> list[int]:
    """The ids of the living processes whose command line names this profile."""
    wanted = f"--user-data-dir={profile}".encode()
    if not Path("/proc/self").exists():
        lines = subprocess.run(
            ["ps", "-axo", "pid=,command="], check=True, capture_output=True
        ).stdout.splitlines()
        return [int(line.split(None, 1)[0]) for line in lines if wanted in line]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def draw(page: Page, selector: str, strokes: Sequence[Stroke]) -> None:
    """Draw strokes with a finger; a point is (x, y), each from 0 to 1 across the element."""
    element = page.locator(selector)
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    if box is None:
        raise ValueError(f"{selector} is not on the screen")
    session = page.context.new_cdp_session(page)
    for stroke in strokes:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        _touch(session, "touchStart", points[0])
        for start, end in zip(points, points[1:], strict=False):
            for step in range(1, 9):
                _touch(session, "touchMove", _between(start, end, step / 8))
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
    # Chromium takes a touch that follows too soon for a part of this gesture: press with `click()` after drawing.


def _between(start: tuple[float, float], end: tuple[float, float], part: float) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _touch(session: CDPSession, kind: str, point: tuple[float, float]) -> None:
    finger = {"x": point[0], "y": point[1], "force": 0.5, "radiusX": 6, "radiusY": 6}
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [finger]})

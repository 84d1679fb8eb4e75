"""Safari's engine as a phone: WebKitGTK in a virtual display, with real presses of the pointer.

`python -m tests.webkit.window` ends with 1 where this machine has none.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BROWSER = Path(__file__).with_name("browser.py")
# the system's own: a virtual environment does not see GTK
PYTHON = "/usr/bin/python3"
PATIENCE = 20000

Stroke = Sequence[tuple[float, float]]


def is_here() -> bool:
    """Whether this machine has WebKitGTK with its bindings, and a display to show it on."""
    if not shutil.which("Xvfb") or not Path(PYTHON).exists():
        return False
    known = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2"
    return subprocess.run([PYTHON, "-c", known], capture_output=True).returncode == 0


class Display:
    """A virtual screen that nobody looks at."""

    def __init__(self) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "390x844x24", "-nolisten", "tcp"]
        self.process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = ":" + answer.readline().strip()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Window:
    """A browser on `profile`; `kill()` and `open()` again is a page that the system ended."""

    def __init__(self, display: str, profile: Path) -> None:
        self.display, self.profile = display, profile
        self.open()

    def open(self) -> None:
        quiet = {
            "GDK_BACKEND": "x11",
            "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory",
            "TZ": "Asia/Shanghai",
        }
        with self.profile.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(
                [PYTHON, str(BROWSER), str(self.profile)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "DISPLAY": self.display, **quiet},
                text=True,
                start_new_session=True,
            )

    def close(self) -> None:
        """End it in an orderly way."""
        self.process.communicate(timeout=10)

    def kill(self) -> None:
        """End the browser and every process that it started, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.close()

    def do(self, *command: object) -> Any:
        """One command of browser.py, and its answer."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"WebKit ended:\n{self.profile.with_suffix('.log').read_text()[-2000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{command[0]}: {answer['error']}\n{command[1] if len(command) > 1 else ''}")
        return answer["value"]

    def load(self, url: str) -> None:
        self.do("load", url)

    def run(self, script: str, **given: object) -> Any:
        """What the body of an async function returns; `given` are its constants."""
        constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
        return self.do("run", constants + script)

    def until(self, expression: str, **given: object) -> Any:
        """The value of an expression as soon as it is a true one."""
        return self.run(
            f"""const end = Date.now() + {PATIENCE};
            for (;;) {{
              const value = {expression};
              if (value) return value;
              const said = document.body.innerText.replace(/\\s+/g, " ");
              if (Date.now() > end) throw new Error("waited in vain, the page says: " + said);
              await new Promise((resolve) => setTimeout(resolve, 20));
            }}""",
            **given,
        )

    def see(self, selector: str) -> None:
        """Wait until something that fits stands on the screen."""
        self.until("document.querySelector(selector)?.checkVisibility()", selector=selector)

    def goto(self, hash_: str, name: str) -> None:
        """To another screen of the app, and wait for it."""
        self.run("location.hash = hash;", hash=hash_)
        self.see(f'[data-test="{name}"]')

    def box(self, selector: str) -> tuple[float, float, float, float]:
        """Where something stands, when it is there and has come to rest."""
        x, y, width, height = self.until(
            """await (async () => {
              document.querySelector(selector)?.scrollIntoView({block: "center"});
              const place = () => {
                const {x, y, width, height} = document.querySelector(selector)?.getBoundingClientRect() ?? {};
                return width && [x, y, width, height];
              };
              await new Promise((resolve) => setTimeout(resolve, 60));
              const before = place();
              await new Promise((resolve) => setTimeout(resolve, 40));
              return String(before) === String(place()) && before;
            })()""",
            selector=selector,
        )
        return x, y, width, height

    def tap(self, selector: str) -> None:
        """Press what the selector finds, in its middle, as a finger would."""
        x, y, width, height = self.box(selector)
        point = (x + width / 2, y + height / 2)
        for kind in ("move", "press", "release"):
            self.do(kind, *point)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, as a keyboard on the screen does."""
        self.see(selector)
        self.run(
            """const field = document.querySelector(selector);
            field.focus();
            field.select();
            document.execCommand("insertText", false, text);""",
            selector=selector,
            text=text,
        )

    def draw(self, selector: str, strokes: Sequence[Stroke]) -> None:
        """Draw; a point is (x, y), each from 0 to 1 across the element."""
        x, y, width, height = self.box(selector)
        for stroke in strokes:
            points = [(x + across * width, y + down * height) for across, down in stroke]
            self.do("press", *points[0])
            for start, end in zip(points, points[1:], strict=False):
                for step in range(1, 9):
                    time.sleep(0.008)
                    self.do("move", *(a + (b - a) * step / 8 for a, b in zip(start, end, strict=True)))
            self.do("release", *points[-1])

    def picture(self, path: Path) -> None:
        """What the window shows, as PNG."""
        self.do("picture", str(path))


if __name__ == "__main__":
    sys.exit(0 if is_here() else 1)

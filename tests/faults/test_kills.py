"""The real server, killed while it writes, fifty times (the phone's browser: `tests/browser/test_killed.py`)."""

import json
import subprocess
import sys

from tests.faults.__main__ import environment

KILLS = 50


def test_what_the_server_acknowledged_survives_its_death() -> None:
    command = [sys.executable, "-m", "tests.faults.kills", str(KILLS)]
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["kills"] == KILLS and told["events"] > KILLS and told["photos"] > 5 and told["wrong"] == []

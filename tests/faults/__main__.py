"""`python -m tests.faults --seed 123`: play schedules of faults; a seed plays the same one, byte for byte, every time."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def command(seed: int, count: int = 1, plant: str = "", *, trace: bool = False) -> list[str]:
    """What plays `count` schedules from this seed on, with the planted bug of that name."""
    node = shutil.which("node") or "node"
    flags = ["--no-warnings", "--experimental-vm-modules"]
    told = [sys.executable, str(seed), str(count), plant, "1" if trace else ""]
    return [node, *flags, str(HERE / "main.js"), *told]


def environment() -> dict[str, str]:
    """The one environment in which a schedule is the same on every machine."""
    return os.environ | {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0", "PYTHONPATH": str(HERE.parents[1])}


def main() -> None:
    """Play, and end with 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-n", "--count", type=int, default=1)
    parser.add_argument("--plant", default="", help="a name of plants.json: that bug is put in")
    parser.add_argument("--trace", action="store_true", help="every line of what happened")
    given = parser.parse_args()
    played = subprocess.run(
        command(given.seed, given.count, given.plant, trace=given.trace), env=environment(), check=False
    )
    sys.exit(played.returncode)


if __name__ == "__main__":
    main()

"""`python -m tests.faults --seed 123`: play schedules of faults; a seed plays the same one, byte for byte, every time."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def command(seed: int, count: int = 1, plant: str = "", *, trace: bool = False) -> list[str]:
    """What plays `count` schedules from this seed on, with the planted bug of that name."""
    node = shutil.which("node") or "node"
    flags = ["--no-warnings", "--experimental-vm-modules", "--max-semi-space-size=32"]
    told = [sys.executable, str(seed), str(count), plant, "1" if trace else ""]
    return [node, *flags, str(HERE / "main.js"), *told]


def environment() -> dict[str, str]:
    """The one environment in which a schedule is the same on every machine."""
    return os.environ | {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0", "PYTHONPATH": str(HERE.parents[1])}


def shares(seed: int, count: int, jobs: int) -> list[tuple[int, int]]:
    """First seed and count of each process, `count` schedules altogether."""
    each, over = divmod(count, jobs)
    sizes = [each + (place < over) for place in range(jobs)]
    return [(seed + sum(sizes[:place]), size) for place, size in enumerate(sizes) if size]


def summary(told: list[dict[str, Any]]) -> str:
    """What was played, in a line."""
    counted = {
        name: sum(one["counts"][name] for one in told)
        for name in ("messages", "events", "seals", "conflicts")
    }
    parts = [f"{len(told)} schedules", f"{sum(one['steps'] for one in told)} steps"]
    broken = [str(one["seed"]) for one in told if one["broken"]]
    verdict = f"broken: seeds {', '.join(broken)}" if broken else "all held"
    return ", ".join(parts + [f"{count} {name}" for name, count in counted.items()]) + f": {verdict}"


def follow(played: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """Show each schedule as it ends, and give all."""
    told = []
    for line in played.stdout or ():
        print(line, end="", flush=True)
        told.append(json.loads(line))
    return told


def main() -> None:
    """Play, and end with 1 where something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=1, help="of a plant, 0: the one that is known to catch it"
    )
    parser.add_argument("-n", "--count", type=int, default=1)
    parser.add_argument("-j", "--jobs", type=int, default=1, help="processes, a share of the seeds each")
    parser.add_argument("--plant", default="", help="a name of plants.json, or every: that bug is put in")
    parser.add_argument("--trace", action="store_true", help="every line of what happened")
    given = parser.parse_args()
    running = [
        subprocess.Popen(
            command(seed, count, given.plant, trace=given.trace),
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, count in shares(given.seed, given.count, given.jobs)
    ]
    with ThreadPoolExecutor(len(running)) as pool:
        told = [one for part in pool.map(follow, running) for one in part]
    print(summary(told))
    sys.exit(max(one.wait() for one in running))


if __name__ == "__main__":
    main()

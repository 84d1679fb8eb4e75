"""How long a draw takes against the least that it could: `python -m bench.draw [subjects]` (processor seconds)."""

import hashlib
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from webapp.draw import layout, proof, rules, strata

REGIONS, INSPECTORS = 10, 2000
NODE = """import {readFileSync} from "node:fs"; import {check} from "ROOT/static/verify/draw.js";
const bytes = readFileSync(process.argv[1]); const start = process.cpuUsage();
if (check(bytes).length) throw new Error("not as drawn");
const {user, system} = process.cpuUsage(start); console.log((user + system) / 1e6);"""


def main(subjects: int) -> None:
    """A twentieth of the pool in 40 strata, pairs from the inspectors of the subject's own region."""
    pool = sorted(
        f"91410400MA{n:08d}\t{n % REGIONS:02d}区\t{'ABCD'[n // REGIONS % 4]}\t1" for n in range(subjects)
    )
    people = [inspector(n) for n in range(INSPECTORS)]
    bound = rules.bind(asked(), people)
    announced = rules.announce("bench", pool, bound, people)
    bare = said("bare loop of SHA-256 and sort", lambda: bare_loop(pool))
    drawn = said("subjects", lambda: strata.draw_strata(pool, bound, "0" * 64))
    print(f"{'':>10}  {drawn[0] / bare[0]:.1f} times the bare loop")
    _, file = said("subjects and pairs", lambda: rules.draw_file(announced, [SOURCE]))
    _, data = said("written", lambda: layout.write(file))
    _, faults = said("checked, Python", lambda: proof.check(data))
    if faults:
        raise SystemExit(f"not as drawn: {faults[:3]}")
    print(f"{checked_by_node(data):>10.2f}  checked, JavaScript")
    print(f"{len(file['pairs']):>10}  pairs, {len(data) // 2**20} MB of file")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:>10}  MB at most")


SOURCE = {"name": "双色球", "text": "3.8.14./", "salt": ""}


def asked() -> rules.Rules:
    return {
        "bureau": "bench",
        "items": ["PD-5"],
        "frozen": "2026-11-21T16:00:00+08:00",
        "window": {"from": "2026-12-01", "until": "2026-12-31"},
        "sources": [
            {"name": "双色球", "kind": "public", "when": "2026-11-22T21:15:00+08:00", "sealed": None}
        ],
        "quota": {"bp": 500},
    }


def inspector(number: int) -> dict[str, Any]:
    return {
        "id": f"1604{number:04d}",
        "unit": "支队",
        "regions": [f"{number % REGIONS:02d}区"],
        "lent": [],
        "active": True,
        "valid_from": "2024-01-01",
        "valid_until": "2028-12-31",
        "scope": ["PD-5"],
        "specialties": [],
        "leader": False,
        "recused": [],
        "load": 0,
    }


def bare_loop(pool: list[str]) -> list[str]:
    """A hash for each subject, sorted: less cannot be done."""
    key = "0" * 64
    return sorted(hashlib.sha256(f"{key}\n{line}".encode()).hexdigest() for line in pool)


def said(name: str, act: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    made = act()
    seconds = process_time() - start
    print(f"{seconds:>10.2f}  {name}")
    return seconds, made


def checked_by_node(data: bytes) -> float:
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(data)
        file.flush()
        script = NODE.replace("ROOT", str(Path(__file__).parents[1]))
        # The script is written above, the file is its own.
        command = ["node", "--input-type=module", "-e", script, file.name]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)

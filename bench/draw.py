"""Drawing from a pool of any size and verifying the draw, against the least that a draw could be."""

import hashlib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

from playwright.sync_api import expect, sync_playwright
from waitress.server import create_server

from bench.measure import Figure, against, spent
from tests.browser import chromium
from webapp import create_app
from webapp.draw import layout, proof, rules, strata

REGIONS, INSPECTORS = 10, 2000
# Basis points of the pool: what 2,000 inspectors can visit within a month, and RZ-11's share of a whole year at once.
MONTH, YEAR = 50, 500
NODE = """import {readFileSync} from "node:fs"; import {check} from "ROOT/static/verify/draw.js";
const bytes = readFileSync(process.argv[1]); const start = process.cpuUsage();
if (check(bytes).length) throw new Error("not as drawn");
const {user, system} = process.cpuUsage(start); console.log((user + system) / 1e6);"""
SOURCE = {"name": "双色球", "text": "3.8.14./", "salt": ""}


def figures(size: int) -> Iterator[Figure]:
    """The pool has 40 strata; pairs come from the inspectors of the subject's own region."""
    pool = sorted(
        f"91410400MA{n:08d}\t{n % REGIONS:02d}区\t{'ABCD'[n // REGIONS % 4]}\t1" for n in range(size)
    )
    people = [inspector(n) for n in range(INSPECTORS)]
    bare, _ = spent(lambda: bare_loop(pool))
    plain = "a hash for each line of the pool, sorted"
    for bp, name, goal in ((MONTH, "a month", "≤ 2 ×"), (YEAR, "a year at once", "")):
        bound = rules.bind(asked(bp), people)
        announced = rules.announce("bench", pool, bound, people)
        if bp == MONTH:
            seconds, _ = spent(lambda bound=bound: strata.draw_strata(pool, bound, "0" * 64))
            yield against(
                f"Draw of {size:,} subjects in 40 strata, without pairs", seconds, plain, bare, "≤ 2 ×"
            )
        seconds, file = spent(lambda announced=announced: drawn(announced))
        what = f"The same with pairs from {INSPECTORS:,} inspectors, {len(file['pairs']):,} drawn ({name})"
        yield against(what, seconds, plain, bare, goal)
        if bp == YEAR:
            yield _as_many_hashes(what, seconds, size, file)
        yield from verified(file, f"{size:,} subjects, {len(file['pairs']):,} pairs")


def drawn(announced: layout.DrawFile) -> layout.DrawFile:
    """What follows once the numbers are known: the draw itself, without the file's hash around it."""
    numbers = SOURCE["text"]
    key = rules.key_of(announced["id"], announced["pool_hash"], announced["rules_hash"], numbers)
    people = announced["inspectors"], announced["experts"]
    result = rules.drawn_by(key, announced["pool"], announced["rules"], *people)
    return announced | {"sources": [SOURCE], "seed": numbers, "key": key} | result


def verified(file: layout.DrawFile, what: str) -> Iterator[Figure]:
    """Verification of the same file in Python, in Node and in the browser."""
    seconds, data = spent(lambda: layout.write(layout.hashed(file)))
    megabytes = len(data) / 2**20
    yield Figure(f"Writing its file ({what})", f"{seconds:.1f} s, {megabytes:.0f} MB")
    python, faults = spent(lambda: proof.check(data))
    if faults:
        raise RuntimeError(f"not as drawn: {faults[:3]}")
    yield Figure(f"Verifying it in Python ({what})", f"{python:.1f} s")
    with tempfile.NamedTemporaryFile(suffix=".json") as kept:
        kept.write(data)
        kept.flush()
        yield against(f"Verifying it in Node ({what})", checked_by_node(kept.name), "Python", python)
        browser = checked_by_browser(kept.name)
        yield against(
            f"Verifying it in Chromium, on the page, by the clock ({what})", browser, "Python", python
        )


def _as_many_hashes(what: str, seconds: float, size: int, file: layout.DrawFile) -> Figure:
    """A pair is the two lowest tickets of all who have least to do: so many hashes the rules themselves ask for."""
    of_region = INSPECTORS // REGIONS
    count = sum(
        sum(of_region - place % of_region for place in range(0, 2 * visits, 2))
        for visits in _visits_by_region(file).values()
    )
    lines = [str(number) for number in range(size + count)]
    bare, _ = spent(lambda: [hashlib.sha256(line.encode()).digest() for line in lines])
    return against(what, seconds, f"{size + count:,} hashes, as many as the rules ask for, unsorted", bare)


def _visits_by_region(file: layout.DrawFile) -> dict[str, int]:
    visits: dict[str, int] = {}
    for one in file["strata"]:
        region = one["name"].partition("/")[2]
        visits[region] = visits.get(region, 0) + one["quota"]
    return visits


def asked(bp: int) -> rules.Rules:
    return {
        "bureau": "bench",
        "items": ["PD-5"],
        "frozen": "2026-11-21T16:00:00+08:00",
        "window": {"from": "2026-12-01", "until": "2026-12-31"},
        "sources": [
            {"name": "双色球", "kind": "public", "when": "2026-11-22T21:15:00+08:00", "sealed": None}
        ],
        "quota": {"bp": bp},
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


def checked_by_node(path: str) -> float:
    """Processor seconds."""
    script = NODE.replace("ROOT", str(Path(__file__).parents[1]))
    # The script is written above, the file is its own.
    command = ["node", "--input-type=module", "-e", script, path]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603


def checked_by_browser(path: str) -> float:
    """Seconds by the clock, from the choice of the file to the report on the page."""
    with _site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{address}/verify/draw?lang=zh", wait_until="networkidle")
        start = perf_counter()
        page.set_input_files("#file", path)
        expect(page.locator("#report .notice")).to_contain_text("与抽取时一致", timeout=600_000)
        seconds = perf_counter() - start
        browser.close()
        return seconds


@contextmanager
def _site() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA": folder, "HTMX_CDN": False})
        server = create_server(app, host="127.0.0.1", port=0)
        thread = Thread(target=server.run)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()
        thread.join(10)

"""The public site: its pages whatever the number of results, how many a second, and a copy of it as plain files."""

import http.client
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time, sleep

from flask import Flask
from sqlalchemy import insert
from uuid6 import uuid7

from bench import made, world
from bench.measure import Figure, against
from tests.browser.server import free_port
from webapp.canonical import canonical, digest
from webapp.db import CHINA, db
from webapp.publish.document import search_text
from webapp.publish.export import Export
from webapp.publish.models import Publication
from webapp.publish.search import tokens_of

CHUNK, TIMES, SECONDS, READERS = 1000, 15, 5, 4
COPIED = 1000
YEARS = 20
RESULTS = ("no_problem",) * 7 + ("corrected", "pending", "unreachable")
ITEMS = ("人力资源服务机构管理检查", "劳动用工和社会保险检查", "民办职业培训学校检查")


def filled(folder: Path, size: int) -> Flask:
    """The app with so many made-up results, over twenty years."""
    app = world.made(folder)
    with app.app_context():
        bureau = world.planner().bureau
        bureau_id, name = bureau.id, bureau.name
        db.session.rollback()
        with db.engine.connect() as connection:
            # Only what is public is made: no inspections stand behind it.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            rows = (_row(number, size, bureau_id, name) for number in range(size))
            while chunk := list(islice(rows, CHUNK)):
                connection.execute(insert(Publication), chunk)
            connection.commit()
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    return app


def figures(folder: Path, small: int, size: int) -> Iterator[Figure]:
    """All of it; the small site is the reference of the large one."""
    first, large = filled(folder / "small", small), filled(folder / "large", size)
    before, now = _pages(first, small), _pages(large, size)
    for what, milliseconds in now.items():
        title = f"Public page at {size:,} results (SQLite): {what}"
        yield against(title, milliseconds, f"the same at {small:,}", before[what], "≤ 1.5 ×", "ms")
    yield from _served(folder / "large", large)
    yield from _copied(first, folder / "copy")


def _row(number: int, size: int, bureau_id: str, bureau: str) -> dict[str, object]:
    subject = dict(zip(made.COLUMNS, made.row(number, size), strict=True))
    day = date(2026, 12, 31) - timedelta(days=(size - number) * 365 * YEARS // size)
    result = RESULTS[number * 7919 % len(RESULTS)]
    document = {
        "version": "yidang-public-1",
        "id": str(uuid7()),
        "number": f"检〔{day.year}〕{number:07}号",
        "bureau": {"id": bureau_id, "name": bureau},
        "subject": {
            "name": subject["name"], "code": subject["code"], "kind": "unit", "region": subject["district"],
            "address": subject["address"],
        },
        "items": [{"code": f"PD{number % 3}", "name": ITEMS[number % 3], "bases": ["《人力资源市场暂行条例》第三十四条"]}],
        "inspected": day.isoformat(),
        "pair": [{"name": "李*", "unit": "劳动保障监察支队"}, {"name": "王**", "unit": "劳动保障监察支队"}],
        "reason": {"kind": "drawn", "draw": None, "task": "年度抽查"},
        "result": {"code": result, "sub": None, "decided": day.isoformat()},
        "findings": [{"label": "未公示收费标准", "law": "第三十二条"}] if result == "corrected" else [],
        "text": "", "pictures": [], "told": day.isoformat(), "orders": [], "penalties": [], "record_hash": "ab" * 32,
    }  # fmt: skip
    at = datetime(day.year, day.month, day.day, 9, tzinfo=CHINA)
    return {
        "inspection_id": document["id"], "bureau_id": bureau_id, "number": document["number"],
        "subject_key": str(number % max(size * 4 // 5, 1)), "subject_name": subject["name"],
        "subject_code": subject["code"], "region": subject["district"], "result": result, "inspected": day,
        "published_at": at, "corrected_at": None, "corrections": [], "state": "shown",
        "document": canonical(document).decode(), "document_hash": digest(document),
        "search": search_text(document), "tokens": tokens_of(document),
    }  # fmt: skip


def _asked(app: Flask, size: int) -> dict[str, str]:
    """What is looked at, by what it shows: few, many, none."""
    with app.app_context():
        bureau = world.planner().bureau_id
        row = db.session.query(Publication).filter(Publication.place == size // 2).one()
        one, name, code = row.inspection_id, row.subject_name, str(row.subject_code)
    results = f"/public/results?bureau={bureau}"
    return {
        "a result": f"/public/results/{one}",
        "a result's data": f"/public/results/{one}.json",
        "the front page": f"/public/?bureau={bureau}",
        "all results": results,
        "all results, in the middle": f"{results}&after={size // 2}",
        "a result code that a tenth have": f"{results}&result=corrected",
        "a region and a year": f"{results}&region=叶县&year=2026",
        "a word that all have": f"{results}&q=公司",
        "a word that sixty have": f"{results}&q={made.RARE}",
        "a word that sixty have, and a result": f"{results}&q={made.RARE}&result=no_problem",
        "two words": f"{results}&q=餐饮管理 平顶山",
        "one whole name": f"{results}&q={name}",
        "one whole code": f"{results}&q={code}",
        "a word that nobody has": f"{results}&q=查无此名",
        "the feed": f"/public/results.atom?bureau={bureau}",
    }


def _pages(app: Flask, size: int) -> dict[str, float]:
    """Milliseconds of the processor for each page, the middle of several."""
    client = app.test_client()
    found = {}
    for name, address in _asked(app, size).items():
        times = []
        for _ in range(TIMES):
            start = process_time()
            answer = client.get(address)
            times.append(process_time() - start)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
        found[name] = median(times[2:]) * 1000
    return found


def _served(folder: Path, app: Flask) -> Iterator[Figure]:
    """Requests a second of the server as `make run` starts it, by the clock, four readers beside it on the same cores."""
    with app.app_context():
        row = db.session.query(Publication).order_by(Publication.place.desc()).first()
        places = {
            "a result": f"/public/results/{row.inspection_id}",
            "the list": f"/public/results?bureau={row.bureau_id}",
        }
        db.session.remove()
        db.engine.dispose()
    port = free_port()
    environment = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "YIDANG_DATA": str(folder),
        "YIDANG_SECRET_KEY": world.SECRET,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    server = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait(port)
        bare = _rate(port, "/robots.txt")
        for name, address in places.items():
            yield Figure(*_rated(f"Requests a second: {name}", _rate(port, address), bare))
            tag = _tag(port, address)
            yield Figure(
                *_rated(f"Requests a second: {name} that a cache has (304)", _rate(port, address, tag), bare)
            )
    finally:
        server.terminate()
        server.wait()


def _rated(what: str, rate: float, bare: float) -> tuple[str, str, str, float]:
    return what, f"{rate:,.0f}", f"{bare:,.0f}: robots.txt, a page of three lines", rate / bare


def _rate(port: int, address: str, tag: str = "") -> float:
    counts: Counter[int] = Counter()
    until = monotonic() + SECONDS

    def read(reader: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while monotonic() < until:
            connection.request("GET", address, headers={"If-None-Match": tag} if tag else {})
            connection.getresponse().read()
            counts[reader] += 1
        connection.close()

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return counts.total() / SECONDS


def _tag(port: int, address: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return str(answer.headers["ETag"])


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            _tag(port, "/robots.txt")
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError("the server does not answer")


def _copied(app: Flask, folder: Path) -> Iterator[Figure]:
    """The export, the first time and again with nothing new; the reference is a page that the server itself makes."""
    seconds, counts = _export(app, folder)
    pages = counts["written"] + counts["same"]
    again, kept = _export(app, folder)
    page = _pages(app, COPIED)["a result"] / 1000
    rate = pages / seconds
    what = f"Static export, pages a second ({pages:,} pages, without PDF)"
    yield Figure(
        what, f"{rate:,.0f}", f"{1 / page:,.0f}: one result's page, made and thrown away", rate * page
    )
    yield against(
        "The same again with nothing new", again, f"the first time; {kept['kept']:,} pages kept", seconds
    )


def _export(app: Flask, folder: Path) -> tuple[float, Counter[str]]:
    start = perf_counter()
    counts = Export(app, folder, "https://www.example.gov.cn", sheets=False, tell=lambda said: None).go()
    return perf_counter() - start, counts

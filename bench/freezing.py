"""From a library to a frozen, published draw, as the desk does it, and the pages of draws afterwards."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.measure import Figure, against, spent
from bench.pages import logged_in
from webapp.canonical import sha256
from webapp.db import db, now, today
from webapp.draw.asking import at
from webapp.draw.models import Draw
from webapp.draw.seed import seal
from webapp.registry.subjects import Subject

TASK: dict[str, Any] = {
    "name": "用工检查", "items": ["PD1"], "methods": ["现场检查"], "months": [str(month) for month in range(1, 13)],
    "bp": "50", "by": "risk/region", "times": "2", "size": "2",
}  # fmt: skip
SALT = "3d1f0c9a7b5e2468ace013579bdf0246"


def frozen(app: Flask, size: int) -> Iterator[Figure]:
    """Freeze the whole library for one task."""
    place = _task(app)
    planner = logged_in(app)
    given = {
        "begins": today().isoformat(), "ends": (today() + timedelta(days=10)).isoformat(), "public": "双色球 2026135 期",
        "when": at(now() + timedelta(hours=1))[:16], "witnesses": f"周敏 {seal('583921./', SALT)}",
        "empty": "yes", "act": "freeze",
    }  # fmt: skip
    seconds, answer = spent(lambda: planner.post(place, data=given))
    if answer.status_code != 302:
        raise RuntimeError(_fault(answer.text))
    with app.app_context():
        bare, _ = spent(_bare)
    what = f"Freezing {size:,} subjects of the library, as the desk does it, until it is published"
    yield against(what, seconds, "reading the columns, a line each, sorted, one hash", bare)


def addresses(app: Flask) -> dict[str, str]:
    """The pages of draws that do not grow with the pool."""
    with app.app_context():
        draw = db.session.scalars(select(Draw.id).order_by(Draw.id.desc())).first()
    return {"the draws": "/office/draws", "a draw's public page": f"/public/draws/{draw}"}


def _task(app: Flask) -> str:
    """The address where the only task of a published plan of this year is drawn."""
    planner, supervisor = logged_in(app), logged_in(app, "supervisor")
    place = planner.post("/office/plans", data={"year": str(today().year)}).location
    _must(planner.post(f"{place}/tasks/new", data=TASK))
    _must(supervisor.post(f"{place}/approve", data={"document": "会议纪要"}))
    _must(planner.post(f"{place}/publish"))
    found = re.search(r"plan=([0-9a-f-]+)&amp;task=([0-9a-f-]+)", _page(planner, "/office/draws"))
    if not found:
        raise RuntimeError("no task that can be drawn")
    return f"/office/draws/new?plan={found[1]}&task={found[2]}"


def _bare() -> str:
    columns = (Subject.id, Subject.district, Subject.credit_risk)
    rows = db.session.execute(select(*columns).execution_options(yield_per=1000))
    return sha256("".join(sorted(f"{one}\t{where}\t{risk}\t1\n" for one, where, risk in rows)).encode())


def _page(client: FlaskClient, place: str) -> str:
    return client.get(place).get_data(as_text=True)


def _must(answer: Any) -> None:
    if answer.status_code != 302:
        raise RuntimeError(_fault(answer.text))


def _fault(page: str) -> str:
    found = re.findall(r'(?:class="fault"|role="alert")[^>]*>(.*?)</', page, re.DOTALL)
    return "; ".join(found) or page[-2000:]

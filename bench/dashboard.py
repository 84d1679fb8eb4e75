"""The figures of oversight at many inspections: of one bureau, in a year in which all of them lie."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text
from uuid6 import uuid7

from bench import world
from webapp.db import db, now, today
from webapp.draw.models import Draw
from webapp.field.models import Inspection, InspectionDraw, InspectionItem, Member
from webapp.followup.happened import Happened
from webapp.followup.models import Timeline
from webapp.oversight.figure_rules import PROBLEMS, slot_of
from webapp.oversight.found import Found, FoundItem
from webapp.plan.models import Plan, PlanVersion, figures
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject

CHUNK = 2_000
# A subject is inspected twice.
EACH = 2
MONTHS = 12
RESULTS = ("no_problem", "no_problem", "no_problem", "no_activity", *PROBLEMS)
ADDRESSES = {
    "the figures of a year": "/oversight/",
    "those of a month": "/oversight/?when={year}-{month:02}",
    "those of one item": "/oversight/?item=PD1",
    "the cases of a figure": "/oversight/cases?figure=published&side=1",
    "the cases that are late": "/oversight/cases?clock=published&standing=late",
    "the year as XLSX": "/oversight/figures.xlsx",
}


def addresses() -> dict[str, str]:
    """What is looked at, by what it shows."""
    day = today()
    return {name: address.format(year=day.year, month=day.month) for name, address in ADDRESSES.items()}


def fill(app: Flask, size: int) -> None:
    """Put made-up inspections of this year and what is known of each into an app without any: the index over logs, as
    figures are counted from nothing else."""
    world.fill(app, max(size // EACH, 1))
    with app.app_context():
        draws = _drawn()
        rows = _rows(size, draws)
        while chunk := list(islice(rows, CHUNK)):
            for model in (Inspection, Member, InspectionItem, InspectionDraw, Timeline, Found, FoundItem):
                given = [row for one in chunk for row in one[model.__tablename__]]
                if given:
                    db.session.execute(insert(model), given)
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("ANALYZE"))
            db.session.commit()


def _drawn() -> list[str]:
    """A published plan of two tasks, one by risk, and a draw of each in every month."""
    planner, year = world.planner(), today().year
    version = Plan.begin(planner, year).latest
    version.tasks = [_task("a", "all"), _task("b", "risk")]
    version.figures = figures(version)
    version.state, version.published_at = "published", now()
    db.session.flush()
    draws = [_draw(version, month, task) for month in range(1, MONTHS + 1) for task in ("a", "b")]
    db.session.add_all(draws)
    db.session.commit()
    return [draw.id for draw in draws]


def _task(key: str, by: str) -> dict[str, Any]:
    return {
        "id": key, "name": key, "items": ["PD1"], "kinds": [], "districts": [], "directed": False, "by": by, "bp": 2000,
        "strata": [], "total": None, "times": 1, "months": list(range(1, MONTHS + 1)), "methods": [], "joint": [],
        "team": {"size": 2, "specialty": None, "expert": False}, "note": "",
    }  # fmt: skip


def _draw(version: PlanVersion, month: int, task: str) -> Draw:
    begins = date(version.plan.year, month, 1)
    return Draw(
        id=str(uuid7()), bureau_id=version.plan.bureau_id, plan_version_id=version.id, task_id=task, state="drawn",
        begins=begins, ends=begins + timedelta(days=27), frozen_at=now(),
    )  # fmt: skip


def _rows(size: int, draws: list[str]) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The rows of each inspection by their tables, all alike in every run."""
    bureau_id, author = world.planner().bureau_id, world.planner().id
    subjects = list(db.session.scalars(select(Subject.id).where(Subject.bureau_id == bureau_id)))
    items = [(item.id, item.code) for item in Item.listed(bureau_id)]
    people = list(db.session.scalars(select(Inspector.user_id).where(Inspector.bureau_id == bureau_id)))
    first, last = date(today().year, 1, 1), today()
    days = max((last - first).days, 1)
    for number in range(size):
        name, day = str(uuid7()), first + timedelta(days=number * days // size)
        ended = day if number % 10 else None
        draw, (item, code) = (
            draws[(day.month - 1) * 2 + number % 2],
            items[number % len(items)],
        )
        result = RESULTS[number // 3 % len(RESULTS)]
        problem = result in PROBLEMS
        yield {
            "inspection": [
                {
                    "id": name, "bureau_id": bureau_id, "number": f"检{number:06}", "due": day + timedelta(days=5),
                    "subject_id": subjects[number % len(subjects)], "reason": "drawn", "reason_text": "",
                    "assigned_by": author, "state": "archived" if ended else "assigned", "result": result,
                }
            ],
            "member": [
                {"inspection_id": name, "user_id": people[(number + place) % len(people)], "place": place}
                for place in (0, 1)
            ],
            "inspection_item": [{"inspection_id": name, "item_id": item, "place": 0}],
            "inspection_draw": [
                {"draw_id": draw, "subject_id": subjects[number % len(subjects)], "inspection_id": name}
            ]
            if number < len(subjects)
            else [],
            "timeline": [_happened(name, bureau_id, number, ended)],
            "found": [_found(name, bureau_id, subjects[number % len(subjects)], number, ended, result)] if ended else [],
            "found_item": [{"inspection_id": name, "item": code, "findings": 2 * problem}] if ended else [],
        }  # fmt: skip


def _happened(name: str, bureau_id: str, number: int, ended: date | None) -> dict[str, Any]:
    told, shown = _days(number, ended)
    return {
        "inspection_id": name, "bureau_id": bureau_id, "accepted": bool(ended), "ended": ended, "task_ends": ended,
        "told": told, "published": shown, "completed": shown,
    }  # fmt: skip


def _days(number: int, ended: date | None) -> tuple[date | None, ...]:
    """When it was told and published, as far as that is past."""
    days = [ended and ended + timedelta(days=number % most) for most in (13, 37)]
    return tuple(day if day and day <= today() else None for day in days)


def _found(name: str, bureau_id: str, subject: str, number: int, ended: date, result: str) -> dict[str, Any]:
    told, shown = _days(number, ended)
    problem = result in PROBLEMS
    return {
        "inspection_id": name, "bureau_id": bureau_id, "subject_id": subject, "record_hash": "0" * 64, "ended": ended,
        "slot": slot_of(Happened(ended=ended, task_ends=ended), publishes_first=False), "told": told, "completed": shown,
        "withheld": False, "random": number % 20 > 0, "unit": f"{number % 6} 科", "district": f"{number % 9} 区",
        "kinds": "、企业、用人单位、", "credit_risk": "ABCD"[number % 4], "labour_grade": "ABC"[number % 3],
        "findings": 2 * problem, "result": result, "problem": problem,
        "follow": ("open", "settled")[number % 2] if problem else "",
    }  # fmt: skip

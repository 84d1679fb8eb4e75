"""What became of a plan in its year: drawn and done by task, and apart from it what nobody drew (RZ-5, PD-1.3)."""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from webapp.db import db
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.field import rules
from webapp.field.drawn import CANCELLED
from webapp.field.merges import Merge
from webapp.field.models import Inspection, InspectionDraw
from webapp.plan.models import Plan, PlanVersion
from webapp.typed import ALL_BP


def figures(plan: Plan) -> dict[str, Any] | None:
    """The year's figures of a plan that is published; None of one that is not.

    `{tasks: [{id, name, promised, drawn, left, done}], promised, random: {visits, done, merged, subjects, ratio_bp},
    by_hand: [(reason, visits, done)], apart}`. `random` is what coverage and the cap are counted by; `apart` never is.
    """
    version = plan.in_force
    if version is None:
        return None
    tasks = _tasks(version)
    found = _counted(plan)
    by_hand = [
        (name, found["hand", name], found["hand done", name]) for name in rules.BY_HAND if found["hand", name]
    ]
    subjects, base = _subjects(plan), (version.figures or {}).get("base")
    return {
        "tasks": tasks,
        "promised": sum(one["promised"] for one in tasks),
        "drawn": sum(one["drawn"] for one in tasks),
        "random": {
            "visits": found["random", ""],
            "done": found["random done", ""],
            "merged": found["merged", ""],
            "subjects": subjects,
            "ratio_bp": subjects * ALL_BP // base if base else None,
        },
        "by_hand": by_hand,
        "apart": sum(visits for _, visits, _ in by_hand),
    }


def _tasks(version: PlanVersion) -> list[dict[str, Any]]:
    drawn, done = Draw.amounts(version), _done(version)
    return [
        {
            "id": task["id"],
            "name": task["name"],
            "promised": (promised := version.promised(task)),
            "drawn": drawn[task["id"]],
            "left": max(0, promised - drawn[task["id"]]),
            "done": done[task["id"]],
        }
        for task in version.tasks
    ]


def _done(version: PlanVersion) -> Counter[str]:
    """Visits that are over, by task: a joint one is one of each task that it serves."""
    of_plan = select(PlanVersion.id).where(PlanVersion.plan_id == version.plan_id)
    drawn = select(Draw.task_id, func.count()).join(InspectionDraw, InspectionDraw.draw_id == Draw.id)
    drawn = drawn.join(Inspection, Inspection.id == InspectionDraw.inspection_id)
    # What pairs were drawn for here came with a list, and is counted there.
    drawn = drawn.where(
        Draw.plan_version_id.in_(of_plan), Draw.list_id.is_(None), Inspection.state.in_(rules.OVER)
    )
    brought = select(DrawnList.task_id, func.count()).join(DrawnRow, DrawnRow.list_id == DrawnList.id)
    brought = brought.join(Inspection, Inspection.id == DrawnRow.inspection_id)
    brought = brought.where(DrawnList.plan_version_id.in_(of_plan), Inspection.state.in_(rules.OVER))
    found: Counter[str] = Counter(dict(db.session.execute(drawn.group_by(Draw.task_id)).all()))
    found.update(dict(db.session.execute(brought.group_by(DrawnList.task_id)).all()))
    return found


def _counted(plan: Plan) -> Counter[tuple[str, str]]:
    """Inspections of the year by what they are. One that nobody drew counts by its reason, though it joined another."""
    joined = select(Merge.id).where(Merge.gone_id == Inspection.id, Merge.undone_at.is_(None)).exists()
    parts = select(Inspection.reason, Inspection.state, serves().label("linked"), joined.label("joined"))
    one = parts.where(*_of_year(plan)).subquery()
    columns = (one.c.reason, one.c.state, one.c.linked, one.c.joined)
    found: Counter[tuple[str, str]] = Counter()
    for reason, state, linked, gone, count in db.session.execute(
        select(*columns, func.count()).group_by(*columns)
    ):
        done = state in rules.OVER
        if state != CANCELLED and (reason in rules.BY_DRAW or linked):
            found["random", ""] += count
            found["random done", ""] += count * done
        if reason in rules.BY_DRAW:
            found["merged", ""] += count * gone
        elif state != CANCELLED or gone:
            found["hand", reason] += count
            found["hand done", reason] += count * done
    return found


def _subjects(plan: Plan) -> int:
    """How many different subjects were drawn for the year."""
    rows = select(func.count(Inspection.subject_id.distinct())).where(
        *_of_year(plan), Inspection.state != CANCELLED
    )
    return db.session.scalar(rows.where(Inspection.reason.in_(rules.BY_DRAW) | serves())) or 0


def serves() -> ColumnElement[bool]:
    """Whether an inspection serves a draw, of the bureau's own or of a platform's, whatever it was made for."""
    drawn = select(InspectionDraw.draw_id).where(InspectionDraw.inspection_id == Inspection.id).exists()
    brought = select(DrawnRow.list_id).where(DrawnRow.inspection_id == Inspection.id).exists()
    return or_(drawn, brought)


def _of_year(plan: Plan) -> tuple[ColumnElement[bool], ...]:
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    return Inspection.bureau_id == plan.bureau_id, Inspection.due.between(first, last)

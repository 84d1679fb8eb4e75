"""The demo's oversight: a report of the draw that was approved, one of the quarter that waits, an appraisal that was begun,
and a few outcomes of practice."""

from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from webapp.db import CHINA, db
from webapp.demo.year import who
from webapp.draw.models import Draw
from webapp.oversight.appraisal_rules import UNIT
from webapp.oversight.appraisals import Appraisal
from webapp.oversight.figure_rules import Period
from webapp.oversight.report_facts import gather
from webapp.oversight.report_text import DRAW, QUARTER
from webapp.oversight.reports import Report
from webapp.oversight.training import LESSONS, POINTS, Practice
from webapp.registry.models import Inspector

PRACTISED = 3
# What the demo's inspectors forgot, each in the own lesson.
FORGOTTEN = ("told", "evidence", "place")


def load_reports(day: date) -> None:
    """Load them once."""
    draw = db.session.scalars(select(Draw).where(Draw.state == "drawn").order_by(Draw.frozen_at)).first()
    if draw is None or db.session.scalar(select(Report.id)):
        return
    planner, supervisor = who(draw.bureau_id, "planner"), who(draw.bureau_id, "supervisor")
    title, facts = gather(draw.bureau, DRAW, draw.id, day)
    report = Report.begin(planner, DRAW, draw.id, title, facts)
    report.submit(planner, 1)
    report.decide(supervisor, 1, True, "同意。")
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    title, facts = gather(draw.bureau, QUARTER, quarter, day)
    report = Report.begin(planner, QUARTER, quarter, title, facts)
    report.submit(planner, 1)
    Appraisal.begin(planner, UNIT, Period(day.year), day)
    _practice(draw.bureau_id, day)


def _practice(bureau_id: str, day: date) -> None:
    rows = select(Inspector).where(Inspector.bureau_id == bureau_id).order_by(Inspector.user_id)
    for place, one in enumerate(db.session.scalars(rows.limit(PRACTISED))):
        lesson = list(LESSONS)[1 + place]
        points = [{"name": name, "met": name != FORGOTTEN[place]} for name in POINTS]
        ended = datetime.combine(day - timedelta(days=3 + place), time(10), CHINA)
        name = str(uuid5(NAMESPACE_URL, f"practice {one.user_id}"))
        row = Practice(id=name, user_id=one.user_id, lesson=lesson, form="基础检查表", points=points)
        row.met, row.begun, row.ended = len(points) - 1, ended - timedelta(minutes=18), ended
        db.session.add(row)

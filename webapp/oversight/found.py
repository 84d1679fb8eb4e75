"""What inspections found, counted: an index over their logs, renewed with every append, by which figures are grouped.

One wide row an inspection, so that the figures of a year are read from one table, however many it has.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.archive.wording import texts
from webapp.db import CHINA, db
from webapp.draw.elsewhere import DrawnRow
from webapp.field.fold import Record
from webapp.field.models import Inspection, InspectionDraw
from webapp.field.rules import BY_DRAW
from webapp.followup.models import Timeline, dated
from webapp.followup.steps import read
from webapp.forms import rules
from webapp.forms.models import Form
from webapp.oversight.figure_rules import code_of, follow_up, is_problem, slot_of
from webapp.registry.subjects import Subject, SubjectPast

BETWEEN = "、"


class Found(db.Model):
    """Of an inspection that ended: when, by whose unit (of who leads), whether by draw, when it was told and published;
    what the library said of the subject on the day of the visit; how many answers were findings; the result in force,
    whether that is a `problem`, and what became of it (`figure_rules.follow_up`).

    `slot`: by which days its deadlines are counted (`figure_rules.slot_of`). `kinds` stand between `BETWEEN`, first and
    last too.
    """

    __tablename__ = "found"
    __table_args__ = (Index("ix_found_slot", "bureau_id", "ended", "slot"),)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"))
    ended: Mapped[date]
    slot: Mapped[str] = mapped_column(String(64))
    told: Mapped[date | None]
    completed: Mapped[date | None]
    withheld: Mapped[bool]
    random: Mapped[bool]
    unit: Mapped[str]
    district: Mapped[str]
    kinds: Mapped[str]
    credit_risk: Mapped[str] = mapped_column(String(1))
    labour_grade: Mapped[str] = mapped_column(String(1))
    findings: Mapped[int]
    result: Mapped[str] = mapped_column(String(32))
    problem: Mapped[bool]
    follow: Mapped[str] = mapped_column(String(8))
    record_hash: Mapped[str] = mapped_column(String(64))


class FoundItem(db.Model):
    """One item of an inspection that ended: how many findings its checklist gave."""

    __tablename__ = "found_item"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("found.inspection_id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(32), primary_key=True)
    findings: Mapped[int]


@dated.connect
def _renew(row: Timeline, inspection: Inspection, record: Record) -> None:
    """Bring the counts up to the log; what was cancelled is counted nowhere."""
    found = db.session.get(Found, inspection.id)
    if row.ended is None:
        if found:
            db.session.execute(delete(FoundItem).where(FoundItem.inspection_id == inspection.id))
            db.session.delete(found)
        return
    # One that was opened again keeps what it had found until it is sealed anew.
    anew = found is None or (record["seal"] and found.record_hash != record["record_hash"])
    counts = findings(record["content"]) if anew else {}
    values = _of_visit(inspection, record, counts) if anew else {}
    steps = read(record["after"])
    result = code_of(steps, record)
    problem = is_problem(result, values["findings"] if anew or found is None else found.findings)
    follow = follow_up(steps, result) if problem else ""
    values |= _of_office(row, inspection) | {"result": result or "", "problem": problem, "follow": follow}
    db.session.merge(Found(inspection_id=inspection.id, **values))
    if anew:
        db.session.flush()
        _keep_items(inspection, counts)


def _of_visit(inspection: Inspection, record: Record, counts: dict[str, int]) -> dict[str, Any]:
    """What the visit itself says."""
    subject = _on(inspection.subject, inspection.visited)
    return {
        "bureau_id": inspection.bureau_id,
        "subject_id": inspection.subject_id,
        "random": inspection.reason in BY_DRAW or _serves(inspection.id),
        "district": subject.district,
        "kinds": BETWEEN.join(["", *subject.kinds, ""]),
        "credit_risk": subject.credit_risk or "",
        "labour_grade": subject.labour_grade or "",
        "findings": sum(counts.values()),
        "record_hash": record["record_hash"],
    }


def _of_office(row: Timeline, inspection: Inspection) -> dict[str, Any]:
    """By which days it is counted, and what became of them."""
    law = inspection.bureau.law(row.ended) if row.ended else {}
    return {
        "ended": row.ended,
        "slot": slot_of(row.happened, law.get("feedback_before_publish") is False),
        "told": row.told,
        "completed": row.completed,
        "withheld": row.withheld is not None,
        "unit": inspection.members[0].inspector.unit if inspection.members else "",
    }


def _keep_items(inspection: Inspection, counts: dict[str, int]) -> None:
    db.session.execute(delete(FoundItem).where(FoundItem.inspection_id == inspection.id))
    for listed in inspection.listed:
        code = listed.item.code
        db.session.add(FoundItem(inspection_id=inspection.id, item=code, findings=counts.get(code, 0)))


def _serves(inspection_id: str) -> bool:
    """Whether an inspection that was made by hand serves a draw too."""
    return any(
        db.session.scalar(select(model.inspection_id).where(model.inspection_id == inspection_id).limit(1))
        for model in (InspectionDraw, DrawnRow)
    )


def findings(content: dict[str, Any]) -> dict[str, int]:
    """How many answers of a record are findings, by the item of the checklist; "" is the base form."""
    counts: dict[str, int] = {}
    if rules.without_checklist(content):
        return counts
    visit = content["visit"] or {}
    for form in Form.bodies(texts(visit.get("forms"))).values():
        item = form["item"] or ""
        counts[item] = counts.get(item, 0) + len(rules.findings(form, content))
    return counts


def _on(subject: Subject, day: date | None) -> Subject | SubjectPast:
    """What the library said of a subject at the end of a day."""
    if day is None:
        return subject
    moment = datetime.combine(day + timedelta(days=1), time(), CHINA)
    past = select(SubjectPast).where(SubjectPast.subject_id == subject.id, SubjectPast.until > moment)
    return db.session.scalar(past.order_by(SubjectPast.until).limit(1)) or subject

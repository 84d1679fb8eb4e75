"""What inspections found, counted: an index over their logs, renewed with every append, by which figures are grouped."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.archive.wording import texts
from webapp.db import CHINA, db
from webapp.field.fold import Record
from webapp.field.models import Inspection, renewed
from webapp.followup.steps import read
from webapp.forms import rules
from webapp.forms.models import Form
from webapp.oversight.figure_rules import code_of, follow_up, is_problem
from webapp.registry.subjects import Subject, SubjectPast

BETWEEN = "、"


class Found(db.Model):
    """Of an inspection that was sealed: what the library said of the subject on the day of the visit, how many answers
    were findings, the result in force, whether that is a `problem`, and what became of it (`figure_rules.follow_up`).
    `kinds` stand between `BETWEEN`, first and last too."""

    __tablename__ = "found"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    record_hash: Mapped[str] = mapped_column(String(64))
    district: Mapped[str]
    kinds: Mapped[str]
    credit_risk: Mapped[str] = mapped_column(String(1))
    labour_grade: Mapped[str] = mapped_column(String(1))
    findings: Mapped[int]
    result: Mapped[str] = mapped_column(String(32))
    problem: Mapped[bool]
    follow: Mapped[str] = mapped_column(String(8))


class FoundItem(db.Model):
    """How many findings the checklist of one item gave in an inspection; none: no row."""

    __tablename__ = "found_item"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(32), primary_key=True)
    findings: Mapped[int]


@renewed.connect
def _renew(inspection: Inspection, log: Any, record: Record) -> None:
    """Bring the counts up to a sealed record and to what followed; one that was sent back keeps those that it had."""
    if not record["seal"]:
        return
    row = db.session.get(Found, inspection.id)
    if row is None or row.record_hash != record["record_hash"]:
        row = _counted(inspection, record)
    steps = read(record["after"])
    result = code_of(steps, record)
    row.result, row.problem = result or "", is_problem(result, row.findings)
    row.follow = follow_up(steps, result) if row.problem else ""


def _counted(inspection: Inspection, record: Record) -> Found:
    counts = findings(record["content"])
    subject = _on(inspection.subject, inspection.visited)
    db.session.execute(delete(FoundItem).where(FoundItem.inspection_id == inspection.id))
    for item, count in counts.items():
        if item and count:
            db.session.add(FoundItem(inspection_id=inspection.id, item=item, findings=count))
    return db.session.merge(
        Found(
            inspection_id=inspection.id,
            record_hash=record["record_hash"],
            district=subject.district,
            kinds=BETWEEN.join(["", *subject.kinds, ""]),
            credit_risk=subject.credit_risk or "",
            labour_grade=subject.labour_grade or "",
            findings=sum(counts.values()),
            result="",
            problem=False,
            follow="",
        )
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

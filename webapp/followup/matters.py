"""What is still open after visits, and what they hold against their subjects: indexes over the logs.

`Matter` is a row of the office's lists, `Again` links a visit made again to the first, `Held` is what the library of
subjects says because of an inspection. All are renewed with every append; none says anything that no event says.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import db, parts, today
from webapp.field.fold import Record
from webapp.field.models import Event, Inspection, renewed
from webapp.field.views import FIRST_VISITS
from webapp.followup import consequences
from webapp.followup.handing import handed, listings
from webapp.followup.objections import objections, overturns
from webapp.followup.orders import orders
from webapp.followup.steps import REFUSED, WAITING, Step, Steps, read
from webapp.registry.subjects import Subject

Json = dict[str, Any]

KINDS = ("object", "order", "copy", "transfer", "penalty", "discipline")
PAGE = 50
# Written into the library, in the language of its records.
LAID, LIFTED = "检查 {number}：{name}", "检查 {number}：{name}，不再有效"


class Matter(db.Model):
    """One objection, order, copy, transfer, penalty or entry in a list, as the office's lists show it.

    `name`: who objected, the number of a paper, to whom it went, the list. `due`: the day by which something is to be
    done or that is the last. `state`: as the rules of its kind say, as far as it does not hang on the day. `closed`:
    the day since which nobody waits for anything.
    """

    __tablename__ = "matter"
    __table_args__ = (Index("ix_matter_list", "bureau_id", "kind", "closed", "due"),)
    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(500))
    opened: Mapped[date]
    due: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16))
    closed: Mapped[date | None]
    inspection: Mapped[Inspection] = relationship()

    @classmethod
    def listed(cls, bureau_id: str, kinds: tuple[str, ...], still: bool) -> Select[Any]:
        """The statement of a list: of what is `still` open the most urgent first, else the newest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.kind.in_(kinds))
        if still:
            due = func.coalesce(cls.due, cls.opened)
            return rows.where(cls.closed.is_(None)).order_by(due, cls.event_id)
        return rows.order_by(cls.opened.desc(), cls.event_id.desc())

    @classmethod
    def open_of(cls, bureau_id: str) -> dict[str, int]:
        """How many are open, by kind."""
        rows = select(cls.kind, func.count()).where(cls.bureau_id == bureau_id, cls.closed.is_(None))
        return dict(db.session.execute(rows.group_by(cls.kind)).all())


class Again(db.Model):
    """That an inspection is a visit made again. `told`: what its pair has to know of the first, as it was said then."""

    __tablename__ = "again"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    told: Mapped[Json] = mapped_column(JSON)
    first: Mapped[Inspection] = relationship(foreign_keys=[first_id])


class Held(db.Model):
    """What an inspection holds against its subject. `applied`: the library says so; `made`: it says so by this row."""

    __tablename__ = "held"
    __table_args__ = (Index("ix_held_subject", "subject_id", "what"), Index("ix_held_days", "begins", "ends"))
    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"))
    what: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(500))
    begins: Mapped[date]
    ends: Mapped[date | None]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    applied: Mapped[bool] = mapped_column(default=False)
    made: Mapped[bool] = mapped_column(default=False)
    inspection: Mapped[Inspection] = relationship()
    author: Mapped[User] = relationship()

    def settle(self, day: date, holds: bool | None = None) -> None:
        """Bring the library of subjects up to what holds on a day; its version says why."""
        holds = self.begins <= day and (self.ends is None or day <= self.ends) if holds is None else holds
        if holds == self.applied:
            return
        subject = db.session.get_one(Subject, self.subject_id)
        held = subject.values()
        if holds:
            change = consequences.laid(held, self.what)
            reason = LAID
            self.made = bool(change)
        else:
            change = consequences.lifted(held, self.what, self._others()) if self.made else {}
            reason = LIFTED
            self.made = False
        self.applied = holds
        if change:
            reason = reason.format(number=self.inspection.number, name=self.name)
            subject.change(self.author, change, reason)

    def _others(self) -> int:
        """How many more of the kind are held against the subject; the next one of them answers for the mark from now on."""
        rows = select(Held).where(
            Held.subject_id == self.subject_id, Held.what == self.what, Held.applied,
            Held.event_id != self.event_id,
        )  # fmt: skip
        found = list(db.session.scalars(rows))
        if found and self.what != consequences.COUNTED:
            found[0].made = True
        return len(found)


def settle_due(day: date) -> int:
    """Lay and lift what begins or ends by itself; how many changed. For once a day."""
    late = Held.ends.is_not(None) & (Held.ends < day)
    rows = select(Held).where((Held.applied & late) | (~Held.applied & (Held.begins <= day) & ~late))
    found = [row for row in db.session.scalars(rows) if row.ends is None or row.begins <= row.ends]
    for row in found:
        row.settle(day)
    return len(found)


def first_visits(ids: list[str]) -> dict[str, Json]:
    """What the pairs of visits made again have to know of the first ones, by the new inspection's id."""
    found: dict[str, Json] = {}
    for part in parts(ids):
        rows = select(Again.inspection_id, Again.told).where(Again.inspection_id.in_(part))
        found |= dict(db.session.execute(rows).all())
    return found


FIRST_VISITS.append(first_visits)


@renewed.connect
def _renew(inspection: Inspection, log: list[Event], record: Record) -> None:
    """Bring the rows of an inspection up to its log."""
    if not record["after"]:
        return
    steps = read(record["after"])
    _result(inspection, steps)
    _keep(inspection, list(_matters(steps, inspection)))
    for one in steps.of("reinspect"):
        _link(inspection, one)
    _hold(inspection, steps)


def _result(inspection: Inspection, steps: Steps) -> None:
    """What the office decided stands before what the pair wrote: a finding that was reversed weighs on nobody (TJ-13)."""
    decided = [one for one in steps.standing("decide", "rule") if one.type == "decide" or overturns(one)]
    if decided:
        inspection.result = steps.result.payload["code"][:32] if steps.result else None


def _keep(inspection: Inspection, rows: list[Matter]) -> None:
    known = select(Matter).where(Matter.inspection_id == inspection.id)
    for gone in {row.event_id: row for row in db.session.scalars(known)}.keys() - {r.event_id for r in rows}:
        db.session.delete(db.session.get_one(Matter, gone))
    for row in rows:
        db.session.merge(row)


def _matters(steps: Steps, inspection: Inspection) -> Iterator[Matter]:
    def row(step: Step, name: Any, state: str, due: date | None = None, closed: date | None = None) -> Matter:
        return Matter(
            event_id=step.event, inspection_id=inspection.id, bureau_id=inspection.bureau_id, kind=step.type,
            name=str(name)[:500], opened=step.day, due=due, state=state, closed=closed,
        )  # fmt: skip

    for one in objections(steps):
        done = one.ruling and one.ruling.settled
        yield row(one.step, one.step.payload["name"], one.state, closed=done)
    for order in orders(steps):
        # Whether it is late hangs on the day, which the list knows.
        state = order.state(date.min)
        yield row(order.step, order.number, state, order.deadline, order.closed)
    for given in handed(steps, "copy", "transfer", "penalty"):
        last = given.replies[-1].day if given.replies else None
        paper = given.step.type == "penalty"
        name = given.step.payload["number" if paper else "to"]
        closed = given.step.day if paper else last
        yield row(given.step, name, "answered" if last else "sent", closed=closed)
    for entry in listings(steps):
        refused = entry.step.approval == REFUSED
        closed = entry.step.day if refused else entry.lifted and entry.lifted.day
        state = "lifted" if entry.lifted else entry.step.approval or WAITING
        made = row(entry.step, entry.step.payload["list"], state, entry.ends(), closed)
        made.opened = entry.begins()
        yield made


def _link(inspection: Inspection, one: Step) -> None:
    again = one.payload["inspection"]
    if db.session.get(Inspection, again) is not None and db.session.get(Again, again) is None:
        told = one.payload.get("told") or {}
        db.session.add(Again(inspection_id=again, first_id=inspection.id, told=told))


def _hold(inspection: Inspection, steps: Steps) -> None:
    """What is held, brought up to the log and to today; what was voided is lifted."""
    found = {one.event: one for one in consequences.burdens(steps)}
    kept = select(Held).where(Held.inspection_id == inspection.id)
    rows = {row.event_id: row for row in db.session.scalars(kept)}
    for event, one in found.items():
        row = rows.setdefault(event, Held(event_id=event, applied=False, made=False))
        step = steps.get(event)
        row.inspection, row.subject_id, row.what = inspection, inspection.subject_id, one.what
        row.name, row.begins, row.ends = one.name[:500], one.begins, one.ends
        row.author_id = step.author if step else inspection.assigned_by
        db.session.add(row)
    db.session.flush()
    for event, row in rows.items():
        row.settle(today(), None if event in found else False)
        if event not in found:
            db.session.delete(row)

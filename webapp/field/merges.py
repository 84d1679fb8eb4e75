"""综合查一次: two inspections of one subject become one visit (TJ-11, CA-2.3a, PD-1.2), and are taken apart again.

The items and forms of the one join the other, which keeps the links to the draws of both. The one that nobody goes to
is called off by an event of its log, so its number, its pair's load and its draw stay to be seen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import UTCDateTime, china_day, db, now, parts
from webapp.draw import asking
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.errors import Problem
from webapp.field import drawn, merge_rules, relief, rules
from webapp.field.merge_rules import Json, Side
from webapp.field.models import Inspection, InspectionDraw, InspectionForm, InspectionItem
from webapp.forms.models import Form
from webapp.registry.models import Inspector, Interest, Lending


class Merge(db.Model):
    """One inspection joined another. `added` is what the staying one got by it, and what it was before:
    `{items: [id], forms: [hash], draws: [id], lists: [id], due, reason_text}`.
    """

    __tablename__ = "inspection_merge"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stays_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    gone_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    reason: Mapped[str]
    added: Mapped[Json] = mapped_column(JSON)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stays: Mapped[Inspection] = relationship(foreign_keys=[stays_id])
    gone: Mapped[Inspection] = relationship(foreign_keys=[gone_id])
    author: Mapped[User] = relationship(foreign_keys=[author_id])

    @classmethod
    def of(cls, inspections: list[str]) -> list["Merge"]:
        """Those that stand, in which one of the inspections stays or went, the first one first."""
        found: dict[str, Merge] = {}
        for part in parts(inspections):
            rows = select(cls).where(
                or_(cls.stays_id.in_(part), cls.gone_id.in_(part)), cls.undone_at.is_(None)
            )
            found |= {row.id: row for row in db.session.scalars(rows)}
        return [found[name] for name in sorted(found)]

    @classmethod
    def of_draw(cls, draw_id: str) -> list["Merge"]:
        """Those that stand, of the inspections that a draw's subjects became, the first one first."""
        serve = select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id == draw_id)
        rows = select(cls).where(cls.stays_id.in_(serve), cls.undone_at.is_(None))
        return list(db.session.scalars(rows.order_by(cls.id)))

    @classmethod
    def history(cls, inspection_id: str) -> list["Merge"]:
        """All that an inspection was in, those that were undone too."""
        rows = select(cls).where(or_(cls.stays_id == inspection_id, cls.gone_id == inspection_id))
        return list(db.session.scalars(rows.order_by(cls.id)))


@dataclass(frozen=True)
class Offer:
    """Two inspections that one visit could serve. `goes`: whose pair; None where neither can, and `faults` say why."""

    there: Inspection
    new: Inspection
    goes: Inspection | None
    faults: list[Json]
    random: bool


def merge(author: User, one_id: str, other_id: str, today: date, reason: str = "") -> Merge:
    """Make one visit of two inspections of the author's bureau; the caller commits.

    Raises `not_found`, `merge_subject`, `merge_begun`, `merge_window`, `reason_needed`, `merge_team` with the `faults`.
    """
    # Two who merge the same ones lock them in one order; a phone that begins one of them waits, or was first.
    there, new = sorted((_locked(author, name) for name in sorted((one_id, other_id))), key=_age)
    if there.id == new.id or there.subject_id != new.subject_id:
        raise Problem("merge_subject")
    people = _People([there, new])
    sides = [people.side(there), people.side(new)]
    fault, window = merge_rules.fault(*sides, today, reason), merge_rules.common(*sides)
    if fault or window is None:
        raise Problem(fault or "merge_window")
    offer = people.offer(there, new)
    if offer.goes is None:
        raise Problem("merge_team", faults=offer.faults)
    stays, gone = (there, new) if offer.goes is there else (new, there)
    made = _joined(author, stays, gone, window[1], reason.strip()[:500])
    relief.call_off(author, gone, f"综合查一次：与 {stays.number} 合并为一次检查")
    return made


def undo(author: User, merge_id: str, today: date) -> Merge:
    """Make two of one again, as long as nobody began it; the caller commits.

    Who began before the own phone heard of the merge, began the one without the other: then it can be undone too.
    Raises `not_found`, `merge_undone`, `merge_later`, `merge_begun`, `merge_drawn`, `merge_cap`.
    """
    made = db.session.get(Merge, merge_id)
    if made is None:
        raise Problem("not_found")
    both = {name: _locked(author, name) for name in sorted((made.stays_id, made.gone_id))}
    db.session.refresh(made)
    if made.undone_at:
        raise Problem("merge_undone")
    stays, gone = both[made.stays_id], both[made.gone_id]
    if any(one.id > made.id for one in Merge.of([stays.id])):
        raise Problem("merge_later")
    if stays.state != "assigned" and not before_merge(made):
        raise Problem("merge_begun")
    draws, lists = made.added["draws"], made.added["lists"]
    if _called_off(draws, gone.subject_id):
        raise Problem("merge_drawn")
    if drawn.at_cap(stays.bureau, stays.subject_id, draws, lists, gone.due.year):
        raise Problem("merge_cap")
    _parted(made)
    relief.proceed(author, gone, f"综合查一次已拆开：与 {stays.number} 分别检查")
    made.undone_by, made.undone_at = author.id, now()
    db.session.flush()
    return made


def _called_off(draws: list[str], subject_id: str) -> bool:
    """Whether one of the draws was cancelled or has another in the place of the subject: nobody would go for it alone."""
    if any(db.session.get_one(Draw, name).state == "cancelled" for name in draws):
        return True
    drawn_ones = (DrawSubject.draw_id.in_(draws), DrawSubject.place.is_not(None), DrawSubject.gone)
    rows = select(DrawSubject.id).where(*drawn_ones, DrawSubject.subject_id == subject_id)
    return db.session.scalar(rows.limit(1)) is not None


def before_merge(made: Merge) -> bool:
    """Whether the visit was begun by a phone that did not know of the merge: its head names none of what was added."""
    visit = made.stays.record()["content"]["visit"] or {}
    named = visit.get("forms")
    return (
        isinstance(named, list)
        and bool(made.added["forms"])
        and not set(made.added["forms"]) & set(map(str, named))
    )


def offers(draw: Draw, today: date) -> list[Offer]:
    """The inspections of a draw that nobody began, with another of the same subject in the same days (PD-1.2)."""
    coming = (Inspection.bureau_id == draw.bureau_id, Inspection.state == "assigned")
    twice = (
        select(Inspection.subject_id).where(*coming).group_by(Inspection.subject_id).having(func.count() > 1)
    )
    rows = select(Inspection).join(InspectionDraw, InspectionDraw.inspection_id == Inspection.id)
    rows = rows.where(InspectionDraw.draw_id == draw.id, *coming, Inspection.subject_id.in_(twice))
    mine = list(db.session.scalars(rows))
    others = _of_subjects(draw.bureau_id, [one.subject_id for one in mine])
    return _offers(mine, others, today)


def around(inspection: Inspection, today: date) -> list[Offer]:
    """What one inspection could be merged with."""
    if inspection.state != "assigned":
        return []
    return _offers([inspection], _of_subjects(inspection.bureau_id, [inspection.subject_id]), today)


def waiting(bureau_id: str, begins: date, ends: date) -> set[str]:
    """The subjects that are to be visited in these days by what is there already and nobody began."""
    rows = select(Inspection.subject_id, Inspection.assigned_at, func.max(Draw.begins))
    rows = rows.outerjoin(InspectionDraw, InspectionDraw.inspection_id == Inspection.id)
    rows = rows.outerjoin(Draw, Draw.id == InspectionDraw.draw_id)
    rows = rows.where(
        Inspection.bureau_id == bureau_id, Inspection.state == "assigned", Inspection.due >= begins
    )
    found = db.session.execute(rows.group_by(Inspection.id, Inspection.subject_id, Inspection.assigned_at))
    return {name for name, assigned, first in found if (first or china_day(assigned)) <= ends}


def _offers(mine: list[Inspection], others: list[Inspection], today: date) -> list[Offer]:
    people = _People([*mine, *others])
    known = {one.id for one in mine}
    found = []
    for one in sorted(mine, key=_age):
        fitting = [
            other
            for other in others
            if other.subject_id == one.subject_id
            and other.id != one.id
            and (other.id not in known or _age(other) > _age(one))
            if merge_rules.fault(people.side(one), people.side(other), today, "shown") is None
        ]
        # What was drawn comes first; with what nobody drew, only by hand.
        fitting.sort(key=lambda other: (not people.side(other).random, _age(other)))
        found += [people.offer(*sorted((one, other), key=_age)) for other in fitting]
    return found


class _People:
    """The sides of several inspections, with what is known of their people, in a few queries."""

    def __init__(self, inspections: list[Inspection]) -> None:
        unique = {one.id: one for one in inspections}
        self.sides: dict[str, Side] = {}
        self.first = _begins(list(unique))
        self.terms = _terms(list(unique))
        users = sorted({name for one in unique.values() for name in one.pair})
        self.recused = Interest.standing(users)
        self.lent = _lent(unique.values())

    def side(self, inspection: Inspection) -> Side:
        if inspection.id not in self.sides:
            own = merge_rules.by_hand([listed.item.code for listed in inspection.listed])
            self.sides[inspection.id] = Side(
                self.first.get(inspection.id, _assigned(inspection)),
                inspection.due,
                inspection.state != "assigned",
                inspection.reason in rules.BY_DRAW or inspection.id in self.first,
                [self._row(inspection, member.inspector) for member in inspection.members],
                self.terms.get(inspection.id) or [own],
            )
        return self.sides[inspection.id]

    def offer(self, there: Inspection, new: Inspection) -> Offer:
        sides = self.side(there), self.side(new)
        window, region = merge_rules.common(*sides), asking.named(there.subject.district)
        found = merge_rules.goes(*sides, window, there.subject_id, region) if window else (None, [])
        side, faults = found
        goes = None if side is None else there if side is sides[0] else new
        return Offer(there, new, goes, faults, all(one.random for one in sides))

    def _row(self, inspection: Inspection, person: Inspector) -> Json:
        documents = self.lent.get((inspection.bureau_id, person.user_id), [])
        region = asking.named(inspection.subject.district)
        lent = [
            loan for one in documents for loan in asking.loans(one.document, one.begins, one.ends, [region])
        ]
        # Of another bureau without a document: nobody inspects outside the own district.
        active = person.user.active and (person.bureau_id == inspection.bureau_id or bool(lent))
        held = person.held() | {"user_id": person.user_id, "active": active}
        return asking.inspector_row(held, self.recused[person.user_id], 0, lent)


def _terms(inspections: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    heads: dict[str, Any] = {}
    for row in links(inspections):
        if row.draw_id not in heads:
            heads[row.draw_id] = row.draw.act.head["rules"]
        if heads[row.draw_id]["team"]:
            found.setdefault(row.inspection_id, []).append(heads[row.draw_id])
    return found


def _begins(inspections: list[str]) -> dict[str, date]:
    """The first day of each, by the latest of its draws; of a batch, that of the batch (PD-2.1b)."""
    rows = links(inspections)
    batch = {
        draw.id: _batches(draw) for draw in {row.draw_id: row.draw for row in rows}.values() if draw.windows
    }
    found: dict[str, date] = {}
    for row in rows:
        first, _ = row.draw.window(batch.get(row.draw_id, {}).get(row.subject_id))
        found[row.inspection_id] = max(found.get(row.inspection_id, first), first)
    brought = select(DrawnRow.inspection_id, DrawnList.begins).join(DrawnList)
    for part in parts(inspections):
        for inspection_id, first in db.session.execute(brought.where(DrawnRow.inspection_id.in_(part))):
            found[inspection_id] = max(found.get(inspection_id, first), first)
    return found


def _batches(draw: Draw) -> dict[str, int | None]:
    rows = select(DrawSubject.subject_id, DrawSubject.batch)
    rows = rows.where(DrawSubject.draw_id == draw.id, DrawSubject.place.is_not(None))
    return {subject_id: batch for subject_id, batch in db.session.execute(rows)}


def links(inspections: list[str]) -> list[InspectionDraw]:
    """The draws that these inspections serve."""
    rows = (
        select(InspectionDraw).where(InspectionDraw.inspection_id.in_(part)) for part in parts(inspections)
    )
    return [row for each in rows for row in db.session.scalars(each)]


def _lent(inspections: Any) -> dict[tuple[str, str], list[Lending]]:
    bureaus = {one.bureau_id for one in inspections}
    rows = select(Lending).where(Lending.bureau_id.in_(bureaus), Lending.ended_at.is_(None))
    found: dict[tuple[str, str], list[Lending]] = {}
    for row in db.session.scalars(rows):
        found.setdefault((row.bureau_id, row.user_id), []).append(row)
    return found


def _of_subjects(bureau_id: str, subjects: list[str]) -> list[Inspection]:
    """What nobody began, of these subjects."""
    rows = select(Inspection).where(Inspection.bureau_id == bureau_id, Inspection.state == "assigned")
    asked = (rows.where(Inspection.subject_id.in_(part)) for part in parts(subjects))
    return [row for each in asked for row in db.session.scalars(each)]


def _joined(author: User, stays: Inspection, gone: Inspection, due: date, reason: str) -> Merge:
    have = {listed.item_id for listed in stays.listed}
    items = [listed.item_id for listed in gone.listed if listed.item_id not in have]
    # One item has one checklist in a visit: that of the inspection which stays, in its version.
    bodies = Form.bodies([*stays.form_hashes, *gone.form_hashes])
    covered = {bodies[name]["item"] for name in stays.form_hashes}
    forms = [name for name in gone.form_hashes if bodies[name]["item"] not in covered]
    draws = [one.draw_id for one in InspectionDraw.of_inspection(gone.id)]
    added = {
        "items": items, "forms": forms, "draws": draws, "due": stays.due.isoformat(), "reason_text": stays.reason_text,
        "lists": [one.id for one in DrawnRow.lists([gone.id])],
    }  # fmt: skip
    made = Merge(
        id=str(uuid7()), stays_id=stays.id, gone_id=gone.id, reason=reason, added=added, author_id=author.id,
        undone_by=None, undone_at=None,
    )  # fmt: skip
    db.session.add(made)
    for place, item_id in enumerate(items, len(stays.listed)):
        db.session.add(InspectionItem(inspection_id=stays.id, item_id=item_id, place=place))
    for place, name in enumerate(forms, len(stays.forms)):
        db.session.add(InspectionForm(inspection_id=stays.id, form_hash=name, place=place))
    _move(draws, stays.subject_id, stays.id)
    DrawnRow.move(added["lists"], stays.subject_id, stays.id)
    why = f"（{reason}）" if reason else ""
    stays.due, stays.changed_at = due, now()
    stays.reason_text = f"{stays.reason_text}；综合查一次，并入 {gone.number}{why}：{gone.reason_text}"
    db.session.flush()
    db.session.expire(stays, ["listed", "forms"])
    return made


def _parted(made: Merge) -> None:
    stays, added = made.stays, made.added
    for listed in stays.listed:
        if listed.item_id in added["items"]:
            db.session.delete(listed)
    for form in stays.forms:
        if form.form_hash in added["forms"]:
            db.session.delete(form)
    _move(added["draws"], stays.subject_id, made.gone_id)
    DrawnRow.move(added["lists"], stays.subject_id, made.gone_id)
    stays.due, stays.reason_text = date.fromisoformat(added["due"]), added["reason_text"]
    stays.changed_at = now()
    db.session.flush()
    db.session.expire(stays, ["listed", "forms"])


def _move(draws: list[str], subject_id: str, inspection_id: str) -> None:
    mine = (InspectionDraw.draw_id.in_(draws), InspectionDraw.subject_id == subject_id)
    db.session.execute(update(InspectionDraw).where(*mine).values(inspection_id=inspection_id))


def _locked(author: User, inspection_id: str) -> Inspection:
    found = Inspection.locked(inspection_id)
    if found is None or found.bureau_id != author.bureau_id:
        raise Problem("not_found")
    return found


def _age(inspection: Inspection) -> tuple[datetime, str]:
    return inspection.assigned_at, inspection.number


def _assigned(inspection: Inspection) -> date:
    return china_day(inspection.assigned_at)

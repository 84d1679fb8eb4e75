"""行政检查审批 and 检查通知书: asked for, decided by somebody else, notified, served. Rows are only added (mission 2).

What is approved are the `facts` as they were asked for: subject, items, pair, days, methods. Where the inspection is
another one since (a swap), the approval no longer fits, and a new one is asked for.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now, parts
from webapp.errors import Problem
from webapp.field.models import Inspection, InspectionDraw
from webapp.field.notices import NOTICE_KIND, Ask, number
from webapp.field.rules import UNFINISHED

Json = dict[str, Any]

ASKED, APPROVED, REFUSED = "asked", "approved", "refused"
# How a notice reached the subject.
WAYS = ("hand", "post", "electronic", "left")
# What was done without an approval may still be approved later: the papers say when.
ASKABLE = (*UNFINISHED, "sealed", "accepted")
CALLED_OFF = "cancelled"


class Approval(db.Model):
    """One request and its decision. `place` counts those of an inspection; the last one stands."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("inspection_id", "place"),
        Index("ix_approval_waiting", "bureau_id", "state"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=ASKED)
    facts: Mapped[Json] = mapped_column(JSON)
    asked_by: Mapped[str] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opinion: Mapped[str] = mapped_column(default="")
    inspection: Mapped[Inspection] = relationship()
    asker: Mapped[User] = relationship(foreign_keys=[asked_by], lazy="joined")
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by], lazy="joined")
    services: Mapped[list["Service"]] = relationship(order_by="Service.id", lazy="selectin")

    @classmethod
    def ask(cls, author: User, inspections: Iterable[Inspection], asked: Ask) -> list["Approval"]:
        """Ask for those that can be asked for: not closed, and neither waiting nor approved as they are now.

        The rows of the inspections must be locked.
        """
        rows = list(inspections)
        last = cls.last([one.id for one in rows])
        made = []
        for inspection in rows:
            before = last.get(inspection.id)
            standing = before and before.state != REFUSED and before.fits(inspection)
            if inspection.state not in ASKABLE or standing:
                continue
            approval = cls(
                id=str(uuid7()), inspection_id=inspection.id, bureau_id=inspection.bureau_id, asked_by=author.id,
                place=before.place + 1 if before else 1, facts=facts(inspection, asked),
            )  # fmt: skip
            db.session.add(approval)
            made.append(approval)
        db.session.flush()
        return made

    @classmethod
    def decide(
        cls, approver: User, approvals: Iterable["Approval"], approve: bool, opinion: str
    ) -> list["Approval"]:
        """Approve or refuse those that wait and that this person may decide: neither asked for by the same person
        nor to be carried out by them. The rows must be locked. Raises `reason_needed` for a refusal without one."""
        if not approve and not opinion:
            raise Problem("reason_needed")
        done = []
        for one in approvals:
            if one.state == ASKED and one.may_decide(approver):
                one.state = APPROVED if approve else REFUSED
                one.decided_by, one.decided_at, one.opinion = approver.id, now(), opinion
                done.append(one)
        db.session.flush()
        return done

    @classmethod
    def last(cls, inspection_ids: list[str]) -> dict[str, "Approval"]:
        """The last approval of each inspection, asked for or decided."""
        found: dict[str, Approval] = {}
        for part in parts(inspection_ids):
            for row in db.session.scalars(select(cls).where(cls.inspection_id.in_(part)).order_by(cls.place)):
                found[row.inspection_id] = row
        return found

    @classmethod
    def of(cls, inspection_id: str) -> list["Approval"]:
        """All of an inspection, the last one first."""
        rows = select(cls).where(cls.inspection_id == inspection_id).order_by(cls.place.desc())
        return list(db.session.scalars(rows))

    @classmethod
    def waiting(cls, bureau_id: str) -> list[tuple[User, int, datetime]]:
        """Who asked for how many that nobody decided yet, and since when."""
        rows = select(User, func.count(), func.min(cls.asked_at)).join(User, User.id == cls.asked_by)
        rows = rows.join(Inspection, Inspection.id == cls.inspection_id).where(Inspection.state != CALLED_OFF)
        rows = rows.where(cls.bureau_id == bureau_id, cls.state == ASKED).group_by(User.id)
        return [(user, count, since) for user, count, since in db.session.execute(rows)]

    @classmethod
    def locked(cls, bureau_id: str, ids: list[str]) -> list["Approval"]:
        """Those of a bureau under their row locks."""
        rows = (
            db.session.scalars(
                select(cls)
                .where(cls.bureau_id == bureau_id, cls.id.in_(part))
                .order_by(cls.id)
                .with_for_update(of=cls)
                .execution_options(populate_existing=True)
            )
            for part in parts(ids)
        )
        return [row for part in rows for row in part]

    def may_decide(self, person: User) -> bool:
        """Whether somebody may decide: not who asked, and not who goes there."""
        return person.id != self.asked_by and person.id not in [one["id"] for one in self.facts["pair"]]

    def fits(self, inspection: Inspection) -> bool:
        """Whether the inspection still is what was asked for."""
        told = self.facts
        return bool(
            inspection.state != CALLED_OFF
            and told["subject"]["id"] == inspection.subject_id
            and [one["id"] for one in told["pair"]] == inspection.pair
            and [one["code"] for one in told["items"]] == [one.item.code for one in inspection.listed]
            and told["due"] == inspection.due.isoformat()
        )

    def standing(self, inspection: Inspection) -> str:
        """`asked`, `approved`, `refused`, or `changed` where it no longer fits."""
        return self.state if self.state == REFUSED or self.fits(inspection) else "changed"

    def told(self) -> Json:
        """All of it as plain data: what the papers are printed from, and what the archive keeps."""
        return {
            "id": self.id,
            "place": self.place,
            "state": self.state,
            "facts": self.facts,
            "asked": {"by": self.asker.name, "at": self.asked_at.isoformat()},
            "decided": (
                {"by": self.decider.name, "at": self.decided_at.isoformat(), "opinion": self.opinion}
                if self.decider and self.decided_at
                else None
            ),
            "served": [one.told() for one in self.services],
        }


class Service(db.Model):
    """送达: that a notice was served, how, to whom. A later line corrects an earlier one, which stays."""

    __tablename__ = "service"
    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[str] = mapped_column(ForeignKey("approval.id"), index=True)
    way: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    receiver: Mapped[str]
    note: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")

    def told(self) -> Json:
        """As plain data."""
        return {
            "way": self.way,
            "day": self.day.isoformat(),
            "receiver": self.receiver,
            "note": self.note,
            "by": self.author.name,
            "at": self.made_at.isoformat(),
        }


def facts(inspection: Inspection, asked: Ask) -> Json:
    """What is asked for, as it is now."""
    subject = inspection.subject.as_json()
    return {
        "inspection": inspection.id,
        "number": inspection.number,
        "bureau": {"id": inspection.bureau_id, "name": inspection.bureau.name},
        "subject": {
            name: subject.get(name) or ""
            for name in ("id", "name", "code", "address", "representative", "phone")
        },
        "items": [
            {name: getattr(one.item, name) for name in ("code", "name", "bases")} for one in inspection.listed
        ],
        "pair": [
            {name: member.inspector.as_json()[name] for name in ("id", "name", "credential", "title")}
            | {"unit": member.inspector.unit}
            for member in inspection.members
        ],
        "reason": {"kind": inspection.reason, "text": inspection.reason_text},
        "joint": InspectionDraw.joint(inspection.id),
        "begins": asked.begins.isoformat(),
        "due": inspection.due.isoformat(),
        # One that is late already is done on the day on which it begins.
        "ends": max(inspection.due, asked.begins).isoformat(),
        "methods": asked.methods,
        "announce": asked.announce,
        "why": asked.why,
        "contact": asked.contact,
    }


def notices(inspections: list[Inspection], needed: bool) -> dict[str, Json]:
    """What each pair has to know of its notice, without a network too: `{state, needed}`, and of one that was asked for
    `number begins ends methods announce why contact decided served`."""
    last = Approval.last([one.id for one in inspections])
    found = {}
    for inspection in inspections:
        approval = last.get(inspection.id)
        found[inspection.id] = {"state": "none", "needed": needed} | (
            _brief(approval, inspection) if approval else {}
        )
    return found


def _brief(approval: Approval, inspection: Inspection) -> Json:
    told = approval.told()
    names = ("begins", "ends", "methods", "announce", "why", "contact")
    return {name: told["facts"][name] for name in names} | {
        "state": approval.standing(inspection),
        "number": number(told, NOTICE_KIND),
        "decided": told["decided"],
        "served": told["served"],
    }


def contact(bureau_id: str) -> str:
    """What the bureau last wrote as its contact, so that it is typed once."""
    rows = select(Approval).where(Approval.bureau_id == bureau_id)
    found = db.session.scalar(rows.order_by(Approval.asked_at.desc(), Approval.id.desc()).limit(1))
    return str(found.facts["contact"]) if found else ""


def listed(bureau_id: str, state: str | None) -> Any:
    """A selection of the inspections whose last approval is in a state; of those under way without any for None."""
    newest = aliased(Approval)
    last = select(func.max(newest.place)).where(newest.inspection_id == Inspection.id).scalar_subquery()
    stands = (Approval.inspection_id == Inspection.id) & (Approval.place == last)
    rows = select(Inspection).outerjoin(Approval, stands).where(Inspection.bureau_id == bureau_id)
    if state is None:
        return rows.where(Approval.id.is_(None), Inspection.state.in_(UNFINISHED))
    return rows.where(Approval.state == state, Inspection.state != CALLED_OFF)

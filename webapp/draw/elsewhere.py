"""平台抽取: a list that another platform drew (RZ-9, RZ-10a), with its evidence as it came; never said to be our draw."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now
from webapp.plan.models import PlanVersion
from webapp.plan.rules import Task
from webapp.registry.imports import Import
from webapp.registry.subjects import Subject


class DrawnList(db.Model):
    """One list of a platform for a task of the plan: whose draw it was, which batch, by which file it is proven.

    Its id is that of its import, which says how far it is. `evidence` is the SHA-256 of the file's bytes.
    """

    __tablename__ = "drawn_list"
    id: Mapped[str] = mapped_column(ForeignKey("import.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    plan_version_id: Mapped[str] = mapped_column(ForeignKey("plan_version.id"), index=True)
    task_id: Mapped[str] = mapped_column(String(36))
    platform: Mapped[str] = mapped_column(String(100))
    batch: Mapped[str] = mapped_column(String(100))
    drawn_on: Mapped[date]
    begins: Mapped[date]
    ends: Mapped[date]
    evidence: Mapped[str] = mapped_column(String(64))
    evidence_name: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    bureau: Mapped[Bureau] = relationship()
    plan_version: Mapped[PlanVersion] = relationship()
    author: Mapped[User] = relationship()
    source: Mapped[Import] = relationship(lazy="joined")
    rows: Mapped[list["DrawnRow"]] = relationship(order_by="DrawnRow.line")

    @classmethod
    def of_bureau(cls, bureau_id: str, limit: int = 100) -> list["DrawnList"]:
        """The lists of a bureau, the latest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id).order_by(cls.id.desc())
        return list(db.session.scalars(rows.limit(limit)))

    @classmethod
    def amounts(cls, version: PlanVersion) -> Counter[str]:
        """How many subjects lists brought for each task of a plan, in any version of it, by the task's id; what was
        undone does not count."""
        rows = select(cls.task_id, func.count()).select_from(DrawnRow).where(*of_plan(version))
        rows = rows.join(cls, cls.id == DrawnRow.list_id).join(Import).group_by(cls.task_id)
        return Counter({task_id: count for task_id, count in db.session.execute(rows)})

    @classmethod
    def public(cls, bureau_id: str | None, limit: int = 50) -> list["DrawnList"]:
        """Those that were taken over, in one bureau or in all, the latest first."""
        found = select(cls).join(Import, Import.id == cls.id).where(Import.taken_at.is_not(None))
        found = found.where(cls.bureau_id == bureau_id) if bureau_id else found
        return list(db.session.scalars(found.order_by(cls.id.desc()).limit(limit)))

    @property
    def size(self) -> int:
        """How many subjects it brings or brought."""
        return sum(self.source.counts.get(name, 0) for name in ("new", "agreed"))

    @property
    def waiting(self) -> int:
        """How many of its subjects have no pair yet."""
        rows = select(func.count()).select_from(DrawnRow).where(DrawnRow.list_id == self.id)
        return db.session.scalar(rows.where(DrawnRow.inspection_id.is_(None))) or 0

    @property
    def task(self) -> Task:
        """The task, as the plan said when the list was taken over."""
        return self.plan_version.task(self.task_id)

    @property
    def said(self) -> str:
        """Whose draw it was, in words."""
        return f"{self.platform}（批次 {self.batch}，{self.drawn_on} 抽取）"

    def batch_mates(self) -> set[str]:
        """The subjects that earlier lists of the same batch brought."""
        same = (
            DrawnList.bureau_id == self.bureau_id, DrawnList.platform == self.platform, DrawnList.batch == self.batch,
            DrawnList.task_id == self.task_id, DrawnList.id != self.id, Import.state != "undone",
        )  # fmt: skip
        rows = select(DrawnRow.subject_id).join(DrawnList, DrawnList.id == DrawnRow.list_id).join(Import)
        return set(db.session.scalars(rows.where(*same)))


class DrawnRow(db.Model):
    """A subject that a list brought, and its inspection once it has a pair. `why`: the reason where it is over a limit."""

    __tablename__ = "drawn_row"
    list_id: Mapped[str] = mapped_column(ForeignKey("drawn_list.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"), primary_key=True, index=True)
    line: Mapped[int]
    why: Mapped[str | None]
    inspection_id: Mapped[str | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    subject: Mapped[Subject] = relationship()

    @classmethod
    def page(cls, list_id: str, after: int, limit: int) -> list["DrawnRow"]:
        """Rows of a list with their subjects, from the line behind `after` on."""
        rows = select(cls).where(cls.list_id == list_id, cls.line > after).order_by(cls.line).limit(limit)
        return list(db.session.scalars(rows.options(joinedload(cls.subject))))

    @classmethod
    def lists(cls, inspections: list[str]) -> list[DrawnList]:
        """The lists that inspections came from, the first one first."""
        rows = select(DrawnList).join(cls, cls.list_id == DrawnList.id)
        return list(db.session.scalars(rows.where(cls.inspection_id.in_(inspections)).order_by(DrawnList.id)))

    @classmethod
    def release(cls, list_id: str, inspection_id: str) -> None:
        """The subject waits for a pair again: the draw that made its inspection was cancelled."""
        rows = update(cls).where(cls.list_id == list_id, cls.inspection_id == inspection_id)
        db.session.execute(rows.values(inspection_id=None))

    @classmethod
    def move(cls, lists: list[str], subject_id: str, inspection_id: str) -> None:
        """From now on this inspection is what the lists brought for the subject (综合查一次)."""
        rows = update(cls).where(cls.list_id.in_(lists), cls.subject_id == subject_id)
        db.session.execute(rows.values(inspection_id=inspection_id))


def of_plan(version: PlanVersion) -> tuple[Any, ...]:
    """What of all lists was brought for this plan, in any version of it; joined are `DrawnList` and `Import`."""
    versions = select(PlanVersion.id).where(PlanVersion.plan_id == version.plan_id)
    return DrawnList.plan_version_id.in_(versions), Import.state != "undone"

"""年度抽查计划 and its versions: draft, approved, published, replaced. A published version never changes (CA-2.2b)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, cast, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now, rows_by_id, today
from webapp.errors import Problem
from webapp.plan import chances, rules
from webapp.plan.rules import Task
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject

PAST = ("complaints", "penalties", "abnormal", "dishonest")


class Plan(db.Model):
    """A bureau's plan of one year."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("bureau_id", "year"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    year: Mapped[int]
    bureau: Mapped[Bureau] = relationship()
    versions: Mapped[list["PlanVersion"]] = relationship(
        order_by="PlanVersion.number.desc()", back_populates="plan"
    )

    @classmethod
    def begin(cls, author: User, year: int) -> "Plan":
        """A plan with an empty first draft. Raises `plan_exists`."""
        if db.session.scalar(select(cls.id).where(cls.bureau_id == author.bureau_id, cls.year == year)):
            raise Problem("plan_exists")
        plan = cls(id=str(uuid7()), bureau_id=author.bureau_id, year=year)
        plan.versions = [PlanVersion(id=str(uuid7()), number=1, tasks=[], writers=[], author_id=author.id)]
        db.session.add(plan)
        db.session.flush()
        return plan

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["Plan"]:
        """The plans of a bureau, the latest year first."""
        return list(
            db.session.scalars(select(cls).where(cls.bureau_id == bureau_id).order_by(cls.year.desc()))
        )

    @property
    def latest(self) -> "PlanVersion":
        """The version that is worked on, or the last one."""
        return self.versions[0]

    @property
    def in_force(self) -> "PlanVersion | None":
        """The version that is published now."""
        return next((version for version in self.versions if version.state == "published"), None)

    def version(self, number: int | None) -> "PlanVersion":
        """One version by its number, the latest without one. Raises `not_found`."""
        found = (
            self.latest if number is None else next((v for v in self.versions if v.number == number), None)
        )
        if found is None:
            raise Problem("not_found")
        return found

    def revise(self, author: User, why: str) -> "PlanVersion":
        """Begin a changed version of what is published, with the reason. Raises `plan_state`, `reason_needed`."""
        if self.latest.state != "published":
            raise Problem("plan_state")
        if not why.strip():
            raise Problem("reason_needed")
        draft = PlanVersion(
            id=str(uuid7()), plan_id=self.id, number=self.latest.number + 1, tasks=self.latest.tasks,
            author_id=author.id, writers=[], why=why.strip()[:500],
        )  # fmt: skip
        db.session.add(draft)
        db.session.flush()
        db.session.expire(self, ["versions"])
        return draft


class PlanVersion(db.Model):
    """One version. `figures` are what it added up to when it was approved; `approval` is the document that says so.

    `writers` are who changed its tasks: none of them approves it.
    """

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="draft")
    tasks: Mapped[list[Task]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    why: Mapped[str | None]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    writers: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approval: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    plan: Mapped[Plan] = relationship(back_populates="versions")
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    approver: Mapped[User | None] = relationship(foreign_keys=[approved_by])

    def task(self, task_id: str) -> Task:
        """One task. Raises `not_found`."""
        found = next((task for task in self.tasks if task["id"] == task_id), None)
        if found is None:
            raise Problem("not_found")
        return found

    def put(self, writer: User, task: Task) -> None:
        """Write a task into the draft, in its place or at the end. Raises `plan_state` where it is no draft."""
        self._must_be("draft")
        self._note(writer)
        known = [one["id"] for one in self.tasks]
        if task["id"] in known:
            self.tasks = [task if one["id"] == task["id"] else one for one in self.tasks]
        else:
            self.tasks = [*self.tasks, task]

    def drop(self, writer: User, task_id: str) -> None:
        """Take a task out of the draft."""
        self._must_be("draft")
        self._note(writer)
        self.tasks = [one for one in self.tasks if one["id"] != task_id]

    def approve(self, approver: User, document: str) -> None:
        """Approve the draft, by somebody else than who wrote it. Raises `plan_own`, `plan_empty`, `document_needed`."""
        self._must_be("draft")
        if approver.id in (self.author_id, *self.writers):
            raise Problem("plan_own")
        if not self.tasks:
            raise Problem("plan_empty")
        if not document.strip():
            raise Problem("document_needed")
        self.figures = figures(self)
        self.state, self.approval = "approved", document.strip()[:200]
        self.approved_by, self.approved_at = approver.id, now()

    def send_back(self) -> None:
        """An approved version that is not published yet becomes a draft again."""
        self._must_be("approved")
        self.state, self.approved_by, self.approved_at, self.approval, self.figures = (
            "draft",
            None,
            None,
            None,
            None,
        )

    def publish(self) -> None:
        """Make it public; the version before is replaced, and stays public."""
        self._must_be("approved")
        for other in self.plan.versions:
            if other.state == "published":
                other.state = "replaced"
        self.state, self.published_at = "published", now()

    def promised(self, task: Task) -> int:
        """How many visits this version promises of a task for the year, by the libraries when it was approved."""
        return int((self.figures or figures(self))["by_task"].get(task["id"], 0))

    def changes(self) -> list[dict[str, Any]]:
        """What it changed against the version before; nothing of the first."""
        before = next((version for version in self.plan.versions if version.number == self.number - 1), None)
        return rules.changes(before.tasks, self.tasks) if before else []

    def _note(self, writer: User) -> None:
        if writer.id not in self.writers:
            self.writers = [*self.writers, writer.id]

    def _must_be(self, state: str) -> None:
        if self.state != state:
            raise Problem("plan_state")


def census(bureau_id: str) -> list[dict[str, Any]]:
    """The bureau's subjects counted by all that a plan tells apart, and by what is known of their past: a row
    `{kinds, district, risk, state, labour_grade, complaints, penalties, abnormal, dishonest, count}`, the past as flags."""
    columns = (
        Subject.kinds, Subject.district, Subject.credit_risk, Subject.labour_grade, Subject.state,
        Subject.complaints > 0, Subject.penalties > 0, Subject.abnormal, Subject.dishonest,
    )  # fmt: skip
    # Lists are grouped by their text: PostgreSQL does not compare JSON.
    texts = [cast(Subject.kinds, String), *columns[1:]]
    rows = db.session.execute(
        select(func.min(Subject.id), func.count()).where(Subject.bureau_id == bureau_id).group_by(*texts)
    )
    counts = {subject_id: count for subject_id, count in rows}
    scale = db.session.get_one(Bureau, bureau_id).law(today()).get("risk_scale")
    found = []
    for subject in rows_by_id(Subject, counts):
        risk = subject.labour_grade if scale == "labour" else subject.credit_risk
        row = {"kinds": subject.kinds, "district": subject.district, "risk": risk, "state": subject.state}
        past = {name: bool(getattr(subject, name)) for name in PAST}
        past["labour_grade"] = subject.labour_grade
        found.append(row | past | {"count": counts[subject.id]})
    return found


def items_by_code(bureau_id: str) -> dict[str, dict[str, Any]]:
    """The list of items as it stands, as the rules take it."""
    return {item.code: item.held() for item in Item.listed(bureau_id)}


def figures(version: PlanVersion) -> dict[str, Any]:
    """What a version adds up to, from the libraries as they stand: `rules.summary` with `load`, `unmanned`, and when."""
    bureau = version.plan.bureau
    counted, items = census(bureau.id), items_by_code(bureau.id)
    # Whose credential runs out before the year begins, or has run out, goes nowhere.
    begins = max(today(), date(version.plan.year, 1, 1))
    people = [one for one in Inspector.of_bureau(bureau.id) if one.valid_until >= begins]
    scopes = {one.user_id: one.items for one in people}
    law = bureau.law(today())
    found = rules.summary(version.tasks, counted, items, law)
    return found | {
        "shares": chances.shares(version.tasks, counted, law),
        "unmanned": rules.unmanned(version.tasks, scopes),
        "load": rules.load(version.tasks, counted, scopes),
        "at": now().isoformat(timespec="seconds"),
    }

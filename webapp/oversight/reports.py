"""报告: of a draw (抽查总结报告, TJ-14a), a task, a quarter or a year. Every version stays, with who wrote it and when;
what one person submitted another approves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.oversight import report_text as rules
from webapp.oversight.report_text import Facts

Json = dict[str, Any]
DRAFT, SUBMITTED, APPROVED, RETURNED = "draft", "submitted", "approved", "returned"
WHY_LONGEST, OPINION_LONGEST, PAGE = 500, 500, 50


class Report(db.Model):
    """One report. `target`: the id of a draw, `<plan>/<task>`, `2026-Q3` or `2026`."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("bureau_id", "kind", "target"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    kind: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    bureau: Mapped[Bureau] = relationship()
    versions: Mapped[list["ReportVersion"]] = relationship(
        order_by="ReportVersion.number.desc()", back_populates="report", lazy="selectin"
    )

    @classmethod
    def of_bureau(cls, bureau_id: str, before: str = "") -> list["Report"]:
        """A bureau's reports, the last changed first, one more than a page; `before`: the id of the last one seen."""
        rows = select(cls).where(cls.bureau_id == bureau_id).order_by(cls.changed_at.desc(), cls.id.desc())
        if last := db.session.get(cls, before) if before else None:
            same = (cls.changed_at == last.changed_at) & (cls.id < last.id)
            rows = rows.where((cls.changed_at < last.changed_at) | same)
        return list(db.session.scalars(rows.limit(PAGE + 1)))

    @classmethod
    def about(cls, bureau_id: str, kind: str, target: str) -> "Report | None":
        """The report of a target, where there is one."""
        return db.session.scalar(
            select(cls).where(cls.bureau_id == bureau_id, cls.kind == kind, cls.target == target)
        )

    @classmethod
    def waiting(cls, bureau_id: str, person: str) -> list["Report"]:
        """Those that wait for a yes or no of a person: submitted, and not written by that person."""
        newest = select(ReportVersion.report_id, func.max(ReportVersion.number).label("number"))
        newest = newest.group_by(ReportVersion.report_id).subquery()
        rows = select(cls).join(newest, newest.c.report_id == cls.id).join(
            ReportVersion, (ReportVersion.report_id == cls.id) & (ReportVersion.number == newest.c.number)
        )  # fmt: skip
        rows = rows.where(cls.bureau_id == bureau_id, ReportVersion.state == SUBMITTED).order_by(
            cls.changed_at
        )
        return [one for one in db.session.scalars(rows) if person not in one.writers]

    @classmethod
    def begin(cls, author: User, kind: str, target: str, title: str, facts: Facts) -> "Report":
        """Write the first version from the data. Raises `report_exists`."""
        if cls.about(author.bureau_id, kind, target):
            raise Problem("report_exists")
        report = cls(id=str(uuid7()), bureau_id=author.bureau_id, kind=kind, target=target, title=title[:300])
        db.session.add(report)
        report._add(author, rules.compose(kind, facts), facts, "")
        return report

    @property
    def latest(self) -> "ReportVersion":
        """The version that is worked on."""
        return self.versions[0]

    @property
    def approved(self) -> "ReportVersion | None":
        """The newest version that was approved."""
        return next((one for one in self.versions if one.state == APPROVED), None)

    @property
    def writers(self) -> set[str]:
        """Who wrote or submitted since the last approval: none of them approves."""
        found: set[str] = set()
        for version in self.versions:
            if version.state == APPROVED:
                break
            found |= {version.author_id} | ({version.submitted_by} if version.submitted_by else set())
        return found

    def version(self, number: int | None) -> "ReportVersion":
        """One version, the latest without a number. Raises `not_found`."""
        found = self.latest if number is None else next((v for v in self.versions if v.number == number), None)  # fmt: skip
        if found is None:
            raise Problem("not_found")
        return found

    def write(self, author: User, texts: dict[str, str], why: str, seen: int, facts: Facts | None) -> bool:
        """A new version with these texts; with `facts` the figures of now take the place of those that it has.

        False where nothing changed. Raises `report_changed` where somebody wrote since version `seen`, `report_long`,
        `report_unknown` with what names nothing, `reason_needed` after an approval.
        """
        last = self.latest
        if seen != last.number:
            raise Problem("report_changed")
        sections = [{**one, "text": _clean(texts.get(one["name"], one["text"]))} for one in last.sections]
        if any(len(one["text"]) > rules.LONGEST for one in sections):
            raise Problem("report_long")
        kept = facts or Facts.of(last.facts)
        if unknown := rules.unknown([one["text"] for one in sections], kept):
            raise Problem("report_unknown", unknown=unknown)
        if sections == last.sections and (facts is None or facts.as_json() == last.facts):
            return False
        if last.state == APPROVED and not why.strip():
            raise Problem("reason_needed")
        self._add(author, sections, kept, why.strip()[:WHY_LONGEST])
        return True

    def submit(self, person: User, seen: int) -> None:
        """Hand the latest version in. Raises `report_changed`, `report_state`."""
        version = self._latest(seen, DRAFT, RETURNED)
        version.state, version.submitted_by, version.submitted_at = SUBMITTED, person.id, now()
        self.changed_at = now()

    def decide(self, person: User, seen: int, granted: bool, opinion: str) -> None:
        """Say yes or no to what was handed in. Raises `report_own`, `report_changed`, `report_state`, `reason_needed`."""
        version = self._latest(seen, SUBMITTED)
        if person.id in self.writers:
            raise Problem("report_own")
        if not granted and not opinion.strip():
            raise Problem("reason_needed")
        version.state = APPROVED if granted else RETURNED
        version.decided_by, version.decided_at = person.id, now()
        version.opinion = opinion.strip()[:OPINION_LONGEST]
        self.changed_at = now()

    def _latest(self, seen: int, *states: str) -> "ReportVersion":
        if seen != self.latest.number:
            raise Problem("report_changed")
        if self.latest.state not in states:
            raise Problem("report_state")
        return self.latest

    def _add(self, author: User, sections: list[Json], facts: Facts, why: str) -> None:
        number = len(self.versions) + 1
        version = ReportVersion(
            number=number, state=DRAFT, sections=sections, facts=facts.as_json(), author_id=author.id, why=why
        )
        self.versions.insert(0, version)
        self.changed_at = now()
        db.session.flush()


class ReportVersion(db.Model):
    """One version. `sections`: `[{name, title, text}]`; `facts`: the figures and tables that its texts name, as they were
    when it was written."""

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("report_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    sections: Mapped[list[Json]] = mapped_column(JSON)
    facts: Mapped[Json] = mapped_column(JSON)
    why: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    submitted_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opinion: Mapped[str] = mapped_column(String(500), default="")
    report: Mapped[Report] = relationship(back_populates="versions")
    author: Mapped[User] = relationship(foreign_keys=[author_id], lazy="joined")
    submitter: Mapped[User | None] = relationship(foreign_keys=[submitted_by])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])


def _clean(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines()).strip()

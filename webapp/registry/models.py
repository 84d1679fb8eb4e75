"""执法检查人员名录库, 专家库: who inspects, with credentials; whom they must not inspect; to whom they are lent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now
from webapp.registry.history import Dated
from webapp.registry.subjects import Subject


class Inspector(Dated, db.Model):
    """执法检查人员: who inspects, with a credential. No items: all; no district: everywhere in the bureau's area."""

    __tablename__ = "inspector"
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    credential: Mapped[str]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date]
    title: Mapped[str]
    unit: Mapped[str]
    specialties: Mapped[list[str]] = mapped_column(JSON)
    items: Mapped[list[str]] = mapped_column(JSON)
    district: Mapped[str]
    phone: Mapped[str]
    leader: Mapped[bool] = mapped_column(default=False)
    user: Mapped[User] = relationship(lazy="joined", foreign_keys=[user_id])

    KEY = "user_id"
    COLUMNS = (
        "credential", "valid_from", "valid_until", "title", "unit", "specialties", "items", "district", "phone", "leader",
    )  # fmt: skip

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["Inspector"]:
        """Everyone in the library, by name."""
        rows = select(cls).join(User, User.id == cls.user_id).where(cls.bureau_id == bureau_id, User.active)
        people = db.session.scalars(rows.order_by(User.username))
        return [inspector for inspector in people if "inspector" in inspector.user.roles]

    @classmethod
    def units(cls, bureau_id: str) -> list[str]:
        """The units that its inspectors belong to, each once."""
        rows = select(cls.unit).where(cls.bureau_id == bureau_id, cls.unit != "").distinct()
        return list(db.session.scalars(rows.order_by(cls.unit)))

    def as_json(self) -> dict[str, Any]:
        """What the partner and the record need."""
        return {
            "id": self.user_id,
            "name": self.user.name,
            "credential": self.credential,
            "title": self.title,
            "phone": self.phone,
        }


class Interest(db.Model):
    """利害关系: an inspector who has to step aside for a subject (RZ-10b, TJ-10b). Ended, it stays to be seen."""

    __tablename__ = "interest"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("inspector.user_id"), index=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"), index=True)
    reason: Mapped[str]
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    subject: Mapped[Subject] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])

    @classmethod
    def of(cls, user_id: str) -> list["Interest"]:
        """All of a person, those that stand first."""
        rows = select(cls).where(cls.user_id == user_id)
        return list(db.session.scalars(rows.order_by(cls.ended_at.is_not(None), cls.id.desc())))

    @classmethod
    def standing(cls, user_ids: list[str]) -> dict[str, list[str]]:
        """The ids of the subjects for which each person has to step aside."""
        found: dict[str, list[str]] = {user_id: [] for user_id in user_ids}
        rows = select(cls.user_id, cls.subject_id).where(cls.user_id.in_(user_ids), cls.ended_at.is_(None))
        for user_id, subject_id in db.session.execute(rows.order_by(cls.subject_id)):
            found[user_id].append(subject_id)
        return found


class Lending(db.Model):
    """抽调: an inspector lent to another bureau by a document, for a time; without one nobody checks outside the own
    district (mission 2, Tianjin 2025; TJ-10a)."""

    __tablename__ = "lending"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("inspector.user_id"), index=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    document: Mapped[str] = mapped_column(String(100))
    begins: Mapped[date]
    ends: Mapped[date]
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    bureau: Mapped[Bureau] = relationship()
    inspector: Mapped[Inspector] = relationship()

    @classmethod
    def of(cls, user_id: str) -> list["Lending"]:
        """All of a person, the latest first."""
        return list(db.session.scalars(select(cls).where(cls.user_id == user_id).order_by(cls.id.desc())))

    @classmethod
    def to_bureau(cls, bureau_id: str, begins: date, ends: date) -> list["Lending"]:
        """Who is lent to a bureau over all of a time."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.begins <= begins, cls.ends >= ends)
        return list(db.session.scalars(rows.where(cls.ended_at.is_(None)).order_by(cls.user_id)))


class Expert(Dated, db.Model):
    """专家: goes along where the knowledge is needed; not an inspector (CA-2.1b)."""

    __tablename__ = "expert"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    name: Mapped[str]
    unit: Mapped[str]
    title: Mapped[str]
    specialties: Mapped[list[str]] = mapped_column(JSON)
    items: Mapped[list[str]] = mapped_column(JSON)
    district: Mapped[str]
    phone: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)

    COLUMNS = ("name", "unit", "title", "specialties", "items", "district", "phone", "active")

    @classmethod
    def of_bureau(cls, bureau_id: str, words: str = "") -> list["Expert"]:
        """The library of experts, those who are still in it first."""
        rows = select(cls).where(cls.bureau_id == bureau_id)
        for word in words.split()[:5]:
            rows = rows.where(
                or_(cls.name.contains(word, autoescape=True), cls.unit.contains(word, autoescape=True))
            )
        return list(db.session.scalars(rows.order_by(~cls.active, cls.name, cls.id)))

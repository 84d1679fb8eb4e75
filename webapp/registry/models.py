"""The list of items and the library of inspectors (一单两库); the library of subjects has its own file."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import db


class Item(db.Model):
    """抽查事项: one line of the list, with the eleven columns of the Pingdingshan table (PD-A)."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("bureau_id", "code"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    code: Mapped[str] = mapped_column(String(32))
    serial: Mapped[int]
    name: Mapped[str]
    bases: Mapped[list[str]] = mapped_column(JSON)
    subject_kind: Mapped[str]
    contents: Mapped[list[str]] = mapped_column(JSON)
    category: Mapped[str]
    methods: Mapped[list[str]] = mapped_column(JSON)
    ratio_bp: Mapped[int | None]
    minimum: Mapped[int | None]
    frequency: Mapped[str]
    level: Mapped[str]
    units: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def listed(cls, bureau_id: str) -> list["Item"]:
        """The bureau's list as it stands; what is off it can be inspected nowhere (RZ-4a)."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.active).order_by(cls.serial)
        return list(db.session.scalars(rows))


class Inspector(db.Model):
    """执法检查人员: who inspects, with a credential."""

    __tablename__ = "inspector"
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    credential: Mapped[str]
    valid_until: Mapped[date]
    title: Mapped[str]
    unit: Mapped[str]
    specialties: Mapped[list[str]] = mapped_column(JSON)
    items: Mapped[list[str]] = mapped_column(JSON)
    district: Mapped[str]
    phone: Mapped[str]
    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["Inspector"]:
        """Everyone in the library, by name."""
        rows = select(cls).join(User, User.id == cls.user_id).where(cls.bureau_id == bureau_id, User.active)
        people = db.session.scalars(rows.order_by(User.username))
        return [inspector for inspector in people if "inspector" in inspector.user.roles]

    def as_json(self) -> dict[str, Any]:
        """What the partner and the record need."""
        return {
            "id": self.user_id,
            "name": self.user.name,
            "credential": self.credential,
            "title": self.title,
            "phone": self.phone,
        }

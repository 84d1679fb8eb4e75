"""执法检查人员名录库: who inspects, with credentials. Items and subjects have files of their own."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import db


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

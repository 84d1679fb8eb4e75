"""What a bureau asks of who comes in: a second factor, how long a session holds, the switch of MLPS level 3."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now

# Who can do most harm proves twice who it is, where a bureau said nothing else.
SECOND_BY_DEFAULT = ("admin", "security", "archivist", "auditor")
# GB/T 22239-2019 8.1.4.1 wants a password changed regularly, not when; three months are what assessors expect.
ROTATION = timedelta(days=90)


class LoginPolicy(db.Model):
    """A bureau's rules of the door. Sessions at the desk end after `hours`, and after `idle_minutes` without a click.

    A phone's goes on, but opens the desk's pages no longer than that.
    """

    __tablename__ = "login_policy"
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), primary_key=True)
    second: Mapped[list[str]] = mapped_column(JSON)
    mlps3: Mapped[bool] = mapped_column(default=False)
    idle_minutes: Mapped[int]
    hours: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    author: Mapped[User | None] = relationship()

    @classmethod
    def of(cls, bureau: Bureau) -> "LoginPolicy":
        """The bureau's own, or what holds where it said nothing: no second factor for the demo."""
        return db.session.get(cls, bureau.id) or cls(
            bureau_id=bureau.id,
            second=list(SECOND_BY_DEFAULT) if current_app.config["PRODUCTION"] and not bureau.demo else [],
            mlps3=False,
            idle_minutes=int(current_app.config["IDLE_MINUTES"]),
            hours=int(current_app.config["SESSION_HOURS"]),
        )

    def asks_second(self, roles: list[str]) -> bool:
        """Whether somebody with these roles needs a second factor."""
        return not set(self.second).isdisjoint(roles)

    def outdated(self, user: User) -> bool:
        """Whether the password is too old (only where MLPS level 3 is switched on: a forced change makes weak ones)."""
        return self.mlps3 and (user.password_at is None or now() - user.password_at > ROTATION)

"""Reminders of due visits by Web Push: who wants them on which phone, what they say, and that each comes once a day."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import ForeignKeyConstraint, String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Enrolment
from webapp.db import UTCDateTime, db, now
from webapp.evidence.keys import push_key
from webapp.field import webpush
from webapp.field.models import Inspection
from webapp.field.rules import ENDED, UNFINISHED
from webapp.words import LANGUAGES, _

# The push service says by these that nobody is there any more.
GONE = (404, 410)


class Subscription(db.Model):
    """That a person wants reminders on one phone. `reminded_on`: the day of the last one, of the bureau's calendar."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        ForeignKeyConstraint(["device_id", "user_id"], ["enrolment.device_id", "enrolment.user_id"]),
    )
    device_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(webpush.MAX_ENDPOINT))
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    reminded_on: Mapped[date | None]
    enrolment: Mapped[Enrolment] = relationship(lazy="joined")

    @classmethod
    def waiting(cls, day: date) -> list["Subscription"]:
        """Those that nothing was sent to on this day, of phones and people that may still come in."""
        rows = select(cls).where(or_(cls.reminded_on.is_(None), cls.reminded_on < day))
        found = db.session.scalars(rows.order_by(cls.user_id, cls.device_id))
        return [one for one in found if not one.enrolment.revoked_at and one.enrolment.user.active]

    def claim(self, day: date) -> bool:
        """Take this day's reminder for this process: two that run at once do not both send it. Commits."""
        mine = (Subscription.device_id == self.device_id, Subscription.user_id == self.user_id)
        free = or_(Subscription.reminded_on.is_(None), Subscription.reminded_on < day)
        taken = db.session.execute(update(Subscription).where(*mine, free).values(reminded_on=day))
        db.session.commit()
        return bool(taken.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Due:
    """What a person has to do: counts by day, and the inspection where it is the only one."""

    tomorrow: int
    today: int
    late: int
    only: str | None

    @classmethod
    def of(cls, user_id: str, day: date) -> "Due":
        """On `day`; what was returned counts, what is sealed does not."""
        rows = [row for row in Inspection.of_people([user_id], but=ENDED) if row.state in UNFINISHED]
        near = [row for row in rows if row.due <= day + timedelta(days=1)]
        late = sum(row.due < day for row in near)
        today = sum(row.due == day for row in near)
        return cls(len(near) - late - today, today, late, near[0].id if len(near) == 1 else None)

    def words(self) -> str:
        """What stands on the lock screen: numbers, and nothing about any subject."""
        said = [
            (self.tomorrow, _("明天有 %(n)s 次检查到期", n=self.tomorrow)),
            (self.today, _("今天有 %(n)s 次检查到期", n=self.today)),
            (self.late, _("已有 %(n)s 次检查逾期", n=self.late)),
        ]
        return _("；").join(text for count, text in said if count)

    def __bool__(self) -> bool:
        return bool(self.tomorrow or self.today or self.late)


def remind(day: date) -> dict[str, int]:
    """Send what is due to everyone who wants it and was not told on this day: counts of sent, gone, failed."""
    counts = {"sent": 0, "gone": 0, "failed": 0}
    for subscription in Subscription.waiting(day):
        due = Due.of(subscription.user_id, day)
        if not due or not subscription.claim(day):
            continue
        status = _send(subscription, due)
        outcome = "sent" if 200 <= status < 300 else "gone" if status in GONE else "failed"
        counts[outcome] += 1
        if outcome == "gone":
            db.session.delete(subscription)
        elif outcome == "failed":
            # The next run tries again.
            subscription.reminded_on = None
        db.session.commit()
    return counts


def _send(subscription: Subscription, due: Due) -> int:
    with force_locale(LANGUAGES.get(subscription.language, LANGUAGES["zh"])):
        said = {"title": _("一档 · 现场检查"), "body": due.words()}
    path = f"#/i/{due.only}" if due.only else "#/"
    payload = json.dumps({**said, "path": path, "lang": subscription.language}).encode()
    target = webpush.Target(subscription.endpoint, subscription.p256dh, subscription.auth)
    authorization = webpush.vapid(
        target.endpoint, push_key(), current_app.config["PUSH_CONTACT"], int(now().timestamp())
    )
    # Nothing of the database is held while the network is waited for.
    db.session.commit()
    return webpush.post(
        target.endpoint,
        webpush.encrypt(payload, target),
        authorization,
        loopback=current_app.config["PUSH_LOOPBACK"],
    )

"""What waits for the administrator: revoked phones and what they sent, credentials that expire, accounts nobody used."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.accounts.people import People
from webapp.db import db
from webapp.registry.models import Inspector

AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Administration:
    """A bureau's accounts, phones and credentials on the day `today`."""

    bureau_id: str
    today: date

    def credentials(self) -> list[Inspector]:
        """Inspectors whose credential has expired or will within sixty days, the most urgent first."""
        people = Inspector.of_bureau(self.bureau_id)
        due = [inspector for inspector in people if inspector.valid_until <= self.today + AHEAD]
        return sorted(due, key=lambda inspector: (inspector.valid_until, inspector.user.username))

    def phones(self) -> list[tuple[Enrolment, int]]:
        """Revoked phones, each with how many events it sent since: those that sent something first, then the latest."""
        rows = select(Enrolment).join(User, User.id == Enrolment.user_id)
        mine = rows.where(User.bureau_id == self.bureau_id, Enrolment.revoked_at.is_not(None))
        revoked = list(db.session.scalars(mine.order_by(Enrolment.seen_at)))
        phones = {enrolment.device_id: enrolment for enrolment in revoked}
        counts = Quarantined.counts(set(phones))
        found = [(phone, counts.get(device, 0)) for device, phone in phones.items()]
        return sorted(found, key=lambda pair: (pair[1] > 0, pair[0].revoked_at), reverse=True)

    def never_in(self) -> list[User]:
        """Active accounts by which nobody ever came in."""
        return People.never_in(self.bureau_id)

"""What waits after the visits: results to decide, decisions to approve, subjects to tell; of a bureau or of own pairs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from webapp.accounts.models import User
from webapp.db import db
from webapp.field.models import Member
from webapp.followup.acts import PAIR
from webapp.followup.happened import publishes_first
from webapp.followup.models import Timeline, Watch
from webapp.followup.turn import shown_long_enough

DECIDE, APPROVE, TELL = "decide", "approve", "tell"
SHOWS = (DECIDE, APPROVE, TELL)
# Whose act each of them is.
WHOSE = {DECIDE: ("archivist", PAIR), APPROVE: ("archivist", "supervisor"), TELL: ("archivist", PAIR)}
PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """What waits for one person today: in the office all of the bureau, else what the own pairs have to do."""

    user: User
    today: date

    @property
    def shows(self) -> list[str]:
        """Which of the lists are this person's."""
        roles = {*self.user.roles, *([PAIR] if "inspector" in self.user.roles else [])}
        return [show for show in SHOWS if not roles.isdisjoint(WHOSE[show])]

    @property
    def counts(self) -> dict[str, int]:
        """How many wait in each list."""
        return {show: self._count(show) for show in self.shows}

    def rows(self, show: str, page: int = 1, limit: int = PAGE) -> list[Timeline]:
        """A page of one list, the oldest first, and one more where more follow."""
        since = Timeline.waits if show == APPROVE else Timeline.ended
        asked = select(Timeline).options(joinedload(Timeline.inspection)).where(*self._of(show))
        asked = asked.order_by(since, Timeline.inspection_id).offset((page - 1) * limit).limit(limit + 1)
        return list(db.session.scalars(asked))

    def _count(self, show: str) -> int:
        return db.session.scalar(select(func.count()).select_from(Timeline).where(*self._of(show))) or 0

    def _of(self, show: str) -> list[ColumnElement[bool]]:
        mine = [Timeline.bureau_id == self.user.bureau_id, Timeline.accepted]
        if show == APPROVE:
            return [*mine, Timeline.waits.is_not(None), Timeline.waits_by != self.user.id, ~self._in_pair]
        if "archivist" not in self.user.roles:
            mine.append(self._in_pair)
        if show == DECIDE:
            return [*mine, Timeline.decided.is_(None), Timeline.waits.is_(None)]
        return [*mine, Timeline.decided.is_not(None), Timeline.told.is_(None), *self._turn]

    @property
    def _in_pair(self) -> ColumnElement[bool]:
        own: Select[Any] = select(Member.inspection_id).where(Member.user_id == self.user.id)
        return Timeline.inspection_id.in_(own)

    @property
    def _turn(self) -> list[ColumnElement[bool]]:
        """Where one publishes first, only those whose publicity is over or that must not be published (TJ-14c)."""
        watch = Watch(self.user.bureau, self.today)
        law = watch.law(self.today)
        if not publishes_first(law):
            return []
        last = shown_long_enough(law, watch.calendar, self.today)
        over = and_(Timeline.published.is_not(None), Timeline.published <= last)
        return [or_(Timeline.withheld.is_not(None), over)]

"""评价: what subjects say of the visits, for those who oversee. Never part of a record, a package or a phone (RZ-18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, Text, and_, case, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import CHINA, UTCDateTime, db, now
from webapp.errors import Problem
from webapp.field.models import Inspection, Member
from webapp.followup import rating_rules
from webapp.followup.rating_rules import BAD, GOOD, NAMES, QUESTIONS, UNSURE

PAGE = 50
# Of one visit; who has the code could else write without end.
MOST = 30


class Rating(db.Model):
    """What somebody who holds the code of a visit said of it; the columns of questions hold `yes`, `no`, `unsure`.

    `dealt_note`: what somebody who oversees found out and did about it, with who and when.
    """

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_listed", "bureau_id", "made_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    shown: Mapped[str] = mapped_column(String(8))
    two: Mapped[str] = mapped_column(String(8))
    asked: Mapped[str] = mapped_column(String(8))
    disturbed: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    dealt_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    dealt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dealt_note: Mapped[str] = mapped_column(Text, default="")
    inspection: Mapped[Inspection] = relationship()
    dealer: Mapped[User | None] = relationship()

    @property
    def answers(self) -> dict[str, str]:
        """The answer to each question."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def standings(self) -> dict[str, str]:
        """Whether each was as it should be."""
        return {name: rating_rules.standing(name, said) for name, said in self.answers.items()}

    @property
    def bad(self) -> bool:
        """Whether something was not as it should be."""
        return BAD in self.standings.values()

    @classmethod
    def give(
        cls, inspection: Inspection, answers: Mapping[str, str], text: str = "", phone: str = ""
    ) -> "Rating":
        """Keep a rating; the caller commits. Raises `rating_many`, and `rating_empty` where nothing is said."""
        if not text and all(said == UNSURE for said in answers.values()):
            raise Problem("rating_empty")
        given = select(func.count()).select_from(cls).where(cls.inspection_id == inspection.id)
        if (db.session.scalar(given) or 0) >= MOST:
            raise Problem("rating_many")
        row = cls(
            id=str(uuid7()), inspection_id=inspection.id, bureau_id=inspection.bureau_id, text=text, phone=phone,
            **answers,
        )  # fmt: skip
        db.session.add(row)
        return row

    @classmethod
    def of(cls, inspection_id: str) -> list["Rating"]:
        """Those of one visit, the newest first."""
        rows = select(cls).where(cls.inspection_id == inspection_id)
        return list(db.session.scalars(rows.order_by(cls.made_at.desc(), cls.id.desc())))

    def deal(self, author: User, note: str) -> None:
        """Write down what was found out and done. Raises `rating_note`."""
        if not note:
            raise Problem("rating_note")
        self.dealt_by, self.dealt_at, self.dealt_note = author.id, now(), note


@dataclass(frozen=True)
class Ratings:
    """The ratings of a bureau that one person may read: none of a visit that the person made; those of a `year`."""

    bureau_id: str
    reader: str
    year: int | None = None

    def figures(self) -> dict[str, dict[str, int]]:
        """Per question, of how many rated visits each standing is what was said: `{question: {good, bad, unsure}}`."""
        columns = []
        for name, question in QUESTIONS.items():
            said = getattr(Rating, name)
            for standing, holds in (
                (BAD, said.not_in([question.good, UNSURE])),
                (GOOD, said == question.good),
            ):
                columns.append(func.max(case((holds, 1), else_=0)).label(f"{name}_{standing}"))
        visits = select(*columns).where(*self._mine()).group_by(Rating.inspection_id).subquery()
        wanted = [func.count()]
        for name in NAMES:
            bad, good = visits.c[f"{name}_{BAD}"], visits.c[f"{name}_{GOOD}"]
            wanted += [func.sum(bad), func.sum(case((and_(bad == 0, good == 1), 1), else_=0))]
        count, *sums = [
            number or 0 for number in db.session.execute(select(*wanted).select_from(visits)).one()
        ]
        pairs = zip(sums[::2], sums[1::2], strict=True)
        return {
            name: {GOOD: good, BAD: bad, UNSURE: count - good - bad}
            for name, (bad, good) in zip(NAMES, pairs, strict=True)
        }

    def counts(self) -> dict[str, int]:
        """How many ratings stand in each list, how many visits were rated."""
        open_ = case((self._open(), 1), else_=0)
        visits = func.count(func.distinct(Rating.inspection_id))
        rows = select(func.count(), func.sum(open_), visits).where(*self._mine())
        everything, waits, rated = db.session.execute(rows).one()
        return {"open": waits or 0, "all": everything, "visits": rated}

    def rows(self, open_only: bool, after: str = "", limit: int = PAGE) -> list[Rating]:
        """The newest first, behind the one that said `after`; one more than `limit` says that there are more."""
        rows = select(Rating).where(*self._mine(), *([self._open()] if open_only else []))
        moment, _bar, last = after.partition("|")
        if last and (at := _moment(moment)):
            rows = rows.where(or_(Rating.made_at < at, and_(Rating.made_at == at, Rating.id < last)))
        return list(
            db.session.scalars(rows.order_by(Rating.made_at.desc(), Rating.id.desc()).limit(limit + 1))
        )

    def get(self, rating_id: str) -> Rating | None:
        """One of them."""
        return db.session.scalar(select(Rating).where(Rating.id == rating_id, *self._mine()))

    def years(self) -> list[int]:
        """The years in which something was said, the newest first."""
        first = db.session.scalar(select(func.min(Rating.made_at)).where(Rating.bureau_id == self.bureau_id))
        last = now().astimezone(CHINA).year
        return list(range(last, (first.astimezone(CHINA).year if first else last) - 1, -1))

    def _mine(self) -> list[ColumnElement[bool]]:
        own: Select[Any] = select(Member.inspection_id).where(Member.user_id == self.reader)
        found = [Rating.bureau_id == self.bureau_id, Rating.inspection_id.not_in(own)]
        if self.year:
            begins, ends = (_first_day(year) for year in (self.year, self.year + 1))
            found += [Rating.made_at >= begins, Rating.made_at < ends]
        return found

    @staticmethod
    def _open() -> ColumnElement[bool]:
        wrong = [getattr(Rating, name).not_in([one.good, UNSURE]) for name, one in QUESTIONS.items()]
        return and_(Rating.dealt_at.is_(None), or_(*wrong))


def mark_of(row: Rating) -> str:
    """By what `Ratings.rows` goes on behind a row."""
    return f"{row.made_at.isoformat()}|{row.id}"


def _first_day(year: int) -> datetime:
    return datetime.combine(date(min(max(year, 2000), 9998), 1, 1), time(), CHINA)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and found - timedelta(days=1) > datetime.min.replace(tzinfo=CHINA) else None

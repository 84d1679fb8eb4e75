"""What an inspection's clocks are counted from: an index of what happened when, and the tables of working days."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from blinker import Signal
from sqlalchemy import JSON, ForeignKey, Index, String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Bureau, Law, LawBook, User
from webapp.canonical import sha256
from webapp.db import UTCDateTime, china_day, db, now
from webapp.field.fold import Record
from webapp.field.models import Event, Inspection, InspectionDraw, renewed
from webapp.followup import clocks, happened, steps
from webapp.followup.clocks import Clock
from webapp.followup.happened import Happened, Order
from webapp.workdays import FIRST_KNOWN, LAST_KNOWN, Calendar, Table

# The days of `Happened` that a timeline keeps; its orders stand in rows of their own.
DAYS = (
    "ended", "task_ends", "ruled", "decided", "told", "published", "completed", "withheld", "objected", "reversed",
    "withdrawn",
)  # fmt: skip
# Sent by a timeline that was brought up to its log (`inspection`, `record`), in the same transaction: what stands to the
# right and counts days goes by it.
dated = Signal()


class Timeline(db.Model):
    """What happened when in an inspection (`Happened`): an index over its log, renewed with every append. No due day stands
    here, as laws and tables of working days change.

    `accepted`: whether what follows a visit may begin; `waits`: since when a step waits for a second person; `waiting`:
    which, `{event, type, author, code, sub}`; `code`, `sub`: the result in force.
    """

    __tablename__ = "timeline"
    __table_args__ = (
        Index("ix_timeline_told", "bureau_id", "told", "ended", "task_ends"),
        Index("ix_timeline_completed", "bureau_id", "completed", "ended", "task_ends"),
        Index("ix_timeline_reversed", "bureau_id", "reversed", "withdrawn"),
        Index("ix_timeline_decided", "bureau_id", "accepted", "decided"),
        Index("ix_timeline_waits", "bureau_id", "waits", "waits_by"),
    )
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    accepted: Mapped[bool] = mapped_column(default=False)
    waits: Mapped[date | None]
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    waits_by: Mapped[str | None] = mapped_column(String(36))
    code: Mapped[str | None] = mapped_column(String(32))
    sub: Mapped[str | None] = mapped_column(String(32))
    ended: Mapped[date | None]
    task_ends: Mapped[date | None]
    ruled: Mapped[date | None]
    decided: Mapped[date | None]
    told: Mapped[date | None]
    published: Mapped[date | None]
    completed: Mapped[date | None]
    withheld: Mapped[date | None]
    objected: Mapped[date | None]
    reversed: Mapped[date | None]
    withdrawn: Mapped[date | None]
    inspection: Mapped[Inspection] = relationship()
    orders: Mapped[list["OrderDays"]] = relationship(
        order_by="OrderDays.place", primaryjoin="foreign(OrderDays.inspection_id) == Timeline.inspection_id",
        lazy="selectin", viewonly=True,
    )  # fmt: skip

    @property
    def happened(self) -> Happened:
        """As the clocks take it."""
        days = {name: getattr(self, name) for name in DAYS}
        return Happened(**days, orders=tuple(row.order for row in self.orders))


class OrderDays(db.Model):
    """The days of one order to rectify (责令改正): an index over the log, like `Timeline`."""

    __tablename__ = "order_days"
    __table_args__ = (Index("ix_order_days_due", "bureau_id", "rectified", "rectify_by", "ordered"),)
    event: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    place: Mapped[int]
    number: Mapped[str] = mapped_column(String(100))
    ordered: Mapped[date]
    rectify_by: Mapped[date]
    rectified: Mapped[date | None]
    inspection: Mapped[Inspection] = relationship()

    @property
    def order(self) -> Order:
        """As the clocks take it."""
        return Order(self.event, self.number, self.ordered, self.rectify_by, self.rectified)

    @classmethod
    def renew(cls, inspection: Inspection, orders: tuple[Order, ...]) -> None:
        """Put an inspection's orders in the place of those that the index had."""
        db.session.execute(delete(cls).where(cls.inspection_id == inspection.id))
        whose = {"inspection_id": inspection.id, "bureau_id": inspection.bureau_id}
        for place, order in enumerate(orders):
            db.session.add(cls(**whose, place=place, **vars(order) | {"number": order.number[:100]}))


class YearTable(db.Model):
    """A year's table of working days as a bureau took it over; a newer one of the same year stands before it, none is
    ever removed. It serves the bureaus below that have none of their own."""

    __tablename__ = "year_table"
    __table_args__ = (Index("ix_year_table_bureau", "bureau_id", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    year: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    holidays: Mapped[list[str]] = mapped_column(JSON)
    workdays: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")
    bureau: Mapped[Bureau] = relationship()

    @classmethod
    def take(cls, author: User, table: Table, reason: str) -> "YearTable":
        """Take a table over for the author's bureau."""
        row = cls(
            bureau_id=author.bureau_id,
            year=table.year,
            source=table.source,
            holidays=sorted(day.isoformat() for day in table.holidays),
            workdays=sorted(day.isoformat() for day in table.workdays),
            reason=reason,
            author_id=author.id,
        )
        db.session.add(row)
        return row

    @classmethod
    def of(cls, bureau_ids: Iterable[str]) -> list["YearTable"]:
        """The tables that these bureaus took over, the latest first."""
        rows = select(cls).where(cls.bureau_id.in_(list(bureau_ids)))
        return list(db.session.scalars(rows.order_by(cls.id.desc())))

    @property
    def table(self) -> Table:
        """As `workdays` takes it."""
        days = (frozenset(map(date.fromisoformat, texts)) for texts in (self.holidays, self.workdays))
        return Table(self.year, self.source, *days)


class CalendarFeed(db.Model):
    """That a person's clocks can be read as a calendar at a secret address; only the hash of its token is kept."""

    __tablename__ = "calendar_feed"
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    user: Mapped[User] = relationship()

    @classmethod
    def make(cls, user: User) -> str:
        """A new token of 128 random bits; one from before is none any more."""
        token = secrets.token_urlsafe(16)
        db.session.merge(cls(user_id=user.id, token_hash=sha256(token.encode()), made_at=now()))
        return token

    @classmethod
    def revoke(cls, user: User) -> bool:
        """Take the address away; whether there was one."""
        row = db.session.get(cls, user.id)
        if row:
            db.session.delete(row)
        return row is not None

    @classmethod
    def owner(cls, token: str) -> User | None:
        """Whose address it is, as long as the account may be used."""
        kept = sha256(token.encode("utf-8", "surrogatepass"))
        row = db.session.scalar(select(cls).where(cls.token_hash == kept))
        return row.user if row and row.user.active else None


class Watch:
    """A bureau's law, calendar and today, read once: what every clock is looked at with."""

    def __init__(
        self,
        bureau: Bureau,
        today: date,
        laws: Mapping[str, list[Law]] | None = None,
        tables: Iterable[YearTable] | None = None,
    ) -> None:
        line = [one.id for one in bureau.line()]
        self.today = today
        self.laws = LawBook(bureau, laws)
        taken = YearTable.of(line) if tables is None else [row for row in tables if row.bureau_id in line]
        self.tables = standing(line, taken)
        self.calendar = Calendar(row.table for row in self.tables)
        self.soon = int(self.law(today).get("soon_days", {}).get("value") or clocks.SOON)
        self._laws: dict[date, dict[str, Any]] = {}
        # When something was written by which days can move, and a number that grows with it.
        self.changed = [*self.laws.written, *(row.made_at for row in taken)]
        self.revision = len(self.changed) + LAST_KNOWN - FIRST_KNOWN

    @classmethod
    def of(cls, bureaus: Iterable[Bureau], today: date) -> dict[str, "Watch"]:
        """Those of many bureaus by their ids, read at once."""
        given = list(bureaus)
        ids = {one.id for bureau in given for one in bureau.line()}
        laws, tables = Law.of_bureaus(ids), YearTable.of(ids)
        return {bureau.id: cls(bureau, today, laws, tables) for bureau in given}

    def law(self, day: date) -> dict[str, Any]:
        """The settings in force on a day, each with its clause."""
        return dict(self.laws.on(day))

    def clocks(self, happened: Happened) -> list[Clock]:
        """Every clock."""
        return clocks.clocks(happened, self.law_of(happened), self.calendar, self.today, self.soon)

    def clock(self, name: str, happened: Happened, order: Order | None = None) -> Clock:
        """One of them."""
        return clocks.clock(
            name, happened, self.law_of(happened), self.calendar, self.today, self.soon, order
        )

    def law_of(self, happened: Happened) -> dict[str, Any]:
        """The law of the day on which an inspection ended."""
        day = happened.ended or self.today
        if day not in self._laws:
            self._laws[day] = self.law(day)
        return self._laws[day]


def standing(line: list[str], tables: list[YearTable]) -> list[YearTable]:
    """Of each year the table that counts: the newest of the nearest bureau. `line`: ids, the nearest first."""
    found: dict[int, YearTable] = {}
    for row in sorted(tables, key=lambda row: (line.index(row.bureau_id), -row.id)):
        found.setdefault(row.year, row)
    return [found[year] for year in sorted(found)]


@renewed.connect
def _renew(inspection: Inspection, log: list[Event], record: Record) -> None:
    """Bring an inspection's timeline up to its log."""
    received = [(one.body, china_day(one.received_at)) for one in log]
    assigned = china_day(inspection.assigned_at)
    made = happened.read(received, record, assigned, lambda day: LawBook(inspection.bureau).on(day))
    row = db.session.get(Timeline, inspection.id)
    if row is None:
        row = Timeline(inspection_id=inspection.id, bureau_id=inspection.bureau_id)
        db.session.add(row)
    for name in DAYS:
        setattr(row, name, getattr(made, name))
    row.task_ends = min((one.draw.ends for one in InspectionDraw.of_inspection(inspection.id)), default=None)
    row.accepted = record["state"] in ("accepted", "archived")
    _renew_result(row, steps.read(record["after"]))
    if made.orders or row.orders:
        OrderDays.renew(inspection, made.orders)
        db.session.flush()
        db.session.expire(row, ["orders"])
    dated.send(row, inspection=inspection, record=record)


def _renew_result(row: Timeline, after: steps.Steps) -> None:
    """The result in force, and what waits for a second person, the oldest first."""
    waits = next((step for step in after.all if step.waits), None)
    row.waits, row.waits_by = (waits.day, waits.author) if waits else (None, None)
    row.waiting = waits and {
        "event": waits.event,
        "type": waits.type,
        "author": waits.author,
        "code": waits.payload.get("code"),
        "sub": waits.payload.get("sub"),
    }
    result = after.result.payload if after.result else {}
    row.code, row.sub = result.get("code"), result.get("sub")

"""Return visits: the draws of them with every file that was made, who is still to be visited, and what was found there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, Text, delete, exists, func, or_, select
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship, selectinload
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.canonical import digest, sha256
from webapp.db import UTCDateTime, db, now, parts
from webapp.draw import asking, layout
from webapp.draw import rules as drawing
from webapp.draw.asking import Ask
from webapp.draw.freeze import freeze
from webapp.errors import Problem
from webapp.field.fold import Record
from webapp.field.models import Event, Inspection, InspectionDraw, InspectionItem, renewed
from webapp.followup import acts, steps
from webapp.oversight import returns_rules as rules
from webapp.oversight.signs import CLOSED, Sign
from webapp.registry.items import Item
from webapp.registry.subjects import Subject

Json = dict[str, Any]
PAGE = 50
FROZEN, DRAWN = "frozen", "drawn"


@dataclass(frozen=True)
class Wish:
    """Of which inspections some are to be drawn: visited from `first` to `last`, of one draw where `draw_id` says it; how
    many, and how often one counts about which a question is open."""

    first: date
    last: date
    draw_id: str
    total: int
    weight: int


@dataclass(frozen=True)
class Pool:
    """What a freeze would hold fast: the lines, the rules, and how many were left out because somebody was there again."""

    lines: list[str]
    rules: Json
    returned: int


class ReturnForm(db.Model):
    """A bureau's checklist for return visits; a change is a new version."""

    __tablename__ = "return_form"
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    questions: Mapped[list[Json]] = mapped_column(JSON)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship()

    @classmethod
    def of(cls, bureau: Bureau) -> "ReturnForm | None":
        """The newest of the nearest bureau that has one (PD-2.3)."""
        for one in bureau.line():
            rows = select(cls).where(cls.bureau_id == one.id).order_by(cls.id.desc())
            if found := db.session.scalars(rows.limit(1)).first():
                return found
        return None


def questions(bureau: Bureau) -> list[Json]:
    """What is asked at a return visit of a bureau."""
    form = ReturnForm.of(bureau)
    return form.questions if form else rules.USUAL


class ReturnDraw(db.Model):
    """One draw of return visits, made by the code of every draw; each act adds a file, none ever changes."""

    __tablename__ = "return_draw"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=FROZEN)
    first: Mapped[date]
    last: Mapped[date]
    begins: Mapped[date]
    ends: Mapped[date]
    frozen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    files: Mapped[list["ReturnFile"]] = relationship(order_by="ReturnFile.number")

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["ReturnDraw"]:
        """The draws of a bureau, the latest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id)
        return list(db.session.scalars(rows.order_by(cls.frozen_at.desc(), cls.id.desc()).limit(PAGE)))

    @classmethod
    def freeze(cls, author: User, said: Ask, wish: Wish, pool: Pool, moment: datetime) -> "ReturnDraw":
        """Hold fast who can be drawn and by what. Raises `draw_empty`, `draw_refused`."""
        if not pool.lines:
            raise Problem("draw_empty")
        row = cls(
            id=str(uuid7()), bureau_id=author.bureau_id, state=FROZEN, first=wish.first, last=wish.last, begins=said.begins,
            ends=said.ends, frozen_at=moment,
        )  # fmt: skip
        try:
            file = drawing.announce(row.id, pool.lines, pool.rules)
        except drawing.NotDrawn as error:
            raise Problem("draw_refused", faults=error.faults) from error
        db.session.add(row)
        row.keep(author, file)
        return row

    @classmethod
    def locked(cls, draw_id: str) -> "ReturnDraw | None":
        """The draw under its row lock: of two who draw at once the second finds it drawn."""
        rows = select(cls).where(cls.id == draw_id).with_for_update(of=cls)
        return db.session.scalar(rows.execution_options(populate_existing=True))

    @property
    def file(self) -> layout.DrawFile:
        """What the last file says."""
        read: layout.DrawFile = layout.read(self.files[-1].text.encode())
        return read

    def keep(self, author: User, file: layout.DrawFile) -> None:
        """Add a file, to the byte."""
        data = layout.write(file)
        number = len(self.files) + 1
        self.files.append(
            ReturnFile(number=number, author_id=author.id, sha256=sha256(data), text=data.decode())
        )

    def draw(self, author: User, given: list[dict[str, str]], moment: str) -> int:
        """Draw by the numbers that were opened, and say who is to be visited. Raises `draw_state`, `draw_early`,
        `draw_refused`."""
        if self.state != FROZEN:
            raise Problem("draw_state")
        announced = self.file
        if any(source["when"] and source["when"] > moment for source in announced["rules"]["sources"]):
            raise Problem("draw_early")
        try:
            file = drawing.draw_file(announced, given)
        except drawing.NotDrawn as error:
            raise Problem("draw_refused", faults=error.faults) from error
        self.keep(author, file)
        self.state = DRAWN
        names = sorted((one["ticket"], one["id"]) for stratum in file["strata"] for one in stratum["drawn"])
        ids = _by_number(self.bureau_id, [number for _ticket, number in names])
        for place, (_ticket, number) in enumerate(names, start=1):
            db.session.add(ReturnDue(draw_id=self.id, inspection_id=ids[number], place=place))
        db.session.flush()
        return len(names)


class ReturnFile(db.Model):
    """A file of a draw of return visits: what was frozen, and what was drawn."""

    __tablename__ = "return_file"
    draw_id: Mapped[str] = mapped_column(ForeignKey("return_draw.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    text: Mapped[str] = deferred(mapped_column(Text))
    author: Mapped[User] = relationship(lazy="joined")


class ReturnDue(db.Model):
    """That an inspection was drawn for a return visit."""

    __tablename__ = "return_due"
    draw_id: Mapped[str] = mapped_column(ForeignKey("return_draw.id"), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True, index=True)
    place: Mapped[int]
    draw: Mapped[ReturnDraw] = relationship()
    inspection: Mapped[Inspection] = relationship()

    @classmethod
    def open_of(cls, inspection_id: str) -> "ReturnDue | None":
        """The draw by which somebody is still to go there, the oldest first."""
        rows = select(cls).join(ReturnDraw).where(cls.inspection_id == inspection_id, ~_visited())
        return db.session.scalars(rows.order_by(ReturnDraw.frozen_at).limit(1)).first()

    @classmethod
    def waiting(cls, bureau_id: str) -> Select[Any]:
        """Who is still to be visited, the most urgent first."""
        rows = select(cls).join(ReturnDraw).where(ReturnDraw.bureau_id == bureau_id, ~_visited())
        rows = rows.options(selectinload(cls.draw), selectinload(cls.inspection))
        return rows.order_by(ReturnDraw.ends, cls.draw_id, cls.place)


class ReturnVisit(db.Model):
    """A return visit that counts: an index over the log of its inspection."""

    __tablename__ = "return_visit"
    __table_args__ = (Index("ix_return_visit_list", "bureau_id", "at", "event"),)
    event: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    draw_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[date]
    way: Mapped[str] = mapped_column(String(8))
    concerns: Mapped[int]
    inspection: Mapped[Inspection] = relationship()


def prepare(bureau: Bureau, said: Ask, wish: Wish, moment: datetime) -> Pool:
    """Who can be drawn now, and by what rules: visits that are over and accepted, to which nobody returned yet."""
    there = _inspections(bureau.id, wish)
    open_ = (Sign.state != CLOSED, ~Sign.gone)
    pending = or_(
        *(exists().where(one == Inspection.id, *open_) for one in (Sign.inspection_id, Sign.other_id))
    )
    again = or_(
        exists().where(ReturnVisit.inspection_id == Inspection.id),
        exists().where(ReturnDue.inspection_id == Inspection.id),
    )
    columns = (Inspection.number, Subject.district, pending.label("signed"), again.label("again"))
    found = db.session.execute(there.with_only_columns(*columns)).all()
    codes = select(Item.code).join(InspectionItem, InspectionItem.item_id == Item.id)
    codes = codes.where(InspectionItem.inspection_id.in_(there.with_only_columns(Inspection.id)))
    items = sorted(set(db.session.scalars(codes.distinct()))) or ["-"]
    title = f"回访：{wish.first} 至 {wish.last} 的检查"
    asked = rules.rules_of(said, bureau.name, title, asking.at(moment), items, wish.total, wish.weight)
    rows = [rules.row(one.number, one.district, one.signed) for one in found if not one.again]
    bound = drawing.bind(asked)
    lines, left_out = freeze(rows, bound)
    returned = len(found) - len(rows)
    bound["left_out"] = left_out | ({"returned": returned} if returned else {})
    return Pool(lines, bound, returned)


def form_hash(asked: list[Json]) -> str:
    """The name of a checklist, as an event keeps it."""
    return digest(asked)


def _inspections(bureau_id: str, wish: Wish) -> Select[Any]:
    rows = select(Inspection).join(Subject, Subject.id == Inspection.subject_id)
    rows = rows.where(
        Inspection.bureau_id == bureau_id,
        Inspection.state.in_(acts.STATES),
        Inspection.visited.between(wish.first, wish.last),
    )
    if wish.draw_id:
        of_draw = select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id == wish.draw_id)
        rows = rows.where(Inspection.id.in_(of_draw))
    return rows


def _by_number(bureau_id: str, numbers: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts(numbers):
        rows = select(Inspection.number, Inspection.id).where(
            Inspection.bureau_id == bureau_id, Inspection.number.in_(part)
        )
        found |= {number: name for number, name in db.session.execute(rows)}
    return found


def _visited() -> Any:
    # Who was visited before a freeze was not in its pool, so any visit is one that came after.
    return exists().where(ReturnVisit.inspection_id == ReturnDue.inspection_id)


def counts(bureau_id: str) -> dict[str, int]:
    """How many are to be visited, and how many were."""
    due = select(func.count()).select_from(ReturnDue.waiting(bureau_id).order_by(None).subquery())
    done = select(func.count()).where(ReturnVisit.bureau_id == bureau_id)
    return {"due": db.session.scalar(due) or 0, "done": db.session.scalar(done) or 0}


@renewed.connect
def _renew(inspection: Inspection, log: list[Event], record: Record) -> None:
    """Bring the return visits of an inspection up to its log."""
    if not record["after"]:
        return
    standing = rules.made(steps.read(record["after"]))
    known = select(ReturnVisit.event).where(ReturnVisit.inspection_id == inspection.id)
    kept = set(db.session.scalars(known))
    wanted = {step.event for step in standing}
    if kept - wanted:
        db.session.execute(delete(ReturnVisit).where(ReturnVisit.event.in_(kept - wanted)))
    for step in standing:
        if step.event in kept:
            continue
        said = step.payload.get("draw")
        db.session.add(
            ReturnVisit(
                event=step.event, inspection_id=inspection.id, bureau_id=inspection.bureau_id,
                draw_id=said[:36] if isinstance(said, str) else None, at=steps.day_of(step.payload["at"]),
                way=step.payload["way"][:8], concerns=len(rules.concerns(step.payload)),
            )
        )  # fmt: skip


acts.CHECKS["return_visit"] = rules.return_fault

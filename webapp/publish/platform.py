"""State platforms: how a bureau's results go there, and what such a platform says that it has (RZ-19)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.archive.wording import RESULTS
from webapp.db import UTCDateTime, china_day, db, now, parts
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.publish.document import OVERTURNED, READY, SHOWN
from webapp.publish.models import Publication
from webapp.publish.platform_rules import Row, cells
from webapp.publish.rules import kind_of
from webapp.publish.stages import Stage
from webapp.registry.subjects import Subject

Json = dict[str, Any]

# A workbook of so many rows is made in memory, and a platform takes no more at once.
EXPORTED = 5000


class Platform(db.Model):
    """A platform of a bureau, with the columns that it takes: `[{title, field, text}]` (`platform_rules.FIELDS`)."""

    __tablename__ = "platform"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    columns: Mapped[list[Json]] = mapped_column(JSON)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["Platform"]:
        """The platforms of a bureau, by name."""
        return list(
            db.session.scalars(select(cls).where(cls.bureau_id == bureau_id).order_by(cls.name, cls.id))
        )

    @classmethod
    def keep(cls, author: User, platform: "Platform | None", name: str, columns: list[Json]) -> "Platform":
        """Add a platform, or change its columns. Raises `platform_taken` where another has the name."""
        others = [one for one in cls.of_bureau(author.bureau_id) if platform is None or one.id != platform.id]
        if any(one.name == name for one in others):
            raise Problem("platform_taken")
        if platform is None:
            platform = cls(id=str(uuid7()), bureau_id=author.bureau_id)
            db.session.add(platform)
        platform.name, platform.columns = name, columns
        platform.author_id, platform.changed_at = author.id, now()
        return platform

    @property
    def lacking(self) -> ColumnElement[bool]:
        """That a stage has no receipt of this platform."""
        entered = literal("\n").concat(Stage.entered).concat("\n")
        return ~entered.contains(f"\n{self.name}\n", autoescape=True)

    def waiting(self) -> int:
        """How many results are decided and have no receipt of it."""
        rows = select(func.count()).select_from(Stage).where(*self._to_enter())
        return db.session.scalar(rows) or 0

    def export(self, root: str) -> Iterator[list[str]]:
        """The rows of what is to be entered, by number, in this platform's columns; `root`: where our pages are."""
        rows = select(Stage.inspection_id).join(Inspection).where(*self._to_enter())
        ids = list(db.session.scalars(rows.order_by(Inspection.number).limit(EXPORTED)))
        for some in parts(ids):
            stages = db.session.scalars(select(Stage).where(Stage.inspection_id.in_(some)))
            public = db.session.scalars(select(Publication).where(Publication.inspection_id.in_(some)))
            shown = {row.inspection_id: row for row in public if row.state == SHOWN}
            by_number = sorted(stages, key=lambda one: one.inspection.number)
            said = (values(one, shown.get(one.inspection_id), root) for one in by_number)
            yield from (cells(self.columns, one) for one in said)

    def _to_enter(self) -> list[ColumnElement[bool]]:
        here = Stage.bureau_id == self.bureau_id
        return [here, Stage.stage.in_((READY, SHOWN, OVERTURNED)), self.lacking]


class PlatformList(db.Model):
    """What a platform said that it has, at one moment: its own list, as somebody uploaded it."""

    __tablename__ = "platform_list"
    __table_args__ = (Index("ix_platform_list_latest", "platform_id", "taken_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    platform_id: Mapped[str] = mapped_column(ForeignKey("platform.id"))
    name: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    count: Mapped[int] = mapped_column(default=0)
    author: Mapped[User] = relationship(lazy="joined")
    platform: Mapped[Platform] = relationship()

    @classmethod
    def latest(cls, platform: Platform) -> "PlatformList | None":
        """The newest list of a platform."""
        rows = select(cls).where(cls.platform_id == platform.id).order_by(cls.taken_at.desc(), cls.id.desc())
        return db.session.scalars(rows.limit(1)).first()

    @classmethod
    def take(cls, author: User, platform: Platform, name: str, rows: Iterable[Row]) -> "PlatformList":
        """Keep a list in the place of the one before, with our inspection for each of its rows. Raises `sheet_empty`."""
        older = select(cls.id).where(cls.platform_id == platform.id)
        db.session.execute(delete(PlatformRow).where(PlatformRow.list_id.in_(older)))
        found = cls(id=str(uuid7()), platform_id=platform.id, name=name[:200], author_id=author.id, count=0)
        db.session.add(found)
        db.session.flush()
        for some in parts(rows):
            ours = _ours(platform.bureau_id, some)
            db.session.execute(insert(PlatformRow), [_kept(found.id, row, ours) for row in some])
            found.count += len(some)
        if not found.count:
            raise Problem("sheet_empty")
        return found

    def only_there(self, after: int, limit: int) -> list["PlatformRow"]:
        """The rows of which nothing is public here, by line."""
        rows = select(PlatformRow).where(
            PlatformRow.list_id == self.id, PlatformRow.line > after, ~self._public()
        )
        return list(db.session.scalars(rows.order_by(PlatformRow.line).limit(limit)))

    def only_here(self, after: int, limit: int) -> list[Publication]:
        """What is public here and in no row of the list, the latest published first; `after`: the place of the last."""
        named = select(PlatformRow.inspection_id).where(PlatformRow.list_id == self.id)
        rows = select(Publication).where(*self._shown(), Publication.inspection_id.not_in(_known(named)))
        rows = rows.where(Publication.place < after) if after else rows
        return list(db.session.scalars(rows.order_by(Publication.place.desc()).limit(limit)))

    def receipts(self, limit: int) -> list["PlatformRow"]:
        """The rows with a receipt that is not in its inspection's archive yet, by line."""
        rows = select(PlatformRow).join(Stage, Stage.inspection_id == PlatformRow.inspection_id)
        rows = rows.where(PlatformRow.list_id == self.id, PlatformRow.receipt != "", self.platform.lacking)
        return list(db.session.scalars(rows.order_by(PlatformRow.line).limit(limit)))

    def counts(self) -> dict[str, int]:
        """How many rows each of the three has."""
        mine = PlatformRow.list_id == self.id
        named = select(PlatformRow.inspection_id).where(mine)
        there = select(func.count()).select_from(PlatformRow).where(mine, ~self._public())
        here = select(func.count()).select_from(Publication)
        here = here.where(*self._shown(), Publication.inspection_id.not_in(_known(named)))
        filed = select(func.count()).select_from(PlatformRow)
        filed = filed.join(Stage, Stage.inspection_id == PlatformRow.inspection_id)
        filed = filed.where(mine, PlatformRow.receipt != "", self.platform.lacking)
        asked = {"here": here, "there": there, "receipts": filed}
        return {name: db.session.scalar(rows) or 0 for name, rows in asked.items()}

    def _shown(self) -> list[ColumnElement[bool]]:
        return [Publication.bureau_id == self.platform.bureau_id, Publication.state == SHOWN]

    def _public(self) -> ColumnElement[bool]:
        return (
            select(Publication.inspection_id)
            .where(Publication.inspection_id == PlatformRow.inspection_id, Publication.state == SHOWN)
            .exists()
        )


class PlatformRow(db.Model):
    """One row of a platform's list, with the inspection that it is, where one was found."""

    __tablename__ = "platform_row"
    list_id: Mapped[str] = mapped_column(ForeignKey("platform_list.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(200))
    inspected: Mapped[date | None]
    receipt: Mapped[str] = mapped_column(String(100))
    inspection_id: Mapped[str | None] = mapped_column(ForeignKey("inspection.id"), index=True)


def values(stage: Stage, shown: Publication | None, root: str) -> dict[str, str]:
    """What an inspection puts into a platform's columns (`platform_rules.FIELDS`): whole, as a platform is no public."""
    inspection, subject = stage.inspection, stage.inspection.subject
    people = [member.inspector for member in inspection.members]
    items = [listed.item for listed in inspection.listed]
    return {
        "number": inspection.number,
        "subject": subject.name,
        "code": subject.code,
        "kind": {"person": "自然人", "household": "个体工商户"}.get(kind_of(subject.as_json()), "单位"),
        "region": subject.district,
        "address": subject.address,
        "items": "；".join(item.name for item in items),
        "item_codes": "；".join(item.code for item in items),
        "inspected": inspection.visited.isoformat() if inspection.visited else "",
        "result": RESULTS.get(stage.result, stage.result),
        "result_code": stage.result,
        "sub": stage.sub,
        "decided": stage.decided.isoformat() if stage.decided else "",
        "published": china_day(shown.published_at).isoformat() if shown else "",
        "inspectors": "、".join(one.user.name for one in people),
        "credentials": "、".join(one.credential for one in people),
        "units": "、".join(dict.fromkeys(one.unit for one in people if one.unit)),
        "link": f"{root}/public/results/{inspection.id}" if shown else "",
    }


def _ours(bureau_id: str, rows: list[Row]) -> dict[Any, str]:
    """Our inspections of some rows, by number and by (code, day)."""
    mine = Inspection.bureau_id == bureau_id
    numbers = {row.number for row in rows if row.number}
    by_number = select(Inspection.number, Inspection.id).where(mine, Inspection.number.in_(numbers))
    found: dict[Any, str] = {number: name for number, name in db.session.execute(by_number)}
    codes = {row.code for row in rows if row.code and row.inspected}
    by_code = select(Subject.code, Inspection.visited, Inspection.id)
    by_code = by_code.join(Subject, and_(Subject.id == Inspection.subject_id, Subject.bureau_id == bureau_id))
    by_code = by_code.where(mine, Subject.code.in_(codes))
    return {(code, day): name for code, day, name in db.session.execute(by_code)} | found


def _kept(list_id: str, row: Row, ours: dict[Any, str]) -> Json:
    """A row as it is kept, with our inspection by its number, else by whose it is and of which day."""
    found = ours.get(row.number) or ours.get((row.code, row.inspected))
    return {**vars(row), "list_id": list_id, "inspection_id": found}


def _known(rows: Any) -> Any:
    # `NOT IN` of a list with an unknown in it is never true.
    return rows.where(PlatformRow.inspection_id.is_not(None))

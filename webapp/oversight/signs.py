"""Signs of going through the motions, as an index over the logs, and what people asked, answered and decided about them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.apart import FILES, Unopened
from webapp.db import CHINA, UTCDateTime, db, now, parts
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.fold import AFTER, Record
from webapp.field.models import BlobName, Event, Inspection, Member, renewed
from webapp.field.rules import OVER
from webapp.oversight import signs_rules as rules
from webapp.oversight.signs_prints import FARTHEST, Print, bands, distance, near, print_of
from webapp.oversight.signs_rules import KINDS, Found, Match, Stay, Visit

# The office opens so many pictures while a phone or a clerk waits; `flask signs look` makes up for the rest.
OPENED_AT_ONCE = 60
PAGE = 50
FOUND, ASKED, ANSWERED, CLOSED = STATES = ("found", "asked", "answered", "closed")
# Why a question is over; none of them says that somebody did wrong.
OUTCOMES = ("explained", "data", "elsewhere")
LONGEST = 2000


class PhotoPrint(db.Model):
    """The print of a photo of a visit that is over. The four bands of its look are what near pictures are found by; a
    picture in which nothing is to be seen has none, and is found by its bytes alone."""

    __tablename__ = "photo_print"
    __table_args__ = (
        Index("ix_photo_print_sha256", "bureau_id", "sha256"),
        *(Index(f"ix_photo_print_band{place}", "bureau_id", f"band{place}") for place in range(4)),
    )
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    look: Mapped[str] = mapped_column(String(16))
    sketch: Mapped[bytes] = mapped_column(LargeBinary)
    band0: Mapped[int | None]
    band1: Mapped[int | None]
    band2: Mapped[int | None]
    band3: Mapped[int | None]

    @classmethod
    def keep(cls, inspection: Inspection, sha256: str, made: Print | None) -> "PhotoPrint":
        """Remember the print of a photo."""
        look = {f"band{at}": band for at, band in enumerate(bands(made.look))} if made else {}
        row = cls(
            inspection_id=inspection.id, sha256=sha256, bureau_id=inspection.bureau_id,
            look=f"{made.look:016x}" if made else "", sketch=made.sketch if made else b"", **look,
        )  # fmt: skip
        db.session.add(row)
        return row

    @property
    def print(self) -> Print | None:
        """As the rules take it."""
        return Print(int(self.look, 16), self.sketch) if self.look else None

    @classmethod
    def matches(cls, inspection: Inspection, own: list["PhotoPrint"], least: int) -> list[Match]:
        """Photos of other inspections of the bureau that are, by `least` percent, photos of this one."""
        found = []
        for part in parts(own, 20):
            others = list(cls._named(cls._near(inspection, part)))
            found += [match for mine in part for other in others if (match := _match(mine, other, least))]
        return found

    @classmethod
    def _named(cls, names: Iterable[tuple[str, str]]) -> Iterator["PhotoPrint"]:
        for part in parts(names):
            key = tuple_(cls.inspection_id, cls.sha256)
            yield from db.session.scalars(select(cls).where(key.in_(part)))

    @classmethod
    def _near(cls, inspection: Inspection, own: list["PhotoPrint"]) -> list[tuple[str, str]]:
        """Names of pictures that may be one of these: one index is asked for each band, and one for the bytes."""
        columns = (cls.inspection_id, cls.sha256, cls.look)
        of_bureau = select(*columns).where(
            cls.bureau_id == inspection.bureau_id, cls.inspection_id != inspection.id
        )
        looks = [int(row.look, 16) for row in own if row.look]
        asked = [of_bureau.where(cls.sha256.in_([row.sha256 for row in own]))]
        for place, column in enumerate((cls.band0, cls.band1, cls.band2, cls.band3)):
            values = sorted({value for look in looks for value in near(bands(look)[place])})
            if values:
                asked.append(of_bureau.where(column.in_(values)))
        names = {row.sha256 for row in own}
        return [
            (row.inspection_id, row.sha256)
            for row in db.session.execute(union(*asked))
            if row.sha256 in names
            or row.look
            and any(distance(look, int(row.look, 16)) <= FARTHEST for look in looks)
        ]


class InspectorStay(db.Model):
    """When an inspector was at a visit that is over: an index over its log."""

    __tablename__ = "inspector_stay"
    __table_args__ = (Index("ix_inspector_stay_user", "user_id", "begins"),)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    begins: Mapped[datetime] = mapped_column(UTCDateTime)
    ends: Mapped[datetime] = mapped_column(UTCDateTime)

    @classmethod
    def beside(cls, stays: Iterable[Stay]) -> list[Stay]:
        """Where the same people were at those times besides."""
        wanted = [
            and_(
                cls.user_id == one.user,
                cls.begins < one.ends,
                cls.ends > one.begins,
                cls.inspection_id != one.inspection,
            )
            for one in stays
        ]
        rows = db.session.scalars(select(cls).where(or_(*wanted))) if wanted else ()
        return [
            Stay(row.inspection_id, row.user_id, row.begins.astimezone(CHINA), row.ends.astimezone(CHINA))
            for row in rows
        ]


class Sign(db.Model):
    """One sign, an index over one or two logs: found again it is the same row, and with it what was said about it.

    `state`: `found`, `asked`, `answered`, `closed`; `gone`: the logs do not show it any more.
    """

    __tablename__ = "sign"
    __table_args__ = (
        Index("ix_sign_inspection", "inspection_id", "key"),
        Index("ix_sign_list", "bureau_id", "state", "gone", "found_at", "id"),
        Index("ix_sign_other", "other_id"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(160))
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    other_id: Mapped[str | None] = mapped_column(ForeignKey("inspection.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    limits: Mapped[dict[str, int]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), default=FOUND)
    gone: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    inspection: Mapped[Inspection] = relationship(foreign_keys=[inspection_id])
    other: Mapped[Inspection | None] = relationship(foreign_keys=[other_id])
    lines: Mapped[list["SignLine"]] = relationship(order_by="SignLine.id")

    @property
    def pair(self) -> list[str]:
        """Whom it concerns: the inspectors of both visits."""
        there = self.other.pair if self.other else []
        return list(dict.fromkeys([*self.inspection.pair, *there]))

    @property
    def question(self) -> "SignLine | None":
        """What was asked last."""
        return next((line for line in reversed(self.lines) if line.act == "ask"), None)

    @classmethod
    def locked(cls, sign_id: str) -> "Sign | None":
        """The sign under its row lock."""
        rows = select(cls).where(cls.id == sign_id).with_for_update(of=cls)
        return db.session.scalar(rows.execution_options(populate_existing=True))

    def write(self, author: User, act: str, text: str, outcome: str | None = None) -> None:
        """Ask, answer, close or open again. The row must be locked. Raises `wrong_state`, `reason_needed`, `text_long`,
        `sign_outcome`."""
        if self.state not in ACTS[act][0]:
            raise Problem("wrong_state")
        if not text.strip():
            raise Problem("reason_needed")
        if len(text) > LONGEST:
            raise Problem("text_long", limit=LONGEST)
        if (act == "close") != (outcome in OUTCOMES):
            raise Problem("sign_outcome")
        self.lines.append(SignLine(act=act, author_id=author.id, text=text.strip(), outcome=outcome))
        self.state = ACTS[act][1]


# From which states one may do what, and what state it makes.
ACTS: dict[str, tuple[tuple[str, ...], str]] = {
    "ask": ((FOUND, ASKED, ANSWERED), ASKED),
    "answer": ((ASKED, ANSWERED), ANSWERED),
    "close": ((FOUND, ASKED, ANSWERED), CLOSED),
    "reopen": ((CLOSED,), ASKED),
}


class SignLine(db.Model):
    """What a person said about a sign; lines are only added."""

    __tablename__ = "sign_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    sign_id: Mapped[str] = mapped_column(ForeignKey("sign.id"), index=True)
    act: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")


@dataclass(frozen=True)
class SignList:
    """The signs of a bureau, the newest first; with a `person` only those about which that one was asked."""

    bureau_id: str
    state: str = ""
    kind: str = ""
    person: str = ""

    def counts(self) -> dict[str, int]:
        """How many are in each state."""
        rows = select(Sign.state, func.count()).where(*self._where("")).group_by(Sign.state)
        return dict.fromkeys(STATES, 0) | dict(db.session.execute(rows).all())

    def by_kind(self) -> dict[str, int]:
        """How many of each kind, of those in the state asked for."""
        everything = SignList(self.bureau_id, self.state, "", self.person)
        rows = select(Sign.kind, func.count()).where(*everything._where(self.state)).group_by(Sign.kind)
        found = dict(db.session.execute(rows).all())
        return {kind: found[kind] for kind in KINDS if kind in found}

    def rows(self, after: str = "", limit: int = PAGE) -> list[Sign]:
        """A page behind the sign with the id `after`; one more than `limit` says that there are more."""
        rows = select(Sign).where(*self._where(self.state)).options(*_with_visits())
        last = db.session.get(Sign, after) if after else None
        if last:
            behind = and_(Sign.found_at == last.found_at, Sign.id < last.id)
            rows = rows.where(or_(Sign.found_at < last.found_at, behind))
        return list(db.session.scalars(rows.order_by(Sign.found_at.desc(), Sign.id.desc()).limit(limit + 1)))

    def _where(self, state: str) -> Iterable[ColumnElement[bool]]:
        yield Sign.bureau_id == self.bureau_id
        yield ~Sign.gone
        if state:
            yield Sign.state == state
        if self.kind:
            yield Sign.kind == self.kind
        if self.person:
            mine = select(Member.inspection_id).where(Member.user_id == self.person)
            yield or_(Sign.inspection_id.in_(mine), Sign.other_id.in_(mine))
            yield Sign.state != FOUND


def signs_of(inspection_id: str) -> list[Sign]:
    """The signs that concern an inspection, also as the other one of two."""
    of_it = or_(Sign.inspection_id == inspection_id, Sign.other_id == inspection_id)
    rows = db.session.scalars(select(Sign).where(of_it, ~Sign.gone).options(*_with_visits()))
    return sorted(rows, key=lambda sign: (list(KINDS).index(sign.kind), sign.id))


def _with_visits() -> list[Any]:
    """A list of signs asks once for all the visits that it names."""
    return [selectinload(Sign.inspection), selectinload(Sign.other)]


def look_again(inspection: Inspection) -> None:
    """Look at an inspection once more: after new thresholds, or for photos that had not been opened yet."""
    log = inspection.events()
    _renew(inspection, log, inspection.record(), limit=None)


@renewed.connect
def _on_renewal(inspection: Inspection, log: list[Event], record: Record) -> None:
    # Before the first seal there is none, and what comes after a visit changes nothing of what was done there.
    was_sealed = any(event.body["type"] == "seal" for event in log)
    if was_sealed and log[-1].body["type"] not in AFTER:
        _renew(inspection, log, record, OPENED_AT_ONCE)


def _renew(inspection: Inspection, log: list[Event], record: Record, limit: int | None) -> None:
    """Bring prints, stays and signs of an inspection up to its log; a visit that is not over has none."""
    db.session.execute(delete(InspectorStay).where(InspectorStay.inspection_id == inspection.id))
    if record["state"] not in OVER:
        _take_over(inspection, [], {})
        return
    visit = rules.visit_of(inspection.id, record, [event.body for event in log])
    stays = rules.stays_of(visit)
    db.session.add_all(_stay(stay) for stay in stays)
    given = rules.limits(inspection.bureau.law(_day(visit, inspection)))
    prints = _prints(inspection, visit, limit)
    least = given["sign_photo_likeness"]
    matches = PhotoPrint.matches(inspection, prints, least) if least and prints else []
    subject = inspection.subject
    found = rules.look(
        visit, given, rules.place(subject.latitude, subject.longitude),
        {row.sha256: made for row in prints if (made := row.print)}, matches, InspectorStay.beside(stays),
    )  # fmt: skip
    _take_over(inspection, found, given)


def _take_over(inspection: Inspection, found: list[Found], given: dict[str, int]) -> None:
    """Keep what was found, drop what is not there any more; what was spoken about stays, marked as gone."""
    of_it = or_(Sign.inspection_id == inspection.id, Sign.other_id == inspection.id)
    rows = list(db.session.scalars(select(Sign).where(of_it).order_by(Sign.id)))
    known = {row.key: row for row in reversed(rows)}
    for one in found:
        limits = {name: given[name] for name in KINDS[one.kind]}
        row = known.get(one.key)
        if row is None:
            row = Sign(id=str(uuid7()), bureau_id=inspection.bureau_id, kind=one.kind, key=one.key)
            row.inspection_id, row.other_id = inspection.id, one.other
            db.session.add(row)
        row.evidence, row.limits, row.gone = one.evidence, limits, False
    taken = {one.key for one in found}
    for row in rows:
        if row.key in taken and row is known[row.key]:
            continue
        row.gone = True
        if not row.lines:
            db.session.delete(row)


def _prints(inspection: Inspection, visit: Visit, limit: int | None) -> list[PhotoPrint]:
    """The prints of the photos of a visit, as far as the bureau has their bytes; at most `limit` are made now."""
    names = {act.sha256 for act in visit.photos[: rules.MOST_PHOTOS] if act.sha256}
    rows = select(PhotoPrint).where(PhotoPrint.inspection_id == inspection.id)
    known = {row.sha256: row for row in db.session.scalars(rows)}
    for name in known.keys() - names:
        db.session.delete(known[name])
    missing = BlobName.held(inspection.id, names - known.keys()) if names - known.keys() else set()
    for part in parts(sorted(missing)[:limit]):
        for blob in db.session.scalars(select(Blob).where(Blob.sha256.in_(part))):
            with suppress(Problem):
                # Where too many wait, the next look makes up for it.
                known[blob.sha256] = PhotoPrint.keep(inspection, blob.sha256, _print_of(blob))
    db.session.flush()
    return [known[name] for name in sorted(names & known.keys())]


def _print_of(blob: Blob) -> Print | None:
    try:
        return FILES.ask(print_of, blob.read())
    except Unopened:
        return None


def _match(mine: PhotoPrint, other: PhotoPrint, least: int) -> Match | None:
    if mine.sha256 == other.sha256:
        return Match(mine.sha256, other.inspection_id, other.sha256, 100)
    one, two = mine.print, other.print
    alike = rules.alike(one, two) if one and two else 0
    return Match(mine.sha256, other.inspection_id, other.sha256, alike) if alike >= least else None


def _stay(stay: Stay) -> InspectorStay:
    return InspectorStay(inspection_id=stay.inspection, user_id=stay.user, begins=stay.begins, ends=stay.ends)


def _day(visit: Visit, inspection: Inspection) -> date:
    """The day whose law says by what a visit is looked at: that of the arrival."""
    return (visit.arrived or inspection.assigned_at.astimezone(CHINA)).date()

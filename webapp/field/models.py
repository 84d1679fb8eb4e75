"""Inspections and their event logs: the only thing that is ever written is an event (design 2)."""

import logging
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from blinker import Signal
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, lazyload, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.canonical import canonical, parse
from webapp.db import CHINA, UTCDateTime, db, now, parts
from webapp.draw.models import Draw
from webapp.errors import Problem
from webapp.field import rules
from webapp.field.fold import fold
from webapp.forms.models import Form
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject

log = logging.getLogger(__name__)
# Sent by an inspection whose index was brought up to its log (`log`: its `Event` rows, `record`), in the same transaction:
# what stands to the right renews its own index by it.
renewed = Signal()
# The office writes its events here, not on a phone; it sorts after every phone's id.
OFFICE_DEVICE = "office"
SUBJECT = rules.SUBJECT


class Member(db.Model):
    """One inspector of a pair (检查组); the first place leads."""

    __tablename__ = "member"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("inspector.user_id"), primary_key=True, index=True)
    place: Mapped[int]
    inspector: Mapped[Inspector] = relationship(lazy="joined")


class InspectionItem(db.Model):
    """One item of an inspection, with the version of its form that the inspection keeps."""

    __tablename__ = "inspection_item"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id"), primary_key=True)
    place: Mapped[int]
    item: Mapped[Item] = relationship(lazy="joined")


class InspectionForm(db.Model):
    """One form of an inspection, in the version that it began with."""

    __tablename__ = "inspection_form"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    form_hash: Mapped[str] = mapped_column(ForeignKey("form.hash"), primary_key=True, index=True)
    place: Mapped[int]


class InspectionDraw(db.Model):
    """Which inspection a drawn subject became. Of two draws that are one visit (TJ-11, CA-2.3a) both rows name it."""

    __tablename__ = "inspection_draw"
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    draw: Mapped[Draw] = relationship()

    @classmethod
    def of_draw(cls, draw_id: str) -> dict[str, "Inspection"]:
        """The inspection of each subject of a draw, by subject."""
        rows = select(cls.subject_id, Inspection).join(Inspection, Inspection.id == cls.inspection_id)
        return {
            subject_id: found for subject_id, found in db.session.execute(rows.where(cls.draw_id == draw_id))
        }

    @classmethod
    def of_inspection(cls, inspection_id: str) -> list["InspectionDraw"]:
        """The draws that an inspection serves, the first one first."""
        return list(
            db.session.scalars(select(cls).where(cls.inspection_id == inspection_id).order_by(cls.draw_id))
        )

    @classmethod
    def joint(cls, inspection_id: str) -> list[dict[str, Any]]:
        """With whom the tasks of an inspection are done, each once: `{department, items}` (TJ-11)."""
        found: dict[str, dict[str, Any]] = {}
        for one in (part for row in cls.of_inspection(inspection_id) for part in row.draw.task["joint"]):
            known = found.setdefault(one["department"], {"department": one["department"], "items": []})
            known["items"] += [item for item in one["items"] if item not in known["items"]]
        return list(found.values())


class Inspection(db.Model):
    """检查. `state`, `visited` (the day of arrival), `recusal`, `result` (the pair's, or what the office put in its place)
    and `seq` are an index over the log, renewed with every append.

    The log is what counts.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("bureau_id", "number"),
        Index("ix_inspection_inbox", "bureau_id", "state", "due"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    number: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"))
    due: Mapped[date]
    reason: Mapped[str] = mapped_column(String(16))
    reason_text: Mapped[str]
    assigned_by: Mapped[str] = mapped_column(ForeignKey("user.id"))
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    state: Mapped[str] = mapped_column(String(16), default="assigned")
    visited: Mapped[date | None]
    recusal: Mapped[bool] = mapped_column(default=False)
    result: Mapped[str | None] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    bureau: Mapped[Bureau] = relationship(lazy="joined")
    subject: Mapped[Subject] = relationship(lazy="joined")
    members: Mapped[list[Member]] = relationship(order_by=Member.place, lazy="selectin")
    listed: Mapped[list[InspectionItem]] = relationship(order_by=InspectionItem.place, lazy="selectin")
    forms: Mapped[list[InspectionForm]] = relationship(order_by=InspectionForm.place, lazy="selectin")

    @classmethod
    def assign(
        cls,
        *,
        author: User,
        subject: Subject,
        items: list[Item],
        pair: list[Inspector],
        due: date,
        today: date,
        reason: str,
        text: str,
        inspection_id: str | None = None,
    ) -> "Inspection":
        """Assign an inspection by hand, with its reason (RZ-5). Raises the first fault as a `Problem`."""
        pair = list(dict.fromkeys(pair))
        faults = rules.assignment_faults(
            today=today,
            due=due,
            items=len(items),
            credentials=[inspector.valid_until for inspector in pair],
            reason=reason,
            text=text,
        )
        if faults:
            raise Problem(faults[0])
        _check_libraries(author.bureau_id, subject, items, pair)
        forms = Form.in_use(author.bureau_id, [item.code for item in items], today)
        inspection = cls(
            id=inspection_id or str(uuid7()),
            bureau_id=author.bureau_id,
            number=cls.numbers(author.bureau, today.year, 1)[0],
            subject=subject,
            due=due,
            reason=reason,
            reason_text=text.strip(),
            assigned_by=author.id,
            members=[Member(inspector=inspector, place=place) for place, inspector in enumerate(pair)],
            listed=[InspectionItem(item=item, place=place) for place, item in enumerate(items)],
            forms=[InspectionForm(form_hash=form.hash, place=place) for place, form in enumerate(forms)],
        )
        db.session.add(inspection)
        db.session.flush()
        return inspection

    @classmethod
    def numbers(cls, bureau: Bureau, year: int, count: int) -> list[str]:
        """The next `count` numbers of a year; the bureau's row stays locked until they are written."""
        db.session.execute(select(Bureau.id).where(Bureau.id == bureau.id).with_for_update())
        prefix = f"{bureau.number_prefix}〔{year}〕"
        last = db.session.scalar(
            select(func.max(cls.number)).where(cls.bureau_id == bureau.id, cls.number.startswith(prefix))
        )
        serial = int(last.removeprefix(prefix).removesuffix("号")) if last else 0
        return [f"{prefix}{serial + place:05}号" for place in range(1, count + 1)]

    @classmethod
    def of_people(cls, people: list[str], but: Iterable[str] = ()) -> list["Inspection"]:
        """The inspections in whose pair one of `people` is, the most urgent first; none in the states of `but`."""
        mine = select(Member.inspection_id).where(Member.user_id.in_(people))
        rows = select(cls).where(cls.id.in_(mine), cls.state.not_in(but))
        return list(db.session.scalars(rows.order_by(cls.due, cls.number)))

    @classmethod
    def positions(cls, people: list[str], ids: Iterable[str]) -> dict[str, int]:
        """How far the log goes, by id: of those of `ids` in whose pair one of `people` is."""
        mine = select(Member.inspection_id).where(Member.user_id.in_(people))
        asked = (
            select(cls.id, cls.position).where(cls.id.in_(part), cls.id.in_(mine))
            for part in parts(sorted(ids))
        )
        return {name: position for each in asked for name, position in db.session.execute(each)}

    @classmethod
    def locked(cls, inspection_id: str) -> "Inspection | None":
        """The inspection under its row lock: positions are given out in the order in which they commit."""
        rows = select(cls).where(cls.id == inspection_id).with_for_update(of=cls)
        # Who appends an event seldom asks for the lists.
        rows = rows.options(lazyload(cls.listed), lazyload(cls.forms))
        return db.session.scalar(rows.execution_options(populate_existing=True))

    @property
    def pair(self) -> list[str]:
        """The ids of its inspectors."""
        return [member.user_id for member in self.members]

    @property
    def form_hashes(self) -> list[str]:
        """The base form's and the items' forms, in the order in which they are shown."""
        return [form.form_hash for form in self.forms]

    def append(
        self,
        event: dict[str, Any],
        data: bytes,
        known: dict[str, str] | None = None,
        ledger: rules.Ledger | None = None,
        carried: dict[str, str] | None = None,
    ) -> bool:
        """Keep an event for good; False where it is kept already. The row must be locked.

        `known`: texts of kept events by their ids, as far as they may be this one. `carried`: see
        `Event`. Raises `event_differs`, and by the `ledger` of what was written so far `event_seq` or `log_full`.
        """
        if known is None:
            known = Event.texts([event["id"]])
        if event["id"] in known:
            if known[event["id"]].encode() != data:
                log.warning(
                    "event %s came again with other bytes from device %s", event["id"], event["device"]
                )
                raise Problem("event_differs")
            return False
        if ledger:
            fault = ledger.fault(event, len(data))
            if fault:
                raise Problem(fault)
            ledger.enter(event, len(data))
        self.position += 1
        self.seq = max(self.seq, event["seq"])
        self.changed_at = now()
        known[event["id"]] = data.decode()
        kept = Event(id=event["id"], inspection_id=self.id, position=self.position, text=data.decode())
        kept.carried = carried
        db.session.add(kept)
        return True

    def append_office(
        self, author: User | str, kind: str, payload: dict[str, Any], time: datetime | None = None
    ) -> str:
        """Write an event of the office (`fold.OFFICE`), or of `SUBJECT`; gives its id."""
        event = {
            "id": str(uuid7()),
            "inspection": self.id,
            "seq": self.seq + 1,
            "device": OFFICE_DEVICE,
            "author": author if isinstance(author, str) else author.id,
            "type": kind,
            "time": (time or now()).astimezone(CHINA).isoformat(timespec="milliseconds"),
            "clock": "verified",
            "payload": payload,
        }
        self.append(event, canonical(event))
        self.renew_index()
        return str(event["id"])

    def events(self, after: int = 0, limit: int | None = None) -> list["Event"]:
        """The log by position."""
        return Event.log(self.id, after, limit)

    def ledger(self) -> rules.Ledger:
        """How much each author wrote."""
        ledger = rules.Ledger(self.seq)
        for event in self.events():
            ledger.enter(event.body, len(event.text.encode()))
        return ledger

    def record(self) -> dict[str, Any]:
        """What the events add up to."""
        db.session.flush()
        return fold(event.body for event in self.events())

    def renew_index(self) -> dict[str, Any]:
        """Bring `state`, `visited`, `recusal`, `result` and the names of blobs up to the log; gives the record."""
        db.session.flush()
        kept = self.events()
        events = [event.body for event in kept]
        record = fold(events)
        self.state = record["state"]
        self.visited = rules.visited(record)
        self.recusal = bool(rules.open_wishes(record))
        self.result = next((one["code"][:32] for one in reversed(record["content"]["result"])), None)
        wanted = rules.blob_names(record)
        rows = {
            row.sha256: row
            for row in db.session.scalars(select(BlobName).where(BlobName.inspection_id == self.id))
        }
        for sha256 in rules.named_blobs(events) - rows.keys():
            row = BlobName(inspection_id=self.id, sha256=sha256, wanted=sha256 in wanted, received=False)
            db.session.add(row)
        for sha256, row in rows.items():
            row.wanted = sha256 in wanted
        renewed.send(self, log=kept, record=record)
        db.session.flush()
        return record


class Event(db.Model):
    """One thing that one person did in one inspection: its canonical JSON, never changed, never removed.

    `carried`: where another phone than the author's brought it, that phone's id and the signature by the author's
    (`{device, signature}`).
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("inspection_id", "position"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    carried: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @classmethod
    def log(cls, inspection_id: str, after: int = 0, limit: int | None = None) -> list["Event"]:
        """An inspection's events by position."""
        rows = select(cls).where(cls.inspection_id == inspection_id, cls.position > after)
        return list(db.session.scalars(rows.order_by(cls.position).limit(limit)))

    @classmethod
    def texts(cls, ids: list[str]) -> dict[str, str]:
        """The texts of those that are kept, by id."""
        asked = (select(cls.id, cls.text).where(cls.id.in_(part)) for part in parts(ids))
        return {event_id: text for each in asked for event_id, text in db.session.execute(each)}

    @cached_property
    def body(self) -> dict[str, Any]:
        """The event; who wants another changes a copy."""
        return parse(self.text)  # type: ignore[no-any-return]


class BlobName(db.Model):
    """That an inspection's events name a blob; `wanted` while the record stands on it.

    `received` once one of its pair sent the bytes: who only knows the name of another's photo gets nothing by it.
    """

    __tablename__ = "blob_name"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    wanted: Mapped[bool]
    received: Mapped[bool]
    inspection: Mapped[Inspection] = relationship()

    @classmethod
    def missing(cls, inspections: list[str]) -> list[str]:
        """Blobs that these inspections stand on and the bureau does not hold whole."""
        rows = select(cls.sha256).where(cls.inspection_id.in_(inspections), cls.wanted, ~cls.received)
        return sorted(set(db.session.scalars(rows)))

    @classmethod
    def held(cls, inspection_id: str, names: set[str]) -> set[str]:
        """Which of the named blobs the bureau holds whole for this inspection."""
        rows = select(cls.sha256).where(cls.inspection_id == inspection_id, cls.received)
        return names & set(db.session.scalars(rows))

    @classmethod
    def of(cls, sha256: str) -> list["BlobName"]:
        """Where a blob is named."""
        return list(db.session.scalars(select(cls).where(cls.sha256 == sha256)))

    @classmethod
    def receive(cls, sha256: str, inspections: list[str]) -> None:
        """Remember that the bytes came for these inspections."""
        rows = update(cls).where(cls.sha256 == sha256, cls.inspection_id.in_(inspections))
        db.session.execute(rows.values(received=True))


def _check_libraries(bureau_id: str, subject: Subject, items: list[Item], pair: list[Inspector]) -> None:
    if any(thing.bureau_id != bureau_id for thing in [subject, *items, *pair]):
        raise Problem("not_found")
    if any(not item.active for item in items):
        raise Problem("item_off_list")
    if subject.state in Subject.GONE:
        raise Problem("subject_gone")

"""检查对象名录库: the library of subjects as it is, and as it was on any day.

`Subject` holds what is known now. Whenever it changes, what held until then becomes a `SubjectPast`; both say who
made that version and by which import. So the library of a day is what of both was in force at its end.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    cast,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now
from webapp.registry.subject_rules import COLUMNS, EMPTY, GONE, STATES

PAGE = 50


class SubjectValues:
    """What is known of a subject, and who said so. Positions are decimal strings; both risk scales are kept
    (mission 1, disagreement 4)."""

    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String(32))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str]
    district: Mapped[str]
    latitude: Mapped[str | None]
    longitude: Mapped[str | None]
    credit_risk: Mapped[str | None] = mapped_column(String(1))
    labour_grade: Mapped[str | None] = mapped_column(String(1))
    state: Mapped[str] = mapped_column(String(8))
    representative: Mapped[str | None]
    phone: Mapped[str | None]
    staff: Mapped[int | None]
    complaints: Mapped[int] = mapped_column(default=0)
    penalties: Mapped[int] = mapped_column(default=0)
    abnormal: Mapped[bool] = mapped_column(default=False)
    dishonest: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[list[str]] = mapped_column(JSON)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    import_id: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str | None]


# What goes from a version to the next table as it is.
VERSION = ("bureau_id", *COLUMNS, "since", "author_id", "import_id", "reason")


class Subject(SubjectValues, db.Model):
    """检查对象: who can be inspected."""

    __tablename__ = "subject"
    __table_args__ = (
        Index("ix_subject_library", "bureau_id", "id"),
        Index("ix_subject_code", "bureau_id", "code"),
        Index("ix_subject_import", "import_id"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    author: Mapped[User | None] = relationship()

    GONE = GONE

    @classmethod
    def search(cls, bureau_id: str, words: str, limit: int = 20) -> list["Subject"]:
        """Subjects still there whose name or code contains `words`."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.state.notin_(GONE), *_named(cls, words))
        return list(db.session.scalars(rows.order_by(cls.name).limit(limit)))

    @classmethod
    def add(cls, bureau_id: str, author: User, values: Mapping[str, Any], reason: str | None) -> "Subject":
        """A new subject. The code must be nobody's in the library."""
        known = {name: value for name, value in values.items() if name in COLUMNS}
        subject = cls(
            id=str(uuid7()), bureau_id=bureau_id, author_id=author.id, reason=reason, **EMPTY | known
        )
        db.session.add(subject)
        db.session.flush()
        return subject

    @classmethod
    def by_code(cls, bureau_id: str, code: str) -> "Subject | None":
        """The subject with this code in the bureau's library."""
        return db.session.scalars(select(cls).where(cls.bureau_id == bureau_id, cls.code == code)).first()

    def change(self, author: User, values: Mapping[str, Any], reason: str | None) -> bool:
        """Begin a new version, where a value differs; what was known until now is kept. False where none does."""
        known = {name: value for name, value in values.items() if name in COLUMNS}
        if all(getattr(self, name) == value for name, value in known.items()):
            return False
        moment = now()
        held = {name: getattr(self, name) for name in VERSION}
        db.session.add(SubjectPast(subject_id=self.id, until=moment, **held))
        for name, value in known.items():
            setattr(self, name, value)
        self.since, self.author_id, self.import_id, self.reason = moment, author.id, None, reason
        db.session.flush()
        return True

    def versions(self) -> list["Subject | SubjectPast"]:
        """Every version, the latest first."""
        rows = select(SubjectPast).where(SubjectPast.subject_id == self.id).order_by(SubjectPast.until.desc())
        return [self, *db.session.scalars(rows)]

    def values(self) -> dict[str, Any]:
        """What is known, by column."""
        return {column: getattr(self, column) for column in COLUMNS}

    def as_json(self) -> dict[str, Any]:
        """What the pair needs on the phone."""
        names = (
            "id",
            "name",
            "code",
            "kinds",
            "address",
            "district",
            "latitude",
            "longitude",
            "representative",
            "phone",
        )
        return {name: getattr(self, name) for name in names}


class SubjectPast(SubjectValues, db.Model):
    """What was known of a subject until a moment; never changed, never removed."""

    __tablename__ = "subject_past"
    __table_args__ = (
        Index("ix_subject_past_version", "subject_id", "until"),
        Index("ix_subject_past_day", "bureau_id", "until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    author: Mapped[User | None] = relationship()


@dataclass(frozen=True)
class Library:
    """What is looked for in the library, as an address can say it; empty is everything. `after` is the place in the list.

    `q`: in name, code or address. `flag`: `abnormal`, `dishonest`, `complaints`, `penalties`.
    """

    q: str = ""
    kind: str = ""
    district: str = ""
    state: str = ""
    credit: str = ""
    labour: str = ""
    flag: str = ""
    tag: str = ""
    after: str = ""

    FLAGS = ("complaints", "abnormal", "dishonest", "penalties")

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Library":
        """What an address asks for; what makes no sense in it is left out."""
        said = {
            field.name: given.get(field.name, "").replace("\0", "").strip()[:100] for field in fields(cls)
        }
        said["state"] = said["state"] if said["state"] in (*STATES, "there") else ""
        said["credit"] = said["credit"] if said["credit"] in tuple("ABCD") else ""
        said["labour"] = said["labour"] if said["labour"] in tuple("ABC") else ""
        said["flag"] = said["flag"] if said["flag"] in cls.FLAGS else ""
        return cls(**said)

    def conditions(self) -> dict[str, str]:
        """What is looked for, without the place in the list."""
        return {name: value for name, value in vars(self).items() if value and name != "after"}

    def without(self, name: str) -> dict[str, str]:
        """The conditions but one."""
        return replace(self, **{name: ""}).conditions()

    def rows(self, bureau_id: str, limit: int = PAGE + 1) -> list[Subject]:
        """A page of the library as it is; one row more than a page says that there is a next."""
        rows = select(Subject).where(
            Subject.bureau_id == bureau_id, Subject.id > self.after, *self.where(Subject)
        )
        return list(db.session.scalars(rows.order_by(Subject.id).limit(limit)))

    def rows_at(self, bureau_id: str, moment: datetime, limit: int = PAGE + 1) -> list[Any]:
        """A page of the library as it stood at a moment: rows with `subject_id` and the columns of a version."""
        held = [
            version.where(key > self.after, *self.where(table))
            for version, table, key in _in_force(bureau_id, moment)
        ]
        return list(db.session.execute(union_all(*held).order_by(literal_column("subject_id")).limit(limit)))

    def where(self, table: Any) -> list[ColumnElement[bool]]:
        """The conditions on the columns of `Subject` or `SubjectPast`."""
        equal = {
            "district": table.district,
            "credit_risk": table.credit_risk,
            "labour_grade": table.labour_grade,
        }
        asked = {"district": self.district, "credit_risk": self.credit, "labour_grade": self.labour}
        found = [equal[name] == value for name, value in asked.items() if value]
        if self.state == "there":
            found.append(table.state.notin_(GONE))
        elif self.state:
            found.append(table.state == self.state)
        for words, listed in ((self.kind, table.kinds), (self.tag, table.tags)):
            if words:
                found.append(_in_list(listed, words))
        if self.flag in ("abnormal", "dishonest"):
            found.append(getattr(table, self.flag))
        elif self.flag:
            found.append(getattr(table, self.flag) > 0)
        return [*found, *_named(table, self.q)]


def library_at(bureau_id: str, moment: datetime) -> Any:
    """The statement of all versions of a bureau's subjects that were in force at a moment."""
    return union_all(*(version for version, _, _ in _in_force(bureau_id, moment)))


def _in_force(bureau_id: str, moment: datetime) -> list[tuple[Any, Any, Any]]:
    """The versions that hold still and those that held until later: each as statement, table, and its subject's id."""
    still = select(Subject.id.label("subject_id"), *_version(Subject))
    until = select(SubjectPast.subject_id, *_version(SubjectPast)).where(SubjectPast.until > moment)
    both = ((still, Subject, Subject.id), (until, SubjectPast, SubjectPast.subject_id))
    return [(rows.where(of.bureau_id == bureau_id, of.since <= moment), of, key) for rows, of, key in both]


def _version(table: Any) -> list[Any]:
    return [getattr(table, name).label(name) for name in VERSION]


def _named(table: Any, words: str) -> list[ColumnElement[bool]]:
    places = (table.name, table.code, table.address)
    return [or_(*(place.contains(word, autoescape=True) for place in places)) for word in words.split()[:5]]


def _in_list(column: Any, word: str) -> ColumnElement[bool]:
    """Whether a list kept as JSON holds a text: by its quoted form, the same on SQLite and PostgreSQL."""
    return cast(column, String).contains(json.dumps(word), autoescape=True)

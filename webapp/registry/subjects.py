"""检查对象名录库: the library of subjects as it is, and as it was on any day.

`Subject` holds what is known now. Whenever it changes, what held until then becomes a `SubjectPast`; both say who
made that version and by which import. So the library of a day is what of both was in force at its end.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now
from webapp.registry import search
from webapp.registry.subject_rules import COLUMNS, EMPTY, GONE, STATES

PAGE = 50
# Nobody reads further than that, and nobody waits for a million to be counted.
COUNTED = 1000


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
        Index("ix_subject_place", "bureau_id", "number"),
        Index("ix_subject_code", "bureau_id", "code"),
        Index("ix_subject_import", "import_id"),
    )
    # Its place in the library: pages go by it, and the search index names subjects by it.
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    author: Mapped[User | None] = relationship()
    __mapper_args__ = {"primary_key": [id]}

    GONE = GONE

    @classmethod
    def search(cls, bureau_id: str, words: str, whole: bool = False, limit: int = 20) -> list["Subject"]:
        """The first subjects still there whose name, code or address contains `words`; see `Library.rows`."""
        found = Library(q=words, state="there").rows(bureau_id, whole, limit)
        return sorted(found, key=lambda subject: subject.name)

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

    def rows(self, bureau_id: str, whole: bool = False, limit: int = PAGE + 1) -> list[Subject]:
        """A page of the library as it is; one row more than a page says that there is a next.

        `whole`: whether personal numbers are found by their digits; for who may not see them only whole (TJ-7).
        """
        return self._rows(self._found(bureau_id, whole), limit)

    def page(self, bureau_id: str, whole: bool = False) -> tuple[list[Subject], int]:
        """The same, and how many there are in all; `COUNTED` + 1 where there are more than are counted."""
        found = self._found(bureau_id, whole)
        rows = self._rows(found, PAGE + 1)
        if len(rows) <= PAGE and not self.after:
            return rows, len(rows)
        counted = found.with_only_columns(Subject.number).limit(COUNTED + 1).subquery()
        return rows, db.session.scalar(select(func.count()).select_from(counted)) or 0

    def rows_at(
        self, bureau_id: str, moment: datetime, whole: bool = False, limit: int = PAGE + 1
    ) -> list[Any]:
        """A page of the library as it stood at a moment: rows with `subject_id` and the columns of a version."""
        held = [
            version.where(key > self.after, *self.where(table, whole))
            for version, table, key in _in_force(bureau_id, moment)
        ]
        return list(db.session.execute(union_all(*held).order_by(literal_column("subject_id")).limit(limit)))

    def _rows(self, found: Select[Any], limit: int) -> list[Subject]:
        after = int(self.after) if re.fullmatch(r"[0-9]{1,9}", self.after) else 0
        return list(db.session.scalars(found.where(Subject.number > after).limit(limit)))

    def _found(self, bureau_id: str, whole: bool) -> Select[Any]:
        rows = select(Subject).where(Subject.bureau_id == bureau_id, *self.where(Subject, whole))
        tokens = self._tokens()
        if not tokens and not self.words:
            return rows.order_by(Subject.number)
        return search.narrowed(rows, Subject, bureau_id, self.words, tokens)

    def _tokens(self) -> set[str]:
        """What the index knows those by who meet the filters."""
        asked = {
            "kinds": self.kind, "tags": self.tag, "district": self.district, "credit_risk": self.credit,
            "labour_grade": self.labour, self.flag: "1" if self.flag else "",
        }  # fmt: skip
        asked |= {"there": "1"} if self.state == "there" else {"state": self.state}
        return {search.token(name, value) for name, value in asked.items() if value}

    @property
    def words(self) -> list[str]:
        """The words that are looked for."""
        return self.q.split()[:5]

    def where(self, table: Any, whole: bool) -> list[ColumnElement[bool]]:
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
        return [*found, *(_named(table, word, whole) for word in self.words)]


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


def _named(table: Any, word: str, whole: bool) -> ColumnElement[bool]:
    code = table.code if whole else _visible(table.code)
    places = [place.icontains(word, autoescape=True) for place in (table.name, code, table.address)]
    return or_(*places, table.code == word.upper())


def _visible(code: Any) -> Any:
    """What everybody may see of a code. Whether a number is a person's, `masked` knows exactly; here it is who could be."""
    personal = and_(func.length(code) == 18, func.substr(code, 7, 2).in_(("18", "19", "20")))
    masked = func.substr(code, 1, 6).concat("********").concat(func.substr(code, 15))
    return case((personal, masked), else_=code)


def _in_list(column: Any, word: str) -> ColumnElement[bool]:
    """Whether a list kept as JSON holds a text: by its quoted form, the same on SQLite and PostgreSQL."""
    return cast(column, String).contains(json.dumps(word), autoescape=True)

"""Importing subjects from a table of any size: read beside the library, shown, then taken over whole, or undone.

The file is read by a process of its own (`run`), a row at a time. What it says is kept in `StagedSubject`; the library
is only touched in `take`, in one transaction. Everything that a page shows stands in the tables, so any process can
show it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any, ClassVar

from flask import current_app
from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.config import ROOT
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.registry import column_rules, subject_rules
from webapp.registry.column_rules import Row
from webapp.registry.subject_rules import COLUMNS, EMPTY, GONE
from webapp.registry.subjects import VERSION, Subject, SubjectPast, SubjectValues
from webapp.tables import Table

MAX_BYTES = 250 * 1024 * 1024
CHUNK = 1000
HEAD = 20
# A process that said nothing for so long is gone, and the work can be begun again.
SILENT = timedelta(seconds=60)
BEAT = 5
# Whole tables are written by the database itself, beside what the session holds.
APART = {"synchronize_session": False}
REMOVED, UNDONE = "移出", "撤销导入"
BUSY = ("opening", "reading", "taking", "undoing")
DEFAULTS = EMPTY | {"name": "", "code": ""}


class ColumnName(db.Model):
    """What a bureau once said a platform's column means; the next file of that kind with that column needs no telling."""

    __tablename__ = "column_name"
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    column: Mapped[str] = mapped_column(String(32))

    @classmethod
    def remembered(cls, bureau_id: str, kind: str) -> dict[str, str]:
        """Column by name."""
        mine = (cls.bureau_id == bureau_id, cls.kind == kind)
        return {
            name: column for name, column in db.session.execute(select(cls.name, cls.column).where(*mine))
        }

    @classmethod
    def remember(cls, bureau_id: str, kind: str, names: list[str], columns: list[str]) -> None:
        """Keep what each name means, as it was said last."""
        for name, column in zip(names, columns, strict=True):
            if name:
                db.session.merge(cls(bureau_id=bureau_id, kind=kind, name=name[:100], column=column))


class Import(db.Model):
    """One table of subjects; of the small lists `ListImport`.

    `state`: opening, named (columns to be told), reading, read, taking, taken, undoing, undone, failed.

    `counts`: rows by state (new, changed, same, wrong), and `gone`: subjects of the library that the table does not name.
    """

    __tablename__ = "import"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="opening")
    head: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    header: Mapped[int] = mapped_column(default=0)
    names: Mapped[list[str]] = mapped_column(JSON, default=list)
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[str | None] = mapped_column(String(32))
    removes: Mapped[bool] = mapped_column(default=False)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    author: Mapped[User] = relationship(foreign_keys=[author_id], lazy="joined")

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "subjects"}
    # The names that offices give its columns, which of them a table must have.
    NAMES: ClassVar[Mapping[str, tuple[str, ...]]] = subject_rules.NAMES
    NEEDED: ClassVar[tuple[str, ...]] = subject_rules.NEEDED

    @classmethod
    def begin(cls, author: User, name: str, file: IO[bytes]) -> "Import":
        """Keep an uploaded table, packed as it is. Raises `sheet_needed`, `sheet_kind`, `table_large`."""
        import_id = str(uuid7())
        path = path_of(import_id)
        try:
            size = _keep(file, path)
            Table(path, name)
        except Problem:
            path.unlink(missing_ok=True)
            raise
        begun = cls(
            id=import_id, bureau_id=author.bureau_id, author_id=author.id, file_name=name[-200:], size=size,
            beat_at=now(),
        )  # fmt: skip
        db.session.add(begun)
        db.session.flush()
        return begun

    @classmethod
    def kind_of(cls) -> str:
        """What its tables list, as `kind` says it."""
        return str(cls.__mapper__.polymorphic_identity)

    @classmethod
    def of_bureau(cls, bureau_id: str, limit: int = 50) -> list["Import"]:
        """The imports of this kind in a bureau, the latest first."""
        mine = (cls.bureau_id == bureau_id, cls.kind == cls.kind_of())
        return list(db.session.scalars(select(cls).where(*mine).order_by(cls.id.desc()).limit(limit)))

    @property
    def stopped(self) -> bool:
        """Whether its process is gone in the middle."""
        beats = [self.beat_at] if self.beat_at else []
        with suppress(FileNotFoundError):
            beats.append(datetime.fromtimestamp(_beat_path(self.id).stat().st_mtime, UTC))
        return self.state in BUSY and (not beats or now() - max(beats) > SILENT)

    def tell(self, columns: list[str]) -> None:
        """Take what each column means, and remember it. Raises `columns_missing`, `columns_twice`."""
        told = [column for column in columns if column]
        missing = [column for column in self.NEEDED if column not in told]
        if missing:
            raise Problem("columns_missing", columns=missing)
        if len(set(told)) < len(told) or not set(told) <= set(self.NAMES):
            raise Problem("columns_twice")
        self.columns = columns
        ColumnName.remember(self.bureau_id, self.kind, self.names, columns)
        self.turn("reading")

    def turn(self, state: str) -> None:
        """Begin the next part of the work."""
        self.state, self.done, self.problem, self.beat_at = state, 0, None, now()

    def rows(self, state: str, after: int = 0, limit: int = 51) -> list["StagedSubject"]:
        """Rows of the table in one state, by line."""
        rows = select(StagedSubject).where(StagedSubject.import_id == self.id, StagedSubject.does == state)
        return list(
            db.session.scalars(
                rows.where(StagedSubject.line > after).order_by(StagedSubject.line).limit(limit)
            )
        )

    def gone(self, limit: int = 51) -> list[Subject]:
        """Subjects still there in the library that the table does not name."""
        return list(
            db.session.scalars(select(Subject).where(self._unnamed()).order_by(Subject.id).limit(limit))
        )

    # ---- the work, each part in a process of its own

    def open(self) -> None:
        """Read the first rows, and guess what the columns are. Raises `sheet_empty` and what a `Table` does."""
        try:
            head = list(islice(Table(path_of(self.id), self.file_name).rows(), HEAD))
            if sum(any(row) for row in head) < 2:
                raise Problem("sheet_empty")
        except Problem:
            path_of(self.id).unlink(missing_ok=True)
            raise
        known = column_rules.known(self.NAMES) | ColumnName.remembered(self.bureau_id, self.kind)
        self.head = head
        self.header, self.names = column_rules.find_header(head, known)
        self.columns = column_rules.guess(self.names, known)
        self.state = "named"
        db.session.commit()

    def read(self) -> None:
        """Read the table into `StagedSubject`. Commits as it goes."""
        db.session.execute(delete(StagedSubject).where(StagedSubject.import_id == self.id))
        db.session.commit()
        table = Table(path_of(self.id), self.file_name)
        districts = db.session.get_one(Bureau, self.bureau_id).districts
        rows = islice(enumerate(table.rows(), start=1), self.header, None)
        found = (
            subject_rules.read(line, cells, self.columns, districts) for line, cells in rows if any(cells)
        )
        while chunk := list(islice(found, CHUNK)):
            self._stage(chunk)
            self.done, self.total, self.beat_at = table.read, table.size, now()
            db.session.commit()
        self._mark_twice()
        self.counts = self._count()
        self.state = "read"
        db.session.commit()

    def take(self) -> None:
        """Take the good rows over into the library, all or none. Where the library changed meanwhile, reads anew first."""
        self.lock("taking")
        if self._outdated():
            db.session.rollback()
            self.turn("reading")
            self.problem = "library_changed"
            db.session.commit()
            return self.read()
        moment = now()
        new = select(*self._staged(moment)).where(*self._doing("new"))
        db.session.execute(insert(Subject).from_select(["id", *VERSION], new))
        self._keep_past(moment, select(StagedSubject.subject_id).where(*self._doing("changed")))
        said = self._said(moment, self.author_id, self.id, None)
        self._renew(
            StagedSubject, and_(StagedSubject.subject_id == Subject.id, *self._doing("changed")), said
        )
        if self.removes:
            self._remove(moment)
        self.state, self.taken_at = "taken", moment
        self._forget_rows()
        db.session.commit()

    def undo(self, author: User) -> None:
        """Bring back what was before, but for subjects that changed or were inspected since; all or none."""
        self.lock("undoing")
        moment = now()
        mine = and_(Subject.bureau_id == self.bureau_id, Subject.import_id == self.id)
        before = and_(SubjectPast.subject_id == Subject.id, SubjectPast.until == Subject.since)
        changed = select(Subject.id).where(mine, exists().where(before))
        fresh = select(Subject.id).where(mine, ~exists().where(before), ~in_use(Subject.__table__.c.id))
        for ids in (changed, fresh):
            self._keep_past(moment, ids)
        db.session.execute(delete(Subject).where(Subject.id.in_(fresh)), execution_options=APART)
        self._renew(SubjectPast, and_(mine, before), self._said(moment, author.id, None, UNDONE))
        self.state, self.undone_at, self.undone_by = "undone", moment, author.id
        db.session.commit()

    # ---- how

    def _stage(self, rows: list[Row]) -> None:
        codes = [row.values["code"] for row in rows if "code" in row.values]
        found = select(Subject).where(Subject.bureau_id == self.bureau_id, Subject.code.in_(codes))
        known = {subject.code: subject for subject in db.session.scalars(found)}
        staged = []
        for row in rows:
            subject = known.get(row.values.get("code", ""))
            subject_rules.judge(row, subject.values() if subject else None)
            staged.append(self._line(row, subject))
        db.session.execute(insert(StagedSubject), staged)
        db.session.expunge_all()
        db.session.add(self)

    def _line(self, row: Row, subject: Subject | None) -> dict[str, Any]:
        wrong = row.state == "wrong"
        return {
            **DEFAULTS, **row.values,
            "import_id": self.id, "line": row.line, "does": row.state, "bureau_id": self.bureau_id,
            "subject_id": subject.id if subject else str(uuid7()), "since": subject.since if subject else now(),
            "changes": row.changes, "faults": row.faults, "cells": row.cells if wrong else {},
        }  # fmt: skip

    def _mark_twice(self) -> None:
        """No row of a code that stands in several good rows is taken: nobody knows which of them is right."""
        mine = and_(StagedSubject.import_id == self.id, StagedSubject.does != "wrong")
        twice = select(StagedSubject.code).where(mine).group_by(StagedSubject.code).having(func.count() > 1)
        said = update(StagedSubject).where(mine, StagedSubject.code.in_(twice))
        db.session.execute(said.values(does="wrong", faults=[["code", "twice"]]))

    def _count(self) -> dict[str, int]:
        mine = select(StagedSubject.does, func.count()).where(StagedSubject.import_id == self.id)
        counts = {does: count for does, count in db.session.execute(mine.group_by(StagedSubject.does))}
        gone = db.session.scalar(select(func.count()).select_from(Subject).where(self._unnamed()))
        return counts | {"gone": gone or 0}

    def _unnamed(self) -> Any:
        named = exists().where(StagedSubject.import_id == self.id, StagedSubject.code == Subject.code)
        return and_(Subject.bureau_id == self.bureau_id, Subject.state.notin_(GONE), ~named)

    def _doing(self, does: str) -> tuple[Any, Any]:
        return StagedSubject.import_id == self.id, StagedSubject.does == does

    def _outdated(self) -> bool:
        """Whether somebody else changed or made a subject that the table names."""
        other = and_(Subject.id == StagedSubject.subject_id, Subject.since != StagedSubject.since)
        changed = exists().where(*self._doing("changed"), other)
        same_code = and_(Subject.bureau_id == self.bureau_id, Subject.code == StagedSubject.code)
        return bool(db.session.scalar(select(or_(changed, exists().where(*self._doing("new"), same_code)))))

    def lock(self, state: str) -> None:
        """Nobody else changes the library until the commit. Raises `import_state` where another process did this part."""
        db.session.execute(select(Bureau.id).where(Bureau.id == self.bureau_id).with_for_update())
        db.session.refresh(self, ["state"])
        if self.state != state:
            raise Problem("import_state")

    def _staged(self, moment: datetime) -> list[Any]:
        said = self._said(moment, self.author_id, self.id, None)
        return [StagedSubject.subject_id, *(said.get(name, getattr(StagedSubject, name)) for name in VERSION)]

    def _said(
        self, moment: datetime, author_id: str, import_id: str | None, reason: str | None
    ) -> dict[str, Any]:
        """Who says a version, from when, as columns of a statement."""
        told = {"since": moment, "author_id": author_id, "import_id": import_id, "reason": reason}
        return {name: literal(value, SubjectPast.__table__.c[name].type) for name, value in told.items()}

    def _keep_past(self, moment: datetime, ids: Any) -> None:
        until = literal(moment, SubjectPast.__table__.c.until.type)
        held = select(Subject.id, until, *(getattr(Subject, name) for name in VERSION)).where(
            Subject.id.in_(ids)
        )
        db.session.execute(insert(SubjectPast).from_select(["subject_id", "until", *VERSION], held))

    def _renew(self, source: Any, where: Any, said: dict[str, Any]) -> None:
        values = {column: getattr(source, column) for column in COLUMNS}
        statement = update(Subject).where(where).values(**values, **said)
        db.session.execute(statement, execution_options=APART)

    def _remove(self, moment: datetime) -> None:
        ids = select(Subject.id).where(self._unnamed())
        self._keep_past(moment, ids)
        said = self._said(moment, self.author_id, self.id, None)
        removed = update(Subject).where(self._unnamed()).values(state=REMOVED, **said)
        db.session.execute(removed, execution_options=APART)

    def _forget_rows(self) -> None:
        """What was taken stands in the library; the wrong rows stay, to be mended."""
        mine = and_(StagedSubject.import_id == self.id, StagedSubject.does != "wrong")
        db.session.execute(delete(StagedSubject).where(mine))


class StagedSubject(SubjectValues, db.Model):
    """One row of a table that is being imported. `does`: new, changed, same, wrong; `cells` as typed, of wrong rows."""

    __tablename__ = "staged_subject"
    __table_args__ = (
        Index("ix_staged_subject_does", "import_id", "does", "line"),
        Index("ix_staged_subject_code", "import_id", "code"),
    )
    import_id: Mapped[str] = mapped_column(ForeignKey("import.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_id: Mapped[str] = mapped_column(String(36))
    does: Mapped[str] = mapped_column(String(8))
    changes: Mapped[list[str]] = mapped_column(JSON)
    faults: Mapped[list[list[str]]] = mapped_column(JSON)
    cells: Mapped[dict[str, str]] = mapped_column(JSON)


def in_use(column: Any) -> Any:
    """Whether some other table names the row with this id, as an inspection does a subject."""
    names = [
        key.parent
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is column
    ]
    return or_(false(), *(exists().where(name == column) for name in names))


def work(import_id: str, author_id: str | None = None) -> None:
    """Do the part of the work that the import's state names; in a process of its own. Says in the table how it ended."""
    found = db.session.get_one(Import, import_id)
    try:
        with _beating(import_id):
            _go_on(found, author_id)
    except Exception as error:
        db.session.rollback()
        code = error.code if isinstance(error, Problem) else "import_failed"
        # What another process meanwhile did stands.
        if code != "import_state":
            # What could not be taken back is there as before, and can be taken back later.
            found.state, found.problem = "taken" if found.state == "undoing" else "failed", code
            db.session.commit()
        if not isinstance(error, Problem):
            raise


def _go_on(found: Import, author_id: str | None) -> None:
    if found.state == "opening":
        found.open()
    elif found.state == "reading":
        found.read()
    elif found.state == "taking":
        found.take()
    elif found.state == "undoing":
        found.undo(db.session.get_one(User, author_id or found.author_id))


@contextmanager
def _beating(import_id: str) -> Iterator[None]:
    """A sign of life beside the database: in a transaction of a million rows nobody else could read one in it."""
    path, over = _beat_path(import_id), threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            path.touch()

    path.touch()
    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        path.unlink(missing_ok=True)


def start(import_id: str, author: User) -> None:
    """Begin `work` in a process of its own: a bad file ends that process, not the server."""
    config = current_app.config
    known = {"YIDANG_DATA": config["DATA"], "YIDANG_DATABASE_URL": config["DATABASE_URL"]}
    env = (
        os.environ
        | {name: str(value) for name, value in known.items()}
        | {"YIDANG_SECRET_KEY": config["SECRET_KEY"]}
    )
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "registry", "work", import_id, author.id]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=env, cwd=ROOT, start_new_session=True, **quiet)  # noqa: S603
    # Somebody has to take notice of its end, or it stays a zombie.
    threading.Thread(target=process.wait, daemon=True).start()


def path_of(import_id: str) -> Path:
    """Where the bytes of its table lie."""
    folder = Path(current_app.config["DATA"]) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / import_id


def _beat_path(import_id: str) -> Path:
    return path_of(import_id).with_suffix(".beat")


def _keep(file: IO[bytes], path: Path) -> int:
    size = 0
    with path.open("wb") as kept:
        while block := file.read(1024 * 1024):
            size += len(block)
            if size > MAX_BYTES:
                raise Problem("table_large")
            kept.write(block)
    if not size:
        raise Problem("sheet_needed")
    return size

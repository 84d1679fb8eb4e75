"""Importing items, inspectors and experts: the same steps, words and pages as for subjects, over lists that are small.

What `Import` does in statements over a million rows is done here a row at a time, in one transaction, by the verbs
that the pages use; so every change is a version with its author, and undoing is one more.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.registry import column_rules, table_rules
from webapp.registry.history import Dated, plain
from webapp.registry.imports import UNDONE, Import, in_use, path_of
from webapp.registry.items import Item
from webapp.registry.models import Expert, Inspector
from webapp.registry.table_rules import ListRow
from webapp.tables import Table

MOST = 5000
IMPORTED = "从表格导入"
DAYS = ("valid_from", "valid_until")


class StagedRow(db.Model):
    """One row of a small list that is being imported, kept afterwards for its undoing.

    `does`: new, changed, same, wrong; gone once it was taken out. `values` and `before` by column, as JSON can hold them;
    `since`: when the version began that the import made.
    """

    __tablename__ = "staged_row"
    import_id: Mapped[str] = mapped_column(ForeignKey("import.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_id: Mapped[str | None] = mapped_column(String(36))
    does: Mapped[str] = mapped_column(String(8))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[str]] = mapped_column(JSON)
    faults: Mapped[list[list[str]]] = mapped_column(JSON)
    cells: Mapped[dict[str, str]] = mapped_column(JSON)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ListImport(Import):
    """One table of a small list. Each list says what its rows mean, and how one is added and taken out."""

    __mapper_args__ = {"polymorphic_abstract": True}
    MODEL: ClassVar[type[Any]]
    REMOVES: ClassVar[bool] = True

    def rows(self, state: str, after: int = 0, limit: int = 51) -> list[Any]:
        """Rows of the table in one state, by line."""
        found = select(StagedRow).where(StagedRow.import_id == self.id, StagedRow.does == state)
        found = found.where(StagedRow.line > after).order_by(StagedRow.line).limit(limit)
        return list(db.session.scalars(found))

    def gone(self, limit: int = 51) -> list[Any]:
        """What is in the library and not in the table."""
        named = select(StagedRow.row_id).where(StagedRow.import_id == self.id, StagedRow.row_id.is_not(None))
        names = set(db.session.scalars(named))
        return list(islice((row for row in self.there(self.bureau_id) if self.key(row) not in names), limit))

    # ---- the work, each part in a process of its own

    def read(self) -> None:
        """Read the table and say what each row would do."""
        self._stage(self._judged())
        self.state = "read"
        db.session.commit()

    def take(self) -> None:
        """Take the good rows over, all or none. Where the library changed meanwhile, they are shown anew first."""
        self.lock("taking")
        rows, gone = self._judged(), self.gone(MOST)
        if self._seen() != [_seen(row.line, row.state, row.key, row.changes, row.before) for row in rows]:
            self._stage(rows)
            self.state, self.problem = "read", "library_changed"
            return db.session.commit()
        author, staged = db.session.get_one(User, self.author_id), self._by_line()
        for row in rows:
            if row.state in ("new", "changed"):
                staged[row.line].row_id, staged[row.line].since = self._write(author, row)
        if self.removes and self.REMOVES:
            self._remove(author, gone, max(staged, default=0) + 1)
        self.state, self.taken_at = "taken", now()
        db.session.commit()

    def undo(self, author: User) -> None:
        """Bring back what was before, but for what changed since; all or none."""
        self.lock("undoing")
        for staged in self._by_line().values():
            row = db.session.get(self.MODEL, staged.row_id) if staged.since else None
            if row is None or row.since != staged.since:
                continue
            if staged.does == "new":
                self.withdraw(row, author)
            else:
                row.change(author, _restored(staged.before), UNDONE)
        self.state, self.undone_at, self.undone_by = "undone", now(), author.id
        db.session.commit()

    # ---- what each list says of itself

    def judge(self, rows: list[ListRow]) -> None:
        """Say of each row what it means and does."""
        raise NotImplementedError

    @classmethod
    def there(cls, bureau_id: str) -> Iterable[Any]:
        """The rows of the library that are in it now."""
        raise NotImplementedError

    def add(self, author: User, row: ListRow) -> Any:
        """A new row of the library."""
        raise NotImplementedError

    def withdraw(self, row: Any, author: User) -> None:
        """What was added by mistake is out of the library; that it was in stays to be seen."""
        row.change(author, {"active": False}, UNDONE)

    def key(self, row: Any) -> str:
        """The id of a row of the library."""
        return str(getattr(row, self.MODEL.KEY))

    # ---- how

    @property
    def bureau(self) -> Bureau:
        return db.session.get_one(Bureau, self.bureau_id)

    def held(self, rows: Iterable[Dated]) -> dict[str, dict[str, Any]]:
        """What the library says, by id and column."""
        return {self.key(row): {name: getattr(row, name) for name in row.COLUMNS} for row in rows}

    def _judged(self) -> list[ListRow]:
        rows = list(islice(self._cells(), MOST + 1))
        if len(rows) > MOST:
            raise Problem("list_large")
        self.judge(rows)
        return rows

    def _cells(self) -> Iterator[ListRow]:
        rows = Table(path_of(self.id), self.file_name).rows()
        for line, cells in islice(enumerate(rows, start=1), self.header, None):
            said = {column: cell for column, cell in zip(self.columns, cells, strict=False) if column}
            # Printed lists repeat their header on every page.
            header = [column_rules.plain(cell) for cell in cells] == self.names
            if any(said.values()) and not header:
                yield ListRow(line, said)

    def _stage(self, rows: list[ListRow]) -> None:
        db.session.execute(delete(StagedRow).where(StagedRow.import_id == self.id))
        db.session.expire_all()
        if rows:
            db.session.execute(insert(StagedRow), [self._line(row) for row in rows])
        states = [row.state for row in rows]
        counts = {state: states.count(state) for state in set(states)}
        self.counts = counts | {"gone": len(self.gone(MOST)) if self.REMOVES else 0}

    def _line(self, row: ListRow) -> dict[str, Any]:
        return {
            "import_id": self.id, "line": row.line, "row_id": row.key, "does": row.state, "cells": row.cells,
            "values": _plain(row.values), "before": _plain(row.before), "changes": row.changes,
            "faults": [list(fault) for fault in row.faults], "since": None,
        }  # fmt: skip

    def _by_line(self) -> dict[int, StagedRow]:
        rows = select(StagedRow).where(StagedRow.import_id == self.id).order_by(StagedRow.line)
        return {row.line: row for row in db.session.scalars(rows)}

    def _seen(self) -> list[Any]:
        rows = self._by_line().values()
        return [_seen(row.line, row.does, row.row_id, row.changes, row.before) for row in rows]

    def _write(self, author: User, row: ListRow) -> tuple[str, datetime]:
        if row.state == "new":
            made = self.add(author, row)
        else:
            made = db.session.get_one(self.MODEL, row.key)
            made.change(author, row.values, IMPORTED)
        db.session.flush()
        return self.key(made), made.since

    def _remove(self, author: User, gone: list[Any], line: int) -> None:
        for place, row in enumerate(gone, start=line):
            before = _plain({name: getattr(row, name) for name in row.COLUMNS})
            row.change(author, {"active": False}, IMPORTED)
            db.session.add(
                StagedRow(
                    import_id=self.id, line=place, row_id=self.key(row), does="gone", values={}, before=before,
                    changes=["active"], faults=[], cells={}, since=row.since,
                )
            )  # fmt: skip


class ItemImport(ListImport):
    """A table of the list of items, with the eleven columns of the Pingdingshan table (PD-A)."""

    __mapper_args__ = {"polymorphic_identity": "items"}
    MODEL, NAMES, NEEDED = Item, table_rules.ITEMS, table_rules.NEEDED["items"]

    def judge(self, rows: list[ListRow]) -> None:
        """By code, or by name where the table has none."""
        lines = db.session.scalars(select(Item).where(Item.bureau_id == self.bureau_id))
        table_rules.items(rows, self.held(lines))

    @classmethod
    def there(cls, bureau_id: str) -> Iterable[Item]:
        """The list as it stands."""
        return Item.listed(bureau_id)

    def add(self, author: User, row: ListRow) -> Item:
        """A new line of the list."""
        return Item.add(self.bureau_id, author, row.values, IMPORTED)


class InspectorImport(ListImport):
    """A table of inspectors, who all have accounts already; nobody leaves the library by a table."""

    __mapper_args__ = {"polymorphic_identity": "inspectors"}
    MODEL, NAMES, NEEDED = Inspector, table_rules.INSPECTORS, table_rules.NEEDED["inspectors"]
    REMOVES = False

    def judge(self, rows: list[ListRow]) -> None:
        """By account, credential or name."""
        accounts = db.session.scalars(select(User).where(User.bureau_id == self.bureau_id, User.active))
        people = [
            {"id": u.id, "username": u.username, "name": u.name, "inspector": "inspector" in u.roles}
            for u in accounts
        ]
        held = self.held(db.session.scalars(select(Inspector).where(Inspector.bureau_id == self.bureau_id)))
        table_rules.inspectors(rows, held, people, _codes(self.bureau_id), self.bureau.districts)

    @classmethod
    def there(cls, bureau_id: str) -> Iterable[Inspector]:
        """Everyone who inspects."""
        return Inspector.of_bureau(bureau_id)

    def add(self, author: User, row: ListRow) -> Inspector:
        """The credential of somebody whose account had none."""
        known = {"user_id": row.key, "bureau_id": self.bureau_id, "author_id": author.id, "reason": IMPORTED}
        made = Inspector(**known, **row.values)
        db.session.add(made)
        return made

    def withdraw(self, row: Any, author: User) -> None:
        """Who was drawn or assigned meanwhile stays."""
        used = select(Inspector.user_id).where(
            Inspector.user_id == row.user_id, in_use(Inspector.__table__.c.user_id)
        )
        if db.session.scalar(used) is None:
            row.forget()


class ExpertImport(ListImport):
    """A table of experts (CA-2.1b)."""

    __mapper_args__ = {"polymorphic_identity": "experts"}
    MODEL, NAMES, NEEDED = Expert, table_rules.EXPERTS, table_rules.NEEDED["experts"]

    def judge(self, rows: list[ListRow]) -> None:
        """By name and unit."""
        held = self.held(db.session.scalars(select(Expert).where(Expert.bureau_id == self.bureau_id)))
        table_rules.experts(rows, held, _codes(self.bureau_id), self.bureau.districts)

    @classmethod
    def there(cls, bureau_id: str) -> Iterable[Expert]:
        """Those who are in the library."""
        return [row for row in Expert.of_bureau(bureau_id) if row.active]

    def add(self, author: User, row: ListRow) -> Expert:
        """A new expert."""
        made = Expert(
            id=str(uuid7()), bureau_id=self.bureau_id, author_id=author.id, reason=IMPORTED, **row.values
        )
        db.session.add(made)
        return made


def _codes(bureau_id: str) -> list[str]:
    return [item.code for item in Item.listed(bureau_id)]


def _seen(line: int, does: str, key: str | None, changes: list[str], before: Mapping[str, Any]) -> Any:
    """What the person agreed to, for comparing with what it would be now."""
    return [line, does, key, changes, {column: plain(before.get(column)) for column in changes}]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {column: plain(value) for column, value in values.items()}


def _restored(held: Mapping[str, Any]) -> dict[str, Any]:
    """What a row said, from JSON."""
    return {
        name: date.fromisoformat(value) if name in DAYS and value else value for name, value in held.items()
    }

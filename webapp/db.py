"""The database: SQLite beside the program, or PostgreSQL by one setting."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, event, select
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can name it too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Each = TypeVar("Each")
CHINA = ZoneInfo("Asia/Shanghai")
db = SQLAlchemy(model_class=Base)
migrate = Migrate()


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Refuses a time that does not say its zone; gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone: it was UTC."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in China: what a law's first day, a term and a credential's last day are compared with."""
    return china_day(now())


def china_day(moment: datetime) -> date:
    """The day that it is in China at a moment (with its zone)."""
    return moment.astimezone(CHINA).date()


def parts(rows: Iterable[Each], size: int = 500) -> Iterator[list[Each]]:
    """The rows in parts, in their order: a statement takes no list of any length."""
    left = iter(rows)
    return iter(lambda: list(islice(left, size)), [])


def rows_by_id(model: Any, ids: Iterable[str]) -> Iterator[Any]:
    """The rows of a table by their ids, however many."""
    for part in parts(ids):
        yield from db.session.scalars(select(model).where(model.id.in_(part)))


def write_anew() -> None:
    """End a reading request's transaction and begin one that writes: what was read before may have changed."""
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer would fail where another wrote in between, so what will write says so at once.
    if connection.dialect.name == "sqlite":
        reads = has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
        reads = reads and not connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

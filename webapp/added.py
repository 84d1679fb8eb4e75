"""Tables whose rows are only added: the database itself refuses to change or to remove one."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, UniqueConstraint, inspect

REFUSED = "RAISE(ABORT, '{table} is only added to')"
FUNCTION = "only_added"


def keep(connection: Connection, models: list[Any]) -> None:
    """Make the triggers where the tables are; take their function away where all are gone."""
    here = inspect(connection)
    tables = [model.__table__ for model in models if here.has_table(model.__tablename__)]
    if connection.dialect.name == "sqlite":
        statements = [statement for table in tables for statement in _sqlite(table)]
    elif tables:
        statements = [POSTGRESQL, *(statement for table in tables for statement in _postgresql(table))]
    else:
        statements = [f"DROP FUNCTION IF EXISTS {FUNCTION}"]
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite(table: Table) -> Iterator[str]:
    name, refuse = table.name, f"SELECT {REFUSED.format(table=table.name)};"
    for act in ("update", "delete"):
        yield f"CREATE TRIGGER IF NOT EXISTS {name}_{act} BEFORE {act} ON {name} BEGIN {refuse} END"
    # "INSERT OR REPLACE" would take a row away without a word to the trigger above.
    known = " OR ".join(f"({' AND '.join(f'{one} = new.{one}' for one in key)})" for key in _keys(table))
    yield f"""CREATE TRIGGER IF NOT EXISTS {name}_replace BEFORE INSERT ON {name}
    WHEN EXISTS (SELECT 1 FROM {name} WHERE {known}) BEGIN {refuse} END"""  # noqa: S608 - names of our tables


def _keys(table: Table) -> Iterator[list[str]]:
    """The columns by which a row is one of its kind: its primary key, and whatever else must not come twice."""
    yield table.primary_key.columns.keys()
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            yield one.columns.keys()


def _postgresql(table: Table) -> Iterator[str]:
    name = table.name
    yield f"DROP TRIGGER IF EXISTS {name}_keep ON {name}"
    yield f"""CREATE TRIGGER {name}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
    FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"""


POSTGRESQL = f"""CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is only added to'; END $$"""

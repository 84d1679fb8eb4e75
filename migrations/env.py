"""Runs the migrations on the app's database."""

from alembic import context
from flask import current_app

from webapp import added
from webapp.accounts.audit import AuditLine
from webapp.archive.transparency import TABLES
from webapp.grams import included
from webapp.publish import search as publications
from webapp.registry import search as subjects

database = current_app.extensions["migrate"].db


def render(kind: str, value: object, _context: object) -> str | bool:
    """A migration stands alone: the app's own column type is written as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(value).__name__ == "UTCDateTime" else False


def run() -> None:
    """Bring the database to the wanted version."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render,
            include_name=included,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            subjects.keep(connection)
            publications.keep(connection)
            added.keep(connection, [AuditLine, *TABLES])
        connection.commit()


run()

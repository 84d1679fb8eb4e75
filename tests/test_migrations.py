"""The migrations' head is the models, on both databases, and the way back works."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from tests.conftest import SETTINGS
from webapp import create_app
from webapp.db import db
from webapp.grams import included


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_head_equals_the_models_and_can_be_taken_back(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = {"DATA": tmp_path}
    if kind == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    app = create_app(SETTINGS | settings)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": included}
            )
            assert compare_metadata(context, db.metadata) == []
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()

"""the core

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_archive_node")),
    )
    op.create_table(
        "archive_root",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_archive_root")),
    )
    op.create_table(
        "audit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("target", sa.String(length=200), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_audit_line_chain_number")),
    )
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.create_index("ix_audit_line_act", ["chain", "act", "number"], unique=False)
        batch_op.create_index("ix_audit_line_time", ["chain", "time", "number"], unique=False)
        batch_op.create_index("ix_audit_line_user_id", ["chain", "user_id", "number"], unique=False)

    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "bureau",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("number_prefix", sa.String(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["bureau.id"], name=op.f("fk_bureau_parent_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau")),
    )
    op.create_table(
        "form",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_form")),
    )
    op.create_table(
        "spent_nonce",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_nonce")),
    )
    with op.batch_alter_table("spent_nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_nonce_at"), ["at"], unique=False)

    op.create_table(
        "appraisal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_appraisal_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
        sa.UniqueConstraint("bureau_id", "kind", "period", name=op.f("uq_appraisal_bureau_id_kind_period")),
    )
    op.create_table(
        "column_name",
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("column", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_column_name_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("bureau_id", "kind", "name", name=op.f("pk_column_name")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_plan_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("bureau_id", "year", name=op.f("uq_plan_bureau_id_year")),
    )
    op.create_table(
        "quarantined_photo",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_quarantined_photo_sha256_blob")),
        sa.PrimaryKeyConstraint("device", "sha256", name=op.f("pk_quarantined_photo")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_report_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("bureau_id", "kind", "target", name=op.f("uq_report_bureau_id_kind_target")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_changed_at"), ["changed_at"], unique=False)

    op.create_table(
        "return_draw",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_return_draw_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_draw")),
    )
    with op.batch_alter_table("return_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_draw_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_user_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "account_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_account_log_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_account_log_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_account_log_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_log")),
    )
    with op.batch_alter_table("account_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_log_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_log_user_id"), ["user_id"], unique=False)

    op.create_table(
        "appraisal_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appraisal_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed_by", sa.String(length=36), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appraisal_version_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_appraisal_version_author_id_user")),
        sa.ForeignKeyConstraint(["fixed_by"], ["user.id"], name=op.f("fk_appraisal_version_fixed_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_version")),
        sa.UniqueConstraint("appraisal_id", "number", name=op.f("uq_appraisal_version_appraisal_id_number")),
    )
    op.create_table(
        "authenticator",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_authenticator_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_criteria_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_criteria_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("bureau_id", "kind", "number", name=op.f("uq_criteria_bureau_id_kind_number")),
    )
    op.create_table(
        "enrolment",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.JSON(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.String(), nullable=True),
        sa.Column("app", sa.String(length=64), nullable=True),
        sa.Column("opens", sa.String(length=16), nullable=True),
        sa.Column("entry", sa.String(length=64), nullable=True),
        sa.Column("unsent_events", sa.Integer(), nullable=True),
        sa.Column("unsent_photos", sa.Integer(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_enrolment_user_id_user")),
        sa.PrimaryKeyConstraint("device_id", "user_id", name=op.f("pk_enrolment")),
    )
    op.create_table(
        "expert",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_expert_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_expert_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
    )
    with op.batch_alter_table("expert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "guidance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_guidance_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_guidance_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance")),
    )
    with op.batch_alter_table("guidance", schema=None) as batch_op:
        batch_op.create_index("ix_guidance_newest", ["bureau_id", "kind", "at"], unique=False)

    op.create_table(
        "import",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("header", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=32), nullable=True),
        sa.Column("removes", sa.Boolean(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_import_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_import_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name=op.f("fk_import_undone_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "inspector",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("specialties", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("leader", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_inspector_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_inspector_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_inspector_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_inspector")),
    )
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspector_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bases", sa.JSON(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("ratio_bp", sa.Integer(), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("guideline", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("claimed_id", sa.String(length=36), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_item_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_item_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["claimed_id"], ["item.id"], name=op.f("fk_item_claimed_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_item_bureau_id_code")),
    )
    op.create_table(
        "law",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_law_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_law_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law")),
    )
    with op.batch_alter_table("law", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_law_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "login_policy",
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("second", sa.JSON(), nullable=False),
        sa.Column("mlps3", sa.Boolean(), nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_login_policy_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_login_policy_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("bureau_id", name=op.f("pk_login_policy")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=1400), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "past",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table", sa.String(length=32), nullable=False),
        sa.Column("row_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_past_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past")),
    )
    with op.batch_alter_table("past", schema=None) as batch_op:
        batch_op.create_index("ix_past_row", ["table", "row_id", "until"], unique=False)

    op.create_table(
        "past_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_past_password_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_password")),
    )
    with op.batch_alter_table("past_password", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_past_password_user_id"), ["user_id"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approval", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["user.id"], name=op.f("fk_plan_version_approved_by_user")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_plan_version_author_id_user")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    op.create_table(
        "platform",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_platform_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_platform_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
    )
    with op.batch_alter_table("platform", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_platform_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "practice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("lesson", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_practice_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.create_index("ix_practice_person", ["user_id", "ended"], unique=False)

    op.create_table(
        "quarantined",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.String(length=36), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["judged_by"], ["user.id"], name=op.f("fk_quarantined_judged_by_user")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_quarantined_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
    )
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantined_device"), ["device"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("form_hash", sa.String(length=64), nullable=True),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("source_name", sa.String(length=200), nullable=True),
        sa.Column("source_hash", sa.String(length=64), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("sketch", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_release_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_release_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["form_hash"], ["form.hash"], name=op.f("fk_release_form_hash_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index("ix_release_in_use", ["bureau_id", "state", "item"], unique=False)

    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=36), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_report_version_author_id_user")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_report_version_decided_by_user")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_version_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user.id"], name=op.f("fk_report_version_submitted_by_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_version_report_id_number")),
    )
    op.create_table(
        "rescue",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("made", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("loaded_by", sa.String(length=36), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=36), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_rescue_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["loaded_by"], ["user.id"], name=op.f("fk_rescue_loaded_by_user")),
        sa.ForeignKeyConstraint(["taken_by"], ["user.id"], name=op.f("fk_rescue_taken_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescue")),
    )
    with op.batch_alter_table("rescue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rescue_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "return_file",
        sa.Column("draw_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_return_file_author_id_user")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["return_draw.id"], name=op.f("fk_return_file_draw_id_return_draw")
        ),
        sa.PrimaryKeyConstraint("draw_id", "number", name=op.f("pk_return_file")),
    )
    op.create_table(
        "return_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_return_form_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_return_form_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_form")),
    )
    with op.batch_alter_table("return_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_form_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_search_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_search_user_id_name")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        sa.Column("owes", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "subject",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("latitude", sa.String(), nullable=True),
        sa.Column("longitude", sa.String(), nullable=True),
        sa.Column("credit_risk", sa.String(length=1), nullable=True),
        sa.Column("labour_grade", sa.String(length=1), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("penalties", sa.Integer(), nullable=False),
        sa.Column("abnormal", sa.Boolean(), nullable=False),
        sa.Column("dishonest", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("import_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_subject_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_subject_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_subject")),
        sa.UniqueConstraint("id", name=op.f("uq_subject_id")),
    )
    with op.batch_alter_table("subject", schema=None) as batch_op:
        batch_op.create_index("ix_subject_code", ["bureau_id", "code"], unique=False)
        batch_op.create_index("ix_subject_import", ["import_id"], unique=False)
        batch_op.create_index("ix_subject_library", ["bureau_id", "id"], unique=False)
        batch_op.create_index("ix_subject_place", ["bureau_id", "number"], unique=False)

    op.create_table(
        "subject_past",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("latitude", sa.String(), nullable=True),
        sa.Column("longitude", sa.String(), nullable=True),
        sa.Column("credit_risk", sa.String(length=1), nullable=True),
        sa.Column("labour_grade", sa.String(length=1), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("penalties", sa.Integer(), nullable=False),
        sa.Column("abnormal", sa.Boolean(), nullable=False),
        sa.Column("dishonest", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("import_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_subject_past_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_subject_past_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_past")),
    )
    with op.batch_alter_table("subject_past", schema=None) as batch_op:
        batch_op.create_index("ix_subject_past_day", ["bureau_id", "until"], unique=False)
        batch_op.create_index("ix_subject_past_version", ["subject_id", "until"], unique=False)

    op.create_table(
        "year_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("workdays", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_year_table_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_year_table_bureau_id_bureau")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_table")),
    )
    with op.batch_alter_table("year_table", schema=None) as batch_op:
        batch_op.create_index("ix_year_table_bureau", ["bureau_id", "year"], unique=False)

    op.create_table(
        "drawn_list",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("plan_version_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("platform", sa.String(length=100), nullable=False),
        sa.Column("batch", sa.String(length=100), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_drawn_list_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_drawn_list_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["id"], ["import.id"], name=op.f("fk_drawn_list_id_import")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_version.id"], name=op.f("fk_drawn_list_plan_version_id_plan_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_list")),
    )
    with op.batch_alter_table("drawn_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_list_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawn_list_plan_version_id"), ["plan_version_id"], unique=False)

    op.create_table(
        "inspection",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("reason_text", sa.String(), nullable=False),
        sa.Column("assigned_by", sa.String(length=36), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("visited", sa.Date(), nullable=True),
        sa.Column("recusal", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assigned_by"], ["user.id"], name=op.f("fk_inspection_assigned_by_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_inspection_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_inspection_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("bureau_id", "number", name=op.f("uq_inspection_bureau_id_number")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_inbox", ["bureau_id", "state", "due"], unique=False)

    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_interest_author_id_user")),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_interest_ended_by_user")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_interest_subject_id_subject")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["inspector.user_id"], name=op.f("fk_interest_user_id_inspector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interest_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interest_user_id"), ["user_id"], unique=False)

    op.create_table(
        "lending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_lending_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_lending_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["inspector.user_id"], name=op.f("fk_lending_user_id_inspector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending")),
    )
    with op.batch_alter_table("lending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lending_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lending_user_id"), ["user_id"], unique=False)

    op.create_table(
        "platform_list",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("platform_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_platform_list_author_id_user")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_platform_list_platform_id_platform")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_list")),
    )
    with op.batch_alter_table("platform_list", schema=None) as batch_op:
        batch_op.create_index("ix_platform_list_latest", ["platform_id", "taken_at"], unique=False)

    op.create_table(
        "push_subscription",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id", "user_id"],
            ["enrolment.device_id", "enrolment.user_id"],
            name=op.f("fk_push_subscription_device_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("device_id", "user_id", name=op.f("pk_push_subscription")),
    )
    op.create_table(
        "release_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_release_act_author_id_user")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_act_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_act")),
    )
    with op.batch_alter_table("release_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_act_release_id"), ["release_id"], unique=False)

    op.create_table(
        "staged_row",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.String(length=36), nullable=True),
        sa.Column("does", sa.String(length=8), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_staged_row_import_id_import")),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_staged_row")),
    )
    op.create_table(
        "staged_subject",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("does", sa.String(length=8), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("latitude", sa.String(), nullable=True),
        sa.Column("longitude", sa.String(), nullable=True),
        sa.Column("credit_risk", sa.String(length=1), nullable=True),
        sa.Column("labour_grade", sa.String(length=1), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("penalties", sa.Integer(), nullable=False),
        sa.Column("abnormal", sa.Boolean(), nullable=False),
        sa.Column("dishonest", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_staged_subject_author_id_user")),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_staged_subject_bureau_id_bureau")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_staged_subject_import_id_import")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_staged_subject")),
    )
    with op.batch_alter_table("staged_subject", schema=None) as batch_op:
        batch_op.create_index("ix_staged_subject_code", ["import_id", "code"], unique=False)
        batch_op.create_index("ix_staged_subject_does", ["import_id", "does", "line"], unique=False)

    op.create_table(
        "again",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("first_id", sa.String(length=36), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["inspection.id"], name=op.f("fk_again_first_id_inspection")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_again_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_again")),
    )
    with op.batch_alter_table("again", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_again_first_id"), ["first_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_approval_asked_by_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_approval_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_approval_decided_by_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_approval_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("inspection_id", "place", name=op.f("uq_approval_inspection_id_place")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index("ix_approval_waiting", ["bureau_id", "state"], unique=False)

    op.create_table(
        "archive",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tag_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["user.id"], name=op.f("fk_archive_author_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_archive_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
        sa.UniqueConstraint("inspection_id", "version", name=op.f("uq_archive_inspection_id_version")),
    )
    op.create_table(
        "archive_index",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("subject_name", sa.String(), nullable=False),
        sa.Column("subject_code", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("items", sa.String(), nullable=False),
        sa.Column("item_codes", sa.String(), nullable=False),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("visited", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("retain_years", sa.Integer(), nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_archive_index_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_archive_index_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_archive_index")),
    )
    with op.batch_alter_table("archive_index", schema=None) as batch_op:
        batch_op.create_index("ix_archive_index_due", ["bureau_id", "retain_until"], unique=False)
        batch_op.create_index(
            "ix_archive_index_shelf", ["bureau_id", "archived_at", "inspection_id"], unique=False
        )

    op.create_table(
        "archive_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_archive_reading_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_archive_reading_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_reading")),
    )
    with op.batch_alter_table("archive_reading", schema=None) as batch_op:
        batch_op.create_index("ix_archive_reading_of", ["inspection_id", "at"], unique=False)

    op.create_table(
        "blob_name",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("received", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_blob_name_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "sha256", name=op.f("pk_blob_name")),
    )
    with op.batch_alter_table("blob_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blob_name_sha256"), ["sha256"], unique=False)

    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_disposal_decided_by_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_disposal_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["user.id"], name=op.f("fk_disposal_proposed_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    with op.batch_alter_table("disposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disposal_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(
            "uq_disposal_standing",
            ["inspection_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )

    op.create_table(
        "draw",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("plan_version_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("list_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_draw_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["list_id"], ["drawn_list.id"], name=op.f("fk_draw_list_id_drawn_list")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_version.id"], name=op.f("fk_draw_plan_version_id_plan_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_frozen_at"), ["frozen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_list_id"), ["list_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_plan_version_id"), ["plan_version_id"], unique=False)

    op.create_table(
        "drawn_row",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("inspection_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_drawn_row_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["list_id"], ["drawn_list.id"], name=op.f("fk_drawn_row_list_id_drawn_list")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_drawn_row_subject_id_subject")),
        sa.PrimaryKeyConstraint("list_id", "subject_id", name=op.f("pk_drawn_row")),
    )
    with op.batch_alter_table("drawn_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_row_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawn_row_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("carried", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_event_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("inspection_id", "position", name=op.f("uq_event_inspection_id_position")),
    )
    op.create_table(
        "found",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("ended", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("told", sa.Date(), nullable=True),
        sa.Column("completed", sa.Date(), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("random", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("credit_risk", sa.String(length=1), nullable=False),
        sa.Column("labour_grade", sa.String(length=1), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("problem", sa.Boolean(), nullable=False),
        sa.Column("follow", sa.String(length=8), nullable=False),
        sa.Column("record_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_found_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_found_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_found_subject_id_subject")),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_found")),
    )
    with op.batch_alter_table("found", schema=None) as batch_op:
        batch_op.create_index("ix_found_slot", ["bureau_id", "ended", "slot"], unique=False)

    op.create_table(
        "held",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_held_author_id_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_held_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_held_subject_id_subject")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_held")),
    )
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.create_index("ix_held_days", ["begins", "ends"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index("ix_held_subject", ["subject_id", "what"], unique=False)

    op.create_table(
        "inspection_form",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("form_hash", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["form_hash"], ["form.hash"], name=op.f("fk_inspection_form_form_hash_form")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_form_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "form_hash", name=op.f("pk_inspection_form")),
    )
    with op.batch_alter_table("inspection_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_form_form_hash"), ["form_hash"], unique=False)

    op.create_table(
        "inspection_item",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_item_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_inspection_item_item_id_item")),
        sa.PrimaryKeyConstraint("inspection_id", "item_id", name=op.f("pk_inspection_item")),
    )
    op.create_table(
        "inspection_merge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stays_id", sa.String(length=36), nullable=False),
        sa.Column("gone_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=36), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_inspection_merge_author_id_user")),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["inspection.id"], name=op.f("fk_inspection_merge_gone_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["stays_id"], ["inspection.id"], name=op.f("fk_inspection_merge_stays_id_inspection")
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name=op.f("fk_inspection_merge_undone_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_merge")),
    )
    with op.batch_alter_table("inspection_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_merge_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inspection_merge_stays_id"), ["stays_id"], unique=False)

    op.create_table(
        "inspector_stay",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspector_stay_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "user_id", name=op.f("pk_inspector_stay")),
    )
    with op.batch_alter_table("inspector_stay", schema=None) as batch_op:
        batch_op.create_index("ix_inspector_stay_user", ["user_id", "begins"], unique=False)

    op.create_table(
        "matter",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("opened", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_matter_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_matter_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_matter")),
    )
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index("ix_matter_list", ["bureau_id", "kind", "closed", "due"], unique=False)

    op.create_table(
        "member",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_member_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["inspector.user_id"], name=op.f("fk_member_user_id_inspector")),
        sa.PrimaryKeyConstraint("inspection_id", "user_id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "order_days",
        sa.Column("event", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("ordered", sa.Date(), nullable=False),
        sa.Column("rectify_by", sa.Date(), nullable=False),
        sa.Column("rectified", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_order_days_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_order_days_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_order_days")),
    )
    with op.batch_alter_table("order_days", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_days_due", ["bureau_id", "rectified", "rectify_by", "ordered"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_order_days_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "photo_print",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("look", sa.String(length=16), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("band0", sa.Integer(), nullable=True),
        sa.Column("band1", sa.Integer(), nullable=True),
        sa.Column("band2", sa.Integer(), nullable=True),
        sa.Column("band3", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_photo_print_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_photo_print_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "sha256", name=op.f("pk_photo_print")),
    )
    with op.batch_alter_table("photo_print", schema=None) as batch_op:
        batch_op.create_index("ix_photo_print_band0", ["bureau_id", "band0"], unique=False)
        batch_op.create_index("ix_photo_print_band1", ["bureau_id", "band1"], unique=False)
        batch_op.create_index("ix_photo_print_band2", ["bureau_id", "band2"], unique=False)
        batch_op.create_index("ix_photo_print_band3", ["bureau_id", "band3"], unique=False)
        batch_op.create_index("ix_photo_print_sha256", ["bureau_id", "sha256"], unique=False)

    op.create_table(
        "platform_row",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("inspected", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(length=100), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_platform_row_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["platform_list.id"], name=op.f("fk_platform_row_list_id_platform_list")
        ),
        sa.PrimaryKeyConstraint("list_id", "line", name=op.f("pk_platform_row")),
    )
    with op.batch_alter_table("platform_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_platform_row_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("subject_key", sa.String(length=36), nullable=False),
        sa.Column("subject_name", sa.String(), nullable=False),
        sa.Column("subject_code", sa.String(length=32), nullable=True),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("inspected", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_publication_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_publication_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_publication")),
        sa.UniqueConstraint("inspection_id", name=op.f("uq_publication_inspection_id")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index("ix_publication_listed", ["bureau_id", "state", "place"], unique=False)
        batch_op.create_index("ix_publication_subject", ["subject_key", "state", "place"], unique=False)
        batch_op.create_index(
            "ix_publication_year",
            ["bureau_id", "state", "inspected", "result", "region", "subject_key"],
            unique=False,
        )

    op.create_table(
        "publication_draft",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_publication_draft_author_id_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_publication_draft_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_publication_draft")),
    )
    op.create_table(
        "publication_stage",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("sub", sa.String(length=32), nullable=False),
        sa.Column("decided", sa.Date(), nullable=True),
        sa.Column("entered", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_publication_stage_bureau_id_bureau")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_publication_stage_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_publication_stage")),
    )
    with op.batch_alter_table("publication_stage", schema=None) as batch_op:
        batch_op.create_index(
            "ix_publication_stage_list", ["bureau_id", "stage", "since", "inspection_id"], unique=False
        )

    op.create_table(
        "rating",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(length=8), nullable=False),
        sa.Column("two", sa.String(length=8), nullable=False),
        sa.Column("asked", sa.String(length=8), nullable=False),
        sa.Column("disturbed", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("dealt_by", sa.String(length=36), nullable=True),
        sa.Column("dealt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dealt_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_rating_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["dealt_by"], ["user.id"], name=op.f("fk_rating_dealt_by_user")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_rating_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index("ix_rating_listed", ["bureau_id", "made_at"], unique=False)

    op.create_table(
        "relieved",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_relieved_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["inspector.user_id"], name=op.f("fk_relieved_user_id_inspector")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "user_id", name=op.f("pk_relieved")),
    )
    with op.batch_alter_table("relieved", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relieved_user_id"), ["user_id"], unique=False)

    op.create_table(
        "return_due",
        sa.Column("draw_id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["return_draw.id"], name=op.f("fk_return_due_draw_id_return_draw")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_return_due_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("draw_id", "inspection_id", name=op.f("pk_return_due")),
    )
    with op.batch_alter_table("return_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_due_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "return_visit",
        sa.Column("event", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("draw_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("concerns", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_return_visit_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_return_visit_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_return_visit")),
    )
    with op.batch_alter_table("return_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_visit_inspection_id"), ["inspection_id"], unique=False)
        batch_op.create_index("ix_return_visit_list", ["bureau_id", "at", "event"], unique=False)

    op.create_table(
        "sign",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("other_id", sa.String(length=36), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_sign_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_sign_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["inspection.id"], name=op.f("fk_sign_other_id_inspection")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign")),
    )
    with op.batch_alter_table("sign", schema=None) as batch_op:
        batch_op.create_index("ix_sign_inspection", ["inspection_id", "key"], unique=False)
        batch_op.create_index("ix_sign_list", ["bureau_id", "state", "gone", "found_at", "id"], unique=False)
        batch_op.create_index("ix_sign_other", ["other_id"], unique=False)

    op.create_table(
        "timeline",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Date(), nullable=True),
        sa.Column("waiting", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("waits_by", sa.String(length=36), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("sub", sa.String(length=32), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("task_ends", sa.Date(), nullable=True),
        sa.Column("ruled", sa.Date(), nullable=True),
        sa.Column("decided", sa.Date(), nullable=True),
        sa.Column("told", sa.Date(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("completed", sa.Date(), nullable=True),
        sa.Column("withheld", sa.Date(), nullable=True),
        sa.Column("objected", sa.Date(), nullable=True),
        sa.Column("reversed", sa.Date(), nullable=True),
        sa.Column("withdrawn", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_timeline_bureau_id_bureau")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_timeline_inspection_id_inspection")
        ),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_timeline")),
    )
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.create_index(
            "ix_timeline_completed", ["bureau_id", "completed", "ended", "task_ends"], unique=False
        )
        batch_op.create_index("ix_timeline_decided", ["bureau_id", "accepted", "decided"], unique=False)
        batch_op.create_index("ix_timeline_reversed", ["bureau_id", "reversed", "withdrawn"], unique=False)
        batch_op.create_index("ix_timeline_told", ["bureau_id", "told", "ended", "task_ends"], unique=False)
        batch_op.create_index("ix_timeline_waits", ["bureau_id", "waits", "waits_by"], unique=False)

    op.create_table(
        "amendment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("draw_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("out", sa.String(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wish", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_amendment_asked_by_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_amendment_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_amendment_decided_by_user")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_amendment_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_draw_id"), ["draw_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_amendment_state"), ["state"], unique=False)

    op.create_table(
        "archive_leaf",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("archive_id", sa.String(length=36), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["archive_id"], ["archive.id"], name=op.f("fk_archive_leaf_archive_id_archive")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_archive_leaf")),
        sa.UniqueConstraint("archive_id", name=op.f("uq_archive_leaf_archive_id")),
    )
    with op.batch_alter_table("archive_leaf", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_archive_leaf_hash"), ["hash"], unique=False)

    op.create_table(
        "archive_stamp",
        sa.Column("archive_id", sa.String(length=36), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["archive_id"], ["archive.id"], name=op.f("fk_archive_stamp_archive_id_archive")
        ),
        sa.PrimaryKeyConstraint("archive_id", name=op.f("pk_archive_stamp")),
    )
    with op.batch_alter_table("archive_stamp", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_archive_stamp_due"), ["due"], unique=False)

    op.create_table(
        "draw_subject",
        sa.Column("draw_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("stratum", sa.String(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_subject_draw_id_draw")),
        sa.PrimaryKeyConstraint("draw_id", "id", name=op.f("pk_draw_subject")),
    )
    with op.batch_alter_table("draw_subject", schema=None) as batch_op:
        batch_op.create_index("ix_draw_subject_place", ["draw_id", "place"], unique=False)

    op.create_table(
        "draw_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_draw_version_author_id_user")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_version_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_version")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_draw_version_draw_id_number")),
    )
    op.create_table(
        "found_item",
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["found.inspection_id"], name=op.f("fk_found_item_inspection_id_found")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "item", name=op.f("pk_found_item")),
    )
    op.create_table(
        "gathering",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bureau_id", sa.String(length=36), nullable=False),
        sa.Column("plan_version_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=True),
        sa.Column("draw_id", sa.String(length=36), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_gathering_author_id_user")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_gathering_bureau_id_bureau")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_gathering_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_version.id"], name=op.f("fk_gathering_plan_version_id_plan_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
        sa.UniqueConstraint("code", name=op.f("uq_gathering_code")),
        sa.UniqueConstraint("draw_id", name=op.f("uq_gathering_draw_id")),
    )
    with op.batch_alter_table("gathering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gathering_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "inspection_draw",
        sa.Column("draw_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("inspection_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_inspection_draw_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_draw_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_inspection_draw_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("draw_id", "subject_id", name=op.f("pk_inspection_draw")),
    )
    with op.batch_alter_table("inspection_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_draw_inspection_id"), ["inspection_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_service_approval_id_approval")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_service_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_approval_id"), ["approval_id"], unique=False)

    op.create_table(
        "sign_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_id", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_sign_line_author_id_user")),
        sa.ForeignKeyConstraint(["sign_id"], ["sign.id"], name=op.f("fk_sign_line_sign_id_sign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_line")),
    )
    with op.batch_alter_table("sign_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_line_sign_id"), ["sign_id"], unique=False)

    op.create_table(
        "witness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.String(length=36), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("capacity", sa.String(length=16), nullable=True),
        sa.Column("sealed", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(length=36), nullable=True),
        sa.Column("text", sa.String(length=40), nullable=True),
        sa.Column("salt", sa.String(length=128), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_witness_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(["struck_by"], ["user.id"], name=op.f("fk_witness_struck_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness")),
        sa.UniqueConstraint("gathering_id", "sealed", name=op.f("uq_witness_gathering_id_sealed")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_witness_key_hash")),
    )


def downgrade() -> None:
    op.drop_table("witness")
    with op.batch_alter_table("sign_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_line_sign_id"))

    op.drop_table("sign_line")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_approval_id"))

    op.drop_table("service")
    with op.batch_alter_table("inspection_draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_draw_inspection_id"))

    op.drop_table("inspection_draw")
    with op.batch_alter_table("gathering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gathering_bureau_id"))

    op.drop_table("gathering")
    op.drop_table("found_item")
    op.drop_table("draw_version")
    with op.batch_alter_table("draw_subject", schema=None) as batch_op:
        batch_op.drop_index("ix_draw_subject_place")

    op.drop_table("draw_subject")
    with op.batch_alter_table("archive_stamp", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archive_stamp_due"))

    op.drop_table("archive_stamp")
    with op.batch_alter_table("archive_leaf", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archive_leaf_hash"))

    op.drop_table("archive_leaf")
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_amendment_state"))
        batch_op.drop_index(batch_op.f("ix_amendment_draw_id"))
        batch_op.drop_index(batch_op.f("ix_amendment_bureau_id"))

    op.drop_table("amendment")
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.drop_index("ix_timeline_waits")
        batch_op.drop_index("ix_timeline_told")
        batch_op.drop_index("ix_timeline_reversed")
        batch_op.drop_index("ix_timeline_decided")
        batch_op.drop_index("ix_timeline_completed")

    op.drop_table("timeline")
    with op.batch_alter_table("sign", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_other")
        batch_op.drop_index("ix_sign_list")
        batch_op.drop_index("ix_sign_inspection")

    op.drop_table("sign")
    with op.batch_alter_table("return_visit", schema=None) as batch_op:
        batch_op.drop_index("ix_return_visit_list")
        batch_op.drop_index(batch_op.f("ix_return_visit_inspection_id"))

    op.drop_table("return_visit")
    with op.batch_alter_table("return_due", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_due_inspection_id"))

    op.drop_table("return_due")
    with op.batch_alter_table("relieved", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relieved_user_id"))

    op.drop_table("relieved")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_listed")
        batch_op.drop_index(batch_op.f("ix_rating_inspection_id"))

    op.drop_table("rating")
    with op.batch_alter_table("publication_stage", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_stage_list")

    op.drop_table("publication_stage")
    op.drop_table("publication_draft")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_year")
        batch_op.drop_index("ix_publication_subject")
        batch_op.drop_index("ix_publication_listed")

    op.drop_table("publication")
    with op.batch_alter_table("platform_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_platform_row_inspection_id"))

    op.drop_table("platform_row")
    with op.batch_alter_table("photo_print", schema=None) as batch_op:
        batch_op.drop_index("ix_photo_print_sha256")
        batch_op.drop_index("ix_photo_print_band3")
        batch_op.drop_index("ix_photo_print_band2")
        batch_op.drop_index("ix_photo_print_band1")
        batch_op.drop_index("ix_photo_print_band0")

    op.drop_table("photo_print")
    with op.batch_alter_table("order_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_days_inspection_id"))
        batch_op.drop_index("ix_order_days_due")

    op.drop_table("order_days")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_user_id"))

    op.drop_table("member")
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.drop_index("ix_matter_list")
        batch_op.drop_index(batch_op.f("ix_matter_inspection_id"))

    op.drop_table("matter")
    with op.batch_alter_table("inspector_stay", schema=None) as batch_op:
        batch_op.drop_index("ix_inspector_stay_user")

    op.drop_table("inspector_stay")
    with op.batch_alter_table("inspection_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_merge_stays_id"))
        batch_op.drop_index(batch_op.f("ix_inspection_merge_gone_id"))

    op.drop_table("inspection_merge")
    op.drop_table("inspection_item")
    with op.batch_alter_table("inspection_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_form_form_hash"))

    op.drop_table("inspection_form")
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.drop_index("ix_held_subject")
        batch_op.drop_index(batch_op.f("ix_held_inspection_id"))
        batch_op.drop_index("ix_held_days")

    op.drop_table("held")
    with op.batch_alter_table("found", schema=None) as batch_op:
        batch_op.drop_index("ix_found_slot")

    op.drop_table("found")
    op.drop_table("event")
    with op.batch_alter_table("drawn_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_row_subject_id"))
        batch_op.drop_index(batch_op.f("ix_drawn_row_inspection_id"))

    op.drop_table("drawn_row")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_plan_version_id"))
        batch_op.drop_index(batch_op.f("ix_draw_list_id"))
        batch_op.drop_index(batch_op.f("ix_draw_frozen_at"))
        batch_op.drop_index(batch_op.f("ix_draw_bureau_id"))

    op.drop_table("draw")
    with op.batch_alter_table("disposal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_disposal_standing",
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )
        batch_op.drop_index(batch_op.f("ix_disposal_inspection_id"))

    op.drop_table("disposal")
    with op.batch_alter_table("blob_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blob_name_sha256"))

    op.drop_table("blob_name")
    with op.batch_alter_table("archive_reading", schema=None) as batch_op:
        batch_op.drop_index("ix_archive_reading_of")

    op.drop_table("archive_reading")
    with op.batch_alter_table("archive_index", schema=None) as batch_op:
        batch_op.drop_index("ix_archive_index_shelf")
        batch_op.drop_index("ix_archive_index_due")

    op.drop_table("archive_index")
    op.drop_table("archive")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_waiting")

    op.drop_table("approval")
    with op.batch_alter_table("again", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_again_first_id"))

    op.drop_table("again")
    with op.batch_alter_table("staged_subject", schema=None) as batch_op:
        batch_op.drop_index("ix_staged_subject_does")
        batch_op.drop_index("ix_staged_subject_code")

    op.drop_table("staged_subject")
    op.drop_table("staged_row")
    with op.batch_alter_table("release_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_act_release_id"))

    op.drop_table("release_act")
    op.drop_table("push_subscription")
    with op.batch_alter_table("platform_list", schema=None) as batch_op:
        batch_op.drop_index("ix_platform_list_latest")

    op.drop_table("platform_list")
    with op.batch_alter_table("lending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lending_user_id"))
        batch_op.drop_index(batch_op.f("ix_lending_bureau_id"))

    op.drop_table("lending")
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interest_user_id"))
        batch_op.drop_index(batch_op.f("ix_interest_subject_id"))

    op.drop_table("interest")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_index("ix_inspection_inbox")

    op.drop_table("inspection")
    with op.batch_alter_table("drawn_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_list_plan_version_id"))
        batch_op.drop_index(batch_op.f("ix_drawn_list_bureau_id"))

    op.drop_table("drawn_list")
    with op.batch_alter_table("year_table", schema=None) as batch_op:
        batch_op.drop_index("ix_year_table_bureau")

    op.drop_table("year_table")
    with op.batch_alter_table("subject_past", schema=None) as batch_op:
        batch_op.drop_index("ix_subject_past_version")
        batch_op.drop_index("ix_subject_past_day")

    op.drop_table("subject_past")
    with op.batch_alter_table("subject", schema=None) as batch_op:
        batch_op.drop_index("ix_subject_place")
        batch_op.drop_index("ix_subject_library")
        batch_op.drop_index("ix_subject_import")
        batch_op.drop_index("ix_subject_code")

    op.drop_table("subject")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    op.drop_table("saved_search")
    with op.batch_alter_table("return_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_form_bureau_id"))

    op.drop_table("return_form")
    op.drop_table("return_file")
    with op.batch_alter_table("rescue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rescue_bureau_id"))

    op.drop_table("rescue")
    op.drop_table("report_version")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index("ix_release_in_use")

    op.drop_table("release")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantined_device"))

    op.drop_table("quarantined")
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_person")

    op.drop_table("practice")
    with op.batch_alter_table("platform", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_platform_bureau_id"))

    op.drop_table("platform")
    op.drop_table("plan_version")
    with op.batch_alter_table("past_password", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_past_password_user_id"))

    op.drop_table("past_password")
    with op.batch_alter_table("past", schema=None) as batch_op:
        batch_op.drop_index("ix_past_row")

    op.drop_table("past")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_user_id"))

    op.drop_table("passkey")
    op.drop_table("login_policy")
    with op.batch_alter_table("law", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_law_bureau_id"))

    op.drop_table("law")
    op.drop_table("item")
    with op.batch_alter_table("inspector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspector_bureau_id"))

    op.drop_table("inspector")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_bureau_id"))

    op.drop_table("import")
    with op.batch_alter_table("guidance", schema=None) as batch_op:
        batch_op.drop_index("ix_guidance_newest")

    op.drop_table("guidance")
    with op.batch_alter_table("expert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_bureau_id"))

    op.drop_table("expert")
    op.drop_table("enrolment")
    op.drop_table("criteria")
    op.drop_table("calendar_feed")
    op.drop_table("authenticator")
    op.drop_table("appraisal_version")
    with op.batch_alter_table("account_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_log_user_id"))
        batch_op.drop_index(batch_op.f("ix_account_log_bureau_id"))

    op.drop_table("account_log")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_bureau_id"))

    op.drop_table("user")
    with op.batch_alter_table("return_draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_draw_bureau_id"))

    op.drop_table("return_draw")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_changed_at"))

    op.drop_table("report")
    op.drop_table("quarantined_photo")
    op.drop_table("plan")
    op.drop_table("column_name")
    op.drop_table("appraisal")
    with op.batch_alter_table("spent_nonce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spent_nonce_at"))

    op.drop_table("spent_nonce")
    op.drop_table("form")
    op.drop_table("bureau")
    op.drop_table("blob")
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_line_user_id")
        batch_op.drop_index("ix_audit_line_time")
        batch_op.drop_index("ix_audit_line_act")

    op.drop_table("audit_line")
    op.drop_table("archive_root")
    op.drop_table("archive_node")

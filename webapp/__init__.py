"""Yidang (一档): one inspection, one archive."""

from typing import Any

from flask import Flask, jsonify
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from webapp import api, cli, config, errors, public, security, words
from webapp.accounts import account, admin, password, policy_views, refusals, second
from webapp.accounts import settings as law_settings
from webapp.accounts import views as accounts_views
from webapp.accounts.access import allow, check_audiences, let_large_in, login_manager
from webapp.archive import (
    answers_views,
    copy,
    form_uses,
    page_finder,
    paper,
    quarantine,
    rescue,
    shelf,
    transparency_views,
    verify_views,
)
from webapp.archive import views as archive_views
from webapp.db import db, migrate
from webapp.draw import elsewhere_views as drawn_lists
from webapp.draw import open_data, witness_views
from webapp.draw import verify as draw_verify
from webapp.draw import views as draw_views
from webapp.evidence import audit_views, key_views
from webapp.evidence.models import writable
from webapp.field import (
    amend,
    approval_views,
    assign,
    elsewhere_views,
    hall,
    merging,
    opening,
    phone_keys,
    push,
    relief_views,
    rescue_views,
    screen,
    uploads,
)
from webapp.field import app as field_app
from webapp.field import views as field_views
from webapp.followup import (
    after_views,
    feed_views,
    follow_views,
    mine_views,
    rating_views,
    result_views,
    waiting_views,
    year_views,
)
from webapp.followup import views as followup_views
from webapp.forms import editor as form_editor
from webapp.forms import new_views as new_forms
from webapp.forms import reading as form_reading
from webapp.forms import views as form_views
from webapp.oversight import (
    appraisal_views,
    figure_views,
    report_views,
    returns_views,
    signs_views,
    training_views,
)
from webapp.plan import views as plan_views
from webapp.publish import account_views, libraries, platform_views, results_views, site
from webapp.publish import office_views as publication_views
from webapp.publish import views as publish_views
from webapp.registry import (
    import_views,
    inspector_views,
    item_views,
    people_import,
    subject_views,
    table_views,
)
from webapp.registry import public as public_items
from webapp.registry import views as registry_views

VERSION = "1.0"
VIEWS = (
    accounts_views,
    second,
    password,
    account,
    policy_views,
    admin,
    law_settings,
    people_import,
    field_views,
    uploads,
    field_app,
    phone_keys,
    push,
    assign,
    approval_views,
    draw_verify,
    draw_views,
    drawn_lists,
    elsewhere_views,
    public_items,
    key_views,
    audit_views,
    open_data,
    witness_views,
    hall,
    screen,
    merging,
    amend,
    relief_views,
    opening,
    archive_views,
    verify_views,
    shelf,
    answers_views,
    quarantine,
    transparency_views,
    rescue_views,
    rescue,
    copy,
    paper,
    page_finder,
    followup_views,
    mine_views,
    rating_views,
    after_views,
    result_views,
    waiting_views,
    follow_views,
    year_views,
    feed_views,
    publication_views,
    platform_views,
    figure_views,
    publish_views,
    training_views,
    report_views,
    appraisal_views,
    site,
    results_views,
    libraries,
    account_views,
    signs_views,
    returns_views,
    registry_views,
    subject_views,
    import_views,
    table_views,
    item_views,
    inspector_views,
    form_views,
    form_editor,
    form_reading,
    new_forms,
    form_uses,
    plan_views,
)


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The app. Raises `RuntimeError` where a route declares no audience or a production secret is weak."""
    app = Flask("yidang", root_path=str(config.ROOT), template_folder="templates", static_folder="static")
    config.configure(app, overrides)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"))
    api.init_app(app)
    app.before_request(let_large_in)
    accounts_views.csrf.init_app(app)
    accounts_views.limiter.init_app(app)
    login_manager.init_app(app)
    words.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    refusals.init_app(app)
    public.init_app(app)
    for views in VIEWS:
        app.register_blueprint(views.blueprint)
    app.add_url_rule("/healthz", "healthz", allow("anyone")(healthz))
    app.add_url_rule("/api/v1/openapi.json", "openapi", allow("anyone")(api.openapi_view(app)))
    app.view_functions["static"] = allow("anyone")(app.view_functions["static"])
    check_audiences(app)
    cli.init_app(app)
    return app


def healthz() -> Any:
    """Whether the database and the blobs answer."""
    try:
        db.session.execute(text("SELECT 1"))
        database = "ok"
    except OperationalError:
        database = "down"
    blobs = "ok" if writable() else "down"
    status = "ok" if (database, blobs) == ("ok", "ok") else "down"
    answer = {"status": status, "database": database, "blobs": blobs, "version": VERSION}
    return jsonify(answer), 200 if status == "ok" else 503

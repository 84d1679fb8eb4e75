"""A person's deadlines as a calendar, at an address that nobody can guess; and the page that gives the address out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_login import current_user

from webapp.accounts.access import allow, me
from webapp.accounts.models import AccountLog, User
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field.views import OFFICE_READERS
from webapp.followup import words
from webapp.followup.agenda import Agenda, Line
from webapp.followup.clocks import OPEN
from webapp.followup.feed import Entry, calendar
from webapp.followup.models import CalendarFeed
from webapp.followup.views import ACTING, agenda_of, link_of
from webapp.registry.subject_rules import is_person
from webapp.words import LANGUAGES, _, language

blueprint = Blueprint("feed", __name__)

MOST = 500


@blueprint.get("/clocks/calendar")
@allow("inspector", *sorted(ACTING))
def page() -> str:
    """Whether there is an address, and the acts that make, renew and revoke it."""
    return _page()


@blueprint.post("/clocks/calendar")
@allow("inspector", *sorted(ACTING))
def make() -> str:
    """Make an address, or another instead of the one before; it is shown this once."""
    user = me()
    token = CalendarFeed.make(user)
    AccountLog.write(user, user, "calendar_made")
    db.session.commit()
    return _page(url_for("feed.ics", token=token, lang=language(), _external=True))


@blueprint.post("/clocks/calendar/revoke")
@allow("inspector", *sorted(ACTING))
def revoke() -> Any:
    """Let nobody in by the address any more."""
    user = me()
    if CalendarFeed.revoke(user):
        AccountLog.write(user, user, "calendar_revoked")
    db.session.commit()
    flash(_("已停用。订阅它的日历不再更新。"))
    return redirect(url_for("feed.page"))


@blueprint.get("/calendar/<token>.ics")
@allow("anyone")
def ics(token: str) -> Response:
    """The calendar, for whoever has its address; it ends with the account."""
    user = CalendarFeed.owner(token)
    if user is None:
        raise Problem("not_found")
    asked = request.args.get("lang", "")
    with force_locale(LANGUAGES[asked if asked in LANGUAGES else "zh"]):
        data = calendar(_("%(bureau)s 时限", bureau=user.bureau.short_name), _entries(user, today()))
    answer = Response(data, mimetype="text/calendar")
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[no-any-return]


def _entries(user: User, day: date) -> Iterator[Entry]:
    if not {"inspector", *ACTING} & {*user.roles}:
        return
    agenda = agenda_of(user, day)
    for line in agenda.lines(OPEN, limit=MOST)[:MOST]:
        yield _entry(line, agenda, user)


def _entry(line: Line, agenda: Agenda, user: User) -> Entry:
    clock, inspection = line.clock, line.inspection
    subject = inspection.subject
    # A calendar lies with somebody else: a natural person is a number there.
    about = inspection.number if is_person(subject.code) else f"{subject.name} {inspection.number}"
    name = f"{words.NAMES[clock.name]} {clock.number}".strip()
    summary = f"{name}{_('（暂估）')} {about}" if clock.provisional else f"{name} {about}"
    began = _("从 %(day)s 起", day=clock.start)
    source = words.source(clock, user.bureau)
    said = [f"{words.rule(clock)}{f' {source}' if source else ''}", f"{words.BEGAN[clock.began]} {began}"]
    assert clock.due is not None, "what is open is due"  # noqa: S101
    return Entry(
        inspection=inspection.id,
        clock=clock.key,
        due=clock.due,
        provisional=clock.provisional,
        summary=summary,
        text="\n".join([*said, *filter(None, [words.why(clock)])]),
        url=link_of(inspection, user, external=True),
        sequence=inspection.position + agenda.watch.revision,
        changed=max(inspection.changed_at, *agenda.watch.changed),
    )


def _page(address: str = "") -> str:
    kept = db.session.get(CalendarFeed, current_user.id)
    return render_template(
        "followup/feed.html",
        address=address,
        kept=kept,
        office=not set(current_user.roles).isdisjoint(OFFICE_READERS),
        here=url_for("feed.page"),
    )

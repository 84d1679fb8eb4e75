"""Objections, orders and what is handed on, as sections of the page after a visit and as a part of the first page."""

from datetime import date
from typing import Any

from flask import g, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.archive.models import Archive, File
from webapp.archive.wording import RESULTS, Wording
from webapp.db import db
from webapp.field.drawn import NOTHING_FOUND
from webapp.field.models import Inspection
from webapp.followup import acts, follow_words, handing, issuing, objections, orders, results, sections
from webapp.followup.clocks import Clock
from webapp.followup.matters import Again, Matter
from webapp.followup.models import Watch
from webapp.followup.result_rules import services
from webapp.followup.steps import Steps
from webapp.plan import chances
from webapp.registry.models import Inspector
from webapp.words import _, language

Json = dict[str, Any]

MOST = 20
OPEN = ("object", "order", "transfer", "copy")


def on_objections(inspection: Inspection, steps: Steps, today: date) -> Markup:
    """Objections, their re-check, the ruling and the answer (RZ-23, TJ-14c)."""
    found = objections.objections(steps)
    acting = _able(inspection, "archivist")
    if not found and not acting:
        return Markup()
    due = _clock(inspection, "objection", today).due if found else None
    return _section(
        "objections", inspection, steps, today, found=found, acting=acting, due=due, ways=objections.WAYS,
        outcomes=objections.OUTCOMES, recheck_ways=objections.RECHECK_WAYS, states=objections.STATES,
        results=RESULTS, subs=follow_words.RESULT_SUBS, others=_others(inspection) if acting else [],
        withdraw=_withdraw(inspection, today),
        assigning=_able(inspection, "archivist", "planner"), before=objections.before,
    )  # fmt: skip


def on_orders(inspection: Inspection, steps: Steps, today: date) -> Markup:
    """Orders with their deadlines, proofs and judgements; visits made again for them (CA-2.4b)."""
    found = orders.orders(steps)
    acting = _able(inspection, "archivist", acts.PAIR)
    first = db.session.get(Again, inspection.id)
    if not found and not acting and not first:
        return Markup()
    return _section(
        "orders", inspection, steps, today, found=found, acting=acting, states=orders.STATES, ways=orders.WAYS,
        outcomes=orders.OUTCOMES, usual=issuing.usual(inspection) if acting else {}, first=first,
        assigning=_able(inspection, "archivist", "planner"),
        people=Inspector.of_bureau(inspection.bureau_id) if acting else [], visits=_visits(found),
    )  # fmt: skip


def on_handed(inspection: Inspection, steps: Steps, today: date) -> Markup:
    """Copies, transfers, penalties, lists, and what they mean for the subject (RZ-21, RZ-22, PD-3.5)."""
    acting = _able(inspection, "archivist")
    sent, punished = handing.handed(steps, "copy", "transfer"), handing.handed(steps, "penalty")
    lists = handing.listings(steps)
    if not (acting or sent or punished or lists):
        return Markup()
    return _section(
        "handed", inspection, steps, today, acting=acting, sent=sent, punished=punished, lists=lists, copies=handing.COPIES,
        transfers=handing.TRANSFERS, penalties=handing.PENALTIES, paid=handing.PAID, flags=handing.FLAGS,
        replies=handing.REPLIES, newest=Archive.latest(inspection), means=_means(inspection, today),
        listed=follow_words.LISTED,
    )  # fmt: skip


sections.AFTER += [(50, on_objections), (60, on_orders), (70, on_handed)]


def on_first_page(user: User, today: date) -> Part | None:
    """What waits after visits: objections to answer, orders to judge, transfers nobody answered."""
    if {"archivist", "supervisor"}.isdisjoint(user.roles):
        return None
    rows = list(db.session.scalars(Matter.listed(user.bureau_id, OPEN, still=True).limit(MOST + 1)))
    if not rows:
        return None
    counts = Matter.open_of(user.bureau_id)
    late = [row for row in rows if follow_words.standing(row, today) in ("late", "proof")]
    numbers = [
        Number(counts.get("object", 0), str(_("件异议等答复")), url_for("follow.listed", tab="objections")),
        Number(counts.get("order", 0), str(_("件在改正中")), url_for("follow.listed", tab="orders"), bool(late)),
        Number(
            counts.get("transfer", 0) + counts.get("copy", 0), str(_("件抄告、移送等答复")),
            url_for("follow.listed", tab="transfers"),
        ),
    ]  # fmt: skip
    waits = [_wait(row, today) for row in rows[:MOST]]
    acts_ = [(str(_("看全部")), url_for("follow.listed"))]
    return Part("follow", numbers, waits, "", acts=acts_, title=str(_("检查以后")))


beside.FIRST.append(on_first_page)


def over_inbox(user: User, _today: date) -> Markup:
    """A line over the list of inspections: what is open after visits, and where its lists are."""
    counts = Matter.open_of(user.bureau_id)
    tabs = [
        (name, said, sum(counts.get(kind, 0) for kind in of))
        for name, (said, of) in follow_words.TABS.items()
    ]
    shown = render_template("followup/follow_line.html", tabs=[tab for tab in tabs if tab[2]])
    return Markup(shown)  # noqa: S704 - a template's own output


beside.INBOX.append(over_inbox)


def _wait(row: Matter, today: date) -> Wait:
    standing = follow_words.standing(row, today)
    todo = {
        "object": _("复查，再提出处理决定"),
        "copy": _("收到答复后记下"),
        "transfer": _("收到回执后记下"),
        "proof": _("看证明，核实改正"),
        "late": _("督促改正，或者安排复查"),
    }
    said = todo.get(standing) or todo.get(row.kind) or _("等改正；到期以前提醒")
    return Wait(
        row.inspection.number, place(row), row.inspection.subject.name, follow_words.state(row, today),
        follow_words.mark(row, today), follow_words.name(row), str(said), row.due.isoformat() if row.due else "",
    )  # fmt: skip


def place(row: Matter) -> str:
    """Where a row stands on the page after its visit."""
    at = {"object": "objections", "order": "orders"}.get(row.kind, "handed")
    return url_for("after.page", inspection_id=row.inspection_id, _anchor=at)


def _section(name: str, inspection: Inspection, steps: Steps, today: date, **more: Any) -> Markup:
    shown = render_template(
        f"followup/follow_{name}.html", inspection=inspection, steps=steps, today=today, words=_wording(inspection),
        tried=_tried, kept=_kept, marks=follow_words.MARKS, notice_of=issuing.notice_of, services=services,
        **more,
    )  # fmt: skip
    return Markup(shown)  # noqa: S704 - a template's own output


def _able(inspection: Inspection, *audience: str) -> bool:
    """Whether who is in may act here, and now."""
    return inspection.state in acts.STATES and acts.may(current_user, inspection, *audience)


def _wording(inspection: Inspection) -> Wording:
    if g.get("wording_of") != inspection.id:
        g.wording_of, g.wording = inspection.id, File(inspection, language(), _).wording
    return g.wording  # type: ignore[no-any-return]


def _tried(kind: str, key: str = "", value: str = "") -> bool:
    """Whether this form was sent and something stands against it."""
    sent = bool(g.get("problem")) and (request.view_args or {}).get("kind") == kind
    return sent and (not key or request.form.get(key) == value)


def _kept(kind: str, name: str, otherwise: Any = "", key: str = "", value: str = "") -> Any:
    """What was typed into a field of a form that was sent; else what it begins with."""
    return request.form.get(name, "") if _tried(kind, key, value) else otherwise


def _others(inspection: Inspection) -> list[Inspector]:
    """Who may re-check: everybody but the pair (RZ-23)."""
    return [one for one in Inspector.of_bureau(inspection.bureau_id) if one.user_id not in inspection.pair]


def _clock(inspection: Inspection, name: str, today: date) -> Clock:
    return Watch(inspection.bureau, today).clock(name, results.happened_of(inspection))


def _withdraw(inspection: Inspection, today: date) -> Clock | None:
    """By when what is published of a result that is out of force has to be withdrawn; None where nothing is (RZ-23)."""
    happened = results.happened_of(inspection)
    left = happened.reversed is not None and happened.withdrawn is None
    return Watch(inspection.bureau, today).clock("withdrawal", happened) if left else None


def _visits(found: list[orders.Order]) -> dict[str, Inspection]:
    ids = [one.payload["inspection"] for order in found for one in order.visits]
    return {one: row for one in ids if (row := db.session.get(Inspection, one))}


def _means(inspection: Inspection, today: date) -> Json:
    """How the subject stands in the library now, and what that does to its chance to be drawn (RZ-12, TJ-13)."""
    held, law = inspection.subject.values(), inspection.bureau.law(today)
    weights = chances.weights(law)
    labels = chances.labels(held, _found_this_year(inspection, today))
    return {
        "labels": [(label, weights[label]) for label in labels if label in weights],
        "tickets": chances.tickets(labels, law), "usual": chances.base(law), "weighs": bool(weights),
    }  # fmt: skip


def _found_this_year(inspection: Inspection, today: date) -> bool:
    """Whether the next year's draws will know of something that the bureau's own checks found at this subject."""
    rows = select(Inspection.id).where(
        Inspection.subject_id == inspection.subject_id, Inspection.state.in_(acts.STATES),
        Inspection.result.notin_(NOTHING_FOUND),
        Inspection.due.between(date(today.year, 1, 1), date(today.year, 12, 31)),
    )  # fmt: skip
    return db.session.scalar(rows.limit(1)) is not None

"""Appraisal at the desk (RZ-24): the bureau's criteria, and who stands where by them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow, me, own
from webapp.db import db, today
from webapp.errors import Problem
from webapp.oversight import appraisal_rules as rules
from webapp.oversight import figure_rules
from webapp.oversight import figure_words as words
from webapp.oversight.appraisal_rules import COUNTY, HAND, KINDS, MOST_CRITERIA, UNIT
from webapp.oversight.appraisals import DRAFT, FIXED, Appraisal, Criteria, is_counted, names_of
from webapp.oversight.figures import below
from webapp.typed import percent, whole
from webapp.words import _, _l

blueprint = Blueprint("appraisal", __name__, url_prefix="/oversight/appraisal")

Json = dict[str, Any]
READERS = ("supervisor", "planner", "archivist", "auditor")
WRITERS = ("supervisor", "planner", "archivist")
SETTERS = ("supervisor",)
KINDS_SAID = {UNIT: _l("本机构的单位"), COUNTY: _l("下级机构")}
STATES = {DRAFT: _l("在评"), FIXED: _l("已定")}
MARKS = {DRAFT: "open", FIXED: "passed"}
SOURCES = {
    "done": _l("检查完成率"),
    "told_on_time": _l("按期告知率"),
    "published": _l("公示率"),
    "published_on_time": _l("按期公示率"),
    "followup": _l("后续处理完成率"),
    "coverage": _l("抽查比例"),
    "items": _l("事项覆盖率"),
    "risk": _l("运用风险分类的抽取"),
    "over_cap": _l("超过每年次数的对象的占比"),
    HAND: _l("由人评分"),
}
FAULTS = {
    "points": _l("写 1 到 100 的整数。"),
    "source": _l("请选一个。"),
    "shares": _l("两个比例写成 0 到 100 的数，不能相同。"),
}
SCORE_FAULTS = {"points": _l("写 0 到满分的数，最多一位小数。"), "reason": _l("由人评的分要写理由。")}
BLANK = 3


@blueprint.get("")
@allow(*READERS)
def listed() -> str:
    """The bureau's appraisals, its criteria, and the form for another one."""
    return _listed()


@blueprint.post("")
@allow(*WRITERS)
def begin() -> Any:
    """Begin an appraisal of a period by the figures of now; where there is one, open it."""
    kind, when = request.form.get("kind", ""), request.form.get("when", "")
    period = figure_rules.period(when, today())
    if kind not in KINDS or period.key != when or period.month:
        return _listed(Problem("appraisal_what")), 422
    try:
        appraisal = Appraisal.begin(me(), kind, period, today())
    except Problem as problem:
        db.session.rollback()
        return _listed(problem), problem.status
    db.session.commit()
    return redirect(url_for("appraisal.page", appraisal_id=appraisal.id))


@blueprint.get("/criteria/<any(unit, county):kind>")
@allow(*READERS)
def criteria(kind: str) -> str:
    """The criteria, and the form for who sets them."""
    return _criteria(kind, Criteria.in_force(current_user.bureau_id, kind))


@blueprint.post("/criteria/<any(unit, county):kind>")
@allow(*SETTERS)
def set_criteria(kind: str) -> Any:
    """Keep a new version of the criteria."""
    typed = [_typed(place) for place in range(MOST_CRITERIA) if f"{place}.title" in request.form]
    rows, faults = rules.read(kind, typed)
    try:
        if faults:
            raise Problem("criteria_faults")
        Criteria.set(me(), kind, rows, request.form.get("why", ""))
    except Problem as problem:
        db.session.rollback()
        return _criteria(kind, [], typed, faults, problem), problem.status
    db.session.commit()
    flash(_("已存为新的一版，以后开始的考核按它评。"))
    return redirect(url_for("appraisal.criteria", kind=kind))


@blueprint.get("/<uuid:appraisal_id>")
@allow(*READERS)
def page(appraisal_id: Any) -> str:
    """Every target with its points, the best first."""
    return _page(_own(appraisal_id))


@blueprint.get("/<uuid:appraisal_id>/score")
@allow(*READERS)
def score_form(appraisal_id: Any) -> str:
    """One target, criterion by criterion, with the form for what a person gives."""
    return _score(_own(appraisal_id))


@blueprint.post("/<uuid:appraisal_id>/score")
@allow(*WRITERS)
def score(appraisal_id: Any) -> Any:
    """What a person gives to one target, as a new version."""
    appraisal = _own(appraisal_id)
    form, target = request.form, request.form.get("target", "")
    given = {
        one["name"]: (form.get(f"{one['name']}.points", ""), form.get(f"{one['name']}.reason", ""))
        for one in appraisal.criteria
    }
    try:
        appraisal.score(me(), _seen(), form.get("why", ""), target, given)
    except Problem as problem:
        if problem.code == "not_found":
            raise
        db.session.rollback()
        return _score(_own(appraisal_id), problem), problem.status
    db.session.commit()
    return redirect(url_for("appraisal.page", appraisal_id=appraisal.id))


@blueprint.post("/<uuid:appraisal_id>/renew")
@allow(*WRITERS)
def renew(appraisal_id: Any) -> Any:
    """A version by the figures of now; what people gave stays."""
    appraisal = _own(appraisal_id)
    return _acted(appraisal, lambda: appraisal.renew(me(), _seen(), request.form.get("why", ""), today()))


@blueprint.post("/<uuid:appraisal_id>/fix")
@allow(*SETTERS)
def fix(appraisal_id: Any) -> Any:
    """Make the latest version the one that counts."""
    appraisal = _own(appraisal_id)
    return _acted(appraisal, lambda: appraisal.fix(me(), _seen()))


def _acted(appraisal: Appraisal, act: Any) -> Any:
    appraisal_id = appraisal.id
    try:
        if act() is False:
            flash(_("按现在的数据，分数没有变。"))
    except Problem as problem:
        db.session.rollback()
        return _page(_own(appraisal_id), problem), problem.status
    db.session.commit()
    return redirect(url_for("appraisal.page", appraisal_id=appraisal_id))


def _own(appraisal_id: Any) -> Appraisal:
    return own(db.session.get(Appraisal, str(appraisal_id)))


def _seen() -> int:
    return whole(request.form.get("seen", "")) or 0


def _may(roles: tuple[str, ...]) -> bool:
    return not set(roles).isdisjoint(current_user.roles)


def _listed(problem: Problem | None = None) -> str:
    day = today()
    quarter = figure_rules.Period(day.year, (day.month + 2) // 3)
    years = [figure_rules.Period(day.year), figure_rules.Period(day.year - 1)]
    quarters = [figure_rules.Period(year, part) for year in (day.year, day.year - 1) for part in (4, 3, 2, 1)]
    known = [one for one in quarters if one.begins <= quarter.begins][:6]
    kinds = [UNIT, *([COUNTY] if below(current_user.bureau) else [])]
    return render_template(
        "oversight/appraisals.html", appraisals=Appraisal.of_bureau(current_user.bureau_id), kinds=kinds, said=KINDS_SAID,
        periods=[(one.key, words.when(one)) for one in (*years, *known)], states=STATES, marks=MARKS, writes=_may(WRITERS),
        when=lambda key: words.when(figure_rules.period(key, day)), problem=problem,
        criteria={kind: Criteria.versions(current_user.bureau_id, kind)[:1] for kind in kinds},
    )  # fmt: skip


def _typed(place: int) -> dict[str, str]:
    fields = ("name", "title", "points", "source", "zero", "full", "words")
    return {name: request.form.get(f"{place}.{name}", "") for name in fields}


def _criteria(
    kind: str, rows: list[Json], typed: Any = None, faults: Any = None, problem: Problem | None = None
) -> str:
    shown = typed or [
        {**one, "points": str(one["points"]), "zero": percent(one["zero"]), "full": percent(one["full"])}
        for one in rows
    ]
    blank = min(BLANK, MOST_CRITERIA - len(shown)) if typed is None else 0
    return render_template(
        "oversight/criteria.html", kind=kind, said=KINDS_SAID[kind], rows=[*shown, *([{}] * blank)],
        sources=rules.sources(kind), sources_said=SOURCES, problem=problem,
        faults={key: FAULTS[fault] for key, fault in (faults or {}).items()},
        versions=Criteria.versions(current_user.bureau_id, kind), sets=_may(SETTERS), why=request.form.get("why", ""),
        percent=percent, hand=HAND,
    )  # fmt: skip


def _page(appraisal: Appraisal, problem: Problem | None = None) -> str:
    version = appraisal.version(request.args.get("version", type=int))
    names = names_of(appraisal)
    standings = {
        target: rules.standing(appraisal.criteria, scores) for target, scores in version.scores.items()
    }
    places = rules.ranked(standings)
    order = sorted(standings, key=lambda one: (places.get(one, len(standings) + 1), names.get(one, one)))
    return render_template(
        "oversight/appraisal.html", appraisal=appraisal, version=version, latest=version is appraisal.latest, names=names,
        order=order, standings=standings, places=places, states=STATES, marks=MARKS, sources=SOURCES, tenths=rules.tenths,
        percent=percent, title=_title(appraisal), problem=problem, writes=_may(WRITERS), hand=HAND,
        open=sum(len(one["open"]) for one in standings.values()), why=request.form.get("why", ""),
        fixes=_may(SETTERS) and current_user.id not in appraisal.writers,
    )  # fmt: skip


def _score(appraisal: Appraisal, problem: Problem | None = None) -> str:
    version, target = appraisal.latest, request.values.get("target", "")
    if target not in version.scores:
        raise Problem("not_found")
    faults = (problem.details.get("faults") or {}) if problem else {}
    return render_template(
        "oversight/appraisal_score.html", appraisal=appraisal, version=version, target=target, title=_title(appraisal),
        name=names_of(appraisal).get(target, target), scores=version.scores[target], sources=SOURCES, tenths=rules.tenths,
        percent=percent, faults={key: SCORE_FAULTS[fault] for key, fault in faults.items()}, problem=problem,
        counted=is_counted, writes=_may(WRITERS), form=request.form, seen=_seen() or version.number, hand=HAND,
        fixed=version.state == FIXED,
    )  # fmt: skip


def _title(appraisal: Appraisal) -> str:
    when = words.when(figure_rules.period(appraisal.period, today()))
    return str(_("%(when)s考核：%(kind)s", when=when, kind=KINDS_SAID[appraisal.kind]))

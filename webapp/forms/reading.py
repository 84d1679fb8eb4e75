"""How one version of a checklist is read at the desk: tried out as on the phone, compared with another one, printed."""

import io
import re
from itertools import islice
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask_babel import force_locale
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.db import db, today
from webapp.errors import Problem
from webapp.forms.blank_pdf import blank_pdf
from webapp.forms.compare import Change, ChoiceChange, Comparison, Line, compare, marks
from webapp.forms.live import Node
from webapp.forms.models import Release, above
from webapp.forms.naming import FIELDS, code
from webapp.forms.release_rules import PUBLISHED, WITHDRAWN
from webapp.forms.views import READERS, of, of_page
from webapp.paging import page_number
from webapp.words import LANGUAGES, _, _l, language

blueprint = Blueprint("form_reading", __name__)

Json = dict[str, Any]
# How many questions of a comparison stand on one page.
ROWS = 100
VERSIONS = 100
KINDS = {
    "touched": _l("有变化的"),
    "added": _l("增加了"),
    "removed": _l("去掉了"),
    "changed": _l("改了内容"),
    "moved": _l("换了位置"),
    "renamed": _l("改了名字"),
    "all": _l("全部"),
}


@blueprint.get("/forms/<release_id>/preview")
@allow(*READERS)
def preview(release_id: str) -> str:
    """The version as the phone shows it, in both languages; what is answered is neither kept nor sent."""
    release = of(release_id)
    return render_template("forms/preview.html", body=release.body_of(), **of_page(release, "preview"))


@blueprint.get("/forms/<release_id>/blank.pdf")
@allow(*READERS)
@limiter.limit("30 per minute")
def blank(release_id: str) -> Response:
    """The version with nothing answered, to be filled in by hand; `on_paper` is the language, `zh` or `en`."""
    release = of(release_id)
    lang = request.args.get("on_paper", language())
    if lang not in LANGUAGES:
        raise Problem("not_found")
    day = release.from_day.isoformat() if release.from_day else ""
    with force_locale(LANGUAGES[lang]):
        facts = [_("版本 %(version)s", version=release.version), _("共 %(n)s 题", n=release.questions)]
        facts += [_("%(day)s 起使用", day=day)] if day else []
        draft = release.state not in (PUBLISHED, WITHDRAWN)
        pdf = blank_pdf(release.body_of(), release.bureau.name, facts, day, draft, lang, _)
        name = _("%(title)s %(version)s 空白表", title=_titled(release.title, lang), version=release.version)
    answer = send_file(io.BytesIO(pdf), "application/pdf")
    answer.headers["Content-Disposition"] = _called(name, f"{release.name}_{release.version}")
    return answer


@blueprint.get("/forms/<release_id>/compare")
@allow(*READERS)
def compare_with(release_id: str) -> Any:
    """The comparison with the version that was chosen; without one with what is in use, else with the one before."""
    release = of(release_id)
    chosen = request.args.get("with") or _natural(release)
    if chosen:
        return redirect(url_for(".compared", release_id=release.id, other_id=chosen))
    return render_template("forms/compare.html", against=None, **of_page(release, "compare"))


@blueprint.get("/forms/<release_id>/compare/<other_id>")
@allow(*READERS)
def compared(release_id: str, other_id: str) -> str:
    """Two versions question by question: the older one is what was, whichever was asked for first."""
    release, other = of(release_id), of(other_id)
    old, new = sorted((release, other), key=lambda one: one.id)
    found = compare(old.body_of(), new.body_of())
    kind = request.args.get("show", "touched")
    if kind not in KINDS:
        raise Problem("not_found")
    page = page_number()
    lines = [line for line in found.lines if _is(line, kind)]
    return render_template(
        "forms/compare.html",
        against=other,
        old=old,
        new=new,
        choices=_others(release),
        kinds={name: (said, _count(found, name)) for name, said in KINDS.items()},
        kind=kind,
        head=[_said(change) for change in found.head],
        rows=[_row(line) for line in islice(lines, (page - 1) * ROWS, page * ROWS)],
        page=page,
        pages=-(-len(lines) // ROWS),
        **of_page(release, "compare"),
    )


def _called(name: str, plain: str) -> str:
    """How a file is called that is shown; by `plain` where a browser knows ASCII alone."""
    ascii_only = re.sub(r"[^\w.-]+", "-", plain, flags=re.ASCII)
    # A title may be long and of several lines.
    said = "".join(sign if sign.isprintable() else " " for sign in name)[:150]
    return f"inline; filename=\"{ascii_only}.pdf\"; filename*=UTF-8''{quote(said, safe='')}.pdf"


def _titled(words: dict[str, str], lang: str) -> str:
    one, other = ("en", "zh-Hans") if lang == "en" else ("zh-Hans", "en")
    return words.get(one) or words.get(other) or ""


def _natural(release: Release) -> str | None:
    """The version that one wants to compare with: the one in use, else the one made before, else any other."""
    used = Release.used(current_user.bureau_id, [release.item], today()).get(release.item)
    if used and used != release.id:
        return used
    others = [one.id for one in _others(release)]
    return next((one for one in others if one < release.id), others[0] if others else None)


def _others(release: Release) -> list[Release]:
    """The other versions for the same item that may be read, the newest first."""
    own = current_user.bureau_id
    mine = Release.bureau_id == own
    public = Release.bureau_id.in_(above(own)) & Release.state.in_((PUBLISHED, WITHDRAWN))
    rows = select(Release).where(Release.item == release.item, Release.id != release.id, mine | public)
    return list(db.session.scalars(rows.order_by(Release.id.desc()).limit(VERSIONS)))


def _is(line: Line, kind: str) -> bool:
    if kind == "all":
        return True
    if kind in ("touched", "moved", "renamed"):
        return bool(getattr(line, kind))
    return line.state == kind


def _count(found: Comparison, kind: str) -> int:
    return sum(_is(line, kind) for line in found.lines)


def _row(line: Line) -> Json:
    """A line in words, with the words that changed marked."""
    old, new = line.numbers
    return {
        "line": line,
        "number": f"{old} → {new}" if old and new and old != new else new or old,
        "marks": [name for name in ("added", "removed", "changed", "moved", "renamed") if _is(line, name)],
        "asked": line.node.asked,
        "type": code("type", line.node.asked["type"], _),
        "changes": [_said(change) for change in line.changes],
        "choices": [_choice(one) for one in line.choices],
        "groups": (_group(line.old), _group(line.node)),
    }


def _said(change: Change) -> Json:
    field = _(FIELDS[change.field]) if change.field in FIELDS else change.field
    old, new = change.old, change.new
    if change.shape == "code":
        old, new = code(change.field, old, _), code(change.field, new, _)
        pieces = marks(old, None) + marks(None, new)
    else:
        pieces = marks(old, new)
    return {"field": field, "language": change.language, "shape": change.shape, "pieces": pieces}


def _choice(one: ChoiceChange) -> Json:
    given = [choice["name"] for choice in (one.old, one.new) if choice]
    shown_now = one.new or one.old or {}
    return {
        "state": one.state,
        "name": " → ".join(dict.fromkeys(given)),
        "label": shown_now.get("label") or {},
        "changes": [_said(change) for change in one.changes],
    }


def _group(node: Node | None) -> Json | None:
    """The words of the group that a question stands in."""
    return node.parent.asked["label"] if node and node.parent else None

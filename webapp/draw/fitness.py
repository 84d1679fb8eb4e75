"""Why somebody who would step in cannot go now, from the libraries as they stand; in words that the draw file keeps."""

from collections.abc import Mapping

from webapp.db import db
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.succession import Unfit
from webapp.registry.models import Expert, Inspector, Interest, Lending
from webapp.registry.subjects import Subject


def unfit_now(draw: Draw, visits: Mapping[str, list[str]]) -> Unfit:
    """For `succeed`. `visits`: by subject of the library, the days of this year's visits that count (TJ-10c)."""
    rules = draw.file()["rules"]

    def unfit(kind: str, pool_id: str, name: str) -> str | None:
        known = DrawSubject.of(draw.id, [pool_id]).get(pool_id)
        subject_id = known.subject_id if known else ""
        if kind == "subject":
            return _subject(db.session.get(Subject, subject_id), rules["eligible"], visits)
        if kind == "expert":
            expert = db.session.get(Expert, name)
            return None if expert and expert.active else "已停用"
        return inspector_unfit(draw, db.session.get(Inspector, name), subject_id)

    return unfit


def inspector_unfit(draw: Draw, one: Inspector | None, subject_id: str) -> str | None:
    """Why an inspector cannot go to a subject of the library in the draw's window (RZ-10a, RZ-10b, TJ-10a)."""
    if one is None or not one.user.active:
        return "账号已停用"
    if one.valid_until < draw.ends or (one.valid_from is not None and one.valid_from > draw.begins):
        return f"执法证有效期至 {one.valid_until}"
    if subject_id in Interest.standing([one.user_id])[one.user_id]:
        return "已登记利害关系"
    items = set(draw.task["items"])
    # On a joint visit each covers one item, and the pair together all (`Roster._in_scope`).
    if one.items and not (set(one.items) & items if len(items) > 1 else items <= set(one.items)):
        return "不在事项范围"
    lent = {lending.user_id for lending in Lending.to_bureau(draw.bureau_id, draw.begins, draw.ends)}
    if one.bureau_id != draw.bureau_id and one.user_id not in lent:
        return "抽调已结束"
    return None


def _subject(
    one: Subject | None, eligible: Mapping[str, object], visits: Mapping[str, list[str]]
) -> str | None:
    if one is None or one.state in Subject.GONE:
        return "已注销、吊销或迁出"
    cap = eligible["cap"]
    if isinstance(cap, int) and not eligible["key"] and len(visits.get(one.id, [])) >= cap:
        return "今年检查已到次数上限"
    return None

"""The first page: what waits for a person, by role, at most three numbers and then the list, the most urgent first."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from sqlalchemy import func, or_, select

from webapp.accounts import law_rules
from webapp.accounts.models import Enrolment, Law, Quarantined, User
from webapp.accounts.people import People
from webapp.accounts.roles import ROLES_SAID
from webapp.archive import beside, forms_waiting
from webapp.archive.administration import Administration
from webapp.archive.approving import for_approver, for_asker
from webapp.archive.disposal import PROPOSED, Disposal
from webapp.archive.inbox import SOON, STATES, Inbox
from webapp.archive.models import Archive
from webapp.archive.reading import DOWNLOADED, EXPORTED, VERIFIED, VIEWED, Reading
from webapp.archive.year import for_planner, for_supervisor
from webapp.db import db, now
from webapp.draw.amendments import Amendment
from webapp.draw.models import Draw
from webapp.field.amend import KINDS
from webapp.field.amended import begun_of
from webapp.field.models import Event, Inspection
from webapp.field.rules import ENDED, UNFINISHED, open_wishes
from webapp.words import _, _l

MOST = 50
LATELY = timedelta(days=30)
# A phone that keeps something for a day was not only out of reach for a while.
STUCK = timedelta(days=1)
# A new document takes a season to write.
EXPIRING = timedelta(days=90)
READ = {VIEWED: _l("查看"), DOWNLOADED: _l("下载"), EXPORTED: _l("导出答案"), VERIFIED: _l("核验")}
MARKS = {"sealed": "waiting", "accepted": "passed", "archived": "kept", "assigned": "none"}


@dataclass(frozen=True)
class Number:
    """One of the numbers on top; `urgent` where it is no good sign."""

    count: int
    words: str
    href: str
    urgent: bool = False


@dataclass(frozen=True)
class Wait:
    """One line of what waits: what it is about, what is the matter, how it stands, what to do."""

    name: str
    href: str
    what: str
    state: str
    mark: str = "none"
    more: str = ""
    todo: str = ""
    at: str = ""


@dataclass(frozen=True)
class Part:
    """What waits for one role; with a `title`, for whoever it concerns."""

    role: str
    numbers: list[Number]
    waits: list[Wait]
    empty: str
    note: str = ""
    acts: list[tuple[str, str]] = field(default_factory=list)
    title: str = ""


def parts(user: User, today: date) -> list[Part]:
    """The parts of a person's first page, in the order of `PARTS`; those of domains to the right last, or first where
    something in them is urgent."""
    own = [part(user, today) for role, part in PARTS.items() if role in user.roles]
    more: list[Part] = [part for beside_it in beside.FIRST if (part := beside_it(user, today))]
    urgent = [part for part in more if any(number.urgent for number in part.numbers)]
    return [*urgent, *own, *(part for part in more if part not in urgent)]


def _archivist(user: User, today: date) -> Part:
    box = Inbox(user.bureau_id, today, "sealed")
    numbers = box.numbers()
    shown = {"sealed": _("待审"), "soon": _("七天内到期"), "late": _("已逾期")}
    waits = [
        _about(inspection, str(STATES["sealed"]), "waiting", _("审核，受理或退回"))
        for inspection in box.rows()[:MOST]
    ]
    return Part(
        "archivist",
        [
            Number(numbers[show], words, _list(show), show == "late" and numbers[show] > 0)
            for show, words in shown.items()
        ],
        [*waits, *_behind(user.bureau_id), *_quarantined(user.bureau_id)],
        _("没有待审的检查。检查组签字、封存并同步后，检查会到这里。"),
    )


def _behind(bureau_id: str) -> list[Wait]:
    """Archives of which something came since their last version."""
    return [
        _about(inspection, _("有新材料"), "warning", _("归档新的一版"))
        for inspection in Archive.behind(bureau_id, MOST)
    ]


def _planner(user: User, today: date) -> Part:
    unfinished = _of_bureau(user.bureau_id, *UNFINISHED)
    unable = {one.id: _unable(one, today) for one in unfinished}
    late = [one for one in unfinished if one.due < today]
    soon = [one for one in unfinished if today <= one.due <= today + SOON]
    stuck = [one for one in unfinished if unable[one.id]]
    urgent = [
        _about(one, *_due(one, today), _("催办；去不了的，换人另行指派"), unable[one.id])
        for one in unfinished
        if one in late or one in soon or one in stuck
    ]
    waits = [
        *_amendments(user),
        *urgent[: len(late)],
        *(Wait(**line) for line in for_approver(user) + for_asker(user)),
        *(Wait(**line) for line in forms_waiting.for_approver(user) + forms_waiting.for_writer(user)),
        *(Wait(**line) for line in for_planner(user, today)),
        *urgent[len(late) :],
    ]
    return Part(
        "planner",
        [
            Number(len(late), _("已逾期"), _list("late"), bool(late)),
            Number(len(stuck), _("检查组有人去不了"), "#planner", bool(stuck)),
            Number(len(soon), _("七天内到期"), _list("soon")),
        ],
        waits,
        _("计划和抽取都办好了，指派的检查也不急。要办的事会列在这里。"),
        acts=[(_("指派检查"), url_for("assign.new"))],
    )


def _supervisor(user: User, today: date) -> Part:
    back, recusals = _told(user.bureau_id)
    late = [one for one in _of_bureau(user.bureau_id, *UNFINISHED) if one.due < today]
    waits = [_about(one, _("申请回避"), "warning", _("决定是否换人"), why) for one, why in recusals]
    waits += [] if "planner" in user.roles else _amendments(user)
    waits += [Wait(**line) for line in for_supervisor(user, today)]
    waits += [Wait(**line) for line in for_approver(user)]
    waits += [] if "planner" in user.roles else [Wait(**line) for line in forms_waiting.for_approver(user)]
    waits += [
        _about(one, _("退回 %(count)s 次", count=count), "warning", _("看看卡在哪里")) for one, count in back
    ]
    waits += _quarantined(user.bureau_id)
    waits += [_phone(phone) for phone in _unsent(user.bureau_id)]
    waits += [_about(one, *_due(one, today), _("督促检查组")) for one in late]
    return Part(
        "supervisor",
        [
            Number(len(late), _("已逾期"), _list("late"), bool(late)),
            Number(len(recusals), _("件申请回避"), "#supervisor", bool(recusals)),
            Number(len(back), _("件退回两次以上"), "#supervisor", bool(back)),
        ],
        waits,
        _("没有要督办的事。等批准的计划、逾期、退回两次、申请回避、隔离的内容和没有上传的手机，会列在这里。"),
    )


def _auditor(user: User, _today: date) -> Part:
    mine = Inspection.bureau_id == user.bureau_id
    lately = (mine, Reading.at > now() - LATELY)
    counted = select(Reading.what, func.count()).join(Inspection, Inspection.id == Reading.inspection_id)
    counts = dict(db.session.execute(counted.where(*lately).group_by(Reading.what)).all())
    # One act, however many archives were taken by it.
    acts = select(func.min(Reading.id), func.count()).join(Inspection, Inspection.id == Reading.inspection_id)
    acts = acts.where(*lately).group_by(Reading.user_id, Reading.what, Reading.at)
    proposed = Disposal.of_bureau(user.bureau_id, PROPOSED, limit=MOST)
    waits = [
        _about(one.inspection, _("提出销毁"), "warning", _("见证：等督导员决定"), one.reason)
        for one in proposed
    ]
    newest = db.session.execute(acts.order_by(Reading.at.desc(), func.min(Reading.id).desc()).limit(20))
    waits += [_read(db.session.get_one(Reading, first), count) for first, count in newest]
    return Part(
        "auditor",
        [
            Number(counts.get(VIEWED, 0), _("次查看档案（30 天）"), url_for("shelf.archives")),
            Number(
                counts.get(DOWNLOADED, 0) + counts.get(EXPORTED, 0),
                _("次下载、导出档案（30 天）"),
                url_for("shelf.archives"),
            ),
            Number(len(proposed), _("件提出销毁"), url_for("shelf.disposals")),
        ],
        waits,
        _("三十天内没有人调阅档案，也没有提出销毁的。查看、下载、导出、核验档案都会留痕，列在这里。"),
    )


def _inspector(user: User, today: date) -> Part:
    mine = Inspection.of_people([user.id], but=ENDED)
    todo = [one for one in mine if one.state in UNFINISHED]
    late = [one for one in todo if one.due < today]
    back = [one for one in mine if one.state == "returned"]
    waits = [
        Wait(
            one.number, f"{url_for('app.shell')}#/i/{one.id}", one.subject.name,
            *_due(one, today), todo=_("在手机上继续"), more=str(STATES[one.state]),
        )
        for one in sorted(mine, key=lambda one: (one.state not in UNFINISHED, one.due, one.number))
    ]  # fmt: skip
    return Part(
        "inspector",
        [
            Number(len(todo), _("件要做的检查"), "#inspector"),
            Number(len(late), _("已逾期"), "#inspector", bool(late)),
            Number(len(back), _("件被退回"), "#inspector", bool(back)),
        ],
        [_phone(phone) for phone in _unsent(user.bureau_id, user.id)] + waits[:MOST],
        _("没有分给您的检查。新指派的检查会列在这里，也会到手机上。"),
        note=_("检查在手机上做：用手机的浏览器打开本站，登录后选“现场”。这里只看进展。"),
        acts=[(_("打开现场应用"), url_for("app.shell"))],
    )


def _admin(user: User, today: date) -> Part:
    waiting = Administration(user.bureau_id, today)
    phones, credentials, never = waiting.phones(), waiting.credentials(), waiting.never_in()
    sent = sum(count for _phone, count in phones)
    waits = [*_quarantined(user.bureau_id), *_expiring(user, today)]
    waits += [_credential(one, today) for one in credentials]
    waits += [
        Wait(
            one.name, _person(one), _("账号从未登录"), one.username,
            todo=_("初始密码由安全管理员交给本人；不用的，停用。"),
        )
        for one in never[:20]
    ]  # fmt: skip
    waits += [
        Wait(phone.user.name, _person(phone.user), _("手机已停用"), _day(phone.revoked_at), "kept",
             phone.name, phone.revoke_reason or "")
        for phone, count in phones if not count
    ]  # fmt: skip
    return Part(
        "admin",
        [
            Number(sent, _("条隔离的内容"), url_for("quarantine.listed"), sent > 0),
            Number(len(credentials), _("本执法证到期或将到期"), "#admin"),
            Number(len(never), _("个账号从未登录"), url_for("people.listed", show="never")),
        ],
        waits,
        _("没有要办的事。停用的手机、60 天内到期的执法证、从未登录的账号会列在这里。"),
        note=_("系统管理员不查看检查记录，也不能给角色。检查记录只给检查组和本机构的办公室看。"),
        acts=[(_("新建账号"), url_for("people.new"))],
    )


def _security(user: User, today: date) -> Part:
    proposed = People.proposed(user.bureau_id)
    phones = [phone for phone, _count in Administration(user.bureau_id, today).phones()]
    listed = url_for("people.listed", show="waiting")
    waits = [
        Wait(
            one.name, _person(one), _("建议角色：%(roles)s", roles=_("、").join(map(_role, one.wanted or []))),
            one.username, "waiting", todo=_("核实后授予，或者另选角色"),
        )
        for one in proposed[:MOST]
    ]  # fmt: skip
    waits += [
        Wait(phone.user.name, _person(phone.user), _("手机已停用"), _day(phone.revoked_at), "kept",
             phone.name, phone.revoke_reason or "")
        for phone in phones[:MOST]
    ]  # fmt: skip
    return Part(
        "security",
        [
            Number(len(proposed), _("人等授予角色"), listed, bool(proposed)),
            Number(len(phones), _("部手机已停用"), "#security"),
        ],
        waits,
        _("没有要办的事。系统管理员建议的角色和停用的手机会列在这里。"),
        note=_("账号由系统管理员建，角色由安全管理员给，日志由审计管理员看（三员分立）。"),
        acts=[(_("授予角色"), listed)] if proposed else [],
    )


PARTS: dict[str, Callable[[User, date], Part]] = {
    "archivist": _archivist,
    "planner": _planner,
    "supervisor": _supervisor,
    "auditor": _auditor,
    "admin": _admin,
    "security": _security,
    "inspector": _inspector,
}


def _amendments(user: User) -> list[Wait]:
    """Swaps and cancellations that wait for somebody else than who asked or is to be replaced, and what is left of them."""
    waits = [
        Wait(
            one.draw.task["name"], url_for("amend.one", amendment_id=one.id), str(KINDS[one.kind]),
            _("等批准"), "waiting", one.reason, _("看一遍，批准或者不批准"), _day(one.asked_at),
        )
        for one in Amendment.waiting(user.bureau_id)
        if user.id not in (one.asked_by, one.out)
    ]  # fmt: skip
    for draw in Draw.of_bureau(user.bureau_id):
        left = [] if draw.state != "cancelled" else [one for one, going in begun_of(draw) if not going]
        count = sum(one.state in UNFINISHED for one in left)
        if count:
            href = f"{url_for('hall.one', draw_id=draw.id)}#begun"
            state, todo = _("%(n)s 次检查已经开始", n=count), _("逐一决定做完还是取消")
            waits.append(Wait(draw.task["name"], href, _("抽取已取消"), state, "warning", todo=todo))
    return waits


def _role(role: str) -> str:
    return str(ROLES_SAID[role])


def _about(inspection: Inspection, state: str, mark: str, todo: str, more: str = "") -> Wait:
    href = url_for("archive.review", inspection_id=inspection.id)
    return Wait(inspection.number, href, inspection.subject.name, state, mark, more, todo)


def _due(inspection: Inspection, today: date) -> tuple[str, str]:
    left = (inspection.due - today).days
    if inspection.state not in UNFINISHED:
        return str(STATES[inspection.state]), MARKS.get(inspection.state, "none")
    if left < 0:
        return _("逾期 %(days)s 天", days=-left), "late"
    if left == 0:
        return _("今天到期"), "warning"
    return _("还有 %(days)s 天", days=left), "warning" if left <= SOON.days else "none"


def _unable(inspection: Inspection, today: date) -> str:
    """Who of the pair cannot go, and why; empty where all can."""
    said = []
    for member in inspection.members:
        name = member.inspector.user.name
        if not member.inspector.user.active:
            said.append(_("%(name)s 的账号已停用", name=name))
        elif member.inspector.valid_until < max(today, inspection.due):
            said.append(_("%(name)s 的执法证到 %(day)s 为止", name=name, day=member.inspector.valid_until))
    return "；".join(said)


def _told(bureau_id: str) -> tuple[list[tuple[Inspection, int]], list[tuple[Inspection, str]]]:
    """Inspections under way that were sent back twice or more, and those in which recusal is wanted, with why."""
    states = ("assigned", "open", "sealed", "returned")
    rows = select(Event.inspection_id, Event.text).join(Inspection, Inspection.id == Event.inspection_id)
    # An event is kept as canonical JSON, so its type stands in its text; whether it is the type is seen below.
    named = or_(*(Event.text.contains(f'"type":"{kind}"') for kind in ("return", "recuse")))
    found = db.session.execute(
        rows.where(Inspection.bureau_id == bureau_id, Inspection.state.in_(states), named)
    )
    back: Counter[str] = Counter()
    asked: set[str] = set()
    for inspection_id, text in found:
        event = Event(text=text).body
        back[inspection_id] += event["type"] == "return"
        if event["type"] == "recuse":
            asked.add(inspection_id)
    twice = [(_get(name), count) for name, count in back.most_common() if count >= 2]
    return twice, [(one, why) for one in map(_get, sorted(asked)) if (why := _wanted(one))]


def _wanted(inspection: Inspection) -> str:
    """Why somebody is to step aside, as the record has it: what was withdrawn or decided does not wait any more."""
    given = open_wishes(inspection.record())
    return "；".join(str(one["reason"]) for one in given) or (_("没有写明理由") if given else "")


def _quarantined(bureau_id: str) -> Iterator[Wait]:
    rows = Quarantined.of_bureau(bureau_id, judged=False, limit=1000)
    counts = Counter((row.device, row.sender) for row in rows)
    for (_device, sender), count in counts.most_common():
        yield Wait(
            sender.name, url_for("quarantine.listed"), _("停用的手机或换下的人发来了内容"),
            _("%(count)s 条已隔离", count=count), "warning", todo=_("核实是谁写的，再逐条判断"),
        )  # fmt: skip


def _unsent(bureau_id: str, user_id: str | None = None) -> list[Enrolment]:
    """Phones that said, a while ago, that they keep something the bureau does not have; each once."""
    rows = select(Enrolment).join(User, User.id == Enrolment.user_id).where(User.bureau_id == bureau_id)
    rows = rows.where(Enrolment.revoked_at.is_(None), Enrolment.reported_at < now() - STUCK)
    if user_id:
        rows = rows.where(Enrolment.user_id == user_id)
    phones = {
        phone.device_id: phone
        for phone in db.session.scalars(rows.order_by(Enrolment.reported_at))
        if phone.unsent
    }
    return list(phones.values())[:MOST]


def _phone(phone: Enrolment) -> Wait:
    return Wait(
        phone.user.name, "", _("手机上有没上传的内容"),
        _("%(events)s 条、%(photos)s 张照片", events=phone.unsent_events or 0, photos=phone.unsent_photos or 0),
        "warning", phone.name, _("请本人打开手机应用并连上网络"), _day(phone.reported_at),
    )  # fmt: skip


def _read(reading: Reading, count: int) -> Wait:
    """What somebody read at once: the archive, or how many."""
    said, day = f"{reading.user.name} {READ[reading.what]}", _day(reading.at)
    if count > 1:
        many = _("%(count)s 件档案", count=count)
        return Wait(many, url_for("shelf.archives"), "", said, "kept", at=day)
    inspection = db.session.get_one(Inspection, reading.inspection_id)
    href = url_for("archive.review", inspection_id=inspection.id)
    return Wait(inspection.number, href, inspection.subject.name, said, "kept", at=day)


def _expiring(user: User, today: date) -> Iterator[Wait]:
    law = Law.in_force(user.bureau_id, today)
    end = law_rules.expires(law.settings) if law else None
    if end and (end - today).days <= EXPIRING.days:
        state = (
            _("已过期 %(days)s 天", days=(today - end).days)
            if end < today
            else _("还有 %(days)s 天", days=(end - today).days)
        )
        what, todo = _("本机构的文件有效期到 %(day)s", day=end), _("有延期或新的文件，更新设置")
        yield Wait(
            _("设置"),
            url_for("settings.current"),
            what,
            state,
            "late" if end < today else "warning",
            todo=todo,
        )


def _credential(inspector: Any, today: date) -> Wait:
    left = (inspector.valid_until - today).days
    state = _("已过期 %(days)s 天", days=-left) if left < 0 else _("还有 %(days)s 天", days=left)
    what = _("执法证 %(number)s 有效至 %(day)s", number=inspector.credential, day=inspector.valid_until)
    mark = "late" if left < 0 else "warning"
    todo = _("换证后，从表格导入新的有效期。")
    return Wait(inspector.user.name, _person(inspector.user), what, state, mark, todo=todo)


def _of_bureau(bureau_id: str, *states: str) -> list[Inspection]:
    rows = select(Inspection).where(Inspection.bureau_id == bureau_id, Inspection.state.in_(states))
    return list(db.session.scalars(rows.order_by(Inspection.due, Inspection.number)))


def _get(name: str) -> Inspection:
    return db.session.get_one(Inspection, name)


def _person(user: User) -> str:
    return url_for("people.person", user_id=user.id)


def _list(show: str) -> str:
    return url_for("archive.inbox", show=show)


def _day(time: datetime | None) -> str:
    return format_datetime(time, "MM-dd HH:mm") if time else ""

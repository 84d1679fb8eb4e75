"""更换和取消 as acts of two people: one asks with a reason, another approves or refuses with a reason (RZ-10b, TJ-10b).

Nothing changes before it is approved; then the draw has one file more, and every earlier one stays as it was published.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now
from webapp.draw import swaps
from webapp.draw.asking import at
from webapp.draw.fitness import unfit_now
from webapp.draw.layout import DrawFile
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.shape import is_text
from webapp.draw.succession import succeed
from webapp.errors import Problem
from webapp.ids import is_uuid

CANCEL = "cancel"
LONGEST = 200
# Why, as the public file says it; what is typed stands behind.
WHY: dict[str, dict[str, str]] = {
    "subject": {
        "closed": "已注销、吊销或者歇业",
        "moved": "已迁出",
        "unfound": "无法联系",
        "other": "其他原因",
    },
    "inspector": {
        "recusal": "回避",
        "away": "因故不能前往",
        "credential": "执法证失效",
        "transferred": "调离",
        "other": "其他原因",
    },
    "expert": {"recusal": "回避", "away": "因故不能前往", "other": "其他原因"},
    CANCEL: {
        "list": "名录或者规则有误",
        "process": "抽取过程有误",
        "plan": "计划变更",
        "other": "其他原因",
    },
}
WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"


class Amendment(db.Model):
    """A swap or a cancellation that was asked for. `subject` and `out` are ids of the file; `wish` is the event by which a
    pair asked for recusal. Decided once, it is never changed.
    """

    __tablename__ = "amendment"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str]
    out: Mapped[str]
    why: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    wish: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(16), default=WAITING, index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opinion: Mapped[str] = mapped_column(Text, default="")
    draw: Mapped[Draw] = relationship()
    asker: Mapped[User] = relationship(foreign_keys=[asked_by])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])

    @classmethod
    def of_draw(cls, draw_id: str) -> list["Amendment"]:
        """All that was asked of a draw, the latest first."""
        rows = select(cls).where(cls.draw_id == draw_id)
        return list(db.session.scalars(rows.order_by(cls.id.desc())))

    @classmethod
    def waiting(cls, bureau_id: str) -> list["Amendment"]:
        """What waits for a second person, the oldest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.state == WAITING)
        return list(db.session.scalars(rows.order_by(cls.id)))

    @classmethod
    def ask(
        cls, author: User, draw: Draw, given: Mapping[str, str], visits: Mapping[str, list[str]]
    ) -> "Amendment":
        """Ask for it: `given` has `kind subject out why text wish`. The draw's row must be locked.

        Raises `draw_state`, `amendment_what`, `amendment_why`, `reason_needed`, `amendment_long`, `amendment_names`,
        `amendment_waits`, `recusal_decided`, and what stands against the swap as far as it is known now (`tried`).
        """
        kind, why = given.get("kind", ""), given.get("why", "")
        if kind not in WHY:
            raise Problem("amendment_what")
        if draw.state == "cancelled" or (kind != CANCEL and draw.state != "drawn"):
            raise Problem("draw_state")
        if why not in WHY[kind]:
            raise Problem("amendment_why")
        typed = " ".join(given.get("text", "").split())
        if not typed or not is_text(typed):
            raise Problem("reason_needed")
        if len(typed) > LONGEST:
            raise Problem("amendment_long")
        if DrawSubject.named_in(draw.id, typed):
            raise Problem("amendment_names")
        subject = "" if kind == CANCEL else given.get("subject", "")
        out = subject if kind in ("subject", CANCEL) else given.get("out", "")
        if any((one.kind, one.subject, one.out) == (kind, subject, out) for one in _open(draw.id)):
            raise Problem("amendment_waits")
        wish = given.get("wish") or None
        if wish and not is_uuid(wish):
            raise Problem("recusal_decided")
        asked = cls(
            id=str(uuid7()), bureau_id=draw.bureau_id, draw_id=draw.id, kind=kind, subject=subject, out=out, why=why,
            reason=f"{WHY[kind][why]}：{typed}", wish=wish, state=WAITING, asked_by=author.id,
            asked_at=now(), asker=author, draw=draw,
        )  # fmt: skip
        asked.tried(visits)
        db.session.add(asked)
        db.session.flush()
        return asked

    @classmethod
    def locked(cls, amendment_id: str, bureau_id: str) -> "Amendment":
        """It and its draw under their row locks. Raises `not_found`, `amendment_decided`."""
        draw_id = db.session.scalar(
            select(cls.draw_id).where(cls.id == amendment_id, cls.bureau_id == bureau_id)
        )
        if draw_id is None:
            raise Problem("not_found")
        Draw.locked(draw_id, bureau_id)
        rows = select(cls).where(cls.id == amendment_id).with_for_update(of=cls)
        found = db.session.scalars(rows.execution_options(populate_existing=True)).one()
        if found.state != WAITING:
            raise Problem("amendment_decided")
        return found

    def tried(self, visits: Mapping[str, list[str]], approver: str = "—") -> DrawFile:
        """The file as it would be. Raises `draw_state`, `amendment_gone`, `draw_exhausted`, and `draw_nobody` with the
        refusal that explains it.
        """
        file, moment = self.draw.file(), at(now())
        asker = (
            self.asker.name if self.asker.name != approver else f"{self.asker.name}（{self.asker.username}）"
        )
        said = {"reason": self.reason, "asked": asker, "approved": approver, "time": moment}
        try:
            if self.kind == CANCEL:
                return swaps.cancel(file, **said)
            ask = {"kind": self.kind, "subject": self.subject, "out": self.out, **said}
            return succeed(file, ask, unfit_now(self.draw, visits))
        except swaps.NotSwapped as error:
            raise Problem(NOT_SWAPPED[error.code], refusal=error.refusal) from error

    def approve(self, approver: User, visits: Mapping[str, list[str]]) -> DrawFile:
        """Let it take effect in the draw's file; gives the file. It must be locked. Raises `amendment_own` for who asked or
        is to be replaced, and what `tried` raises.
        """
        if approver.id in (self.asked_by, self.out):
            raise Problem("amendment_own")
        file = self.tried(visits, approver.name)
        self.draw.keep(approver, "cancelled" if self.kind == CANCEL else "swapped", file)
        self._decide(approver, APPROVED, "")
        return file

    def refuse(self, approver: User, reason: str) -> None:
        """Refuse it, with a reason that is kept. It must be locked. Raises `amendment_own`, `reason_needed`."""
        if approver.id in (self.asked_by, self.out):
            raise Problem("amendment_own")
        if not reason:
            raise Problem("reason_needed")
        self._decide(approver, REFUSED, reason)

    def _decide(self, approver: User, state: str, opinion: str) -> None:
        self.state, self.decided_by, self.decided_at, self.opinion = state, approver.id, now(), opinion
        db.session.flush()


NOT_SWAPPED = {
    "not_drawn": "draw_state",
    "unknown": "amendment_gone",
    "exhausted": "draw_exhausted",
    "nobody": "draw_nobody",
    "approver": "amendment_own",
}


def _open(draw_id: str) -> list[Amendment]:
    rows = select(Amendment).where(Amendment.draw_id == draw_id, Amendment.state == WAITING)
    return list(db.session.scalars(rows))

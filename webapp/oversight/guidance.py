"""Flow, standards and discipline at hand (CA-2.5, RZ-18, TJ-15): each bureau's own text with every version, else its
superior's, else the one that comes with the program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, china_day, db, now
from webapp.errors import Problem
from webapp.words import _l

KINDS = {"flow": _l("检查流程"), "standards": _l("检查标准"), "discipline": _l("工作纪律")}
LONGEST = 20_000
SUPPLIED = {
    "flow": _l(
        "一、出发前：看任务列表和通知书，打开“出发前检查”，检查表、电量、登录都准备好。\n"
        "二、到场：两人同到，记录到达，扫检查对象的码；出示执法证，送达通知书，告知权利，问双方是否回避。\n"
        "三、检查：按检查表逐项看、逐项填，只查清单上的事项；不合格的拍照、写备注，写清在哪里、是什么。\n"
        "四、结果：选一个与发现一致的结果；能当场查清的当场告知，不能的写明后续怎么办。\n"
        "五、签字：请检查对象看完全文再签字、盖章；拒签或不在场的，写明原因，请见证人作证。两名检查人员各自签字。\n"
        "六、封存和上传：封存以后不再改；显示“已在机关”以前，不清除手机上的内容。\n"
        "七、以后：按期限告知、公示、跟进整改；一次检查一份档案。"
    ),
    "standards": _l(
        "一、判断以检查表写明的依据为准，不凭印象。\n"
        "二、合格的要看到原件或者现场；没有看到的，不判合格。\n"
        "三、不合格的要有证据：照片看得清内容和位置，备注写明事实，不写推测。\n"
        "四、不适用的写明为什么不适用。\n"
        "五、时间、地点、在场的人当时就记，不事后补。\n"
        "六、两人意见不一致的，现场商量后选定一份；不一致时不能签字。\n"
        "七、拍照不拍无关的人和证件号码；确需拍的，用遮挡标注。"
    ),
    "discipline": _l(
        "一、依法行政、廉洁执法，切实履行监管职责。\n"
        "二、不妨碍检查对象正常的生产经营活动。\n"
        "三、不索取、不收受财物，不谋取其他利益，不收取或者变相收取费用。\n"
        "四、与检查对象有利害关系的，主动回避。\n"
        "五、检查以前不透露查谁，检查以后不泄露商业秘密和个人信息。\n"
        "六、滥用职权、玩忽职守、徇私舞弊的，依法依纪追究责任。"
    ),
}


class Guidance(db.Model):
    """One version of one text of a bureau; the newest counts, the others stay to be read. Nothing is changed."""

    __tablename__ = "guidance"
    __table_args__ = (Index("ix_guidance_newest", "bureau_id", "kind", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")
    bureau: Mapped[Bureau] = relationship(lazy="joined")

    @classmethod
    def versions(cls, bureau_id: str, kind: str) -> list["Guidance"]:
        """A bureau's own versions, the newest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.kind == kind).order_by(cls.id.desc())
        return list(db.session.scalars(rows))

    @classmethod
    def write(cls, author: User, kind: str, body: str) -> bool:
        """Add a version where the text is another. Raises `not_found`, `guidance_empty`, `guidance_long`."""
        if kind not in KINDS:
            raise Problem("not_found")
        given = "\n".join(line.rstrip() for line in body.splitlines()).strip()
        if not given:
            raise Problem("guidance_empty")
        if len(given) > LONGEST:
            raise Problem("guidance_long")
        if given == in_force(author.bureau, kind).body:
            return False
        db.session.add(cls(bureau_id=author.bureau_id, kind=kind, body=given, author_id=author.id))
        return True


@dataclass(frozen=True)
class Standing:
    """What counts now: `row` is None where the text comes with the program."""

    kind: str
    title: str
    body: str
    row: Guidance | None

    def as_json(self) -> dict[str, Any]:
        """What the phone keeps."""
        day = china_day(self.row.at).isoformat() if self.row else None
        return {"kind": self.kind, "title": self.title, "body": self.body, "day": day}


def in_force(bureau: Bureau, kind: str) -> Standing:
    """The text of the bureau, of the nearest one above it that has one, or the one that comes with the program."""
    for one in bureau.line():
        if found := Guidance.versions(one.id, kind)[:1]:
            return Standing(kind, str(KINDS[kind]), found[0].body, found[0])
    return Standing(kind, str(KINDS[kind]), str(SUPPLIED[kind]), None)


def all_in_force(bureau: Bureau) -> list[Standing]:
    """Flow, standards, discipline, as they count now."""
    return [in_force(bureau, kind) for kind in KINDS]

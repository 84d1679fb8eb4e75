"""A small language for logs: `Log()` writes events as two inspectors' phones would."""

import base64
from typing import Any

from webapp.field.fold import covers, fold

INSPECTION = "01930000-0000-7000-8000-0000000000aa"
WANG, LI = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000b2"
PHONES = {WANG: "10000000-0000-4000-8000-0000000000a1", LI: "20000000-0000-4000-8000-0000000000b2"}
CHEN = "00000000-0000-4000-8000-0000000000c3"
VISIT = {
    "number": "平人社检〔2026〕00001号",
    "bureau": {"id": "b", "name": "平顶山市人力资源和社会保障局"},
    "subject": {
        "id": "s",
        "name": "华鑫人力资源有限公司",
        "code": "91410400MA00000000",
        "address": "建设路1号",
    },
    "items": [{"id": "i", "code": "pd1", "name": "人力资源服务机构管理检查"}],
    "forms": ["f" * 64],
    "pair": [
        {"id": WANG, "name": "王强", "credential": "16040001"},
        {"id": LI, "name": "李娜", "credential": "16040002"},
    ],
    "reason": {"kind": "assigned", "text": "上级交办"},
}
PIXEL = {"sha256": "a" * 64, "size": 100, "mime": "image/jpeg", "width": 4, "height": 3}


class Log(list[dict[str, Any]]):
    """The events of one inspection, in the order in which they were written."""

    def add(self, author: str, kind: str, seq: int | None = None, /, **payload: Any) -> str:
        """Write an event; `seq` is one more than the highest unless the author had not seen the others."""
        number = len(self) + 1
        self.append(
            {
                "id": f"01930000-0000-7000-8000-{number:012x}",
                "inspection": INSPECTION,
                "seq": seq or max((event["seq"] for event in self), default=0) + 1,
                "device": PHONES.get(author, "office"),
                "author": author,
                "type": kind,
                "time": f"2026-11-21T16:{number // 60:02}:{number % 60:02}.000+08:00",
                "clock": "verified",
                "payload": payload,
            }
        )
        return str(self[-1]["id"])

    def answer(self, author: str, question: str, value: Any, seq: int | None = None, /, **more: Any) -> str:
        """Answer what stands on the author's screen: everything so far with a lower seq."""
        seen = [event for event in self if seq is None or event["seq"] < seq]
        standing = fold(seen)["content"]["answers"].get(question, [])
        replaces = more.pop("replaces", [answer["event"] for answer in standing])
        return self.add(
            author, "answer", seq, question=question, value=value, note=more.get("note"), replaces=replaces
        )

    def visited(self) -> "Log":
        """Arrive, find one thing, set the result."""
        self.add(
            WANG,
            "arrive",
            position={"latitude": "33.766200", "longitude": "113.192600", "accuracy": "12"},
            visit=VISIT,
        )
        self.add(WANG, "present", name="赵总", role="经理", phone=None)
        self.answer(WANG, "pd1/PD1-1", "pass")
        self.answer(LI, "pd1/PD1-2", "fail", note="未公示收费标准")
        self.add(LI, "photo", question="pd1/PD1-2", position=None, **PIXEL)
        self.add(WANG, "result", code="corrected", told=True, note=None, replaces=[])
        return self

    def sign(self, author: str, role: str, seq: int | None = None, /, **more: Any) -> str:
        """Sign the record as it stands."""
        given = {
            "name": "赵总",
            "title": "经理",
            "phone": None,
            "strokes": [[[1, 2, 0, 500], [9, 8, 16, 400]]],
        }
        canvas = {"width": 300, "height": 150}
        return self.add(
            author, "sign", seq, **{**given, "role": role, "canvas": canvas, "record_hash": self.hash, **more}
        )

    def signed(self) -> "Log":
        """The subject and both inspectors sign."""
        self.sign(WANG, "subject")
        self.sign(WANG, "inspector", name="王强")
        self.sign(LI, "inspector", name="李娜")
        return self

    def seal(self, author: str = WANG, seq: int | None = None, /, **more: Any) -> str:
        """Seal everything so far."""
        ids = sorted(event["id"] for event in self)
        payload = {
            "record_hash": self.hash,
            "covers": covers(ids),
            "events": ids,
            "signature": base64.b64encode(b"x").decode(),
        }
        return self.add(author, "seal", seq, **{**payload, **more})

    @property
    def hash(self) -> str:
        """The hash of the record as it stands."""
        return str(fold(self)["record_hash"])


def sealed() -> Log:
    """A log with the usual ending."""
    log = Log().visited().signed()
    log.seal()
    return log

"""What went on after some of the demo's visits: orders, a proof, an objection, a penalty, a list, a case handed over."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app

from webapp.archive.models import Archive
from webapp.db import CHINA, db, today
from webapp.demo import world
from webapp.demo.year import who
from webapp.field.models import SUBJECT, Inspection
from webapp.followup import acts, issuing

WAGES = "涉嫌拒不支付劳动报酬，数额较大，移送审查。"


def load_follow() -> int:
    """Load what is not there yet, and count the inspections that something followed. The caller commits."""
    ids = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
    done = 0
    # A paper's code says where the program is reached; the demo is reached where it is loaded.
    with current_app.test_request_context():
        for key, deed in DEEDS.items():
            inspection = db.session.get(Inspection, ids[key])
            if inspection is not None and not _begun(inspection):
                deed(inspection)
                done += 1
    return done


def _begun(inspection: Inspection) -> bool:
    types = {step.type for step in acts.after(inspection).all}
    return not types.isdisjoint({"order", "object", "penalty", "transfer"})


def _ordered(inspection: Inspection) -> None:
    archivist, usual = who(inspection.bureau_id, "archivist"), issuing.usual(inspection)
    order = issuing.order(
        archivist, inspection,
        usual | {"number": issuing.next_number(inspection), "contact": "监察科 0375-2988001"},
    )  # fmt: skip
    proof = {"order": order, "text": "工资支付表已补齐签字页，请核。", "name": "人事经理", "phone": ""}
    picture = world.photo(["工资支付表", "9 月签字页"], "follow/proof")
    acts.write(SUBJECT, inspection, "proof", proof, [("工资支付表.jpg", picture)])


def _late(inspection: Inspection) -> None:
    archivist, usual = who(inspection.bureau_id, "archivist"), issuing.usual(inspection)
    day = inspection.visited or today()
    said = {
        "number": issuing.next_number(inspection), "deadline": (today() - timedelta(days=2)).isoformat(),
        "demands": usual["demands"], "basis": usual["basis"], "remedy": usual["remedy"], "contact": "监察科 0375-2988001",
    }  # fmt: skip
    inspection.append_office(
        archivist, "order", said, datetime.combine(day + timedelta(days=1), time(12), CHINA)
    )


def _objected(inspection: Inspection) -> None:
    said = {
        "text": "检查当天负责人外出，收费标准公示牌正在更换，第二天已经挂好。认定“未公示”与实际不符，请复查。",
        "name": "店长", "phone": "", "way": "letter", "at": today().isoformat(),
    }  # fmt: skip
    acts.write(who(inspection.bureau_id, "archivist"), inspection, "object", said)


def _punished(inspection: Inspection) -> None:
    archivist = who(inspection.bureau_id, "archivist")
    prefix = inspection.bureau.number_prefix.removesuffix("检")
    penalty = {
        "number": f"{prefix}罚〔{today().year}〕17号", "kind": "fine", "amount": "20000.00",
        "basis": "《劳动保障监察条例》第三十条",
        "facts": "不按要求报送书面材料，经责令改正拒不改正。", "unit": inspection.bureau.name, "at": today().isoformat(),
        "public": True, "until": None,
    }  # fmt: skip
    acts.write(archivist, inspection, "penalty", penalty)
    entry = {
        "list": "拖欠农民工工资失信联合惩戒对象名单", "flag": "dishonest",
        "basis": "《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》",
        "begins": today().isoformat(), "ends": None, "reason": "经责令仍未支付，数额较大。",
    }  # fmt: skip
    acts.write(archivist, inspection, "discipline", entry)


def _moved(inspection: Inspection) -> None:
    archivist, newest = who(inspection.bureau_id, "archivist"), Archive.latest(inspection)
    if newest is None:
        return
    said: dict[str, Any] = {"package": newest.sha256, "version": newest.version, "receipt": ""}
    acts.write(
        archivist,
        inspection,
        "transfer",
        said | {"to": "市公安局治安管理支队", "kind": "justice", "reason": WAGES},
    )


DEEDS = {"pd-15": _ordered, "pd-18": _late, "rz-09": _objected, "pd-25": _punished, "tj-09": _moved}

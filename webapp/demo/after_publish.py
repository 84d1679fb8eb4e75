"""Results of some of the demo's visits: decided by two people, and published or waiting for it; a platform's columns."""

from datetime import datetime, time, timedelta

from webapp.canonical import digest
from webapp.db import CHINA, db, today
from webapp.demo import world
from webapp.demo.year import who
from webapp.field.models import Inspection
from webapp.followup import acts
from webapp.publish import choosing
from webapp.publish.platform import Platform
from webapp.publish.preparing import Preparation

PUBLISHED = ("pd-16", "pd-23", "pd-28", "ca-09", "tj-09")
DECIDED = ("pd-14", "rz-08")
# The demo bureau whose document names a platform, with the columns that such platforms ask for.
PLATFORM = ("rz", "国家企业信用信息公示系统（部门协同监管平台—河南）")
COLUMNS = {
    "任务编号": "number", "检查对象名称": "subject", "统一社会信用代码": "code", "抽查事项": "items",
    "检查日期": "inspected", "检查结果": "result", "检查人员": "inspectors", "执法证号": "credentials",
    "公示日期": "published", "回执号": "receipt",
}  # fmt: skip


def load_publications() -> int:
    """Load what is not there yet, and count the inspections that were decided. The caller commits."""
    ids = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
    done = 0
    for key in (*DECIDED, *PUBLISHED):
        inspection = db.session.get(Inspection, ids[key])
        if inspection and acts.after(inspection).result is None and inspection.result:
            _decide(inspection)
            if key in PUBLISHED:
                _publish(inspection)
            done += 1
    _platform()
    return done


def _decide(inspection: Inspection) -> None:
    said = {"code": inspection.result, "sub": None, "note": "", "objection": None}
    decision = inspection.append_office(
        who(inspection.bureau_id, "archivist"), "decide", said, _at(inspection, 2, 10)
    )
    agreed = {"target": decision, "granted": True, "opinion": "同意"}
    inspection.append_office(
        who(inspection.bureau_id, "supervisor"), "approve", agreed, _at(inspection, 2, 15)
    )


def _publish(inspection: Inspection) -> None:
    document = Preparation(inspection).document
    said = {
        "document": document,
        "document_hash": digest(document),
        "until": None,
        **choosing.decisions(choosing.EMPTY),
    }
    inspection.append_office(who(inspection.bureau_id, "archivist"), "publish", said, _at(inspection, 4, 9))


def _at(inspection: Inspection, days: int, hour: int) -> datetime:
    day = (inspection.visited or today()) + timedelta(days=days)
    return datetime.combine(day, time(hour, 20), CHINA)


def _platform() -> None:
    bureau, name = PLATFORM
    author = who(next(one["id"] for one in world.bureaus() if one["key"] == bureau), "archivist")
    if not Platform.of_bureau(author.bureau_id):
        columns = [{"title": title, "field": field, "text": ""} for title, field in COLUMNS.items()]
        Platform.keep(author, None, name, columns)

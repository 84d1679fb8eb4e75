"""The public site with something on it, for a real browser: results of the demo, one of them corrected, one withdrawn."""

from __future__ import annotations

from tests.browser.server import Server
from tests.publish.shown import document_of, publish
from webapp import create_app
from webapp.db import db
from webapp.demo import world
from webapp.draw.models import Draw
from webapp.field.models import Inspection
from webapp.plan.models import Plan

IDS = {one["key"]: one["id"] for one in world.assignments()}
PD = next(one["id"] for one in world.bureaus() if one["key"] == "pd")
FOUND = {
    "result": {"code": "corrected", "sub": None, "decided": "2026-10-30"},
    "findings": [{"label": "未在经营场所公示收费标准", "law": "《人力资源市场暂行条例》第三十二条"}],
    "text": "经核实，收费标准已经公示。",
    "orders": [{"deadline": "2026-11-20", "outcome": "done"}],
    "penalties": [
        {
            "number": "平人社罚〔2026〕3号",
            "kind": "fine",
            "amount": "10000.00",
            "at": "2026-11-18",
            "until": None,
        }
    ],
}


def published(server: Server) -> dict[str, str]:
    """Publish; gives the paths of a page of each kind by its name."""
    with create_app({"DATA": server.folder}).app_context():
        for key in ("pd-08", "pd-09", "pd-13", "pd-14"):
            publish(db.session.get_one(Inspection, IDS[key]))
        found = db.session.get_one(Inspection, IDS["pd-12"])
        publish(found, document_of(found, told=None, **FOUND), document_of(found, **FOUND))
        publish(db.session.get_one(Inspection, IDS["pd-22"]), gone=True)
        draw = db.session.query(Draw).filter_by(bureau_id=PD).first()
        plan = db.session.query(Plan).filter_by(bureau_id=PD).first()
        assert draw and plan
        below = {
            "draw": f"draws/{draw.id}",
            "plan": f"plans/{plan.id}",
            "subject": f"subjects/{found.subject_id}",
        }
    result = f"results/{IDS['pd-12']}"
    names = ("results", "items", "subjects", "inspectors", "plans", "draws", "year/2026", "data")
    pages = {"front": f"?bureau={PD}"} | {name.partition("/")[0]: f"{name}?bureau={PD}" for name in names}
    pages |= {
        "search": f"results?bureau={PD}&q=有限&result=no_problem",
        "none": f"results?bureau={PD}&q=查无此名",
    }
    pages |= {
        "result": result,
        "gone": f"results/{IDS['pd-22']}",
        "bureaus": "bureaus",
        "roots": "roots",
        "key": f"bureaus/{PD}/key",
        **below,
    }
    return {name: f"/public/{path}" for name, path in pages.items()} | {"repeat": "/verify/draw"}

"""A visit with a form that has logic: what is asked depends on what was answered, and people are checked one by one."""

from typing import Any

from tests.archive import build
from tests.archive.build import LI, Log
from tests.vectors.make_rows import both, choice, q
from webapp.archive.document import document
from webapp.archive.package import build as package
from webapp.canonical import digest

Json = dict[str, Any]
YES_NO = [choice("yes", both("是", "Yes")), choice("no", both("否", "No"))]
STREETS = [("sg", "曙光街", "xh"), ("wy", "五一路", "wd"), ("dh", "东环路", "wd")]
FORM: Json = {
    "name": "pd4",
    "version": "2026.2",
    "item": "PD4",
    "title": both("劳务派遣检查表", "Labour dispatch"),
    "questions": [
        q("select_one", "dispatch", both("经营劳务派遣", "Does labour dispatch"), choices=YES_NO, required=True),
        q(
            "group", "g", both("用工情况", "Workers"), relevant="${dispatch} = 'yes'",
            children=[
                q("integer", "workers", "用工总量", required=True),
                q("integer", "sent", "被派遣劳动者", constraint=". <= ${workers}",
                  constraint_message=both("不超过 ${workers} 人", "At most ${workers}")),
                q("calculate", "share", "比例", calculate="round(${sent} div ${workers} * 100, 1)"),
                q("text", "percent", "派遣比例（%）", calculate="${share}"),
                q("select_one", "over", "派遣 ${share}% 的处理", relevant="${share} > 10",
                  law="《劳务派遣暂行规定》第四条", photo="required_when_failed", verdict=["none"], severity="严重",
                  choices=[choice("plan", "已有调整方案"), choice("none", "没有调整方案")]),
            ],
        ),
        q(
            "repeat", "worker", both("抽查的劳动者 ${name}", "Worker ${name}"),
            children=[
                q("text", "name", "姓名", required=True),
                q("verdict", "contract", "${name} 的劳动合同", photo="required_when_failed", severity="一般"),
                q("repeat", "owed", "欠薪", relevant="${contract} = 'fail'", children=[
                    q("text", "month", "月份"), q("decimal", "sum", "金额")]),
            ],
        ),
        q("select_one", "district", "区", choices=[choice("xh", "新华区"), choice("wd", "卫东区")]),
        q("select_one", "street", "街道", choice_filter="district = ${district}",
          choices=[choice(name, label, district=district) for name, label, district in STREETS]),
        q("rank", "order", "整改次序", choices=[choice("pay", "工资"), choice("paper", "合同"), choice("file", "台账")]),
        q("range", "score", "评分", range={"start": "0", "end": "10", "step": "1"}),
        q("acknowledge", "told", "已告知救济途径"),
        q("datetime", "again", "复查时间"),
        q("text", "city", "城市", default="'平顶山'"),
        q("note", "end", "检查表填写完毕。"),
    ],
}  # fmt: skip
FORMS = [FORM]


def visited() -> Log:
    """Two workers checked, one of them without a contract; a tenth of all are sent."""
    log = Log()
    visit = build.VISIT | {"forms": [digest(FORM)]}
    log.add(
        "arrive", {"position": {"latitude": "33.7", "longitude": "113.3", "accuracy": "12"}, "visit": visit}
    )
    given = {
        "dispatch": "yes", "workers": 200, "sent": 50, "over": "none", "name[1]": "张三", "contract[1]": "pass",
        "name[2]": "李四", "contract[2]": "fail", "month[2.1]": "9 月", "sum[2.1]": "3000.50", "month[2.2]": "10 月",
        "district": "wd", "street": "dh", "order": ["paper", "pay", "file"], "score": "7", "told": True,
        "again": "2026-12-21T09:30:00.000+08:00",
    }  # fmt: skip
    for key, value in given.items():
        log.answer(f"pd4/{key}", value, author=LI)
    log.answer("pd4/contract[2]", "fail", "未签书面合同", author=LI)
    log.photo("pd4/contract[2]", build.picture(40), "台账里没有合同")
    log.photo("pd4/over", build.picture(60), "没有调整方案")
    log.add("result", {"code": "corrected", "told": True, "note": "责令十日内改正", "replaces": []})
    return log


def sealed(log: Log) -> Log:
    """Signed by all three and sealed."""
    log.sign("subject", "孙经理")
    log.sign("inspector", "王明", build.WANG)
    log.sign("inspector", "李娜", LI)
    log.seal()
    return log


def words(log: Log, **more: Any) -> Json:
    """The record in words."""
    return document(log.record, FORMS, build.ASSIGNMENT, names=build.NAMES, events=log.events, **more)


def packed(log: Log) -> bytes:
    """The archive of a sealed log."""
    log.decide("accept")
    log.decide("archive", **build.closing(log.blobs))
    return package(log.events, FORMS, log.blobs, build.bureau_key().sign, build.bureau_pem())

"""A checklist with everything that a form can do, for the phone's tests: who employs whom, where, and what is owed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from tests.browser.server import Server
from tests.vectors.make_rows import both, choice, q
from webapp import create_app
from webapp.db import db
from webapp.demo import world
from webapp.field.models import InspectionForm
from webapp.forms.models import Form
from webapp.forms.rules import check

Json = dict[str, Any]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
CITIES = {
    "zz": "郑州市", "kf": "开封市", "ly": "洛阳市", "pds": "平顶山市", "ay": "安阳市", "hb": "鹤壁市", "xx": "新乡市",
    "jz": "焦作市", "py": "濮阳市", "xc": "许昌市", "lh": "漯河市", "smx": "三门峡市", "ny": "南阳市", "sq": "商丘市",
}  # fmt: skip
DISTRICTS = {"pds": ["新华区", "卫东区", "湛河区", "石龙区"], "zz": ["中原区", "二七区"], "ly": ["涧西区"]}
KINDS = [
    choice("hr", both("人力资源服务机构", "HR agency")),
    choice("dispatch", both("劳务派遣单位", "Dispatch agency")),
    choice("employer", both("用人单位", "Employer")),
]
ALWAYS = both("必须是今天或以后的日期。", "Today or later.")


def logic(version: str = "1", **more: Any) -> Json:
    """The form; another version asks the first question in other words."""
    return {
        "name": "logic",
        "version": version,
        "item": None,
        "title": both("用工情况检查表", "Employment checklist"),
        "questions": [_unit(), _people(), _shops(), _ending()],
    } | more


def _unit() -> Json:
    districts = [
        choice(f"{city}{number}", name, city=city)
        for city, names in DISTRICTS.items()
        for number, name in enumerate(names, 1)
    ]
    return q(
        "group", "unit", both("一、单位情况", "The unit"),
        children=[
            q("note", "told", both("请先出示执法证，再逐项核对。", "Show the credential first.")),
            q("select_one", "kind", both("单位类型", "Kind of unit"), required=True, choices=KINDS, photo="none"),
            q(
                "verdict", "permit", both("劳务派遣经营许可证有效", "The dispatch permit is valid"),
                relevant="${kind} = 'dispatch'", required=True, severity="重", photo="required_when_failed",
                law="《劳动合同法》第五十七条", guidance="核对许可证原件，与发证机关公示信息比对。",
            ),
            q(
                "date", "until", both("许可证到期日", "Permit valid until"), relevant="${kind} = 'dispatch'", photo="none",
                constraint=". >= today()", constraint_message=ALWAYS,
            ),
            q(
                "select_one", "city", both("注册地（市）", "City"), required=True, photo="none",
                required_message=both("注册地要按营业执照填写。", "As in the licence."),
                choices=[choice(name, label) for name, label in CITIES.items()],
            ),
            q(
                "select_one", "district", both("注册地（区）", "District"), photo="none", choices=districts,
                choice_filter="city = ${city}", relevant="selected('zz ly pds', ${city})",
            ),
            q("text", "address", both("经营地址", "Address"), photo="none", default="'与登记的住所一致'"),
        ],
    )  # fmt: skip


def _people() -> Json:
    owed = q(
        "repeat", "owed", both("欠付的工资", "Wages owed"), relevant="${paid} = 'no'",
        children=[
            q("text", "month", both("月份", "Month"), required=True, photo="none", hint=both("如 2026-09", "As 2026-09")),
            q("decimal", "amount", both("欠付金额（元）", "Amount"), required=True, photo="none", constraint=". > 0"),
        ],
    )  # fmt: skip
    person = q(
        "repeat", "person", both("抽查的劳动者", "Worker"), hint=both("每名劳动者一份。", "One for each."),
        children=[
            q("text", "nm", both("姓名", "Name"), required=True, photo="none"),
            q(
                "integer", "wage", both("${nm}的月工资（元）", "Monthly wage of ${nm}"), photo="none",
                constraint=". >= 2000",
                constraint_message=both("低于当地最低工资，请核对后填写。", "Below the minimum wage."),
            ),
            q(
                "select_one", "contract", both("与${nm}的劳动合同", "Contract with ${nm}"), required=True, severity="重",
                choices=[choice("signed", both("已签书面合同", "Signed")), choice("none", both("未签书面合同", "None"))],
                verdict=["none"], photo="required_when_failed",
            ),
            q(
                "select_one", "paid", both("工资按时足额支付", "Wages paid in time"), required=True, photo="none",
                choices=[choice("yes", both("是", "Yes")), choice("no", both("否", "No"))],
            ),
            owed,
            q(
                "decimal", "sum_owed", both("欠付${nm}合计（元）", "Owed to ${nm}"), photo="none",
                calculate="sum(${amount})", relevant="${paid} = 'no'",
            ),
        ],
    )  # fmt: skip
    total = q(
        "decimal", "total", both("欠付总额（元）", "Owed in all"), calculate="sum(${amount})", photo="none"
    )
    return q("group", "people", both("二、劳动者", "Workers"), children=[person, total])


def _shops() -> Json:
    shop = q(
        "repeat", "shop", both("门店", "Shop"), count="${shops}",
        children=[q("text", "shop_name", both("门店名称", "Name of the shop"), required=True, photo="none")],
    )  # fmt: skip
    return q(
        "group", "places", both("三、经营场所", "Places"),
        children=[q("integer", "shops", both("门店数量", "How many shops"), photo="none"), shop],
    )  # fmt: skip


def _ending() -> Json:
    measures = [choice("pay", "补发工资"), choice("sign", "补签合同"), choice("insure", "补缴社会保险费")]
    papers = [choice("roll", "职工名册"), choice("pay", "工资支付台账"), choice("hours", "考勤记录")]
    trades = [choice(f"t{number}", f"工种 {number}") for number in range(1, 71)]
    ten = {"start": "0", "end": "10", "step": "1"}
    grades = [choice(str(n), word) for n, word in enumerate(["差", "较差", "一般", "较好", "好"], 1)]
    return q(
        "group", "ending", both("四、其他", "The rest"),
        children=[
            q("select_multiple", "shown", both("查看的资料", "Papers seen"), photo="none", choices=papers),
            q("rank", "order", both("整改先后", "What first"), photo="none", choices=measures),
            q("range", "help", both("配合程度", "How they helped"), photo="none", range=ten),
            q("select_one", "grade", both("总体评价", "In all"), photo="none", appearance="likert", choices=grades),
            q("datetime", "next", both("约定复查时间", "Next visit"), photo="none"),
            q("text", "more", both("其他情况", "Anything else"), photo="none", appearance="multiline"),
            q("acknowledge", "rights", both("已告知陈述、申辩的权利", "Told of their rights"), required=True, photo="none"),
            q("select_multiple", "trades", both("涉及的工种", "Trades"), photo="none", choices=trades),
        ],
    )  # fmt: skip


def ask(server: Server, *forms: Json, key: str = "pd-01") -> str:
    """From now on an inspection that nobody began asks by these forms alone; its id."""
    with create_app({"DATA": server.folder}).app_context():
        for form in forms:
            check(form)
        db.session.execute(delete(InspectionForm).where(InspectionForm.inspection_id == IDS[key]))
        for place, form in enumerate(forms):
            db.session.add(
                InspectionForm(inspection_id=IDS[key], form_hash=Form.keep(form).hash, place=place)
            )
        db.session.commit()
    return IDS[key]

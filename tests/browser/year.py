"""A bureau's way from an empty year to inspections on the phones of a pair, page by page, as a new user goes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.inspector import Inspector
from webapp import sheets
from webapp.db import now
from webapp.demo import library
from webapp.draw import asking
from webapp.draw.seed import seal

Save = Callable[[Page, str], None]
SALT = "3d1f0c9a7b5e2468ace013579bdf0246"
ITEM = "不定时工作制和综合计算工时工作制执行情况监督检查"
HEAD = ["企业名称", "统一社会信用代码", "主体类型", "所在区县", "地址", "登记状态", "守法诚信等级"]
PAIR = {"汝长河": "inspector1.rz", "窦清风": "inspector2.rz"}


class Year:
    """The year of Ruzhou: who goes it at the desk, and a picture of each step under its name."""

    def __init__(self, planner: Page, supervisor: Page, save: Save) -> None:
        self.planner, self.supervisor, self.save = planner, supervisor, save
        self.url = planner.url.partition("/login")[0].partition("/office")[0]

    def claim(self) -> None:
        """The list: an item of the superior's list becomes one of this bureau's."""
        page = self.planner
        expect(page.locator("main")).to_contain_text("还没有计划")
        self.save(page, "year-01-empty")
        self.to("一单两库")
        page.get_by_role("link", name="抽查事项清单").click()
        page.get_by_label(f"PD6 {ITEM}").check()
        page.get_by_role("button", name="认领勾选的").click()
        expect(page.locator(".said")).to_contain_text("认领了 1 个事项")
        self.save(page, "year-02-claimed")

    def fill_the_library(self) -> None:
        """Eight firms from a platform's table; the row that is wrong stays out and says why."""
        page = self.planner
        page.get_by_role("link", name="检查对象名录库").click()
        page.get_by_role("link", name="从表格导入").click()
        page.locator('input[type="file"]').set_input_files(_table())
        page.get_by_role("button", name="上传").click()
        page.get_by_role("button", name="读取并比对").click()
        expect(page.get_by_role("button", name="导入 8 行")).to_be_visible(timeout=60000)
        expect(page.locator("table.preview")).to_contain_text("不是有效的统一社会信用代码")
        self.save(page, "year-03-preview")
        page.get_by_role("button", name="导入 8 行").click()
        expect(page.get_by_role("heading", name="已导入")).to_be_visible(timeout=60000)

    def write_the_plan(self) -> None:
        """The task of the claimed item; a month is forgotten, and nobody may inspect the item yet."""
        page = self.planner
        self.to("计划")
        page.get_by_role("button", name="新建计划").click()
        self.save(page, "year-04-plan-empty")
        page.get_by_role("link", name=ITEM).click()
        page.select_option("#by", "all")
        page.get_by_role("button", name="存入草稿").click()
        expect(page.get_by_role("alert")).to_contain_text("实施月份")
        self.save(page, "year-05-task-faults")
        page.check(f'[name="months"][value="{_today().month}"]')
        page.get_by_role("button", name="存入草稿").click()
        expect(page.locator(".notes")).to_contain_text("组不成检查组")
        self.save(page, "year-06-nobody-can-go")

    def let_them_inspect_it(self) -> None:
        """Two inspectors get the item into their scope; now the plan has nothing to complain of but other items."""
        page = self.planner
        page.locator(".notes").get_by_role("link", name="执法检查人员名录库").click()
        for name in PAIR:
            page.get_by_role("link", name=name).click()
            page.get_by_role("link", name="修改", exact=True).click()
            page.fill("#items", "PD1、PD4、PD5、PD6、PD7")
            page.get_by_role("button", name="保存").click()
            page.get_by_role("link", name="执法检查人员名录库").last.click()
        self.to("计划")
        page.locator("td.name a").first.click()
        expect(page.locator("main")).to_contain_text("每月的工作量")
        assert not page.get_by_text("组不成检查组").count()
        expect(page.locator("#approve")).to_contain_text("严秋实")
        self.save(page, "year-07-draft")

    def publish_the_plan(self) -> None:
        """The supervisor finds it among what waits, and approves it; the planner publishes it; anyone reads it."""
        page, other = self.planner, self.supervisor
        other.goto(f"{self.url}/office/")
        self.save(other, "year-08-supervisor")
        other.get_by_role("link", name=f"{_today().year} 年抽查计划").click()
        other.get_by_role("button", name="批准", exact=True).click()
        expect(other.locator("#document-fault")).to_be_visible()
        other.fill("#document", "双随机工作领导小组会议纪要〔2026〕8号")
        other.get_by_role("button", name="批准", exact=True).click()
        expect(other.locator(".said")).to_contain_text("计划已批准")
        page.reload()
        page.get_by_role("button", name="公布").click()
        self.save(page, "year-09-published")
        page.get_by_role("link", name="公众看到的样子").click()
        expect(page.locator("main")).to_contain_text(ITEM)
        self.save(page, "year-10-public-plan")
        page.go_back()

    def freeze(self) -> None:
        """The draw of the task: seen beforehand, then frozen with a witness's sealed number and a lottery to come."""
        page = self.planner
        page.get_by_role("link", name="去抽取").click()
        page.get_by_role("link", name=f"抽取 {ITEM}").click()
        page.fill("#public", "双色球 2026135 期")
        page.fill("#witnesses", f"人大代表 周敏 {seal('583921./', SALT)}")
        say_when(page, 3600)
        page.get_by_role("button", name="看一看").click()
        expect(page.locator("#preview")).to_contain_text("每个区县都组得成检查组")
        self.save(page, "year-11-preview")
        say_when(page, 8)
        page.get_by_role("button", name="冻结并公布").click()
        expect(page.locator("main")).to_contain_text("名录指纹")
        self.save(page, "year-12-frozen")

    def draw(self) -> list[str]:
        """The numbers are known: the subjects with their pair, by their names."""
        page = self.planner
        page.wait_for_timeout(8500)
        page.fill("#numbers-0", "583921")
        page.fill("#salt-0", SALT)
        page.fill("#numbers-1", "3 8 14 21 27 30 7")
        page.locator("form.numbers-form button").click()
        expect(page.locator(".said")).to_contain_text("已抽取")
        self.save(page, "year-13-drawn")
        drawn = page.get_by_role("table", name="抽中的对象和检查组").locator("tbody td.name b")
        return drawn.all_inner_texts()

    def to(self, place: str) -> None:
        """One of the places above each page."""
        self.planner.locator(".places").get_by_role("link", name=place, exact=True).click()


def on_the_phone(inspector: Inspector, username: str, subject: str) -> Locator:
    """The card of a subject in the hand of one of the pair."""
    inspector.start(username)
    return inspector.page.locator('[data-test^="card-"]').filter(has_text=subject)


def say_when(page: Page, seconds: int) -> None:
    """Visits from today on, numbers that are public in so many seconds."""
    moment = datetime.fromisoformat(asking.at(now() + timedelta(seconds=seconds)))
    page.fill("#begins", f"{_today():%Y-%m-%d}")
    page.fill("#ends", f"{_today() + timedelta(days=10):%Y-%m-%d}")
    page.locator("#when").evaluate("(box, time) => { box.value = time; }", f"{moment:%Y-%m-%dT%H:%M:%S}")


def _table() -> FilePayload:
    bureau = next(one for one in library.bureaus() if one["key"] == "rz")
    rows = []
    for serial, district in enumerate([*bureau["districts"], bureau["districts"][0]], start=900):
        code = library.credit_code("91", district, serial)
        rows.append(
            [f"汝州市新办{serial}号制造有限公司", code, "企业", district["name"], "工业路1号", "存续", "B"]
        )
    rows.append(
        ["汝州市写错代码的公司", "9141", "企业", bureau["districts"][0]["name"], "工业路2号", "存续", "B"]
    )
    data = sheets.write("名录", [(name, 20) for name in HEAD], rows)
    return {"name": "平台导出的企业.xlsx", "mimeType": sheets.XLSX, "buffer": data}


def _today() -> datetime:
    return datetime.fromisoformat(asking.at(now()))

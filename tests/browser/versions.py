"""A checklist from a clerk's file to the inspections that use it, at the desk; `save` takes a picture of each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.server import Server
from tests.forms.books import book, q
from webapp.db import today
from webapp.sheets import XLSX

Save = Callable[[Page, str], None]
CHOICES = [
    ("list_name", "name", "label"),
    ("verdict", "pass", "合格"), ("verdict", "fail", "不合格"), ("verdict", "na", "不适用"),
    ("yn", "yes", "是"), ("yn", "no", "否"),
]  # fmt: skip
GOOD = [
    q("begin group", "g1", "一、经营情况"),
    q("select_one verdict", "a1", "是否公示许可证", law="《劳务派遣行政许可实施办法》", verdict="fail"),
    q("select_one yn", "a2", "是否收费"),
    q(
        "decimal",
        "a3",
        "收费金额（元）",
        relevant="${a2} = 'yes'",
        constraint=". >= 0",
        constraint_message="不能小于零",
    ),
    q("end group", "", ""),
    q("deviceid", "device", ""),
]
BAD = [
    q("select_one verdict", "a1", "是否公示许可证", verdict="bad"),
    q("select_one nolist", "a2", "是否收费"),
    q("decimal", "a3", "收费金额（元）", relevant="${zzz} = 'yes'"),
    q("geopoint", "where", "位置"),
    q("text", "a4", "其他情况", photo="perhaps"),
    q("calculate", "c1", "", calculation="pulldata('x', 'y')"),
]


def from_file_to_use(server: Server, planner: Page, supervisor: Page, save: Save) -> str:
    """Walk it; gives the path of the version that was published."""
    planner.goto(f"{server.url}/forms/")
    save(planner, "forms-list")
    planner.get_by_role("link", name="新的检查表").click()
    save(planner, "forms-new")
    upload(planner, "劳务派遣检查表.xlsx", book(BAD, CHOICES, named("2027.1")))
    expect(planner.locator(".faults tbody tr")).to_have_count(len(BAD))
    save(planner, "forms-faults")
    with planner.expect_download() as given:
        planner.get_by_role("button", name="下载 XLSX").click()
    assert given.value.suggested_filename == "劳务派遣检查表-要改的地方.xlsx"
    upload(planner, "劳务派遣检查表.xlsx", book(GOOD, CHOICES, named("2027.1")))
    expect(planner.locator("h1 .mark")).to_have_text("草稿")
    save(planner, "forms-draft")
    at = planner.url.removeprefix(server.url)
    submit(planner, "按修订的办法增加收费金额")
    save(planner, "forms-submitted")
    supervisor.goto(f"{server.url}/office/")
    save(supervisor, "forms-first-page")
    supervisor.get_by_role("link", name="劳务派遣检查表 2027.1").click()
    save(supervisor, "forms-approve")
    supervisor.fill("#day", (today() + timedelta(20)).isoformat())
    supervisor.get_by_role("button", name="批准公布").click()
    expect(supervisor.locator("h1 .mark")).to_contain_text("起使用")
    save(supervisor, "forms-published")
    refuse(server, planner, supervisor, save)
    for name, path in (
        ("item", "/forms/?item=PD5"),
        ("states", "/forms/?show=published"),
        ("lacking", "/forms/?show=lacking"),
    ):
        planner.goto(f"{server.url}{path}")
        save(planner, f"forms-{name}")
    withdraw(server, supervisor, save)
    return at


def refuse(server: Server, planner: Page, supervisor: Page, save: Save) -> None:
    """A second version is refused, and its writer sees why on the first page."""
    planner.goto(f"{server.url}/forms/new?item=PD5")
    upload(planner, "劳务派遣检查表.xlsx", book([*GOOD, q("text", "a9", "补充")], CHOICES, named("2027.2")))
    submit(planner, "再加一题")
    supervisor.goto(planner.url)
    supervisor.fill("#reason", "第三题没有法律依据")
    supervisor.get_by_role("button", name="不予批准").click()
    expect(supervisor.locator("h1 .mark")).to_have_text("未获批准")
    save(supervisor, "forms-refused")
    planner.goto(f"{server.url}/office/")
    expect(planner.locator("main")).to_contain_text("第三题没有法律依据")


def withdraw(server: Server, supervisor: Page, save: Save) -> None:
    """The version that is used is withdrawn; the inspections that began with it keep it."""
    supervisor.goto(f"{server.url}/forms/")
    row = supervisor.get_by_role("row").filter(has_text="PD7")
    row.get_by_role("link", name="2026.1").click()
    supervisor.get_by_role("link", name="用这一版的检查").click()
    expect(supervisor.locator(".list tbody tr")).not_to_have_count(0)
    count = supervisor.locator(".list tbody tr").count()
    save(supervisor, "forms-uses")
    supervisor.get_by_role("link", name="版本", exact=True).click()
    save(supervisor, "forms-used")
    supervisor.fill("#reason", "依据已废止")
    supervisor.get_by_role("button", name="停用这一版").click()
    expect(supervisor.locator("h1 .mark")).to_have_text("已停止使用")
    save(supervisor, "forms-withdrawn")
    supervisor.get_by_role("link", name="用这一版的检查").click()
    expect(supervisor.locator(".list tbody tr")).to_have_count(count)


def upload(page: Page, name: str, data: bytes) -> None:
    """Choose a file for PD5 and send it."""
    page.select_option("#item", "PD5")
    page.set_input_files("#file", FilePayload(name=name, mimeType=XLSX, buffer=data))
    page.get_by_role("button", name="上传并检查").click()


def submit(page: Page, why: str) -> None:
    """Say what is new in a draft, and submit it."""
    page.fill("#why", why)
    page.get_by_role("button", name="提交批准").click()
    expect(page.locator("h1 .mark")).to_have_text("等批准")


def named(version: str) -> dict[str, str]:
    """The settings sheet."""
    return {"form_title": "劳务派遣检查表", "form_id": "pd5", "version": version}

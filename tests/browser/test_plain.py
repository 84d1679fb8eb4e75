"""Every page of the desk without JavaScript: it says where one is, can be read, shared and printed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import BrowserType, Page

from tests.browser.chromium import FLAGS
from tests.browser.server import Server
from webapp.demo import world
from webapp.demo.world import PASSWORD

IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
STARTS = {
    "archivist": ["/office/", f"/office/inspections/{IDS['pd-22']}", f"/office/inspections/{IDS['pd-14']}"],
    "planner": ["/office/", "/office/inspections/new"],
    "supervisor": ["/office/", "/office/archives/disposal"],
    "admin": ["/office/"],
    "": ["/public/"],
}
# What is no page, files, the phone app, ways out, and what nobody needs to log in for: that is walked by nobody.
FILES = (
    r"\.(pdf|docx|xlsx|csv|zip|json|pem|xml|atom|svg|jpg|txt)$|/template|/archives/list|/photos/"
    r"|^/(field|static|api|log(in|out))\b"
)
DESK_ENDS = re.compile(FILES + r"|^/(public|verify|mine)\b")
PUBLIC_ENDS = re.compile(FILES + r"|^/(office|oversight)\b")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d+\b")
LINKS = "links => links.map(link => link.getAttribute('href'))"
# Controls that do nothing without a script: a button of no form, a link to nowhere, htmx on what is no link and no form.
DEAD = """nodes => nodes.filter(node => node.checkVisibility()).map(node => node.outerHTML.slice(0, 160))"""
DEAD_ONES = (
    "main button:not(form button):not([form]), main a:not([href]), main a[href='#'], "
    "main [hx-get]:not(a, form, form *, [hx-trigger^='every']), main [hx-post]:not(form, form *)"
)


@pytest.fixture
def plain(server: Server, browser_type: BrowserType, browser_path: str):  # type: ignore[no-untyped-def]
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)

    def log_in(username: str) -> Page:
        page = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
        if not username:
            return page
        page.goto(f"{server.url}/login")
        page.fill('[name="username"]', username)
        page.fill('[name="password"]', PASSWORD)
        page.click("main form button")
        return page

    yield log_in
    browser.close()


def walk(page: Page, url: str, starts: list[str], ends: re.Pattern[str]) -> list[str]:
    """One page of each kind that links lead to from `starts`, up to `ends`; what is wrong with them."""
    wrong, seen, todo, titles = [], set(), list(starts), {}
    while todo:
        path = todo.pop(0)
        kind = ID.sub("*", urlsplit(path).path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(url + path)
        assert answer is not None
        wrong += [f"{path}: {fault}" for fault in faults(page, answer.status)]
        text = page.locator("body").inner_text()
        if titles.setdefault(page.title(), (path, text))[1] != text:
            wrong.append(f"{path}: is called {page.title()} like {titles[page.title()][0]}")
        todo += [
            link for link in page.eval_on_selector_all("main a[href], nav a[href]", LINKS) if led(link, ends)
        ]
    assert len(seen) > 3, "the links were not followed"
    return wrong


def led(link: str, ends: re.Pattern[str]) -> bool:
    return link.startswith("/") and not ends.search(urlsplit(link).path)


def faults(page: Page, status: int) -> list[str]:
    """What is wrong with the page as it stands, without a script."""
    title, heads = page.title(), page.locator("h1").all_inner_texts()
    found = [f"answers {status}"] if status != 200 else []
    desk = not re.match(r"/(public|verify)\b", urlsplit(page.url).path)
    if not re.fullmatch(r"[^ ].* · 一档" if desk else r"[^ ].+", title):
        found.append(f"its title is {title!r}")
    if len(heads) != 1 or not heads[0].strip():
        found.append(f"its heads are {heads}")
    if len("".join(page.locator("main").all_inner_texts())) < 20:
        found.append("nothing is said")
    return found + [f"a dead control: {node}" for node in page.eval_on_selector_all(DEAD_ONES, DEAD)]


@pytest.mark.parametrize("username", list(STARTS))
def test_every_page_is_read_without_javascript(plain, server: Server, username: str) -> None:  # type: ignore[no-untyped-def]
    ends = DESK_ENDS if username else PUBLIC_ENDS
    assert "\n".join(walk(plain(username), server.url, STARTS[username], ends)) == ""


@pytest.mark.parametrize(
    ("username", "path", "says"),
    [
        ("archivist", "/office/?show=all", "平人社检"),
        ("archivist", "/office/archives", "叶县云岫人力资源有限公司"),
        ("archivist", f"/office/inspections/{IDS['pd-22']}", "鲁山县雁阵劳务派遣有限公司"),
        ("supervisor", "/office/archives/disposal", "到期鉴定"),
        ("supervisor", "/office/settings", "公示期限"),
        ("admin", "/office/people", "石晓峰"),
        ("planner", "/office/inspections/new", "检查组"),
        ("planner", "/office/subjects", "平顶山"),
    ],
)
def test_a_page_is_printed_black_on_white_with_its_address_and_number(  # type: ignore[no-untyped-def]
    plain, server: Server, username: str, path: str, says: str
) -> None:
    page = plain(username)
    page.goto(server.url + path)
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    said = [sheet.get_textpage().get_text_bounded() for sheet in pdf]
    whole = re.sub(r"[\s\x02]", "", "".join(said))
    assert says in whole
    # At the end of a line a hyphen is read as a break.
    assert path.replace("-", "") in whole.replace("-", "")
    assert [f"{n} / {len(said)}" in text for n, text in enumerate(said, 1)] == [True] * len(said)
    assert not [word for word in ("退出", "跳到正文", "核验档案", "查找", "English") if word in whole]
    picture = pdf[0].render(scale=0.5).to_pil().convert("RGB")
    white = sum(count for count, colour in picture.getcolors(10**6) if colour == (255, 255, 255))
    assert white > 0.8 * picture.width * picture.height

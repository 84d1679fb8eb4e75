"""One's own account in a real browser: the second factor from setting it up to coming in by it, and who lets whom in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.server import Server
from webapp.db import now
from webapp.demo.world import PASSWORD

Desk = Callable[..., Page]
OWN = "correct horse battery 42"


def log_in(page: Page, site: str, username: str, password: str = PASSWORD) -> None:
    """Name and password; what comes next is on the page."""
    page.goto(f"{site}/login")
    page.fill("#username", username)
    page.fill("#password", password)
    page.click("main form button")


def consent(page: Page, site: str, act: str) -> None:
    """One act on a factor, from the account's page, with the password."""
    page.goto(f"{site}/account")
    page.locator(f'a[href$="act={act}"]').click()
    page.fill("#now", PASSWORD)
    page.keyboard.press("Enter")


def set_up_app(page: Page, site: str) -> tuple[pyotp.TOTP, list[str]]:
    """An authenticator that counts, and the codes for the paper."""
    consent(page, site, "totp")
    app = pyotp.TOTP(page.locator(".account-secret").inner_text().replace(" ", ""))
    page.fill("#code", app.now())
    page.keyboard.press("Enter")
    codes = page.locator(".account-codes code")
    expect(codes).to_have_count(10)
    return app, codes.all_inner_texts()


def test_an_authenticator_lets_in_and_so_does_a_code_of_the_paper_until_the_session_is_ended(
    desk: Desk, server: Server
) -> None:
    page, other = desk("supervisor"), desk("archivist")
    app, codes = set_up_app(page, server.url)
    found = violations(page)
    page.locator(".person form button").click()
    log_in(page, server.url, "supervisor")
    page.fill("#code", "000000")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("验证码不对")
    page.fill("#code", app.at(now() + timedelta(seconds=30)))
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")
    other.context.clear_cookies()
    log_in(other, server.url, "supervisor")
    other.fill("#code", codes[3])
    other.keyboard.press("Enter")
    other.wait_for_url("**/office/")
    page.goto(f"{server.url}/account")
    expect(page.locator("#second")).to_contain_text("还有 9 个没有用过")
    found += violations(page)
    page.locator('[value^="session:"]').click()
    other.reload()
    expect(other).to_have_url(f"{server.url}/login?next=/office/")
    assert found == []


def test_a_passkey_is_made_and_proves_who_one_is(desk: Desk, server: Server) -> None:
    page, site = desk("planner"), server.url.replace("127.0.0.1", "localhost")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    device |= {"hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    log_in(page, site, "planner")
    consent(page, site, "passkey")
    page.fill("#name", "办公室电脑")
    page.locator("[data-passkey-go]").click()
    expect(page.locator(".account-codes code")).to_have_count(10)
    page.locator(".person form button").click()
    log_in(page, site, "planner")
    page.locator("[data-passkey-go]").click()
    page.wait_for_url("**/office/")
    page.goto(f"{site}/account")
    expect(page.locator("#second")).to_contain_text("办公室电脑")


def test_who_breaks_a_passkey_off_is_told_so_and_may_use_the_paper(desk: Desk, server: Server) -> None:
    page, site = desk("planner"), server.url.replace("127.0.0.1", "localhost")
    log_in(page, site, "planner")
    consent(page, site, "passkey")
    expect(page.locator("[data-passkey-go]")).to_be_visible()
    # No device is there that could make one.
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('broken off')); }")
    page.locator("[data-passkey-go]").click()
    expect(page.locator("[data-passkey-failed]")).to_contain_text("没有设置成")
    expect(page).to_have_url(f"{site}/account/factors")


def test_a_new_account_is_proposed_by_one_granted_by_another_and_opened_by_its_person(
    desk: Desk, server: Server
) -> None:
    admin, security = desk("admin"), desk("security")
    admin.goto(f"{server.url}/office/people/new")
    admin.fill("#name", "欧阳阿依古丽·买买提江")
    admin.fill("#username", "ouyang.ayiguli")
    admin.locator('[name="roles"][value="archivist"]').check()
    admin.locator("main form .button.main").click()
    expect(admin.locator(".said")).to_contain_text("安全管理员给了角色")
    security.goto(f"{server.url}/office/people?show=waiting")
    security.locator("main form .button.main").last.click()
    first = security.locator("code.first").inner_text()
    person = desk("planner")
    person.context.clear_cookies()
    log_in(person, server.url, "ouyang.ayiguli", first)
    for field, text in {"now": first, "new": OWN, "again": OWN}.items():
        person.fill(f"#{field}", text)
    person.keyboard.press("Enter")
    person.wait_for_url("**/office/")
    expect(person.locator(".who")).to_contain_text("欧阳阿依古丽")


def test_a_password_is_reset_once_it_is_written_how_the_person_was_known(desk: Desk, server: Server) -> None:
    security = desk("security")
    security.goto(f"{server.url}/office/people?q=planner")
    security.locator(".account-who a").click()
    security.locator("#reset summary").click()
    security.locator("#reset .danger").click()
    expect(security.locator("#reset .fault")).to_contain_text("没有写怎样核实了是本人")
    security.fill("#reset textarea", "本人持工作证到办公室")
    security.locator("#reset .danger").click()
    expect(security.locator("code.first")).to_be_visible()

"""The phone's browser, killed by SIGKILL in the middle of its writing, fifty times: what was shown as saved is there."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.phone import PIN, Phone
from tests.browser.server import Server, on_copy
from webapp.demo.world import PASSWORD

KILLS = 50
# Any page of the app's own origin does; this one loads nothing.
PLAIN = "/static/base.css"

LOAD = """async () => {
  const names = ["db", "sync", "session", "visit", "log"];
  const found = await Promise.all(names.map((name) => import(`/static/field/${name}.js`)));
  globalThis.app = Object.fromEntries(names.map((name, place) => [name, found[place]]));
}"""
ENROL = """async ([name, password, pin]) => {
  const user = await app.sync.login(name, password);
  await app.session.setPin(user.id, pin);
  while (!(await app.db.worklist()).length) await app.sync.syncNow();
  return (await app.db.worklist()).find((row) => row.state === "assigned").id;
}"""
UNLOCK = """async (pin) => (await app.session.checkPin((await app.session.me()).id, pin)) === true"""
# Notes and photos without a pause; each is told only when the app says that it is saved.
WRITE = """async (inspection) => {
  const visit = await app.visit.openVisit(inspection);
  for (let turn = 0; ; turn += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(20000 + turn)).buffer;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const row = { sha256, size: bytes.byteLength, mime: "image/jpeg", width: 8, height: 8 };
    const event = await visit.write(app.log.photo(null, row, null), { blob: { row, bytes } });
    told({ id: event.id, sha256 });
    told({ id: (await visit.write(app.log.note(`${turn}`))).id });
  }
}"""
KEPT = """async (inspection) => {
  const events = await app.db.events(inspection);
  const photos = events.filter((event) => event.type === "photo").map((event) => event.payload.sha256);
  const whole = [];
  for (const name of photos) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await app.db.blobBytes(name)));
    if (Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") === name) whole.push(name);
  }
  return { ids: events.map((event) => event.id), photos, whole };
}"""


def opened(phone: Phone, server: Server, shown: list[dict[str, Any]]) -> Page:
    """The phone's page with the app's modules, and an ear for what it shows as saved."""
    phone.page.expose_function("told", lambda row: shown.append(row))
    phone.page.goto(f"{server.url}{PLAIN}")
    phone.page.evaluate(LOAD)
    return phone.page


@pytest.fixture
def small(sqlite_world: Path, tmp_path: Path) -> Iterator[Server]:
    """The running application on the small world."""
    with on_copy(sqlite_world, tmp_path) as application:
        yield application


def test_what_was_shown_as_saved_survives_the_death_of_the_browser(
    small: Server, phone: Callable[[str], Phone]
) -> None:
    shown: list[dict[str, Any]] = []
    one = phone("killed")
    inspection = opened(one, small, shown).evaluate(ENROL, ["inspector1", PASSWORD, PIN])
    for kill in range(KILLS):
        one.offline()
        page, before = one.page, len(shown)
        page.evaluate(f"(id) => {{ ({WRITE})(id); }}", inspection)
        until = before + random.randint(1, 5)
        while len(shown) < until:
            page.wait_for_timeout(5)
        time.sleep(random.uniform(0, 0.03))
        one.reopen()
        page = opened(one, small, shown)
        assert page.evaluate(UNLOCK, PIN), f"after kill {kill} the PIN does not open the phone"
        kept = page.evaluate(KEPT, inspection)
        assert {row["id"] for row in shown} <= set(kept["ids"]), f"kill {kill}: an event is gone"
        assert kept["photos"] == kept["whole"], f"kill {kill}: a photo is not whole"
    assert len(shown) > 2 * KILLS

"""Safari's engine keeps what was answered, taken and signed, over the end of the browser and without a network."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.browser.inspector import PIN, SCRAWL
from tests.browser.server import Server
from tests.webkit.window import Window
from webapp.demo import world
from webapp.demo.world import PASSWORD, photo

USERS = {person["username"]: person["id"] for person in world.people()}
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
Windows = Callable[[], Window]

# The phone's database: stores that hold files (they must not), photos by name with the hash of their bytes, events.
STORED = """
const answer = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const database = await answer(indexedDB.open("yidang"));
const store = (name) => database.transaction(name).objectStore(name);
const inside = (value) => (value?.constructor === Object || Array.isArray(value) ? Object.values(value) : []);
const isFile = (value) => value instanceof Blob || inside(value).some(isFile);
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
// What is locked is read as the page reads it, with the keys that it holds.
const vault = await import(new URL("/static/field/db.js", location.href));
const found = { files: [], photos: {}, events: [] };
const begun = new Set((await answer(store("events").getAll())).map(({ event }) => event.inspection));
// What is sealed and safe only the bureau can read.
const readable = (id) => vault.events(id).catch((error) => (error.code === "closed" ? [] : Promise.reject(error)));
for (const id of begun) found.events.push(...(await readable(id)));
for (const name of database.objectStoreNames) {
  if ((await answer(store(name).getAll())).some(isFile)) found.files.push(name);
}
for (const name of await answer(store("bytes").getAllKeys())) {
  const bytes = await vault.blobBytes(name);
  found.photos[name] = bytes instanceof ArrayBuffer && hex(await crypto.subtle.digest("SHA-256", bytes));
}
database.close();
return found;
"""
UPLOADED = """document.querySelector('[data-test="safety"]')?.dataset.state === "safe" ||
  (dispatchEvent(new Event("online")), false)"""


def named(test: str) -> str:
    """What the screen calls so."""
    return f'[data-test="{test}"]'


def log_in(window: Window, username: str) -> None:
    """Name, password, PIN."""
    window.fill(named("login-username"), username)
    window.fill(named("login-password"), PASSWORD)
    window.tap(named("login-submit"))
    window.see(named("enrol"))
    for field in ("pin", "pin-again"):
        window.fill(named(field), PIN)
    window.tap(named("pin-submit"))
    window.until("!document.querySelector('[data-test=enrol]')")


def start(window: Window, server: Server) -> None:
    """Ready to go out: logged in, the inspections and the app itself on the phone."""
    window.load(f"{server.url}/field/")
    log_in(window, "inspector1")
    window.see('[data-test^="card-"]')
    window.run("await navigator.serviceWorker.ready;")


def arrive(window: Window, key: str) -> None:
    """At the place, with the checklist open."""
    window.goto(f"#/i/{IDS[key]}/arrive", "arrive-screen")
    window.tap(named("arrive"))
    window.see(named("next-step"))
    window.tap(named("next-step"))
    window.see(named("checklist"))


def again(window: Window, server: Server) -> None:
    """The system ends the browser; it comes back without a network where it was."""
    server.stop()
    window.kill()
    window.open()
    window.load(f"{server.url}/field/")
    window.see(named("lock"))
    window.fill(named("lock-pin"), PIN)
    window.until("!document.querySelector('[data-test=lock]')")


def verdicts(window: Window) -> list[str]:
    """The addresses of the questions that are answered by a verdict."""
    return window.run(
        """return [...document.querySelectorAll("section.q")]
             .filter((question) => question.querySelector('[data-test="verdict-pass"]'))
             .map((question) => question.dataset.test);"""
    )


def standing(window: Window) -> dict[str, str]:
    """The answers that the screen shows as given."""
    return window.run(
        """return Object.fromEntries([...document.querySelectorAll('section.q [aria-checked="true"]')]
             .map((button) => [button.closest("section").dataset.test, button.dataset.test]));"""
    )


def test_answers_are_one_tap_and_outlive_the_browser(server: Server, window: Windows) -> None:
    page = window()
    start(page, server)
    arrive(page, "pd-01")
    wanted = {}
    for address, verdict in zip(verdicts(page), ("pass", "fail", "na"), strict=False):
        button = f'[data-test="{address}"] [data-test="verdict-{verdict}"]'
        page.tap(button)
        page.see(f'{button}[aria-checked="true"]')
        wanted[address] = f"verdict-{verdict}"
    finding = list(wanted)[1]
    note = f'[data-test="{finding}"] [data-test="note"]'
    page.fill(note, "未公示收费标准，𠮷野店门口无公示栏")
    page.run("document.activeElement.blur();")
    kept = f"(await (async () => {{{STORED}}})()).events.some((event) => event.payload.note === words)"
    page.until(kept, words="未公示收费标准，𠮷野店门口无公示栏")
    again(page, server)
    page.see(named("checklist"))
    assert standing(page) == wanted
    assert (
        page.run("return document.querySelector(note).value;", note=note)
        == "未公示收费标准，𠮷野店门口无公示栏"
    )
    # back at the question that was being answered
    top = page.until(
        "document.querySelector(one)?.getBoundingClientRect().top", one=f'[data-test="{finding}"]'
    )
    assert 0 < top < 500


def test_a_photo_is_kept_as_bytes_and_reaches_the_bureau(
    server: Server, window: Windows, tmp_path: Path
) -> None:
    jpeg = photo(["取证"], "7")
    (tmp_path / "photo.jpg").write_bytes(jpeg)
    page = window()
    start(page, server)
    arrive(page, "pd-01")
    address = verdicts(page)[0]
    page.do("choose", str(tmp_path / "photo.jpg"))
    page.tap(f'[data-test="{address}"] label.tool:has([data-test="photo-input"])')
    page.see(f'[data-test="{address}"] .thumb:not(.waiting) img[src]')
    before = page.run(STORED)
    again(page, server)
    page.see(f'[data-test="{address}"] .thumb img[src]')
    after = page.run(STORED)
    # meanwhile the sealed ones may have become the bureau's alone: this one may not change
    own, earlier = (
        [event for event in found["events"] if event["inspection"] == IDS["pd-01"]]
        for found in (after, before)
    )
    assert own == earlier
    assert after["photos"] == before["photos"]
    assert after["files"] == []
    assert after["photos"] == {name: name for name in after["photos"]}
    (sha256,) = after["photos"]
    assert [event["type"] for event in own] == ["arrive", "photo"]

    server.start()
    page.goto(f"#/i/{IDS['pd-01']}", "overview")
    page.until(UPLOADED)
    assert held(server, "pd-01") == own
    (kept,) = server.folder.rglob(sha256)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == sha256


def test_all_sign_on_the_pad_and_seal_without_a_network(server: Server, window: Windows) -> None:
    page = window()
    start(page, server)
    page.goto("#/login?back=me", "login")
    log_in(page, "inspector2")
    page.goto(f"#/i/{IDS['pd-09']}", "overview")
    server.stop()
    page.tap(named("reopen"))
    page.fill(named("reopen-reason"), "按办公室退回意见补充")
    page.tap(named("reopen-confirm"))
    page.until("!document.querySelector('[data-test=reopen]')")
    page.goto(f"#/i/{IDS['pd-09']}/review", "review")
    page.tap(named("to-sign"))
    page.see(named("handed"))
    page.draw(named("sign-pad"), SCRAWL)
    page.fill(named("signer-name"), "赵建国")
    page.tap(named("sign-confirm"))
    page.see(named("signed"))
    page.tap(named("hand-back-main"))
    page.fill(named("pin"), PIN)
    page.see(named("review"))
    page.goto(f"#/i/{IDS['pd-09']}/inspectors", "inspectors")
    for person in (ONE, TWO):
        page.tap(named(f"inspector-sign-{person}"))
        page.fill(named("inspector-pin"), PIN)
        page.draw(named("inspector-pad"), SCRAWL)
        page.tap(named("inspector-confirm"))
        page.see(named(f"inspector-signed-{person}"))
    page.goto(f"#/i/{IDS['pd-09']}/seal", "seal-screen")
    page.tap(named("seal"))
    page.see(named("record-hash"))
    server.start()
    page.goto(f"#/i/{IDS['pd-09']}", "overview")
    page.until(UPLOADED)
    events = held(server, "pd-09")
    signs = [event["payload"] for event in events if event["type"] == "sign"][-3:]
    assert [sign["role"] for sign in signs] == ["subject", "inspector", "inspector"]
    assert all(len(sign["strokes"]) == 2 and len(sign["strokes"][0]) > 4 for sign in signs)
    assert len({sign["record_hash"] for sign in signs}) == 1
    assert events[-1]["type"] == "seal"


def held(server: Server, key: str) -> list[dict]:
    """The bureau's events of an inspection, read beside the application."""
    with sqlite3.connect(server.folder / "yidang.db") as database:
        rows = database.execute(
            "SELECT text FROM event WHERE inspection_id = ? ORDER BY position", [IDS[key]]
        )
        return [json.loads(text) for (text,) in rows]

"""One inspection between two phones without the bureau: as a file, and directly in one network."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FilePayload, expect

from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_axe import violations
from webapp.demo import world

USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
INSPECTION = IDS["pd-01"]
Phones = Callable[[str], Phone]


def held(server: Server) -> tuple[list[dict], list[str]]:
    """The bureau's events of the inspection, and the names of the photos that it holds for it."""
    with sqlite3.connect(server.folder / "yidang.db") as database:
        rows = database.execute(
            "SELECT text FROM event WHERE inspection_id = ? ORDER BY position", [INSPECTION]
        )
        names = database.execute(
            "SELECT sha256 FROM blob_name WHERE inspection_id = ? AND received", [INSPECTION]
        )
        return [json.loads(text) for (text,) in rows], sorted(name for (name,) in names)


def log_of(one: Inspector) -> list[dict]:
    """The events of the inspection on a phone."""
    script = "async (id) => (await import('/static/field/db.js')).events(id)"
    events: list[dict] = one.page.evaluate(script, INSPECTION)
    return sorted(events, key=lambda event: str(event["id"]))


def record_of(one: Inspector) -> str:
    """The record's hash on a phone."""
    script = """async (id) => {
      const [db, { fold }] = [await import('/static/field/db.js'), await import('/static/field/fold.js')];
      return fold(await db.events(id)).record_hash;
    }"""
    return str(one.page.evaluate(script, INSPECTION))


def out_at_work(server: Server, phone: Phones) -> tuple[Inspector, Inspector, str]:
    """Two phones that are ready, without a bureau: 王强 took two photos, 李娜 one; a question of the checklist."""
    one = Inspector(phone("one"), server.url).start("inspector1")
    two = Inspector(phone("two"), server.url).start("inspector2")
    server.stop()
    one.arrive(INSPECTION)
    addresses = []
    for inspector in (one, two):
        inspector.go(INSPECTION, "check")
        verdicts = inspector.page.locator('section.q:has([data-test="verdict-fail"])')
        addresses.append(str(verdicts.first.get_attribute("data-test")).removeprefix("question-"))
    address = addresses[0]
    one.answer(address, "fail")
    one.take_photo(address, "1")
    one.take_photo(address, "2")
    two.answer(address, "fail")
    two.take_photo(address, "3")
    return one, two, address


def hand_over(one: Inspector) -> None:
    one.go(INSPECTION)
    one.at("to-handover").tap()
    expect(one.at("handover")).to_be_visible()


def file_of(one: Inspector) -> FilePayload:
    """The file that a phone makes, as it lies in the other phone's downloads."""
    hand_over(one)
    one.at("handover-make").tap()
    expect(one.at("handover-made")).to_be_visible(timeout=20000)
    with one.page.expect_download() as download:
        one.at("handover-save").tap()
    path = Path(download.value.path())
    return {
        "name": download.value.suggested_filename,
        "mimeType": "application/octet-stream",
        "buffer": path.read_bytes(),
    }


def receive(two: Inspector, file: FilePayload) -> None:
    hand_over(two)
    two.at("receive-file").set_input_files(file)


def meet(one: Inspector, two: Inspector, between: Callable[[], object] = lambda: None) -> None:
    """One shows a code, the other reads it and shows one back; each reads by a photo of the other's screen."""
    hand_over(one)
    one.at("handover-offer").tap()
    hand_over(two)
    two.at("handover-scan").tap()
    show(one, two)
    expect(two.at("qr")).to_be_visible()
    between()
    one.at("handover-scan-answer").tap()
    show(two, one)


def show(one: Inspector, two: Inspector) -> None:
    """The second phone takes a photo of the code on the first one's screen."""
    expect(one.at("qr")).to_be_visible()
    picture = one.at("qr").screenshot()
    two.at("scan-photo").set_input_files({"name": "code.png", "mimeType": "image/png", "buffer": picture})


def test_a_file_brings_everything_and_the_partners_phone_brings_it_to_the_bureau(
    server: Server, phone: Phones
) -> None:
    one, two, _ = out_at_work(server, phone)
    file = file_of(one)
    assert file["name"].endswith(".yidang") or file["name"].endswith(".yidang.txt")
    receive(two, file)
    mine = {event["id"] for event in log_of(one)}
    expect(two.at("handover-done")).to_contain_text(f"收到 {len(mine)} 条记录、2 张照片")
    assert mine < {event["id"] for event in log_of(two)}
    two.go(INSPECTION, "check")
    expect(two.page.locator(".thumb:not(.waiting) img")).to_have_count(3)
    # The first phone is lost on the way home; everything of it is at the bureau all the same.
    one.phone.close()
    server.start()
    two.page.reload()
    two.expect_safe(INSPECTION)
    events, photos = held(server)
    assert sorted(event["id"] for event in events) == [event["id"] for event in log_of(two)]
    assert mine < {event["id"] for event in events}
    assert len(photos) == 3


def test_two_phones_in_one_network_give_each_other_what_each_lacks(server: Server, phone: Phones) -> None:
    one, two, address = out_at_work(server, phone)
    mine, theirs = len(log_of(one)), len(log_of(two))
    found: list[str] = []
    meet(one, two, lambda: found.extend(violations(one.page) + violations(two.page)))
    for inspector, events, photos in ((one, theirs, 1), (two, mine, 2)):
        brought = f"收到 {events} 条记录、{photos} 张照片"
        expect(inspector.at("handover-done")).to_contain_text(brought, timeout=30000)
        found += violations(inspector.page)
    assert found == []
    assert log_of(one) == log_of(two)
    assert record_of(one) == record_of(two)
    # Once more: nobody lacks anything.
    meet(one, two)
    for inspector in (one, two):
        expect(inspector.at("handover-done")).to_contain_text("这台手机什么都不缺", timeout=30000)
    # Both go on with the same record; either brings all of it to the bureau.
    two.go(INSPECTION, "check")
    two.answer(address, "na")
    written = log_of(two)
    two.phone.close()
    server.start()
    one.page.reload()
    one.expect_safe(INSPECTION)
    events, photos = held(server)
    assert {event["id"] for event in events} == {event["id"] for event in log_of(one)}
    assert len(photos) == 3
    assert len(written) == len(events) + 1


def test_a_line_that_breaks_keeps_what_came_and_brings_only_the_rest(server: Server, phone: Phones) -> None:
    one, two, _ = out_at_work(server, phone)
    mine = len(log_of(one))
    # The first phone falls silent after its first photo.
    one.page.evaluate(
        """() => {
          const send = RTCDataChannel.prototype.send;
          RTCDataChannel.prototype.send = function (data) {
            const photo = typeof data === "string" && data.startsWith('{"photo"');
            if (photo && (this.photos = (this.photos ?? 0) + 1) > 1) { this.close(); return; }
            return send.call(this, data);
          };
          window.mend = () => { RTCDataChannel.prototype.send = send; };
        }"""
    )
    meet(one, two)
    expect(two.at("handover-fault")).to_contain_text("连接断了", timeout=30000)
    expect(two.at("handover")).to_contain_text(f"收到 {mine} 条记录、1 张照片")
    expect(one.at("handover-fault")).to_contain_text("连接断了", timeout=30000)
    one.page.evaluate("mend()")
    meet(one, two)
    expect(two.at("handover-done")).to_contain_text("收到 1 张照片", timeout=30000)
    assert log_of(one) == log_of(two)


def test_a_file_that_is_not_right_changes_nothing_and_says_why(server: Server, phone: Phones) -> None:
    one, two, _ = out_at_work(server, phone)
    file, before = file_of(one), log_of(two)
    data, name = file["buffer"], file["name"]
    cut = data[:-1]
    changed = bytearray(data)
    changed[-100] ^= 1
    line, rest = data.split(b"\n", 1)
    newer = line.replace(b"yidang-parcel-1", b"yidang-parcel-2") + b"\n" + rest
    other = line.replace(INSPECTION.encode(), str(IDS["pd-22"]).encode()[:35] + b"0") + b"\n" + rest
    wrong = [
        (cut, "没有收下任何内容"),
        (bytes(changed), "没有收下任何内容"),
        (b"hello", "不是交接文件"),
        (newer, "更新版本"),
        (other, "不在这台手机的任务列表里"),
    ]
    for given, words in wrong:
        receive(two, {"name": name, "mimeType": "application/octet-stream", "buffer": given})
        expect(two.at("handover-fault")).to_contain_text(words)
        assert log_of(two) == before
    two.page.goto(f"{server.url}/field/#/sync")
    two.at("receive-file").set_input_files(file)
    expect(two.at("handover-done")).to_be_visible()
    assert len(log_of(two)) == len(before) + len(log_of(one))


def test_what_the_bureau_refuses_of_the_partners_phone_can_be_moved_out(
    server: Server, phone: Phones
) -> None:
    one, two, _ = out_at_work(server, phone)
    own = log_of(two)
    receive(two, file_of(one))
    expect(two.at("handover-done")).to_be_visible()
    [device] = {event["device"] for event in log_of(one)}
    one.phone.close()
    with sqlite3.connect(server.folder / "yidang.db") as database:
        rows = "UPDATE enrolment SET revoked_at = '2026-11-21 00:00:00', revoke_reason = '丢失' WHERE device_id = ?"
        database.execute(rows, [device])
    server.start()
    two.page.goto(f"{server.url}/field/#/sync")
    two.at("sync-now").tap()
    expect(two.at("rejected")).to_contain_text("已被停用", timeout=30000)
    two.at("move-out").tap()
    two.at("move-out-confirm").tap()
    expect(two.at("rejected")).to_have_count(0, timeout=30000)
    two.expect_safe(INSPECTION)
    assert log_of(two) == own
    events, photos = held(server)
    assert sorted(event["id"] for event in events) == [event["id"] for event in own] and len(photos) == 1


def test_nobody_writes_into_the_log_in_the_name_of_this_phone(server: Server, phone: Phones) -> None:
    one = Inspector(phone("one"), server.url).start("inspector1")
    one.arrive(INSPECTION)
    mine = log_of(one)
    carry = "async (rows) => (await import('/static/field/db.js')).carry(rows)"
    forged = mine[0] | {"id": mine[0]["id"][:-4] + "ffff"}
    changed = mine[0] | {"time": "2026-11-21T00:00:00.000+08:00"}
    theirs = forged | {"device": "10000000-0000-4000-8000-0000000000a1"}
    given = one.page.evaluate(
        carry, [{"event": event, "signature": "MEUC"} for event in (forged, changed, mine[0], theirs)]
    )
    assert given == {
        "added": 1,
        "refused": [
            {"id": forged["id"], "code": "event_forged"},
            {"id": changed["id"], "code": "event_differs"},
        ],
    }
    assert [event for event in log_of(one) if event["id"] != theirs["id"]] == mine

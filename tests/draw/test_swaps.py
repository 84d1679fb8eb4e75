"""What happens to a draw later, and how its file says so."""

import copy

import pytest

from tests.draw.hall import SALT, Hall, inspector, inspectors, pool
from tests.vectors.make_draw import ask
from webapp.draw import layout, proof, swaps
from webapp.draw.freeze import blind, line
from webapp.draw.strata import ranked


def assert_whole(file: layout.DrawFile) -> None:
    assert proof.check(layout.write(file)) == []


def test_a_subject_that_is_gone_is_followed_by_the_next_rank_of_its_stratum() -> None:
    file = Hall().file()
    stratum = file["strata"][0]
    gone = stratum["drawn"][1]["id"]
    after = swaps.swap(file, ask("subject", gone, gone))
    ranks = ranked(file["pool"], "risk/region", file["key"])[stratum["name"]]
    assert after["swaps"][0]["in"] == ranks[stratum["quota"]].partition("\t")[2]
    assert after["strata"] == file["strata"] and after["pairs"] == file["pairs"], "the old rows stay"
    assert_whole(after)
    again = swaps.swap(after, ask("subject", after["swaps"][0]["in"], after["swaps"][0]["in"]))
    assert again["swaps"][1]["in"] == ranks[stratum["quota"] + 1].partition("\t")[2]
    assert_whole(again)


def test_the_pair_of_a_subject_that_is_gone_has_one_visit_fewer() -> None:
    file = Hall(pool(A_新华区=3), inspectors(2), quota={"total": 1}).file()
    gone = file["pairs"][0]["subject"]
    after = swaps.swap(file, ask("subject", gone, gone))
    assert [member["load"] for member in after["swaps"][0]["pair"]["inspectors"]] == [0, 0]


def test_nobody_is_left_in_the_stratum() -> None:
    file = Hall(pool(A_新华区=2), quota={"bp": 10_000}).file()
    gone = file["pairs"][0]["subject"]
    with pytest.raises(swaps.NotSwapped, match="exhausted"):
        swaps.swap(file, ask("subject", gone, gone))


def test_RZ_10b_a_recused_inspector_is_followed_by_the_next_and_never_comes_back() -> None:
    file = Hall(pool(A_新华区=1), inspectors(4), quota={"total": 1}).file()
    subject = file["pairs"][0]["subject"]
    seen = {member["id"] for member in file["pairs"][0]["inspectors"]}
    for _ in range(2):
        out = (file["swaps"][-1]["pair"] if file["swaps"] else file["pairs"][0])["inspectors"][0]["id"]
        file = swaps.swap(file, ask("inspector", subject, out))
        assert file["swaps"][-1]["in"] not in seen
        seen.add(file["swaps"][-1]["in"])
        assert_whole(file)
    with pytest.raises(swaps.NotSwapped, match="nobody") as refused:
        swaps.swap(file, ask("inspector", subject, file["swaps"][-1]["in"]))
    assert refused.value.refusal and refused.value.refusal["of"] == "inspectors"


def test_who_steps_in_for_the_specialist_is_one() -> None:
    needs = [{"what": "specialty", "value": "审计", "count": 1}]
    people = [
        *inspectors(4),
        inspector("审甲", specialties=["审计"]),
        inspector("审乙", specialties=["审计"], load=9),
    ]
    file = Hall(pool(A_新华区=1), people, quota={"total": 1}, team={"local": "any", "needs": needs}).file()
    after = swaps.swap(file, ask("inspector", file["pairs"][0]["subject"], "审甲"))
    assert after["swaps"][0]["in"] == "审乙"
    assert_whole(after)


def test_who_asks_for_a_swap_does_not_approve_it() -> None:
    file = Hall().file()
    gone = file["pairs"][0]["subject"]
    with pytest.raises(swaps.NotSwapped, match="approver"):
        swaps.swap(file, ask("subject", gone, gone) | {"approved": "周敏"})


@pytest.mark.parametrize(
    ("kind", "subject", "out"),
    [
        ("subject", "nobody", "nobody"),
        ("inspector", "*", "nobody"),
        ("expert", "*", "16040001"),
        ("other", "*", "*"),
        ("subject", "*", "nobody"),
    ],
)
def test_only_who_is_there_can_be_swapped(kind: str, subject: str, out: str) -> None:
    file = Hall().file()
    there = file["pairs"][0]["subject"]
    with pytest.raises(swaps.NotSwapped, match="unknown"):
        swaps.swap(file, ask(kind, subject.replace("*", there), out.replace("*", there)))


def test_before_the_numbers_are_known_and_after_it_was_cancelled_nothing_is_swapped() -> None:
    file = Hall().file()
    gone = file["pairs"][0]["subject"]
    for closed in (
        Hall().announce(),
        swaps.cancel(file, "有误", "周敏", "韩雪", "2026-11-23T09:00:00+08:00"),
    ):
        with pytest.raises(swaps.NotSwapped, match="not_drawn"):
            swaps.swap(closed, ask("subject", gone, gone))


def test_a_cancelled_draw_stays_as_it_was_with_its_reason() -> None:
    file = Hall().file()
    cancelled = swaps.cancel(file, "名录库有误", "周敏", "韩雪", "2026-11-23T09:00:00+08:00")
    assert {**cancelled, "cancelled": None, "hash": file["hash"]} == file
    assert_whole(cancelled)
    with pytest.raises(swaps.NotSwapped):
        swaps.cancel(file, "名录库有误", "周敏", "周敏", "2026-11-23T09:00:00+08:00")


def test_a_printed_swap_binds_all_that_came_before() -> None:
    file = Hall().file()
    for place in (0, 1):
        gone = file["pairs"][place]["subject"]
        file = swaps.swap(file, ask("subject", gone, gone))
    printed = file["swaps"][1]["hash"]
    other = swaps.swap(
        Hall().file(),
        ask("subject", Hall().file()["pairs"][0]["subject"], Hall().file()["pairs"][0]["subject"])
        | {"reason": "迁出"},
    )
    other = swaps.swap(other, ask("subject", file["pairs"][1]["subject"], file["pairs"][1]["subject"]))
    assert other["swaps"][1]["in"] == file["swaps"][1]["in"]
    assert other["swaps"][1]["hash"] != printed


def test_salts_are_opened_for_those_who_were_drawn_and_for_nobody_else() -> None:
    codes = [f"9141{number}" for number in range(12)]
    hall = Hall(sorted(line(blind(code, SALT), "新华区", "C") for code in codes), blind=True)
    file = hall.file()
    drawn = {row["id"] for row in file["strata"][0]["drawn"]}
    names = {blind(code, SALT): (code, SALT) for code in codes}
    assert_whole(swaps.reveal(file, {name: names[name] for name in drawn}))
    undrawn = next(name for name in names if name not in drawn)
    faults = proof.check(layout.write(swaps.reveal(file, {undrawn: names[undrawn]})))
    assert faults == [{"step": "openings", "code": "differs", "at": undrawn}]
    with pytest.raises(swaps.NotSwapped, match="unknown"):
        swaps.reveal(file, {undrawn: ("9149", SALT)})


def test_no_act_changes_the_file_that_it_was_handed() -> None:
    file = Hall().file()
    before = copy.deepcopy(file)
    gone = file["pairs"][0]["subject"]
    swaps.swap(file, ask("subject", gone, gone))
    swaps.cancel(file, "有误", "周敏", "韩雪", "2026-11-23T09:00:00+08:00")
    assert file == before

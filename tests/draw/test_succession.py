"""Who steps in until one can really go: never who cannot, and never another than the file's own order says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draw.hall import Hall, expert, inspectors, pool
from tests.vectors.make_draw import ask
from webapp.draw import layout, proof, swaps
from webapp.draw.succession import succeed

FILE = Hall(pool(A_新华区=8), inspectors(7), quota={"total": 3}).file()
SUBJECTS = [line.split("\t")[0] for line in FILE["pool"]]
PEOPLE = [one["id"] for one in FILE["inspectors"]]


def unfit(gone: set[str]) -> Any:
    return lambda kind, subject, name: "已停用" if name in gone else None


def newcomers(file: layout.DrawFile) -> set[str]:
    """Everybody who is there now and was not before."""
    before, after = swaps.standing(FILE).pairs, swaps.standing(file).pairs
    came = set(after) - set(before)
    for subject, pair in after.items():
        old = {one["id"] for one in (before.get(subject) or {"inspectors": []})["inspectors"]}
        came |= {one["id"] for one in (pair or {"inspectors": []})["inspectors"]} - old
    return came


@settings(max_examples=120, deadline=None)
@given(
    gone=st.sets(st.sampled_from(SUBJECTS + PEOPLE), max_size=10),
    place=st.integers(0, 2),
    kind=st.sampled_from(["subject", "inspector"]),
)
def test_RZ_10b_nobody_who_cannot_go_steps_in_and_the_file_is_whole(
    gone: set[str], place: int, kind: str
) -> None:
    pair, before = FILE["pairs"][place], layout.write(FILE)
    out = pair["subject"] if kind == "subject" else pair["inspectors"][0]["id"]
    try:
        file = succeed(FILE, ask(kind, pair["subject"], out), unfit(gone))
    except swaps.NotSwapped as refused:
        assert refused.code in ("nobody", "exhausted")
    else:
        assert not newcomers(file) & gone
        assert out not in newcomers(file)
        assert proof.check(layout.write(file)) == []
        assert file["swaps"][0]["reason"] == ask(kind, "", "")["reason"]
        assert all("由下一顺位接替" in row["reason"] for row in file["swaps"][1:])
        for member in (swaps.standing(file).pairs.get(pair["subject"]) or {"inspectors": []})["inspectors"]:
            assert member["id"] != out
    assert layout.write(FILE) == before, "what was published stays as it was, byte for byte"


def test_each_who_was_passed_over_has_a_row_that_says_why() -> None:
    pair = FILE["pairs"][0]
    first = swaps.swap(FILE, ask("inspector", pair["subject"], pair["inspectors"][0]["id"]))
    gone = first["swaps"][0]["in"]
    file = succeed(
        FILE,
        ask("inspector", pair["subject"], pair["inspectors"][0]["id"]),
        lambda *who: "执法证失效" if gone in who else None,
    )
    assert file["swaps"][0] == first["swaps"][0]
    assert file["swaps"][1]["out"] == gone and "执法证失效" in file["swaps"][1]["reason"]


def test_with_a_new_subject_come_only_people_who_can_go() -> None:
    subject = FILE["pairs"][0]["subject"]
    plain = succeed(FILE, ask("subject", subject, subject), unfit(set()))
    gone = plain["swaps"][0]["pair"]["inspectors"][1]["id"]
    file = succeed(FILE, ask("subject", subject, subject), unfit({gone}))
    assert [row["kind"] for row in file["swaps"]] == ["subject", "inspector"]
    assert gone not in [one["id"] for one in file["swaps"][-1]["pair"]["inspectors"]]


def test_where_nobody_is_left_it_is_refused_and_says_why() -> None:
    pair = FILE["pairs"][0]
    with pytest.raises(swaps.NotSwapped) as refused:
        succeed(FILE, ask("inspector", pair["subject"], pair["inspectors"][0]["id"]), unfit(set(PEOPLE)))
    assert refused.value.code == "nobody" and refused.value.refusal


def test_an_expert_is_followed_by_one_who_can_go() -> None:
    people = [expert(f"专家{n}") for n in range(4)]
    team = {"size": 2, "local": "any", "experts": {"count": 1}}
    hall = Hall(pool(A_新华区=2), inspectors(4), quota={"total": 1}, team=team, experts=people)
    file = hall.file()
    pair = file["pairs"][0]
    out = pair["experts"][0]["id"]
    first = swaps.swap(file, ask("expert", pair["subject"], out))["swaps"][0]["in"]
    after = succeed(file, ask("expert", pair["subject"], out), unfit({first}))
    assert after["swaps"][-1]["in"] not in (first, out)

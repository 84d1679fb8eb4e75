"""Golden draws and draw files, the same in both languages (tests/vectors/draw.json)."""

import copy
import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draw.hall import Hall, expert, inspector, opened
from tests.vectors import make_draw
from tests.vectors.make_draw import ask
from webapp.canonical import canonical
from webapp.draw import layout, proof, rules, swaps
from webapp.draw.freeze import line

ROOT = Path(__file__).parents[2]
VECTORS = json.loads(make_draw.FILE.read_text())


def test_the_vectors_are_at_least_sixty_and_stand_as_they_were_made() -> None:
    assert len(VECTORS["draw"]) >= 60
    assert len(VECTORS["check"]) >= 40
    assert make_draw.dump(make_draw.make()) == make_draw.FILE.read_text()


@pytest.mark.parametrize("case", VECTORS["draw"], ids=lambda case: case["name"])
def test_python_draws_every_vector(case: dict[str, Any]) -> None:
    given_one = case["given"]
    drawn = [given_one[name] for name in ("id", "pool", "rules", "seed", "inspectors", "experts")]
    if "faults" in case:
        with pytest.raises(rules.NotDrawn) as refused:
            rules.draw(*drawn)
        assert refused.value.faults == case["faults"]
    else:
        assert canonical(rules.draw(*drawn)) == canonical(case["result"])


@pytest.mark.parametrize("case", VECTORS["check"], ids=lambda case: case["name"])
def test_python_checks_every_vector(case: dict[str, Any]) -> None:
    assert proof.check(case["text"].encode()) == case["faults"]


# ---- random draws

names = st.text(st.sampled_from("ab甲乙\U00020bb7\ue000é-"), min_size=1, max_size=3)
regions, risks, specialties = (
    st.sampled_from(choice)
    for choice in (("新华区", "卫东区", "\U00020bb7"), ("A", "C", "-"), ("审计", "法律"))
)
needs = st.one_of(
    st.builds(
        lambda value, count: {"what": "specialty", "value": value, "count": count},
        specialties,
        st.integers(1, 2),
    ),
    st.sampled_from([{"what": what, "value": "", "count": 1} for what in ("leader", "lent")]),
)
loans = st.builds(
    lambda region, document: {
        "region": region,
        "document": document,
        "from": "2026-01-01",
        "until": "2026-12-31",
    },
    regions,
    st.sampled_from(["", "〔2026〕8号"]),
)


@st.composite
def halls(draw: st.DrawFn) -> Hall:
    """A small hall in which much collides: few names, few inspectors, odd needs."""
    subjects = draw(st.lists(names, unique=True, min_size=1, max_size=12))
    lines = [line(name, draw(regions), draw(risks), draw(st.integers(1, 3))) for name in subjects]
    people = [_inspector(draw, name, subjects) for name in draw(st.lists(names, unique=True, max_size=7))]
    experts = [
        expert(name, specialties=draw(st.lists(specialties)), recused=[draw(st.sampled_from(subjects))])
        for name in draw(st.lists(names, unique=True, max_size=2))
    ]
    quota = {
        "bp": draw(st.integers(0, 10_000)),
        "least": draw(st.integers(0, 2)),
        "total": draw(st.integers(0, 14)),
        "most": draw(st.none() | st.integers(0, 14)),
        "strata": draw(st.dictionaries(st.sampled_from(["A/新华区", "C", "卫东区"]), st.integers(0, 10_000))),
    }
    team = {
        "size": draw(st.integers(2, 4)),
        "cover": draw(st.sampled_from(["each", "together"])),
        "local": draw(st.sampled_from(["any", "local", "away"])),
        "most": draw(st.none() | st.integers(0, 3)),
        "needs": draw(st.lists(needs, max_size=2)),
        "experts": {"count": draw(st.integers(0, 1)), "specialty": draw(st.none() | specialties)},
    }
    return Hall(
        lines,
        people,
        experts,
        items=draw(st.sampled_from([["PD-5"], ["PD-5", "PD-6"]])),
        by=draw(st.sampled_from(["risk/region", "risk", "region", "all"])),
        quota=quota,
        weights={"most": 3, "labels": {"投诉": 3}},
        batches=draw(st.integers(1, 3)),
        team=draw(st.sampled_from([team, team, team, None])),
    )


def _inspector(draw: st.DrawFn, name: str, subjects: list[str]) -> dict[str, Any]:
    return inspector(
        name,
        regions=draw(st.lists(regions | st.just("*"), max_size=2)),
        lent=draw(st.lists(loans, max_size=1)),
        active=draw(st.sampled_from([True, True, True, False])),
        scope=draw(st.sampled_from([["PD-5"], ["PD-6"], ["PD-5", "PD-6"], ["*"]])),
        specialties=draw(st.lists(specialties)),
        leader=draw(st.booleans()),
        recused=draw(st.lists(st.sampled_from(subjects), max_size=2)),
        load=draw(st.integers(0, 2)),
    )


@pytest.fixture(scope="module")
def javascript() -> Iterator[subprocess.Popen[str]]:
    """The browser's draw and check, a line in, a line out."""
    command = ["node", str(ROOT / "tests/js/draw_lines.js")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(10)


def said_by(javascript: subprocess.Popen[str], asked: dict[str, Any]) -> str:
    assert javascript.stdin and javascript.stdout
    javascript.stdin.write(json.dumps(asked) + "\n")
    javascript.stdin.flush()
    return str(json.loads(javascript.stdout.readline()))


@settings(max_examples=150, deadline=None)
@given(hall=halls(), shuffle=st.randoms(use_true_random=False))
def test_both_languages_draw_the_same_in_any_order(
    javascript: subprocess.Popen[str], hall: Hall, shuffle: Any
) -> None:
    expected = canonical(hall.draw()).decode()
    for handed_in in (hall.pool, hall.people, hall.experts):
        shuffle.shuffle(handed_in)
    assert canonical(hall.draw()).decode() == expected
    assert said_by(javascript, hall.given()) == expected


@settings(max_examples=150, deadline=None)
@given(hall=halls(), place=st.integers(0, 10**9), byte=st.integers(0, 255))
def test_both_languages_find_a_changed_byte_anywhere_in_a_draw_file(
    javascript: subprocess.Popen[str], hall: Hall, place: int, byte: int
) -> None:
    whole = layout.write(hall.file(opened()))
    assert proof.check(whole) == []
    changed = bytearray(whole)
    changed[place % len(whole)] = byte
    if bytes(changed) == whole:
        return
    faults = proof.check(bytes(changed))
    assert faults
    assert said_by(javascript, {"file": b64encode(changed).decode()}) == canonical(faults).decode()


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.just(2**53),
    st.sampled_from(
        ["", "a", "0" * 64, "甲", "\ud842", "__proto__", "A/新华区", "16040001", "91410400MA0001"]
    ),
    st.just([]),
    st.just({}),
    st.just([[], None]),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to everything in a file."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, (*path, name))


def busy_file() -> layout.DrawFile:
    """A file with something of everything."""
    hall = Hall(
        [line(f"s{number}", "新华区", "C") for number in range(6)],
        experts=[expert("审1"), expert("审2"), expert("审3")],
        quota={"bp": 5000},
        team={
            "local": "any",
            "experts": {"count": 1},
            "needs": [{"what": "leader", "value": "", "count": 1}],
        },
        people=[
            inspector(f"i{number}", leader=number < 4, recused=["s1"] * (number < 3)) for number in range(5)
        ],
    )
    file = hall.file(opened())
    one, two = (pair["subject"] for pair in file["pairs"][:2])
    file = swaps.swap(file, ask("subject", one, one))
    return swaps.swap(file, ask("expert", two, file["pairs"][1]["experts"][0]["id"]))


BUSY = busy_file()


def is_earlier(file: layout.DrawFile) -> bool:
    """Whether it is the same draw before its last swaps: that they were left out only a newer file can tell."""
    swaps_left = BUSY["swaps"][: len(file["swaps"])]
    return (
        file | {"hash": "", "swaps": []} == BUSY | {"hash": "", "swaps": []} and file["swaps"] == swaps_left
    )


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(list(places(BUSY))), value=values, drop=st.booleans(), more=values)
def test_both_languages_say_the_same_of_whatever_somebody_puts_into_a_file(
    javascript: subprocess.Popen[str], place: tuple[Any, ...], value: Any, drop: bool, more: Any
) -> None:
    """Closed again with its hash, as one who means it would; neither ever breaks on it."""
    file = copy.deepcopy(BUSY)
    holder: Any = file
    for name in place[:-1]:
        holder = holder[name]
    if drop:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    if isinstance(holder, dict) and more == "a":
        holder["\ud842"] = 1
    if "hash" in file:
        file["hash"] = "0" * 64
    data = json.dumps(file).encode()
    faults = proof.check(data)
    assert faults
    assert said_by(javascript, {"file": b64encode(data).decode()}) == canonical(faults).decode()
    try:
        closed = layout.write(layout.hashed(file))
    except ValueError:
        return
    faults = proof.check(closed)
    assert faults or is_earlier(file)
    assert said_by(javascript, {"file": b64encode(closed).decode()}) == canonical(faults).decode()

"""Forms: what an answer costs where one question decides over others, and what reading an XLSForm costs."""

import io
import json
import subprocess
from collections.abc import Iterator
from statistics import quantiles
from typing import Any

from pyxform.xls2json_backends import xlsx_to_dict
from pyxform.xls2xform import convert

from bench.measure import Figure, against, spent
from tests.forms.books import Row, book, q
from webapp.config import ROOT
from webapp.forms.live import Live, Model
from webapp.forms.xlsform import read

QUESTIONS, FEWER, CHAINS, LINKS, ROUNDS = 2000, 500, 300, 6, 200
NOW = "2026-11-21T16:00:00.000+08:00"


def figures() -> Iterator[Figure]:
    """An answer in Node at two sizes, the whole form in both languages, and the reader beside pyxform alone."""
    large, small = _form(QUESTIONS, CHAINS), _form(FEWER, CHAINS * FEWER // QUESTIONS)
    alone, whole = _answered(large, ["c1_0"])
    at_500, _ = _answered(small, ["c1_0"])
    size = f"{QUESTIONS:,} questions, {CHAINS} relevant chains"
    many, many_whole = _answered(_row_of(CHAINS), ["c1_0"])
    long = f"{CHAINS} questions that hang on it one after another"
    for what, times, anew in ((size, alone, whole), (long, many, many_whole)):
        for name, at in (("the middle", 50), ("95 of 100", 95)):
            ours, bare = 1000 * _share(times, at), 1000 * _share(anew, 50)
            title = f"An answer in Node ({what}): {name}, by the clock"
            yield against(title, ours, "the whole form anew", bare, "≤ 2,000 µs", "µs")
    ours, bare = 1000 * _share(alone, 50), 1000 * _share(at_500, 50)
    title = f"The same answer at {QUESTIONS:,} questions, with the same {LINKS - 1} that depend on it"
    yield against(title, ours, f"at {FEWER:,}", bare, "≤ 1.2 ×", "µs")
    model = Model(large)
    answers = {f"{large['name']}/{asked['name']}": "1" for asked in large["questions"]}
    python, _ = spent(lambda: [Live(model, answers, NOW) for _ in range(5)])
    yield against(f"The whole form in Python ({size})", python * 200, "in Node", _share(whole, 50), "", "ms")
    yield from _reading()


def _reading() -> Iterator[Figure]:
    data = book(_rows(1000, 150))
    bare, _ = spent(lambda: convert(xlsx_to_dict(io.BytesIO(data)), validate=False))
    ours, _ = spent(lambda: read(data))
    yield against("Reading an XLSForm of 1,000 questions", ours, "pyxform alone", bare, "≤ 1.5 ×")


def _rows(size: int, chains: int) -> list[Row]:
    """`chains` rows of questions, each shown by the answer before it; what is left stands alone."""
    rows = []
    for chain in range(chains):
        for link in range(LINKS):
            shown = f"${{c{chain}_{link - 1}}} = '1'" if link else ""
            rows.append(q("text", f"c{chain}_{link}", relevant=shown))
    return rows + [q("integer", f"q{at}", constraint=". >= 0") for at in range(size - len(rows))]


def _form(size: int, chains: int) -> dict[str, Any]:
    return read(book(_rows(size, chains)), "bench").form or {}


def _row_of(links: int) -> dict[str, Any]:
    rows = [
        q("text", f"c1_{at}", relevant=f"${{c1_{at - 1}}} = '1'" if at else "") for at in range(links + 1)
    ]
    return read(book(rows), "bench").form or {}


def _answered(form: dict[str, Any], names: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer, and of each whole form."""
    cases = [[f"{form['name']}/{name}", ["1", "2"]] for name in names]
    answers = {f"{form['name']}/{asked['name']}": "1" for asked in form["questions"]}
    given = json.dumps({"form": form, "now": NOW, "answers": answers, "cases": cases, "rounds": ROUNDS})
    command = ["node", str(ROOT / "bench/answers.js")]
    # The command is written here.
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603
    found = json.loads(done.stdout)
    return found["set"][ROUNDS // 4 :], found["whole"]


def _share(times: list[float], of_hundred: int) -> float:
    return quantiles(times, n=100)[of_hundred - 1]

"""What goes out as an XLSForm comes back as the same form, byte for byte, and no cell of it is ever run."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyxform.utils import default_is_dynamic
from pyxform.xls2xform import convert

from tests.forms.books import books
from webapp.canonical import canonical
from webapp.demo import world
from webapp.forms.expressions import chained, sees_itself
from webapp.forms.template import EXAMPLE, template
from webapp.forms.xlsform import read
from webapp.forms.xlsform_out import VERDICTS, write

Json = dict[str, Any]

# ---- forms by chance

SIGNS = st.characters(exclude_categories=("C",), exclude_characters="\x7f\xa0") | st.sampled_from(
    "“”‘’=+-@<&\"' \n_"
)
TEXT = (
    st.text(SIGNS, min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda said: said not in ("", "-") and "${" not in said)
)
WORDS = st.fixed_dictionaries({"zh-Hans": TEXT}, optional={"en": TEXT}) | st.fixed_dictionaries({"en": TEXT})
NAME = st.sampled_from(["a", "b", "c", "姓名", "P1", "x_1", "工资.月", "q-2"])
LITERAL = st.text(SIGNS, max_size=6).filter(
    lambda said: not set(said) & set("“”‘’") and not {"'", '"'} <= set(said)
)
CHOICE_NAMES = st.lists(
    st.sampled_from(["1", "2", "yes", "no", "甲", "_x0041_", "=1+1"]), min_size=1, max_size=4, unique=True
)
SIGN = st.sampled_from(["or", "and", "=", "<", "+", "-", "div"])
ASKED = ["text", "integer", "decimal", "date", "time", "datetime", "acknowledge", "note", "range"]


def trees(keys: list[str], columns: bool = False) -> st.SearchStrategy[Any]:
    """Expressions over these questions."""
    leaves = [
        st.builds(lambda number: ["n", str(number)], st.integers(0, 99)),
        st.builds(lambda said: ["s", said], LITERAL), st.just(["."]), st.just(["today"]),
    ]  # fmt: skip
    leaves += [st.builds(lambda key: ["q", key], st.sampled_from(keys))] if keys else []
    leaves += [st.just(["c", "region"])] if columns else []
    return st.recursive(
        st.one_of(leaves),
        lambda inner: st.one_of(
            st.builds(chained, SIGN, inner, inner),
            st.builds(lambda a: ["neg", a], inner),
            st.builds(lambda a: ["not", a], inner),
            st.builds(lambda a, b, c: ["if", a, b, c], inner, inner, inner),
        ),
        max_leaves=6,
    )  # fmt: skip


@st.composite
def questions(draw: Any, keys: list[str], level: int = 0) -> list[Json]:
    """Some questions; what is asked later looks at what was asked before."""
    made: list[Json] = []
    for _ in range(draw(st.integers(1, 4))):
        name = f"{draw(NAME)}{len(keys)}"
        made.append(draw(question(name, list(keys), level)))
        keys.append(name)
        if "children" in made[-1]:
            made[-1]["children"] = draw(questions(keys, level + 1))
    return made


@st.composite
def question(draw: Any, name: str, keys: list[str], level: int) -> Json:
    """One question of any type with anything that may stand in it."""
    kind = draw(
        st.sampled_from(
            [
                *ASKED,
                "verdict",
                "select_one",
                "select_multiple",
                "rank",
                "calculate",
                *["group", "repeat"][: 2 - level],
            ]
        )
    )
    asked: Json = {"name": name, "type": kind, "label": draw(WORDS)}
    tree = trees(keys)
    optional: dict[str, Any] = {"relevant": tree.filter(lambda one: not sees_itself(one))}
    if kind in ("group", "repeat"):
        asked["children"] = []
        asked |= {"count": ["q", keys[-1]]} if kind == "repeat" and keys and draw(st.booleans()) else {}
        return asked | draw(st.fixed_dictionaries({}, optional=optional))
    optional |= {
        "hint": WORDS, "law": TEXT, "severity": TEXT, "guidance": TEXT, "constraint": tree, "constraint_message": WORDS,
        "photo": st.sampled_from(["none", "allowed", "required", "required_when_failed"]),
    }  # fmt: skip
    if kind == "calculate":
        return asked | {"calculate": draw(tree)} | draw(st.fixed_dictionaries({}, optional=optional))
    if kind != "note":
        optional |= {
            "required": st.booleans() | tree.filter(lambda tree: tree[0] != "n"), "required_message": WORDS,
            "read_only": st.booleans(),
            "default": TEXT.filter(lambda said: not default_is_dynamic(said, kind)).map(lambda said: ["s", said]),
        }  # fmt: skip
    if kind == "range":
        asked["range"] = {"start": "0", "end": "10", "step": draw(st.sampled_from(["1", "2", "0.5"]))}
    if kind in ("select_one", "select_multiple", "rank"):
        asked |= draw(selects(keys))
    return asked | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def selects(draw: Any, keys: list[str]) -> Json:
    """Choices, which of them count as found, and a filter."""
    names = draw(CHOICE_NAMES)
    made: Json = {"choices": [{"name": name, "label": draw(WORDS)} for name in names]}
    if draw(st.booleans()):
        made["verdict"] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    if draw(st.booleans()):
        for choice in made["choices"]:
            choice["more"] = {"region": draw(TEXT.filter(lambda said: not set(said) & set("“”‘’")))}
        made["choice_filter"] = draw(trees(keys, columns=True))
    return made


@st.composite
def forms(draw: Any) -> Json:
    """A form."""
    return {
        "name": "form_1",
        "version": draw(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z.-]{0,15}", fullmatch=True)),
        "item": None,
        "title": draw(st.fixed_dictionaries({"zh-Hans": TEXT}, optional={"en": TEXT})),
        "questions": draw(questions([])),
    }


def again(form: Json) -> Json:
    reading = read(write(form), "another_name")
    assert reading.form, reading.faults
    return reading.form


@settings(max_examples=60, deadline=None)
@given(forms())
def test_any_form_comes_back_as_it_went_out(form: Json) -> None:
    assert canonical(again(form)) == canonical(form), json.dumps(form, ensure_ascii=False)


@pytest.mark.parametrize("name", books())
def test_a_form_that_was_uploaded_goes_out_as_the_same(name: str) -> None:
    form = read(books()[name], name).form
    assert form and canonical(again(form)) == canonical(form)


@pytest.mark.parametrize("name", books())
def test_other_tools_read_what_goes_out_without_a_complaint(name: str) -> None:
    form = read(books()[name], name).form
    assert form
    assert "<h:html" in convert(io.BytesIO(write(form)), file_type=".xlsx", validate=False).xform


@pytest.mark.parametrize("form", world.forms(), ids=lambda form: form["name"])
def test_the_demos_checklists_come_back_but_for_the_item_that_the_page_asks(form: Json) -> None:
    assert canonical(again(form)) == canonical(form | {"item": None})


def test_questions_that_offer_the_same_share_one_list_and_its_name_is_nobody_elses() -> None:
    yes_no = [{"name": "y", "label": {"zh-Hans": "是"}}, {"name": "n", "label": {"zh-Hans": "否"}}]
    asked = [
        {"name": "verdict", "type": "select_one", "label": {"zh-Hans": "甲"}, "choices": yes_no},
        {"name": "b", "type": "select_multiple", "label": {"zh-Hans": "乙"}, "choices": yes_no},
        {"name": "c", "type": "select_one", "label": {"zh-Hans": "丙"}, "choices": VERDICTS},
        {"name": "d", "type": "verdict", "label": {"zh-Hans": "丁"}},
    ]
    form = {"name": "f", "version": "1", "item": None, "title": {"zh-Hans": "表"}, "questions": asked}
    assert again(form) == form
    rows = sheet(write(form), "choices")
    assert [row[0] for row in rows[1:]] == ["verdict_2"] * 2 + ["c"] * 3 + ["verdict"] * 3


def test_a_text_that_begins_like_a_formula_is_a_text_in_every_program() -> None:
    evil = '=HYPERLINK("http://x","y")'
    label = {"zh-Hans": evil, "en": "@SUM(1)"}
    asked = [{"name": "a", "type": "text", "label": label, "law": "+1", "guidance": "-1+cmd|' /C calc'!A0"}]
    form = {"name": "f", "version": "1", "item": None, "title": {"zh-Hans": evil}, "questions": asked}
    data = write(form)
    assert again(form) == form
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    cells = [cell for one in load_workbook(io.BytesIO(data)) for row in one for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"} and {cell.number_format for cell in cells} == {"@"}


def test_what_no_cell_holds_is_refused_and_not_cut() -> None:
    asked = [{"name": "a", "type": "text", "label": {}, "verdict": [], "law": "长" * 40_000}]
    with pytest.raises(ValueError, match="survey 2 law"):
        write({"name": "f", "version": "1", "item": None, "title": {"zh-Hans": "表"}, "questions": asked})


def test_the_same_form_gives_the_same_bytes() -> None:
    assert write(EXAMPLE) == write(EXAMPLE)


def test_the_template_is_a_form_and_shows_every_kind_of_row() -> None:
    reading = read(template(), "t")
    assert reading.form == EXAMPLE and not reading.notes
    kinds = {row[0].split()[0] for row in sheet(template(), "survey")[1:]}
    assert kinds == {
        "note", "text", "date", "integer", "decimal", "select_one", "select_multiple", "range", "acknowledge", "calculate",
        "begin_group", "end_group", "begin_repeat", "end_repeat",
    }  # fmt: skip


def test_the_template_explains_the_columns_that_it_has() -> None:
    told = dict(row[:2] for row in sheet(template(), "说明"))
    explained = {*told}
    columns = {name.partition("::")[0] for name in sheet(template(), "survey")[0]}
    assert columns <= explained
    settings = sheet(template(), "settings")[0]
    assert all(name in told["settings 工作表"] for name in settings)


def sheet(data: bytes, name: str) -> list[list[str]]:
    return [[str(cell or "") for cell in row] for row in load_workbook(io.BytesIO(data))[name].values]

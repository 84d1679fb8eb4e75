"""A form as it is written in the browser, and back; what is wrong is said at its question."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from tests.forms.books import books
from tests.forms.test_xlsform_out import forms
from webapp.canonical import canonical
from webapp.demo import world
from webapp.forms import rules
from webapp.forms.editing import Sheet, form_of, sheet_of
from webapp.forms.template import EXAMPLE
from webapp.forms.xlsform import read

Json = dict[str, Any]
UPLOADED = [reading.form for name, data in books().items() if (reading := read(data, name)).form]


def sheet(*questions: Json, **head: Any) -> Json:
    return {"name": "f", "version": "1", "title": {"zh-Hans": "表"}, **head, "questions": list(questions)}


def q(name: str, kind: str = "text", **more: Any) -> Json:
    return {"name": name, "type": kind, "label": {"zh-Hans": "题"}, **more}


def flaws(*questions: Json, **head: Any) -> list[tuple[int, str, str]]:
    """What is wrong, and that the rest can be shown all the same."""
    form, found = form_of(sheet(*questions, **head))
    rules.check(form)
    return [(flaw.at, flaw.field, flaw.code) for flaw in found]


def again(form: Json) -> Json:
    written = msgspec.to_builtins(msgspec.convert(sheet_of(form), Sheet))
    made, found = form_of(written)
    assert not found
    return made


@pytest.mark.parametrize("form", [*UPLOADED, *world.forms(), EXAMPLE], ids=lambda form: form["name"])
def test_a_form_that_nobody_changed_is_the_same(form: Json) -> None:
    assert canonical(again(form)) == canonical(form | {"item": None})


@settings(max_examples=60, deadline=None)
@given(forms())
def test_any_form_is_the_same_after_it_was_opened(form: Json) -> None:
    assert canonical(again(form)) == canonical(form)

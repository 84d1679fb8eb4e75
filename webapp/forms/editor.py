"""检查表 written and changed in the browser, and given out as XLSForm."""

import io
from typing import Any

from flask import Blueprint, send_file

from webapp.accounts.access import allow
from webapp.forms.template import template
from webapp.forms.views import READERS, of
from webapp.forms.xlsform_out import write
from webapp.sheets import XLSX
from webapp.words import _

blueprint = Blueprint("form_editor", __name__)


@blueprint.get("/forms/<release_id>/form.xlsx")
@allow(*READERS)
def xlsform(release_id: str) -> Any:
    """A version as XLSForm, made from what it says; what was uploaded is given out beside it as it came."""
    release = of(release_id)
    return _given_out(write(release.body_of()), f"{release.name}_{release.version}.xlsx")


@blueprint.get("/forms/template.xlsx")
@allow(*READERS)
def xlsform_template() -> Any:
    """An XLSForm with a row of each kind, and what the columns are for."""
    return _given_out(template(), f"{_('检查表模板')}.xlsx")


def _given_out(data: bytes, name: str) -> Any:
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name=name)

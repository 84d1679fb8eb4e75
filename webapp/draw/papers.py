"""The certificate of a draw as PDF: from a kept file to printed bytes, without reading a million lines for each visitor."""

import threading
from functools import lru_cache
from typing import Any

from flask import request, url_for

from webapp.db import db
from webapp.draw.asking import at
from webapp.draw.certificate import Published, certificate
from webapp.draw.layout import DrawFile, read
from webapp.draw.models import Draw, DrawVersion, Frozen
from webapp.draw.names import Names
from webapp.errors import Problem
from webapp.typesetting.sheet import sheet_pdf
from webapp.words import _, language

_printing = threading.BoundedSemaphore(1)
_POOL, _POOL_ENDS = '\n"pool":[\n', '\n],\n"pool_hash":'


def public_certificate(draw: Draw) -> bytes:
    """What anyone may print of a draw: no name that is not in its file. Raises `busy` where others print already."""
    act = draw.act
    # The last ones stay in memory: whoever asks a thousand times costs nothing.
    return _kept(act.id, act.sha256, language(), request.url_root)


@lru_cache(maxsize=8)
def _kept(version_id: int, _sha256: str, lang: str, _root: str) -> bytes:
    act = db.session.get_one(DrawVersion, version_id)
    draw = db.session.get_one(Draw, act.draw_id)
    file = without_pool(act)
    if not _printing.acquire(timeout=20):
        raise Problem("busy")
    try:
        return sheet_pdf(certificate(file, published(draw, file), lang, _))
    finally:
        _printing.release()


def published(draw: Draw, file: DrawFile, **more: Any) -> Published:
    """What stands beside the last file of a draw; `more` goes to the office's own copy."""
    act = draw.act
    address = url_for("draws.file", draw_id=draw.id)
    return Published(
        state=draw.state,
        sha256=act.sha256,
        made=at(act.made_at),
        page=url_for("draws.page", draw_id=draw.id, _external=True),
        file=url_for("draws.file", draw_id=draw.id, _external=True),
        again=url_for("draw_verify.page", file=address, _external=True),
        key=url_for("keys.page", bureau_id=draw.bureau_id, _external=True),
        pool=act.head["counts"]["subjects"],
        strata=[(one["name"], one["size"], one["quota"]) for one in file["strata"]] or _announced(act),
        given_by=draw.given.said if draw.given else "",
        **more,
    )


def without_pool(act: DrawVersion) -> DrawFile:
    """What a file says but for the lines of its pool, which may be a million."""
    text = act.text
    start, end = text.find(_POOL), text.find(_POOL_ENDS)
    if 0 <= start < end:
        # A line feed inside a text is written as \n, so these two stand nowhere else.
        text = f'{text[:start]}\n"pool":[]{text[end + 2 :]}'
    return read(text.encode())  # type: ignore[no-any-return]


def _announced(act: DrawVersion) -> list[tuple[str, int, int]]:
    """The strata of what is not drawn yet, from the lines themselves."""
    file = read(act.text.encode())
    return Frozen(file["pool"], file["rules"], [], [], Names(file["rules"]["blind"])).strata

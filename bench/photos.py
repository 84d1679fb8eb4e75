"""The same photo twice: how long a print takes, and how long 40 photos of a visit are searched for among 100,000."""

import io
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from flask import Flask
from PIL import Image
from sqlalchemy import insert, select

from bench.measure import Figure, against, spent
from bench.world import CHUNK, made, planner
from webapp.db import db, parts
from webapp.demo.world import photo
from webapp.field.models import Inspection
from webapp.oversight.signs import PhotoPrint
from webapp.oversight.signs_prints import BANDS, Print, bands, print_of
from webapp.registry.subjects import Subject

FEW, MANY, OF_A_VISIT, TURNS = 1000, 100_000, 40, 13


def figures(folder: Path) -> Iterator[Figure]:
    """A print, and the search at both sizes."""
    yield Figure(
        "Print of a photo of 2560 × 1920, decoding included", f"{_print_ms():.1f} ms", goal="≤ 50 ms"
    )
    few, many = (_searched(_filled(folder / str(size), size)) for size in (FEW, MANY))
    what = f"Searching for the {OF_A_VISIT} photos of a visit among {MANY:,}"
    yield against(what, many, f"among {FEW:,}", few, unit="ms")


def _print_ms() -> float:
    with Image.open(io.BytesIO(photo(["取证"], "bench"))) as picture:
        out = io.BytesIO()
        picture.resize((2560, 1920)).save(out, "JPEG", quality=85)
    return median(spent(lambda: print_of(out.getvalue()))[0] for _ in range(TURNS)) * 1000


def _filled(folder: Path, size: int) -> Flask:
    """The app with so many prints, 20 for each inspection, of pictures that have nothing in common."""
    app, lot = made(folder), random.Random(size)  # noqa: S311
    with app.app_context():
        author = planner()
        subject = db.session.scalars(select(Subject.id).where(Subject.bureau_id == author.bureau_id)).first()
        ids = [f"{number:036}" for number in range(max(2, size // 20))]
        common = {
            "bureau_id": author.bureau_id, "subject_id": subject, "due": date(2026, 11, 21), "reason": "law",
            "reason_text": "", "assigned_by": author.id, "state": "accepted",
        }  # fmt: skip
        for part in parts(ids, CHUNK):
            db.session.execute(insert(Inspection), [common | {"id": name, "number": name} for name in part])
        for part in parts(range(size), CHUNK):
            db.session.execute(
                insert(PhotoPrint), [_row(author.bureau_id, ids, number, lot) for number in part]
            )
        db.session.commit()
    return app


def _row(bureau_id: str, ids: list[str], number: int, lot: random.Random) -> dict[str, object]:
    look, sketch = lot.getrandbits(64), lot.randbytes(576)
    row = {"bureau_id": bureau_id, "inspection_id": ids[number % len(ids)], "sha256": f"{number:064x}"}
    found = dict(zip([f"band{place}" for place in range(BANDS)], bands(look), strict=True))
    return row | {"look": f"{look:016x}", "sketch": sketch} | found


def _searched(app: Flask) -> float:
    """Milliseconds; what is searched for is not there, but for one photo."""
    lot = random.Random(1)  # noqa: S311
    with app.app_context():
        inspection = db.session.scalars(select(Inspection).where(Inspection.state == "accepted")).first()
        twin = db.session.scalars(select(PhotoPrint).where(PhotoPrint.inspection_id != inspection.id)).first()
        prints = [Print(lot.getrandbits(64), lot.randbytes(576)) for _ in range(OF_A_VISIT - 1)] + [
            twin.print
        ]
        own = [
            PhotoPrint(sha256=f"f{at:063}", look=f"{one.look:016x}", sketch=one.sketch)
            for at, one in enumerate(prints)
        ]
        turns = [spent(lambda: PhotoPrint.matches(inspection, own, 97)) for _ in range(TURNS)]
        if any(len(found) != 1 for _seconds, found in turns):
            raise RuntimeError("the one photo that is there was not found")
        return median(seconds for seconds, _found in turns) * 1000

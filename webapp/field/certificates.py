"""The office's own copy of a draw's certificate: with the names of subjects and people, and places to sign (RZ-13)."""

from webapp.accounts.models import User
from webapp.db import rows_by_id
from webapp.draw import names
from webapp.draw.certificate import MOST, certificate
from webapp.draw.layout import DrawFile
from webapp.draw.models import Draw
from webapp.draw.papers import published, without_pool
from webapp.registry.models import Expert
from webapp.typesetting.sheet import sheet_pdf
from webapp.words import _, language


def office_certificate(draw: Draw) -> bytes:
    """The certificate with names, for the file of the draw; never handed out before the visits."""
    file = without_pool(draw.act)
    beside = published(
        draw, file, names=_subjects(draw, file), people=_people(file), sign=_signing(draw, file)
    )
    return sheet_pdf(certificate(file, beside, language(), _))


def _subjects(draw: Draw, file: DrawFile) -> dict[str, list[str]]:
    """Who stands behind the blind ids; where they are not blind, they say it themselves."""
    if not file["rules"]["blind"]:
        return {}
    ids = [row["id"] for stratum in file["strata"] for row in stratum["drawn"]][:MOST]
    ids += [
        name for swap in file["swaps"] for name in (swap["subject"], swap["in"]) if swap["kind"] == "subject"
    ]
    ids += [one["subject"] for one in file["refusals"]]
    found = names.subjects(draw.id, dict.fromkeys(ids))
    return {key: [subject.name, subject.code] for key, subject in found.items()}


def _people(file: DrawFile) -> dict[str, str]:
    members = [one for pair in file["pairs"] for one in [*pair["inspectors"], *pair["experts"]]]
    acts = [*file["swaps"], *([file["cancelled"]] if file["cancelled"] else [])]
    ids = {one["id"] for one in members} | {one[who] for one in acts for who in ("asked", "approved")}
    ids |= {swap[side] for swap in file["swaps"] if swap["kind"] != "subject" for side in ("out", "in")}
    return {row.id: row.name for table in (User, Expert) for row in rows_by_id(table, ids)}


def _signing(draw: Draw, file: DrawFile) -> list[str]:
    """Who signs by hand: who held the draw, and each witness."""
    if draw.state != "drawn":
        return []
    witnesses = [one["name"] for one in file["rules"]["sources"] if one["kind"] == "witness"]
    return [
        _("主持抽取：%(name)s", name=draw.act.author.name),
        *(_("见证人：%(name)s", name=name) for name in witnesses),
    ]

"""What a person decides over a publication: exceptions with reasons, what stays out, the text, the pictures. Pure.

A draft's body: `{opened: {what: reason}, pieces: {text: reason}, left_out: {address: reason}, text, read, reason, pictures:
{photo's SHA-256: {boxes, caption, sha256, width, height}}}`; `opened` are whole fields (`FIELDS`), `pieces` what is shown
as it stands in the text. The same is read back out of the event that it became.
"""

from collections.abc import Mapping
from typing import Any

from webapp.publish.document import Chosen
from webapp.publish.redaction_rules import BOXES, WHOLE

Json = dict[str, Any]

FIELDS = ("subject.name", "subject.code", "subject.address", "pair")
TEXT, CAPTION, REASON = 4000, 200, 500
EMPTY: Json = {
    "opened": {},
    "pieces": {},
    "left_out": {},
    "text": "",
    "read": False,
    "reason": "",
    "pictures": {},
}


def read(form: Mapping[str, str], before: Json) -> Json:
    """What the form of the page says; pictures are marked on pages of their own, here only their captions change."""
    return {
        "opened": {name: _said(form, f"why.{name}") for name in FIELDS if f"open.{name}" in form},
        "pieces": _named(form, "piece"),
        "left_out": _named(form, "out"),
        "text": form.get("text", "").replace("\r\n", "\n").strip()[:TEXT],
        "read": "read" in form,
        "reason": _said(form, "reason"),
        "pictures": {
            name: picture | {"caption": form.get(f"caption.{name}", picture["caption"]).strip()[:CAPTION]}
            for name, picture in before["pictures"].items()
            if f"drop.{name}" not in form
        },
    }


def boxes(value: Any) -> list[Json] | None:
    """The boxes that a page sent, tidied; None where they are none."""
    if not isinstance(value, list) or len(value) > BOXES:
        return None
    found = []
    for box in value:
        sides = [side for side in map(box.get, "xywh") if type(side) is int] if isinstance(box, dict) else []
        if len(sides) < 4:
            return None
        x, y = (min(max(side, 0), WHOLE) for side in sides[:2])
        w, h = min(max(sides[2], 0), WHOLE - x), min(max(sides[3], 0), WHOLE - y)
        if w and h:
            kind = box.get("kind") if box.get("kind") in ("face", "plate") else "other"
            found.append({"x": x, "y": y, "w": w, "h": h, "kind": kind})
    return found


def chosen(body: Json) -> Chosen:
    """As the document takes it."""
    return Chosen(
        opened=frozenset([*body["opened"], *body["pieces"]]),
        left_out=frozenset(body["left_out"]),
        text=body["text"],
        pictures=tuple(body["pictures"].values()),
    )


def decisions(body: Json) -> Json:
    """The decisions as they stand in the event: `exceptions`, `left_out`, `redactions`, `read`."""
    return {
        "exceptions": [{"what": what, "reason": reason} for what, reason in body["opened"].items()]
        + [{"what": "text", "piece": piece, "reason": reason} for piece, reason in body["pieces"].items()],
        "left_out": [{"what": address, "reason": reason} for address, reason in body["left_out"].items()],
        "redactions": [
            {"photo": name, "sha256": one["sha256"], "boxes": one["boxes"]}
            for name, one in body["pictures"].items()
        ],
        "read": body["read"],
    }


def of_event(payload: Json) -> Json:
    """What was decided for a publication, out of its event."""
    document = payload["document"]
    pictures = {one["sha256"]: one for one in document.get("pictures", [])}
    exceptions = payload.get("exceptions", [])
    return {
        "opened": {one["what"]: one["reason"] for one in exceptions if "piece" not in one},
        "pieces": {one["piece"]: one["reason"] for one in exceptions if "piece" in one},
        "left_out": {one["what"]: one["reason"] for one in payload.get("left_out", [])},
        "text": document.get("text", ""),
        "read": bool(document.get("text")),
        "reason": "",
        "pictures": {
            one["photo"]: {"boxes": one["boxes"], **pictures[one["sha256"]]}
            for one in payload.get("redactions", [])
            if one["sha256"] in pictures
        },
    }


def fault(body: Json, corrects: bool) -> str | None:
    """What stands against it: a decision without its reason, a text nobody read, a correction that does not say why."""
    given = [*body["opened"].values(), *body["pieces"].values(), *body["left_out"].values()]
    if not all(given):
        return "publication_reason"
    if body["text"] and not body["read"]:
        return "publication_unread"
    return "reason_needed" if corrects and not body["reason"] else None


def _named(form: Mapping[str, str], name: str) -> dict[str, str]:
    """`piece.3` says the thing, ticked by `piece.3.on`, `piece.3.why` the reason."""
    found: dict[str, str] = {}
    for key in form:
        head, _, place = key.partition(".")
        if head == name and place.isdigit() and f"{key}.on" in form:
            found[form[key][:REASON]] = _said(form, f"{key}.why")
    return found


def _said(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").strip()[:REASON]

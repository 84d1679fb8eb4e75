"""The marks on a photo as an SVG over it needs them. Pure."""

from typing import Any

from webapp.archive.wording import text

Json = dict[str, Any]


def drawn(photo: Json) -> Json:
    """A photo's size in pixels, and its marks from thousandths of it to pixels."""
    width, height = _side(photo["width"]) or 1000, _side(photo["height"]) or 1000
    shapes = []
    for shape in photo["marks"]:
        place = [shape.get(name) or 0 for name in ("x", "y", "w", "h")]
        if all(map(_whole, place)):
            x, y, w, h = place
            shapes.append(
                _shape(shape, x * width / 1000, y * height / 1000, w * width / 1000, h * height / 1000)
            )
    return {"width": width, "height": height, "pen": max(width, height) / 200, "shapes": shapes}


def watermark(photo: Json, number: str) -> list[str]:
    """What stands over a photo's lower edge: when and by whom, where, in which inspection."""
    lines = [f"{photo['time']}  {photo['author']}", photo["position"], number]
    return [line for line in lines if line.strip()]


def _shape(shape: Json, x: float, y: float, w: float, h: float) -> Json:
    left, top = min(x, x + w), min(y, y + h)
    return {
        "kind": shape.get("kind"),
        "text": text(shape.get("text")),
        "from": [x, y],
        "to": [x + w, y + h],
        "box": [left, top, abs(w), abs(h)],
        "middle": [left + abs(w) / 2, top + abs(h) / 2],
    }


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _side(value: Any) -> int:
    return value if _whole(value) and 0 < value < 100_000 else 0

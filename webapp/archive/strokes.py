"""A signature as a drawing. Pure."""

from typing import Any


def svg(strokes: Any, canvas: Any) -> bytes:
    """Strokes, lists of points [x, y, …] in whole numbers, as SVG on their canvas; empty for none."""
    lines = [_points(stroke) for stroke in strokes] if isinstance(strokes, list) else []
    lines = [line for line in lines if line]
    if not lines:
        return b""
    width, height = _size(canvas, lines)
    # A dot is a line that ends where it began: round caps draw it.
    paths = "".join(
        f'<polyline points="{_joined(line if len(line) > 1 else line * 2)}"/>\n' for line in lines
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n<g fill="none" stroke="#000" stroke-width="3" '
        f'stroke-linecap="round" stroke-linejoin="round">\n{paths}</g>\n</svg>\n'
    ).encode()


def _points(stroke: Any) -> list[tuple[int, int]]:
    points = stroke if isinstance(stroke, list) else []
    pairs = [point[:2] for point in points if isinstance(point, list) and len(point) >= 2]
    return [(x, y) for x, y in pairs if type(x) is int and type(y) is int]


def _size(canvas: Any, lines: list[list[tuple[int, int]]]) -> tuple[int, int]:
    given = canvas if isinstance(canvas, dict) else {}
    sizes = (given.get("width"), given.get("height"))
    if all(type(size) is int and size > 0 for size in sizes):
        return sizes
    return tuple(max(1, *(point[axis] for line in lines for point in line)) for axis in (0, 1))


def _joined(line: list[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in line)

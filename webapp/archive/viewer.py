"""How a photo is looked at: which one, beside which, turned, with which layers. Kept in the address only. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from webapp.archive.wording import N_

LAYERS = {"marks": N_("标注"), "caption": N_("说明"), "water": N_("水印")}
QUARTERS = 4


@dataclass(frozen=True)
class View:
    """What the address says; `photo` and `beside` count from one, `beside` is 0 where nothing is compared.

    `turn` and `turned` are quarters clockwise of the one and the other; `hidden` are layers of `LAYERS`;
    `comment` is the question at which somebody writes.
    """

    here: str
    photo: int = 0
    beside: int = 0
    turn: int = 0
    turned: int = 0
    hidden: frozenset[str] = frozenset()
    comment: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str], here: str, photos: int, first: int = 1) -> "View":
        """The view of an address; whatever it says, photos that there are."""
        chosen = min(max(_whole(args.get("photo"), first), 1), photos) if photos else 0
        beside = min(max(_whole(args.get("beside"), 0), 0), photos)
        turns = (_whole(args.get(name), 0) % QUARTERS for name in ("turn", "turned"))
        hidden = frozenset(args.get("hide", "").split(",")) & LAYERS.keys()
        return cls(here, chosen, beside, *turns, hidden, args.get("comment", "")[:200])

    def link(self, **changed: Any) -> str:
        """The address of this view with something changed."""
        return replace(self, **changed).address

    @property
    def address(self) -> str:
        """Where this view is; what goes without saying is left out."""
        said = {"photo": self.photo, "beside": self.beside, "turn": self.turn, "turned": self.turned}
        query = {name: value for name, value in said.items() if value}
        query |= {"hide": ",".join(sorted(self.hidden))} if self.hidden else {}
        query |= {"comment": self.comment} if self.comment else {}
        return f"{self.here}?{urlencode(query)}" if query else self.here

    def query(self, **changed: Any) -> str:
        """What the address of such a view has after its path."""
        return self.link(**changed).removeprefix(self.here)

    def sides(self) -> Iterator[dict[str, Any]]:
        """The photo, and the one beside it: `{number, turn}` and the names by which the address keeps them."""
        yield {"name": "photo", "number": self.photo, "turn_name": "turn", "turn": self.turn}
        if self.beside:
            yield {"name": "beside", "number": self.beside, "turn_name": "turned", "turn": self.turned}

    def go(self, side: dict[str, Any], number: int) -> str:
        """The address with another photo on this side, as it was taken."""
        return self.link(**{side["name"]: number, side["turn_name"]: 0})

    def rotate(self, side: dict[str, Any]) -> str:
        """The address with this side a quarter further."""
        return self.link(**{side["turn_name"]: (side["turn"] + 1) % QUARTERS})

    def toggle(self, layer: str) -> str:
        """The address with a layer on or off."""
        return self.link(hidden=self.hidden ^ {layer})

    def toggle_all(self) -> str:
        """The address with every layer on, or with none where all are."""
        return self.link(hidden=frozenset() if self.hidden else frozenset(LAYERS))

    def compare(self, photos: int) -> str:
        """The address with the next photo beside this one, or with this one alone again."""
        following = self.photo + 1 if self.photo < photos else self.photo - 1
        return self.link(beside=0 if self.beside else following, turned=0)


def turned(width: float, height: float, quarters: int) -> dict[str, Any]:
    """The size of a picture turned by quarters, and the SVG transformation that turns it."""
    moves = [
        "",
        f"translate({height} 0) rotate(90)",
        f"translate({width} {height}) rotate(180)",
        f"translate(0 {width}) rotate(270)",
    ]
    size = (height, width) if quarters % 2 else (width, height)
    return {"width": size[0], "height": size[1], "transform": moves[quarters]}


def _whole(value: str | None, otherwise: int) -> int:
    try:
        return int((value or "")[:9])
    except ValueError:
        return otherwise

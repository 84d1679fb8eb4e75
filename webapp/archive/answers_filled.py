"""One form of a record, computed, as it goes out: what counts, what differs, what is kept beside it. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from webapp.archive.wording import CHINA, moment, text
from webapp.forms.live import Live, Model, Node, Place, said
from webapp.forms.rows import BEFORE, given
from webapp.forms.rules import questions_of

Json = dict[str, Any]


class Filled:
    """One form of a record, computed."""

    def __init__(self, model: Model, record: Json) -> None:
        content = record["content"]
        arrivals = content["arrivals"]
        self.model, self.answers, self.conflicts = model, content["answers"], set(record["conflicts"])
        self.given = given(content)
        self.photos: dict[str, list[str]] = {}
        for index, photo in enumerate(content["photos"], start=1):
            for question in questions_of(photo):
                self.photos.setdefault(question, []).append(photo_name(index, photo["sha256"]))
        self.live = Live(model, self.given, arrivals[0]["time"] if arrivals else BEFORE)

    def relevant(self, node: Node, place: Place) -> bool:
        """Whether it counts."""
        return self.live.relevant.get((node.key, place), False)

    def value(self, node: Node, place: Place) -> str:
        """What it says; empty where it does not count."""
        return self.live.values.get((node.key, place), "")

    def standing(self, node: Node, place: Place) -> list[Json]:
        """The answers that nobody replaced."""
        found: list[Json] = self.answers.get(self.live.address(node.key, place), [])
        return found

    def differs(self, node: Node, place: Place) -> bool:
        """Whether two answers stand that are not the same, and count."""
        return self.relevant(node, place) and self.live.address(node.key, place) in self.conflicts

    def kept(self, node: Node, place: Place) -> str:
        """What was answered where it does not count now; of two the first."""
        if self.relevant(node, place) or "calculate" in node.asked:
            return ""
        return said(self.given.get(self.live.address(node.key, place)))

    def beside(self, node: Node, place: Place) -> dict[str, str]:
        """What stands beside an answer: the notes and the photos."""
        notes = [text(one["note"]) for one in self.standing(node, place)]
        photos = self.photos.get(self.live.address(node.key, place), [])
        return {"#note": " / ".join(dict.fromkeys(filter(None, notes))), "#photos": " ".join(photos)}

    def instances(self, node: Node) -> list[Place]:
        """The instances of a repeat that count, in order."""
        return [
            (*place, one)
            for place in self.live.everywhere(node)
            if self.relevant(node, place)
            for one in self.live.places.get((node.key, place), [])
        ]


def instance_id(inspection: str, form: Json) -> str:
    """What ODK's tools know the answers of one form in one inspection by: always the same."""
    return f"uuid:{uuid5(UUID(inspection), form['name'])}"


def photo_name(index: int, sha256: str) -> str:
    """What a photo is called in the archive, without its ending; `index` counts the record's photos from 1."""
    return f"{index:03}-{sha256}"


def iso(time: Any) -> str:
    """A time as ISO 8601 on China's clock, to the second; as it is where it is none."""
    try:
        return datetime.fromisoformat(time).astimezone(CHINA).isoformat(timespec="seconds")
    except (TypeError, ValueError, OverflowError):
        return moment(time)

"""What the public reads of an inspection: one document of a record, and what its later events made of it. Pure.

The document stands whole in the `publish` or `correct` event, so the log alone says what was ever shown, and a public
page needs nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from webapp.canonical import canonical, digest, sha256
from webapp.followup.steps import Step, Steps
from webapp.publish.rules import HOUSEHOLD, PERSON, UNIT, Private, kind_of, mask, masked_name, people_in

Json = dict[str, Any]

VERSION = "yidang-public-1"
SHOWN, WITHDRAWN = "shown", "withdrawn"
# How far a result is on its way to the public: decided; not to be published, asked or approved (PD-3.5); public; public
# although a ruling changed it since; taken down.
READY, ASKED, WITHHELD, OVERTURNED = "ready", "asked", "withheld", "overturned"
STAGES = (READY, ASKED, WITHHELD, SHOWN, OVERTURNED, WITHDRAWN)


@dataclass(frozen=True)
class Chosen:
    """What a person decided over what is masked or left out: `opened` what is shown after all (`subject.name`,
    `subject.code`, `subject.address`, `pair`, or a text that stays as it is), `left_out` the addresses of findings that
    are not shown, `text` what was read and released, `pictures` the ones made for the public."""

    opened: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    text: str = ""
    pictures: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Later:
    """What came after the visit, as far as the public reads it; `result` is `{code, sub, decided}`."""

    result: Json
    told: str | None = None
    orders: list[Json] = field(default_factory=list)
    penalties: list[Json] = field(default_factory=list)


def public_document(
    record: Json,
    words: Json,
    assignment: Json,
    drawn: list[Json],
    private: Private,
    chosen: Chosen,
    later: Later,
) -> Json:
    """The public document (`yidang-public-1`) of a folded record and its `words` (`archive.document`).

    - drawn: `{draw, task}` of the draws that the inspection serves; the first is named.
    """
    drew = drawn[0] if drawn else {}
    return {
        "version": VERSION,
        "id": assignment["id"],
        "number": words["number"],
        "bureau": {name: assignment["bureau"][name] for name in ("id", "name")},
        "subject": public_subject(subject_of(record, assignment), private, chosen.opened),
        "items": [
            {"code": item["code"], "name": item["name"], "bases": [item["law"]] if item["law"] else []}
            for item in words["items"]
        ],
        "inspected": words["date"],
        "pair": _pair(words["pair"], assignment, "pair" in chosen.opened),
        "reason": {"kind": assignment["reason"]["kind"], "draw": drew.get("draw"), "task": drew.get("task")},
        "result": later.result,
        "findings": [
            {"label": mask(row["label"], private, chosen.opened), "law": row["law"]}
            for row in words["findings"]
            if row["address"] not in chosen.left_out
        ],
        "text": mask(chosen.text, private, chosen.opened),
        "pictures": [
            {name: picture[name] for name in ("sha256", "width", "height")}
            | {"caption": mask(picture["caption"], private, chosen.opened)}
            for picture in chosen.pictures
        ],
        "told": later.told,
        "orders": later.orders,
        "penalties": later.penalties,
        # The record's own hash opens the subject's page: public is the hash of it, which the subject can compare.
        "record_hash": sha256(record["record_hash"].encode()),
    }


def public_subject(subject: Json, private: Private, opened: Iterable[str] = ()) -> Json:
    """A subject as the public may know it: a firm whole, a person by surname and region alone (PD-A item 8)."""
    kind, shown = kind_of(subject), set(opened)
    name, code = str(subject.get("name") or ""), str(subject.get("code") or "")
    address, region = subject.get("address") or None, str(subject.get("district") or "")
    if kind == PERSON and "subject.name" not in shown:
        name = masked_name(name)
    elif kind == HOUSEHOLD and "subject.name" not in shown:
        owner = Private(frozenset(people_in(subject.get("representative"))), frozenset())
        name = mask(mask(name, owner), private)
    return {
        "name": name,
        "code": code if code and (kind == UNIT or "subject.code" in shown) else None,
        "kind": kind,
        "region": region,
        "address": address if kind == UNIT or "subject.address" in shown else None,
    }


def subject_of(record: Json, assignment: Json) -> Json:
    """The subject as the signed visit says it; what it does not say, as it was assigned."""
    visit = record["content"]["visit"] or {}
    signed = visit.get("subject")
    return {**(assignment.get("subject") or {}), **(signed if isinstance(signed, dict) else {})}


def _pair(pair: list[Json], assignment: Json, opened: bool) -> list[Json]:
    units = {str(one.get("id")): str(one.get("unit") or "") for one in assignment.get("pair") or []}
    return [
        {
            "name": one.get("name", "") if opened else masked_name(one.get("name", "")),
            "unit": units.get(one.get("id", ""), ""),
        }
        for one in pair
    ]


@dataclass(frozen=True)
class Standing:
    """What is public of an inspection now, by its log. `publication` is the `publish` event it began with, `source` the
    event whose document stands."""

    publication: Step
    source: Step
    corrections: tuple[Step, ...] = ()
    withdrawn: Step | None = None

    @property
    def document(self) -> Json:
        """The document as it stands, or stood."""
        return self.source.payload["document"]  # type: ignore[no-any-return]

    @property
    def document_hash(self) -> str:
        """Its name."""
        return str(self.source.payload["document_hash"])

    @property
    def published_at(self) -> datetime:
        """When it went out."""
        return datetime.fromisoformat(self.publication.time)

    @property
    def corrected_at(self) -> datetime | None:
        """When it was last corrected."""
        return datetime.fromisoformat(self.corrections[-1].time) if self.corrections else None

    @property
    def state(self) -> str:
        """`shown`, or `withdrawn` once it was taken down, voided or withheld."""
        return WITHDRAWN if self.withdrawn else SHOWN


def standing(steps: Steps) -> Standing | None:
    """What the steps after a visit leave of a publication; None where there never was one.

    A document that is not the one its event names by hash was never published.
    """
    found: Standing | None = None
    for step in steps.all:
        if step.type == "publish" and _whole(step):
            found = Standing(step, step, withdrawn=step if step.voided is not None else None)
        elif found and step.type == "correct" and step.voided is None and _whole(step):
            found = replace(found, source=step, corrections=(*found.corrections, step))
        elif found and step.stands and _ends(step, found):
            found = replace(found, withdrawn=step)
    return found


def corrections(found: Standing) -> list[Json]:
    """Each correction as `{at, changed}`: when, and which parts of the document; what they said before is not public."""
    stood = [step.payload["document"] for step in (found.publication, *found.corrections)]
    told = []
    for step, before, after in zip(found.corrections, stood, stood[1:], strict=False):
        changed = [name for name in after if after[name] != before.get(name)]
        told.append({"at": step.time, "changed": changed})
    return told


def withheld(steps: Steps) -> Step | None:
    """The standing decision that this result is not published (PD-3.5), or the one that waits for its approval."""
    asked = [step for step in steps.of("withhold") if step.stands or step.waits]
    return asked[-1] if asked else None


def stage_of(steps: Steps, found: Standing | None) -> tuple[str, str]:
    """The stage (of `STAGES`) and the time since when; empty before anything was decided."""
    kept, result = withheld(steps), steps.result
    if found and found.state == SHOWN:
        overturned = result is None or result.payload["code"] != found.document["result"]["code"]
        return (OVERTURNED if overturned else SHOWN), found.source.time
    if kept:
        return (ASKED, kept.time) if kept.waits else (WITHHELD, kept.approved_at or kept.time)
    if found and found.withdrawn and not (result and result.time > found.withdrawn.time):
        return WITHDRAWN, found.withdrawn.time
    return (READY, result.approved_at or result.time) if result else ("", "")


def _ends(step: Step, found: Standing) -> bool:
    if step.type == "take_down":
        return bool(step.payload["publication"] == found.publication.event)
    # A refusal from before was lifted by publishing; one that was only approved since ends it.
    return step.type == "withhold" and (step.approved_at or "") > found.publication.time


def _whole(step: Step) -> bool:
    return bool(digest(step.payload["document"]) == step.payload["document_hash"])


def text_of(document: Json) -> str:
    """The document as the bytes that its hash names."""
    return canonical(document).decode()


def search_text(document: Json) -> str:
    """All that a publication is found by, parted by blanks: number, subject, region, items and findings."""
    subject = document["subject"]
    said = [document["number"], subject["name"], subject["code"], subject["region"]]
    said += [text for item in document["items"] for text in (item["code"], item["name"])]
    said += [one["label"] for one in document["findings"]]
    return " ".join(" ".join(text for text in said if text).split())

"""A publication in the making: what the record gives, what is masked in it, what a person decided, and the act itself."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webapp.accounts.models import User
from webapp.archive.models import File
from webapp.canonical import digest
from webapp.canonical import sha256 as digest_of
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import Inspection, InspectionDraw
from webapp.followup import acts
from webapp.followup.happened import Happened
from webapp.followup.models import Timeline, Watch
from webapp.followup.steps import Steps
from webapp.followup.turn import Turn, may_publish
from webapp.publish import choosing
from webapp.publish.covering import covered
from webapp.publish.document import (
    SHOWN,
    Later,
    Standing,
    public_document,
    public_subject,
    standing,
    subject_of,
)
from webapp.publish.rules import Piece, Private, mask, masked_name, pieces, plain, private_of
from webapp.publish.stages import PublicationDraft

Json = dict[str, Any]


@dataclass(frozen=True)
class Preparation:
    """One inspection's publication, as it would go out now. What is published is in Chinese, as the record is."""

    inspection: Inspection

    @cached_property
    def file(self) -> File:
        """The record, in words."""
        return File(self.inspection)

    @cached_property
    def steps(self) -> Steps:
        """What followed the visit."""
        return acts.after(self.inspection)

    @cached_property
    def standing(self) -> Standing | None:
        """What is public, or was."""
        return standing(self.steps)

    @property
    def shown(self) -> Standing | None:
        """What is public now: what is decided here corrects it."""
        return self.standing if self.standing and self.standing.state == SHOWN else None

    @cached_property
    def draft(self) -> PublicationDraft | None:
        """What was decided and is not out yet."""
        return db.session.get(PublicationDraft, self.inspection.id)

    @cached_property
    def body(self) -> Json:
        """The decisions: of the draft, else those that what is public was made with, else none."""
        if self.draft:
            return self.draft.body
        return choosing.of_event(self.shown.source.payload) if self.shown else dict(choosing.EMPTY)

    @cached_property
    def private(self) -> Private:
        """Whom the file knows."""
        return private_of(self.file.record, self.file.assignment)

    @cached_property
    def turn(self) -> Turn:
        """Whether it may go out now, or the subject has to be told first (RZ-17 against TJ-14c)."""
        watch = Watch(self.inspection.bureau, today())
        return may_publish(self._happened, watch.law(self._happened.ended or watch.today))

    @cached_property
    def document(self) -> Json | None:
        """The public document as it would go out; None before a result is in force."""
        result = self.steps.result
        if result is None:
            return None
        drawn = [
            {"draw": row.draw_id, "task": row.draw.task["name"]}
            for row in InspectionDraw.of_inspection(self.inspection.id)
        ]
        code, sub = result.payload["code"], result.payload.get("sub")
        told = self._happened.told
        later = Later(
            {"code": code, "sub": sub, "decided": result.settled.isoformat()},
            told.isoformat() if told else None,
            [_order(self.steps, step) for step in self.steps.standing("order")],
            [_penalty(step.payload) for step in self.steps.standing("penalty") if step.payload.get("public")],
        )
        file, chosen = self.file, choosing.chosen(self.body)
        return public_document(
            file.record, file.document, file.assignment, drawn, self.private, chosen, later
        )

    @property
    def seen(self) -> str:
        """The hash of what stands on the page: what goes out is what somebody saw."""
        return digest(self.document) if self.document else ""

    @property
    def stale(self) -> bool:
        """Whether what is public is not what would go out now, though nobody decided anything anew."""
        return bool(self.shown and not self.draft and self.document and self.seen != self.shown.document_hash)

    @property
    def fields(self) -> list[Json]:
        """The fields that are masked by default: `{what, whole, hidden, opened, reason}`."""
        subject = subject_of(self.file.record, self.file.assignment)
        hidden = public_subject(subject, self.private)
        whole = public_subject(subject, self.private, choosing.FIELDS)
        names = [one.get("name", "") for one in self.file.document["pair"]]
        found = [(f"subject.{name}", whole[name], hidden[name]) for name in ("name", "code", "address")]
        found.append(("pair", "、".join(names), "、".join(map(masked_name, names))))
        opened = self.body["opened"]
        return [
            {
                "what": what,
                "whole": full,
                "hidden": less,
                "opened": what in opened,
                "reason": opened.get(what, ""),
            }
            for what, full, less in found
            if full and full != less
        ]

    @property
    def findings(self) -> list[Json]:
        """What was found, as the public would read it: `{address, label, law, out, reason}`."""
        out = self.body["left_out"]
        return [
            {
                "address": row["address"],
                "label": mask(row["label"], self.private, self.body["pieces"]),
                "law": row["law"],
                "out": row["address"] in out,
                "reason": out.get(row["address"], ""),
            }
            for row in self.file.document["findings"]
        ]

    @property
    def sources(self) -> list[Json]:
        """Free text of the record that could go in, masked: `{about, text, parts}`; none goes in by itself."""
        words = self.file.document
        said = [(row["label"], row["note"]) for row in words["findings"] if row["note"]]
        said += [("", words["result"]["note"])] if words["result"] and words["result"]["note"] else []
        said += [(note["about"], note["text"]) for note in words["notes"]]
        return [
            {
                "about": mask(about, self.private),
                "text": mask(text, self.private),
                "parts": parts_of(plain(text), pieces(plain(text), self.private)),
            }
            for about, text in said
        ]

    @property
    def pieces(self) -> list[Json]:
        """What is masked in the text that was written, each once: `{text, shown, kind, opened, reason}`."""
        opened, found = self.body["pieces"], pieces(plain(self.body["text"]), self.private)
        known = dict.fromkeys((one.text, one.shown, one.kind) for one in found)
        return [
            {
                "text": text,
                "shown": shown,
                "kind": kind,
                "opened": text in opened,
                "reason": opened.get(text, ""),
            }
            for text, shown, kind in known
        ]

    @property
    def photos(self) -> list[Json]:
        """The photos of the record that are here and can be shown, each with what was marked on it, if it goes in."""
        return [
            {"index": photo["index"], "sha256": photo["sha256"], "about": photo["question_label"],
             "caption": photo["caption"], "chosen": self.body["pictures"].get(photo["sha256"])}
            for photo in self.file.document["photos"]
            if photo["sha256"] in self.file.shown
        ]  # fmt: skip

    @property
    def fault(self) -> str | None:
        """What still stands against it, by the code of the error."""
        if self.document is None:
            return "publication_result"
        if not self.shown and not self.turn:
            return {"withheld": "publication_withheld", "undecided": "publication_result"}.get(
                self.turn.why, "publication_untold"
            )
        if self.shown and self.seen == self.shown.document_hash:
            return "publication_same"
        return choosing.fault(self.body, bool(self.shown))

    def photo(self, sha256: str) -> bytes:
        """A photo of the record as captured. Raises `not_found`."""
        if not any(photo["sha256"] == sha256 for photo in self.photos):
            raise Problem("not_found")
        return db.session.get_one(Blob, sha256).read()

    def cover(self, sha256: str, boxes: list[Json]) -> Json:
        """The decisions with a photo's boxes as somebody confirmed them."""
        data, width, height = covered(self.photo(sha256), boxes)
        before = next(photo for photo in self.photos if photo["sha256"] == sha256)
        caption = before["chosen"]["caption"] if before["chosen"] else mask(before["caption"], self.private)
        new = {
            "boxes": boxes,
            "caption": caption,
            "sha256": digest_of(data),
            "width": width,
            "height": height,
        }
        return self.body | {"pictures": {**self.body["pictures"], sha256: new}}

    @cached_property
    def _happened(self) -> Happened:
        row = db.session.get(Timeline, self.inspection.id)
        return row.happened if row else Happened()


def publish(author: User, inspection: Inspection, seen: str) -> str:
    """Publish what somebody saw, or put right what is public; gives the event. The caller commits.

    Raises what stands against it, `publication_changed` where what would go out is not what was seen any more.
    """
    ready = Preparation(inspection)
    if ready.fault:
        raise Problem(ready.fault)
    if ready.seen != seen or ready.document is None:
        raise Problem("publication_changed")
    files = []
    for place, (name, one) in enumerate(ready.body["pictures"].items(), start=1):
        data, _width, _height = covered(ready.photo(name), one["boxes"])
        if digest_of(data) != one["sha256"]:
            raise Problem("publication_changed")
        files.append((f"{place}.jpg", data))
    payload = {"document": ready.document, "document_hash": seen, **choosing.decisions(ready.body)}
    if ready.shown:
        payload |= {"publication": ready.shown.publication.event, "reason": ready.body["reason"]}
    else:
        payload |= {"until": None}
    event = acts.write(author, inspection, "correct" if ready.shown else "publish", payload, files)
    PublicationDraft.drop(inspection.id)
    return event


def parts_of(text: str, found: list[Piece]) -> list[tuple[str, Piece | None]]:
    """The text in parts, each as it stands or as a piece that is masked."""
    parts: list[tuple[str, Piece | None]] = []
    at = 0
    for piece in found:
        parts += [(text[at : piece.begins], None), (piece.text, piece)]
        at = piece.ends
    return [part for part in [*parts, (text[at:], None)] if part[0]]


def _order(steps: Steps, order: Any) -> Json:
    longer = [step.payload["deadline"] for step in steps.about("order", order.event, "extend") if step.stands]
    judged = [step.payload["outcome"] for step in steps.about("order", order.event, "rectify") if step.stands]
    return {"deadline": [order.payload["deadline"], *longer][-1], "outcome": judged[-1] if judged else None}


def _penalty(payload: Json) -> Json:
    return {name: payload.get(name) for name in ("number", "kind", "amount", "at", "until")}

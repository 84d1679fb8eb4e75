"""A pair that mends what the office sent back: for tests of the review, and for its pictures."""

import hashlib

from flask import Flask

from tests.handset import Handset

Pair = tuple[Handset, Handset]


def pair(app: Flask, *names: str) -> Pair:
    """Both inspectors' phones, logged in."""
    one, two = Handset(app), Handset(app)
    for handset, name in zip((one, two), names or ("inspector1", "inspector2"), strict=True):
        assert handset.login(name).status_code == 200
    return one, two


def mend(both: Pair, inspection: str) -> None:
    """Reopen, answer one question otherwise, replace a photo, write a note, sign, seal, send."""
    one, two = both
    for handset in both:
        handset.sync(inspection)
    seal = one.record(inspection)["seal"]["event"]
    one.write(inspection, "reopen", reason="按退回的意见补正", seal=seal)
    content = one.record(inspection)["content"]
    question, standing = next(
        (question, given[-1])
        for question, given in content["answers"].items()
        if given[-1]["value"] == "pass"
    )
    one.write(
        inspection,
        "answer",
        question=question,
        value="fail",
        note="门牌与登记不一致",
        replaces=[standing["event"]],
    )
    one.write(inspection, "withdraw", event=content["photos"][0]["event"], reason="照片模糊")
    photo(one, inspection, content["photos"][0]["question"])
    one.write(inspection, "note", question=question, text="已补拍明细页")
    sign_and_seal(both, inspection)


def photo(handset: Handset, inspection: str, question: str | None, seed: str = "mended") -> None:
    """Take a photo and send its bytes."""
    data = handset.photograph(inspection, question, seed)
    handset.sync(inspection)
    assert handset.patch(hashlib.sha256(data).hexdigest(), data).status_code == 204


def sign_and_seal(both: Pair, inspection: str) -> None:
    """All three sign the record as it is, the first phone seals."""
    one, two = both
    one.sign(inspection, "subject")
    one.sign(inspection, "inspector")
    one.sync(inspection)
    two.sync(inspection)
    two.sign(inspection, "inspector")
    two.sync(inspection)
    one.sync(inspection)
    one.seal(inspection)
    one.sync(inspection)

"""A visit that Wang Ming and Li Na made at Huaxin, as events that fold: sealed, accepted, archived."""

import base64
import hashlib
import io
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from webapp.archive.package import build
from webapp.canonical import digest
from webapp.field.fold import covers, fold

Json = dict[str, Any]


def uuid(name: str) -> str:
    """The same id for the same name, everywhere."""
    return str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


INSPECTION, BUREAU = uuid("inspection"), uuid("bureau")
WANG, LI, ZHAO = uuid("wang"), uuid("li"), uuid("zhao")
PHONE_WANG, PHONE_LI = uuid("phone of wang"), uuid("phone of li")
NAMES = {WANG: "王明", LI: "李娜", ZHAO: "赵敏"}
STROKES = [[[20, 30, 0, 400], [80, 90, 16, 600], [160, 40, 33, 500]], [[200, 60, 300, 500]]]
FORMS: list[Json] = [
    {
        "name": "base",
        "version": "2026.1",
        "item": None,
        "title": {"zh-Hans": "基础检查表", "en": "Base form"},
        "questions": [
            {
                "name": "B1",
                "type": "verdict",
                "label": {
                    "zh-Hans": "登记的住所与实际地址一致",
                    "en": "The registered address is the actual one",
                },
                "required": True,
                "photo": "required",
            },
            {
                "name": "B2",
                "type": "group",
                "label": {"zh-Hans": "现场负责人", "en": "Person in charge"},
                "children": [
                    {
                        "name": "B2-1",
                        "type": "text",
                        "label": {"zh-Hans": "姓名", "en": "Name"},
                        "required": True,
                    },
                    {"name": "B2-2", "type": "integer", "label": {"zh-Hans": "职工人数", "en": "Staff"}},
                ],
            },
            {
                "name": "B3",
                "type": "select_multiple",
                "label": {"zh-Hans": "现场查验的证照", "en": "Licences seen"},
                "choices": [
                    {"name": "licence", "label": {"zh-Hans": "营业执照", "en": "Business licence"}},
                    {"name": "hr", "label": {"zh-Hans": "人力资源服务许可证", "en": "HR permit"}},
                ],
            },
            {
                "name": "B4",
                "type": "note",
                "label": {"zh-Hans": "已告知权利义务。", "en": "Told of their rights."},
            },
        ],
    },
    {
        "name": "pd1",
        "version": "2026.1",
        "item": "PD1",
        "title": {"zh-Hans": "人力资源市场检查表", "en": "HR market"},
        "questions": [
            {
                "name": "PD1-1",
                "type": "verdict",
                "label": {"zh-Hans": "许可证在有效期内", "en": "The permit is valid"},
                "law": "《人力资源市场暂行条例》第十八条",
                "required": True,
                "photo": "required_when_failed",
            }
        ],
    },
]
ASSIGNMENT: Json = {
    "id": INSPECTION,
    "number": "平人社检〔2026〕00001号",
    "bureau": {"id": BUREAU, "name": "平顶山市人力资源和社会保障局"},
    "subject": {
        "id": uuid("huaxin"),
        "name": "平顶山市华鑫人力资源有限公司（𠮷祥路）",
        "code": "91410400MA3X5ABC1D",
    },
    "items": [
        {"id": uuid("PD1"), "code": "PD1", "name": "人力资源市场", "bases": ["《人力资源市场暂行条例》"]}
    ],
    "pair": [
        {"id": WANG, "name": "王明", "credential": "豫D2301001"},
        {"id": LI, "name": "李娜", "credential": "豫D2301017"},
    ],
    "due": "2026-11-30",
    "reason": {"kind": "complaint", "text": "收费标准未公示"},
    "assigned_by": "周强",
    "assigned_at": "2026-11-20T01:00:00+00:00",
}
VISIT: Json = {
    **{name: ASSIGNMENT[name] for name in ("number", "bureau", "subject", "items", "pair", "reason")},
    "forms": [digest(form) for form in FORMS],
}


@cache
def device_key(name: str = "phone of wang") -> EllipticCurvePrivateKey:
    """The key of a phone, the same in every run."""
    return derive_private_key(int(digest(name), 16) >> 8, SECP256R1())


def jwk(key: EllipticCurvePrivateKey | None = None) -> Json:
    """The public key as the phone enrols it."""
    numbers = (key or device_key()).public_key().public_numbers()
    x, y = (
        base64.urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode() for n in (numbers.x, numbers.y)
    )
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "ext": True, "key_ops": ["verify"]}


@cache
def picture(colour: int = 90, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", size, (colour, colour, colour)).save(out, "JPEG")
    return out.getvalue()


class Log:
    """Writes events as two phones would: each sees all that was written before."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.blobs: dict[str, bytes] = {}

    def add(self, type: str, payload: Json, author: str = WANG, device: str = "", time: str = "") -> Json:
        """One more event."""
        seq = len(self.events) + 1
        event = {
            "id": uuid(f"event {seq} {type}"),
            "inspection": INSPECTION,
            "seq": seq,
            "device": device or {WANG: PHONE_WANG, LI: PHONE_LI}.get(author, "office"),
            "author": author,
            "type": type,
            "time": time or f"2026-11-21T16:{seq // 60:02}:{seq % 60:02}.123+08:00",
            "clock": "verified",
            "payload": payload,
        }
        self.events.append(event)
        return event

    def answer(
        self, question: str, value: Any, note: str | None = None, author: str = WANG, **more: Any
    ) -> Json:
        """An answer that replaces what stands."""
        standing = [given["event"] for given in self.record["content"]["answers"].get(question, [])]
        payload = {"question": question, "value": value, "note": note, "replaces": standing}
        return self.add("answer", payload | more, author)

    def photo(self, question: str | None, data: bytes, caption: str | None = None) -> Json:
        """A photo of `data`."""
        name = self.keep(data)
        position = {"latitude": "33.735000", "longitude": "113.300000", "accuracy": "12"}
        size = {"size": len(data), "mime": "image/jpeg", "width": 64, "height": 48}
        event = self.add("photo", {"question": question, "sha256": name, "position": position} | size)
        if caption:
            self.add("caption", {"photo": event["id"], "text": caption})
        return event

    def keep(self, data: bytes) -> str:
        """Bytes at the bureau, by name."""
        name = hashlib.sha256(data).hexdigest()
        self.blobs[name] = data
        return name

    def sign(self, role: str, name: str, author: str = WANG) -> Json:
        """A signature under what the record is now."""
        canvas = {"width": 640, "height": 240}
        payload = {
            "role": role,
            "name": name,
            "title": "经理",
            "phone": None,
            "strokes": STROKES,
            "canvas": canvas,
        }
        return self.add("sign", payload | {"record_hash": self.record["record_hash"]}, author)

    def seal(self, key: EllipticCurvePrivateKey | None = None) -> Json:
        """Seal all that there is, by Wang's phone."""
        ids = sorted(event["id"] for event in self.events)
        record_hash, covered = self.record["record_hash"], covers(ids)
        signed = (key or device_key()).sign(
            f"{record_hash}\n{covered}".encode(), ECDSA(hashes.SHA256(), deterministic_signing=True)
        )
        signature = base64.b64encode(signed).decode()
        return self.add(
            "seal", {"record_hash": record_hash, "covers": covered, "events": ids, "signature": signature}
        )

    def decide(self, type: str, **more: Any) -> Json:
        """The office's word on the seal in force."""
        seal = self.record["seal"]["event"]
        time = f"2026-11-23T01:00:{len(self.events):02}.000+00:00"
        return self.add(type, {"seal": seal} | more, ZHAO, time=time)

    @property
    def record(self) -> Json:
        """What the events add up to."""
        return fold(self.events)


def visited(photos: int = 2) -> Log:
    """Everything found, nothing signed."""
    log = Log()
    position = {"latitude": "33.735000", "longitude": "113.300000", "accuracy": "12"}
    log.add("arrive", {"position": position, "visit": VISIT})
    log.add("present", {"name": "孙经理", "role": "总经理", "phone": "13800000000"})
    for author, asked in ((WANG, "inspector"), (LI, "inspector"), (WANG, "subject")):
        log.add("recuse", {"asked": asked, "wanted": False, "reason": ""}, author)
    log.answer("base/B1", "pass")
    log.photo("base/B1", picture(40), "门头")
    log.answer("base/B2-1", "孙经理", author=LI)
    log.answer("base/B2-2", 42, author=LI)
    log.answer("base/B3", ["licence", "hr"])
    log.answer("pd1/PD1-1", "fail", "许可证已届满", author=LI)
    for at in range(1, photos):
        log.photo("pd1/PD1-1", picture(90 + at), f"许可证 {at}")
    circle = {"kind": "circle", "x": 300, "y": 300, "w": 200, "h": 200, "text": ""}
    log.add("mark", {"photo": log.record["content"]["photos"][-1]["event"], "shapes": [circle]})
    log.add("note", {"text": "现场秩序良好", "question": None})
    log.add("result", {"code": "corrected", "told": True, "note": "责令十日内改正", "replaces": []})
    return log


def signed(photos: int = 2) -> Log:
    """Signed by all three, not sealed."""
    log = visited(photos)
    log.sign("subject", "孙经理")
    log.sign("inspector", "王明", WANG)
    log.sign("inspector", "李娜", LI)
    return log


def sealed(photos: int = 2) -> Log:
    """Sealed at the place."""
    log = signed(photos)
    log.seal()
    return log


def closing(pictures: dict[str, bytes], version: int = 1, previous: str | None = None) -> Json:
    """What the office's `archive` event says beside the seal."""
    return {
        "version": version,
        "previous": previous,
        "assignment": ASSIGNMENT,
        "names": NAMES,
        "retention": {"years": 10, "until": "2036-12-31"},
        "device_key": jwk(),
        "pictures": sorted(pictures),
    }


def archived(photos: int = 2) -> Log:
    """Sealed, accepted and archived."""
    log = sealed(photos)
    log.decide("accept")
    log.decide("archive", **closing(log.blobs))
    return log


@cache
def bureau_key() -> Ed25519PrivateKey:
    """The bureau's key, the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"bureau").digest())


def bureau_pem(key: Ed25519PrivateKey | None = None) -> str:
    """Its public half."""
    public = (key or bureau_key()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def packed(log: Log) -> bytes:
    """The log's package."""
    return build(log.events, FORMS, log.blobs, bureau_key().sign, bureau_pem())


@cache
def package() -> bytes:
    """The package of an ordinary visit."""
    return packed(archived())

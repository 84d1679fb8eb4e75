"""Whatever was changed in an archive is found and named, and no file that somebody sends does any harm."""

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.archive import build
from tests.archive.build import BUREAU
from webapp.archive.bag import KEY, MANIFEST, SIGNATURE, TAG_FILES, TAG_MANIFEST, manifest, oxum, zipped
from webapp.archive.verify import examine, verify

Files = dict[str, bytes]
FOLDER = "2026-00001-v1"
KEYS = {BUREAU: build.bureau_pem()}


def unpacked() -> Files:
    with zipfile.ZipFile(io.BytesIO(build.package())) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def again(files: Files, key: Ed25519PrivateKey | None = None, rewrite: bool = True) -> bytes:
    """The files as a package again, its lists written anew; signed anew where a key is given."""
    if rewrite:
        payload = {path: data for path, data in files.items() if path.startswith("data/")}
        files[MANIFEST] = manifest(payload)
        kept = [
            line for line in files["bag-info.txt"].splitlines(keepends=True) if b"Payload-Oxum" not in line
        ]
        files["bag-info.txt"] = b"".join([*kept, f"Payload-Oxum: {oxum(payload)}\n".encode()])
        files[TAG_MANIFEST] = manifest({path: files[path] for path in TAG_FILES})
    if key:
        files |= {SIGNATURE: key.sign(files[TAG_MANIFEST]), KEY: build.bureau_pem(key).encode()}
    return zipped({f"{FOLDER}/{path}": data for path, data in files.items()})


def photo_path(files: Files) -> str:
    return next(path for path in files if path.startswith("data/09-photos/001-"))


def test_an_archive_as_it_was_made_is_whole() -> None:
    report = examine(build.package(), KEYS)
    assert report.faults == []
    assert report.facts["number"] == "平人社检〔2026〕00001号" and report.facts["registered"] is True
    assert again(unpacked()) == build.package()


def test_a_key_that_is_not_known_here_is_said_and_is_no_fault() -> None:
    report = examine(build.package())
    assert report.faults == [] and report.facts["registered"] is None
    assert len(report.facts["fingerprint"]) == 64


def test_every_flipped_bit_is_found() -> None:
    package = build.package()
    chance = random.Random(2026)
    shell = package.index(b"PK\x01\x02")
    places = [chance.randrange(len(package)) for _ in range(300)]
    places += [chance.randrange(shell, len(package)) for _ in range(200)]
    places += [package.index(b"PK\x03\x04", at) + offset for at in (0, shell // 2) for offset in range(30)]
    for at in places:
        changed = bytearray(package)
        changed[at] ^= 1 << chance.randrange(8)
        assert verify(bytes(changed)), f"a bit of byte {at}"


def test_every_cut_and_every_added_byte_is_found() -> None:
    package = build.package()
    chance = random.Random(2026)
    for at in [0, 1, 21, 22, len(package) - 1, *(chance.randrange(len(package)) for _ in range(50))]:
        assert verify(package[:at])
    for changed in (package + b"\0", b"\0" + package, package + package):
        assert verify(changed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda files: files.update({"data/extra.txt": b"x"}), "多出文件：data/extra.txt"),
        (lambda files: files.update({"extra.txt": b"x"}), "多出文件：extra.txt"),
        (lambda files: files.pop("data/08-record.pdf"), "缺少文件：data/08-record.pdf"),
        (lambda files: files.pop("data/README.txt"), "文件的总数或总字节数与 bag-info.txt 所写的不符"),
        (lambda files: files.pop("bagit.txt"), "缺少文件：bagit.txt"),
        (lambda files: files.pop(KEY), f"缺少文件：{KEY}"),
        (lambda files: files.pop(SIGNATURE), f"缺少文件：{SIGNATURE}"),
        (lambda files: files.update({"data/08-record.pdf": b"x"}), "文件被改动：data/08-record.pdf"),
        (lambda files: files.update({"bagit.txt": b"BagIt-Version: 0.97\n"}), "不是 BagIt 1.0 包"),
        (lambda files: files.update({MANIFEST: b"rubbish"}), f"文件清单看不懂：{MANIFEST}"),
        (lambda files: files.update({KEY: b"rubbish"}), f"机构公钥不是 Ed25519 公钥：{KEY}"),
        (lambda files: files.update({KEY: files[KEY] + b"\n"}), f"机构公钥不是 Ed25519 公钥：{KEY}"),
        (lambda files: files.update({SIGNATURE: bytes(64)}), "机构签名与文件清单不符"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_was_done_to_it_is_named(change: Callable[[Files], None], words: str) -> None:
    files = unpacked()
    change(files)
    assert words in verify(again(files, rewrite=False))


def test_a_swapped_photo_with_all_lists_written_anew_is_found_by_the_signature_and_the_record() -> None:
    files = unpacked()
    files[photo_path(files)] = build.picture(201)
    faults = verify(again(files))
    assert "机构签名与文件清单不符" in faults
    assert any(fault.startswith("缺少检查记录所指的照片") for fault in faults)


def test_an_archive_signed_anew_by_someone_else_is_not_the_bureaus() -> None:
    files = unpacked()
    files["data/08-record.pdf"] = b"another record"
    forged = again(files, Ed25519PrivateKey.generate())
    (fault,) = verify(forged, KEYS)
    assert fault.startswith("签名的公钥不是该机构登记的公钥")
    assert examine(forged).facts["registered"] is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("data/record.json", "由事件日志算出的检查记录与 record.json 不同"),
        ("data/10-signatures/seal/content.json", "封存的文件与事件日志不符：content.json"),
        ("data/10-signatures/seal/signature.der", "封存的文件与事件日志不符：signature.der"),
        ("data/10-signatures/seal/device-key.pem", "封存的文件与事件日志不符：device-key.pem"),
        ("data/events.jsonl", "档案里的数据看不懂，无法核对检查记录"),
        ("data/00-cover.json", "档案里的数据看不懂，无法核对检查记录"),
    ],
)
def test_even_the_bureau_cannot_sign_a_record_that_its_log_does_not_give(path: str, words: str) -> None:
    files = unpacked()
    files[path] = b"x" * len(files[path])
    assert words in verify(again(files, build.bureau_key()))


def test_a_form_under_another_name_or_without_its_file_is_found() -> None:
    files = unpacked()
    form = next(path for path in files if path.startswith("data/07-forms/"))
    files[f"data/07-forms/{'0' * 64}.json"] = files.pop(form)
    faults = verify(again(files, build.bureau_key()))
    assert any(fault.startswith("检查表与其文件名不符") for fault in faults)
    assert any(fault.startswith("缺少检查记录所用的检查表") for fault in faults)


def test_a_cover_of_another_inspection_is_found() -> None:
    files = unpacked()
    files["data/00-cover.json"] = files["data/00-cover.json"].replace(b"00001", b"00002")
    assert "封面或 bag-info.txt 与检查记录不符：number" in verify(again(files, build.bureau_key()))


def test_a_log_with_an_event_left_out_does_not_give_the_record() -> None:
    files = unpacked()
    lines = files["data/events.jsonl"].splitlines(keepends=True)
    files["data/events.jsonl"] = b"".join(lines[:3] + lines[4:])
    faults = verify(again(files, build.bureau_key()))
    assert (
        "由事件日志算出的检查记录与 record.json 不同" in faults and "按事件日志，检查没有封存并归档" in faults
    )


def test_a_seal_by_another_phone_is_found() -> None:
    log = build.signed()
    log.seal(build.device_key("another phone"))
    log.decide("accept")
    log.decide("archive", **build.closing(log.blobs))
    assert verify(build.packed(log)) == ["封存的手机签名不符"]


# ---- files that are no archive


def made(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"\0" * 1000, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_said_so(data: bytes) -> None:
    assert verify(data) == ["不是能打开的 ZIP 文件"]


def test_an_empty_zip_is_no_archive() -> None:
    assert verify(made())


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = made(("a/zeros", bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert verify(bomb) == ["ZIP 里的文件经过压缩、加密或相互重叠，不是机构写出的：a/zeros"]


def test_too_many_files_are_refused() -> None:
    assert verify(made(*((f"a/{at}", b"") for at in range(10_001)))) == ["ZIP 里的文件太多：10001"]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "a/../../b", "a/./b", "a//b", "a\\b/c", "plain", "a/b\x01"]
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    assert any(fault.startswith("ZIP 里有不允许的路径") for fault in verify(made((name, b"x"))))


def test_two_folders_and_one_path_twice_are_refused() -> None:
    assert verify(made(("a/x", b""), ("b/x", b""))) == ["ZIP 里应当只有一个文件夹"]
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = made(("a/x", b"1"), ("a/x", b"2"))
    assert verify(twice) == ["ZIP 里同一路径出现两次：a/x"]


def test_the_same_files_zipped_by_another_program_are_not_the_bureaus_bytes() -> None:
    files = unpacked()
    faults = verify(made(*((f"{FOLDER}/{path}", data) for path, data in files.items())))
    assert faults == ["ZIP 的外壳被改动：与机构写出的字节不同"]


def test_rubbish_where_records_should_be_is_a_sentence_and_no_crash() -> None:
    for rubbish in (b"", b"[]\n", b"{}\n", b"null\n", b'{"id":1}\n', b"\xff\n", b"[" * 5000 + b"\n"):
        for path in ("data/events.jsonl", "data/record.json", "data/00-cover.json"):
            files = unpacked()
            files[path] = rubbish
            assert verify(again(files, build.bureau_key()))

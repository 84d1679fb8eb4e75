"""The door for files of people without an account: what comes in, what does not, and who looks at it."""

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from tests.hostile.test_pages import png
from webapp.errors import Problem
from webapp.followup import uploads
from webapp.followup.upload_rules import examined, plain_name

Change = Callable[[PdfWriter], object]


def pdf(*changes: Change) -> bytes:
    """One empty page, and what else is said."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    for change in changes:
        change(writer)
    writer.write(out)
    return out.getvalue()


def entry(name: str, value: object) -> Change:
    return lambda writer: writer.root_object.update({NameObject(name): value})


def names(**values: object) -> DictionaryObject:
    return DictionaryObject({NameObject("/" + name): value for name, value in values.items()})


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


SCRIPT = names(S=NameObject("/JavaScript"), JS=TextStringObject("app.alert(1)"))
ACTIVE = {
    "a script when it opens": pdf(entry("/OpenAction", SCRIPT)),
    "a script on the page": pdf(lambda writer: writer.pages[0].update({NameObject("/AA"): names(O=SCRIPT)})),
    "an attachment": pdf(lambda writer: writer.add_attachment("invoice.exe", b"MZ")),
    "a program to start": pdf(entry("/OpenAction", names(S=NameObject("/Launch"), F=TextStringObject("cmd.exe")))),
    "an address when it opens": pdf(entry("/OpenAction", names(S=NameObject("/URI"), URI=TextStringObject("http://evil.example")))),
    "a form of another kind": pdf(entry("/AcroForm", names(XFA=ArrayObject([TextStringObject("x")])))),
    "a film": pdf(lambda writer: writer._add_object(names(Subtype=NameObject("/RichMedia")))),
    "a name in other letters": pdf(entry("/OpenAction", SCRIPT)).replace(b"/JavaScript", b"/Java#53cript"),
    "an object that no table names": pdf().replace(b"startxref", b"9 0 obj\n<< /S /JavaScript >>\nendobj\nstartxref"),
}  # fmt: skip


def packed(text: bytes) -> bytes:
    """A PDF with a stream of packed objects that no table names."""
    stream = StreamObject()
    stream.set_data(text)
    stream.update({NameObject("/Type"): NameObject("/ObjStm")})
    return pdf(lambda writer: writer._add_object(stream.flate_encode()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_opens_whole_is_taken(kind: str) -> None:
    assert examined(picture(kind)) == (f"image/{kind.lower()}", None)


@pytest.mark.parametrize(
    "data", [pdf(), pdf(entry("/OpenAction", ArrayObject([])))], ids=["plain", "opens at a page"]
)
def test_a_pdf_in_which_nothing_acts_is_taken(data: bytes) -> None:
    assert examined(data) == ("application/pdf", None)


@pytest.mark.parametrize("data", ACTIVE.values(), ids=ACTIVE)
def test_a_pdf_with_anything_that_acts_is_refused(data: bytes) -> None:
    assert examined(data) == (None, "upload_active")


def test_a_script_packed_away_where_no_table_looks_is_found() -> None:
    assert examined(packed(b"7 0 << /S /JavaScript /JS (x) >>")) == (None, "upload_active")
    assert examined(packed(b"7 0 << /Length 3 >>")) == ("application/pdf", None)


def test_objects_hidden_inside_of_a_stream_are_refused() -> None:
    stream = StreamObject()
    stream.set_data(b"9 0 obj << /S /Launch >> endobj")
    assert examined(pdf(lambda writer: writer._add_object(stream))) == (None, "upload_active")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (pdf(lambda writer: writer.encrypt("x", algorithm="RC4-128")), "upload_locked"),
        (pdf()[:200], "upload_broken"),
        (b"%PDF-1.7\nnothing", "upload_broken"),
        (picture("JPEG")[:300], "upload_broken"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "upload_broken"),
        (b"PK\x03\x04word/document.xml", "upload_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "upload_kind"),
        (b"<!doctype html><script>alert(1)</script>", "upload_kind"),
        (b"\0\0\0\x18ftypheic", "upload_broken"),
        (b"MZ\x90\0", "upload_kind"),
        (picture("GIF"), "upload_kind"),
    ],
)
def test_anything_else_is_refused_and_why_is_said(data: bytes, fault: str) -> None:
    assert examined(data) == (None, fault)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("整改照片 1.JPG", "整改照片 1.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\a.exe", "a.jpg"),
        ("bill\u202egpj.exe", "billgpj.jpg"),
        ("<script>.png", "script.jpg"),
        ("...", "file.jpg"),
        ("a\0\nb.jpg", "ab.jpg"),
        ("长" * 300, "长" * 80 + ".jpg"),
    ],
)
def test_a_name_is_made_fit_for_a_page_and_a_disk(given: str, name: str) -> None:
    assert plain_name(given, "image/jpeg") == name


def test_a_picture_that_says_it_is_huge_ends_its_process_and_not_the_server(app: Flask) -> None:
    with app.app_context(), pytest.raises(Problem) as raised:
        uploads.look("a.png", png(60_000, 60_000))
    assert raised.value.code == "upload_broken"


def test_a_pdf_that_unpacks_without_end_is_refused(app: Flask) -> None:
    bomb = packed(b"\0" * 900 * 2**20)
    assert len(bomb) < uploads.FILE_BYTES
    with app.app_context(), pytest.raises(Problem) as raised:
        uploads.look("a.pdf", bomb)
    assert raised.value.code == "upload_broken"


# ---- the scanner


class Clamd:
    """Speaks as clamd does: reads INSTREAM, answers what it is told to."""

    def __init__(self, path: Path, answer: bytes) -> None:
        self.answer, self.got = answer, b""
        self.line = socket.socket(socket.AF_UNIX)
        self.line.bind(str(path))
        self.line.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        talk, _ = self.line.accept()
        with talk, talk.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            while size := struct.unpack(">I", said.read(4))[0]:
                self.got += said.read(size)
            talk.sendall(self.answer + b"\0")


@pytest.fixture
def clamd(app: Flask, tmp_path: Path) -> Iterator[Callable[[bytes], Clamd]]:
    """A scanner that gives this answer, and the app told of it."""
    made: list[Clamd] = []

    def start(answer: bytes) -> Clamd:
        path = tmp_path / "clamd"
        app.config["CLAMD"] = f"unix:{path}"
        made.append(Clamd(path, answer))
        return made[-1]

    with app.app_context():
        yield start
    for one in made:
        one.line.close()


def test_clamav_sees_every_byte_and_its_word_counts(clamd: Callable[[bytes], Clamd]) -> None:
    data = picture("JPEG", (900, 900)) + b"\0" * 200_000
    scanner = clamd(b"stream: OK")
    assert uploads.look("a.jpg", data).data == data
    assert scanner.got == data


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"stream: Eicar-Test-Signature FOUND", "upload_virus"),
        (b"INSTREAM size limit exceeded. ERROR", "busy"),
        (b"", "busy"),
    ],
)
def test_what_clamav_finds_or_cannot_read_is_not_taken(
    clamd: Callable[[bytes], Clamd], answer: bytes, code: str
) -> None:
    clamd(answer)
    with pytest.raises(Problem) as raised:
        uploads.look("a.jpg", picture("JPEG"))
    assert raised.value.code == code


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd", "tcp:127.0.0.1:1", "localhost"])
def test_where_clamav_should_look_and_does_not_answer_nothing_is_taken(app: Flask, address: str) -> None:
    app.config["CLAMD"] = address
    with app.app_context(), pytest.raises(Problem) as raised:
        uploads.look("a.jpg", picture("JPEG"))
    assert raised.value.code == "busy"

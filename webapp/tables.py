"""Large tables as a stream: an XLSX or CSV file of any size becomes rows of tidy text, in little memory.

`sheets` reads a small one whole. Here one row is held at a time; an XLSX file's shared texts lie on the disk.
"""

import codecs
import csv
import mmap
import re
import struct
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from webapp.errors import Problem
from webapp.sheets import text

# A workbook has at most this many rows (ECMA-376); a text file may have no more either.
ROWS, COLUMNS = 1_048_576, 80
# What the parts of a workbook may unpack to: a full sheet of a million subjects has about 1.2 GB.
SHEET_BYTES, TEXT_BYTES = 3 * 1024**3, 1024**3
BLOCK = 256 * 1024
# Of a workbook's parts, its shared texts and the signs of one: as much as a full sheet of subjects has, many times over.
PARTS, TEXTS, SIGNS = 10_000, 20_000_000, 32_767
# As much as one row, or one shared text, takes in its file.
ROW_SIGNS, ROW_BYTES = 1024 * 1024, 8 * 1024 * 1024
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
WHOLE = re.compile(r"[0-9]{1,9}")
NAMESPACE = "}"
# How each entry of a ZIP's list of parts begins.
ENTRY = b"PK\1\2"
ENCODINGS = ("utf-8-sig", "gb18030")
# What comes of a file that is no ZIP, or a broken one, or of XML that is none.
BROKEN = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, ValueError, LookupError, ArithmeticError,
    RuntimeError, OSError, EOFError,
)  # fmt: skip


class Table:
    """A file of rows. `read` and `size` are bytes of the file that was read so far and that there are."""

    def __init__(self, path: Path, name: str) -> None:
        """Raises `sheet_kind` where it is no table."""
        self.path = path
        self.read, self.size = 0, path.stat().st_size
        self.row_signs = 0
        with path.open("rb") as file:
            self.packed = file.read(2) == b"PK"
        if not self.packed and not name.lower().endswith((".csv", ".txt", ".tsv")):
            raise Problem("sheet_kind")

    def rows(self) -> Iterator[list[str]]:
        """Every row as tidy text. Raises `sheet_kind`, `table_large` in the middle where the file is not whole."""
        given = self._xlsx() if self.packed else self._csv()
        for number, row in enumerate(given, start=1):
            if number > ROWS or len(row) > COLUMNS:
                raise Problem("table_large")
            yield [text(cell) for cell in row]

    def _csv(self) -> Iterator[list[str]]:
        encoding = self._encoding()
        with self.path.open(encoding=encoding, newline="") as file:
            mark = max(",\t;", key=file.read(BLOCK).count)
            file.seek(0)
            try:
                for row in csv.reader(self._lines(file), delimiter=mark):
                    self.row_signs = 0
                    yield row
            except csv.Error as error:
                raise Problem("sheet_kind") from error

    def _lines(self, file: IO[str]) -> Iterator[str]:
        # A quoted cell goes over several lines, so what counts is the row.
        while line := file.readline(ROW_SIGNS):
            self.read += len(line.encode("utf-8", "surrogatepass"))
            self.row_signs += len(line)
            if "\0" in line:
                raise Problem("sheet_kind")
            if self.row_signs >= ROW_SIGNS:
                raise Problem("table_large")
            yield line

    def _encoding(self) -> str:
        # Offices save GBK as often as UTF-8; only reading the whole file tells.
        for encoding in ENCODINGS:
            decoder = codecs.getincrementaldecoder(encoding)()
            with self.path.open("rb") as file:
                try:
                    while block := file.read(BLOCK):
                        decoder.decode(block)
                    decoder.decode(b"", final=True)
                except UnicodeDecodeError:
                    continue
            return encoding
        raise Problem("sheet_kind")

    def _xlsx(self) -> Iterator[list[Any]]:
        if not few_parts(self.path):
            raise Problem("table_large")
        try:
            with zipfile.ZipFile(self.path) as book, tempfile.TemporaryFile() as kept, ExitStack() as parts:
                names = set(book.namelist())
                sheet = _first_sheet(book, names)
                self.size = book.getinfo(sheet).file_size
                texts: Iterator[bytes] = iter(())
                if "xl/sharedStrings.xml" in names:
                    texts = parts.enter_context(closing(_limited(book, "xl/sharedStrings.xml", TEXT_BYTES)))
                shared = Texts(kept, texts)
                blocks = parts.enter_context(closing(_limited(book, sheet, SHEET_BYTES)))
                yield from _SheetReader(shared).rows(self._counted(blocks))
        except BROKEN as error:
            raise Problem("sheet_kind") from error

    def _counted(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.read += len(block)
            yield block


class Texts:
    """A workbook's shared texts, unpacked as far as they are asked for, one after another in a file.

    What is held in memory is where each begins.
    """

    def __init__(self, file: IO[bytes], blocks: Iterator[bytes]) -> None:
        self.file = file
        self.starts = array("Q", [0])
        self.blocks = _finite(blocks, lambda: len(self.starts))
        self.parser = _parser(self._start, self._end, self._said)
        self.view: mmap.mmap | None = None
        self.part: list[str] | None = None
        self.phonetic = 0

    def __getitem__(self, place: int) -> str:
        """The text at a place; empty where there is none."""
        while place >= len(self.starts) - 1:
            if not self._unpack():
                return ""
        start, end = self.starts[place], self.starts[place + 1]
        if start == end:
            return ""
        if self.view is None or end > len(self.view):
            self.file.flush()
            self.view = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)
        return self.view[start:end].decode("utf-8", "surrogatepass")

    def _unpack(self) -> bool:
        """One block more; False where there is none."""
        block = next(self.blocks, None)
        if block is not None:
            self.parser.Parse(block)
        return block is not None

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "si":
            self.part = []
        # How a name is read aloud stands beside it in some files; it is no part of the name.
        elif tag == "rPh":
            self.phonetic += 1

    def _said(self, said: str) -> None:
        if self.part is not None and not self.phonetic:
            self.part.append(said)

    def _end(self, tag: str) -> None:
        if tag == "rPh":
            self.phonetic -= 1
        if tag != "si" or self.part is None:
            return
        data = "".join(self.part)[:SIGNS].encode("utf-8", "surrogatepass")
        if len(self.starts) > TEXTS:
            raise Problem("table_large")
        self.file.write(data)
        self.starts.append(self.starts[-1] + len(data))
        self.part = None


class _SheetReader:
    """The rows of a worksheet's XML."""

    def __init__(self, shared: Texts) -> None:
        self.shared = shared
        self.done: list[list[Any]] = []
        self.row: list[Any] | None = None
        self.kind, self.column = "", 0
        self.said: list[str] | None = None
        self.telling = False
        self.ended = 0

    def rows(self, blocks: Iterator[bytes]) -> Iterator[list[Any]]:
        parser = _parser(self._start, self._end, self._text)
        for block in _finite(blocks, lambda: self.ended):
            parser.Parse(block)
            yield from self.done
            self.done.clear()
        parser.Parse(b"", True)
        yield from self.done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.row, self.column = [], -1
        elif tag == "c" and self.row is not None:
            self.kind = attributes.get("t", "n")
            self.column = _column(attributes.get("r", ""), self.column + 1)
            self.said = []
            if self.column >= COLUMNS:
                raise Problem("table_large")
        # A formula's own text is no value; what it came to stands in <v>.
        elif tag in ("v", "t"):
            self.telling = True

    def _text(self, said: str) -> None:
        if self.said is not None and self.telling:
            self.said.append(said)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.telling = False
        elif tag == "c" and self.row is not None and self.said is not None:
            value = self._value("".join(self.said))
            self.said = None
            if value != "":
                self.row.extend([""] * (self.column - len(self.row)))
                self.row[self.column :] = [value]
        elif tag == "row" and self.row is not None:
            self.done.append(self.row)
            self.row = None
            self.ended += 1
        elif tag == "sheetData":
            # What follows has no rows: merged cells, rules, pictures.
            self.ended = -1

    def _value(self, said: str) -> Any:
        if self.kind == "s":
            return self.shared[int(said)] if WHOLE.fullmatch(said) else ""
        if self.kind == "b":
            return {"1": "是", "0": "否"}.get(said, said)
        if self.kind != "n":
            return said
        try:
            return float(said) if said.strip() else ""
        except ValueError:
            return said


def _first_sheet(book: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.xml" not in names:
        raise Problem("sheet_kind")
    sheets = sorted(
        (name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
        key=lambda name: int(re.findall(r"\d+", name)[-1]),
    )
    if not sheets:
        raise Problem("sheet_kind")
    return sheets[0]


def few_parts(path: Path) -> bool:
    """Whether a ZIP names no more parts than a workbook has: `zipfile` would hold each of millions in memory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        at, found = view.find(ENTRY), 0
        while at >= 0 and found <= PARTS:
            at, found = view.find(ENTRY, at + 1), found + 1
    return found <= PARTS


def _finite(blocks: Iterator[bytes], ended: Callable[[], int]) -> Iterator[bytes]:
    """The blocks, as long as something ends in them now and then; below 0 it has ended for good."""
    before, since = ended(), 0
    for block in blocks:
        yield block
        before, since = (ended(), 0) if ended() != before else (before, since + len(block))
        if since > ROW_BYTES and before >= 0:
            raise Problem("table_large")


def _limited(book: zipfile.ZipFile, name: str, limit: int) -> Generator[bytes, None, None]:
    if book.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Problem("sheet_kind")
    left = limit
    with book.open(name) as part:
        while block := part.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise Problem("table_large")
            yield block


def _parser(start: Any, end: Any, said: Any) -> Any:
    parser = expat.ParserCreate(namespace_separator=NAMESPACE)
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(NAMESPACE)[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(NAMESPACE)[2])
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_declaration: Any) -> None:
    """Entities that unfold for ever begin with a document type; a worksheet has none."""
    raise Problem("sheet_kind")


def _column(reference: str, following: int) -> int:
    found = CELL.match(reference)
    if not found:
        return following
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1

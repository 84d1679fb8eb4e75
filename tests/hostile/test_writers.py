"""Tables go out as words: whatever somebody typed, no spreadsheet runs it."""

import csv
import io
import re
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from webapp.archive.package import _csv
from webapp.sheets import FORMULA, as_csv, harmless

WEBAPP = Path(__file__).parents[2] / "webapp"
# Where CSV is written, each cell by one of these.
CSV = {"sheets.py": "harmless", "archive/answers_book.py": "harmless", "archive/package.py": "_cell"}
NUMBER = re.compile(r"[+-]*\d*\.?\d*")


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n＝＋－＠1.aA!()|' ,;\""), max_size=12))
@example("=cmd|' /C calc'!A0")
@example("-2+3+cmd|' /C calc'!A0")
@example('=HYPERLINK("http://evil.example","x")')
@example("\t=1")
def test_no_cell_of_a_csv_begins_a_formula(cell: str) -> None:
    for data in (as_csv([[cell, "x"]]), _csv([[cell, "x"]])):
        read = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert read[1] == "x" and read[0] in (cell, f"'{cell}")
        assert not read[0].startswith(FORMULA) or NUMBER.fullmatch(cell)


def test_a_number_stays_a_number() -> None:
    assert [harmless(one) for one in ("-5", "+1.5", "3", "-")] == ["-5", "+1.5", "3", "'-"]


def test_workbooks_are_written_by_words_and_numbers_alone() -> None:
    """`write` and `write_row` would make a formula or a link of what looks like one."""
    for path in WEBAPP.rglob("*.py"):
        text = path.read_text()
        if "xlsxwriter" in text:
            used = set(re.findall(r"\b(?:sheet|book\.\w+)\.(write\w*)\(", text))
            assert used <= {"write_string", "write_number"}, path
            assert "write_formula" not in text and "write_url" not in text, path


def test_csv_is_written_where_each_cell_is_made_harmless() -> None:
    for path in WEBAPP.rglob("*.py"):
        name, text = str(path.relative_to(WEBAPP)), path.read_text()
        assert ("csv.writer(" in text) == (name in CSV), name
        if name in CSV:
            assert re.search(rf"writerows?\(\[?.*\b{CSV[name]}\(", text), name

"""Bad files: each is refused with its reason, in little time and little room."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forms.bad_books import bombs, plain, strangers
from webapp.forms.wording import words
from webapp.forms.workbook import Fault
from webapp.forms.xlsform import read

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 5, 300
# Memory is a process's own, so one beside this reads them all and says what each took.
CHILD = """
import json, sys
from pathlib import Path
from time import process_time
from webapp.forms.xlsform import read

for name in sys.argv[1:]:
    data, start = Path(name).read_bytes(), process_time()
    reading = read(data)
    took = process_time() - start
    # What getrusage says counts the memory of who started this process, too.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps([[fault.code for fault in reading.faults], took, peak]))
"""


def test_the_good_form_that_the_bad_ones_are_made_of_is_read() -> None:
    assert read(plain()).form


@pytest.mark.parametrize(
    ("data", "code"), [pytest.param(data, code, id=name) for name, data, code in strangers()]
)
def test_what_is_no_workbook_is_refused_in_words(data: bytes, code: str) -> None:
    (fault,) = read(data).faults
    assert fault.code == code
    assert words(fault, lambda text: text)


def test_no_file_takes_long_or_much_room(tmp_path: Path) -> None:
    made = list(bombs())
    for at, (_, data, _) in enumerate(made):
        (tmp_path / f"{at}.xlsx").write_bytes(data)
    command = [sys.executable, "-c", CHILD, *(str(tmp_path / f"{at}.xlsx") for at in range(len(made)))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(made)
    for (name, _, code), (codes, took, peak) in zip(made, found, strict=True):
        assert (codes or [""])[0] == code, name
        assert took < SECONDS, name
        assert peak < MEGABYTES, name


def test_a_fault_without_a_place_is_a_sentence_alone() -> None:
    assert words(Fault("old", sheet=""), lambda text: text).startswith("是旧格式")

"""`flask form check`: a line for each file, in the language of the shell."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.forms.books import book, q


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A form that is accepted, one that is not, a workbook of another kind, and what a spreadsheet program left open."""
    (tmp_path / "good.xlsx").write_bytes(book([q("text", "a"), q("note", "n"), q("integer", "b")]))
    (tmp_path / "bad.xlsx").write_bytes(book([q("text", "a", relevant="frob(1)\n"), q("geopoint", "b")]))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (tmp_path / "~$good.xlsx").write_bytes(b"open")
    return tmp_path


def checked(app: Flask, *paths: Path | str, tongue: str = "C.UTF-8") -> Result:
    runner = app.test_cli_runner(env={"LC_ALL": tongue})
    return runner.invoke(args=["form", "check", *map(str, paths)])


def test_a_line_for_each_file_says_how_many_questions_or_what_is_wrong_and_where(
    app: Flask, folder: Path
) -> None:
    done = checked(app, folder / "good.xlsx", folder / "bad.xlsx")
    first, second = done.output.splitlines()
    assert done.exit_code == 1
    assert first == f"{folder}/good.xlsx: accepted, 2 questions"
    assert (
        second.startswith(f"{folder}/bad.xlsx: refused: survey") and "frob" in second and "geopoint" in second
    )


def test_where_all_are_accepted_the_command_ends_well(app: Flask, folder: Path) -> None:
    assert checked(app, folder / "good.xlsx").exit_code == 0


def test_of_a_folder_all_below_it_are_read(app: Flask, folder: Path) -> None:
    done = checked(app, folder)
    assert [line.partition(":")[0] for line in done.output.splitlines()] == [
        f"{folder}/{name}" for name in ("bad.xlsx", "deep/old.xls", "good.xlsx")
    ]


def test_a_file_that_is_missing_does_not_keep_the_others_from_being_read(app: Flask, folder: Path) -> None:
    done = checked(app, folder / "nobody.xlsx", folder / "good.xlsx")
    first, second = done.output.splitlines()
    assert done.exit_code == 1
    assert first == f"{folder}/nobody.xlsx: missing, or not to be read"
    assert second.endswith("accepted, 2 questions")


def test_a_shell_in_chinese_is_answered_in_chinese(app: Flask, folder: Path) -> None:
    done = checked(app, folder / "good.xlsx", folder / "bad.xlsx", tongue="zh_CN.UTF-8")
    first, second = done.output.splitlines()
    assert first.endswith("可用，2 道题")
    assert "不可用: survey 第 2 行 relevant：没有 frob() 这个函数" in second

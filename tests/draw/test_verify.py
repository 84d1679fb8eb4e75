"""Anyone repeats a draw: by the page's own shell lines, by the command, and in words."""

import html
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.draw.hall import SALT, Hall, inspectors, pool
from tests.vectors import make_draw
from tests.vectors.make_draw import ask
from webapp.draw import layout, proof, swaps
from webapp.draw.freeze import blind, line
from webapp.draw.wording import FAULTS, RIGHT, STEPS, said, words_of_page

DRAW_PACKAGE = Path(proof.__file__).parent
VERIFY = Path(__file__).parents[2] / "static" / "verify"


class Code(HTMLParser):
    """The text of every `<pre><code>` of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "code":
            self.inside = True
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "code"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1] += data


def heavy_hall() -> Hall:
    return Hall(
        [line(f"s {n}", "新华区", "D" if n % 2 else "A", n % 4 + 1) for n in range(9)],
        by="risk",
        quota={"total": 4},
        weights={"most": 4, "labels": {"投诉": 3}},
    )


def blind_hall() -> Hall:
    return Hall(sorted(line(blind(f"9141{n}", SALT), "新华区", "C") for n in range(12)), by="all", blind=True)


@pytest.mark.parametrize(
    "hall",
    [Hall(), heavy_hall(), blind_hall(), Hall(by="region")],
    ids=["two strata", "tickets", "blind", "by region"],
)
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_the_pages_own_shell_lines_repeat_a_draw(
    client: FlaskClient, tmp_path: Path, hall: Hall, shell: str
) -> None:
    file = hall.file()
    (tmp_path / "draw.json").write_bytes(layout.write(file))
    script = "\n".join(Code(client.get("/verify/draw").text).blocks)
    done = subprocess.run(
        [shell, "-eu", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    said_lines = done.stdout.splitlines()
    hashes = [file[name] for name in ("hash", "pool_hash", "rules_hash", "key")]
    assert said_lines[:8] == [one for name in hashes for one in (name, name)]
    assert "same" in said_lines
    assert done.stderr == ""
    drawn = [row["id"] for stratum in file["strata"] for row in stratum["drawn"]]
    assert (tmp_path / "again.txt").read_text().splitlines() == drawn
    # The first pair: of those who have nothing to do yet, the two lowest tickets.
    team = [row.partition(" ") for row in (tmp_path / "team.txt").read_text().splitlines()[:2]]
    first = [(member["ticket"], member["id"]) for member in file["pairs"][0]["inspectors"]]
    assert [(ticket, name) for ticket, _, name in team] == first


def test_the_pages_shell_lines_check_an_opened_name(client: FlaskClient, tmp_path: Path) -> None:
    file = blind_hall().file()
    drawn = [row["id"] for row in file["strata"][0]["drawn"]]
    names = {blind(f"9141{n}", SALT): (f"9141{n}", SALT) for n in range(12)}
    opened = swaps.reveal(file, {name: names[name] for name in drawn})
    opened["openings"][0]["subject"] = "另一家 91410400MA9999"
    (tmp_path / "draw.json").write_bytes(layout.write(opened))
    script = "\n".join(Code(client.get("/verify/draw").text).blocks)
    done = subprocess.run(
        ["dash", "-eu", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = [row for row in done.stdout.splitlines() if row.startswith(("opened ", "WRONG "))]
    first, *rest = sorted(drawn)
    assert found == [f"WRONG {first}", *(f"opened {names[name][0]}" for name in rest)]


def test_the_pages_shell_lines_find_another_subject(client: FlaskClient, tmp_path: Path) -> None:
    file = Hall().file()
    file["strata"][0]["drawn"][0]["id"] = "91410400MA9999"
    (tmp_path / "draw.json").write_bytes(layout.write(file))
    script = "\n".join(Code(client.get("/verify/draw").text).blocks)
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "same" not in done.stdout.splitlines()
    assert "differ" in done.stdout + done.stderr


def verify(app: Flask, *paths: Path) -> tuple[int, str]:
    file, *announced = [str(path) for path in paths]
    options = ["--lang", "zh", *(["--announced", announced[0]] if announced else [])]
    result = app.test_cli_runner().invoke(args=["draw", "verify", file, *options])
    return result.exit_code, result.output


def kept(tmp_path: Path, name: str, file: layout.DrawFile) -> Path:
    path = tmp_path / name
    path.write_bytes(layout.write(file))
    return path


def test_the_command_says_in_a_line_whether_it_comes_out_the_same(app: Flask, tmp_path: Path) -> None:
    file = Hall().file()
    assert verify(app, kept(tmp_path, "a.json", file)) == (
        0,
        "a.json: 与抽取时一致; 49 个对象，抽取 6 个，检查组 6 个，替换 0 次\n",
    )
    gone = file["pairs"][0]["subject"]
    swapped = swaps.swap(file, ask("subject", gone, gone))
    assert "替换 1 次" in verify(app, kept(tmp_path, "b.json", swapped))[1]
    cancelled = swaps.cancel(file, "有误", "周敏", "韩雪", "2026-11-23T09:00:00+08:00")
    assert verify(app, kept(tmp_path, "c.json", cancelled))[1].startswith("c.json: 与抽取时一致; 已取消; ")
    assert verify(app, kept(tmp_path, "d.json", Hall().announce()))[1].startswith(
        "d.json: 已冻结，尚未抽取; "
    )


def test_the_command_says_in_a_line_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    file = Hall().file()
    file["pairs"][0]["inspectors"][0]["id"] = "16040006"
    code, line_said = verify(app, kept(tmp_path, "a.json", layout.hashed(file)))
    subject = file["pairs"][0]["subject"]
    assert (code, line_said) == (1, f"a.json: 与抽取时不一致: 检查组：{subject} 的检查组与重新抽取的不同\n")
    file["pool"].pop()
    assert re.fullmatch(
        r"b.json: 与抽取时不一致: 文件：[^\n]*; 名录：[^\n]* \(\+\d+\)\n",
        verify(app, kept(tmp_path, "b.json", file))[1],
    )


def test_the_command_compares_with_what_was_announced(app: Flask, tmp_path: Path) -> None:
    """A draw that is right in itself, of another pool than was published before the numbers were known."""
    before = kept(tmp_path, "before.json", Hall().announce())
    assert verify(app, kept(tmp_path, "a.json", Hall().file()), before)[0] == 0
    other = kept(tmp_path, "b.json", Hall(pool(A_新华区=30, C_新华区=12)).file())
    assert verify(app, other, before) == (1, "b.json: 与抽取时不一致: 公布：与冻结时公布的不同：pool_hash\n")
    another = kept(tmp_path, "c.json", Hall(people=inspectors(5)).file())
    assert "rules_hash" in verify(app, another, before)[1]


def test_the_command_speaks_the_language_of_who_calls_it(app: Flask, tmp_path: Path) -> None:
    file = Hall().file()
    file["pairs"][0]["inspectors"][0]["id"] = "16040006"
    path = str(kept(tmp_path, "a.json", layout.hashed(file)))
    run, chinese = app.test_cli_runner(), re.compile("[\u4e00-\u9fff]")
    english = run.invoke(args=["draw", "verify", path], env={"LC_ALL": "en_GB.UTF-8"}).output
    assert "a.json" in english and not chinese.search(english)
    for env in ({"LC_ALL": "zh_CN.UTF-8"}, {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C"}):
        assert chinese.search(run.invoke(args=["draw", "verify", path], env=env).output)
    asked = run.invoke(args=["draw", "verify", path, "--lang", "en"], env={"LC_ALL": "zh_CN.UTF-8"}).output
    assert asked == english


def test_a_file_shows_no_terminal_commands() -> None:
    assert "\x1b" not in said({"step": "file", "code": "shape", "at": "\x1b[2J"})


def test_every_fault_that_either_language_can_find_has_words() -> None:
    codes = set()
    for path in [*DRAW_PACKAGE.glob("*.py"), *VERIFY.glob("*.js")]:
        codes |= set(re.findall(r'fault\("(\w+)", "(\w+)"', path.read_text()))
    assert len(codes) > 20
    assert {f"{step} {code}" for step, code in codes} <= FAULTS.keys()
    for case in make_draw.make()["check"]:
        for fault in case["faults"]:
            assert said(fault)
    assert RIGHT.keys() <= STEPS.keys()


def test_the_page_carries_every_word_that_it_may_need(client: FlaskClient) -> None:
    page = client.get("/verify/draw?lang=zh").text
    assert "文件不会上传" in page
    carried = json.loads(html.unescape(page.partition('data-words="')[2].partition('"')[0]))
    assert carried == words_of_page(str)
    assert '<html lang="en">' in client.get("/verify/draw?lang=en").text

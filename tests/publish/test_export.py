"""`flask site export`: a copy of the whole public site that needs no server, made anew only where something changed."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask

from tests.publish.shown import document_of, publish
from tests.publish.test_site import BUREAUS, IDS, inspection
from webapp.publish.export import Export

ADDRESS = "https://www.example.gov.cn/gongshi"
LINK = re.compile(r'\b(?:href|src|action)="([^"]*)"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def copied(app: Flask, folder: Path) -> Counter[str]:
    return Export(app, folder, ADDRESS, tell=lambda said: None).go()


def broken(folder: Path) -> list[str]:
    """Links that lead to no file of the copy, nor to an address outside."""
    found = []
    for page in folder.rglob("*.html"):
        for link in map(unescape, LINK.findall(page.read_text())):
            path = unquote(urlsplit(link).path)
            inside = not link.startswith("https://") and path
            if inside and not (page.parent / path).resolve().is_file():
                found.append(f"{page.relative_to(folder)}: {link}")
    return found


def test_the_copy_is_whole_and_every_link_in_it_works(app: Flask, folder: Path) -> None:
    with app.app_context():
        publish(inspection("pd-12"))
    copied(app, folder)
    assert broken(folder) == []
    here = folder / "public" / "results" / IDS["pd-12"]
    assert "未发现问题" in (here / "index.html").read_text()
    with app.test_client() as client:
        assert (here.parent / f"{IDS['pd-12']}.json").read_bytes() == client.get(
            f"/public/results/{IDS['pd-12']}.json"
        ).data
    assert (here.parent / f"{IDS['pd-12']}.pdf").read_bytes().startswith(b"%PDF-")
    assert (folder / "index.html").is_file() and (folder / "static" / "site.css").is_file()
    feed = (folder / "public" / f"results.bureau-{BUREAUS['pd']}.atom").read_text()
    assert f"<id>{ADDRESS}/public/results/{IDS['pd-12']}</id>" in feed
    assert not [page for page in folder.rglob("*.html") if re.search(r"<form|/login|csrf", page.read_text())]


def test_a_second_run_makes_only_what_changed_and_takes_away_what_was_withdrawn(
    app: Flask, folder: Path
) -> None:
    with app.app_context():
        publish(inspection("pd-12"))
        publish(inspection("pd-14"))
    copied(app, folder)
    same = copied(app, folder)
    assert same["written"] == 0 and same["removed"] == 0 and same["kept"] > 8
    with app.app_context():
        publish(inspection("pd-12"), gone=True)
        first = document_of(inspection("pd-14"))
        publish(inspection("pd-14"), first, first | {"text": "更正以后"})
        name, number = inspection("pd-12").subject.name, inspection("pd-12").number
    changed = copied(app, folder)
    assert 0 < changed["written"] < 30 < changed["same"] + changed["kept"]
    here = folder / "public" / "results"
    assert "更正以后" in (here / IDS["pd-14"] / "index.html").read_text()
    gone = (here / IDS["pd-12"] / "index.html").read_text()
    assert "这项公示已撤下" in gone and name not in gone
    assert not (here / f"{IDS['pd-12']}.json").exists() and not (here / f"{IDS['pd-12']}.pdf").exists()
    left = [path for path in folder.rglob("*") if path.is_file() and number.encode() in path.read_bytes()]
    assert left == [] and broken(folder) == []


def test_a_run_that_was_cut_is_gone_on_with(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        for key in ("pd-12", "pd-14", "pd-22"):
            publish(inspection(key))
    write, count = Export._write, Counter[str]()

    def cut(self: Export, file: str, body: bytes) -> bool:
        if file.startswith("public/results/") and file.endswith(".json"):
            count["results"] += 1
            if count["results"] == 2:
                raise OSError(28, "No space left on device")
        return write(self, file, body)

    monkeypatch.setattr(Export, "_write", cut)
    with pytest.raises(OSError, match="No space"):
        copied(app, folder)
    monkeypatch.setattr(Export, "_write", write)
    counts = copied(app, folder)
    assert counts["kept"] >= 2 and broken(folder) == []
    assert not list(folder.rglob("*.part"))


def test_tables_of_several_pages_are_one_file_and_pages_of_data_name_the_next(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.publish.results_views.MOST", 2)
    with app.app_context():
        for key in ("pd-12", "pd-14", "pd-22"):
            publish(inspection(key))
    copied(app, folder)
    lines = (folder / "public" / f"results.bureau-{BUREAUS['pd']}.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 4 and len(set(lines)) == 4
    page = folder / "public" / f"results.bureau-{BUREAUS['pd']}.json"
    first = json.loads(page.read_text())
    assert len(first["data"]) == 2 and len(json.loads((page.parent / first["next"]).read_text())["data"]) == 1


def test_the_command_says_what_it_did(app: Flask, folder: Path) -> None:
    ran = app.test_cli_runner().invoke(
        args=["site", "export", str(folder), "--address", ADDRESS, "--no-sheets"]
    )
    assert ran.exit_code == 0, ran.output
    assert re.search(r"\d+ written, \d+ same, 0 kept, 0 removed; \d+ pages a second", ran.output)
    assert not list(folder.rglob("results/*.pdf"))

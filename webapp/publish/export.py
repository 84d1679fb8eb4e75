"""The whole public site as plain files, to be put on a bureau's portal: `flask site export`.

The copy is walked along its own links, but for the many: results and subjects are read from their tables, each with a mark
of what its page was made from, so that a page that would come out the same is not made again. What was begun is gone on
with, what is new is added, what is gone is removed; what was withdrawn goes first.
"""

import filecmp
import hashlib
import os
import shutil
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select

from webapp.config import ROOT
from webapp.db import db
from webapp.public import EXPORTED
from webapp.publish import static_rules as rules
from webapp.publish.document import SHOWN
from webapp.publish.layout import layout
from webapp.publish.models import Publication
from webapp.registry.subjects import Subject

PART = 500
STATIC = (
    "base.css",
    "site.css",
    "draw-public.css",
    "field/icon-192.png",
    "field/bytes.js",
    "field/canonical.js",
    "verify",
    "vendor/noble-hashes",
)
SEEDS = ("/public/", "/public/bureaus", "/verify/draw", "/robots.txt", "/sitemap.xml")
# What is read from tables and not found by walking.
MANY = ("/public/results/", "/public/subjects/")
GONE = 410
Tell = Callable[[str], None]


class Manifest:
    """What the copy holds: each file, the mark of what it was made from, and the run that saw it last."""

    def __init__(self, path: Path) -> None:
        self.rows = sqlite3.connect(path, isolation_level=None)
        self.rows.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, mark TEXT, run INTEGER);"
            "CREATE INDEX IF NOT EXISTS ix_run ON file (run);"
        )
        self.run = (self.rows.execute("SELECT max(run) FROM file").fetchone()[0] or 0) + 1

    def mark(self, path: str) -> str | None:
        """What a file was made from; None where there is none."""
        found = self.rows.execute("SELECT mark FROM file WHERE path = ?", (path,)).fetchone()
        return found[0] if found else None

    def see(self, path: str, mark: str) -> None:
        """Note that this run has the file."""
        self.rows.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (path, mark, self.run))

    def old(self) -> Iterator[str]:
        """The files that this run has not seen."""
        yield from (
            row[0] for row in self.rows.execute("SELECT path FROM file WHERE run < ?", (self.run,)).fetchall()
        )

    def forget(self, path: str) -> None:
        """Drop a file's row."""
        self.rows.execute("DELETE FROM file WHERE path = ?", (path,))


class Export:
    """One run of the export into a folder; `address` is where the copy will be read, without a last slash."""

    def __init__(
        self, app: Flask, folder: Path, address: str, *, sheets: bool = True, tell: Tell = print
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.app, self.folder, self.address, self.sheets, self.tell = (
            app,
            folder,
            address.rstrip("/"),
            sheets,
            tell,
        )
        # The path below which the copy will lie on its portal.
        self.below = urlsplit(self.address).path
        self.client = app.test_client(use_cookies=False)
        self.manifest = Manifest(folder.with_name(f"{folder.name}.export.db"))
        self.counts: Counter[str] = Counter()
        self.made_from = layout() + self.address + str(sheets)

    def go(self) -> Counter[str]:
        """Bring the copy up to what is public now; says how many pages were `written`, `same`, `kept`, `removed`."""
        self._withdrawn()
        self._static()
        self._walk()
        self._subjects()
        self._results()
        self._tidy()
        return self.counts

    def _withdrawn(self) -> None:
        """What was taken down: its page says so, its data, sheet and pictures go at once."""
        for row in self._publications(Publication.state != SHOWN):
            self._remove_under(f"public/results/{row.inspection_id}")
            self._page(f"/public/results/{row.inspection_id}", f"gone {row.document_hash}", status=GONE)

    def _results(self) -> None:
        for row in self._publications(Publication.state == SHOWN):
            page = f"/public/results/{row.inspection_id}"
            mark = f"{row.document_hash} {row.changed_at.isoformat()} {self.made_from}"
            names = [page, f"{page}.json", f"{page}/code.svg", *([f"{page}.pdf"] if self.sheets else [])]
            for address in [
                *names,
                *(f"{page}/pictures/{one['sha256']}.jpg" for one in row.body["pictures"]),
            ]:
                self._page(address, mark)

    def _subjects(self) -> None:
        with self.app.app_context():
            last = db.session.scalar(select(func.max(Subject.number))) or 0
        for begin in range(0, last, PART):
            for key, mark in self._subjects_of(begin):
                self._page(f"/public/subjects/{key}", f"{mark} {self.made_from}")

    def _subjects_of(self, begin: int) -> list[tuple[str, str]]:
        """Some subjects with a mark of all that their pages say: their version, and what is public of them."""
        with self.app.app_context():
            stretch = Subject.number.between(begin + 1, begin + PART)
            rows = db.session.execute(select(Subject.id, Subject.since).where(stretch)).all()
            shown = select(Publication.subject_key, Publication.document_hash).order_by(Publication.place)
            shown = shown.where(
                Publication.subject_key.in_([row[0] for row in rows]), Publication.state == SHOWN
            )
            held: dict[str, str] = {}
            for key, digest in db.session.execute(shown):
                held[key] = hashlib.sha256((held.get(key, "") + digest).encode()).hexdigest()
            return [(key, f"{since.isoformat()} {held.get(key, '')}") for key, since in rows]

    def _publications(self, condition: Any) -> Iterator[Publication]:
        """The publications of a kind, some at a time: nobody's memory grows with their number."""
        place = 0
        while True:
            with self.app.app_context():
                rows = select(Publication).where(condition, Publication.place > place)
                found = list(db.session.scalars(rows.order_by(Publication.place).limit(PART)))
                db.session.expunge_all()
            if not found:
                return
            yield from found
            place = found[-1].place

    def _walk(self) -> None:
        """Everything else, from page to page; these are made anew each time and written where they differ."""
        waiting, known = deque(SEEDS), set(SEEDS)
        while waiting:
            for link in self._page(waiting.popleft(), None):
                if (
                    link not in known
                    and rules.held(link)
                    and not _of_many(link)
                    and not link.startswith("/static/")
                ):
                    known.add(link)
                    waiting.append(link)

    def _page(self, address: str, mark: str | None, status: int = 200) -> list[str]:
        """Bring one file up to date; gives the addresses that it names where it was made."""
        file = rules.file_of(address)
        if mark is not None and self.manifest.mark(file) == mark and (self.folder / file).is_file():
            self.manifest.see(file, mark)
            self.counts["kept"] += 1
            return []
        if file.endswith(".csv"):
            changed, links = self._table(address, file), []
        else:
            body, links = self._made(address, file, status)
            changed = self._write(file, body)
        self.counts["written" if changed else "same"] += 1
        if file == "public/index.html":
            self._write("index.html", self._made(address, "index.html", status)[0])
            self.manifest.see("index.html", "")
        self.manifest.see(file, mark or "")
        self._say()
        return links

    def _made(self, address: str, file: str, status: int) -> tuple[bytes, list[str]]:
        answer = self._asked(address)
        if answer.status_code in (301, 302, 308):
            answer = self._asked(self._inside(answer.headers["Location"]))
        if answer.status_code != status:
            raise RuntimeError(f"{address}: {answer.status_code}")
        if answer.mimetype == "text/html":
            page = answer.text
            for before in ('="', "?file=") if self.below else ():
                page = page.replace(f"{before}{self.below}/", f"{before}/")
            return rules.relinked(page, file, lambda other: self.address + other).encode(), rules.links_of(
                page
            )
        if not answer.mimetype.endswith(("xml", "json", "text/plain")):
            return answer.data, []
        text, links = rules.readdressed(answer.text, self.address), []
        if answer.mimetype.endswith("json"):
            links = [self._inside(link) for link in _next(answer)]
            for link in links:
                named = f'"next":"{rules.from_file(file, link)}"'
                text = text.replace(f'"next":"{self.below}{link}"', named)
        elif answer.mimetype.endswith("xml"):
            links = [link for link in _located(answer.text, self.address) if link.endswith(".xml")]
        return text.encode() if text != answer.text else answer.data, links

    def _inside(self, link: str) -> str:
        """The address of a link in this application, wherever the copy will lie."""
        return link.removeprefix(self.address).removeprefix(self.below)

    def _table(self, address: str, file: str) -> bool:
        """A CSV of several pages is one file in the copy: no header says here where the next would be."""
        part, link = self._part(self.folder / file), address
        with part.open("wb") as whole:
            while link:
                answer = self._asked(link)
                whole.write(answer.data if link == address else answer.data.partition(b"\r\n")[2])
                link = self._inside(next(_next(answer), ""))
        if (self.folder / file).is_file() and filecmp.cmp(part, self.folder / file, shallow=False):
            part.unlink()
            return False
        os.replace(part, self.folder / file)
        return True

    def _asked(self, address: str) -> Any:
        flags = {EXPORTED: "all" if self.sheets else "pages"}
        return self.client.get(
            address, base_url=self.address, environ_overrides=flags, headers={"Accept-Language": "zh-CN"}
        )

    def _write(self, file: str, body: bytes) -> bool:
        """Whether the file had to be written; one that is cut short is never there."""
        path = self.folder / file
        if path.is_file() and path.stat().st_size == len(body) and path.read_bytes() == body:
            return False
        part = self._part(path)
        part.write_bytes(body)
        os.replace(part, path)
        return True

    def _part(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f"{path.name}.part")

    def _static(self) -> None:
        for name in STATIC:
            found = ROOT / "static" / name
            for path in (
                [found] if found.is_file() else sorted(one for one in found.rglob("*") if one.is_file())
            ):
                file = path.relative_to(ROOT).as_posix()
                self._write(file, path.read_bytes())
                self.manifest.see(file, "")

    def _remove_under(self, path: str) -> None:
        for one in (f"{path}.json", f"{path}.pdf", f"{path}/code.svg"):
            if (self.folder / one).exists():
                self.counts["removed"] += 1
            (self.folder / one).unlink(missing_ok=True)
            self.manifest.forget(one)
        shutil.rmtree(self.folder / path / "pictures", ignore_errors=True)

    def _tidy(self) -> None:
        """Remove what nothing leads to any more."""
        for file in self.manifest.old():
            (self.folder / file).unlink(missing_ok=True)
            self.manifest.forget(file)
            self.counts["removed"] += 1

    def _say(self) -> None:
        made = self.counts["written"] + self.counts["same"]
        if made % 1000 == 0:
            self.tell(f"{made} pages")


def _of_many(address: str) -> bool:
    return address.startswith(MANY)


def _next(answer: Any) -> Iterator[str]:
    """The page of data that follows."""
    if answer.mimetype == "application/json":
        more = answer.get_json(silent=True)
        if isinstance(more, dict) and more.get("next"):
            yield more["next"]
    elif "Link" in answer.headers:
        yield answer.headers["Link"].partition("<")[2].partition(">")[0]


def _located(text: str, root: str) -> list[str]:
    parts = text.split("<loc>")[1:]
    return [part.partition("</loc>")[0].replace("&amp;", "&").removeprefix(root) for part in parts]

"""Where an address of the public site lies in a copy of plain files, and how its pages find each other there. Pure."""

import re
from collections.abc import Callable
from html import escape, unescape
from posixpath import dirname, relpath
from urllib.parse import parse_qsl, quote, urlsplit

VERIFY = "/verify/draw"
PLACES = ("/public/", "/static/", VERIFY, "/sitemap.xml", "/robots.txt")
# What is no page of the copy: the key to a notice is on a paper.
ABSENT = ("/public/notices/",)
FILE = re.compile(r"\.(json|csv|atom|pdf|svg|jpg|xml|txt|pem|css|js|png)$")
LINK = re.compile(r'\b(href|src|action)="([^"]*)"')
INDEX = "index.html"


def held(address: str) -> bool:
    """Whether a copy holds what stands at this path."""
    return address.startswith(PLACES) and not address.startswith(ABSENT)


def file_of(address: str) -> str:
    """The file of an address: `/public/results?month=2026-11` is `public/results/month-2026-11/index.html`."""
    parts = urlsplit(address)
    path = parts.path.strip("/")
    asked = [] if parts.path == VERIFY or path.startswith("static/") else sorted(parse_qsl(parts.query))
    said = [f"{_tidy(name)}-{_tidy(value)}" for name, value in asked]
    found = FILE.search(path)
    if found:
        return ".".join([path[: found.start()], *said, found[1]])
    return "/".join([path, *said, INDEX])


def from_file(file: str, address: str) -> str:
    """An address as a page in `file` names it: a relative link that works wherever the copy is put."""
    parts = urlsplit(address)
    link = relpath(file_of(address), dirname(file) or ".")
    if parts.path == VERIFY and parts.query:
        # The page reads the draw's file by its own address.
        drawn = dict(parse_qsl(parts.query)).get("file", "")
        link += "?file=" + quote(relpath(file_of(drawn), dirname(file_of(VERIFY))), safe="/.")
    return quote(link, safe="/.-_~?=") + (f"#{parts.fragment}" if parts.fragment else "")


def links_of(page: str) -> list[str]:
    """The addresses of this site that a page names, without what stands behind `#`."""
    found = (unescape(match[2]) for match in LINK.finditer(page))
    return [address.partition("#")[0] for address in found if address.startswith("/")]


def relinked(page: str, file: str, elsewhere: Callable[[str], str]) -> str:
    """The page with relative links; `elsewhere` gives the link to what the copy does not hold."""

    def link(match: re.Match[str]) -> str:
        address = unescape(match[2])
        if not address.startswith("/"):
            return match[0]
        found = from_file(file, address) if held(address) else elsewhere(address)
        return f'{match[1]}="{escape(found)}"'

    return LINK.sub(link, page)


def readdressed(text: str, root: str) -> str:
    """XML or JSON whose whole addresses (`root` and a path) are those of the files."""

    def place(match: re.Match[str]) -> str:
        address = unescape(match[1])
        if not held(address):
            return match[0]
        file = file_of(address)
        # A folder is the address of its page: so the code on a paper leads to the copy, too.
        return escape(f"{root}/{file.removesuffix('/' + INDEX) if not urlsplit(address).query else file}")

    return re.sub(re.escape(root) + r'(/[^<"\s]*)', place, text)


def _tidy(text: str) -> str:
    return quote(text, safe="").replace("%", "~").replace(".", "~2E")

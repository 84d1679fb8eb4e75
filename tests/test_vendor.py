"""The libraries in static/vendor and tests/vendor are the pinned ones, byte for byte, and need nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "vendor"
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text("utf-8"))["packages"]
FILES = {f"{package['folder']}/{file['path']}": file for package in PACKAGES for file in package["files"]}
IMPORT = re.compile(r"""\b(?:import|export)\s*(?:[\w*{][^;"'()]*?\bfrom\s*)?["']([^"']+)["']""")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.S | re.M)


@pytest.mark.parametrize("path", sorted(FILES))
def test_file_is_the_pinned_one(path: str) -> None:
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == FILES[path]["sha256"]


def test_every_file_is_listed() -> None:
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there == {*FILES, "vendor.json"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_package_has_version_and_licence(package: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert package["licence"] and f"{package['folder']}/LICENSE" in FILES


@pytest.mark.parametrize("path", sorted(path for path in FILES if path.endswith(".js")))
def test_every_import_is_a_file_beside_it(path: str) -> None:
    source = (VENDOR / path).read_text("utf-8")
    for name in IMPORT.findall(COMMENT.sub("", source)):
        assert name.startswith("."), f"{path} imports {name}, which a browser cannot find without a map"
        target = ((VENDOR / path).parent / name).resolve().relative_to(VENDOR).as_posix()
        assert target in FILES, f"{path} imports {name}, which is not in static/vendor"


def test_integrity_of_what_also_comes_from_a_cdn() -> None:
    from_cdn = {path: file for path, file in FILES.items() if "cdn" in file}
    assert "htmx/htmx.min.js" in from_cdn
    for path, file in from_cdn.items():
        package = next(each for each in PACKAGES if path.startswith(each["folder"] + "/"))
        digest = base64.b64encode(hashlib.sha384((VENDOR / path).read_bytes()).digest()).decode()
        assert file["integrity"] == f"sha384-{digest}"
        assert f"{package['name']}@{package['version']}/{file['from']}" in file["cdn"]


def test_what_only_tests_load_is_the_pinned_one_too() -> None:
    packages = json.loads((FOR_TESTS / "vendor.json").read_text("utf-8"))["packages"]
    listed = {f"{one['folder']}/{file['path']}": file["sha256"] for one in packages for file in one["files"]}
    for path, sha256 in listed.items():
        assert hashlib.sha256((FOR_TESTS / path).read_bytes()).hexdigest() == sha256, path
    there = {path.relative_to(FOR_TESTS).as_posix() for path in FOR_TESTS.rglob("*") if path.is_file()}
    assert there == {*listed, "vendor.json", "package.json"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", one["version"]) and one["licence"] for one in packages)

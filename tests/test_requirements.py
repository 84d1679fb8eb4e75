"""Every package that pip would bring in is pinned, so that each machine runs the same code."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def pins(file: str) -> dict[str, str]:
    """Package name -> version, of one requirements file and those that it includes."""
    found: dict[str, str] = {}
    for line in (ROOT / file).read_text("utf-8").splitlines():
        if line.startswith("-r "):
            found |= pins(line[3:].strip())
        elif line and not line.startswith("#"):
            name, version = re.fullmatch(r"([\w.-]+)==([\w.]+)", line).groups()  # type: ignore[union-attr]
            found[canonicalize_name(name)] = version
    return found


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_installed_as_pinned_and_nothing_unpinned_needed(file: str) -> None:
    pinned = pins(file)
    for name, version in pinned.items():
        package = distribution(name)
        assert package.version == version
        for text in package.requires or []:
            need = Requirement(text)
            wanted = need.marker is None or need.marker.evaluate({"extra": ""})
            assert not wanted or canonicalize_name(need.name) in pinned, f"{name} needs {need.name}"


def test_no_registry_address_in_the_lists() -> None:
    for file in ("requirements.txt", "requirements-test.txt"):
        assert "://" not in (ROOT / file).read_text("utf-8")

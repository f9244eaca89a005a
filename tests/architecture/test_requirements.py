"""What we stand on is locked: by hash, without an address, and each line says why it is there."""

import json
import re
from operator import attrgetter
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, shown

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
WISHES = sorted((ROOT / "requirements").glob("*.in"))


@pytest.mark.parametrize("lock", LOCKS, ids=attrgetter("name"))
def test_every_locked_package_has_its_hashes(lock: Path) -> None:
    packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", lock.read_text()).strip())
    assert len(packages) > 0
    assert [text.split()[0] for text in packages if "--hash=sha256:" not in text or "==" not in text] == []


@pytest.mark.parametrize("lock", [*LOCKS, *WISHES], ids=attrgetter("name"))
def test_no_requirement_names_an_address(lock: Path) -> None:
    assert re.findall(r"\S*://\S*|--\S*index\S*|--find-links", lock.read_text()) == []


def test_every_wish_is_locked() -> None:
    for wish in WISHES:
        wanted = re.findall(r"(?m)^([a-z0-9]+(?:-[a-z0-9]+)*)", wish.read_text())
        locked = re.findall(r"(?m)^(\S+?)==", wish.with_suffix(".txt").read_text())
        assert set(wanted) <= set(locked), shown(wish)


@pytest.mark.parametrize("wish", WISHES, ids=attrgetter("name"))
def test_every_dependency_says_why_it_is_there(wish: Path) -> None:
    lines = [line for line in wish.read_text().splitlines() if line and not line.startswith(("#", "-"))]
    assert [line for line in lines if not re.search(r" # \S", line)] == []


def test_the_lock_of_the_front_end_has_hashes_and_no_address() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"]
    assert '"resolved"' not in lock
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_every_platform_of_a_locked_package_is_locked_too() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = {name for package in packages.values() for name in package.get("optionalDependencies", {})}
    assert {name for name in wanted if f"node_modules/{name}" not in packages} == set()

"""tools/environment.py: when an environment can be trusted, and what is said when it cannot be built."""

import subprocess
import sys
from pathlib import Path

import pytest
from environment import UNKNOWN, Environment, explain

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A small finished environment: the real Python, two packages, one lock."""
    made = Environment(tmp_path)
    (tmp_path / "requirements").mkdir()
    made.lock("runtime").write_text("django==5.2.1 --hash=sha256:00\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made.folder], check=True)
    for name in ("django", "segno"):
        (made.site() / name).mkdir()
    made.building.touch()
    made.finish({"runtime": made.wanted("runtime")})
    return made


def test_it_trusts_what_was_finished(environment: Environment) -> None:
    assert environment.installed() == {"runtime": environment.wanted("runtime")}


def test_it_does_nothing_when_nothing_is_missing(environment: Environment) -> None:
    assert environment.provide(["runtime"]) == []


def test_it_notices_a_build_that_was_cut_short(environment: Environment) -> None:
    environment.building.touch()
    assert environment.installed() == {}


def test_it_notices_a_package_that_went_missing(environment: Environment) -> None:
    (environment.site() / "segno").rmdir()
    assert environment.installed() == {}


def test_it_notices_a_python_that_is_gone(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3")
    assert environment.installed() == {}


def test_it_notices_that_the_folder_was_moved(environment: Environment, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    environment.folder.rename(moved / ".venv")
    assert Environment(moved).installed() == {}


def test_it_notices_a_changed_lock(environment: Environment) -> None:
    environment.lock("runtime").write_text("django==5.2.2 --hash=sha256:01\n")
    assert environment.installed()["runtime"] != environment.wanted("runtime")


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "Free at least"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "locked hash"),
        ("after connection broken by 'NewConnectionError('…')'\nNo matching distribution found", "mirror"),
        ("error: command 'gcc' failed: No such file or directory", "build-essential"),
        ("fatal error: Python.h: No such file or directory", "python3-dev"),
        ("ERROR: Failed building wheel for cffi", "build-essential"),
        ("ERROR: No matching distribution found for django==5.2.19", "lag behind"),
        ("something that nobody has met", UNKNOWN.english),
    ],
)
def test_it_says_what_to_do(output: str, advice: str) -> None:
    assert advice in explain(output).english


@pytest.mark.parametrize("name", ["nothing-of-this-name", "/usr/bin/false"])
def test_it_says_what_to_do_without_a_usable_python(name: str) -> None:
    ended = subprocess.run(
        [ROOT / "tools" / "find_python"],
        env={"PYTHON": name, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "apt install python3" in ended.stderr
    assert "需要 Python 3.11" in ended.stderr


def test_it_never_picks_the_environment_to_build_itself(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python3").symlink_to(sys.executable)
    environ = {"PYTHON": "python3", "PATH": f"{tmp_path}/.venv/bin:/usr/bin:/bin"}
    ended = subprocess.run(
        [ROOT / "tools" / "find_python"], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert ".venv" not in ended.stdout

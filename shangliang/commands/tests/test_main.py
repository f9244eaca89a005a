"""The command line itself: what it lists, what it refuses, and with which exit status it ends."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from shangliang import commands
from shangliang.commands import BAD_INPUT, Failed, main, names, parser_for

FILES = {path.stem for path in Path(commands.__file__).parent.glob("*.py")}


def test_every_file_is_a_command() -> None:
    assert names() == sorted(name for name in FILES if not name.startswith("_"))
    assert {"appoint", "check", "demo", "ledger", "manage", "serve"} <= set(names())


@pytest.mark.parametrize("name", names())
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"usage: shangliang {name}" in said
    assert f"`shangliang {name}" in said, "its first line says what it does"


@pytest.mark.parametrize(("words", "status"), [([], BAD_INPUT), (["--help"], 0), (["-h"], 0)])
def test_without_a_command_all_are_listed(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == status
    said = capsys.readouterr().out
    assert all(f"\n  {name}\n" in said for name in names())


@pytest.mark.parametrize("word", ["undo", "tests", "__main__", "-x", "../manage"])
def test_an_unknown_command_is_refused_in_words(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == BAD_INPUT
    said = capsys.readouterr().err
    assert f"没有“{word}”这个命令" in said
    assert "serve" in said


def test_what_the_caller_can_mend_is_a_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise Failed("请先做这个。")

    monkeypatch.setattr("shangliang.commands.ledger.run", run)
    assert main(["ledger", "verify"]) == BAD_INPUT
    assert capsys.readouterr().err == "请先做这个。\n"


def test_the_status_is_the_commands_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shangliang.commands.ledger.run", lambda args: 7 if args.what == "verify" else 0)
    assert main(["ledger", "verify"]) == 7


def test_the_words_come_from_the_shell_when_none_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["shangliang", "--help"])
    assert main() == 0


def test_a_wrong_option_ends_as_argparse_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser_for("ledger").parse_args(["burn"])
    assert ended.value.code == 2
    assert "shangliang ledger" in capsys.readouterr().err


def test_the_module_is_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "shangliang.commands", "nothing"], capture_output=True, text=True
    )
    assert (ended.returncode, "没有“nothing”这个命令" in ended.stderr) == (BAD_INPUT, True)


def test_djangos_own_commands_get_their_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", given.append)
    assert main(["manage", "migrate", "--plan"]) == 0
    assert given == [["shangliang manage", "migrate", "--plan"]]


@pytest.mark.django_db
def test_what_a_command_writes_is_for_the_owner_alone(environ: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "new"
    url = environ["DATABASE_URL"]
    ended = subprocess.run(
        ["sh", "-c", 'umask 022; exec "$0" -m shangliang.commands manage migrate kit', sys.executable],
        env=environ | {"SHANGLIANG_HOME": str(home), "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    written = [home, *home.rglob("*")]
    assert len(written) >= 2
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []

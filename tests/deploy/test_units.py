"""What lies in deploy/: systemd takes the unit, and the settings file says the same to systemd and to a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: the unit was not looked at")
    unit = (DEPLOY / "shangliang.service").read_text("utf-8")
    unit = unit.replace("/opt/shangliang/.venv/bin/shangliang", shutil.which("true") or "/bin/true")
    file = tmp_path / "shangliang.service"
    file.write_text(unit, "utf-8")
    ended = subprocess.run([program, "verify", str(file)], capture_output=True, text=True)
    assert (ended.returncode, "shangliang.service:" in ended.stderr) == (0, False), ended.stderr
    file.write_text(unit.replace("KillMode=control-group", "KillMode=perhaps"), "utf-8")
    wrong = subprocess.run([program, "verify", str(file)], capture_output=True, text=True)
    assert "kill mode" in wrong.stderr, "it would have said so"


def test_it_does_not_run_as_root_and_writes_for_itself_alone() -> None:
    unit = (DEPLOY / "shangliang.service").read_text("utf-8").splitlines()
    assert {"User=shangliang", "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(unit)


def test_a_shell_reads_the_settings_whole(tmp_path: Path) -> None:
    code = 'set -aeu; . "$1"; printf "%s|%s|%s" "$SITE_PHONE" "$SITE_ORGANISER" "$SHANGLIANG_HOME"'
    ended = subprocess.run(
        ["sh", "-c", code, "sh", str(DEPLOY / "shangliang.env.example")],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (ended.stderr, ended.stdout) == ("", "0511-0000 0000|某某区政协推进办公室|/var/lib/shangliang")

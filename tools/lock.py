"""Locks requirements/*.in for Python 3.11 and newer on every platform, with hashes and without an address.

uv reads no pip settings, so the hashes are those that the public index publishes, also where a local wheel is at hand.
"""

from __future__ import annotations

import subprocess

from environment import ROOT
from say import CannotGoOn, run, say

PARTS = ["runtime", "dev", "mutants", "node", "lock"]  # each is constrained by those before it


def main() -> None:
    for part in PARTS:
        say(f"锁定 requirements/{part}.in", f"Locking requirements/{part}.in")
        command = [
            str(ROOT / ".venv" / "bin" / "uv"),
            "--no-config",
            "pip",
            "compile",
            "--quiet",
            "--universal",
        ]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        command += [f"requirements/{part}.in", "-o", f"requirements/{part}.txt"]
        if subprocess.run(command, cwd=ROOT).returncode:
            raise CannotGoOn(
                f"requirements/{part}.in 没有锁定成，原因见上面几行。",
                f"requirements/{part}.in could not be locked, for the reason above.",
            )


if __name__ == "__main__":
    run(main)

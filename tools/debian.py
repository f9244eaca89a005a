"""Installs Debian packages where we may: as root, on Debian or Ubuntu."""

from __future__ import annotations

import os
import shutil
import subprocess

from say import say


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Whether apt-get could install them; the package lists are fetched first, a new machine may have none."""
    say(f"用 apt 安装 {' '.join(packages)}", f"Installing {' '.join(packages)} with apt")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        ended = subprocess.run(["apt-get", *command], env=environ, capture_output=True, text=True)
        if ended.returncode:
            print("\n".join((ended.stdout + ended.stderr).strip().splitlines()[-8:]))
            return False
    return True

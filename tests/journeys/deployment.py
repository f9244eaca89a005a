"""The real server with its worker, in processes of their own, which a journey can kill and start again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SHANGLIANG = [sys.executable, "-m", "shangliang.commands"]
PATIENCE = 60


class Deployment:
    """A served demo town that can be killed and started again on the same port."""

    def __init__(self, environ: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.environ = {**environ, "PORT": str(port), "BASE_URL": self.base}
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.server = subprocess.Popen(
            [*SHANGLIANG, "serve", "--demo"],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=5).close()  # noqa: S310 — our own server
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)  # master, workers, live process and worker at once
        self.server.wait(20)

    def shell(self, code: str) -> str:
        ended = subprocess.run(
            [*SHANGLIANG, "manage", "shell", "-v", "0", "-c", code],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    def enter(self, page: Page, office: str) -> Page:
        """The page, signed in as one of the cast."""
        page.goto(f"{self.base}/demo")
        page.locator(f"button:has-text('{office}')").first.click()
        return page

    def session_of_clerk(self, which: str) -> str:
        """The number of a session of the cast's clerk; `which` are words of a filter."""
        return self.shell(
            "from shangliang.deliberations.models import Deliberation as D; from shangliang.accounts.models import User;"
            " room = User.objects.get(cast='clerk').grants.get().room_no;"
            f" print(D.objects.filter(room__no=room, {which}).first().no)"
        )

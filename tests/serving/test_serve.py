"""`shangliang serve` as `make run` starts it: the filled demo, behind the real server, by plain requests."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHANGLIANG = [sys.executable, "-m", "shangliang.commands"]
PATIENCE = 60


class Visitor:
    """Somebody with a browser that keeps cookies and runs no scripts."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, path: str, *, to: str = "", **fields: str) -> str:
        """Open a page and send its form, to `to` where the form names another address."""
        page = self.get(path)
        for name in re.findall(r'<input type="hidden" name="([^"]+)" value="[^"]*"', page):
            value = re.search(rf'name="{name}" value="([^"]*)"', page)
            fields.setdefault(name, value.group(1) if value else "")
        request = urllib.request.Request(self.base + (to or path), urllib.parse.urlencode(fields).encode())  # noqa: S310 — our own server
        request.add_header("Origin", self.base)
        with self.opener.open(request, timeout=20) as answer:
            return str(answer.read().decode())


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def demo(demo_environ: dict[str, str], port: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The base address, what was printed, and the environment of a served demo town."""
    base = f"http://127.0.0.1:{port}"
    environ = {**demo_environ, "PORT": str(port), "BASE_URL": base, "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [*SHANGLIANG, "serve", "--demo"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    said = ""
    while "Ctrl+C" not in said:
        line = server.stdout.readline()
        assert line, said
        said += line
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            Visitor(base).get("/healthz")
            break
        except OSError:
            time.sleep(0.1)
    yield base, said, environ
    server.send_signal(signal.SIGINT)
    assert server.wait(PATIENCE) == 0
    server.stdout.close()
    with socket.socket() as probe:  # nothing stays behind on the port
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def takes_a_full_photo(base: str, room: str) -> None:
    """Six megabytes pass the server and are read by us."""
    boundary, big = "x" * 20, os.urandom(6 * 1024 * 1024)
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'.encode()
    body += b"Content-Type: image/jpeg\r\n\r\n" + big + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(f"{base}/say?room={room}", body)  # noqa: S310 — our own server
    request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 — our own server
        assert "这个文件不是照片" in answer.read().decode()  # read, found not to be a photo, and said so


def test_the_demo_is_served_and_takes_a_matter(demo: tuple[str, str, dict[str, str]]) -> None:
    base, said, environ = demo
    addresses = re.findall(rf"{base}(/\S*)", said)
    assert len(addresses) == 5
    resident = Visitor(base)
    for path in addresses:
        assert "<h1" in resident.get(path), path

    room = next(path for path in addresses if path.startswith("/r/")).removeprefix("/r/")
    takes_a_full_photo(base, room)
    slip = resident.post(f"/say?room={room}", text="三号楼二层的楼道灯不亮", place_text="三号楼")
    number = re.search(r"\d{4}[ -]\d{4}[ -]\d{4}", slip)
    assert number, slip[:2000]

    clerk = Visitor(base)
    clerk.post("/demo", to="/demo/enter", part="clerk")
    assert "三号楼二层的楼道灯不亮" in clerk.get("/desk/submissions")
    outsider = Visitor(base)
    outsider.post("/demo", to="/demo/enter", part="outsider")
    assert "三号楼二层的楼道灯不亮" not in outsider.get("/desk/submissions")

    # A second server on the same port says so, and what to do.
    second = subprocess.run([*SHANGLIANG, "serve"], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert second.returncode == 2
    assert "PORT=" in second.stderr

    # A second filling is refused, or passed over when asked so; nothing changes.
    again = subprocess.run([*SHANGLIANG, "demo"], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert again.returncode == 2
    assert "DATABASE_URL" in again.stderr
    passed = subprocess.run(
        [*SHANGLIANG, "demo", "--if-empty"], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert (passed.returncode, passed.stdout) == (0, "")

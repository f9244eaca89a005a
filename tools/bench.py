"""Measures the pages of the filled demo city as production serves them, beside a bare page in the same run.

Usage: bench.py [--scale city|town] [--seconds 3] [--only sqlite|postgresql]
DEBUG is off, two workers serve, eight connections ask from this same machine: the client takes its share of the cores.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from bench_load import Figures, Line, load, request
from environment import ROOT
from postgres import database, free_port
from say import CannotGoOn, run, say

WORKERS = 2
HEAD = f"{'req/s':>8}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}{'SQL':>6}{'kB':>8}{'of bare':>9}"
FORM_SECONDS = 6  # a form that comes back faster than a person can write is taken for a robot's


class Form(HTMLParser):
    """The fields of the form that posts to an address, filled as a person would leave them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        name = field.get("name") or ""
        if tag == "input" and field.get("type") == "hidden" and name:
            self.fields[name] = field.get("value") or ""
        elif tag == "textarea" and name:
            self.texts.append(name)


@contextlib.contextmanager
def server(environ: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Port and process of the product as production serves it."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        str(WORKERS),
    ]
    command += ["--blocking-threads", "2", "--no-ws", "--log-level", "warning", "bench_site:application"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT / "tools", env=environ, stderr=log)
        try:
            if not answers(port, process):
                log.seek(0)
                print(log.read()[-3000:], file=sys.stderr)
                raise CannotGoOn(
                    "被测的服务没有启动，原因见上面几行。",
                    "The server to be measured did not start, for the reason above.",
                )
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server comes up within half a minute."""
    for _ in range(300):
        with contextlib.suppress(OSError):
            return Line(port).ask(request("GET", "/bench/bare")).status == 200
        if process.poll() is not None:
            return False
        time.sleep(0.1)
    return False


class Table:
    """The rows of one server, printed as they come; the first is what the others are compared with."""

    def __init__(self, port: int, master: int, seconds: float) -> None:
        self.port, self.master, self.seconds = port, master, seconds
        self.bare: Figures | None = None

    def row(
        self, name: str, make: Callable[[int], bytes], *, sql: object = "", size: float = 0, each: int = 1
    ) -> None:
        """`each`: how many acts one request carries; they are what is compared."""
        load(self.port, self.master, make, self.seconds / 4)  # warm
        found = load(self.port, self.master, make, self.seconds)
        ratio = f"1/{self.bare.per_second / (found.per_second * each):.2g}" if self.bare else ""
        kilobytes = f"{size / 1000:.1f}" if size else ""
        odd = {status: count for status, count in found.statuses.items() if status not in {200, 302, 303}}
        print(
            f"{name:<22}{found.per_second:>8.0f}{found.median_ms:>9.1f}{found.p95_ms:>9.1f}{found.cpu_ms:>9.2f}"
            f"{sql!s:>6}{kilobytes:>8}{ratio:>9}" + (f"   statuses {odd}" if odd else ""),
            flush=True,
        )
        self.bare = self.bare or found


def measure(environ: dict[str, str], seconds: float) -> None:
    """Print the tables of one database: each page built anew, then as the page cache serves it, then the writing."""
    seen = subprocess.run(
        [sys.executable, "tools/bench_site.py"],
        cwd=ROOT,
        env={**environ, "CACHE_PAGES": "0"},
        stdout=subprocess.PIPE,
        check=True,
    )
    pages: list[dict[str, Any]] = json.loads(seen.stdout)
    for title, kept in (("built anew", "0"), ("from the page cache", "1")):
        print(f"\n{title:<22}{HEAD}")
        with server({**environ, "CACHE_PAGES": kept}) as (port, master):
            table = Table(port, master, seconds)
            for page in pages:
                sent = request("GET", page["path"], cookie=page["cookie"])
                table.row(
                    page["name"],
                    partial(same, sent),
                    sql=page["sql"] if kept == "0" else "",
                    size=page["bytes"],
                )
    print(f"\n{'writing':<22}{HEAD}")
    with server(environ) as (port, master):
        matter, insert, slip = writing(port, next(page["path"] for page in pages if page["name"] == "/say"))
        table = Table(port, master, seconds)
        table.row("a bare insert", insert)
        table.row("POST /say", matter)
        if slip:
            table.row("/s/<slip>", lambda number: request("GET", slip, forwarded=network(number)))

    poll = subprocess.run(
        [sys.executable, "-m", "shangliang.commands", "manage", "shell", "-v", "0", "-c", POLL],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    key, statements = json.loads(poll.stdout)
    print(f"\n{'voting':<22}{HEAD}")
    with server(environ) as (port, master):
        one, many = voting(port, key, statements)
        table = Table(port, master, seconds)
        keyed = partial(request, "POST", json="{}")
        table.row("a bare upsert", lambda number: keyed(f"/bench/upsert?key=k{number % VOTERS}"))
        table.row("a vote", one)
        table.row(f"{BATCH} votes at once", many, each=BATCH)


VOTERS, BATCH = 200, 50
POLL = """
import json
from shangliang.opinions.actions import polls
from shangliang.opinions.models import Poll, Statement
poll = Poll.objects.filter(state="open", takes_open=True).first()
for number in range(50):
    Statement.objects.create(poll=poll, text=f"bench {number}", state="shown")
print(json.dumps([poll.key, list(poll.statements.values_list("pk", flat=True))]))
"""


def voting(
    port: int, key: str, statements: list[int]
) -> tuple[Callable[[int], bytes], Callable[[int], bytes]]:
    """One vote, and many at once, each by one of two hundred voters who have joined."""
    line, cookies = Line(port), []
    for number in range(VOTERS):
        page = line.ask(request("GET", f"/join/{key}", forwarded=network(number))).body.decode()
        found = re.search(r'data-ticket="([^"]*)"', page)
        ticket = html.unescape(found.group(1)) if found else ""
        body = json.dumps({"votes": [[statements[0], 1]], "ticket": ticket})
        answer = line.ask(request("POST", f"/join/{key}/votes", json=body, forwarded=network(number)))
        cookies.append(answer.headers.get("set-cookie", "").partition(";")[0])

    def cast(number: int, count: int) -> bytes:
        start = number // VOTERS
        cells = [[statements[(start + step) % len(statements)], number % 3 - 1] for step in range(count)]
        body = json.dumps({"votes": cells})
        return request("POST", f"/join/{key}/votes", cookie=cookies[number % VOTERS], json=body)

    return lambda number: cast(number, 1), lambda number: cast(number, BATCH)


def same(sent: bytes, _: int) -> bytes:
    return sent


def writing(port: int, address: str) -> tuple[Callable[[int], bytes], Callable[[int], bytes], str]:
    """How to post a matter and a bare row, each from another network, and the page of one slip."""
    line = Line(port)
    page = line.ask(request("GET", address))
    form = Form()
    form.feed(page.body.decode())
    cookie = page.headers.get("set-cookie", "").partition(";")[0]
    time.sleep(FORM_SECONDS)

    def matter(number: int, path: str = "/say") -> bytes:
        texts = dict.fromkeys(form.texts, f"三号楼前的路灯不亮了，晚上看不清路，请帮忙看看。第 {number} 次。")
        return request(
            "POST", path, cookie=cookie, form=urlencode(form.fields | texts), forwarded=network(number)
        )

    answer = line.ask(matter(9_999_999))
    slip = re.sub(r"^https?://[^/]+", "", answer.headers.get("location", ""))
    return matter, lambda number: matter(number, "/bench/insert"), slip


def network(number: int) -> str:
    """Another reader's address each time: limits are counted by network."""
    return f"10.{number // 256 % 256}.{number % 256}.1"


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--scale", default="city")
    reader.add_argument("--seconds", type=float, default=3)
    reader.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = reader.parse_args()
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="shangliang-bench-"))
        environ = {
            **os.environ,
            "SHANGLIANG_HOME": home,
            "DEBUG": "0",
            "WAKE_WORKER": "",
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        environ |= {"SECOND_FACTOR": "0", "BASE_URL": "http://127.0.0.1", "PYTHONPATH": str(ROOT)}
        url = "" if asked.only == "sqlite" else stack.enter_context(database(create=True)) or ""
        for name, address in (("sqlite", ""), ("postgresql", url)):
            if asked.only not in {None, name} or (name == "postgresql" and not address):
                continue
            say(f"{name}：填入示范数据（{asked.scale}）", f"{name}: filling the demo ({asked.scale})")
            environ["DATABASE_URL"] = address
            for command in (["demo", "--scale", asked.scale],):
                subprocess.run([ROOT / ".venv/bin/shangliang", *command], env=environ, check=True)
            measure(environ, asked.seconds)


if __name__ == "__main__":
    run(main)

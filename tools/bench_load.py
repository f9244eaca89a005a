"""Asks a server for the same page over and over on kept-open connections, for a bounded time, on this machine only."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

CONNECTIONS = 8
HOST = "127.0.0.1"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Figures(NamedTuple):
    """What a load has shown."""

    per_second: float
    median_ms: float
    p95_ms: float
    cpu_ms: float  # of the server's processes, per request
    statuses: dict[int, int]


class Line:
    """One kept-open connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, request: bytes) -> Answer:
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.rest:
            self.receive()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self.receive()
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(int(first.split()[1]), headers, body)

    def receive(self) -> None:
        more = self.socket.recv(262144)
        if not more:
            raise ConnectionError("the server hung up")
        self.rest += more


def request(
    method: str, path: str, *, cookie: str = "", form: str = "", json: str = "", forwarded: str = ""
) -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept-Language: zh-CN", "Accept: text/html"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"X-Forwarded-For: {forwarded}"] if forwarded else []
    if method == "POST":
        kind = "application/json" if json else "application/x-www-form-urlencoded"
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(json or form)}"]
        lines += [f"Origin: http://{HOST}", f"Referer: http://{HOST}/"]
    return "\r\n".join([*lines, "", json or form]).encode()


def load(port: int, master: int, make: Callable[[int], bytes], seconds: float) -> Figures:
    """Keep `CONNECTIONS` requests under way for `seconds`; `make` gives the request of each running number."""
    times: list[float] = []
    statuses: dict[int, int] = {}
    numbers, guard, end = iter(range(10_000_000)), threading.Lock(), time.monotonic() + seconds

    def work() -> None:
        line, own = Line(port), []
        while (started := time.monotonic()) < end:
            with guard:
                number = next(numbers)
            answer = line.ask(make(number))
            own.append((time.monotonic() - started, answer.status))
        with guard:
            for took, status in own:
                times.append(took)
                statuses[status] = statuses.get(status, 0) + 1

    before, started = cpu_seconds(master), time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, cpu = time.monotonic() - started, cpu_seconds(master) - before
    times.sort()
    count = len(times)
    return Figures(
        count / took, times[count // 2] * 1000, times[int(count * 0.95)] * 1000, cpu / count * 1000, statuses
    )


def cpu_seconds(master: int) -> float:
    """Processor time of a process and those it started."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(process.name) == master or int(fields[1]) == master:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / 100

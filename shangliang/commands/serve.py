"""`shangliang serve`: web, live and worker in one command."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress

from shangliang.commands import Failed, keys
from shangliang.kit.parent import SUPERVISED
from shangliang.rulebook import BadBook, book

MOST_ENDS, WITHIN = (
    5,
    60,
)  # so often in so many seconds: it cannot run here, and starting it again does not help
PATIENCE = 5  # seconds for a process to end when it is told to
LOOK_EVERY = 0.2  # seconds
WEB = [sys.executable, "-m", "shangliang.config.run_web"]
WORKER = [sys.executable, "-m", "shangliang.config.run_worker"]
TARGETS = {
    "pages": ("wsgi", "shangliang.config.wsgi:application"),
    "all": ("asgi", "shangliang.config.asgi:application"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.description = __doc__
    parser.add_argument(
        "--demo", action="store_true", help="print the pages of the demo city worth seeing first"
    )
    parser.add_argument(
        "--lan", action="store_true", help="listen on every address, for phones on this network"
    )
    parser.add_argument(
        "--public-demo", action="store_true", help="offer the demo sign-in beyond this machine"
    )
    parser.add_argument("--workers", type=int, default=2, help="web processes (default 2)")
    parser.add_argument(
        "--pages-only", action="store_true", help="pages as WSGI, without live stream and worker"
    )
    parser.add_argument("--worker-only", action="store_true", help="only the worker")


def run(args: argparse.Namespace) -> int:
    """Start the processes, start again what ends, and stop them all when told to."""
    import django

    django.setup()
    if args.worker_only:
        _await_database()
        agree_on_keys()
        os.execv(WORKER[0], WORKER)  # noqa: S606 — ourselves; signals then reach the worker itself
    from django.conf import settings

    host = "0.0.0.0" if args.lan else "127.0.0.1"  # noqa: S104 — asked for by --lan
    _refuse_taken_port(host, settings.PORT)
    _await_database()
    _prepare()
    _hosts(args, settings.PORT)
    os.environ[SUPERVISED] = "1"
    children = [Child(_web(args, host, settings.PORT))]
    if not args.pages_only:
        children.append(Child(WORKER))
    _announce(args, settings.PORT)
    return _wait(children)


def _await_database() -> None:
    """At boot it may come up after us."""
    from django.db import DatabaseError, connection

    for wait in (*range(1, 11), 0):
        try:
            connection.ensure_connection()
            return
        except DatabaseError as error:
            if not wait:
                raise Failed(
                    f"连不上数据库，请检查 DATABASE_URL 和数据库是否已经启动。\n"
                    f"The database cannot be reached; see to DATABASE_URL and whether it runs.\n{error}"
                ) from error
            time.sleep(wait)


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failed(
                f"端口 {port} 已被占用。请先停掉占用它的程序，或换一个端口：make run PORT={port + 1}\n"
                f"Port {port} is taken. Stop the program that uses it, or choose another: make run PORT={port + 1}"
            ) from error


def _prepare() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from shangliang.accounts.queries import is_demo

    free = shutil.disk_usage(settings.HOME).free
    if free < 50 * 1024 * 1024:
        raise Failed(
            f"磁盘快满了（{settings.HOME} 只剩 {free // 1024 // 1024} MB）。请先腾出空间再启动。\n"
            f"The disk is nearly full ({free // 1024 // 1024} MB left at {settings.HOME}). Free some space first."
        )
    try:
        book()
    except BadBook as error:
        raise Failed(
            f"规则册有错，请改好再启动。The rulebook has faults; mend them before starting.\n{error}"
        ) from error
    call_command("migrate", verbosity=0)
    agree_on_keys()
    call_command("collectstatic", verbosity=0, interactive=False)
    if is_demo():
        os.environ["DEMO_NOTICE"] = "1"  # the web processes read it: no page asks the database for it


def agree_on_keys() -> None:
    """No start with other keys than the database was written with."""
    from shangliang.kit.keys import agree

    if agree():
        raise Failed("\n".join(keys.sentences()))


def _hosts(args: argparse.Namespace, port: int) -> None:
    if args.lan:
        address = _own_address()
        os.environ.setdefault("BASE_URL", f"http://{address}:{port}")
        os.environ["ALLOWED_HOSTS"] = f"127.0.0.1,localhost,[::1],{address},{socket.gethostname()}"
    if args.public_demo:
        os.environ["PUBLIC_DEMO"] = "1"
    if args.demo:
        os.environ.setdefault("GALLERY", "1")


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # a documentation address: nothing is sent, the system names our own
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _web(args: argparse.Namespace, host: str, port: int) -> list[str]:
    from django.conf import settings

    interface, target = TARGETS["pages" if args.pages_only else "all"]
    command = [*WEB, "--interface", interface, "--host", host, "--port", str(port)]
    command += ["--workers", str(args.workers), "--respawn-failed-workers", "--respawn-interval", "0.5"]
    command += ["--no-ws", "--log-level", "warning"]
    command += ["--static-path-route", "/static", "--static-path-mount", str(settings.STATIC_ROOT)]
    command += ["--static-path-expires", "31536000", "--workers-kill-timeout", "3", target]
    if interface == "wsgi":
        command[-1:-1] = ["--blocking-threads", "2"]
    return command


def _announce(args: argparse.Namespace, port: int) -> None:
    from shangliang.web.tour import first_addresses

    base = os.environ.get("BASE_URL") or f"http://127.0.0.1:{port}"
    print(f"\n有事好商量 · Shangliang  {base}\n")
    if args.demo:
        for label, path in first_addresses():
            print(f"  {label}\t{base}{path}")
    if args.lan:
        print(
            "\n手机请连同一网络打开上面的地址。没有 https 时：不能录音、不能离线使用。\n"
            "Phones on this network can open the address above. Without https there is no recording and no offline use."
        )
    print("\n按 Ctrl+C 停止。Stop with Ctrl+C.\n", flush=True)


class Child:
    """One of the processes, in a group of its own with all that it starts: they end together."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.ends: deque[float] = deque(maxlen=MOST_ENDS)  # when it ended of itself
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 — ourselves

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def start_again(self) -> bool:
        """Take away what it left behind and start anew; False where it ends again and again."""
        print(f"{self.command[-1]}: {self.process.returncode}", file=sys.stderr, flush=True)
        self._signal(signal.SIGKILL)
        self.ends.append(time.monotonic())
        if len(self.ends) == MOST_ENDS and self.ends[-1] - self.ends[0] < WITHIN:
            return False
        self.process = self._started()
        return True

    def tell(self) -> None:
        """Tell it to end."""
        self.process.terminate()

    def stop(self) -> None:
        """See to it that it has ended, with all that it started."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def _wait(children: list[Child]) -> int:
    """Look after them until told to stop; not 0 when one cannot be kept alive."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for each in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # also where a shell started us in the background, deaf to the first
        signal.signal(each, stop)
    try:
        while all(child.start_again() for child in children if child.has_ended):
            time.sleep(LOOK_EVERY)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.tell()
        for child in children:
            child.stop()

"""`shangliang serve`: what it looks at before it starts, and with which words it starts the processes.

The server itself, with its pages, is met in tests/serving.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from shangliang.accounts.actions import mark_installation
from shangliang.commands import Failed, parser_for, serve
from shangliang.kit import clock
from shangliang.rulebook import BadBook
from shangliang.rulebook.findings import Finding

Usage = namedtuple("Usage", "total used free")  # as shutil gives it


def asked(*words: str) -> argparse.Namespace:
    return parser_for("serve").parse_args(list(words))


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_taken_port_is_said_with_another_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failed, match=f"端口 {port} 已被占用.*PORT={port + 1}"):
            serve._refuse_taken_port("127.0.0.1", port)
    serve._refuse_taken_port("127.0.0.1", port)


@pytest.mark.parametrize(("megabytes", "is_refused"), [(49, True), (50, False)])
@pytest.mark.django_db
def test_a_full_disk_is_refused_before_anything_starts(
    megabytes: int, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, megabytes * 1024 * 1024))
    monkeypatch.setattr("django.core.management.call_command", lambda name, **options: done.append(name))
    if is_refused:
        with pytest.raises(Failed, match="磁盘快满了"):
            serve._prepare()
    else:
        serve._prepare()
    assert done == ([] if is_refused else ["migrate", "collectstatic"])


def test_a_faulty_rulebook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def bad() -> None:
        raise BadBook([Finding("unused", "flow.toml", "topics.ack_days", details={"stage": "topics"})])

    monkeypatch.setattr(serve, "book", bad)
    with pytest.raises(Failed, match="规则册有错(?s:.*)flow.toml › topics.ack_days"):
        serve._prepare()


@pytest.mark.django_db
@pytest.mark.parametrize("is_demo", [True, False])
def test_the_pages_say_that_it_is_a_demo_where_the_database_says_so(
    is_demo: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.environ.pop("DEMO_NOTICE", None)
    monkeypatch.setattr("django.core.management.call_command", lambda name, **options: None)
    mark_installation(is_demo=is_demo, at=clock.now())
    serve._prepare()
    assert os.environ.get("DEMO_NOTICE") == ("1" if is_demo else None)


def test_on_a_network_phones_find_it_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "_own_address", lambda: "192.0.2.7")
    for name in ("BASE_URL", "ALLOWED_HOSTS", "PUBLIC_DEMO"):
        os.environ.pop(name, None)
    serve._hosts(asked(), 8000)
    assert not {"BASE_URL", "ALLOWED_HOSTS", "PUBLIC_DEMO"} & set(os.environ)
    serve._hosts(asked("--lan", "--public-demo"), 8001)
    assert os.environ["BASE_URL"] == "http://192.0.2.7:8001"
    assert os.environ["ALLOWED_HOSTS"].split(",")[:4] == ["127.0.0.1", "localhost", "[::1]", "192.0.2.7"]
    assert os.environ["PUBLIC_DEMO"] == "1"
    os.environ["BASE_URL"] = "https://own.example"
    serve._hosts(asked("--lan"), 8001)
    assert os.environ["BASE_URL"] == "https://own.example", "an address that was given stays"


def test_its_own_address_is_one_of_this_machine() -> None:
    with socket.socket() as probe:
        probe.bind((serve._own_address(), 0))


def test_everything_runs_behind_one_port(settings: LazySettings) -> None:
    command = serve._web(asked("--workers", "3"), "127.0.0.1", 8000)
    assert command[:3] == [sys.executable, "-m", "shangliang.config.run_web"]
    assert command[-1] == "shangliang.config.asgi:application"
    words = " ".join(command)
    assert "--interface asgi --host 127.0.0.1 --port 8000 --workers 3" in words
    assert f"--static-path-route /static --static-path-mount {settings.STATIC_ROOT}" in words
    assert "--blocking-threads" not in words


def test_pages_alone_run_as_wsgi() -> None:
    command = serve._web(asked("--pages-only"), "192.0.2.7", 8000)
    assert command[-3:] == ["--blocking-threads", "2", "shangliang.config.wsgi:application"]
    assert "--interface wsgi --host 192.0.2.7" in " ".join(command)


@pytest.mark.django_db
def test_it_says_where_it_can_be_opened(capsys: pytest.CaptureFixture[str]) -> None:
    os.environ["BASE_URL"] = "https://shangliang.example"
    serve._announce(asked(), 8000)
    plain = capsys.readouterr().out
    assert "有事好商量 · Shangliang  https://shangliang.example\n" in plain
    assert "没有 https 时" not in plain
    assert plain.rstrip().endswith("按 Ctrl+C 停止。Stop with Ctrl+C.")
    del os.environ["BASE_URL"]
    serve._announce(asked("--lan", "--demo"), 8001)
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8001" in said
    assert "没有 https 时：不能录音" in said


def child(program: str) -> serve.Child:
    return serve.Child([sys.executable, "-c", program])


def sleeping() -> serve.Child:
    return child("import time; time.sleep(60)")


def has_ended(one: serve.Child) -> bool:
    return one.process.poll() is not None


@pytest.fixture
def _signals() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def tell_soon(number: int = signal.SIGTERM, seconds: float = 0.5) -> subprocess.Popen[bytes]:
    """Somebody who tells this process to stop, a little later."""
    told = f"import os, time; time.sleep({seconds}); os.kill({os.getpid()}, {int(number)})"
    return subprocess.Popen([sys.executable, "-c", told])


@pytest.mark.usefixtures("_signals")
def test_a_process_that_ends_is_started_again_and_the_others_go_on() -> None:
    other, ended = sleeping(), sleeping()
    was = other.process.pid, ended.process.pid
    ended.process.kill()
    teller = tell_soon(seconds=2)
    assert serve._wait([other, ended]) == 0
    assert other.process.pid == was[0]
    assert ended.process.pid != was[1]
    assert has_ended(other)
    assert has_ended(ended)
    teller.wait(5)


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize("code", [3, 0])
def test_what_cannot_run_here_is_not_started_for_ever(code: int, capfd: pytest.CaptureFixture[str]) -> None:
    other, ending = sleeping(), child(f"raise SystemExit({code})")
    assert serve._wait([other, ending]) == 1
    assert has_ended(other)
    assert capfd.readouterr().err.count(f"raise SystemExit({code}): {code}") == serve.MOST_ENDS


@pytest.mark.usefixtures("_signals")
def test_what_a_process_has_started_ends_with_it() -> None:
    """A server that was killed leaves workers that keep the port."""
    grandchild = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    read, write = os.pipe()
    keep = os.dup(1)
    os.dup2(write, 1)
    parent = child(grandchild)
    os.dup2(keep, 1)
    pid = int(os.read(read, 20))
    parent.process.kill()
    parent.process.wait(5)
    os.kill(pid, 0)  # it lives
    parent.ends.extend([time.monotonic()] * serve.MOST_ENDS)
    assert not parent.start_again()
    until = time.monotonic() + 5
    while _lives(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(pid)
    for each in (read, write, keep):
        os.close(each)


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_all_and_that_is_well(number: signal.Signals) -> None:
    children = [sleeping(), sleeping()]
    teller = tell_soon(number)
    assert serve._wait(children) == 0
    assert [has_ended(one) for one in children] == [True, True]
    teller.wait(5)


@pytest.mark.usefixtures("_signals")
def test_what_does_not_hear_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PATIENCE", 0.2)
    deaf = child("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)")
    time.sleep(0.5)
    teller = tell_soon()
    assert serve._wait([deaf]) == 0
    assert deaf.process.returncode == -signal.SIGKILL
    teller.wait(5)

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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command: commands.append(command))
    return commands


def test_everything_runs_behind_one_port(started: list[list[str]], settings: LazySettings) -> None:
    serve._web(asked("--workers", "3"), "127.0.0.1", 8000)
    (command,) = started
    assert command[:3] == [sys.executable, "-m", "granian"]
    assert command[-1] == "shangliang.config.asgi:application"
    words = " ".join(command)
    assert "--interface asgi --host 127.0.0.1 --port 8000 --workers 3" in words
    assert f"--static-path-route /static --static-path-mount {settings.STATIC_ROOT}" in words
    assert "--blocking-threads" not in words


def test_pages_alone_run_as_wsgi(started: list[list[str]]) -> None:
    serve._web(asked("--pages-only"), "192.0.2.7", 8000)
    (command,) = started
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


def sleeping() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


@pytest.fixture
def _signals() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize(("code", "status"), [(3, 3), (0, 1)])
def test_when_one_process_ends_all_end_and_that_is_a_failure(code: int, status: int) -> None:
    other = sleeping()
    ended = subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"])
    assert serve._wait([other, ended]) == status
    assert other.poll() is not None


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_all_and_that_is_well(number: signal.Signals) -> None:
    processes = [sleeping(), sleeping()]
    teller = subprocess.Popen(
        [sys.executable, "-c", f"import os, time; time.sleep(0.5); os.kill({os.getpid()}, {int(number)})"]
    )
    assert serve._wait(processes) == 0
    assert [process.poll() is not None for process in processes] == [True, True]
    teller.wait(5)


@pytest.mark.usefixtures("_signals")
def test_what_does_not_hear_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    assert deaf.stdout is not None
    deaf.stdout.readline()
    wait = deaf.wait
    monkeypatch.setattr(deaf, "wait", lambda seconds=None: wait(0.2))
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(2)"])
    assert serve._wait([deaf, ended]) == 2
    assert wait(5) == -signal.SIGKILL
    deaf.stdout.close()

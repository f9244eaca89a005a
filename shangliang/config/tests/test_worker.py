"""The worker after a crash, beside a second one, and while the database is away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection

from shangliang.config import alone, rounds, worker
from shangliang.kit import clock, heartbeat
from tests import databases

HOLDER = """
import os, sys, time, django
django.setup()
from shangliang.config.alone import alone
with alone("pulse") as is_free:
    print(is_free, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def _home(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def other(migrated_environ: dict[str, str], settings: LazySettings) -> Iterator[subprocess.Popen[str]]:
    """A second worker on the same folder, that is in the middle of a round."""
    settings.HOME = Path(migrated_environ["SHANGLIANG_HOME"])
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env={**migrated_environ, "DJANGO_SETTINGS_MODULE": "shangliang.config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.slow
@pytest.mark.one_engine
@pytest.mark.django_db(transaction=True)
def test_one_round_at_a_time_and_a_killed_worker_leaves_nothing_locked(other: subprocess.Popen[str]) -> None:
    if databases.is_postgresql():
        pytest.skip("its lock is held by a connection, see below")
    with alone.alone("pulse") as is_free:
        assert not is_free
    with alone.alone("night") as is_free:
        assert is_free, "another kind of round"
    os.kill(other.pid, signal.SIGKILL)
    other.wait(5)
    with alone.alone("pulse") as is_free:
        assert is_free


@pytest.mark.django_db(transaction=True)
def test_on_postgresql_the_lock_goes_with_the_connection() -> None:
    if not databases.is_postgresql():
        pytest.skip("a file's lock, see above")
    with _another() as other:
        assert _take(other)
        with alone.alone("pulse") as is_free:
            assert not is_free
    for _ in range(100):  # the server hears a little later that the other has gone
        with alone.alone("pulse") as is_free:
            if is_free:
                break
        time.sleep(0.05)
    with alone.alone("pulse") as is_free:
        assert is_free
        with _another() as third:
            assert not _take(third)
    with _another() as third:
        assert _take(third), "given back at the end of the round"


def _another() -> psycopg.Connection:
    known = connection.get_connection_params()
    where = {name: known[name] for name in ("dbname", "user", "password", "host", "port") if name in known}
    return psycopg.connect(**where, autocommit=True)


def _take(other: psycopg.Connection) -> bool:
    number = alone.number("pulse")
    return bool(other.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()[0])  # type: ignore[index]


@pytest.mark.usefixtures("_home")
@pytest.mark.django_db(transaction=True)
def test_after_the_database_was_started_again_the_next_round_is_done() -> None:
    """Its connections are dead then; once, the worker never came back."""

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    assert worker._round("pulse", look)
    if databases.is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with _another() as other:
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        worker._round("pulse", look)  # may find the dead one
    assert worker._round("pulse", look)


@pytest.mark.usefixtures("_home")
@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_the_worker_waits_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    def away() -> None:
        raise OperationalError("no route to it")

    assert not worker._round("pulse", away)
    assert "tried again in a minute" in caplog.text
    done: list[int] = []
    assert worker._round("pulse", lambda: done.append(1))
    assert done == [1]


@pytest.mark.usefixtures("_home")
@pytest.mark.django_db(transaction=True)
def test_one_step_that_fails_stops_no_other_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed: list[datetime] = []
    monkeypatch.setattr(rounds, "deliver", lambda now: 1 / 0)
    monkeypatch.setattr(rounds, "seal", sealed.append)
    rounds.pulse()
    assert len(sealed) == 1
    beat = heartbeat.last()
    assert beat is not None
    assert (dict(beat.failed), beat.is_well) == ({"messages": "ZeroDivisionError"}, False)


@pytest.mark.usefixtures("_home")
@pytest.mark.django_db(transaction=True)
def test_a_round_without_fault_is_a_sign_of_life() -> None:
    assert heartbeat.last() is None
    rounds.pulse()
    beat = heartbeat.last()
    assert beat is not None
    assert beat.is_well
    old = time.time() - heartbeat.SILENT - 1
    os.utime(heartbeat.path(), (old, old))
    beat = heartbeat.last()
    assert beat is not None
    assert not beat.is_well


def test_a_sign_that_cannot_be_written_stops_nothing(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "no such folder"
    heartbeat.beat({})
    assert heartbeat.last() is None


@pytest.mark.usefixtures("_home")
@pytest.mark.django_db(transaction=True)
def test_the_night_is_chinas_once_and_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """03:17 in China is 19:17 UTC of the day before."""
    done: list[str] = []
    for name in ("topics", "sortition", "feedback"):
        monkeypatch.setattr(getattr(rounds, name), "retain", lambda now, name=name: done.append(name))

    def at(moment: datetime) -> bool:
        monkeypatch.setattr(clock, "unpinned", lambda: moment)
        return rounds.night_is_due()

    night = datetime(2026, 11, 22, 19, 17, tzinfo=UTC)
    assert not at(night - timedelta(minutes=1))
    assert at(night)
    rounds.night()
    assert sorted(done) == ["feedback", "sortition", "topics"]
    os.utime(rounds._last_night(), (night.timestamp(), night.timestamp()))
    assert not at(night + timedelta(hours=20)), "once"
    assert at(night + timedelta(days=1, hours=6)), "off at night: made up for in the morning"
    assert not at(night + timedelta(hours=23, minutes=59))

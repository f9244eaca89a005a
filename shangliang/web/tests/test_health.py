"""What proxies and monitors are told."""

from __future__ import annotations

import os
import shutil
import time
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from shangliang.events.models import Event, Failure
from shangliang.kit import clock, heartbeat

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")  # as shutil gives it


@pytest.fixture(autouse=True)
def _well(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    heartbeat.beat({})


def told(path: str) -> tuple[int, dict[str, bool]]:
    answer = Client().get(path)
    return answer.status_code, answer.json()


def ill(path: str) -> tuple[int, set[str]]:
    status, found = told(path)
    return status, {name for name, is_well in found.items() if not is_well}


def event(**facts: object) -> Event:
    row = {"kind": "topic.opened", "subject_kind": "topic", "subject_no": "1", "at": clock.now()} | facts
    return Event.objects.create(**row)


def test_all_is_well() -> None:
    assert told("/healthz") == (200, {"database": True, "worker": True, "disk": True})
    assert told("/healthz/all") == (200, {"database": True, "worker": True, "disk": True, "backlog": True})


def test_pages_are_served_without_the_worker_and_somebody_should_look() -> None:
    old = time.time() - heartbeat.SILENT - 5
    os.utime(heartbeat.path(), (old, old))
    assert ill("/healthz") == (200, {"worker"})
    assert ill("/healthz/all") == (503, {"worker"})
    heartbeat.path().unlink()
    assert ill("/healthz/all") == (503, {"worker"})


def test_a_step_that_fails_again_and_again_is_told() -> None:
    heartbeat.beat({"seal": "ValueError"})
    assert ill("/healthz/all") == (503, {"worker"})


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, 1))
    assert ill("/healthz") == (200, {"disk"})
    assert ill("/healthz/all") == (503, {"disk"})


def test_work_that_lies_too_long_is_told() -> None:
    event()
    event(at=clock.now() - timedelta(hours=1), held_until=clock.now() + timedelta(minutes=1))
    assert ill("/healthz/all") == (200, set()), "fresh, and held back while it can be taken back"
    event(at=clock.now() - timedelta(minutes=11))
    assert ill("/healthz/all") == (503, {"backlog"})


def test_a_reaction_that_fails_is_told() -> None:
    Failure.objects.create(event=event(), reaction="x", tries=1, error="x", next_try_at=clock.now())
    assert ill("/healthz/all") == (503, {"backlog"})

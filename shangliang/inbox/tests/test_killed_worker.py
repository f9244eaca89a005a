"""A worker killed at any moment: nothing is lost, and nothing is knowingly sent twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

MESSAGES = 240
KILLS = 6

pytestmark = pytest.mark.slow

WRITE = f"""
import django; django.setup()
from shangliang.inbox.actions import notify_slip, reach
from shangliang.inbox.states import ChannelKind
from shangliang.inbox.tests.factories import noon
for number in range({MESSAGES}):
    ref = f"submission:2026-{{number:06d}}"
    reach(ref, ChannelKind.SMS, "13800001111")
    notify_slip(ref, kind="x", title="已受理", urgent=True, at=noon(), dedupe="event:1")
"""

DELIVER = """
import sys
import django; django.setup()
from datetime import timedelta
from shangliang.inbox.tasks import deliver
from shangliang.inbox.tests.factories import noon
print("ready", flush=True)
now = noon() + timedelta(minutes=int(sys.argv[1]))
while deliver(now):
    pass
"""

COUNT = """
import json
import django; django.setup()
from shangliang.inbox.models import Message
rows = Message.objects.filter(recipient__channel="sms").values_list("pk", "state")
print(json.dumps({f"message-{pk}": state for pk, state in rows}))
"""


def start(code: str, surroundings: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], env=surroundings, stdout=subprocess.PIPE, text=True
    )


def run(code: str, surroundings: dict[str, str], *words: str) -> str:
    with start(code, surroundings, *words) as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return said


def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(
    migrated_environ: dict[str, str], tmp_path: Path
) -> None:
    home = migrated_environ
    run(WRITE, home)
    chance = random.Random(7)
    for _ in range(KILLS):
        with start(DELIVER, home, "0") as worker:
            assert worker.stdout is not None
            worker.stdout.readline()
            try:
                worker.wait(chance.uniform(0.02, 0.25))
            except subprocess.TimeoutExpired:
                worker.kill()
    run(DELIVER, home, "30")

    states: dict[str, str] = json.loads(run(COUNT, home))
    lines = (tmp_path / "outbox.jsonl").read_text("utf-8").splitlines()
    written = Counter(json.loads(line)["key"] for line in lines)
    assert len(states) == MESSAGES
    assert set(states.values()) <= {"kept", "unknown"}
    assert max(written.values()) == 1
    assert {key for key, state in states.items() if state == "kept"} <= set(written)
    assert list(states.values()).count("unknown") <= KILLS  # one for each kill at most

"""Server and worker are killed with -9 at random moments: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 6
LONGEST_LIFE = 1.5  # seconds after the first acknowledgement

FILL = """
from shangliang.outcomes.tests.factories import areas, room
from shangliang.accounts.models import Grant, User
import datetime
placed = areas()
room("100001", placed["321102001001"])
clerk = User.objects.create(username="clerk")
Grant.objects.create(user=clerk, role="clerk", room_no="100001", from_on=datetime.date(2020, 1, 1))
"""
LOOK = """
import json
from collections import Counter
from shangliang.events.tasks import react
from shangliang.events.models import Done, Event
from shangliang.events.tasks import name_of
from shangliang.events.actions import reactions
from shangliang.events.kinds import Kind
from shangliang.inbox.models import Message
from shangliang.inbox.tasks import deliver
from shangliang.kit import clock
from shangliang.ledger.models import Entry
from shangliang.ledger.verifying import verify
from shangliang.ledger.tasks import seal
from shangliang.topics.models import Submission
from shangliang.clocks.models import Clock
while react(clock.now()):
    pass
deliver(clock.now())
seal(clock.now())
report = verify()
wanted = sum(len(reactions().get(Kind(kind), ())) for kind in Event.objects.values_list("kind", flat=True))
print(json.dumps({
    "submissions": list(Submission.objects.values_list("pk", flat=True)),
    "entries": list(Entry.objects.filter(event="submission.received").values_list("subject_no", flat=True)),
    "clocks": Clock.objects.filter(subject_kind="submission", stopped_at=None).count(),
    "open_events": Event.objects.filter(is_open=True).count(),
    "done": Done.objects.count(), "wanted": wanted,
    "messages": dict(Counter(Message.objects.values_list("state", flat=True))),
    "faults": list(report.faults), "sealed": report.sealed, "all": report.entries,
}))
"""


def run(environ: dict[str, str], *words: str, script: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "shangliang.commands", "manage", *words],
        input=script,
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(environ: dict[str, str], part: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.loop", part],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(migrated_environ: dict[str, str]) -> None:
    environ = migrated_environ
    run(environ, "shell", "-v", "0", "-c", FILL)
    chance = random.Random(20261123)
    acknowledged: list[int] = []
    for _ in range(ROUNDS):
        web, worker = start(environ, "web"), start(environ, "worker")
        assert web.stdout is not None
        first = web.stdout.readline()
        time.sleep(chance.uniform(0.05, LONGEST_LIFE))
        for process in chance.sample([web, worker], 2):
            process.send_signal(signal.SIGKILL)
        rest, _ = web.communicate()
        worker.communicate()
        lines = [line for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
        acknowledged += [int(line.split()[0]) for line in lines]
    found = json.loads(run(environ, "shell", "-v", "0", "-c", LOOK).splitlines()[-1])
    assert len(acknowledged) >= ROUNDS
    assert set(acknowledged) <= set(found["submissions"])
    assert max(Counter(found["entries"]).values()) == 1
    assert len(found["entries"]) == len(found["submissions"])
    assert found["clocks"] == 2 * len(found["submissions"])
    assert found["open_events"] == 0
    assert found["done"] == found["wanted"]
    assert found["faults"] == []
    assert found["sealed"] == found["all"]
    outbox = Path(environ["SHANGLIANG_HOME"]) / "outbox.jsonl"
    if outbox.exists():
        keys = [
            json.loads(line)["key"] for line in outbox.read_text("utf-8").splitlines() if line.endswith("}")
        ]
        assert max(Counter(keys).values(), default=0) <= 1

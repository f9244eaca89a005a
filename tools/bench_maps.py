"""Measures whether a map of millions of votes delays small ones, behind the real worker.

Usage: bench_maps.py [--votes 5000000] [--polls 100] [--seconds 60]
A hundred small polls get a vote each every two seconds; how long until each map holds it is measured twice, alone and
beside a poll of millions that gets votes too. Made-up votes of two camps, SQLite, a home that is thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import ROOT
from say import run, say

FILL = """
import random
from datetime import timedelta
from django.db import connection, transaction
from shangliang.kit import clock, ids
from shangliang.opinions.models import Poll, Statement, Voter
votes, polls = {votes}, {polls}
now = clock.now() - timedelta(minutes=5)
rng = random.Random(1)

def fill(people, count, share):
    poll = Poll.objects.create(key=ids.new_key(), question="bench", state="open", desk_path="32/", opened_at=now)
    rows = Statement.objects.bulk_create(Statement(poll=poll, text=str(n), state="shown") for n in range(count))
    who = Voter.objects.bulk_create(
        (Voter(poll=poll, token_hash=ids.new_key() * 2, kind="present", joined_at=now) for n in range(people)),
        batch_size=5000,
    )
    def cells():
        for place, voter in enumerate(who):
            side = 1 if place % 2 else -1
            for row in rng.sample(rows, share):
                value = side * (1 if row.pk % 2 else -1) if rng.random() < 0.8 else rng.choice((-1, 0, 1))
                yield poll.pk, voter.pk, row.pk, value, now
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO opinions_vote (poll_id, voter_id, statement_id, value, at) VALUES (%s, %s, %s, %s, %s)",
            cells(),
        )

for _ in range(polls):
    fill(40, 12, 10)
if votes:
    fill(votes // 50, 500, 50)
"""
CAST = """
import json, time
from django.db import transaction
from django.db.models import F
from shangliang.config import worker
from shangliang.kit import clock
from shangliang.opinions.models import OpinionMap, Poll, Vote

def maps():
    rows = OpinionMap.objects.exclude(drawn_at=None).values_list("poll_id", "votes_until", "drawn_at", "seconds")
    return {row[0]: row for row in rows}

polls = list(Poll.objects.filter(question="bench").order_by("pk"))
begun = time.monotonic()
while len(maps()) < len(polls):
    worker.wake()
    time.sleep(0.5)
    if time.monotonic() - begun > 600:
        raise SystemExit("no maps")
first = time.monotonic() - begun
small = [poll.pk for poll in polls[: {polls}]]
one = {poll.pk: Vote.objects.filter(poll=poll).first().pk for poll in polls}
cast, waits = {}, []
until = time.monotonic() + {seconds}
while time.monotonic() < until:
    at = clock.now()
    with transaction.atomic():
        Vote.objects.filter(pk__in=one.values()).update(value=-F("value"), at=at)
    for poll in small:
        cast.setdefault(poll, at)
    worker.wake()
    end = time.monotonic() + 2
    while time.monotonic() < end:
        time.sleep(0.1)
        for poll, row in maps().items():
            if poll in cast and row[1] >= cast[poll]:
                waits.append((row[2] - cast.pop(poll)).total_seconds())
waits += [(clock.now() - at).total_seconds() for at in cast.values()]
waits.sort()
large = [row[3] for key, row in maps().items() if key not in small]
print(json.dumps([first, waits[len(waits) // 2], waits[int(len(waits) * 0.95)], waits[-1], len(waits), large]))
"""


def measured(votes: int, polls: int, seconds: int) -> tuple[float, ...]:
    """First maps in, median, 95th percentile and longest wait of the small ones, and the large map's seconds."""
    with tempfile.TemporaryDirectory(prefix="shangliang-bench-") as home:
        environ = {**os.environ, "SHANGLIANG_HOME": home, "DATABASE_URL": "", "BASE_URL": "http://127.0.0.1"}
        environ |= {"DEBUG": "0", "SECOND_FACTOR": "0", "PYTHONPATH": str(ROOT)}
        manage = [sys.executable, "-m", "shangliang.commands", "manage"]

        def shell(code: str) -> str:
            for name, value in {"votes": votes, "polls": polls, "seconds": seconds}.items():
                code = code.replace(f"{{{name}}}", str(value))
            path = Path(home) / "code.py"
            path.write_text(code)
            line = f"exec(open({str(path)!r}).read(), globals())"
            ended = subprocess.run(
                [*manage, "shell", "-v", "0", "-c", line],
                cwd=ROOT,
                env=environ,
                capture_output=True,
                text=True,
            )
            if ended.returncode:
                raise SystemExit(ended.stderr)
            return ended.stdout

        subprocess.run([*manage, "migrate", "-v", "0"], cwd=ROOT, env=environ, check=True)
        shell(FILL)
        worker = subprocess.Popen(
            [sys.executable, "-m", "shangliang.config.run_worker"],
            cwd=ROOT,
            env=environ,
            stderr=subprocess.DEVNULL,
        )
        try:
            first, middle, most, longest, count, large = json.loads(shell(CAST))
        finally:
            worker.terminate()
            worker.wait(30)
    return first, middle, most, longest, count, large[0] if large else 0.0


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--votes", type=int, default=5_000_000)
    reader.add_argument("--polls", type=int, default=100)
    reader.add_argument("--seconds", type=int, default=60)
    asked = reader.parse_args()
    print(
        f"{'seconds until a vote is on the map':<40}{'first':>8}{'median':>8}{'p95':>8}{'longest':>9}{'n':>7}{'large':>8}"
    )
    found = []
    for votes in (0, asked.votes):
        say(f"{asked.polls} 个小征集，旁边 {votes} 个表态", f"{asked.polls} small polls beside {votes} votes")
        found.append(measured(votes, asked.polls, asked.seconds))
        first, middle, most, longest, count, large = found[-1]
        name = f"{asked.polls} small polls" + (f" beside {votes:,} votes" if votes else "")
        print(f"{name:<40}{first:>8.1f}{middle:>8.2f}{most:>8.2f}{longest:>9.2f}{count:>7.0f}{large:>8.1f}")
    print(f"{'the large one delays the longest wait by':<40}{found[1][3] - found[0][3]:>33.2f}")


if __name__ == "__main__":
    run(main)

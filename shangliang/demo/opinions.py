"""What people think at the session that is going on: a poll of two camps and a few undecided, all invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from shangliang.access.actor import Actor
from shangliang.deliberations.actions import asking
from shangliang.deliberations.models import Deliberation
from shangliang.kit import ids
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.models import Poll
from shangliang.opinions.states import Choice, VoterClass

# A statement, and how likely each camp agrees: those who want it done at once, those who fear what it costs.
STATEMENTS = (
    ("这件事拖得太久了，今年一定要办", 0.95, 0.40),
    ("花的钱，业主和集体各出一部分", 0.80, 0.15),
    ("先用公共收益，不够再商量", 0.35, 0.90),
    ("先试三个月，好用再定下来", 0.60, 0.80),
    ("动工之前，每家每户都要先听到", 0.90, 0.97),
    ("由居委会牵头，几家单位一起办", 0.90, 0.55),
    ("有老人、有孩子的楼先办", 0.85, 0.30),
    ("办完以后，花了多少钱要贴出来", 0.97, 0.98),
    ("宁可慢一点，也不要向大家收钱", 0.10, 0.92),
    ("请专业的人来看过再动手", 0.70, 0.75),
)
PEOPLE = {VoterClass.SEAT: 12, VoterClass.PRESENT: 31, VoterClass.OPEN: 9}
UNSURE, SILENT = 0.08, 0.12


def ask(deliberation: Deliberation, clerk: Actor, rng: Random, at: datetime) -> Poll:
    """The poll with its votes; the worker draws the map."""
    poll = asking.ask(deliberation=deliberation, actor=clerk, at=at)
    polls.seed(poll=poll, texts=[text for text, *_ in STATEMENTS], actor=clerk, at=at)
    polls.settle(poll=poll, takes_open=True, shows_unreviewed=False, actor=clerk, at=at)
    polls.open_poll(poll=poll, actor=clerk, at=at)
    seats = iter(polls.print_seats(poll=poll, count=PEOPLE[VoterClass.SEAT], actor=clerk, at=at))
    poll.refresh_from_db()
    kinds = [kind for kind, count in PEOPLE.items() for _ in range(count)]
    statements = list(poll.statements.order_by("pk"))
    for number, kind in enumerate(kinds):
        moment = at + timedelta(seconds=5 * number)
        seat = next(seats) if kind is VoterClass.SEAT else ""
        voter = voting.join(poll=poll, kind=kind, token=ids.new_key(), seat=seat, at=moment)
        camp, votes = 1 if rng.random() < 0.55 else 2, {}
        for row, chances in zip(statements, STATEMENTS, strict=True):
            if rng.random() >= SILENT:
                agrees = rng.random() < float(chances[camp])
                value = Choice.PASS if rng.random() < UNSURE else Choice.AGREE if agrees else Choice.DISAGREE
                votes[row.pk] = value.value
        voting.cast(voter=voter, votes=votes, at=moment)
    return poll

"""Polls for tests: eight statements about parking, and two camps who differ on all but one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from django.db import transaction

from shangliang.access.actor import SYSTEM
from shangliang.access.desk import OnDesk
from shangliang.accounts.tests.factories import ROOM
from shangliang.kit import ids
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.models import Poll, Voter
from shangliang.opinions.states import VoterClass

NOW = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
DESK = cast(OnDesk, SimpleNamespace(desk_path="", desk_room_no=ROOM, is_embargoed=False))
TEXTS = (
    "停车费应当由业主定",
    "车位先到先得",
    "夜里留出消防通道",
    "外来车辆收费",
    "装两个充电桩",
    "路口装监控",
    "草坪改车位",
    "晚上十点后不收费",
)


def make_poll(*, is_open: bool = True, takes_open: bool = True, texts: tuple[str, ...] = TEXTS) -> Poll:
    with transaction.atomic():  # as a step of the session's own act
        poll = polls.prepare(desk=DESK, question="小区停车怎么办", actor=SYSTEM, at=NOW)
    polls.seed(poll=poll, texts=texts, actor=SYSTEM, at=NOW)
    polls.settle(poll=poll, takes_open=takes_open, shows_unreviewed=False, actor=SYSTEM, at=NOW)
    if is_open:
        polls.open_poll(poll=poll, actor=SYSTEM, at=NOW)
    poll.refresh_from_db()
    return poll


def camps(poll: Poll, people: int = 24, kind: VoterClass = VoterClass.PRESENT) -> list[Voter]:
    """Two camps that agree on one statement only."""
    voters = []
    shown = list(poll.statements.order_by("pk"))
    for number in range(people):
        voter = voting.join(poll=poll, kind=kind, token=ids.new_key(), at=NOW)
        side = 1 if number % 2 else -1
        votes = {
            row.pk: (1 if place == 2 else side * (1 if place % 2 else -1)) for place, row in enumerate(shown)
        }
        voting.cast(voter=voter, votes=votes, at=NOW + timedelta(seconds=number))
        voters.append(voter)
    return voters

"""Who may keep a poll: every role tries every act on a poll and its statements, and these alone succeed."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from shangliang.access.actor import Actor
from shangliang.access.desk import OnDesk
from shangliang.access.roles import Role
from shangliang.accounts.tests.who_may import everybody, who_may
from shangliang.opinions.actions import polls
from shangliang.opinions.models import Poll, Statement
from shangliang.opinions.tests.polls import NOW, make_poll

pytestmark = pytest.mark.django_db
R = Role
PATH, ROOM_NO = "32/3211/321102/321102001/321102001001/", "100001"
DESK = cast(OnDesk, SimpleNamespace(desk_path=PATH, desk_room_no=ROOM_NO, is_embargoed=False))
KEEP = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
QUIET = {"settle", "seed", "word", "set_meta"}  # the ledger has no row of them


def poll_of(*, is_open: bool) -> Poll:
    poll = make_poll(is_open=is_open)
    Poll.objects.filter(pk=poll.pk).update(desk_path=PATH, desk_room_no=ROOM_NO)
    poll.refresh_from_db()
    return poll


def acts(is_open: bool) -> dict[str, Callable[[Poll, Statement, Actor], object]]:
    if not is_open:
        return {
            "prepare": lambda poll, row, who: polls.prepare(desk=DESK, question="停车", actor=who, at=NOW),
            "open": lambda poll, row, who: polls.open_poll(poll=poll, actor=who, at=NOW),
        }
    return {
        "close": lambda poll, row, who: polls.close_poll(poll=poll, actor=who, at=NOW),
        "settle": lambda poll, row, who: polls.settle(
            poll=poll, takes_open=False, shows_unreviewed=False, actor=who, at=NOW
        ),
        "seed": lambda poll, row, who: polls.seed(poll=poll, texts=["再加一句话"], actor=who, at=NOW),
        "print_seats": lambda poll, row, who: polls.print_seats(poll=poll, count=2, actor=who, at=NOW),
        "leave_out": lambda poll, row, who: polls.review(statement=row, shown=False, actor=who, at=NOW),
        "word": lambda poll, row, who: polls.word(statement=row, text="停车费由业主来定", actor=who, at=NOW),
        "set_meta": lambda poll, row, who: polls.set_meta(statement=row, is_meta=True, actor=who, at=NOW),
        "count_hands": lambda poll, row, who: polls.count_hands(
            statement=row, agree=1, disagree=1, passed=1, actor=who, at=NOW
        ),
    }


@pytest.mark.parametrize("is_open", [False, True])
def test_on_a_poll(is_open: bool) -> None:
    poll = poll_of(is_open=is_open)
    row = poll.statements.order_by("pk")[0]
    for name, act in acts(is_open).items():
        may = who_may(
            lambda who, act=act: act(poll, row, who),  # type: ignore[misc]
            everybody(ROOM_NO, PATH),
            leaves_a_row=name not in QUIET,
        )
        assert may == KEEP, name

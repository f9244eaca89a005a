"""Random lives of polls and their statements: every act of both tables, by whoever comes along, while people vote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.core.cache import cache

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.accounts.tests.factories import NEIGHBOUR, ROOM
from shangliang.kit import clock
from shangliang.kit.tests.lives import Step, World, dead_ends, leads, live_all
from shangliang.ledger.models import Entry
from shangliang.opinions import queries
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.models import HandCount, Poll, SeatCode, Statement
from shangliang.opinions.permissions import role_over
from shangliang.opinions.states import MACHINES, POLL, STATEMENT, Part, PollState, StatementState, VoterClass
from shangliang.opinions.tests.polls import NOW, TEXTS, make_poll

pytestmark = pytest.mark.django_db

P, S = PollState, StatementState
Try = Callable[["Life", Actor, datetime], object]


@dataclass(frozen=True)
class Life:
    """One poll and what is said in it."""

    poll: Poll
    statements: tuple[Statement, ...] = ()

    def statement(self, act: str) -> Statement | None:
        """One with which `act` is possible now, else any."""
        fitting = (row for row in self.statements if STATEMENT.allows(row, act))
        return next(fitting, self.statements[0] if self.statements else None)


def staff(role: Role, room_no: str = ROOM) -> Actor:
    grant = Grant(role, room_no=room_no)
    return Actor(ActorKind.STAFF, key=f"account:{role.value}", account_id=1, grants=(grant,))


PEOPLE = (
    staff(Role.CLERK),
    staff(Role.FIRST_CONVENER),
    staff(Role.SECOND_CONVENER),
    staff(Role.CLERK, NEIGHBOUR),
    ANONYMOUS,
)


def _p(act: str, do: Try, *unmet: str) -> Step[Life]:
    return Step(POLL, lambda life: life.poll, lambda _: act, do, frozenset(unmet))


def _s(act: str, do: Callable[[Statement, Actor, datetime], object]) -> Step[Life]:
    def on_it(life: Life, who: Actor, at: datetime) -> object:
        row = life.statement(act)
        assert row is not None
        return do(row, who, at)

    return Step(STATEMENT, lambda life: life.statement(act), lambda _: act, on_it)


def _seed(life: Life, who: Actor, at: datetime) -> object:
    texts = [TEXTS[len(life.statements) % len(TEXTS)]]
    return polls.seed(poll=life.poll, texts=texts, actor=who, at=at)


STEPS: dict[str, Step[Life]] = {
    "open": _p(
        "open",
        lambda life, who, at: polls.open_poll(poll=life.poll, actor=who, at=at),
        "no_statement",
    ),
    "close": _p("close", lambda life, who, at: polls.close_poll(poll=life.poll, actor=who, at=at)),
    "seed": _p("seed", _seed),
    "settle": _p(
        "settle",
        lambda life, who, at: polls.settle(
            poll=life.poll, takes_open=True, shows_unreviewed=True, actor=who, at=at
        ),
    ),
    "print seats": _p(
        "print_seats",
        lambda life, who, at: polls.print_seats(poll=life.poll, count=2, actor=who, at=at),
    ),
    "show": _s("show", lambda row, who, at: polls.review(statement=row, shown=True, actor=who, at=at)),
    "leave out": _s(
        "leave_out", lambda row, who, at: polls.review(statement=row, shown=False, actor=who, at=at)
    ),
    "word": _s(
        "word",
        lambda row, who, at: polls.word(statement=row, text=f"{row.pk} 号楼前", actor=who, at=at),
    ),
    "set meta": _s(
        "set_meta", lambda row, who, at: polls.set_meta(statement=row, is_meta=True, actor=who, at=at)
    ),
    "count hands": _s(
        "count_hands",
        lambda row, who, at: polls.count_hands(
            statement=row, agree=7, disagree=1, passed=0, actor=who, at=at
        ),
    ),
}


def may(step: Step[Life], life: Life, who: Actor, at: datetime) -> bool:
    row = step.row(life)
    role_of = role_on_desk if step.machine is POLL else role_over
    return role_of(who, Permission(step.machine.needs(step.act(row))), row) is not None


def again(life: Life) -> Life:
    poll = Poll.objects.get(pk=life.poll.pk)
    statements = tuple(poll.statements.order_by("pk"))
    for row in statements:
        row.poll = poll
    return Life(poll, statements)


def picture(life: Life) -> tuple[object, ...]:
    """Also what people are asked, which is kept for a moment: an act has to take that away."""
    poll = life.poll
    cache.clear()
    for part in Part:
        queries.questions(poll, part)
    return (
        (poll.state, poll.takes_open, poll.shows_unreviewed, poll.opened_at, poll.closed_at),
        list(poll.statements.order_by("pk").values_list("pk", "state", "text", "mark", "is_meta")),
        SeatCode.objects.filter(poll=poll).count(),
        HandCount.objects.filter(statement__poll=poll).count(),
        Entry.objects.count(),
    )


def check(life: Life, act: str) -> None:
    """What people are asked now is what is shown now, word for word; nothing is open that nobody can answer."""
    shown = {row.pk: row.text for row in life.statements if row.state == S.SHOWN}
    marks = {row.pk: row.mark for row in life.statements if row.state == S.SHOWN and row.mark}
    for part in Part:
        asked = queries.questions(life.poll, part)
        assert (asked.texts, asked.marks) == (shown, marks), act
    assert act != "open" or shown
    assert (life.poll.opened_at is not None) == (life.poll.state != P.PREPARED), act
    assert (life.poll.closed_at is not None) >= (life.poll.state == P.CLOSED), act
    for row in life.statements:
        assert row.text in TEXTS or not row.votes.exists(), f"{act}: other words under votes that are there"


WORLD = World(
    machines=MACHINES,
    steps=STEPS,
    people=lambda life: PEOPLE,
    may=may,
    again=again,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
)


def poll(*texts: str, is_open: bool = True) -> Life:
    return again(Life(make_poll(texts=texts, is_open=is_open)))


def answered(life: Life) -> Life:
    """Somebody has voted, and added a thought that waits."""
    voter = voting.join(poll=life.poll, kind=VoterClass.OPEN, token=str(life.poll.pk), at=NOW)
    voting.cast(voter=voter, votes={row.pk: 1 for row in life.statements}, at=NOW)
    voting.add(voter=voter, text=TEXTS[-1], most=3, at=NOW)
    return again(life)


def closed(life: Life) -> Life:
    polls.close_poll(poll=life.poll, actor=PEOPLE[0], at=NOW)
    return again(life)


def left_out(life: Life) -> Life:
    polls.review(statement=life.statements[0], shown=False, actor=PEOPLE[0], at=NOW)
    return again(life)


def starts() -> list[Life]:
    return [
        poll(is_open=False),
        poll(TEXTS[0], is_open=False),
        poll(*TEXTS[:2]),
        answered(poll(*TEXTS[:2])),
        left_out(answered(poll(TEXTS[0]))),
        closed(poll(TEXTS[0])),
        closed(answered(poll(*TEXTS[:3]))),
    ]


FEW = 30  # ten acts


def test_lives_keep_their_promises() -> None:
    with clock.at(NOW):
        everything = starts()
    live_all(WORLD, everything, NOW, few=FEW)


@pytest.mark.one_engine
def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    """By trying, the poll and each of its statements."""
    with clock.at(NOW):
        everything = starts()
    standing = {life.poll.state for life in everything}
    assert standing == {each.value for each in P}
    assert (
        dead_ends(leads(WORLD, everything, lambda life: life.poll.state, NOW), standing, {P.CLOSED}) == set()
    )
    waiting = {row.state for life in everything for row in life.statements}
    assert waiting == {each.value for each in S}

    def last(life: Life) -> str:
        return life.statements[-1].state

    some = [life for life in everything if life.statements]
    found = leads(WORLD, some, last, NOW)
    assert dead_ends(found, waiting, {each.value for each in STATEMENT.finals}) == set()

"""Random lives of what is said about the system: every act of its table, by whoever comes along, from every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from shangliang.access.actor import ANONYMOUS, Actor, submitter
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.clocks.models import Clock
from shangliang.feedback import actions
from shangliang.feedback.models import Feedback
from shangliang.feedback.states import FEEDBACK, ROOM, FeedbackState
from shangliang.feedback.tests.factories import NOW, PHONE, ROOM_NO, acting, led_to, offices, said
from shangliang.kit.tests.lives import Step, World, dead_ends, leads, live_all
from shangliang.ledger.models import Entry

pytestmark = pytest.mark.django_db
FEW = 80  # lives that begin with each act
F = FeedbackState


@dataclass(frozen=True)
class Life:
    """One remark, and everybody who may come by."""

    row: Feedback
    people: tuple[Actor, ...]


STEPS: dict[str, Step[Life]] = {
    "answer": Step(
        FEEDBACK,
        lambda life: life.row,
        lambda row: "answer",
        lambda life, who, at: actions.answer(feedback=life.row, text="好了", actor=who, at=at),
    ),
    "point": Step(
        FEEDBACK,
        lambda life: life.row,
        lambda row: "pass_on",
        lambda life, who, at: actions.pass_on(
            feedback=life.row, destination=ROOM, room=ROOM_NO, actor=who, at=at
        ),
    ),
    "point nowhere": Step(
        FEEDBACK,
        lambda life: life.row,
        lambda row: "pass_on",
        lambda life, who, at: actions.pass_on(
            feedback=life.row, destination=ROOM, room="没有的", actor=who, at=at
        ),
        unmet=frozenset({"room_unknown"}),
    ),
    "again": Step(
        FEEDBACK,
        lambda life: life.row,
        lambda row: "ask_again",
        lambda life, who, at: actions.ask_again(feedback=life.row, text="还是不行", actor=who, at=at),
    ),
    "look": Step(
        FEEDBACK,
        lambda life: life.row,
        lambda row: "reveal",
        lambda life, who, at: actions.reveal(feedback=life.row, actor=who, at=at),
    ),
}


def may(step: Step[Life], life: Life, who: Actor, at: datetime) -> bool:
    needed = FEEDBACK.needs(step.act(life.row))
    if not needed:
        return who == actions.holder_of(life.row)
    return role_on_desk(who, Permission(needed), life.row) is not None


def again(life: Life) -> Life:
    return Life(Feedback.objects.get(pk=life.row.pk), life.people)


def picture(life: Life) -> tuple[object, ...]:
    row = life.row
    clocks = Clock.objects.running().order_by("pk").values_list("rule", "subject_no", "due_at")
    return row.state, row.phone_seen, row.turns.count(), list(clocks), Entry.objects.count()


def check(life: Life, act: str) -> None:
    """One clock while somebody waits, none else; the first answer is judged once."""
    row = life.row
    waits = row.state == F.WAITING
    assert Clock.objects.running().of(row.subject).count() == int(waits), act
    assert (row.closed_at is None) == waits
    assert (row.first_answered_at is None) == (row.was_in_time is None)


def lives() -> list[Life]:
    users = offices()
    city = acting(users[Role.CITY_OFFICE])
    found = []
    for state in F:
        for phone in ("", PHONE):
            row = led_to(said(phone=phone).feedback, state, city, NOW)
            people = (
                *map(acting, users.values()),
                actions.holder_of(row),
                ANONYMOUS,
                submitter("of another"),
            )
            found.append(Life(row, people))
    return found


WORLD = World(
    machines=(FEEDBACK,),
    steps=STEPS,
    people=lambda life: life.people,
    may=may,
    again=again,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
)


def test_lives_keep_their_promises() -> None:
    live_all(WORLD, lives(), NOW, few=FEW)


@pytest.mark.one_engine
def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    found = leads(WORLD, lives(), lambda life: life.row.state, NOW)
    assert dead_ends(found, [str(state) for state in F], [str(end) for end in FEEDBACK.finals]) == set()

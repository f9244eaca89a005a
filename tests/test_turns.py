"""Who acts, sees it; and nothing that is open lies on no desk: over everything in the filled town."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from shangliang.access.publication import Release
from shangliang.access.things import house
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import running_by_subject
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DELIBERATION
from shangliang.desks.queries import due_to
from shangliang.desks.tests.turns import can_do
from shangliang.feedback.models import Feedback
from shangliang.feedback.states import FEEDBACK
from shangliang.kit import clock
from shangliang.opinions.models import Poll
from shangliang.opinions.states import POLL
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import COMMITMENT, OUTCOME
from shangliang.sortition.models import Draw
from shangliang.sortition.states import DRAW
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import SUBMISSION, TOPIC, SubmissionState

pytestmark = pytest.mark.django_db
# Its slip lives on, but it waits for nobody: it has become a topic, has ended, or was settled where it was handed over.
S = SubmissionState
AT_REST = {"submission": {S.ACCEPTED, S.MERGED, S.HANDED_OVER, S.ENDED}}
OPEN: list[tuple[type[Any], Any]] = [
    (Submission, SUBMISSION),
    (Topic, TOPIC),
    (Feedback, FEEDBACK),
    (Poll, POLL),
    (Draw, DRAW),
    (Deliberation, DELIBERATION),
    (Outcome, OUTCOME),
    (Commitment, COMMITMENT),
]
# Parts of what stands above: whoever holds that has them on the same page.
PARTS = {"post", "record", "signature", "statement", "lottery", "volunteer", "reply", "reason", "room"}
# What a later stage is at lies on the desk of that.
CARRIED: dict[type[Any], Callable[[Any], Iterable[Any]]] = {
    Topic: lambda row: [*row.deliberations.all(), *row.outcomes.all(), *row.commitments.all()],
    Poll: lambda row: Deliberation.objects.filter(poll=row),
    Draw: lambda row: Deliberation.objects.filter(draw=row),
}


def is_open(row: Any) -> bool:
    machine = dict(OPEN)[type(row)]
    return row.state not in {*machine.finals, *AT_REST.get(machine.name, ())}


def lies_somewhere(row: Any, with_clock: set[Any]) -> bool:
    """It has a clock of its own, or an open thing that carries it lies somewhere."""
    if row.subject in with_clock:
        return True
    return any(
        is_open(each) and each.subject in with_clock for each in CARRIED.get(type(row), lambda _: ())(row)
    )


def test_every_kind_of_thing_is_asked_about(filled_town: None) -> None:
    assert {thing.kind for thing in house().things} - PARTS == {machine.name for _model, machine in OPEN}


def test_no_open_thing_lies_on_no_desk(filled_town: None) -> None:
    """By a clock that somebody holds, that residents are waited for under, or that stands still until they answer."""
    with_clock = {row.subject for row in Clock.objects.running()}
    lost = [
        f"{row.subject} {row.state}"
        for model, _machine in OPEN
        for row in model.objects.all()
        if is_open(row) and not lies_somewhere(row, with_clock)
    ]
    assert lost == []


def test_what_waits_for_review_has_its_clock(filled_town: None) -> None:
    rows = [
        row
        for thing in house().things
        if thing.review is not None
        for row in thing.review.rows()
        if row.release in {Release.IN_REVIEW, Release.COVERED}
    ]
    running = running_by_subject(row.subject for row in rows)
    assert rows
    assert [
        row.subject for row in rows if not any(each.rule in house().tasks for each in running[row.subject])
    ] == []


def test_what_lies_on_a_desk_its_owner_can_do_and_every_clock_lies_on_one(filled_town: None) -> None:
    """What a unit has promised that nobody signs in for lies with whoever assigned it."""
    today, on_desk = clock.today(), set()
    for user in User.objects.filter(is_active=True):
        actor = actor_for(user, today)
        tasks = list(due_to(actor, today))
        dead = [f"{row.rule} of {row.subject}" for row in tasks if not can_do(actor, row, clock.now())]
        assert dead == [], user.cast
        on_desk |= {row.subject for row in tasks}
    waiting = Clock.objects.running().filter(paused_at=None).exclude(role="")
    lost = {f"{row.rule} {row.role} {row.room_no}" for row in waiting if row.subject not in on_desk}
    assert lost == set()

"""No time to prepare a session, or to review its announcement, reaches past the day on which it is held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.deliberations.actions import announcing, preparing
from shangliang.deliberations.actions.transitions import PREPARE
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.tests.factories import (
    MONDAY,
    NO,
    TOWN,
    again,
    announced,
    draft,
    make_world,
    prepared,
)
from shangliang.kit import clock

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(days=8)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def to_prepare(deliberation: Deliberation) -> datetime:
    return Clock.objects.running().get(subject_no=deliberation.no, rule=PREPARE).due_at


def test_it_is_prepared_before_it_is_held() -> None:
    world = make_world()
    assert to_prepare(prepared(world, held_at=SOON)) == SOON


def test_the_time_moves_with_the_session_and_no_further_than_was_given() -> None:
    world = make_world()
    asked = clocks.start(PREPARE, world.topic.subject, holder=Holder(Role.CLERK, room_no=NO), at=MONDAY)
    planned = prepared(world, held_at=None)
    assert to_prepare(planned) == asked.due_at
    given = to_prepare(planned)
    for held_at, until in (
        (SOON, SOON),
        (MONDAY + timedelta(days=10), MONDAY + timedelta(days=10)),
        (MONDAY + timedelta(days=90), given),
        (SOON, SOON),
    ):
        preparing.change(
            deliberation=again(planned), draft=draft(MONDAY, held_at=held_at), actor=world.clerk, at=MONDAY
        )
        assert to_prepare(planned) == until, held_at


def test_what_is_moved_has_its_own_time_again() -> None:
    world = make_world()
    planned = announced(world)
    announcing.postpone(deliberation=planned, reason="下雨", actor=world.clerk, at=MONDAY)
    assert to_prepare(planned) > MONDAY + timedelta(days=7)


def test_its_announcement_is_reviewed_before_it_is_held() -> None:
    world = make_world()
    tomorrow = MONDAY + timedelta(hours=20)
    planned = prepared(world, held_at=tomorrow, urgent_reason="管道爆了")
    announcing.send_to_review(deliberation=planned, actor=world.clerk, at=MONDAY)
    review = Clock.objects.running().get(subject_kind=planned.subject.kind, rule="access.review_days")
    assert review.due_at == tomorrow


def test_its_reviewer_reads_who_is_invited(client: Client) -> None:
    world = make_world()
    planned = prepared(world, held_at=SOON)
    announcing.send_to_review(deliberation=planned, actor=world.clerk, at=MONDAY)
    reviewer = make_user("reviewer")
    give(reviewer, Role.REVIEWER, area_path=TOWN)
    client.force_login(reviewer, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/desk/review").content.decode()
    assert "利益相关方 1 位" in page
    assert "三号楼住户代表" in page

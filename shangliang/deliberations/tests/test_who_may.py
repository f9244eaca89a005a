"""Who may do what to a session, its record and its signatures: every role tries every act, and these alone succeed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.accounts.tests.who_may import everybody, who_may
from shangliang.deliberations.actions import (
    announcing,
    asking,
    meeting,
    preparing,
    recording,
    seating,
    signing,
)
from shangliang.deliberations.actions.meeting import Attendance
from shangliang.deliberations.models import Deliberation, Signature
from shangliang.deliberations.tests.factories import (
    MONDAY,
    NO,
    PATH,
    World,
    again,
    announced,
    archived,
    draft,
    guests,
    held,
    make_world,
    prepared,
    reachable,
    reviewed,
    sheet,
    text,
    to_sign,
    under_way,
)

pytestmark = pytest.mark.django_db
R = Role
Acts = dict[str, Callable[[Actor], object]]
KEEP = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
QUIET = {"keep"}  # the ledger has no row of them


def tried(acts: Acts) -> dict[str, set[Role]]:
    return {
        name: who_may(act, everybody(NO, PATH), leaves_a_row=name not in QUIET) for name, act in acts.items()
    }


def refuse_none_but(acts: Acts, wanted: set[Role] = KEEP) -> None:
    assert tried(acts) == dict.fromkeys(acts, wanted)


@pytest.fixture
def world() -> World:
    return make_world()


def test_before_there_is_one(world: World) -> None:
    refuse_none_but(
        {
            "prepare": lambda who: preparing.prepare(
                topic=world.topic, draft=draft(), guests=guests(world), actor=who, at=MONDAY
            )
        }
    )


def test_in_preparation(world: World) -> None:
    found = prepared(world)
    refuse_none_but(
        {
            "change": lambda who: preparing.change(
                deliberation=found, draft=draft(place="村口大树下"), actor=who, at=MONDAY
            ),
            "invite": lambda who: preparing.invite(
                deliberation=found, keep=[], guests=guests(world)[:3], actor=who, at=MONDAY
            ),
            "ask": lambda who: asking.ask(deliberation=found, actor=who, at=MONDAY),
            "draw": lambda who: seating.draw_for(deliberation=found, actor=who, at=MONDAY),
            "send_to_review": lambda who: announcing.send_to_review(deliberation=found, actor=who, at=MONDAY),
            "cancel": lambda who: announcing.cancel(deliberation=found, reason="x", actor=who, at=MONDAY),
        }
    )
    ready = reviewed(found)
    refuse_none_but({"announce": lambda who: announcing.announce(deliberation=ready, actor=who, at=MONDAY)})


def test_once_it_is_announced_and_under_way(world: World) -> None:
    found = announced(world)
    day = MONDAY + timedelta(days=7, hours=10)
    here = Attendance(here=frozenset(found.participants.values_list("pk", flat=True)), heads=21)
    refuse_none_but(
        {
            "postpone": lambda who: announcing.postpone(deliberation=found, reason="x", actor=who, at=MONDAY),
            "attendance": lambda who: meeting.write_attendance(
                deliberation=found, attendance=here, actor=who, at=day
            ),
        }
    )
    meeting.write_attendance(deliberation=found, attendance=here, actor=world.clerk, at=day)
    begun: list[Deliberation] = [again(found)]
    refuse_none_but({"open": lambda who: meeting.open_session(deliberation=begun[0], actor=who, at=day)})


def test_when_it_is_over(world: World) -> None:
    running = under_way(world)
    later = MONDAY + timedelta(days=7, hours=12)
    refuse_none_but({"close": lambda who: meeting.close(deliberation=running, actor=who, at=later)})


def test_on_its_record(world: World) -> None:
    over = held(world)
    later = MONDAY + timedelta(days=7, hours=12)
    refuse_none_but(
        {
            "keep": lambda who: recording.keep(deliberation=over, text=text(over), actor=who, at=later),
            "save": lambda who: recording.save_draft(deliberation=over, text=text(over), actor=who, at=later),
            "send": lambda who: signing.write_and_send(
                deliberation=over, text=text(over), actor=who, at=later
            ),
        }
    )


def _sign(row: Signature, at: datetime, who: Actor) -> None:
    signing.sign(signature=row, actor=who, at=at)


def _send_link(row: Signature, at: datetime, who: Actor) -> None:
    signing.send_link(signature=row, actor=who, at=at)


def _mark_paper(row: Signature, at: datetime, who: Actor) -> None:
    signing.mark_paper(signature=row, signed_at=at, paper=sheet(), actor=who, at=at)


def test_on_its_signatures(world: World) -> None:
    waiting = to_sign(world)
    later = MONDAY + timedelta(days=7, hours=13)
    by_role = {row.seat: row for row in Signature.objects.filter(record__deliberation=waiting)}
    for office in (R.FIRST_CONVENER, R.SECOND_CONVENER):
        row = by_role[office.value]
        reachable(row)
        refuse_none_but({"sign": partial(_sign, row, later)}, {office})
        refuse_none_but(
            {"send_link": partial(_send_link, row, later), "mark_paper": partial(_mark_paper, row, later)},
            KEEP - ({R.FIRST_CONVENER, R.SECOND_CONVENER} - {office}),
        )
    refuse_none_but({"take_back": lambda who: recording.take_back(deliberation=waiting, actor=who, at=later)})


def test_on_what_is_archived(world: World) -> None:
    done = archived(world)
    later = MONDAY + timedelta(days=20)
    refuse_none_but({"add": lambda who: recording.add(deliberation=done, text="x", actor=who, at=later)})

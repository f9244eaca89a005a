"""The worker's maps: drawn once for the votes there are, apart for each part, the same after a restart."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shangliang.access.actor import SYSTEM
from shangliang.kit import clock
from shangliang.kit.jobs import Lost
from shangliang.opinions import queries, rules, tasks
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.engine.opinion_map import compute
from shangliang.opinions.engine.picture import aims, picture
from shangliang.opinions.models import OpinionMap
from shangliang.opinions.rules import Aim
from shangliang.opinions.states import Part, VoterClass
from shangliang.opinions.tests.polls import NOW, camps, make_poll

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_the_map_is_drawn_once_for_the_votes_there_are_and_keeps_the_classes_apart() -> None:
    poll = make_poll()
    camps(poll, 24)
    camps(poll, 12, VoterClass.OPEN)
    later = NOW + timedelta(minutes=1)
    assert tasks.draw_maps(later) is False
    maps = queries.drawn(poll)
    assert {part: row.picture["people"] for part, row in maps.items()} == {Part.ROOM: 24, Part.OPEN: 12}
    room = maps[Part.ROOM].picture
    assert [group["size"] for group in room["groups"]] == [12, 12]
    agreed = poll.statements.order_by("pk")[2].pk
    assert room["unite"] == [{"statement": agreed, "direction": "agree", "of": 24, "seen": 24}]
    assert room["mostly"] == room["split"] == []
    assert room["divided"] is not None
    drawn_at = OpinionMap.objects.values_list("pk", "drawn_at")
    before = list(drawn_at)
    tasks.draw_maps(later + timedelta(minutes=1))
    assert list(drawn_at) == before  # no new votes, no new map


def test_a_map_is_not_drawn_again_within_two_seconds_but_soon_after() -> None:
    poll = make_poll()
    voters = camps(poll, 24)
    with clock.at(NOW + timedelta(minutes=1)) as now:
        tasks.draw_maps(now)
        statement = poll.statements.all()[0].pk
        voting.cast(voter=voters[0], votes={statement: 0}, at=now)
        assert tasks.draw_maps(now + timedelta(seconds=1)) is True
        assert tasks.draw_maps(now + timedelta(seconds=3)) is False
        assert OpinionMap.objects.get().votes_until == now


def test_what_people_say_of_themselves_is_counted_and_shapes_no_map() -> None:
    poll = make_poll()
    camps(poll, 24)
    rows = list(poll.statements.order_by("pk"))
    for row in rows[3:]:
        polls.set_meta(statement=row, is_meta=True, actor=SYSTEM, at=NOW)
    tasks.draw_maps(NOW + timedelta(minutes=1))
    found = OpinionMap.objects.get()
    assert {int(each) for each, of in found.aims.items() if of[0] or of[1]} <= {row.pk for row in rows[:3]}
    assert {int(each) for each, of in found.aims.items() if of[4]} == {row.pk for row in rows[3:]}
    assert found.picture["votes"] == 24 * 8


def test_a_group_below_the_least_size_is_never_shown() -> None:
    votes = [
        (who, statement, 1 if (who < 12) == (statement % 2 == 0) else -1)
        for who in range(15)
        for statement in range(8)
    ]
    found = compute(*(np.array(column) for column in zip(*votes, strict=True)))
    shown = picture(found, least=6, sure=12)
    assert all(group["size"] >= 6 for group in shown["groups"])
    small = [number for number, group in enumerate(found.groups) if group.size < 6]
    assert not {dot[2] for dot in shown["dots"]} & set(small)


def test_a_failed_map_says_so_and_the_old_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    poll = make_poll()
    voters = camps(poll, 24)
    tasks.draw_maps(NOW + timedelta(minutes=1))

    def broken(*_: object, **__: object) -> None:
        raise MemoryError("too large")

    monkeypatch.setattr(tasks, "compute", broken)
    voting.cast(voter=voters[0], votes={poll.statements.all()[0].pk: 0}, at=NOW + timedelta(hours=1))
    assert tasks.draw_maps(clock.now() + timedelta(hours=2)) is True
    row = OpinionMap.objects.get()
    assert row.picture["people"] == 24
    assert "too large" in row.error
    page = Client().get(f"/join/{poll.key}/map").content.decode()
    assert "图晚到了" in page


def test_a_large_map_has_a_process_of_its_own_and_delays_no_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large, small = make_poll(), make_poll()
    camps(large, 24)
    camps(small, 12)
    later = NOW + timedelta(minutes=1)
    monkeypatch.setattr(queries, "is_large", lambda poll, _most: poll.pk == large.pk)
    tasks.draw_maps(later)
    assert [row.poll for row in OpinionMap.objects.all()] == [small]
    job = tasks.next_apart(later)
    assert job is not None
    assert job.run == "shangliang.opinions.tasks.draw_apart"
    tasks.draw_apart(*job.args)
    assert OpinionMap.objects.get(poll=large).picture["people"] == 24
    assert tasks.next_apart(later) is None


def test_a_large_map_that_was_lost_says_so_and_waits_before_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poll = make_poll()
    camps(poll, 24)
    monkeypatch.setattr(queries, "is_large", lambda *_: True)
    job = tasks.next_apart(NOW + timedelta(minutes=1))
    assert job is not None
    with clock.at(NOW + timedelta(minutes=2)):
        job.lost(Lost.TIME)
    row = OpinionMap.objects.get()
    assert (row.error, row.failed_at) == ("time", NOW + timedelta(minutes=2))
    assert tasks.next_apart(NOW + timedelta(minutes=3)) is None
    assert tasks.next_apart(NOW + timedelta(minutes=8)) is not None


def test_whether_a_poll_is_large_is_counted_no_further_than_needed() -> None:
    poll = make_poll()
    camps(poll, 4)  # 32 votes
    assert queries.is_large(poll, 31)
    assert not queries.is_large(poll, 32)


def test_a_vote_committed_after_a_later_one_is_on_the_map_all_the_same() -> None:
    poll = make_poll()
    voters = camps(poll, 12)
    late = NOW + timedelta(minutes=1)
    row = poll.statements.order_by("pk")[0]
    with clock.at(late):
        voting.cast(voter=voters[0], votes={row.pk: 0}, at=late)
        tasks.draw_maps(late)
    # its commit took a second
    voting.cast(voter=voters[1], votes={row.pk: 0}, at=late - timedelta(seconds=1))
    with clock.at(late + timedelta(seconds=6)):
        tasks.draw_maps(late + timedelta(seconds=6))
        found = queries.drawn(poll)[Part.ROOM].picture
        assert tasks.draw_maps(late + timedelta(seconds=20)) is False
        assert queries.undrawn(late + timedelta(seconds=20)) == []
    assert found["votes"] == 96
    assert queries.drawn(poll)[Part.ROOM].votes_until == late


def test_looking_for_what_to_draw_reads_no_vote_that_a_map_holds() -> None:
    poll = make_poll()
    camps(poll, 12)
    with clock.at(NOW + timedelta(hours=1)):
        tasks.draw_maps(NOW + timedelta(hours=1))
    with CaptureQueriesContext(connection) as captured:
        assert queries.undrawn(NOW + timedelta(hours=2)) == []
    # polls with their newest vote, their maps, whether anybody is in the other part
    assert len(captured) == 3


def test_after_a_restart_the_next_map_is_the_same() -> None:
    poll = make_poll()
    voters = camps(poll, 24)
    tasks.draw_maps(NOW + timedelta(minutes=1))
    first = OpinionMap.objects.get()
    voting.cast(voter=voters[0], votes={poll.statements.all()[0].pk: 0}, at=NOW + timedelta(hours=1))
    newest = NOW + timedelta(hours=1)
    tasks.draw(poll, Part.ROOM, newest)
    once = OpinionMap.objects.get()
    # as if the process had died before it wrote
    OpinionMap.objects.filter(pk=first.pk).update(saved=first.saved)
    tasks.draw(poll, Part.ROOM, newest)
    again = OpinionMap.objects.get()
    assert (again.picture, bytes(again.saved)) == (once.picture, bytes(once.saved))


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 7), st.sampled_from([-1, 0, 1])), min_size=30, max_size=80
    )
)
def test_ones_own_point_is_the_point_of_the_map(rows: list[tuple[int, int, int]]) -> None:
    cells = {(who, what): value for who, what, value in rows}
    columns = [
        np.array(column)
        for column in zip(*((who, what, value) for (who, what), value in cells.items()), strict=True)
    ]
    rejected = {7} if rows[0][0] % 2 else set()
    found = compute(*columns, moderated=rejected)
    known = {int(each): Aim(*values) for each, values in aims(found, rejected).items()}
    for place, who in enumerate(found.participants.tolist()):
        own = rules.own_point(known, {what: value for (other, what), value in cells.items() if other == who})
        if own is None:  # who has said nothing to what is left stands in the middle
            assert math.hypot(*found.points[place]) < 1e-9
            continue
        assert math.dist(own, found.points[place]) < 1e-9


def test_what_is_asked_next_is_never_asked_twice_and_follows_the_priorities() -> None:
    known = {1: Aim(0, 0, 0, 100.0), 2: Aim(0, 0, 0, 0.001), 3: Aim(0, 0, 0, 0.001)}
    assert sorted(rules.asked_next([1, 2, 3], [], known, "seed", 9)) == [1, 2, 3]
    assert rules.asked_next([1, 2, 3], [1, 2, 3], known, "seed") == []
    first = [rules.asked_next([1, 2, 3], [], known, str(number))[0] for number in range(50)]
    assert first.count(1) > 45

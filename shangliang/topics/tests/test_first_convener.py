"""The first convener is told once that it is their turn to adopt, and why; never before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.clocks.tasks import tick
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.inbox.queries import words
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.places.states import Family
from shangliang.topics.actions import adoption, research
from shangliang.topics.models import Topic
from shangliang.topics.tests.factories import NOW, ROOM_NO, Cast, Places, opened, raised, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ref() -> str:
    """Where messages to the room's first convener go."""
    return f"account:{signed_in(Client(), Role.FIRST_CONVENER, room_no=ROOM_NO).pk}"


def told(ref: str) -> list[str]:
    while react(NOW + timedelta(days=30)):
        pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))
    return [words(row)[0] for row in Message.objects.filter(recipient__ref=ref).order_by("pk")]


def looked_into(topic: Topic, people: Cast) -> None:
    for _ in range(adoption.visits_needed(topic, NOW)):
        research.visit(
            topic=topic, on=local_day(NOW), place="3号楼", found="灯坏了", actor=people.clerk, at=NOW
        )


def test_where_a_second_is_needed_the_first_hears_only_once_the_second_has_spoken(
    village: Places, people: Cast, ref: str
) -> None:
    topic = opened(raised(village.room).submission, people.clerk)
    looked_into(topic, people)
    assert told(ref) == []
    adoption.hear_second(topic=topic, agrees=True, opinion="", actor=people.second, at=NOW)
    assert told(ref) == ["第二召集人的意见已经听取，可以决定是否立项：楼道路灯修复"]


def test_silence_is_not_called_an_opinion(village: Places, people: Cast, ref: str) -> None:
    topic = opened(raised(village.room).submission, people.clerk)
    looked_into(topic, people)
    tick(NOW + timedelta(days=30))
    assert "第二召集人过了时间没有回话，可以决定是否立项：楼道路灯修复" in told(ref)
    assert not any("已经听取" in each for each in told(ref))


def test_where_no_second_is_needed_the_last_look_makes_it_the_first_ones_turn(
    village: Places, people: Cast, ref: str
) -> None:
    village.room.family = Family.ENTERPRISE.value
    village.room.save()
    topic = opened(raised(village.room).submission, people.clerk)
    looked_into(topic, people)
    assert told(ref) == ["情况了解清楚了，可以决定是否立项：楼道路灯修复"]
    looked_into(topic, people)
    assert len(told(ref)) == 1, "told once"


def test_while_the_clerk_has_to_write_more_it_is_not_the_first_ones_turn(
    village: Places, people: Cast, ref: str
) -> None:
    topic = opened(raised(village.room).submission, people.clerk)
    Topic.objects.filter(pk=topic.pk).update(summary="")
    looked_into(topic, people)
    adoption.hear_second(topic=topic, agrees=True, opinion="", actor=people.second, at=NOW)
    assert told(ref) == []


def test_whoever_can_write_the_summary_reads_that_it_is_missing(village: Places, people: Cast) -> None:
    topic = opened(raised(village.room).submission, people.clerk)
    looked_into(topic, people)
    adoption.hear_second(topic=topic, agrees=True, opinion="", actor=people.second, at=NOW)
    Topic.objects.filter(pk=topic.pk).update(summary="")
    client = Client()
    signed_in(client, Role.CLERK, room_no=ROOM_NO)
    with clock.at(NOW):
        page = client.get(f"/desk/topics/{topic.no}").content.decode()
        assert "题目和摘要还没有写好。" in page
        assert 'href="#wording"' in page
        assert 'id="wording"' in page
        Topic.objects.filter(pk=topic.pk).update(summary="楼道里的灯坏了。")
        assert "题目和摘要还没有写好。" not in client.get(f"/desk/topics/{topic.no}").content.decode()

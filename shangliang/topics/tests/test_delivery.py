"""What the desk says of messages to those who raised a matter: which, and whether they know by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangliang.access.roles import Role
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.topics.actions import merging
from shangliang.topics.actions.intake import Received
from shangliang.topics.tests.factories import NOW, ROOM_NO, Cast, Places, opened, raised, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("numbered_from_one")]
ACCEPTED = "您反映的事已经受理，正在了解情况。"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def clerk(client: Client) -> Client:
    signed_in(client, Role.CLERK, room_no=ROOM_NO)
    return client


def accepted(village: Places, people: Cast, *, phone: str = "") -> Received:
    given = raised(village.room, phone=phone)
    opened(given.submission, people.clerk)
    follow()
    return given


def follow() -> None:
    while react(NOW + timedelta(minutes=1)):
        pass


def told(client: Client, address: str) -> str:
    return unescape(client.get(address).content.decode())


def test_who_left_no_telephone_reads_it_on_the_slip_and_nobody_claims_more(
    clerk: Client, village: Places, people: Cast
) -> None:
    given = accepted(village, people)
    page = told(clerk, f"/desk/submissions/{given.submission.no}").split('id="told"')[1]
    assert ACCEPTED in page
    assert "写在回执上" in page
    assert "已发出" not in page
    given.submission.refresh_from_db()
    assert given.submission.topic is not None
    assert "最近一次消息：没有留电话" in told(clerk, f"/desk/topics/{given.submission.topic.no}")


def test_without_a_gateway_whoever_left_a_telephone_is_to_be_called(
    clerk: Client, village: Places, people: Cast
) -> None:
    given = accepted(village, people, phone="13900001234")
    page = told(clerk, f"/desk/submissions/{given.submission.no}").split('id="told"')[1]
    assert page.count(ACCEPTED) == 1, "by two channels it is one message"
    assert "留了电话，要打电话" in page
    given.submission.refresh_from_db()
    assert given.submission.topic is not None
    assert "最近一次消息：留了电话，要打电话" in told(clerk, f"/desk/topics/{given.submission.topic.no}")


def test_with_a_gateway_it_waits_and_is_called_sent_once_it_was_taken(
    clerk: Client, village: Places, people: Cast, settings: LazySettings
) -> None:
    settings.CHANNELS = {**settings.CHANNELS, "sms": "some.Gateway"}
    given = accepted(village, people, phone="13900001234")
    page = told(clerk, f"/desk/submissions/{given.submission.no}").split('id="told"')[1]
    assert "等着发出" in page, "the daily piece has not gone out yet"
    Message.objects.filter(recipient__channel="sms").update(state="sent", sent_at=NOW)
    page = told(clerk, f"/desk/submissions/{given.submission.no}").split('id="told"')[1]
    assert "短信已发出" in page.split(ACCEPTED)[1]


def test_the_topic_costs_the_same_however_many_have_raised_it(
    clerk: Client, village: Places, people: Cast
) -> None:
    given = accepted(village, people, phone="13900001234")
    given.submission.refresh_from_db()
    topic = given.submission.topic
    assert topic is not None
    with CaptureQueriesContext(connection) as one:
        told(clerk, f"/desk/topics/{topic.no}")
    for n in range(6):
        other = raised(village.room, phone=f"1390000{n:04d}")
        merging.merge(submission=other.submission, topic=topic, actor=people.clerk, at=NOW)
    follow()
    with CaptureQueriesContext(connection) as seven:
        page = told(clerk, f"/desk/topics/{topic.no}")
    assert page.count("最近一次消息") == 7
    assert len(seven) == len(one)

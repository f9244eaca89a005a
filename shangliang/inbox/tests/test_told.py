"""Whether somebody knows by now: what a page may say of a message, and what it may not."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from shangliang.access.actor import Actor, ActorKind
from shangliang.inbox import queries
from shangliang.inbox.actions import forget, mark_all_read, notify, notify_slip, reach, write_told
from shangliang.inbox.models import Message, Telling
from shangliang.inbox.states import ChannelKind, HandWay, MessageState, Standing
from shangliang.inbox.tasks import deliver
from shangliang.inbox.tests.factories import noon
from shangliang.inbox.tests.test_tasks import Recorder, gateway  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db

SLIP, ABOUT = "submission:2026-000001", "event:1"


def tell(*, phone: str = "") -> None:
    if phone:
        reach(SLIP, ChannelKind.SMS, phone)
    notify_slip(SLIP, kind="x", title="请您来商量", urgent=True, at=noon(), dedupe=ABOUT)


def stands(about: str = ABOUT) -> queries.Told:
    return queries.told({SLIP: [SLIP]}, [about])[SLIP]


def test_without_a_gateway_nothing_is_called_sent() -> None:
    """The console writes to a file: nobody reads it, so somebody has to ring."""
    tell(phone="13800001111")
    assert stands().standing == Standing.CALL, "what waits for no gateway will never go out"
    assert deliver(noon()) == 1
    assert deliver(noon()) == 0
    row = Message.objects.get(recipient__channel=ChannelKind.SMS.value)
    assert (row.state, row.sent_at) == (MessageState.KEPT, None)
    assert stands().standing == Standing.CALL
    assert "发出" not in stands().words


@pytest.mark.usefixtures("gateway")
def test_what_a_gateway_took_is_sent_with_its_day(settings: Settings) -> None:
    settings.CHANNELS = {**settings.CHANNELS, "sms": "some.Gateway"}
    tell(phone="13800001111")
    assert stands().standing == Standing.WAITING
    assert deliver(noon()) == 1
    assert stands().standing == Standing.SENT
    assert "短信已发出" in stands().words


def test_what_failed_for_good_is_to_be_told_by_telephone(gateway: Recorder) -> None:  # noqa: F811
    gateway.trouble = [ConnectionResetError()]
    tell(phone="13800001111")
    deliver(noon())
    assert stands().standing == Standing.CALL


def test_who_left_nothing_is_neither_called_nor_said_to_be_told() -> None:
    tell()
    assert stands().standing == Standing.NO_WAY
    assert not stands().is_open


def test_somebody_of_whom_only_the_name_is_known_has_to_be_told() -> None:
    assert queries.told({"participant:7": []}, [ABOUT])["participant:7"].standing == Standing.TELL


def test_on_a_desk_it_counts_once_it_was_read() -> None:
    notify(accounts=[12], kind="x", title="请您来商量", at=noon(), dedupe=ABOUT)
    people = {"participant:7": ["account:12"]}
    assert queries.told(people, [ABOUT])["participant:7"].standing == Standing.ON_DESK
    mark_all_read(actor=Actor(ActorKind.STAFF, key="account:12", account_id=12), at=noon())
    assert queries.told(people, [ABOUT])["participant:7"].standing == Standing.READ


def test_a_telling_says_how_who_and_when_and_only_of_this_news() -> None:
    tell(phone="13800001111")
    for way in (HandWay.LETTER, HandWay.PHONE):  # said twice, the last word stands
        write_told(refs=[SLIP], about=ABOUT, way=way, office="clerk", at=noon())
    assert stands().standing == Standing.BY_HAND
    assert "打了电话 · 联络员" in stands().words
    assert stands("event:2").standing == Standing.CALL
    forget(SLIP)
    assert not Telling.objects.exists()


def test_many_are_looked_up_at_once(django_assert_num_queries: object) -> None:
    people = {f"submission:2026-{n:06d}": [f"submission:2026-{n:06d}"] for n in range(30)}
    with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture
        assert len(queries.told(people, [ABOUT])) == 30

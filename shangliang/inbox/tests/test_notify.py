"""Putting messages into the outbox."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy, gettext_noop
from pytest_django import DjangoAssertNumQueries

from shangliang.access.actor import ANONYMOUS
from shangliang.inbox import queries
from shangliang.inbox.actions import forget, mark_all_read, mark_read, notify, notify_slip, reach
from shangliang.inbox.models import Message, Recipient, slip_ref
from shangliang.inbox.states import ChannelKind, MessageState
from shangliang.inbox.tests.factories import noon, staff, write

pytestmark = pytest.mark.django_db


def test_a_message_is_on_the_desk_at_once() -> None:
    write(7)
    (message,) = queries.unread(staff(7))
    assert queries.words(message) == ("有新的事情：路灯不亮", "")
    assert message.state == MessageState.SENT


def test_somebody_else_does_not_see_it() -> None:
    write(7)
    assert queries.unread(staff(8)).count() == 0
    assert queries.unread(ANONYMOUS).count() == 0


def test_the_same_event_tells_the_same_person_once() -> None:
    write(7, dedupe="event:1")
    write(7, dedupe="event:1")
    write(7, dedupe="event:2")
    assert queries.unread(staff(7)).count() == 2


def test_somebody_named_twice_is_told_once() -> None:
    notify(accounts=[7, 7], kind="x", title="t", at=noon(), dedupe="event:1")
    assert Message.objects.count() == 1


def test_nobody_to_tell_is_no_mistake() -> None:
    notify(accounts=[], kind="x", title="t", at=noon(), dedupe="event:1")
    assert not Message.objects.exists()


def test_every_channel_that_somebody_gave_gets_its_own_row() -> None:
    reach("account:7", ChannelKind.MAIL, "zhang@example.org")
    write(7)
    states = dict(Message.objects.values_list("recipient__channel", "state"))
    assert states == {"mail": "queued", "in_app": "sent"}


def test_a_channel_that_was_given_up_gets_nothing_more() -> None:
    reach("account:7", ChannelKind.MAIL, "zhang@example.org")
    reach("account:7", ChannelKind.MAIL, "")
    write(7)
    assert set(Message.objects.values_list("recipient__channel", flat=True)) == {"in_app"}


def test_an_address_is_not_readable_in_the_database() -> None:
    reach("submission:2026-000001", ChannelKind.SMS, "13800001111")
    row = Recipient.objects.get()
    assert b"13800001111" not in bytes(row.address_sealed)
    assert row.address == "13800001111"


def test_a_param_that_is_missing_fails_at_once() -> None:
    with pytest.raises(KeyError):
        notify(accounts=[7], kind="x", title="%(name)s", at=noon(), dedupe="event:1")


def test_each_reads_a_message_in_the_language_of_the_moment() -> None:
    with translation.override("zh-hans"):  # the worker's own language must not be frozen into the row
        notify(
            accounts=[7],
            kind="x",
            title=gettext_lazy("January"),  # words that Django itself has in both languages
            body=gettext_noop("1. %(month)s %(count)s"),
            params={"month": gettext_lazy("February"), "count": 3, "none": None},
            at=noon(),
            dedupe="event:1",
        )
    message = Message.objects.get()
    assert queries.words(message) == ("一月", "1. 二月 3")
    with translation.override("en"):
        assert queries.words(message) == ("January", "1. February 3")


def test_the_holder_of_a_slip_finds_it_on_the_slip() -> None:
    notify_slip("submission:2026-000001", kind="x", title="已受理", at=noon(), dedupe="event:1")
    row = Message.objects.get()
    assert (row.title, row.recipient.ref) == ("已受理", slip_ref("submission:2026-000001"))
    assert row.recipient.channel == ChannelKind.IN_APP


def test_it_shows_how_each_message_fared() -> None:
    reach("submission:2026-000001", ChannelKind.SMS, "13800001111")
    notify_slip("submission:2026-000001", kind="x", title="已受理", at=noon(), dedupe="event:1")
    fared = {row.channel: row.state_name for row in queries.delivery("submission:2026-000001")}
    assert fared == {"短信": "等待发送", "站内消息": "已发出"}


def test_it_marks_only_the_readers_own_messages_as_read() -> None:
    write(7)
    write(8)
    everything = list(Message.objects.values_list("pk", flat=True))
    assert mark_read(actor=staff(7), message_ids=everything, at=noon()) == 1
    assert queries.unread(staff(8)).count() == 1
    reach("account:8", ChannelKind.MAIL, "li@example.cn")
    write(8, dedupe="event:2")
    assert queries.unread(staff(8)).count() == 2
    assert mark_all_read(actor=staff(8), at=noon()) == 2, "what went out by mail is read elsewhere"
    assert queries.unread(staff(8)).count() == 0


def test_forgetting_somebody_leaves_nothing_of_them() -> None:
    reach("submission:2026-000001", ChannelKind.SMS, "13800001111")
    notify_slip("submission:2026-000001", kind="x", title="已受理", at=noon(), dedupe="event:1")
    forget("submission:2026-000001")
    assert not Recipient.objects.exists()
    assert not Message.objects.exists()


def test_telling_many_takes_as_many_statements_as_telling_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(8):
        notify(accounts=range(1, 80), kind="x", title="t", at=noon(), dedupe="event:1")
    assert Message.objects.count() == 79


def test_the_bare_number_of_a_submission_names_its_slip() -> None:
    reach("2026-000001", ChannelKind.SMS, "13800001111")
    notify_slip("2026-000001", kind="x", title="已受理", at=noon(), dedupe="event:1")
    assert len(queries.delivery("submission:2026-000001")) == 2


def test_a_moment_is_said_in_the_reader_s_words_and_a_sentence_ends_once() -> None:
    title = gettext_noop("改期了：%(what)s。原因：%(why)s。新的时间会再告诉您。")
    params = {"what": noon(), "why": "赶上农忙。"}
    notify(accounts=[7], kind="x", title=title, body=title, params=params, at=noon(), dedupe="event:1")
    (message,) = queries.unread(staff(7))
    said, body = queries.words(message)
    assert said == body
    assert "。。" not in said
    assert "原因：赶上农忙。新的时间" in said
    assert f"{timezone.localtime(noon()):%Y}年" in said
    with translation.override("en"):
        assert "年" not in queries.words(message)[0]

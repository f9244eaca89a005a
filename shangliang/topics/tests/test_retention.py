"""Numbers and recordings go when their time is over, and not a day before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from shangliang.access.actor import ANONYMOUS
from shangliang.inbox.models import Recipient
from shangliang.kit.clock import local_day
from shangliang.rulebook import book
from shangliang.topics import tasks
from shangliang.topics.actions import screening
from shangliang.topics.actions.intake import Intake, receive
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Destination
from shangliang.topics.tests import factories as make

pytestmark = pytest.mark.django_db


def days(rule: str) -> timedelta:
    return timedelta(days=book().at(local_day(make.NOW)).integer(rule))


def sealed(submission: Submission) -> bool:
    return bool(Submission.objects.get(pk=submission.pk).phone_sealed)


def test_a_number_stays_until_its_matter_has_been_over_long_enough(
    village: make.Places, people: make.Cast
) -> None:
    keep = days("topics.phone_keep_calendar_days")
    submission = make.raised(village.room, phone="16600000001").submission
    topic = make.opened(submission, people.clerk)
    Topic.objects.filter(pk=topic.pk).update(ended_at=make.NOW)
    assert tasks.retain(make.NOW + keep) == 0
    assert sealed(submission)
    assert tasks.retain(make.NOW + keep + timedelta(minutes=1)) == 1
    assert not sealed(submission)
    assert not Recipient.objects.filter(ref__contains=submission.no).exists()
    assert tasks.retain(make.NOW + keep + timedelta(minutes=2)) == 0


def test_a_number_of_a_matter_that_goes_on_stays(village: make.Places) -> None:
    submission = make.raised(village.room, phone="16600000001").submission
    assert tasks.retain(make.NOW + timedelta(days=4000)) == 0
    assert sealed(submission)


def test_a_number_handed_over_goes_after_the_last_word(village: make.Places, people: make.Cast) -> None:
    keep = days("topics.phone_keep_calendar_days")
    received = make.NOW - timedelta(days=10)
    submission = receive(
        actor=ANONYMOUS,
        intake=Intake(room=village.room, text="隔壁漏水", nonce="n", phone="16600000001"),
        at=received,
    ).submission
    to = HandOver(Destination.MEDIATION, "请人民调解员来调解")
    screening.hand_over(submission=submission, to=to, actor=people.clerk, at=make.NOW)
    assert tasks.retain(received + keep + timedelta(days=1)) == 0
    assert tasks.retain(make.NOW + keep + timedelta(days=1)) == 1
    assert not sealed(submission)


def test_a_recording_goes_after_it_was_written_down(village: make.Places, people: make.Cast) -> None:
    keep = days("topics.audio_keep_calendar_days")
    submission = make.raised(village.room).submission
    submission.text = ""
    submission.audio.save("a.webm", ContentFile(b"sound"))
    name, storage = submission.audio.name or "", submission.audio.storage
    assert tasks.retain(make.NOW + keep * 10) == 0  # nobody has listened yet
    later: datetime = make.NOW + timedelta(days=3)
    screening.write_down(submission=submission, text="路灯坏了", actor=people.clerk, at=later)
    assert tasks.retain(later + keep) == 0
    assert storage.exists(name)
    assert tasks.retain(later + keep + timedelta(minutes=1)) == 1
    assert not Submission.objects.get(pk=submission.pk).audio

"""Sending: once, in time, never at night, and honest about what is not known."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from shangliang.inbox import engine, queries
from shangliang.inbox.actions import forget, notify_slip, reach, speak
from shangliang.inbox.models import Digest, Message
from shangliang.inbox.states import ChannelKind, MessageState
from shangliang.inbox.tasks import deliver, digest
from shangliang.inbox.tests.factories import noon, write

pytestmark = pytest.mark.django_db

NO = "submission:2026-000001"
PHONE = "13800001111"


class Recorder:
    """A gateway that keeps what it was given, and does as it is told."""

    takes_key = False
    leaves_house = True

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, str]] = []
        self.trouble: list[Exception] = []

    def send(self, *, address: str, title: str, body: str, key: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((address, title, body, key))


class KeyedRecorder(Recorder):
    """The same, but it knows a key that it has already sent."""

    takes_key = True


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(engine, "channel", lambda _kind: made)
    return made


@pytest.fixture
def keyed_gateway(monkeypatch: pytest.MonkeyPatch) -> KeyedRecorder:
    made = KeyedRecorder()
    monkeypatch.setattr(engine, "channel", lambda _kind: made)
    return made


def tell(dedupe: str = "event:1", *, urgent: bool = True, hour: int = 12, title: str = "已受理") -> None:
    reach(NO, ChannelKind.SMS, PHONE)
    notify_slip(NO, kind="x", title=title, link="/s/1", urgent=urgent, at=noon(hour=hour), dedupe=dedupe)


def outgoing() -> Message:
    return Message.objects.get(recipient__channel=ChannelKind.SMS.value)


def test_what_is_urgent_goes_at_once_and_once(gateway: Recorder) -> None:
    tell()
    assert deliver(noon()) == 1
    assert deliver(noon()) == 0
    ((address, title, body, key),) = gateway.sent
    assert (address, title, body) == (PHONE, "已受理", "http://testserver/s/1")
    assert key == f"message-{outgoing().pk}"
    assert outgoing().sent_at == noon()


def test_what_is_not_urgent_waits_for_the_digest(gateway: Recorder) -> None:
    tell(urgent=False)
    assert deliver(noon()) == 0
    assert digest(noon()) == 1
    assert [title for _, title, _, _ in gateway.sent] == ["已受理"]
    assert queries.delivery(NO)[0].state == MessageState.SENT


def test_nothing_leaves_in_the_quiet_hours_and_all_of_it_afterwards(gateway: Recorder) -> None:
    tell(hour=22)
    assert deliver(noon(hour=22)) == 0
    assert digest(noon(hour=22)) == 0
    assert deliver(noon(day=3, hour=8)) == 1


def test_a_digest_is_never_empty(gateway: Recorder) -> None:
    reach(NO, ChannelKind.SMS, PHONE)
    assert digest(noon()) == 0
    assert not Digest.objects.exists()


def test_several_messages_make_one_digest_a_day_and_none_is_repeated(gateway: Recorder) -> None:
    tell("event:1", urgent=False, title="甲")
    tell("event:2", urgent=False, title="乙")
    assert digest(noon()) == 1
    tell("event:3", urgent=False, title="丙", hour=13)
    assert digest(noon(hour=14)) == 0
    assert digest(noon(day=3)) == 1
    (_, first_title, first, _), (_, _, second, _) = gateway.sent
    assert first_title == "有事好商量：您有 2 条新消息"
    assert "甲" in first
    assert "乙" in first
    assert "甲" not in second


def test_it_waits_until_the_hour_of_the_digest(gateway: Recorder) -> None:
    tell(urgent=False, hour=6)
    assert digest(noon(hour=8, minute=29)) == 0
    assert digest(noon(hour=8, minute=30)) == 1


def test_after_a_day_of_being_down_it_sends_one_digest_not_two(gateway: Recorder) -> None:
    tell("event:1", urgent=False)
    tell("event:2", urgent=False)
    assert digest(noon(day=5)) == 1
    assert len(gateway.sent) == 1


def test_on_the_desk_nothing_is_sent_again(gateway: Recorder) -> None:
    write(7)
    deliver(noon())
    digest(noon())
    assert gateway.sent == []


def test_everybody_reads_it_in_their_own_language(gateway: Recorder) -> None:
    tell("event:1", urgent=False, title="January")
    tell("event:2", urgent=False, title="February")
    speak(NO, "en")
    digest(noon())
    ((_, title, body, _),) = gateway.sent
    assert title.endswith("You have 2 new messages")
    assert "January" in body


def test_what_certainly_did_not_go_is_tried_again_later(gateway: Recorder) -> None:
    gateway.trouble = [engine.NotSent("busy")]
    tell()
    assert deliver(noon()) == 0
    assert outgoing().state == MessageState.QUEUED
    assert deliver(noon() + timedelta(minutes=4)) == 0
    assert deliver(noon() + timedelta(minutes=5)) == 1
    assert outgoing().tries == 2


def test_it_gives_up_after_the_tries_of_the_rulebook(gateway: Recorder) -> None:
    gateway.trouble = [engine.NotSent("busy")] * 9
    tell(hour=9)
    for hour in range(9, 21):
        deliver(noon(hour=hour))
    assert outgoing().tries == 5
    assert outgoing().state == MessageState.FAILED
    assert outgoing().error == "busy"


def test_an_address_that_does_not_exist_is_not_tried_again(gateway: Recorder) -> None:
    gateway.trouble = [engine.NotSent("no such number", for_good=True)]
    tell()
    deliver(noon())
    assert outgoing().state == MessageState.FAILED


def test_a_send_that_was_cut_short_is_in_doubt_and_never_repeated(gateway: Recorder) -> None:
    gateway.trouble = [ConnectionResetError()]
    tell()
    deliver(noon())
    assert outgoing().state == MessageState.UNKNOWN
    for day in range(3, 8):
        deliver(noon(day=day))
        digest(noon(day=day))
    assert gateway.sent == []
    assert queries.delivery(NO)[0].state_name == "不确定是否发出，请另行联系"


def crash(now_urgent: bool = True) -> None:
    """A worker died between the claim and the word that it was sent."""
    tell(urgent=now_urgent)
    Message.objects.filter(recipient__channel="sms").update(state="sending", claimed_at=noon(), tries=1)


def test_what_a_crash_left_behind_is_in_doubt(gateway: Recorder) -> None:
    crash()
    deliver(noon() + timedelta(minutes=9))
    assert outgoing().state == MessageState.SENDING  # another worker may still be at it
    deliver(noon() + timedelta(minutes=11))
    assert outgoing().state == MessageState.UNKNOWN
    assert gateway.sent == []


def test_a_channel_that_knows_the_key_is_asked_again(keyed_gateway: KeyedRecorder) -> None:
    crash()
    assert deliver(noon() + timedelta(minutes=11)) == 1
    assert len(keyed_gateway.sent) == 1


def test_a_digest_that_a_crash_left_behind_is_in_doubt_too(gateway: Recorder) -> None:
    tell("event:1", urgent=False)
    gateway.trouble = [TimeoutError()]
    digest(noon())
    assert Digest.objects.get().state == MessageState.UNKNOWN
    assert queries.delivery(NO)[0].state == MessageState.UNKNOWN
    assert digest(noon(day=3)) == 0


def test_one_claim_wins_when_two_workers_see_the_same_message(gateway: Recorder) -> None:
    tell()
    seen_by_both = list(Message.objects.filter(recipient__channel="sms").select_related("recipient"))
    from shangliang.inbox import tasks

    won = [tasks._send(row, noon(), tasks._rules(noon())) for row in (*seen_by_both, *seen_by_both)]
    assert won == [True, False]
    assert len(gateway.sent) == 1


def test_the_console_writes_one_line_for_each(settings: Settings, tmp_path: Path) -> None:
    settings.OUTBOX_FILE = tmp_path / "outbox.jsonl"
    tell()
    deliver(noon())
    (line,) = settings.OUTBOX_FILE.read_text("utf-8").splitlines()
    assert json.loads(line)["to"] == PHONE


def test_a_console_without_a_place_to_write_says_so(settings: Settings, tmp_path: Path) -> None:
    settings.OUTBOX_FILE = tmp_path / "nowhere" / "outbox.jsonl"
    tell()
    deliver(noon())
    assert outgoing().state == MessageState.QUEUED
    assert outgoing().error.startswith("FileNotFoundError")


def test_mail_goes_out_as_mail(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    reach("account:7", ChannelKind.MAIL, "zhang@example.org")
    write(7, urgent=True)
    assert deliver(noon()) == 1
    (letter,) = mail.outbox
    assert letter.to == ["zhang@example.org"]
    assert letter.subject == "有新的事情：路灯不亮"
    assert letter.body == "http://testserver/desk/topics/2026-000001"


def test_a_mail_server_that_does_not_answer_is_asked_again_later(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    reach("account:7", ChannelKind.MAIL, "zhang@example.org")
    write(7, urgent=True)
    deliver(noon())
    row = Message.objects.get(recipient__channel="mail")
    assert row.state == MessageState.QUEUED
    assert row.error.startswith("ConnectionRefusedError")


def test_an_address_whose_key_is_gone_fails_for_good(gateway: Recorder) -> None:
    tell()
    row = outgoing()
    row.recipient.address_sealed = b"99:" + bytes(40)
    row.recipient.save()
    deliver(noon())
    assert outgoing().state == MessageState.FAILED


def test_forgetting_somebody_takes_their_digests_along(gateway: Recorder) -> None:
    tell(urgent=False)
    digest(noon())
    forget(NO)
    assert not Digest.objects.exists()
    assert not Message.objects.exists()

"""The worker's part: what was given for a purpose is not kept beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from shangliang.events.kinds import Kind
from shangliang.inbox import actions as inbox
from shangliang.kit.clock import local_day
from shangliang.ledger.models import Entry
from shangliang.rulebook import book
from shangliang.topics.actions import held_files
from shangliang.topics.models import Submission
from shangliang.topics.states import SubmissionState

BATCH = 100
OVER = (SubmissionState.HANDED_OVER.value, SubmissionState.ENDED.value)


def retain(now: datetime) -> int:
    """Erase telephone numbers and recordings whose time is over; returns how many. Safe to run at any time."""
    rules = book().at(local_day(now))
    phones = now - timedelta(days=rules.integer("topics.phone_keep_calendar_days"))
    sounds = now - timedelta(days=rules.integer("topics.audio_keep_calendar_days"))
    held_files.sweep(now - timedelta(hours=rules.integer("topics.form_hours")))
    # Of a topic that has ended, or that left for somebody else and has been quiet since.
    of_ended = Submission.objects.filter(topic__ended_at__lt=phones).exclude(phone_sealed=b"")
    of_left = Submission.objects.filter(state__in=OVER).exclude(phone_sealed=b"")
    spoken = Submission.objects.filter(is_written_down=True).exclude(audio="")
    return (
        _each(of_ended, _erase_phone)
        + _each(of_left, _erase_phone, quiet_since=phones)
        + _each(spoken, _erase_sound, quiet_since=sounds, kind=Kind.SUBMISSION_WRITTEN_DOWN)
    )


def _each(
    rows: QuerySet[Submission],
    erase: Callable[[Submission], None],
    *,
    quiet_since: datetime | None = None,
    kind: Kind | None = None,
) -> int:
    count = 0
    for batch in _batches(rows.filter(Q(received_at__lt=quiet_since) if quiet_since else Q())):
        last = _last_acts(batch, kind) if quiet_since else {}
        for row in batch:
            if quiet_since is None or last.get(row.no, row.received_at) < quiet_since:
                erase(row)
                count += 1
    return count


def _batches(rows: QuerySet[Submission]) -> Iterator[list[Submission]]:
    after = 0
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = batch[-1].pk
        yield batch


def _last_acts(batch: list[Submission], kind: Kind | None) -> dict[str, datetime]:
    """When the ledger last wrote of each."""
    entries = Entry.objects.filter(subject_kind="submission", subject_no__in=[row.no for row in batch])
    if kind is not None:
        entries = entries.filter(event=kind.value)
    return dict(entries.order_by().values_list("subject_no").annotate(Max("at")))


@transaction.atomic
def _erase_phone(submission: Submission) -> None:
    Submission.objects.filter(pk=submission.pk).update(phone_sealed=b"", phone_tail_hash="")
    inbox.forget(submission.no)


@transaction.atomic
def _erase_sound(submission: Submission) -> None:
    name = submission.audio.name
    Submission.objects.filter(pk=submission.pk).update(audio="")
    transaction.on_commit(lambda: default_storage.delete(name or ""))

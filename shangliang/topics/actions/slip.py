"""What passes between the holder of a slip and the desk: supplements, messages, erasure."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind, submitter
from shangliang.access.denied import Denied
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.queries import holder
from shangliang.events.kinds import Kind
from shangliang.inbox import actions as inbox
from shangliang.kit.guards import Unmet, require
from shangliang.ledger import actions as ledger
from shangliang.ledger.models import Entry
from shangliang.search import actions as search
from shangliang.topics.actions.intake import ACK, DECIDE
from shangliang.topics.actions.screening import SUPPLEMENT, say
from shangliang.topics.actions.transitions import NOTE, answered, begin_submission
from shangliang.topics.models import Note, Submission


def holder_of(submission: Submission) -> Actor:
    """The actor that the holder of a slip is; whoever calls has checked the key."""
    return submitter(submission.slip_hash)


@transaction.atomic
def give_supplement(*, submission: Submission, text: str, actor: Actor, at: datetime) -> None:
    """The submitter adds what was asked for: back to the desk, and its clock goes on."""
    submission, begun = _begin(submission, "give_supplement", "give_supplement_for", actor)
    require([] if text.strip() else [Unmet("message_missing", mend="text")])
    submission.save(update_fields=["state"])
    Note.objects.create(submission=submission, is_from_staff=False, text=text.strip(), at=at)
    clocks.stop(SUPPLEMENT, submission.subject, at=at)
    clocks.resume(DECIDE, submission.subject, at=at)
    record(begun, submission, at=at)


@transaction.atomic
def send_note(*, submission: Submission, text: str, actor: Actor, at: datetime) -> None:
    """A message either way; the first one of staff is the first look."""
    submission, begun = _begin(submission, "answer_note", "send_note", actor)
    require([] if text.strip() else [Unmet("message_missing", mend="text")])
    if actor.kind == ActorKind.SUBMITTER:
        note = Note.objects.create(submission=submission, is_from_staff=False, text=text.strip(), at=at)
        _wait_for_answer(submission, note, at)
    else:
        say(submission, text, begun.role, at)
        clocks.stop(ACK, submission.subject, at=at)
    record(begun, submission, at=at)


def _wait_for_answer(submission: Submission, note: Note, at: datetime) -> None:
    """Whoever has it on the desk answers within the time; a second message gives them no more of it."""
    if submission.waiting_note_id is None:
        submission.waiting_note = note
        submission.save(update_fields=["waiting_note"])
        clocks.start(
            NOTE, submission.subject, holder=holder(submission), at=at, area_path=submission.desk_path
        )


@transaction.atomic
def take_note(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """知道了: somebody has read the message, and it asks for no answer; the slip says so."""
    submission, begun = begin_submission(submission, "take_note", actor)
    answered(submission, at)
    record(begun, submission, at=at)


@transaction.atomic
def erase(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """Everything the submitter gave is gone; the topic that a person worded stays, and so do the hashes."""
    if actor.kind != ActorKind.SUBMITTER or actor.key != holder_of(submission).key:
        raise Denied(_("这不是您的回执。"))
    submission, begun = begin_submission(submission, "erase", actor)
    wipe(begun, submission, at)


def wipe(begun: Begun, submission: Submission, at: datetime) -> None:
    """Empty what its submitter gave. The caller holds the row.

    That somebody looked at the telephone stays on record: it says nothing of the submitter, and much of who looked.
    """
    files = [name for photo in submission.photos.all() for name in (photo.file.name, photo.thumbnail.name)]
    files.append(submission.audio.name)
    submission.photos.all().delete()
    submission.waiting_note = None
    submission.save(update_fields=["waiting_note"])
    submission.notes.all().delete()
    submission.erased_at = at
    submission.text = submission.gist = submission.place_text = submission.destination_note = (
        submission.outside_no
    ) = ""
    submission.phone_tail_hash, submission.audio = "", ""
    submission.slip_sealed = submission.phone_sealed = b""
    submission.save()
    search.remove_words("submission", [submission.pk])
    clocks.stop_all(submission.subject, at=at)
    record(begun, submission, at=at)
    _forget(submission, Kind(begun.event), at)
    transaction.on_commit(lambda: _delete(files))


def _forget(submission: Submission, by: Kind, at: datetime) -> None:
    entries = Entry.objects.filter(subject_kind="submission", subject_no=submission.no)
    ledger.erase(list(entries.values_list("pk", flat=True)), by=by, at=at)
    ledger.forget(holder_of(submission).key)
    inbox.forget(submission.no)


def _delete(files: list[str | None]) -> None:
    for name in files:
        if name:
            default_storage.delete(name)


def _begin(submission: Submission, by_holder: str, by_staff: str, actor: Actor) -> tuple[Submission, Begun]:
    """The holder of this very slip; or staff who act for somebody at their desk or on the telephone."""
    if actor.kind == ActorKind.SUBMITTER and actor.key != holder_of(submission).key:
        raise Denied(_("这不是您的回执。"))
    return begin_submission(submission, by_holder if actor.kind == ActorKind.SUBMITTER else by_staff, actor)

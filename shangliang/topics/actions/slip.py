"""What passes between the holder of a slip and the desk: supplements, messages, erasure."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind, submitter
from shangliang.access.denied import Denied
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.inbox import actions as inbox
from shangliang.kit.guards import Unmet, require
from shangliang.ledger import actions as ledger
from shangliang.ledger.models import Entry
from shangliang.topics.actions.desks import place_of
from shangliang.topics.actions.intake import ACK, DECIDE
from shangliang.topics.actions.screening import SUPPLEMENT, locked, say
from shangliang.topics.models import Note, Submission
from shangliang.topics.states import SUBMISSION, SubmissionState

# On the way to and from the submitter no state forbids a message, but an erased slip has no reader.
SILENT = frozenset({SubmissionState.ERASED})


def holder_of(submission: Submission) -> Actor:
    """The actor that the holder of a slip is; whoever calls has checked the key."""
    return submitter(submission.slip_hash)


@transaction.atomic
def give_supplement(*, submission: Submission, text: str, actor: Actor, at: datetime) -> None:
    """The submitter adds what was asked for: back to the desk, and its clock goes on."""
    submission = locked(submission)
    role = _sender(actor, submission)
    transition = SUBMISSION.move("give_supplement", submission.state)
    require([] if text.strip() else [Unmet("message_missing", mend="text")])
    submission.state = transition.target.value
    submission.save(update_fields=["state"])
    Note.objects.create(submission=submission, is_from_staff=False, text=text.strip(), at=at)
    clocks.stop(SUPPLEMENT, submission.subject, at=at)
    clocks.resume(DECIDE, submission.subject, at=at)
    ledger.act(
        Kind.SUPPLEMENT_GIVEN,
        submission.subject,
        actor=actor,
        role=role,
        place=place_of(submission),
        at=at,
    )


@transaction.atomic
def send_note(*, submission: Submission, text: str, actor: Actor, at: datetime) -> None:
    """A message either way; the first one of staff is the first look."""
    submission = locked(submission)
    if submission.state in SILENT:
        SUBMISSION.move("send_note", submission.state)
    require([] if text.strip() else [Unmet("message_missing", mend="text")])
    if actor.kind == ActorKind.SUBMITTER:
        role = _sender(actor, submission)
        Note.objects.create(submission=submission, is_from_staff=False, text=text.strip(), at=at)
        kind = Kind.SUBMISSION_ANSWERED
    else:
        role = require_role(actor, Permission.SUBMISSION_SCREEN, submission)
        say(submission, text, role, at)
        clocks.stop(ACK, submission.subject, at=at)
        kind = Kind.SUBMISSION_MESSAGED
    ledger.act(kind, submission.subject, actor=actor, role=role, place=place_of(submission), at=at)


@transaction.atomic
def erase(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """Everything the submitter gave is gone; the topic that a person worded stays, and so do the hashes."""
    submission = locked(submission)
    role = _sender(actor, submission)
    transition = SUBMISSION.move("erase", submission.state)
    files = [name for photo in submission.photos.all() for name in (photo.file.name, photo.thumbnail.name)]
    files.append(submission.audio.name)
    submission.photos.all().delete()
    submission.notes.all().delete()
    submission.reveals.all().delete()
    submission.state, submission.erased_at = transition.target.value, at
    submission.text = submission.place_text = submission.destination_note = submission.outside_no = ""
    submission.phone_tail_hash, submission.audio = "", ""
    submission.slip_sealed = submission.phone_sealed = b""
    submission.save()
    clocks.stop_all(submission.subject, at=at)
    ledger.act(
        Kind.SUBMISSION_ERASED,
        submission.subject,
        actor=actor,
        role=role,
        place=place_of(submission),
        at=at,
    )
    _forget(submission, at)
    transaction.on_commit(lambda: _delete(files))


def _forget(submission: Submission, at: datetime) -> None:
    entries = Entry.objects.filter(subject_kind="submission", subject_no=submission.no)
    ledger.erase(list(entries.values_list("pk", flat=True)), reason="asked by its owner", at=at)
    ledger.forget(holder_of(submission).key)
    inbox.forget(submission.no)


def _delete(files: list[str | None]) -> None:
    for name in files:
        if name:
            default_storage.delete(name)


def _sender(actor: Actor, submission: Submission) -> Role | None:
    """The holder of this very slip; or staff who act for somebody at their desk or on the telephone."""
    if actor.kind == ActorKind.SUBMITTER:
        if actor.key != holder_of(submission).key:
            raise Denied(_("这不是您的回执。"))
        return None
    return require_role(actor, Permission.SUBMISSION_SCREEN, submission)

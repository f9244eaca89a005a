"""Asking the residents: one invitation for each slip and round, answered by a link that changes nothing when opened."""

from __future__ import annotations

from datetime import datetime

from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Holder
from shangliang.kit import crypto, ids, phones
from shangliang.outcomes.models import Commitment, Invitation
from shangliang.topics.models import SEALED_PHONE, Submission
from shangliang.topics.states import SubmissionState


def ask_residents(commitment: Commitment, at: datetime) -> None:
    """Ask everybody who raised the matter. The window's clock waits for residents, so nobody holds it."""
    running = clocks.start(
        "outcomes.rating_days",
        commitment.subject,
        holder=Holder(None),
        at=at,
        area_path=commitment.desk_path,
    )
    raised = Submission.objects.filter(
        topic_id=commitment.topic_id, state__in=[SubmissionState.ACCEPTED, SubmissionState.MERGED]
    ).order_by("pk")
    by_phone: dict[str, Invitation] = {}
    asked = []
    for submission in raised:
        invitation = Invitation(
            commitment=commitment,
            submission=submission,
            # the link in a message is made when the message is: until then nobody knows this key
            token_hash=crypto.fingerprint(ids.new_key(), Invitation.PURPOSE),
            round=commitment.reopened_count,
            asked_at=at,
            closes_at=running.due_at,
        )
        phone = _phone(submission)
        if phone:
            first = by_phone.setdefault(phone, invitation)
            invitation.same_as = None if first is invitation else first
        asked.append(invitation)
    Invitation.objects.bulk_create(row for row in asked if row.same_as is None)
    Invitation.objects.bulk_create(row for row in asked if row.same_as is not None)


def _phone(submission: Submission) -> str:
    """By which two slips are known to be one person's: compared here, shown to nobody; "" where none was left."""
    if not submission.phone_sealed:
        return ""
    try:
        typed = crypto.unseal(bytes(submission.phone_sealed), SEALED_PHONE)
    except crypto.Unreadable:
        return ""
    phone = phones.read(typed)
    return phone.digits if phone else ""


def new_link(invitation: Invitation) -> str:
    """A fresh token for an invitation; the former one is dead. Called where the message is made."""
    token = ids.new_key()
    Invitation.objects.filter(pk=invitation.pk).update(
        token_hash=crypto.fingerprint(token, Invitation.PURPOSE)
    )
    return token

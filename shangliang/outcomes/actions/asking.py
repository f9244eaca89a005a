"""Asking the residents: one invitation for each slip and round, answered by a link that changes nothing when opened."""

from __future__ import annotations

from datetime import datetime

from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Holder
from shangliang.kit import crypto, ids
from shangliang.outcomes.models import Commitment, Invitation
from shangliang.topics.models import Submission
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
    Invitation.objects.bulk_create(
        Invitation(
            commitment=commitment,
            submission=submission,
            # the link in a message is made when the message is: until then nobody knows this key
            token_hash=crypto.fingerprint(ids.new_key(), Invitation.PURPOSE),
            round=commitment.reopened_count,
            asked_at=at,
            closes_at=running.due_at,
        )
        for submission in raised
    )


def new_link(invitation: Invitation) -> str:
    """A fresh token for an invitation; the former one is dead. Called where the message is made."""
    token = ids.new_key()
    Invitation.objects.filter(pk=invitation.pk).update(
        token_hash=crypto.fingerprint(token, Invitation.PURPOSE)
    )
    return token

"""Erasing for somebody who cannot press it themselves: the desk asks, somebody outside the room confirms."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.roles import is_of_the_room
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.queries import district_office, tier_office
from shangliang.kit.guards import Unmet, require
from shangliang.topics.actions.slip import wipe
from shangliang.topics.actions.transitions import ERASURE, begin_submission
from shangliang.topics.models import Submission


@transaction.atomic
def ask(*, submission: Submission, reason: str, actor: Actor, at: datetime) -> None:
    """Say who wants it gone, and why. Nothing is erased by it; its holder learns that somebody has asked."""
    submission, begun = begin_submission(submission, "ask_erasure", actor)
    require([] if reason.strip() else [Unmet("erasure_reason_missing", mend="reason")])
    submission.erasure_asked_at, submission.erasure_asked_by = at, actor.account_id
    submission.erasure_reason = reason.strip()
    submission.save(update_fields=["erasure_asked_at", "erasure_asked_by", "erasure_reason"])
    outside = tier_office if is_of_the_room(begun.role) else district_office
    clocks.start(
        ERASURE, submission.subject, holder=outside(submission), at=at, area_path=submission.desk_path
    )
    record(begun, submission, at=at)


@transaction.atomic
def refuse(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """It stays: whoever raised it does not want it erased, or could not be asked."""
    submission, begun = begin_submission(submission, "refuse_erasure", actor)
    submission.erasure_asked_at = None
    submission.save(update_fields=["erasure_asked_at"])
    clocks.stop(ERASURE, submission.subject, at=at)
    record(begun, submission, at=at)


@transaction.atomic
def confirm(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """Somebody else, outside the room, has asked the submitter: now it is erased, and the history says by whom."""
    submission, begun = begin_submission(submission, "confirm_erasure", actor)
    own = submission.erasure_asked_by is not None and submission.erasure_asked_by == actor.account_id
    require([Unmet("erasure_by_two")] if own else [])
    wipe(begun, submission, at)

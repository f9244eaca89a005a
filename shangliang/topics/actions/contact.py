"""Looking at what is sealed: a phone number, or a slip to be printed again. Every look is written down and shown."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.desks.actions.records import record
from shangliang.kit import crypto
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.rulebook import book
from shangliang.topics.actions.intake import opened_slip
from shangliang.topics.actions.transitions import begin_submission
from shangliang.topics.models import SEALED_PHONE, Reveal, Submission

SLIP_AGAIN = "slip"  # the reason under which a slip was printed again


@transaction.atomic
def reveal(*, submission: Submission, reason: str, actor: Actor, at: datetime) -> str:
    """The phone number, once, for one of the rulebook's reasons; the slip shows that it was looked at."""
    submission, begun = begin_submission(submission, "reveal", actor)
    known = {row["code"] for row in book().at(local_day(at)).table("topics.reveal_reasons_table")}
    require([] if reason in known else [Unmet("reveal_reason_missing", mend="reason")])
    office = begun.role.value if begun.role else ""
    Reveal.objects.create(
        submission=submission, office=office, account_id=actor.account_id or 0, reason=reason, at=at
    )
    most = book().at(local_day(at)).integer("topics.reveals_day_count", submission.desk_path)
    today = Reveal.objects.filter(account_id=actor.account_id or 0, at__date=local_day(at)).count()
    record(
        begun,
        submission,
        at=at,
        content={"reason": reason},
        payload={"account": actor.account_id, "is_too_often": today > most},
    )
    return crypto.unseal(bytes(submission.phone_sealed), SEALED_PHONE)


@transaction.atomic
def read_slip(*, submission: Submission, actor: Actor, at: datetime) -> str:
    """The twelve digits again, to print them for their owner."""
    submission, begun = begin_submission(submission, "read_slip", actor)
    record(begun, submission, at=at, content={"reason": SLIP_AGAIN})
    return opened_slip(submission)

"""Looking at what is sealed: a phone number, or a slip to be printed again. Every look is written down and shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.roles import is_of_the_room
from shangliang.access.transitions import Begun
from shangliang.desks.actions.records import record
from shangliang.kit import crypto, ids
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.rulebook import book
from shangliang.topics.actions.intake import Received
from shangliang.topics.actions.transitions import begin_submission
from shangliang.topics.models import SEALED_PHONE, Reveal, Submission, key_hash, opened_slip
from shangliang.topics.states import FoundBy

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
    _in_hands(submission, begun, at)
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
    _in_hands(submission, begun, at)
    record(begun, submission, at=at, content={"reason": SLIP_AGAIN})
    return opened_slip(submission)


@transaction.atomic
def look_up(*, submissions: Sequence[Submission], by: FoundBy, actor: Actor, at: datetime) -> None:
    """Somebody has lost a slip, and staff look at these few: each look is on record, and their holders read of it."""
    for submission in submissions:
        row, begun = begin_submission(submission, "look_up", actor)
        record(begun, row, at=at, content={"by": by.value})


@transaction.atomic
def renew_slip(*, submission: Submission, actor: Actor, at: datetime) -> Received:
    """The slip once more, under a new key: whoever finds the lost one can open nothing with its square."""
    submission, begun = begin_submission(submission, "renew_slip", actor)
    key = ids.new_key()
    submission.key_hash = key_hash(key)
    submission.save(update_fields=["key_hash"])
    _in_hands(submission, begun, at)
    record(begun, submission, at=at)
    return Received(submission, opened_slip(submission), key)


def _in_hands(submission: Submission, begun: Begun, at: datetime) -> None:
    """From now on the room could open this slip as its holder does: what comes by it about the room is not scored."""
    if submission.in_hands_at is None and is_of_the_room(begun.role):
        submission.in_hands_at = at
        submission.save(update_fields=["in_hands_at"])

"""A commitment's words come from a record that was reviewed: it is public when its topic and its record are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM
from shangliang.access.publication import Release
from shangliang.desks.actions import publication
from shangliang.desks.states import POST
from shangliang.kit import personal_data
from shangliang.kit.clock import local_day
from shangliang.outcomes import rules
from shangliang.outcomes.models import Commitment, PublicReason, Rating, Reply
from shangliang.outcomes.queries import rated
from shangliang.rulebook import book
from shangliang.topics.models import Submission, Topic


def follow_record(commitment: Commitment, at: datetime) -> None:
    """Make it public where what it comes from is."""
    topic, deliberation = commitment.topic, commitment.outcome.deliberation
    record = getattr(deliberation, "record", None)
    if not topic.is_public or topic.is_embargoed or (record and record.release != Release.RELEASED):
        return
    POST.go(commitment, "follow")
    commitment.released_at = at
    commitment.save(update_fields=["release", "released_at"])


def withhold_files(*, reply: Reply, keys: Sequence[str], reason: str) -> None:
    """Photos and letters that stay with those who work on the matter, though the words become public."""
    reply.files.filter(pk__in=keys).update(withheld=reason)


def propose_reasons(*, commitment: Commitment, at: datetime) -> int:
    """Once the last round is over: its reasons go to review, each by itself, where enough people have answered.

    Numbers are starred out first; one that names somebody or a door even so is never public. What was said to the
    district office alone, or entered by the room's own clerk, is not asked about. Returns how many wait.
    """
    least = book().at(local_day(at)).integer("outcomes.rating_public_min_count", commitment.desk_path)
    found = rated(commitment, least)
    if found.figures.satisfied_percent is None:
        return 0
    given = Rating.objects.standing().filter(
        commitment=commitment, invitation__round=found.round, for_district=False, public_reason=None
    )
    made = 0
    for rating in given.exclude(reason="").exclude(rated_by__in=rules.NEVER_SCORED).order_by("at", "pk"):
        text = personal_data.mask(rating.reason)
        if personal_data.names(text, is_public=True):
            continue
        post = PublicReason.objects.create(
            rating=rating, commitment=commitment, text=text, at=at, scope=commitment.scope
        )
        publication.propose(post=post, actor=SYSTEM, role=None, at=at)
        made += 1
    return made


@transaction.atomic
def forget_reasons(*, submission_no: str) -> None:
    """What its writer had erased is public no more, and nobody reads it; how they rated stays."""
    theirs = Rating.objects.filter(invitation__submission__in=Submission.objects.by_no(submission_no))
    PublicReason.objects.filter(rating__in=theirs).delete()
    theirs.update(reason="")


def release_of_topic(topic: Topic, at: datetime) -> None:
    """Release what became public with its topic or its record."""
    waiting = Commitment.objects.filter(topic=topic, release=Release.UNRELEASED.value).select_related(
        "topic", "outcome__deliberation__record"
    )
    for commitment in waiting:
        follow_record(commitment, at)

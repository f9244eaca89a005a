"""A commitment's words come from a record that was reviewed: it is public when its topic and its record are."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.publication import Release
from shangliang.desks.states import POST
from shangliang.outcomes.models import Commitment
from shangliang.topics.models import Topic


def follow_record(commitment: Commitment, at: datetime) -> None:
    """Make it public where what it comes from is."""
    topic, deliberation = commitment.topic, commitment.outcome.deliberation
    record = getattr(deliberation, "record", None)
    if not topic.is_public or topic.is_embargoed or (record and record.release != Release.RELEASED):
        return
    POST.go(commitment, "follow")
    commitment.released_at = at
    commitment.save(update_fields=["release", "released_at"])


def release_of_topic(topic: Topic, at: datetime) -> None:
    """Release what became public with its topic or its record."""
    waiting = Commitment.objects.filter(topic=topic, release=Release.UNRELEASED.value).select_related(
        "topic", "outcome__deliberation__record"
    )
    for commitment in waiting:
        follow_record(commitment, at)

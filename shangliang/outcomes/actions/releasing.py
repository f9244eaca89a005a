"""A commitment's words come from a record that was reviewed: it is public when its topic and its record are."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.publication import Release
from shangliang.deliberations.models import Record
from shangliang.outcomes.models import Commitment
from shangliang.topics.models import Topic


def release_state(topic: Topic, record: Record | None, at: datetime) -> tuple[str, datetime | None]:
    """Whether a commitment made now is public at once."""
    if topic.is_public and (record is None or record.release == Release.RELEASED) and not topic.is_embargoed:
        return Release.RELEASED.value, at
    return Release.UNRELEASED.value, None


def release_of_topic(topic: Topic, at: datetime) -> int:
    """Release what became public with its topic or its record; returns how many."""
    if not topic.is_public or topic.is_embargoed:
        return 0
    waiting = Commitment.objects.filter(topic=topic, release=Release.UNRELEASED.value).select_related(
        "outcome__deliberation__record"
    )
    count = 0
    for commitment in waiting:
        deliberation = commitment.outcome.deliberation
        record = getattr(deliberation, "record", None) if deliberation else None
        state, released_at = release_state(topic, record, at)
        if state == Release.RELEASED:
            commitment.release, commitment.released_at = state, released_at
            commitment.save(update_fields=["release", "released_at"])
            count += 1
    return count

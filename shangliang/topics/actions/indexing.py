"""The search page's index: every topic for its desk, and for everybody as long as it is public."""

from __future__ import annotations

from shangliang.search import actions as search
from shangliang.topics.models import Topic, words_of


def index_topic(topic: Topic) -> None:
    """Put it in, or replace what the index holds of it."""
    search.put(
        kind="topic",
        no=topic.no,
        title=topic.title,
        body=words_of(topic),
        desk=topic,
        is_public=topic.is_public,
        happened_at=topic.changed_at,
    )


def index_topics(room_no: str = "") -> int:
    """All of them, or those of a room; returns how many. Safe to run at any time."""
    rows = Topic.objects.filter(room__no=room_no) if room_no else Topic.objects.all()
    count = 0
    for topic in rows.select_related("room").iterator(chunk_size=500):
        index_topic(topic)
        count += 1
    return count

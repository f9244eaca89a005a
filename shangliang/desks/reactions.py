"""What follows on the desk by itself: its lists find a row by the words that it has now."""

from __future__ import annotations

from shangliang.desks.actions import indexing
from shangliang.events.models import Event


def index_words(event: Event) -> None:
    """Of what has happened to a thing, or to the room or topic by whose words others are found."""
    indexing.index_of(event.subject_kind, event.subject_no)

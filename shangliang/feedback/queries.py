"""Reads: the list on the desk, one by its number or its key, rooms by what somebody typed."""

from __future__ import annotations

from shangliang.access.actor import Actor
from shangliang.clocks.models import Clock
from shangliang.feedback.models import Feedback, FeedbackQuerySet, FeedbackTurn
from shangliang.places.models import Room

ENOUGH = 20  # of rooms with one name: more are not counted


def on_desk_of(actor: Actor) -> FeedbackQuerySet:
    """What the actor's office answers, who has waited longest first."""
    return Feedback.objects.visible_to(actor).order_by("received_at", "pk")


def by_key(key: str) -> Feedback | None:
    """What lies behind a secret address."""
    return Feedback.objects.by_key(key).first()


def turns_of(feedback: Feedback) -> list[FeedbackTurn]:
    """What was said after the first words, oldest first."""
    return list(feedback.turns.select_related("room").order_by("at", "pk"))


def clock_of(feedback: Feedback) -> Clock | None:
    """The running clock; None once it is answered."""
    return Clock.objects.running().of(feedback.subject).first()


def rooms_called(typed: str) -> list[Room]:
    """Open rooms with exactly that number or name."""
    word = typed.strip()
    if not word or not word.isprintable():
        return []
    by_number = list(Room.objects.open().filter(no=word))
    return by_number or list(Room.objects.open().filter(name=word).order_by("no")[:ENOUGH])

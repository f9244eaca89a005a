"""What somebody said about the system, and what was said back. Never public."""

from __future__ import annotations

from django.db import models

from shangliang.access.actor import Actor
from shangliang.access.matching import NOTHING, held
from shangliang.access.roles import Permission
from shangliang.events.kinds import Subject
from shangliang.feedback.labels import KINDS, STATES, WAYS
from shangliang.feedback.rules import LONGEST
from shangliang.feedback.states import FeedbackKind, FeedbackState, FeedbackWay
from shangliang.kit import clock, crypto
from shangliang.kit.numbered import Numbered, by_no, number_of, once
from shangliang.places.models import Room

KEY, SEALED_PHONE = "feedback.key", "feedback.phone"  # the purposes of fingerprint and seal


def key_hash(key: str) -> str:
    """How the secret address is looked up without being stored."""
    return crypto.fingerprint(key, KEY)


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Chainable filters."""

    def visible_to(self, actor: Actor) -> FeedbackQuerySet:
        """Only the office that answers reads it."""
        mine = held(actor, Permission.FEEDBACK_ANSWER, area="desk_path") if actor.is_staff else NOTHING
        return self.filter(mine)

    def by_no(self, no: str) -> FeedbackQuerySet:
        return by_no(self, no)

    def by_key(self, key: str) -> FeedbackQuerySet:
        """What whoever holds the secret address may open."""
        return self.filter(key_hash=key_hash(key))


class Feedback(Numbered):
    """意见建议. Its key is kept as a keyed hash, the phone sealed; it lies on the desk of the top office."""

    key_hash = models.CharField(max_length=64, unique=True)
    form_nonce = models.CharField(max_length=64, unique=True)  # a form sent twice makes one
    kind = models.CharField(max_length=12, choices=[(v.value, KINDS[v]) for v in FeedbackKind])
    way = models.CharField(
        max_length=8, choices=[(v.value, WAYS[v]) for v in FeedbackWay], default=FeedbackWay.ONLINE.value
    )
    entered_by = models.BigIntegerField(null=True, blank=True)  # account, when entered for somebody (代录)
    state = models.CharField(
        max_length=12,
        choices=[(v.value, STATES[v]) for v in FeedbackState],
        default=FeedbackState.WAITING.value,
    )
    text = models.TextField()
    page = models.CharField(max_length=LONGEST, blank=True)  # which page it is about, without secrets
    phone_sealed = models.BinaryField(blank=True, default=b"")
    phone_seen = models.PositiveSmallIntegerField(default=0)  # how often staff looked at it
    desk_path = models.CharField(max_length=80)  # the area whose office answers
    is_suspicious = models.BooleanField(default=False)  # looked at as any other, never refused
    received_at = models.DateTimeField(default=clock.now)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    was_in_time = models.BooleanField(null=True, blank=True)  # the first answer, by its clock
    asked_again_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # the last answer, while it stands

    desk_room_no = ""  # no room ever answers for the system; OnDesk asks for both
    is_embargoed = False

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = [once("feedback_number")]
        indexes = [
            models.Index(fields=["desk_path", "state", "received_at"], name="feedback_desk"),
            models.Index(fields=["received_at"], name="feedback_received"),  # the figures of a period
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def no(self) -> str:
        return number_of(self, self.received_at)

    @property
    def subject(self) -> Subject:
        return Subject("feedback", self.no)

    @property
    def has_phone(self) -> bool:
        return bool(self.phone_sealed)

    @property
    def is_entered_for_somebody(self) -> bool:
        """代录."""
        return self.way != FeedbackWay.ONLINE


class FeedbackTurn(models.Model):
    """What was said after the first words: an answer, where it truly belongs, or the question once more."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="turns")
    office = models.CharField(max_length=20, blank=True)  # the role that answered; empty: the person
    text = models.TextField(blank=True)
    destination = models.CharField(max_length=12, blank=True)  # where it was passed on to, else empty
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["feedback", "at"], name="feedback_turn")]

    def __str__(self) -> str:
        return f"{self.office} {self.at:%F}"

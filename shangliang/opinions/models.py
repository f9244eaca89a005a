"""A poll, its statements, its voters and their votes, and the last map of them. Knows no deliberation."""

from __future__ import annotations

from django.db import models

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.matching import NOTHING
from shangliang.access.roles import Permission
from shangliang.events.kinds import Subject
from shangliang.kit import clock, crypto
from shangliang.kit.numbered import Numbered, number_of, once
from shangliang.opinions.labels import CHOICES, CLASSES, PARTS, POLL_STATES, STATEMENT_STATES
from shangliang.opinions.states import PARTS as PARTS_OF
from shangliang.opinions.states import Choice, Part, PollState, StatementState, VoterClass

VOTER = "opinions.voter"  # the purposes of fingerprints
SEAT = "opinions.seat"


def voter_hash(token: str) -> str:
    """How a voter's cookie is looked up without being stored."""
    return crypto.fingerprint(token, VOTER)


def seat_hash(code: str) -> str:
    """How the code of a printed slip is looked up without being stored."""
    return crypto.fingerprint(code, SEAT)


class PollQuerySet(models.QuerySet["Poll"]):
    """Chainable filters."""

    def staffed_by(self, actor: Actor, permission: Permission = Permission.POLL_KEEP) -> PollQuerySet:
        """What lies on the actor's desk."""
        return self.filter(on_desk(actor, permission) if actor.is_staff else NOTHING)

    def by_key(self, key: str) -> PollQuerySet:
        """What whoever has the link may open."""
        return self.filter(key=key)


class Poll(Numbered):
    """One question about which people state and vote. Whoever asks it keeps its key."""

    key = models.CharField(max_length=22, unique=True)  # opaque; stands in links and codes
    question = models.CharField(max_length=80)
    state = models.CharField(
        max_length=10,
        choices=[(v.value, POLL_STATES[v]) for v in PollState],
        default=PollState.PREPARED.value,
    )
    desk_path = models.CharField(max_length=80)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    takes_open = models.BooleanField(default=False)  # also from the door and by link
    shows_unreviewed = models.BooleanField(default=False)  # what people add is seen before the clerk looked
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        constraints = [once("poll_number")]

    def __str__(self) -> str:
        return self.question

    @property
    def no(self) -> str:
        return number_of(self, self.made_at)

    @property
    def subject(self) -> Subject:
        return Subject("poll", self.no)


class Voter(models.Model):
    """Somebody who votes, known by a random token on their device and by nothing else."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="voters")
    token_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=[(v.value, CLASSES[v]) for v in VoterClass])
    is_flagged = models.BooleanField(default=False)  # unusually many from one network
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["poll", "kind"], name="voter_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def part(self) -> Part:
        """On which map they stand."""
        return PARTS_OF[VoterClass(self.kind)]


class Statement(models.Model):
    """One thought in one sentence."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="statements")
    text = models.CharField(max_length=140)
    state = models.CharField(
        max_length=10,
        choices=[(v.value, STATEMENT_STATES[v]) for v in StatementState],
        default=StatementState.WAITING.value,
    )
    voter = models.ForeignKey(Voter, null=True, blank=True, on_delete=models.SET_NULL)  # None: by the clerk
    # about oneself ("I am a tenant"): asked, not part of the map
    is_meta = models.BooleanField(default=False)
    mark = models.CharField(max_length=140, blank=True)  # a word beside it, once it has votes
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["poll", "state"], name="statement_state")]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """What one voter says to one statement; the last word counts."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField(choices=[(v.value, CHOICES[v]) for v in Choice])
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voter", "statement"], name="vote_once"),
            models.CheckConstraint(condition=models.Q(value__in=[-1, 0, 1]), name="vote_value"),
        ]
        indexes = [models.Index(fields=["poll", "at"], name="vote_poll_at")]

    def __str__(self) -> str:
        return f"{self.value} {self.statement_id}"


class SeatCode(models.Model):
    """A code on a printed slip; whoever uses it first votes with it."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="seats")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class HandCount(models.Model):
    """Hands counted by the clerk: numbers only, shown by themselves, never part of the map."""

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="hands")
    agree = models.PositiveIntegerField()
    disagree = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.agree}/{self.disagree}/{self.passed}"


class OpinionMap(models.Model):
    """The last map of one part of a poll: what is shown, and from where the next one starts."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="maps")
    part = models.CharField(max_length=8, choices=[(v.value, PARTS[v]) for v in Part])
    drawn_at = models.DateTimeField(null=True, blank=True)
    votes_until = models.DateTimeField(null=True, blank=True)  # the newest vote that it holds
    picture = models.JSONField(default=dict)  # see engine.picture; nothing of a group below the least size
    # statement -> axes, mean, priority: a voter's own point, what is asked next
    aims = models.JSONField(default=dict)
    saved = models.BinaryField(default=bytes)  # the engine's state
    seconds = models.FloatField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "part"], name="map_once")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.part}"

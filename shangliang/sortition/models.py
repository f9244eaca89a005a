"""A draw, its quotas, its volunteers and its lotteries. Knows no deliberation."""

from __future__ import annotations

from django.db import models

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.matching import NOTHING
from shangliang.access.roles import Permission
from shangliang.events.kinds import Subject
from shangliang.kit import clock, crypto
from shangliang.kit.numbered import Numbered, by_no, number_of, once
from shangliang.places.models import Room
from shangliang.sortition.labels import (
    CALL_RESULTS,
    DRAW_STATES,
    LOTTERY_STATES,
    OUT_REASONS,
    SEED_WAYS,
    SOURCES,
    VOLUNTEER_STATES,
)
from shangliang.sortition.states import (
    CallResult,
    DrawState,
    LotteryState,
    OutReason,
    SeedWay,
    Source,
    VolunteerState,
)

NAME, HOME = "sortition.name", "sortition.home"  # what is sealed for what
# purposes of fingerprints
TOKEN, TOKEN_HASH, PHONE = (
    "sortition.token",
    "sortition.token_hash",
    "sortition.phone",
)


def own_token(nonce: str) -> str:
    """The token of a volunteer's own page; only who has our keys can make it, so a letter can be printed again."""
    return crypto.fingerprint(nonce, TOKEN)


def token_hash(token: str) -> str:
    """How a token is looked up without being stored."""
    return crypto.fingerprint(token, TOKEN_HASH)


class DrawQuerySet(models.QuerySet["Draw"]):
    """Chainable filters."""

    def staffed_by(self, actor: Actor, permission: Permission = Permission.DRAW_KEEP) -> DrawQuerySet:
        """What lies on the actor's desk."""
        return self.filter(on_desk(actor, permission) if actor.is_staff else NOTHING)

    def by_no(self, no: str) -> DrawQuerySet:
        return by_no(self, no)

    def by_key(self, key: str) -> DrawQuerySet:
        """What whoever has the link may open."""
        return self.filter(key=key)


class Draw(Numbered):
    """So many people are drawn by lot for one table. Whoever asks for it keeps its key."""

    key = models.CharField(max_length=22, unique=True)  # opaque; stands in links and codes
    title = models.CharField(max_length=80)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="draws")
    origin = models.CharField(max_length=80, blank=True)  # the desk's page that asked for it
    desk_path = models.CharField(max_length=80)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    state = models.CharField(
        max_length=12,
        choices=[(v.value, DRAW_STATES[v]) for v in DrawState],
        default=DrawState.COLLECTING.value,
    )
    size = models.PositiveIntegerField(default=0)  # seats that are drawn; 0: not said yet
    is_called = models.BooleanField(default=False)  # the open call takes names
    call_until = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    # when and where those who are drawn meet, once that is announced; told by what the draw is for
    meets_at = models.DateTimeField(null=True, blank=True)
    meets_where = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # or called off
    reason = models.CharField(max_length=200, blank=True)  # why it was called off
    check_asked_at = models.DateTimeField(null=True, blank=True)  # "is this possible?"
    checked_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict)  # of the last check, see tasks.check

    objects = DrawQuerySet.as_manager()

    class Meta:
        constraints = [once("draw_number")]
        indexes = [models.Index(fields=["desk_room_no", "state"], name="draw_desk_room")]

    def __str__(self) -> str:
        return self.title

    @property
    def no(self) -> str:
        return number_of(self, self.made_at)

    @property
    def subject(self) -> Subject:
        return Subject("draw", self.no)

    @property
    def is_checking(self) -> bool:
        """Whether a question waits for the worker."""
        asked, answered = self.check_asked_at, self.checked_at
        return asked is not None and (answered is None or answered < asked)


class Quota(models.Model):
    """How many people of one kind the panel has."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="quotas")
    category = models.CharField(max_length=20)
    feature = models.CharField(max_length=20)
    people = models.PositiveIntegerField(null=True, blank=True)  # of this kind in the place, where known
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    is_flexible = models.BooleanField(default=False)  # may move where no panel exists otherwise

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "category", "feature"], name="draw_quota_once")
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.feature}"


class Volunteer(models.Model):
    """Somebody who would take part. Names and homes are sealed; the public knows them by number."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="volunteers")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=[(v.value, SOURCES[v]) for v in Source])
    state = models.CharField(
        max_length=10,
        choices=[(v.value, VOLUNTEER_STATES[v]) for v in VolunteerState],
        default=VolunteerState.WAITING.value,
    )
    out_reason = models.CharField(
        max_length=12, blank=True, choices=[(v.value, OUT_REASONS[v]) for v in OutReason]
    )
    values = models.JSONField(default=dict)  # category -> feature
    name_sealed = models.BinaryField(blank=True, default=b"")
    home_sealed = models.BinaryField(blank=True, default=b"")
    home_hash = models.CharField(max_length=64, blank=True)  # who lives together, and no more
    phone_hash = models.CharField(max_length=64, blank=True)  # nobody volunteers twice
    phone_seen = models.PositiveIntegerField(default=0)  # how often staff looked at it
    # many share the address, and were said to be one household
    is_one_home = models.BooleanField(default=False)
    may_ask_again = models.BooleanField(default=False)  # also for later draws of this room
    was_checked = models.BooleanField(default=False)  # has the name of an office holder, and is somebody else
    is_flagged = models.BooleanField(default=False)  # unusually many from one network
    nonce = models.CharField(max_length=22)
    token_hash = models.CharField(max_length=64, unique=True)
    joined_at = models.DateTimeField(default=clock.now)
    replied_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)  # the last call, and what came of it
    call_result = models.CharField(
        max_length=8, blank=True, choices=[(v.value, CALL_RESULTS[v]) for v in CallResult]
    )
    # of those drawn: came as an alternate for this number
    seat_of = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="volunteer_number_once"),
            models.UniqueConstraint(
                fields=["draw", "phone_hash"], condition=~models.Q(phone_hash=""), name="volunteer_phone_once"
            ),
        ]
        indexes = [models.Index(fields=["draw", "state"], name="volunteer_state")]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.number}"

    @property
    def name(self) -> str:
        """The name in clear; empty once erased."""
        return crypto.unseal(bytes(self.name_sealed), NAME) if self.name_sealed else ""

    @property
    def home(self) -> str:
        """The address in clear; empty where none was given."""
        return crypto.unseal(bytes(self.home_sealed), HOME) if self.home_sealed else ""

    @property
    def ref(self) -> str:
        """Under which the inbox keeps their telephone."""
        return f"volunteer:{self.pk}"

    @property
    def own_path(self) -> str:
        """The address of their own page; stands in letters only."""
        return f"/t/draw/{own_token(self.nonce)}"


class Lottery(models.Model):
    """Panels, each as likely as the other, fixed before the seed is made; then the one that the seed drew."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="lotteries")
    number = models.PositiveIntegerField()  # 1: the first; then those for empty seats
    state = models.CharField(
        max_length=12,
        choices=[(v.value, LOTTERY_STATES[v]) for v in LotteryState],
        default=LotteryState.ASKED.value,
    )
    size = models.PositiveIntegerField()
    asked_at = models.DateTimeField(default=clock.now)
    fixed_at = models.DateTimeField(null=True, blank=True)
    panels = models.TextField(blank=True)  # panels.csv, of volunteers' numbers
    panels_sha256 = models.CharField(max_length=64, blank=True)
    pool_sha256 = models.CharField(max_length=64, blank=True)
    chances = models.JSONField(default=dict)  # volunteer's number -> chance
    report = models.JSONField(default=dict)  # least chance, bound, gap, panels; or what would have to change
    seed = models.CharField(max_length=200, blank=True)
    seed_way = models.CharField(max_length=10, blank=True, choices=[(v.value, SEED_WAYS[v]) for v in SeedWay])
    picked_at = models.DateTimeField(null=True, blank=True)
    panel_number = models.PositiveIntegerField(null=True, blank=True)
    panel = models.JSONField(default=list)  # volunteers' numbers
    alternates = models.JSONField(default=list)  # volunteers' numbers, in the order in which they are asked
    reason = models.CharField(max_length=200, blank=True)  # why it was taken back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "number"], name="lottery_once")]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(state=LotteryState.ASKED.value),
                name="lottery_asked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.number}"

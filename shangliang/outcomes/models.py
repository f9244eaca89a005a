"""Outcomes, commitments, replies, ratings, look-backs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.matching import NOTHING, held
from shangliang.access.publication import Publishable, Release, Scope, public
from shangliang.access.roles import Permission, Role
from shangliang.accounts.models import Grant
from shangliang.clocks.models import Clock, Holder
from shangliang.clocks.queries import first_late, running_by_subject
from shangliang.deliberations.models import Deliberation, Measure
from shangliang.events.kinds import Subject
from shangliang.kit import clock
from shangliang.kit.numbered import Numbered, by_no, number_of, once
from shangliang.kit.papers import PHOTO
from shangliang.outcomes.labels import (
    CLOSINGS,
    COMMITMENT_STATES,
    FILE_KINDS,
    LEVELS,
    OUTCOME_KINDS,
    OUTCOME_STATES,
    PERIODS,
    RATED_BY,
    REPLY_KINDS,
    ROUTES,
    WAYS,
)
from shangliang.outcomes.rules import NEVER_SCORED
from shangliang.outcomes.states import (
    Closing,
    CommitmentState,
    FileKind,
    Level,
    OutcomeKind,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
    Way,
)
from shangliang.people.models import Unit
from shangliang.places.models import Room
from shangliang.topics.models import Submission, Topic


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Chainable filters."""

    def visible_to(self, actor: Actor) -> OutcomeQuerySet:
        """Staff only: the public reads commitments, records and replies."""
        return self.filter(on_desk(actor, Permission.OUTCOME_READ) if actor.is_staff else NOTHING)

    def by_no(self, no: str) -> OutcomeQuerySet:
        return by_no(self, no)


class Outcome(Numbered):
    """What one deliberation, or one quick answer, left behind."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="outcomes")
    deliberation = models.ForeignKey(
        Deliberation, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes"
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="outcomes")
    desk_path = models.CharField(max_length=80)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, choices=[(v.value, OUTCOME_KINDS[v]) for v in OutcomeKind])
    route = models.CharField(max_length=10, blank=True, choices=[(v.value, ROUTES[v]) for v in Route])
    state = models.CharField(
        max_length=16,
        choices=[(v.value, OUTCOME_STATES[v]) for v in OutcomeState],
        default=OutcomeState.DRAFTED.value,
    )
    text = models.TextField(blank=True)
    drafted_at = models.DateTimeField(default=clock.now)
    first_signed_at = models.DateTimeField(null=True, blank=True)
    second_signed_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    reported_to = models.CharField(max_length=60, blank=True)  # which Party committee or government
    approval_no = models.CharField(max_length=60, blank=True)  # 批示文号
    approval_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)  # written, when not or partly adopted

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["not_adopted", "partly_adopted"]) | ~Q(decision_reason=""),
                name="outcome_refusal_has_reason",
            ),
            once("outcome_number"),
        ]
        indexes = [
            models.Index(fields=["desk_path", "state"], name="outcome_desk_path"),
            models.Index(fields=["state", "desk_path", "is_embargoed"], name="outcome_state"),
            models.Index(fields=["drafted_at"], name="outcome_drafted"),
            models.Index(fields=["desk_room_no", "state"], name="outcome_desk_room"),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def no(self) -> str:
        return number_of(self, self.drafted_at)

    @property
    def subject(self) -> Subject:
        return Subject("outcome", self.no)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Chainable filters."""

    def public(self) -> CommitmentQuerySet:
        """What the results page may show: the topic is released, and so is the commitment."""
        return self.filter(public()).filter(
            topic__release=Release.RELEASED.value, topic__scope=Scope.PUBLIC.value
        )

    def with_phones(self) -> CommitmentQuerySet:
        """Each with whether anybody who is asked now can be called: some have left no telephone."""
        asked = Invitation.objects.filter(commitment=OuterRef("pk"), round=OuterRef("reopened_count"))
        return self.annotate(can_be_called=Exists(asked.exclude(submission__phone_sealed=b"")))

    def worked_on_by(
        self, actor: Actor, permission: Permission = Permission.COMMITMENT_READ
    ) -> CommitmentQuerySet:
        """What lies on the actor's desk, or on that of the actor's unit (主办 or 协办)."""
        if not actor.is_staff:
            return self.filter(NOTHING)
        by_unit = held(actor, permission, unit="lead__code")
        co_codes = actor.scope(permission).unit_codes
        if co_codes and permission == Permission.COMMITMENT_READ:
            by_unit |= Q(
                pk__in=Commitment.co_units.through.objects.filter(unit__code__in=co_codes).values(
                    "commitment"
                )
            )
        return self.filter(on_desk(actor, permission) | by_unit)

    def with_accounts(self, day: date) -> CommitmentQuerySet:
        """With `without_account`: whether nobody signs in for whoever has to do it; part of the same statement."""
        held = Grant.objects.in_force(day).filter(user__is_active=True)
        doer = held.filter(role=Role.DOER.value, unit_code=OuterRef("lead__code"))
        clerk = held.filter(role=Role.CLERK.value, room_no=OuterRef("desk_room_no"))
        by_itself = Q(lead=None) & ~Q(desk_room_no="") & ~Exists(clerk)
        return self.annotate(
            without_account=models.ExpressionWrapper(
                (Q(lead__isnull=False) & ~Exists(doer)) | by_itself, output_field=models.BooleanField()
            )
        )

    def by_no(self, no: str) -> CommitmentQuerySet:
        return by_no(self, no)


class Commitment(Numbered, Publishable):
    """One thing somebody has promised to do, with 主办, 协办, a date and how one will see that it is done."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="commitments")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="commitments")
    measure = models.ForeignKey(Measure, null=True, blank=True, on_delete=models.SET_NULL)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="commitments")
    desk_path = models.CharField(max_length=80)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    what = models.CharField(max_length=120)
    how_seen = models.CharField(max_length=120, blank=True)
    # 主办; none means the village or community does it itself
    lead = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    co_units = models.ManyToManyField(Unit, related_name="helps", blank=True)
    period = models.CharField(
        max_length=8, choices=[(v.value, PERIODS[v]) for v in Period], default=Period.NORMAL.value
    )
    state = models.CharField(
        max_length=14,
        choices=[(v.value, COMMITMENT_STATES[v]) for v in CommitmentState],
        default=CommitmentState.ASSIGNED.value,
    )
    assigned_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=200, blank=True)
    # what the district passes on of what residents said to it alone
    district_note = models.CharField(max_length=300, blank=True)
    hand_on_reason = models.CharField(max_length=200, blank=True)  # why another one does it now
    work_plan = models.CharField(max_length=300, blank=True)
    extended_count = models.PositiveSmallIntegerField(default=0)
    extension_reason = models.CharField(max_length=200, blank=True)
    # what the doer has asked for and the assigning office has not answered yet
    asked_until = models.DateField(null=True, blank=True)
    asked_reason = models.CharField(max_length=200, blank=True)
    refusal_reason = models.CharField(max_length=200, blank=True)  # why the last such wish was refused
    replied_at = models.DateTimeField(null=True, blank=True)
    reply_kind = models.CharField(
        max_length=1, blank=True, choices=[(v.value, REPLY_KINDS[v]) for v in ReplyKind]
    )
    planned_on = models.DateField(null=True, blank=True)  # B: when; C: when it is looked at again
    reopened_count = models.PositiveSmallIntegerField(default=0)
    called_back_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing = models.CharField(max_length=16, blank=True, choices=[(v.value, CLOSINGS[v]) for v in Closing])
    decision_reason = models.CharField(max_length=300, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(closed_at=None) & Q(closing="")) | (~Q(closed_at=None) & ~Q(closing="")),
                name="commitment_closing_iff_closed",
            ),
            once("commitment_number"),
        ]
        indexes = [
            models.Index(fields=["lead", "state", "due_at"], name="commitment_lead"),
            models.Index(fields=["state", "desk_path", "is_embargoed"], name="commitment_state"),
            models.Index(fields=["release", "scope", "-assigned_at"], name="commitment_public"),
            models.Index(fields=["room", "-assigned_at"], name="commitment_room"),
            models.Index(fields=["desk_room_no", "state"], name="commitment_desk_room"),
            models.Index(fields=["desk_path", "state"], name="commitment_desk_path"),
            # the figures of a period
            models.Index(fields=["assigned_at"], name="commitment_assigned"),
            models.Index(fields=["replied_at"], name="commitment_replied"),
            models.Index(fields=["closed_at"], name="commitment_closed"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def no(self) -> str:
        return number_of(self, self.assigned_at)

    @property
    def subject(self) -> Subject:
        return Subject("commitment", self.no)

    @property
    def desk(self) -> Commitment:
        """What lies on the desk and becomes public: the commitment itself."""
        return self

    @property
    def lacks_account(self) -> bool:
        """Whether nobody signs in for whoever has to do it; asked where `with_accounts` has not."""
        known = getattr(self, "without_account", None)
        if known is not None:
            return bool(known)
        found: Any = Commitment.objects.filter(pk=self.pk).with_accounts(clock.today()).get()
        return bool(found.without_account)

    @cached_property
    def running_clocks(self) -> list[Clock]:
        """Its running clocks, soonest first, as they stood when they were first asked for; one statement."""
        return running_by_subject([self.subject])[self.subject]

    @property
    def late_clock(self) -> Clock | None:
        """The clock that somebody has let run out, the longest ago; reads `running_clocks`."""
        return first_late(self.running_clocks, clock.now())

    @property
    def open_ask(self) -> Ask | None:
        """The leader's question that no office has answered yet; reads `known_asks`."""
        return next((ask for ask in self.known_asks if ask.explained_at is None), None)

    @cached_property
    def known_asks(self) -> list[Ask]:
        """What leaders have asked, as it stood when it was first looked for; nothing is read where `has_asks`, which a
        page annotates, says that there is none."""
        return list(self.asks.all()) if getattr(self, "has_asks", True) else []

    @property
    def open_look_backs(self) -> list[LookBack]:
        """Look-backs still to be done, the next one first; reads `look_backs`, which a page prefetches."""
        return sorted(
            (look for look in self.look_backs.all() if look.done_at is None), key=lambda look: look.due_on
        )


class Relay(models.Model):
    """代录: what a doer that nobody signs in for has said, as an office entered it; by whom, how, and the paper.

    The photo of the paper is for those who have it on the desk, and for the reviewer; never public.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="relays")
    event = models.CharField(max_length=40)  # what was said: the event that it left
    way = models.CharField(max_length=10, choices=[(v.value, WAYS[v]) for v in Way])
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    place_name = models.CharField(max_length=80)  # of the office's area or room, as it was called then
    paper = models.FileField(upload_to="relays/", blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(way="telephone") | ~Q(paper=""), name="relay_on_paper_has_it")
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.event}"


class Ask(models.Model):
    """过问: a linked leader has asked why something is late; the office named here explains. Never public."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="asks")
    at = models.DateTimeField(default=clock.now)
    asked_by = models.BigIntegerField(null=True, blank=True)  # the account that reads the answer
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    area_path = models.CharField(max_length=80)
    since = models.DateTimeField()  # when the time had run out
    explanation = models.CharField(max_length=300, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment"], condition=Q(explained_at=None), name="ask_one_open"
            ),
            models.CheckConstraint(
                condition=(Q(explained_at=None) & Q(explanation=""))
                | (~Q(explained_at=None) & ~Q(explanation="")),
                name="ask_explained_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.at}"

    @property
    def office(self) -> Holder:
        """Who has to explain."""
        return Holder(Role(self.role), area_path=self.area_path)


class Reply(Numbered, Publishable):
    """A doer's answer A, B or C; public once reviewed."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="replies")
    kind = models.CharField(max_length=1, choices=[(v.value, REPLY_KINDS[v]) for v in ReplyKind])
    text = models.CharField(max_length=500)
    planned_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)
    relay = models.OneToOneField(
        Relay, null=True, blank=True, on_delete=models.PROTECT, related_name="reply"
    )  # where an office entered it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="a") | Q(planned_on__isnull=False), name="reply_b_and_c_have_a_date"
            ),
            once("reply_number"),
        ]
        indexes = [models.Index(fields=["commitment", "-at"], name="reply_commitment")]

    def __str__(self) -> str:
        return self.text[:20]

    @property
    def no(self) -> str:
        return number_of(self, self.at)

    @property
    def subject(self) -> Subject:
        return Subject("reply", self.no)

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has looked through it and found it fit for readers, be they all or those of the place."""
        return self.release == Release.RELEASED

    @property
    def desk(self) -> Commitment:
        """A reply lies on the desk of its commitment."""
        return self.commitment


class ReplyFile(models.Model):
    """A photo from before or after the work, or the letter of the answer: private until its reply is reviewed."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=8, choices=[(v.value, FILE_KINDS[v]) for v in FileKind])
    file = models.FileField(upload_to="evidence/")
    # why whoever reviewed it keeps it from readers; it stays with those who work on the matter
    withheld = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.file.name)

    @property
    def ending(self) -> str:
        """What it is; a key of `kit.papers.TYPES`."""
        return str(self.file.name).rpartition(".")[2]

    @property
    def is_photo(self) -> bool:
        return self.ending == PHOTO


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Chainable filters."""

    def unanswered(self) -> InvitationQuerySet:
        """Those whose own answer is still wanted; what is never scored takes nothing away."""
        own = Rating.objects.standing().filter(invitation=OuterRef("pk"))
        return self.people().filter(~Exists(own.exclude(rated_by__in=NEVER_SCORED)))

    def people(self) -> InvitationQuerySet:
        """Each person once, by whichever slip was asked first."""
        return self.filter(same_as=None)


class Invitation(models.Model):
    """One person is asked once per reply: by a link (token hashed), or through their slip.

    Two slips that left the same telephone are one person; the answer of both lies with the first.
    """

    PURPOSE = "rating-link"  # what the hashed token is for; another purpose's token never fits

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="invitations")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    same_as = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="other_slips"
    )
    round = models.PositiveSmallIntegerField(default=0)  # how often it was reopened when asked
    asked_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "submission", "round"], name="invitation_one_per_slip_and_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}/{self.round}"

    @property
    def whose(self) -> Invitation:
        """The invitation with which the answers of this person lie."""
        return self.same_as or self

    @property
    def rating(self) -> Rating | None:
        """The answer that counts, if there is one; reads `ratings`, which lists prefetch."""
        return next((row for row in self._standing() if row.rated_by not in NEVER_SCORED), None)

    @property
    def unscored(self) -> Rating | None:
        """The answer by a slip that the room has had in its hands; reads `ratings` as well."""
        return next((row for row in self._standing() if row.rated_by == RatedBy.IN_HANDS), None)

    def _standing(self) -> list[Rating]:
        return [row for row in self.whose.ratings.all() if row.replaced_at is None]


class RatingQuerySet(models.QuerySet["Rating"]):
    """Chainable filters."""

    def standing(self) -> RatingQuerySet:
        """The last answer of each person and round."""
        return self.filter(replaced_at=None)


class Rating(models.Model):
    """One answer of one person: five levels, and solved or not. Nobody edits it; a later one stands in its place."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="ratings")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="ratings")
    level = models.PositiveSmallIntegerField(choices=[(v.value, LEVELS[v]) for v in Level])
    is_solved = models.BooleanField()
    reason = models.CharField(max_length=1000, blank=True)  # the rulebook's widest range
    for_district = models.BooleanField(default=False)  # the reason is for the district office alone
    rated_by = models.CharField(max_length=12, choices=[(v.value, RATED_BY[v]) for v in RatedBy])
    at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)  # when the same person answered anew

    objects = RatingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["commitment", "at"], name="rating_commitment")]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"],
                condition=~Q(rated_by__in=["room_clerk", "in_hands"]) & Q(replaced_at=None),
                name="rating_one_that_counts",
            ),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(rated_by="room_clerk", replaced_at=None),
                name="rating_one_by_room_clerk",
            ),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(rated_by="in_hands", replaced_at=None),
                name="rating_one_in_hands",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}"


class PublicReason(Numbered, Publishable):
    """Why somebody answered as they did, without its numbers, for everybody: once enough have, and a person has let it.

    It stands beside the rating, which nobody edits; it goes when its writer has everything erased.
    """

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="public_reason")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="public_reasons")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [once("public_reason_number")]

    def __str__(self) -> str:
        return self.text[:20]

    @property
    def no(self) -> str:
        return number_of(self, self.at)

    @property
    def subject(self) -> Subject:
        return Subject("reason", self.no)

    @property
    def desk(self) -> Commitment:
        """It lies on the desk of what it is about."""
        return self.commitment


class LookBack(models.Model):
    """回头看: is it still so after 3 and 12 months?"""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="look_backs")
    due_on = models.DateField()
    rule = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True, blank=True)
    still_holds = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "rule"], name="look_back_once"),
            models.CheckConstraint(
                condition=(Q(done_at=None) & Q(still_holds=None)) | (~Q(done_at=None) & ~Q(still_holds=None)),
                name="look_back_verdict_iff_done",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="look_back_due")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.due_on}"

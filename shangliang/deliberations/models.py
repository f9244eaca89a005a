"""Deliberations, who sat at the table, and the record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.matching import NOTHING
from shangliang.access.publication import Publishable, Release, Scope, at_the_room, public
from shangliang.access.roles import Permission
from shangliang.deliberations.labels import (
    BY_SLIP,
    CONCLUSIONS,
    FORMS,
    MODES,
    SEATS,
    SIGNATURE_WAYS,
    STATES,
    STATUTORY_ROUTES,
    WHO_RAISED_IT,
)
from shangliang.deliberations.states import (
    Conclusion,
    DeliberationState,
    Form,
    Mode,
    Seat,
    SignatureWay,
    StatutoryRoute,
)
from shangliang.events.kinds import Subject
from shangliang.kit import clock, crypto
from shangliang.kit.numbered import Numbered, by_no, number_of, once
from shangliang.opinions.models import Poll
from shangliang.people.models import Person, Unit
from shangliang.places.models import Room
from shangliang.sortition.models import Draw
from shangliang.topics.models import Topic

# A reviewed announcement is seen once it is made; a postponed one stays in sight, with its reason.
ANNOUNCED = Q(announced_at__isnull=False, is_embargoed=False)

SIGN_TOKEN = "deliberations.sign"  # noqa: S105 — the purpose of a fingerprint, not a secret


def token_hash(token: str) -> str:
    """How the token of a signing link is looked up without being stored."""
    return crypto.fingerprint(token, SIGN_TOKEN)


class DeliberationQuerySet(models.QuerySet["Deliberation"]):
    """Chainable filters."""

    def visible_to(self, actor: Actor) -> DeliberationQuerySet:
        """Everybody: what is announced in public and not covered. Staff: besides, what lies on their desk."""
        seen = public() & ANNOUNCED
        if actor.is_staff:
            seen |= on_desk(actor, Permission.DELIBERATION_READ)
        return self.filter(seen)

    def at_the_door(self) -> DeliberationQuerySet:
        """What whoever stands at the room's door may open: also what is released for this place only."""
        return self.filter(at_the_room() & ANNOUNCED)

    def staffed_by(
        self, actor: Actor, permission: Permission = Permission.DELIBERATION_READ
    ) -> DeliberationQuerySet:
        return self.filter(on_desk(actor, permission) if actor.is_staff else NOTHING)

    def by_no(self, no: str) -> DeliberationQuerySet:
        return by_no(self, no)


class Deliberation(Numbered, Publishable):
    """One consultation about one topic. Its release is the announcement (预告)."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="deliberations")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="deliberations")
    desk_path = models.CharField(max_length=80)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    form = models.CharField(max_length=10, choices=[(v.value, FORMS[v]) for v in Form])
    mode = models.CharField(
        max_length=12, choices=[(v.value, MODES[v]) for v in Mode], default=Mode.ROOM.value
    )
    state = models.CharField(
        max_length=16,
        choices=[(v.value, STATES[v]) for v in DeliberationState],
        default=DeliberationState.PREPARED.value,
    )
    opened_at = models.DateTimeField(default=clock.now)  # when preparation began; numbers it
    held_at = models.DateTimeField(null=True, blank=True)  # planned, then real
    ended_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    subject_line = models.CharField(max_length=80, blank=True)  # 主题
    agenda = models.TextField(blank=True)  # one item a line
    online_link = models.CharField(max_length=200, blank=True)
    urgent_reason = models.CharField(max_length=200, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    material_sent_at = models.DateTimeField(null=True, blank=True)  # also: that none is needed
    change_reason = models.CharField(max_length=200, blank=True)  # why postponed or cancelled
    statutory_route = models.CharField(
        max_length=10, blank=True, choices=[(v.value, STATUTORY_ROUTES[v]) for v in StatutoryRoute]
    )
    residents_count = models.PositiveIntegerField(default=0)  # head count, besides those named
    attendance_at = models.DateTimeField(null=True, blank=True)  # when the clerk last wrote who is here
    poll = models.OneToOneField(Poll, null=True, blank=True, on_delete=models.SET_NULL)  # 听听大家的看法
    draw = models.OneToOneField(Draw, null=True, blank=True, on_delete=models.SET_NULL)  # 抽签请人
    version = models.PositiveIntegerField(default=0)  # counts up at every change a live page shows

    objects = DeliberationQuerySet.as_manager()

    class Meta:
        constraints = [once("deliberation_number")]
        indexes = [
            models.Index(fields=["room", "-held_at"], name="deliberation_room"),
            models.Index(fields=["state", "desk_path", "is_embargoed"], name="deliberation_state"),
            models.Index(fields=["held_at"], name="deliberation_held"),
            models.Index(fields=["release", "scope", "held_at"], name="deliberation_public"),
            models.Index(fields=["desk_room_no", "state"], name="deliberation_desk_room"),
        ]

    def __str__(self) -> str:
        return self.subject_line or self.no

    @property
    def no(self) -> str:
        return number_of(self, self.opened_at)

    @property
    def needs_review(self) -> bool:
        """Whether its announcement is meant for the public, and so is looked at by one more person first."""
        return not self.is_embargoed and self.scope in {Scope.PUBLIC, Scope.PLACE}

    @property
    def is_reviewed(self) -> bool:
        return not self.needs_review or self.release == Release.RELEASED

    @property
    def subject(self) -> Subject:
        return Subject("deliberation", self.no)

    @property
    def desk(self) -> Deliberation:
        """What lies on the desk and becomes public: the deliberation itself."""
        return self


class Participant(models.Model):
    """Somebody invited or present in a role. Residents may stay unnamed: then they are only counted."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.CASCADE, related_name="participants")
    seat = models.CharField(max_length=16, choices=[(v.value, SEATS[v]) for v in Seat])
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=40, blank=True)
    is_by_slip = models.BooleanField(default=False)  # whoever raised it: told on their slips, unknown here
    # how the inbox reaches who has no account: drawn by lot
    ref = models.CharField(max_length=80, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    needs = models.CharField(max_length=100, blank=True)  # 您需要什么帮助？
    attended = models.BooleanField(default=False)  # written by the clerk, never a check-in
    by_telephone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["deliberation", "seat"], name="participant_seat")]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name as it stands in the list; whoever raised it stays unknown."""
        return str(BY_SLIP) if self.is_by_slip else self.name

    @property
    def name_there(self) -> str:
        """The name among those who came: how somebody was told does not belong there."""
        return str(WHO_RAISED_IT) if self.is_by_slip else self.name


class Record(Numbered, Publishable):
    """协商议事记录: time, place, subject, measures, effect. Locked once confirmed; later words are addenda."""

    deliberation = models.OneToOneField(Deliberation, on_delete=models.CASCADE, related_name="record")
    said = models.TextField(blank=True)
    dissent = models.TextField(blank=True)  # what those who disagreed said, and what was explained to them
    conclusion = models.CharField(
        max_length=12, blank=True, choices=[(v.value, CONCLUSIONS[v]) for v in Conclusion]
    )
    effect = models.CharField(max_length=300, blank=True)
    effect_by = models.DateField(null=True, blank=True)  # 待见效: to be seen by
    was_read_back = models.BooleanField(default=False)
    notebook = models.FileField(upload_to="records/", blank=True)  # a photo of the notebook; never public
    document = models.FileField(upload_to="records/", blank=True)  # the Word file, made by the worker
    document_at = models.DateTimeField(null=True, blank=True)
    document_tries = models.PositiveSmallIntegerField(default=0)  # that failed, one after another
    document_tried_at = models.DateTimeField(null=True, blank=True)
    drafted_at = models.DateTimeField(default=clock.now)  # numbers it
    kept_from = models.CharField(max_length=32, blank=True)  # the opened page that wrote the draft last
    written_at = models.DateTimeField(null=True, blank=True)  # when it went to the conveners
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [once("record_number")]

    def __str__(self) -> str:
        return f"record of {self.deliberation_id}"

    @property
    def no(self) -> str:
        return number_of(self, self.drafted_at)

    @property
    def subject(self) -> Subject:
        """For its publication; what happens to it stands in the deliberation's history."""
        return Subject("record", self.no)

    @property
    def desk(self) -> Deliberation:
        """A record lies on the desk of its deliberation."""
        return self.deliberation


class Measure(models.Model):
    """One thing that was agreed: what, who, by when, how one will see that it is done."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="measures")
    what = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT)
    doer_text = models.CharField(max_length=60, blank=True)  # a doer that has no row yet
    due_on = models.DateField(null=True, blank=True)
    how_seen = models.CharField(max_length=120, blank=True)
    done_on_spot = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.what


class Signature(models.Model):
    """One convener's signature under a record."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="signatures")
    seat = models.CharField(max_length=16, choices=[(v.value, SEATS[v]) for v in Seat])
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)
    # the link; dead once used or once its time is over
    token_hash = models.CharField(max_length=64, blank=True)
    token_until = models.DateTimeField(null=True, blank=True)
    way = models.CharField(
        max_length=10,
        choices=[(v.value, SIGNATURE_WAYS[v]) for v in SignatureWay],
        default=SignatureWay.WAITING.value,
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    office = models.CharField(max_length=20, blank=True)  # the role that signed
    signer = models.CharField(max_length=40, blank=True)  # the name under it
    paper = models.FileField(upload_to="records/", blank=True)  # a photo of the signed sheet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "seat"], name="signature_one_per_seat"),
            models.CheckConstraint(
                condition=(Q(signed_at=None) & Q(way="waiting")) | (~Q(signed_at=None) & ~Q(way="waiting")),
                name="signature_way_iff_signed",
            ),
        ]
        indexes = [models.Index(fields=["token_hash"], name="signature_token")]

    def __str__(self) -> str:
        return self.seat


class Addendum(models.Model):
    """What is added to a locked record."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="addenda")
    text = models.CharField(max_length=300)
    office = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.text[:20]

"""Submissions (never public) and topics (title and summary become public once released)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.matching import NOTHING
from shangliang.access.publication import Publishable, at_the_room, public
from shangliang.access.roles import Permission
from shangliang.events.kinds import Subject
from shangliang.kit import clock, crypto
from shangliang.kit.numbered import Numbered, by_no, number_of, once
from shangliang.people.models import Unit
from shangliang.places.models import Room
from shangliang.topics.labels import (
    CHANNELS,
    ENTRY_WAYS,
    GRADES,
    ODDITIES,
    SUBMISSION_STATES,
    THEMES,
    TOPIC_STATES,
    WEIGHTS,
)
from shangliang.topics.states import (
    Channel,
    EntryWay,
    Grade,
    SubmissionState,
    Theme,
    TopicState,
    Weight,
)


class TopicQuerySet(models.QuerySet["Topic"]):
    """Chainable filters."""

    def visible_to(self, actor: Actor) -> TopicQuerySet:
        """Everybody: what is released. Staff: besides, what lies on their desk; conveners' rooms and area grants."""
        return self.filter(public() | self._on_desks(actor))

    def worked_on_by(self, actor: Actor) -> TopicQuerySet:
        """What lies on the actor's desk, public or not, and what the actor's room once had."""
        return self.filter(self._on_desks(actor))

    def _on_desks(self, actor: Actor) -> Q:
        if not actor.is_staff:
            return NOTHING
        return on_desk(actor, Permission.TOPIC_READ) | self._of_own_rooms(actor)

    @staticmethod
    def _of_own_rooms(actor: Actor) -> Q:
        """What the actor's room passed up stays in sight there; what never was the room's own does not."""
        rooms = actor.scope(Permission.TOPIC_READ).room_nos
        # by key and not by a join, so that a database finds both halves by an index
        own = Room.objects.filter(no__in=rooms).order_by().values("pk")
        return Q(room__in=own, is_embargoed=False) if rooms else NOTHING

    def staffed_by(self, actor: Actor, permission: Permission = Permission.TOPIC_READ) -> TopicQuerySet:
        """Only what the actor works on, whether public or not."""
        return self.filter(on_desk(actor, permission) if actor.is_staff else NOTHING)

    def at_the_door(self) -> TopicQuerySet:
        """What whoever stands at the room's door may open: also what is released for this place only."""
        return self.filter(at_the_room(), is_embargoed=False)

    def by_no(self, no: str) -> TopicQuerySet:
        return by_no(self, no)


class Topic(Numbered, Publishable):
    """A matter for a table. It keeps its number and history wherever it travels (上提、下交)."""

    title = models.CharField(max_length=60, blank=True)  # written by a person, never the resident's own words
    summary = models.CharField(max_length=400, blank=True)
    channel = models.CharField(max_length=12, choices=[(v.value, CHANNELS[v]) for v in Channel])
    grade = models.CharField(max_length=8, choices=[(v.value, GRADES[v]) for v in Grade])
    weight = models.CharField(max_length=10, blank=True, choices=[(v.value, WEIGHTS[v]) for v in Weight])
    theme = models.CharField(max_length=20, blank=True, choices=[(v.value, THEMES[v]) for v in Theme])
    state = models.CharField(
        max_length=16,
        choices=[(v.value, TOPIC_STATES[v]) for v in TopicState],
        default=TopicState.OPENED.value,
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="topics")
    desk_path = models.CharField(max_length=80)  # the area whose desk it lies on
    desk_room_no = models.CharField(max_length=20, blank=True)  # the room whose desk it lies on
    is_embargoed = models.BooleanField(default=False)
    is_statutory = models.BooleanField(default=False)  # only a proposal can come of it
    place_text = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    submissions_count = models.PositiveIntegerField(default=0)
    visits_count = models.PositiveSmallIntegerField(default=0)
    second_heard_at = models.DateTimeField(null=True, blank=True)
    second_agrees = models.BooleanField(null=True, blank=True)
    second_opinion = models.CharField(max_length=200, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=400, blank=True)  # a quick matter's answer
    planned_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    objects = TopicQuerySet.as_manager()

    class Meta:
        constraints = [once("topic_number")]
        indexes = [
            models.Index(fields=["-changed_at"], name="topic_changed"),
            models.Index(fields=["release", "scope", "-changed_at"], name="topic_public"),
            models.Index(fields=["room", "-changed_at"], name="topic_room"),
            models.Index(fields=["desk_room_no", "state"], name="topic_desk_room"),
            models.Index(fields=["desk_path", "state"], name="topic_desk_path"),
            models.Index(fields=["opened_at"], name="topic_opened"),  # the figures of a period
            # how many stand where on a whole city's desk, and which of many thousands are open
            models.Index(fields=["state", "desk_path", "is_embargoed"], name="topic_state"),
        ]

    def __str__(self) -> str:
        return self.title or self.no

    @property
    def no(self) -> str:
        return number_of(self, self.opened_at)

    @property
    def subject(self) -> Subject:
        return Subject("topic", self.no)

    @property
    def desk(self) -> Topic:
        """What lies on the desk and becomes public: the topic itself."""
        return self


def words_of(topic: Topic) -> str:
    """By which words a topic is found besides its title."""
    return " ".join(filter(None, (topic.summary, topic.place_text, topic.room.name)))


SLIP, KEY, TAIL, SEALED_SLIP, SEALED_PHONE = "slip", "slip.key", "slip.tail", "topics.slip", "topics.phone"


def slip_hash(slip: str) -> str:
    """How a slip of twelve digits is looked up without being stored."""
    return crypto.fingerprint(slip, SLIP)


def key_hash(key: str) -> str:
    """The same for the long key."""
    return crypto.fingerprint(key, KEY)


def tail_hash(slip: str, tail: str) -> str:
    """The last four digits of a phone, worth nothing without the slip."""
    return crypto.fingerprint(f"{slip}:{tail}", TAIL)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Chainable filters."""

    def visible_to(self, actor: Actor) -> SubmissionQuerySet:
        """Submissions are never public: only the desk they lie on reads them."""
        return self.filter(on_desk(actor, Permission.SUBMISSION_READ) if actor.is_staff else NOTHING)

    def by_no(self, no: str) -> SubmissionQuerySet:
        return by_no(self, no)

    def by_slip(self, slip: str) -> SubmissionQuerySet:
        """Unknown and erased are the same nothing, found by the same statement."""
        return self.filter(slip_hash=slip_hash(slip)).exclude(state=SubmissionState.ERASED.value)


class Submission(Numbered):
    """What somebody said is wrong. Slip and key are kept as keyed hashes, the phone sealed."""

    slip_hash = models.CharField(max_length=64, unique=True)
    slip_sealed = models.BinaryField()  # so that staff can print the slip again for its owner; logged
    key_hash = models.CharField(max_length=64)
    form_nonce = models.CharField(max_length=64, unique=True)  # a form sent twice makes one submission
    channel = models.CharField(max_length=12, choices=[(v.value, CHANNELS[v]) for v in Channel])
    way = models.CharField(
        max_length=8, choices=[(v.value, ENTRY_WAYS[v]) for v in EntryWay], default=EntryWay.ONLINE.value
    )
    entered_by = models.BigIntegerField(null=True, blank=True)  # account, when entered for somebody (代录)
    state = models.CharField(
        max_length=20,
        choices=[(v.value, SUBMISSION_STATES[v]) for v in SubmissionState],
        default=SubmissionState.RECEIVED.value,
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="submissions")
    desk_path = models.CharField(max_length=80)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    # why it is held for a look, never refused; empty where it is not
    oddity = models.CharField(max_length=8, blank=True, choices=[(str(v), w) for v, w in ODDITIES.items()])
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    text = models.TextField(blank=True)
    gist = models.CharField(max_length=60, blank=True)  # of a letter: what it is about, by whoever wrote it
    place_text = models.CharField(max_length=80, blank=True)
    audio = models.FileField(upload_to="audio/", blank=True)
    phone_sealed = models.BinaryField(blank=True, default=b"")
    phone_tail_hash = models.CharField(max_length=64, blank=True)  # last four digits, keyed by the slip
    received_at = models.DateTimeField(default=clock.now)
    exclusion = models.CharField(max_length=20, blank=True)
    destination = models.CharField(max_length=12, blank=True)
    destination_note = models.CharField(max_length=300, blank=True)  # address, and the words to the submitter
    destination_name = models.CharField(max_length=60, blank=True)  # the office, when it is none of the known
    outside_no = models.CharField(max_length=60, blank=True)
    is_written_down = models.BooleanField(default=False)  # spoken; a clerk wrote the words down
    # since when the room can open its slip as its holder can: it wrote it for them, printed it, saw their telephone
    in_hands_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    # that its desk asks to have it erased, who pressed, and why; the last two stay
    erasure_asked_at = models.DateTimeField(null=True, blank=True)
    erasure_asked_by = models.BigIntegerField(null=True, blank=True)  # account
    erasure_reason = models.CharField(max_length=200, blank=True)
    # the first message of its holder that nobody has answered yet
    waiting_note = models.ForeignKey(
        "Note", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            once("submission_number"),
            # a merged or accepted submission has a topic and only they do, erased ones apart
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "merged"], topic__isnull=False)
                | Q(state="erased")
                | (~Q(state__in=["accepted", "merged", "erased"]) & Q(topic__isnull=True)),
                name="submission_topic_iff_taken",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "desk_path", "is_embargoed"], name="submission_state"),
            models.Index(fields=["desk_room_no", "state", "received_at"], name="submission_desk_room"),
            models.Index(fields=["desk_path", "state", "received_at"], name="submission_desk_path"),
            models.Index(fields=["outside_no"], name="submission_outside"),
            models.Index(fields=["received_at"], name="submission_received"),  # the figures of a period
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def no(self) -> str:
        return number_of(self, self.received_at)

    @property
    def subject(self) -> Subject:
        return Subject("submission", self.no)

    @property
    def has_phone(self) -> bool:
        return bool(self.phone_sealed)

    @property
    def short(self) -> str:
        """What it is about, for lists: its gist, else its words."""
        return self.gist or self.text

    @property
    def is_suspicious(self) -> bool:
        """Whether somebody should look twice."""
        return bool(self.oddity)

    @property
    def audio_ending(self) -> str:
        """What kind of sound it is."""
        return str(self.audio.name).rpartition(".")[2]

    @property
    def is_entered_for_somebody(self) -> bool:
        """代录."""
        return self.way != EntryWay.ONLINE


def opened_slip(submission: Submission) -> str:
    """The twelve digits again; whoever calls writes down that it was done."""
    return crypto.unseal(bytes(submission.slip_sealed), SEALED_SLIP) if submission.slip_sealed else ""


class Photo(models.Model):
    """A photo of a submission: re-encoded and stripped; the desk alone sees it, and its doer where the clerk says so."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="photos/")
    thumbnail = models.FileField(upload_to="photos/")
    for_doer = models.BooleanField(default=False)  # looked through: no face, no number plate, no door

    def __str__(self) -> str:
        return str(self.file.name)


class Note(models.Model):
    """A message between staff and the holder of a slip; never public."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="notes")
    is_from_staff = models.BooleanField()
    office = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["submission", "at"], name="note_submission")]

    def __str__(self) -> str:
        return self.text[:20]


class Reveal(models.Model):
    """A look at a sealed phone number; the slip shows it to its owner."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reveals")
    office = models.CharField(max_length=60)
    account_id = models.BigIntegerField()
    reason = models.CharField(max_length=100)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.office} {self.at:%F}"


class Visit(models.Model):
    """调研: a look on the spot, or a talk with the people concerned, before a topic is adopted."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="visits")
    on = models.DateField()
    place = models.CharField(max_length=80)
    found = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.place} {self.on}"

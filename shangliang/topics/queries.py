"""Reads: desk lists with counts, matters that look alike, slips, rooms to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from secrets import compare_digest

from django.db.models import Q

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.desk import on_desk
from shangliang.access.roles import Permission
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import running_by_subject
from shangliang.events.kinds import Subject
from shangliang.kit import crypto
from shangliang.kit.numbered import COLUMNS, by_no, by_nos
from shangliang.ledger.models import Entry
from shangliang.places.models import Room
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.models import (
    Submission,
    SubmissionQuerySet,
    Topic,
    TopicQuerySet,
    opened_slip,
    tail_hash,
)
from shangliang.topics.rules import most_alike
from shangliang.topics.states import MERGEABLE, Channel, SubmissionState

COMPARED = 500  # the newest open topics of a town
MOST_CHOICES = 12  # topics to join, besides those that look alike


def desk_submissions(actor: Actor) -> SubmissionQuerySet:
    """Submissions on the actor's desk, the oldest first: who has waited longest comes first."""
    rows = Submission.objects.visible_to(actor).exclude(state=SubmissionState.ERASED.value)
    return rows.select_related("room", "topic").order_by("received_at", "pk")


def raised_by(actor: Actor, channel: Channel) -> SubmissionQuerySet:
    """What somebody has raised themselves by that channel, the newest first; what was erased is gone."""
    rows = Submission.objects.filter(entered_by=actor.account_id, channel=channel.value)
    rows = rows.exclude(entered_by=None).exclude(state=SubmissionState.ERASED.value)
    return rows.select_related("room", "topic__room").order_by("-received_at", "-pk")


def desk_topics(actor: Actor) -> TopicQuerySet:
    """Topics on the actor's desk, what moved last first."""
    return Topic.objects.worked_on_by(actor).select_related("room").order_by("-changed_at", "-pk")


def chosen(actor: Actor, numbers: Iterable[str]) -> list[Submission]:
    """The ticked submissions that the actor may screen."""
    rows = Submission.objects.filter(on_desk(actor, Permission.SUBMISSION_SCREEN))
    return list(by_nos(rows, numbers).select_related("room"))


def public_topics(
    *, theme: str = "", area_path: str = "", room_no: str = "", states: Iterable[str] = ()
) -> TopicQuerySet:
    """What everybody may read, what moved last first."""
    shown = ("title", "state", "theme", "opened_at", "submissions_count", "room__name", *COLUMNS)
    rows = Topic.objects.visible_to(ANONYMOUS).select_related("room").only(*shown)
    if theme:
        rows = rows.filter(theme=theme)
    if area_path:
        rows = rows.filter(room__area_path__startswith=area_path)
    if room_no:
        rows = rows.filter(room__no=room_no)
    if wanted := list(states):
        rows = rows.filter(state__in=wanted)
    return rows.order_by("-changed_at", "-pk")


@dataclass(frozen=True)
class Lost:
    """What somebody who has lost their slip still knows: where, about when, their telephone's end, what they said."""

    room: Room
    day: date | None = None
    tail: str = ""
    words: str = ""


@dataclass(frozen=True)
class Alike:
    """An open topic that may be the same matter."""

    topic: Topic
    percent: int


def mergeable(submission: Submission, actor: Actor) -> TopicQuerySet:
    """Open topics of the same town that this matter could join, what moved last first."""
    town = upto(submission.room.area_path, AreaLevel.TOWN)
    rows = Topic.objects.visible_to(actor).filter(
        room__area_path__startswith=town,
        is_embargoed=submission.is_embargoed,
        state__in=[state.value for state in MERGEABLE],
    )
    if submission.is_embargoed:
        rows = rows.filter(desk_path=submission.desk_path)
    return rows.select_related("room").order_by("-changed_at", "-pk")


def merge_choices(submission: Submission, actor: Actor, day: date, typed: str) -> list[tuple[Topic, int]]:
    """Topics to choose from, with how alike in percent: those that look alike; then, where something was typed, what
    holds it in title or number, else what the room itself has in hand."""
    found = {row.topic.pk: (row.topic, row.percent) for row in alike(submission, actor, day)}
    rows = mergeable(submission, actor)
    if typed:
        numbered = by_no(rows, typed).values("pk")
        rows = rows.filter(Q(title__icontains=typed) | Q(place_text__icontains=typed) | Q(pk__in=numbered))
    else:
        rows = rows.filter(room=submission.room)
    for topic in rows[:MOST_CHOICES]:
        found.setdefault(topic.pk, (topic, 0))
    return list(found.values())


def alike(submission: Submission, actor: Actor, day: date) -> list[Alike]:
    """Open topics of the same town that look like this matter, the likest first. A person decides."""
    topics = {row.pk: row for row in mergeable(submission, actor)[:COMPARED]}
    rules = book().at(day)
    found = most_alike(
        f"{submission.gist} {submission.text} {submission.place_text}",
        {
            pk: f"{topic.title} {topic.title} {topic.summary} {topic.place_text}"
            for pk, topic in topics.items()
        },
        least_percent=rules.integer("topics.similar_percent", submission.desk_path),
        most=rules.integer("topics.suggestions_count", submission.desk_path),
    )
    return [Alike(topics[pk], round(share * 100)) for pk, share in found]


def rooms_below(topic: Topic) -> list[Room]:
    """Where a topic may be handed down to: the other rooms of the area whose desk it lies on."""
    rows = Room.objects.open().filter(area_path__startswith=topic.desk_path).exclude(no=topic.desk_room_no)
    return list(rows.order_by("area_path", "no")[:200])


def by_slip(slip: str) -> Submission | None:
    """The submission of a slip; the same nothing, by the same statement, for unknown and erased ones."""
    return Submission.objects.by_slip(slip).select_related("room", "topic", "topic__room").first()


def was_met_by_the_room(submission: Submission) -> bool:
    """Whether an office of the room has done anything with it: entered it, asked back, passed it on."""
    entries = Entry.objects.filter(subject_kind=submission.subject.kind, subject_no=submission.subject.no)
    return entries.filter(office__endswith=f"@{submission.room.no}").exists()


def erased_count(actor: Actor) -> int:
    """How many on the desks below are gone, for the offices that watch over it; nothing is told to the room itself."""
    if not actor.can_somewhere(Permission.SUBMISSION_ERASE):
        return 0
    rows = Submission.objects.filter(on_desk(actor, Permission.SUBMISSION_ERASE))
    return rows.filter(state=SubmissionState.ERASED.value).count()


def lost_slips(actor: Actor, lost: Lost, *, around_days: int, most: int) -> list[Submission]:
    """What a person who has lost their slip may mean, of what the actor has on the desk: at most one more than `most`.

    A telephone is compared by the hash of its last four digits alone; none is opened.
    """
    rows = desk_submissions(actor).filter(room=lost.room).order_by("-received_at", "-pk")
    if lost.day is not None:
        around = timedelta(days=around_days)
        rows = rows.filter(received_at__date__gte=lost.day - around, received_at__date__lte=lost.day + around)
    for word in lost.words.split():
        said = Q(text__icontains=word) | Q(gist__icontains=word) | Q(place_text__icontains=word)
        rows = rows.filter(said | Q(topic__title__icontains=word))
    if lost.tail:
        left = rows.exclude(phone_tail_hash="")
        return list(islice((row for row in left.iterator() if _is_its(row, lost.tail)), most + 1))
    return list(rows[: most + 1])


def _is_its(submission: Submission, tail: str) -> bool:
    try:
        slip = opened_slip(submission)
    except crypto.Unreadable:
        return False
    return compare_digest(tail_hash(slip, tail), submission.phone_tail_hash)


def clocks_of(submission: Submission) -> list[Clock]:
    """What runs for a slip, soonest first: its own clocks and those of its topic; one statement."""
    subjects: list[Subject] = [submission.subject]
    if submission.topic is not None:
        subjects.append(submission.topic.subject)
    found = running_by_subject(subjects)
    return sorted((row for subject in subjects for row in found[subject]), key=lambda row: row.due_at)

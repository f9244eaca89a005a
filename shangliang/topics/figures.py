"""Figures of what was sent in and of the topics that came of it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangliang.access.actor import Actor
from shangliang.figures.declaration import AREA, ROOM, Cut, Figure, Happened, Line, Source
from shangliang.kit.clock import local_day
from shangliang.kit.text import shortened
from shangliang.places.figures import FAMILY
from shangliang.topics.labels import CHANNELS, GRADES, SUBMISSION_STATES, THEMES
from shangliang.topics.models import Submission, SubmissionQuerySet, Topic, TopicQuerySet
from shangliang.topics.states import SubmissionState

THEME = Cut("theme", _("主题"), THEMES)
CHANNEL = Cut("channel", _("来源渠道"), CHANNELS)
GRADE = Cut("grade", _("分级"), GRADES)
SHORT = 40  # characters of a resident's words on a line

PLACE = {AREA: "room__area_path", ROOM: "room__no", FAMILY: "room__family"}


def _submissions() -> SubmissionQuerySet:
    return Submission.objects.filter(is_embargoed=False)


def _seen_submissions(rows: SubmissionQuerySet, actor: Actor) -> SubmissionQuerySet:
    return rows.visible_to(actor)


def _submission_line(row: Submission, actor: Actor) -> Line:
    is_erased = row.state == SubmissionState.ERASED
    return Line(
        str(SUBMISSION_STATES[SubmissionState.ERASED])
        if is_erased
        else shortened(row.short, SHORT) or row.no,
        reverse("desk_submission", args=[row.no]),
        on=local_day(row.received_at),
        place=row.room.name,
    )


SENT_IN = Source(
    rows=_submissions,
    when=Happened("received_at"),
    cuts={**PLACE, CHANNEL: "channel"},
    seen_by=_seen_submissions,
    line=_submission_line,
    order=("-received_at", "-pk"),
    follow=("room",),
)
RECEIVED = Figure(
    "topics.received",
    label=_("来件"),
    definition=_(
        "期间内从四个渠道送来的来件，按送到那天计。后来合并、转交、了结或按要求抹除的也算；代录的与网上的一样算。"
    ),
    unit=_("件"),
    source=SENT_IN,
)


def _topics() -> TopicQuerySet:
    return Topic.objects.filter(is_embargoed=False)


def _seen_topics(rows: TopicQuerySet, actor: Actor) -> TopicQuerySet:
    return rows.visible_to(actor)


def _topic_line(row: Topic, actor: Actor) -> Line:
    page = "topic" if row.is_public else "desk_topic"
    return Line(str(row), reverse(page, args=[row.no]), on=local_day(row.opened_at), place=row.room.name)


TAKEN_UP = Source(
    rows=_topics,
    when=Happened("opened_at"),
    cuts={**PLACE, THEME: "theme", CHANNEL: "channel", GRADE: "grade"},
    seen_by=_seen_topics,
    line=_topic_line,
    order=("-opened_at", "-pk"),
    follow=("room",),
)
OPENED = Figure(
    "topics.opened",
    label=_("议题"),
    definition=_("期间内受理下来的议题，按受理那天计。几件来件说的是同一件事，合成一个议题的，只算一个。"),
    unit=pgettext_lazy("topics", "个"),
    source=TAKEN_UP,
    is_public=True,
)
FIGURES = (RECEIVED, OPENED)

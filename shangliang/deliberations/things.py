"""What deliberations and their records hand in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import Permission
from shangliang.access.things import Act, Review, Section, Thing
from shangliang.deliberations.labels import DELIBERATION_TASKS, HISTORY, UNMET
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.permissions import deliberation_for
from shangliang.deliberations.states import DELIBERATION
from shangliang.deliberations.views.words import detail

DELIBERATIONS = Thing(
    kind="deliberation",
    label=_("协商"),
    rows=lambda actor: Deliberation.objects.staffed_by(actor).select_related("room"),
    title=lambda row: row.subject_line,
    place=lambda row: row.room.name,
    page="desk_deliberation",
    listed="desk_deliberations",
    find=deliberation_for,
    machine=DELIBERATION,
    history=HISTORY,
    detail=detail,
    tasks=DELIBERATION_TASKS,
    unmet=UNMET,
    review=Review(
        rows=lambda: Deliberation.objects.select_related("room", "topic").order_by("held_at"),
        title=lambda row: row.subject_line or row.topic.title,
        text=lambda row: row.agenda,
        label=_("协商预告"),
    ),
)


def _words_of(record: Record) -> str:
    return "\n".join([record.said, *(measure.what for measure in record.measures.all())])


RECORDS = Thing(
    kind="record",
    label=_("记录"),
    rows=lambda actor: Record.objects.filter(
        deliberation__in=Deliberation.objects.staffed_by(actor)
    ).select_related("deliberation__room"),
    title=lambda row: row.deliberation.subject_line,
    place=lambda row: row.deliberation.room.name,
    page="",
    history=HISTORY,
    review=Review(
        rows=lambda: (
            Record.objects.select_related("deliberation__room", "deliberation__topic")
            .prefetch_related("measures")
            .order_by("drafted_at")
        ),
        title=lambda row: row.deliberation.subject_line,
        text=_words_of,
        label=_("协商记录"),
        desk="deliberation__",
    ),
)
THINGS = (DELIBERATIONS, RECORDS)
# What leads on from a topic.
ON_TOPIC = (
    Act(
        "prepare",
        ("begin_deliberation",),
        _("准备协商"),
        page="topic_prepare",
        by=Permission.DELIBERATION_PREPARE,
        next=_("准备协商"),
        when=lambda topic: topic.grade != "quick",
    ),
    Act(
        "talk",
        ("begin_deliberation",),
        _("记一次随时议"),
        page="topic_talk",
        by=Permission.DELIBERATION_PREPARE,
        when=lambda topic: topic.grade != "quick",
    ),
)
SECTIONS = (Section("desk_deliberations", _("协商活动"), Permission.DELIBERATION_READ),)
SHORTCUTS = (Section("any_time", _("记一次随时议"), Permission.DELIBERATION_RECORD),)

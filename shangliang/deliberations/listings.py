"""The list of the desk of this app: consultations."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.access.roles import Permission
from shangliang.deliberations import queries, showing
from shangliang.deliberations.labels import STATE_KINDS, STATES
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState
from shangliang.desks.listing import ROOM, STATE, Column, Listing

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def _subject(row: Deliberation) -> str:
    return row.subject_line or row.topic.title or row.no


DELIBERATIONS = Listing(
    kind="deliberation",
    label=gettext_lazy("协商活动"),
    page="desk_deliberations",
    sheet="desk_deliberations_sheet",
    by=Permission.DELIBERATION_READ,
    rows=queries.desk_list,
    every=Deliberation.objects.all,
    states=STATES,
    over=frozenset({DeliberationState.ARCHIVED, DeliberationState.CANCELLED}),
    # One without a day is the first to be seen to. No bare column: SQLite would walk through all days, past ones too.
    soonest=Coalesce("held_at", Value(BEFORE_ALL)).asc(),
    newest="held_at",
    day="held_at",
    day_label=gettext_lazy("协商时间"),
    words=("subject_line", "place", "topic__title", "room__name"),
    link="desk_deliberation",
    title=_subject,
    note=lambda row: [
        row.no,
        row.room.name,
        showing.when(row.held_at) or _("还没有定时间"),
        str(row.get_form_display()),
    ],
    status=lambda row: (
        STATE_KINDS[DeliberationState(row.state)],
        STATES[DeliberationState(row.state)],
    ),
    columns=(
        Column(gettext_lazy("主题"), _subject, is_wide=True),
        ROOM,
        Column(gettext_lazy("形式"), lambda row: str(row.get_form_display())),
        Column(gettext_lazy("时间"), lambda row: row.held_at),
        Column(gettext_lazy("地点"), lambda row: row.place, is_wide=True),
        STATE,
        Column(gettext_lazy("议题编号"), lambda row: row.topic.no),
    ),
    empty=gettext_lazy("这里没有协商活动。"),
    comes=gettext_lazy("从已立项的议题开始筹备，或者记一次随时议。"),
)

"""Figures of the sessions that were held."""

from __future__ import annotations

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangliang.access.actor import Actor
from shangliang.deliberations.labels import FORMS
from shangliang.deliberations.models import Deliberation, DeliberationQuerySet, Participant
from shangliang.deliberations.states import DeliberationState, Form
from shangliang.figures.declaration import Cut, Figure, Happened, Line, Source
from shangliang.kit.clock import local_day
from shangliang.topics.figures import CHANNEL, PLACE, THEME

FORM = Cut("form", _("协商形式"), FORMS)
HELD_STATES = [
    DeliberationState.UNDER_WAY.value,
    DeliberationState.TO_BE_CONFIRMED.value,
    DeliberationState.ARCHIVED.value,
]


def _rows() -> DeliberationQuerySet:
    return Deliberation.objects.filter(state__in=HELD_STATES, is_embargoed=False)


def _seen(rows: DeliberationQuerySet, actor: Actor) -> DeliberationQuerySet:
    return rows.visible_to(actor)


def _line(row: Deliberation, actor: Actor) -> Line:
    is_for_all = row.is_public and row.announced_at is not None
    return Line(
        str(row),
        reverse("deliberation" if is_for_all else "desk_deliberation", args=[row.no]),
        on=local_day(row.held_at) if row.held_at else None,
        place=row.room.name,
    )


SESSIONS = Source(
    rows=_rows,
    when=Happened("held_at"),
    cuts={**PLACE, THEME: "topic__theme", CHANNEL: "topic__channel", FORM: "form"},
    seen_by=_seen,
    line=_line,
    order=("-held_at", "-pk"),
    follow=("room",),
)
# Those named one by one, besides the residents who are only counted.
NAMED = Subquery(
    Participant.objects.filter(deliberation=OuterRef("pk"), attended=True)
    .order_by()
    .values("deliberation")
    .values(count=Count("pk")),
    output_field=IntegerField(),
)

HELD = Figure(
    "deliberations.held",
    label=_("协商议事"),
    definition=_("期间内开过的协商，正式协商和随时议都算，按开会那天计。只预告、没有开成的不算。"),
    unit=_("场"),
    source=SESSIONS,
    is_public=True,
)
FORMAL = Figure(
    "deliberations.formal",
    label=_("正式协商"),
    definition=_("协商议事当中，先预告、再开会、有协商记录的那些。"),
    unit=_("场"),
    source=SESSIONS,
    only=Q(form=Form.FORMAL.value),
    is_public=True,
)
ANY_TIME = Figure(
    "deliberations.any_time",
    label=_("随时议"),
    definition=_("协商议事当中，在田间地头、楼前院内随时谈、事后记下来的那些。"),
    unit=_("场"),
    source=SESSIONS,
    only=Q(form=Form.ANY_TIME.value),
    is_public=True,
)
ATTENDANCES = Figure(
    "deliberations.attendances",
    label=_("参加协商"),
    definition=_("各场协商到场的人次：逐个记名的到场人员，加上只计人数的居民。同一个人来两场，算两人次。"),
    unit=_("人次"),
    source=SESSIONS,
    adds=F("residents_count") + Coalesce(NAMED, 0),
    is_public=True,
)
ACTIVE_ROOMS = Figure(
    "deliberations.active_rooms",
    label=_("开过协商的议事室"),
    definition=_("期间内至少开过一场协商的议事室。一个议事室开过几场，都只算一个。"),
    unit=pgettext_lazy("rooms", "个"),
    source=SESSIONS,
    distinct="room",
    is_public=True,
)
FIGURES = (HELD, FORMAL, ANY_TIME, ATTENDANCES, ACTIVE_ROOMS)

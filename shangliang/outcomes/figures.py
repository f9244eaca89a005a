"""Figures of what was promised: assigned, replied, done."""

from __future__ import annotations

from functools import partial

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.figures.declaration import PERCENT, Derived, Figure, Happened, Line, Source
from shangliang.figures.rules import percent
from shangliang.kit.clock import local_day
from shangliang.outcomes.models import Commitment, CommitmentQuerySet
from shangliang.outcomes.states import Closing
from shangliang.topics.figures import CHANNEL, PLACE, THEME

CUTS = {**PLACE, THEME: "topic__theme", CHANNEL: "topic__channel"}
DONE = [Closing.CONFIRMED.value, Closing.NOT_RATED.value, Closing.DECIDED_DONE.value]


def _rows() -> CommitmentQuerySet:
    return Commitment.objects.filter(is_embargoed=False)


def _seen(rows: CommitmentQuerySet, actor: Actor) -> CommitmentQuerySet:
    return rows.public() | rows.worked_on_by(actor)


def _line(moment: str, row: Commitment, actor: Actor) -> Line:
    """Where everybody may read it, the page of its topic; else the desk's page of the commitment."""
    is_for_all = row.is_public and row.topic.is_public
    return Line(
        row.what,
        reverse("topic", args=[row.topic.no]) if is_for_all else reverse("desk_commitment", args=[row.no]),
        on=local_day(getattr(row, moment)),
        place=row.room.name,
    )


def _source(moment: str) -> Source[CommitmentQuerySet]:
    """Commitments by one of their moments: when they were assigned, replied to, closed."""
    return Source(
        rows=_rows,
        when=Happened(moment),
        cuts=CUTS,
        seen_by=_seen,
        line=partial(_line, moment),
        order=(f"-{moment}", "-pk"),
        follow=("room", "topic"),
    )


PROMISES, REPLIES, CLOSED = _source("assigned_at"), _source("replied_at"), _source("closed_at")

ASSIGNED = Figure(
    "outcomes.assigned",
    label=_("承诺事项"),
    definition=_(
        "期间内定下来要办的事，按定下那天计。村（社区）自己办的也算；中途换了承办单位的，仍算一件。"
    ),
    unit=_("件"),
    source=PROMISES,
    is_public=True,
)
REPLIED = Figure(
    "outcomes.replied",
    label=_("已答复"),
    definition=_(
        "期间内承办方作了答复的承诺事项，按最近一次答复那天计。办成的、列入计划的、条件不具备的都算。"
    ),
    unit=_("件"),
    source=REPLIES,
)
IN_TIME = Figure(
    "outcomes.in_time",
    label=_("按期答复"),
    definition=_("已答复的承诺事项当中，没有超过期限的。经批准延期的，按延期后的期限算。"),
    unit=_("件"),
    source=REPLIES,
    only=Q(replied_at__lte=F("due_at")),
)
IN_TIME_SHARE = Derived(
    "outcomes.in_time_share",
    label=_("按期答复率"),
    definition=_("按期答复的占已答复的百分之几。没有答复过的，不计算。"),
    unit=PERCENT,
    of=(IN_TIME, REPLIED),
    formula=percent,
)
SOLVED = Figure(
    "outcomes.solved",
    label=_("办结事项"),
    definition=_(
        "期间内办结的承诺事项，按办结那天计：群众确认解决的、回访后没有人评价按办结算的、区级裁定已办结的。"
        "裁定没有办成的不算。"
    ),
    unit=_("件"),
    source=CLOSED,
    only=Q(closing__in=DONE),
    is_public=True,
)
CONFIRMED = Figure(
    "outcomes.confirmed",
    label=_("群众确认解决"),
    definition=_(
        "办结事项当中，由反映的群众自己确认解决的。联络员代录的评价，"
        "以及凭议事室补打、代录或查看过电话的回执评的，不计分，不算确认。"
    ),
    unit=_("件"),
    source=CLOSED,
    only=Q(closing=Closing.CONFIRMED.value),
    is_public=True,
)
CONFIRMED_SHARE = Derived(
    "outcomes.confirmed_share",
    label=_("群众确认率"),
    definition=_("群众确认解决的占办结事项的百分之几。没有办结事项的，不计算。"),
    unit=PERCENT,
    of=(CONFIRMED, SOLVED),
    formula=percent,
    is_public=True,
)
FIGURES = (ASSIGNED, REPLIED, IN_TIME, IN_TIME_SHARE, SOLVED, CONFIRMED, CONFIRMED_SHARE)

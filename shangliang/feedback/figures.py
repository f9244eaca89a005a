"""Figures of what was said about the system: how many, and how many were answered within their clock."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.feedback.labels import SHORT_KINDS
from shangliang.feedback.models import Feedback, FeedbackQuerySet
from shangliang.feedback.states import FeedbackKind
from shangliang.figures.declaration import AREA, Cut, Figure, Happened, Line, Source
from shangliang.kit.clock import local_day

FEEDBACK_KIND = Cut("feedback_kind", _("意见的种类"), SHORT_KINDS)


def _rows() -> FeedbackQuerySet:
    return Feedback.objects.all()


def _seen(rows: FeedbackQuerySet, actor: Actor) -> FeedbackQuerySet:
    return rows.visible_to(actor)


def _line(row: Feedback, actor: Actor) -> Line:
    return Line(
        row.no,
        reverse("desk_feedback_one", args=[row.no]),
        on=local_day(row.received_at),
        place=str(SHORT_KINDS[FeedbackKind(row.kind)]),
    )


SAID = Source(
    rows=_rows,
    when=Happened("received_at"),
    cuts={AREA: "desk_path", FEEDBACK_KIND: "kind"},
    seen_by=_seen,
    line=_line,
    order=("-received_at", "-pk"),
)
RECEIVED = Figure(
    "feedback.received",
    label=_("对本系统的意见建议"),
    definition=_("期间内收到的对本系统的投诉、建议和求助，按收到那天计。代录的与网上的一样算。"),
    unit=_("条"),
    source=SAID,
)
IN_TIME = Figure(
    "feedback.in_time",
    label=_("按时答复的意见建议"),
    definition=_(
        "期间内收到的意见建议里，第一次答复没有超过期限的。告诉对方该找谁的，也算答复。还没有答复的不算。"
    ),
    unit=_("条"),
    source=SAID,
    only=Q(was_in_time=True),
)
FIGURES = (RECEIVED, IN_TIME)

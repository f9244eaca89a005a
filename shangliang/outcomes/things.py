"""What outcomes, commitments and replies hand in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import Permission
from shangliang.access.things import Review, Section, Thing
from shangliang.outcomes.labels import COMMITMENT_TASKS, HISTORY, OUTCOME_TASKS, UNMET
from shangliang.outcomes.models import Commitment, Outcome, Reply
from shangliang.outcomes.permissions import commitment_for, outcome_for
from shangliang.outcomes.states import COMMITMENT, OUTCOME
from shangliang.outcomes.views.words import detail

OUTCOMES = Thing(
    kind="outcome",
    label=_("成果"),
    rows=lambda actor: Outcome.objects.visible_to(actor).select_related("room", "topic"),
    title=lambda row: row.topic.title,
    place=lambda row: row.room.name,
    page="desk_outcome",
    listed="desk_outcomes",
    find=outcome_for,
    machine=OUTCOME,
    history=HISTORY,
    detail=detail,
    tasks=OUTCOME_TASKS,
    unmet=UNMET,
)
COMMITMENTS = Thing(
    kind="commitment",
    label=_("承诺事项"),
    rows=lambda actor: Commitment.objects.worked_on_by(actor).select_related("room"),
    title=lambda row: row.what,
    place=lambda row: row.room.name,
    page="desk_commitment",
    listed="desk_commitments",
    find=commitment_for,
    machine=COMMITMENT,
    history=HISTORY,
    detail=detail,
    tasks=COMMITMENT_TASKS,
    unmet=UNMET,
    review=Review(
        rows=lambda: Commitment.objects.select_related("room", "topic").order_by("assigned_at"),
        title=lambda row: row.topic.title,
        text=lambda row: row.what,
    ),
)
REPLIES = Thing(
    kind="reply",
    label=_("答复"),
    rows=lambda actor: Reply.objects.filter(
        commitment__in=Commitment.objects.worked_on_by(actor)
    ).select_related("commitment__room"),
    title=lambda row: row.commitment.what,
    place=lambda row: row.commitment.room.name,
    page="",
    history=HISTORY,
    review=Review(
        rows=lambda: Reply.objects.select_related("commitment__room", "commitment__topic").order_by("at"),
        title=lambda row: row.commitment.what,
        text=lambda row: row.text,
        desk="commitment__",
    ),
)
THINGS = (OUTCOMES, COMMITMENTS, REPLIES)
SECTIONS = (
    Section("desk_outcomes", _("商定的事"), Permission.OUTCOME_READ),
    Section("desk_commitments", _("承诺事项"), Permission.COMMITMENT_READ),
)

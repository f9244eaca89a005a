"""The lists of the desk of this app: outcomes and commitments."""

from __future__ import annotations

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.access.roles import Permission
from shangliang.desks.listing import ROOM, STATE, Column, Listing, day
from shangliang.outcomes import queries
from shangliang.outcomes.labels import (
    CLOSINGS,
    COMMITMENT_STATES,
    OUTCOME_STATES,
)
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import COMMITMENT, OUTCOME, Closing, CommitmentState, OutcomeState

# How a status word is coloured; see kit/templates/kit/README.md.
OUTCOME_KINDS = {
    OutcomeState.DRAFTED: "received",
    OutcomeState.COUNTERSIGNED: "doing",
    OutcomeState.FILED: "yours",
    OutcomeState.REPORTED: "passed",
    OutcomeState.ADOPTED: "done",
    OutcomeState.PARTLY_ADOPTED: "done",
    OutcomeState.NOT_ADOPTED: "undone",
    OutcomeState.ENDED: "done",
}
COMMITMENT_KINDS = {
    CommitmentState.ASSIGNED: "received",
    CommitmentState.DECLINED: "passed",
    CommitmentState.UNDER_WAY: "doing",
    CommitmentState.ASKING: "yours",
    CommitmentState.CALLING_BACK: "yours",
    CommitmentState.DISPUTED: "soon",
    CommitmentState.PLANNED: "planned",
    CommitmentState.SHELVED: "undone",
    CommitmentState.CLOSED: "done",
}


def _outcome_status(row: Outcome) -> tuple[str, str | Promise]:
    state = OutcomeState(row.state)
    return OUTCOME_KINDS[state], OUTCOME_STATES[state]


OUTCOMES = Listing(
    kind="outcome",
    label=gettext_lazy("商定的成果"),
    page="desk_outcomes",
    sheet="desk_outcomes_sheet",
    by=Permission.OUTCOME_READ,
    rows=queries.desk_outcomes,
    every=Outcome.objects.all,
    states=OUTCOME_STATES,
    over=frozenset(OUTCOME.finals),
    soonest=F("drafted_at").asc(),
    newest="drafted_at",
    day="drafted_at",
    day_label=gettext_lazy("拟稿时间"),
    words=("topic__title", "text", "room__name"),
    link="desk_outcome",
    title=lambda row: row.topic.title,
    note=lambda row: [row.no, row.room.name, day(row.drafted_at), str(row.get_kind_display())],
    status=_outcome_status,
    columns=(
        Column(gettext_lazy("议题"), lambda row: row.topic.title, is_wide=True),
        ROOM,
        Column(gettext_lazy("成果种类"), lambda row: str(row.get_kind_display())),
        Column(gettext_lazy("由谁来办"), lambda row: str(row.get_route_display()) if row.route else ""),
        STATE,
        Column(gettext_lazy("拟稿时间"), lambda row: row.drafted_at),
        Column(gettext_lazy("备案时间"), lambda row: row.filed_at),
        Column(gettext_lazy("议题编号"), lambda row: row.topic.no),
    ),
    empty=gettext_lazy("这里没有成果。"),
    comes=gettext_lazy("协商记录签好字，成果草稿会自己出现在这里。"),
)


def _doer(row: Commitment) -> str:
    return row.lead.name if row.lead else _("村（社区）自己办")


def _commitment_status(row: Commitment) -> tuple[str, str | Promise]:
    state = CommitmentState(row.state)
    if row.closing:
        closing = Closing(row.closing)
        return "undone" if closing == Closing.DECIDED_NOT_DONE else "done", CLOSINGS[closing]
    return COMMITMENT_KINDS[state], COMMITMENT_STATES[state]


def _dates(row: Commitment) -> str:
    if row.closed_at:
        return _("%(day)s 办结") % {"day": day(row.closed_at)}
    return _("%(day)s 到期") % {"day": day(row.due_at)}


COMMITMENTS = Listing(
    kind="commitment",
    label=gettext_lazy("承诺事项"),
    page="desk_commitments",
    sheet="desk_commitments_sheet",
    by=Permission.COMMITMENT_READ,
    rows=queries.desk_commitments,
    every=Commitment.objects.all,
    states=COMMITMENT_STATES,
    over=frozenset(COMMITMENT.finals),
    soonest=F("due_at").asc(),
    newest="closed_at",
    day="assigned_at",
    day_label=gettext_lazy("交办时间"),
    words=("what", "topic__title", "lead__name", "room__name"),
    link="desk_commitment",
    title=lambda row: row.what,
    note=lambda row: [row.no, row.room.name, _doer(row)],
    dates=_dates,
    status=_commitment_status,
    columns=(
        Column(gettext_lazy("事项"), lambda row: row.what, is_wide=True),
        Column(gettext_lazy("议题"), lambda row: row.topic.title, is_wide=True),
        ROOM,
        Column(gettext_lazy("主办"), _doer, is_wide=True),
        Column(gettext_lazy("阶段"), lambda row: str(_commitment_status(row)[1])),
        Column(gettext_lazy("交办时间"), lambda row: row.assigned_at),
        Column(gettext_lazy("到期"), lambda row: row.due_at),
        Column(gettext_lazy("答复时间"), lambda row: row.replied_at),
        Column(gettext_lazy("办结时间"), lambda row: row.closed_at),
        Column(gettext_lazy("延期次数"), lambda row: row.extended_count),
        Column(gettext_lazy("返工次数"), lambda row: row.reopened_count),
    ),
    empty=gettext_lazy("这里没有承诺事项。"),
    comes=gettext_lazy("成果交办以后，每一项谁办、哪天前办好，都写在这里。"),
)

"""From a confirmed record, or a quick answer, to an outcome that both conveners have signed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.clocks.actions import Holder
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import Conclusion
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.outcomes import rules
from shangliang.outcomes.actions.desks import office_of, town_holder
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.states import OUTCOME, OutcomeKind, OutcomeState

# kinds that end with filing: they carry no commitments of their own
PROPOSALS = frozenset(
    {
        OutcomeKind.CONSENSUS,
        OutcomeKind.SOCIAL_INFORMATION,
        OutcomeKind.CPPCC_PROPOSAL,
        OutcomeKind.DEPUTY_SUGGESTION,
        OutcomeKind.STATUTORY_PROPOSAL,
    }
)


@transaction.atomic
def draft_from_record(*, deliberation: Deliberation, at: datetime) -> Outcome:
    """The draft that writes itself: its text is the record's measures, nothing is typed twice."""
    topic, record = deliberation.topic, deliberation.record
    if deliberation.statutory_route:
        kind = OutcomeKind.STATUTORY_PROPOSAL
    elif record.conclusion == Conclusion.OPINION_ONLY:
        kind = OutcomeKind.SUGGESTION
    else:
        kind = OutcomeKind.MINUTES
    outcome = Outcome.objects.create(
        topic=topic,
        deliberation=deliberation,
        room=deliberation.room,
        desk_path=deliberation.desk_path,
        desk_room_no=deliberation.desk_room_no,
        is_embargoed=deliberation.is_embargoed,
        kind=kind.value,
        text="\n".join(measure.what for measure in record.measures.order_by("pk")),
        drafted_at=at,
    )
    act(
        Kind.OUTCOME_DRAFTED,
        outcome.subject,
        actor=SYSTEM,
        at=at,
        content={"topic": topic.no, "deliberation": deliberation.no, "kind": kind.value},
    )
    holder = _signer(outcome, Role.FIRST_CONVENER)
    clocks.start(
        "outcomes.countersign_days", outcome.subject, holder=holder, at=at, area_path=outcome.desk_path
    )
    return outcome


@transaction.atomic
def edit(*, outcome: Outcome, text: str, kind: str, route: str, actor: Actor, at: datetime) -> None:
    """Change a draft; signatures given to the former wording fall away."""
    role = require_role(actor, Permission.OUTCOME_DRAFT, outcome)
    if outcome.state != OutcomeState.DRAFTED:
        OUTCOME.move("edit", outcome.state)
    outcome.text, outcome.kind, outcome.route = text, OutcomeKind(kind).value, route
    outcome.first_signed_at = outcome.second_signed_at = None
    outcome.save()
    act(
        Kind.OUTCOME_DRAFTED,
        outcome.subject,
        actor=actor,
        role=role,
        place=office_of(outcome),
        at=at,
        content={"kind": kind, "route": route},
    )


@transaction.atomic
def countersign(*, outcome: Outcome, actor: Actor, at: datetime) -> None:
    """One convener signs. With both signatures the outcome goes to the town's CPPCC office.

    First and second convener each sign for themselves; the town or district office signs for whoever let the
    clock run out, or where the room's family knows only one convener.
    """
    role = require_role(actor, Permission.OUTCOME_COUNTERSIGN, outcome)
    outcome = Outcome.objects.select_for_update().get(pk=outcome.pk)
    OUTCOME.move("countersign", outcome.state)
    require(draft_gaps(outcome))
    if role == Role.FIRST_CONVENER:
        outcome.first_signed_at = outcome.first_signed_at or at
    elif role == Role.SECOND_CONVENER:
        outcome.second_signed_at = outcome.second_signed_at or at
    else:
        outcome.first_signed_at = outcome.first_signed_at or at
        outcome.second_signed_at = outcome.second_signed_at or at
    complete = outcome.first_signed_at is not None and outcome.second_signed_at is not None
    if complete:
        outcome.state = OutcomeState.COUNTERSIGNED.value
    outcome.save()
    act(
        Kind.OUTCOME_COUNTERSIGNED,
        outcome.subject,
        actor=actor,
        role=role,
        place=office_of(outcome),
        at=at,
        content={"complete": complete},
    )
    if complete:
        clocks.stop("outcomes.countersign_days", outcome.subject, at=at)
        clocks.start(
            "outcomes.file_days",
            outcome.subject,
            holder=town_holder(outcome),
            at=at,
            area_path=outcome.desk_path,
        )
    elif outcome.second_signed_at is None:
        clocks.start(
            "outcomes.countersign_days",
            outcome.subject,
            holder=_signer(outcome, Role.SECOND_CONVENER),
            at=at,
            area_path=outcome.desk_path,
        )


def draft_gaps(outcome: Outcome) -> list[Unmet]:
    """What the draft still lacks, for the page and for the act."""
    return rules.missing_for_countersigning(
        text=outcome.text,
        route=outcome.route,
        is_statutory=outcome.topic.is_statutory,
        is_proposal=outcome.kind in PROPOSALS,
    )


def _signer(outcome: Outcome, role: Role) -> Holder:
    if outcome.is_embargoed or not outcome.desk_room_no:
        return town_holder(outcome)
    return Holder(role, room_no=outcome.desk_room_no)

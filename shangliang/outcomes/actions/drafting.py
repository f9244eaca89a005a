"""From a confirmed record, or a quick answer, to an outcome that both conveners have signed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.roles import Role
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Holder
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import Conclusion
from shangliang.desks.actions.records import record
from shangliang.desks.actions.undoing import undoable
from shangliang.desks.queries import holder, tier_office
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.ledger.actions import act
from shangliang.outcomes import rules
from shangliang.outcomes.actions.transitions import begin_outcome, follow
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.permissions import has_signed
from shangliang.outcomes.states import OUTCOME, PROPOSALS, OutcomeKind

DRAFT, COUNTERSIGN, FILE = "outcomes.draft_days", "outcomes.countersign_days", "outcomes.file_days"


def draft_from_record(*, deliberation: Deliberation, at: datetime) -> Outcome:
    """The draft that writes itself: its text is the record's measures, nothing is typed twice."""
    topic, written = deliberation.topic, deliberation.record
    if deliberation.statutory_route:
        kind = OutcomeKind.STATUTORY_PROPOSAL
    elif written.conclusion == Conclusion.OPINION_ONLY:
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
        text="\n".join(measure.what for measure in written.measures.order_by("pk")),
        drafted_at=at,
    )
    act(
        Kind.OUTCOME_DRAFTED,
        outcome.subject,
        actor=SYSTEM,
        at=at,
        content={"topic": topic.no, "deliberation": deliberation.no, "kind": kind.value},
    )
    _give_turn(outcome, at)
    return outcome


@transaction.atomic
def edit(*, outcome: Outcome, text: str, kind: str, route: str, actor: Actor, at: datetime) -> None:
    """Change a draft; signatures given to the former wording fall away, and whoever's turn it is then has it."""
    outcome, begun = begin_outcome(outcome, "edit", actor)
    outcome.text, outcome.kind, outcome.route = text, OutcomeKind(kind).value, route
    outcome.first_signed_at = outcome.second_signed_at = None
    outcome.save()
    record(begun, outcome, at=at, content={"kind": kind, "route": route})
    _give_turn(outcome, at)


@undoable(OUTCOME, "sign", takes="outcome")
@transaction.atomic
def countersign(*, outcome: Outcome, actor: Actor, at: datetime) -> None:
    """One convener signs. With both signatures the outcome goes to the town's CPPCC office.

    First and second convener each sign for themselves; the town or district office signs for whoever let the
    clock run out, or where the room's family knows only one convener. Nobody signs the same wording twice.
    """
    outcome, begun = begin_outcome(outcome, "sign", actor)
    if has_signed(begun.role, outcome):
        raise IllegalMove(OUTCOME.name, "sign", "signed")
    require(draft_gaps(outcome, at))
    if begun.role != Role.SECOND_CONVENER:
        outcome.first_signed_at = outcome.first_signed_at or at
    if begun.role != Role.FIRST_CONVENER:
        outcome.second_signed_at = outcome.second_signed_at or at
    is_complete = outcome.first_signed_at is not None and outcome.second_signed_at is not None
    if is_complete:
        begun = follow(begun, OUTCOME, outcome, "countersign")
    outcome.save()
    record(begun, outcome, at=at, content={"complete": is_complete})
    if is_complete:
        clocks.stop(COUNTERSIGN, outcome.subject, at=at)
        who = tier_office(outcome)
        clocks.start(FILE, outcome.subject, holder=who, at=at, area_path=outcome.desk_path)
    elif outcome.first_signed_at is not None:
        who = _signer(outcome, Role.SECOND_CONVENER)
        clocks.start(COUNTERSIGN, outcome.subject, holder=who, at=at, area_path=outcome.desk_path)


def _give_turn(outcome: Outcome, at: datetime) -> None:
    """While something is missing, the clerk's; nobody is asked to sign what cannot be signed yet.

    A clock that already runs with the right one runs on: saving a draft again gives nobody more time.
    """
    if draft_gaps(outcome, at):
        rule, other, who = DRAFT, COUNTERSIGN, holder(outcome)
    else:
        rule, other, who = COUNTERSIGN, DRAFT, _signer(outcome, Role.FIRST_CONVENER)
    clocks.stop(other, outcome.subject, at=at)
    if not clocks.is_held(rule, outcome.subject, holder=who):
        clocks.start(rule, outcome.subject, holder=who, at=at, area_path=outcome.desk_path)


def draft_gaps(outcome: Outcome, at: datetime) -> list[Unmet]:
    """What the draft still lacks, for the page and for the act."""
    return rules.missing_for_countersigning(
        text=outcome.text,
        route=outcome.route,
        is_statutory=outcome.topic.is_statutory,
        is_proposal=outcome.kind in PROPOSALS,
    )


def _signer(outcome: Outcome, role: Role) -> Holder:
    if outcome.is_embargoed or not outcome.desk_room_no:
        return tier_office(outcome)
    return Holder(role, room_no=outcome.desk_room_no)

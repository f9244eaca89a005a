"""A second "not solved": the district office decides, in writing. And looking back after 3 and 12 months."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.outcomes.actions.desks import office_of
from shangliang.outcomes.actions.rating import reopen, write_closing
from shangliang.outcomes.actions.standing import settle
from shangliang.outcomes.models import Commitment, LookBack
from shangliang.outcomes.states import COMMITMENT, Closing


@transaction.atomic
def decide(
    *, commitment: Commitment, redo: bool, done: bool, reason: str, actor: Actor, at: datetime
) -> None:
    """Once more, or closed as done or as not done; always with a written reason that the residents read."""
    role = require_role(actor, Permission.COMMITMENT_DECIDE_REOPENING, commitment)
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    transition = COMMITMENT.move("decide_redo" if redo else "decide_close", commitment.state)
    require([] if reason.strip() else [Unmet("decision_reason_missing", mend="reason")])
    clocks.stop_all(commitment.subject, at=at)
    commitment.decision_reason = reason.strip()
    if redo:
        reopen(commitment, "decide_redo", at)
        verdict = "redo"
    else:
        commitment.state = transition.target.value
        closing = Closing.DECIDED_DONE if done else Closing.DECIDED_NOT_DONE
        write_closing(commitment, closing, at)
        verdict = closing.value
    act(
        Kind.COMMITMENT_DECIDED,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(commitment),
        at=at,
        content={"verdict": verdict},
    )
    settle(commitment.topic, actor=actor, role=role, at=at)


@transaction.atomic
def look_back(*, look: LookBack, still_holds: bool, note: str, actor: Actor, at: datetime) -> None:
    """回头看: is it still so? What no longer holds is told; whoever meets it may raise it again."""
    commitment = look.commitment
    role = require_role(actor, Permission.COMMITMENT_LOOK_BACK, commitment)
    look = LookBack.objects.select_for_update().get(pk=look.pk)
    unmet = []
    if look.done_at is not None:
        unmet.append(Unmet("already_looked_back"))
    if not still_holds and not note.strip():
        unmet.append(Unmet("look_back_note_missing", mend="note"))
    require(unmet)
    look.done_at, look.still_holds, look.note = at, still_holds, note.strip()
    look.save()
    clocks.stop(look.rule, commitment.subject, at=at)
    act(
        Kind.COMMITMENT_LOOKED_BACK,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(commitment),
        at=at,
        content={"still_holds": still_holds, "rule": look.rule},
    )

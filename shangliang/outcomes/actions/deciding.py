"""A second "not solved": the district office decides, in writing. And looking back after 3 and 12 months."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.kit.guards import Unmet, require
from shangliang.outcomes.actions.explaining import ASIDE
from shangliang.outcomes.actions.rating import start_again, write_closing
from shangliang.outcomes.actions.topic_state import settle
from shangliang.outcomes.actions.transitions import begin_commitment, end
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.states import Closing


@transaction.atomic
def decide(
    *, commitment: Commitment, redo: bool, done: bool, reason: str, actor: Actor, at: datetime
) -> None:
    """Once more, or closed as done or as not done; always with a written reason that the residents read."""
    commitment, begun = begin_commitment(commitment, "decide_redo" if redo else "decide_close", actor)
    require([] if reason.strip() else [Unmet("decision_reason_missing", mend="reason")])
    clocks.stop_all(commitment.subject, at=at, but=ASIDE)
    commitment.decision_reason = reason.strip()
    if redo:
        start_again(commitment, at)
        verdict = "redo"
    else:
        closing = Closing.DECIDED_DONE if done else Closing.DECIDED_NOT_DONE
        write_closing(commitment, closing, at)
        verdict = closing.value
    end(begun, commitment, at, verdict=verdict)
    settle(commitment.topic, begun, at)


@transaction.atomic
def look_back(*, commitment: Commitment, still_holds: bool, note: str, actor: Actor, at: datetime) -> None:
    """回头看, the first that is still to be done: is it still so? What no longer holds is told; whoever meets it may
    raise it again."""
    commitment, begun = begin_commitment(commitment, "look_back", actor)
    require([] if still_holds or note.strip() else [Unmet("look_back_note_missing", mend="note")])
    look = commitment.open_look_backs[0]
    look.done_at, look.still_holds, look.note = at, still_holds, note.strip()
    look.save()
    clocks.stop(look.rule, commitment.subject, at=at)
    end(begun, commitment, at, still_holds=still_holds, rule=look.rule)

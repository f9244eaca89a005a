"""过问: a linked leader asks why something is late, by one press; the office that is asked explains."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.desks.queries import district_office
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.outcomes.actions.transitions import begin_commitment, end
from shangliang.outcomes.models import Ask, Commitment
from shangliang.outcomes.queries import explaining_office

EXPLAIN, KEPT = "outcomes.explain_days", "outcomes.kept_days"
ASIDE = (EXPLAIN, KEPT)  # what offices owe beside the work: it goes on whatever becomes of that


@transaction.atomic
def ask_after(*, commitment: Commitment, actor: Actor, at: datetime) -> Ask:
    """Ask why it is late. It gives no order and moves nothing: the office has it on its desk, with a clock.

    Raises Denied, or IllegalMove where nobody is late or somebody has asked already.
    """
    commitment, begun = begin_commitment(commitment, "ask_after", actor)
    late = commitment.late_clock
    if late is None:
        raise IllegalMove("commitment", "ask_after", commitment.state)
    office = explaining_office(commitment, late.holder)
    asked = Ask.objects.create(
        commitment=commitment,
        at=at,
        asked_by=actor.account_id,
        role=office.role.value if office.role else "",
        area_path=office.area_path,
        since=late.due_at,
    )
    end(begun, commitment, at)
    clocks.start(EXPLAIN, commitment.subject, holder=office, at=at, area_path=commitment.desk_path)
    return asked


@transaction.atomic
def explain(*, commitment: Commitment, text: str, actor: Actor, at: datetime) -> None:
    """Why it is late and how it goes on, in the office's words; whoever asked reads them, and nobody in public.

    Raises Denied, IllegalMove, or Blocked where nothing is said.
    """
    commitment, begun = begin_commitment(commitment, "explain", actor)
    require([] if text.strip() else [Unmet("explanation_missing", mend="text")])
    asked = commitment.open_ask
    if asked is None:
        raise IllegalMove("commitment", "explain", commitment.state)
    asked.explanation, asked.explained_at = text.strip(), at
    asked.save()
    end(begun, commitment, at)
    clocks.stop(EXPLAIN, commitment.subject, at=at)


def say_to_district(commitment: Commitment, at: datetime) -> None:
    """Something was said to the district office alone: it has to read it. What waits there already has no more time."""
    office = district_office(commitment)
    if not clocks.is_held(KEPT, commitment.subject, holder=office):
        clocks.start(KEPT, commitment.subject, holder=office, at=at, area_path=commitment.desk_path)


@transaction.atomic
def hear(*, commitment: Commitment, note: str, actor: Actor, at: datetime) -> None:
    """The district has read what residents said to it alone; what it passes on, doer and room read, never who said it.

    Raises Denied, or IllegalMove where nothing waits to be read.
    """
    commitment, begun = begin_commitment(commitment, "hear", actor)
    commitment.district_note = note.strip()
    commitment.save()
    end(begun, commitment, at, passed_on=bool(commitment.district_note))
    clocks.stop(KEPT, commitment.subject, at=at)

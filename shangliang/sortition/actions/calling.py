"""Those who were drawn and whom no message reaches are told by a person: each call and letter is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.transitions import Begun
from shangliang.inbox.actions import write_told
from shangliang.inbox.states import HandWay
from shangliang.sortition import queries
from shangliang.sortition.actions.transitions import begin_volunteer, end
from shangliang.sortition.models import Volunteer
from shangliang.sortition.states import CallResult


@transaction.atomic
def note_call(*, volunteer: Volunteer, result: CallResult, actor: Actor, at: datetime) -> None:
    """Reached, not reached, or to be called again; who was reached counts as told. Raises IllegalMove without a telephone."""
    volunteer, begun = begin_volunteer(volunteer, "note_call", actor)
    volunteer.called_at, volunteer.call_result = at, result.value
    volunteer.save(update_fields=["called_at", "call_result"])
    if result == CallResult.REACHED:
        _told(volunteer, HandWay.PHONE, begun, at)
    end(begun, volunteer.draw, at, volunteer=volunteer.number, result=result.value)


@transaction.atomic
def note_letter(*, volunteer: Volunteer, actor: Actor, at: datetime) -> None:
    """The printed letter was brought to them."""
    volunteer, begun = begin_volunteer(volunteer, "note_letter", actor)
    _told(volunteer, HandWay.LETTER, begun, at)
    end(begun, volunteer.draw, at, volunteer=volunteer.number)


def _told(volunteer: Volunteer, way: HandWay, begun: Begun, at: datetime) -> None:
    office = begun.role.value if begun.role else ""
    for about in queries.news_of(volunteer.draw)[-1:]:
        write_told(refs=[volunteer.ref], about=about, way=way, office=office, at=at)

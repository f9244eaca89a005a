"""What people think, asked before or during a session: one poll for each deliberation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.deliberations.actions.moving import locked
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DELIBERATION, DeliberationState, Form
from shangliang.kit.states import IllegalMove
from shangliang.opinions.actions import keeping
from shangliang.opinions.models import Poll

ASKABLE = frozenset({DeliberationState.PREPARED, DeliberationState.ANNOUNCED, DeliberationState.UNDER_WAY})


def can_ask(deliberation: Deliberation) -> bool:
    """Before the session and while it goes on; what is said any time in the field has no screen."""
    return deliberation.form == Form.FORMAL and deliberation.state in ASKABLE


@transaction.atomic
def ask(*, deliberation: Deliberation, actor: Actor, at: datetime) -> Poll:
    """The poll of a deliberation, made when it is not there yet. Raises IllegalMove."""
    deliberation = locked(deliberation)
    if deliberation.poll is not None:
        return deliberation.poll
    if not can_ask(deliberation):
        raise IllegalMove(DELIBERATION.name, "ask", deliberation.state)
    question = deliberation.subject_line or deliberation.topic.title
    poll = keeping.prepare(desk=deliberation, question=question, actor=actor, at=at)
    Deliberation.objects.filter(pk=deliberation.pk).update(poll=poll)
    return poll

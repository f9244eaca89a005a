"""What people think, asked before or during a session: one poll for each deliberation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.deliberations.actions.transitions import begin_deliberation
from shangliang.deliberations.models import Deliberation
from shangliang.opinions.actions import polls
from shangliang.opinions.models import Poll


@transaction.atomic
def ask(*, deliberation: Deliberation, actor: Actor, at: datetime) -> Poll:
    """The poll of a deliberation, made when it is not there yet; before the session and while it goes on."""
    deliberation, _begun = begin_deliberation(deliberation, "ask", actor)
    if deliberation.poll is not None:
        return deliberation.poll
    question = deliberation.subject_line or deliberation.topic.title
    poll = polls.prepare(desk=deliberation, question=question, actor=actor, at=at)
    Deliberation.objects.filter(pk=deliberation.pk).update(poll=poll)
    return poll

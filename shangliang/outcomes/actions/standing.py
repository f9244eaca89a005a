"""How a topic stands follows from its commitments; this moves it there."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.outcomes import rules
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.rules import TopicStanding
from shangliang.topics.actions.transitions import move_topic
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC, TopicState

TARGETS = {
    TopicStanding.IN_HAND: ("take_in_hand", TopicState.IN_HAND),
    TopicStanding.ASKING: ("ask_residents", TopicState.ASKING),
    TopicStanding.PLANNED: ("plan_work", TopicState.PLANNED),
    TopicStanding.UNSOLVED: ("leave_unsolved", TopicState.UNSOLVED),
    TopicStanding.CONCLUDED: ("conclude", TopicState.CONCLUDED),
}


def settle(topic: Topic, *, actor: Actor, role: Role | None, at: datetime) -> None:
    """Move the topic to where its commitments say it is; nothing happens when it is there already."""
    rows = list(Commitment.objects.filter(topic=topic).values_list("state", "closing", "planned_on"))
    if not rows:
        return
    stands = rules.standing((state for state, _, _ in rows), (closing for _, closing, _ in rows))
    name, target = TARGETS[stands]
    topic.refresh_from_db()
    if topic.state == target:
        return
    if name == "take_in_hand" and not TOPIC.leads_from(name, topic.state):
        name = "reopen"
    planned = max((day for _, _, day in rows if day), default=None)
    move_topic(topic=topic, act=name, actor=actor, role=role, at=at, planned_on=planned)

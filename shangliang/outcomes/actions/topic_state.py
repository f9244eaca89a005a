"""How a topic stands follows from its commitments; this moves it there."""

from __future__ import annotations

from datetime import date, datetime

from shangliang.access.transitions import Begun
from shangliang.outcomes import rules
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.rules import TopicStanding
from shangliang.outcomes.states import LEADS_TO, OUTCOME
from shangliang.topics.actions.transitions import move_topic
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC, TopicState

TARGETS = {
    TopicStanding.IN_HAND: TopicState.IN_HAND,
    TopicStanding.ASKING: TopicState.ASKING,
    TopicStanding.PLANNED: TopicState.PLANNED,
    TopicStanding.UNSOLVED: TopicState.UNSOLVED,
    TopicStanding.CONCLUDED: TopicState.CONCLUDED,
}
# Where a topic follows its commitments. Elsewhere it has gone another way meanwhile: it is talked over anew, was
# passed up, has ended, or waits in a plan of the room's own.
FOLLOWS = frozenset(TARGETS.values()) | {TopicState.AGREED}
AT_WORK = frozenset({TopicStanding.IN_HAND, TopicStanding.ASKING})


def settle(topic: Topic, begun: Begun, at: datetime) -> None:
    """Move the topic to where its commitments say it is; one that has gone another way keeps its own state."""
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    stands, planned = _standing(topic)
    if stands is None or (stands not in AT_WORK and _is_more_to_come(topic)):
        return
    for act in _way(topic, TARGETS[stands], planned):
        _move(topic, act, begun, at, planned=planned)


def end_with(topic: Topic, act: str, begun: Begun, at: datetime, *, reason: str = "") -> None:
    """An outcome has ended without commitments: so does its topic, unless something else is being done about it."""
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    stands, _planned = _standing(topic)
    if stands in AT_WORK or stands == TopicStanding.PLANNED:
        settle(topic, begun, at)
    elif topic.state in FOLLOWS and TOPIC.allows(topic, act) and not _is_more_to_come(topic):
        _move(topic, act, begun, at, reason=reason)


def _standing(topic: Topic) -> tuple[TopicStanding | None, date | None]:
    """How it stands by its commitments, and until when it is planned; None where there are none."""
    rows = list(Commitment.objects.filter(topic=topic).values_list("state", "closing", "planned_on"))
    if not rows:
        return None, None
    stands = rules.standing((state for state, _, _ in rows), (closing for _, closing, _ in rows))
    return stands, max((day for _, _, day in rows if day), default=None)


def _is_more_to_come(topic: Topic) -> bool:
    """Whether another outcome is still on its way to commitments of its own."""
    return Outcome.objects.filter(topic=topic).exclude(state__in=OUTCOME.finals).exists()


def _way(topic: Topic, target: TopicState, planned: date | None) -> list[str]:
    """The moves that lead there: none, one, or two where it has to be taken in hand first."""
    if topic.state not in FOLLOWS:
        return []
    if topic.state == target:
        has_new_date = target == TopicState.PLANNED and topic.planned_on != planned
        return ["plan_work"] if has_new_date and TOPIC.allows(topic, "plan_work") else []
    straight = [act for act in LEADS_TO[target] if TOPIC.allows(topic, act)]
    if straight:
        return straight[:1]
    first = [act for act in LEADS_TO[TopicState.IN_HAND] if TOPIC.allows(topic, act)]
    return [first[0], *LEADS_TO[target]] if first else []


def _move(
    topic: Topic, act: str, begun: Begun, at: datetime, *, planned: date | None = None, reason: str = ""
) -> None:
    move_topic(
        topic=topic,
        act=act,
        actor=begun.actor,
        role=begun.role,
        at=at,
        reason=reason,
        planned_on=planned,
        place=begun.place,
    )

"""立项: adopted by the first convener after the second was heard; or planned with a date, or ended with a reason."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.roles import Role
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.desks.actions.records import record
from shangliang.desks.actions.undoing import undoable
from shangliang.desks.queries import holder
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.guards import Unmet, require
from shangliang.people.queries import pattern
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.actions.screening import start_of_grade
from shangliang.topics.actions.transitions import PREPARE, begin_topic, stop_stage
from shangliang.topics.models import Topic
from shangliang.topics.rules import is_plan_too_far
from shangliang.topics.states import TOPIC

RESEARCH, SECOND = "topics.research_days", "topics.second_opinion_days"
PLAN = "topics.plan_months"
CLOSE_OF_DAY = time(23, 59, 59)


def visits_needed(topic: Topic, at: datetime) -> int:
    """How often a topic is looked into on the spot first; more often for a city's topics."""
    day = book().at(local_day(at))
    if level_of(topic.desk_path) == AreaLevel.CITY:
        return day.integer("topics.research_visits_city_count", topic.desk_path)
    return day.integer("topics.research_visits_count", topic.desk_path)


def needs_second(topic: Topic, at: datetime) -> bool:
    """Whether this family of rooms has two conveners; an office decides alone."""
    if not topic.desk_room_no:
        return False
    return pattern(topic.room, local_day(at)).second_is_needed


def adopt_gaps(topic: Topic, at: datetime) -> list[Unmet]:
    """Everything that is still missing before it can be adopted."""
    unmet = []
    if not topic.title or not topic.summary:
        unmet.append(Unmet("wording_missing", mend="wording"))
    if not topic.theme or not topic.weight:
        unmet.append(Unmet("class_missing", mend="wording"))
    needed = visits_needed(topic, at)
    if topic.visits_count < needed:
        counted: dict[str, object] = {"needed": needed, "made": topic.visits_count}
        unmet.append(Unmet("visits_missing", counted, mend="visit"))
    if needs_second(topic, at) and topic.second_heard_at is None:
        unmet.append(Unmet("second_not_heard", mend="second"))
    if topic.second_agrees is False:
        unmet.append(Unmet("second_disagrees", mend="second", advice=True))
    return unmet


def who_adopts(topic: Topic, at: datetime) -> Holder:
    """Whose turn it is before adoption: the clerk's while something is missing, then the first convener's.

    Between the two the second convener is asked, by a clock of their own; nobody else has to act then.
    """
    missing = {item.code for item in adopt_gaps(topic, at) if not item.advice}
    if missing - {"second_not_heard"}:
        return holder(topic)
    return Holder(None) if missing else holder(topic, Role.FIRST_CONVENER)


def give_turn(topic: Topic, at: datetime) -> None:
    """Whoever can lead the topic on has it on the desk."""
    clocks.pass_to(RESEARCH, topic.subject, holder=who_adopts(topic, at), at=at)


def ask_second(topic: Topic, at: datetime) -> None:
    """Start waiting for the second convener, once; whoever stays silent is taken as heard."""
    waiting = Clock.objects.running().of(topic.subject).filter(rule=SECOND).exists()
    if needs_second(topic, at) and topic.second_heard_at is None and not waiting:
        clocks.start(
            SECOND,
            topic.subject,
            holder=holder(topic, Role.SECOND_CONVENER),
            at=at,
            area_path=topic.desk_path,
        )


@undoable(TOPIC, "hear_second", takes="topic")
@transaction.atomic
def hear_second(*, topic: Topic, agrees: bool, opinion: str, actor: Actor, at: datetime) -> None:
    """The second convener says what they think; a "no" is heard, written down and decides nothing by itself."""
    topic, begun = begin_topic(topic, "hear_second", actor)
    require([Unmet("opinion_missing", mend="opinion")] if not agrees and not opinion.strip() else [])
    _heard(topic, begun, agrees, opinion.strip(), at)


def take_as_heard(*, topic: Topic, at: datetime) -> None:
    """No word within the time: taken as heard."""
    topic, begun = begin_topic(topic, "take_as_heard", SYSTEM)
    _heard(topic, begun, None, "", at)


def _heard(topic: Topic, begun: Begun, agrees: bool | None, opinion: str, at: datetime) -> None:
    topic.second_heard_at, topic.second_agrees, topic.second_opinion = at, agrees, opinion
    topic.save(update_fields=["second_heard_at", "second_agrees", "second_opinion"])
    clocks.stop(SECOND, topic.subject, at=at)
    give_turn(topic, at)
    record(begun, topic, at=at, content={"agrees": agrees})


@undoable(TOPIC, "adopt", takes="topic")
@transaction.atomic
def adopt(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """立项: it comes to the table."""
    topic, begun = begin_topic(topic, "adopt", actor)
    require(adopt_gaps(topic, at))
    topic.adopted_at = topic.changed_at = at
    topic.save()
    stop_stage(topic, at)
    clocks.start(PREPARE, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    _end(begun, topic, at)


@transaction.atomic
def plan(*, topic: Topic, planned_on: date, reason: str, actor: Actor, at: datetime) -> None:
    """Into a plan with a date: an honest end for now; on that day it is taken up again."""
    topic, begun = begin_topic(topic, "plan", actor)
    most = book().at(local_day(at)).integer(PLAN, topic.desk_path)
    unmet = [] if reason.strip() else [Unmet("reason_missing", mend="reason")]
    if planned_on <= local_day(at):
        unmet.append(Unmet("plan_in_past", mend="planned_on"))
    elif is_plan_too_far(planned_on, local_day(at), most):
        unmet.append(Unmet("plan_too_far", {"months": most}, mend="planned_on"))
    require(unmet)
    topic.planned_on, topic.end_reason, topic.changed_at = planned_on, reason.strip(), at
    topic.save()
    stop_stage(topic, at)
    clocks.start(
        PLAN,
        topic.subject,
        holder=holder(topic, Role.FIRST_CONVENER),
        at=at,
        due_at=datetime.combine(planned_on, CLOSE_OF_DAY, ZONE),
    )
    _end(begun, topic, at, {"planned_on": planned_on.isoformat()})


@undoable(TOPIC, "resume", takes="topic")
@transaction.atomic
def resume(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """What was planned is taken up again."""
    topic, begun = begin_topic(topic, "resume", actor)
    topic.changed_at, topic.end_reason = at, ""
    topic.save()
    clocks.stop(PLAN, topic.subject, at=at)
    start_of_grade(topic, at)
    _end(begun, topic, at)


@transaction.atomic
def end(*, topic: Topic, reason: str, actor: Actor, at: datetime) -> None:
    """终止, with a reason that everybody who raised it reads."""
    topic, begun = begin_topic(topic, "end_topic", actor)
    require([] if reason.strip() else [Unmet("reason_missing", mend="reason")])
    topic.end_reason = reason.strip()
    topic.ended_at = topic.changed_at = at
    topic.save()
    stop_stage(topic, at)
    _end(begun, topic, at)


def _end(begun: Begun, topic: Topic, at: datetime, facts: dict[str, object] | None = None) -> None:
    record(begun, topic, at=at, content={"state": topic.state, **(facts or {})})

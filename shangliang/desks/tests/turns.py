"""Whose turn it is, held against who can act: what lies on a desk its owner can do now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from shangliang.access.actor import Actor
from shangliang.access.desk_page import is_offered
from shangliang.access.things import Act, Thing, house
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import is_held_by
from shangliang.desks.actions import publication, undoing
from shangliang.events.kinds import Subject
from shangliang.events.models import Pressed
from shangliang.kit.numbered import by_nos


def dead_tasks(people: Iterable[Actor], at: datetime, subjects: Iterable[Subject] = ()) -> Iterator[str]:
    """A line for everything on the desk of one of these people that they cannot do; of those things, or of all."""
    rows = Clock.objects.running().filter(paused_at=None).exclude(role="")
    for row in [each for subject in subjects for each in rows.of(subject)] if subjects else rows:
        for actor in people:
            if is_held_by(row, actor) and not can_do(actor, row, at):
                yield f"{row.rule} of {row.subject_kind} {row.subject_no} on the desk of {row.role}"


def can_do(actor: Actor, row: Clock, at: datetime) -> bool:
    """Whether one of the acts that the task asks for is open to its holder now, and nothing stands against it."""
    found = _row_of(row, actor)
    if found is None:
        return False
    acts = house().answering(row.subject_kind, row.rule, found)
    return any(_is_open(thing, act, each, actor, at) for thing, act, each in acts)


def _row_of(row: Clock, actor: Actor) -> Any:
    """The thing behind a task as its holder may open it; what is to be reviewed stands on the page of reviews."""
    thing = house().thing(row.subject_kind)
    if row.rule in house().tasks and thing.review is not None:
        return by_nos(thing.review.rows(), [row.subject_no]).first()
    return by_nos(thing.rows(actor), [row.subject_no]).first()


def _is_open(thing: Thing, act: Act, row: Any, actor: Actor, at: datetime) -> bool:
    if not is_offered(thing, act, row, actor):
        return False
    if thing.kind == "post" and act.name in {"release", "hold-back"}:
        return actor.key != publication.proposer_key(row.subject)
    return act.gaps is None or all(gap.advice for gap in act.gaps(row, at))


def take_back_last(row: Any, who: Actor, at: datetime) -> None:
    """Take back what was just done to `row`, for the random lives of each app."""
    pressed = Pressed.objects.filter(event__subject_kind=row.subject.kind, event__subject_no=row.subject.no)
    undoing.take_back(pressed=pressed.order_by("-pk")[0], actor=who, at=at)

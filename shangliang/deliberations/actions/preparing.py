"""A session is planned: from a topic, with a first list of guests; changed until it is announced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.publication import Scope
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock
from shangliang.deliberations import queries
from shangliang.deliberations.actions.transitions import PREPARE, begin_deliberation, end
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import Form, Mode, Seat
from shangliang.desks.actions import publication
from shangliang.desks.queries import holder
from shangliang.kit.columns import fitted
from shangliang.kit.guards import Unmet, require
from shangliang.people.models import Person, Unit
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC, TopicState


@dataclass(frozen=True)
class Draft:
    """What the clerk writes about a session; everything but the topic may come later."""

    held_at: datetime | None = None
    place: str = ""
    mode: Mode = Mode.ROOM
    subject_line: str = ""
    agenda: str = ""
    online_link: str = ""
    urgent_reason: str = ""
    statutory_route: str = ""
    scope: Scope = Scope.PUBLIC
    is_material_out: bool = False


@dataclass(frozen=True)
class Guest:
    """Somebody to invite: a person, a unit, or only a name."""

    seat: Seat
    name: str
    person: Person | None = None
    unit: Unit | None = None
    is_by_slip: bool = False


def is_preparable(topic: Topic) -> bool:
    """Whether the topic stands where a session can follow; it may be under deliberation already."""
    return TOPIC.leads_from("begin_deliberation", topic.state) or topic.state == TopicState.DELIBERATING


def topic_gaps(topic: Topic) -> list[Unmet]:
    """Why no session can be planned about a topic now."""
    unmet = []
    if queries.open_of(topic) is not None:
        unmet.append(Unmet("already_open", mend="open"))
    if not is_preparable(topic):
        unmet.append(Unmet("topic_not_ready", mend="topic"))
    return unmet


@transaction.atomic
def prepare(
    *, topic: Topic, draft: Draft, guests: Iterable[Guest], actor: Actor, at: datetime
) -> Deliberation:
    """Plan a formal session. The clock that asked for it goes on, on the session's own page."""
    topic = Topic.objects.select_for_update(of=("self",)).select_related("room").get(pk=topic.pk)
    planned = Deliberation(
        topic=topic,
        room=topic.room,
        desk_path=topic.desk_path,
        desk_room_no=topic.desk_room_no,
        is_embargoed=topic.is_embargoed,
        form=Form.FORMAL.value,
        opened_at=at,
    )
    deliberation, begun = begin_deliberation(planned, "prepare", actor)
    require(topic_gaps(topic))
    _write(deliberation, draft, at)
    deliberation.save()
    Participant.objects.bulk_create([_seat(deliberation, guest) for guest in guests])
    waiting = Clock.objects.running().of(topic.subject).filter(rule=PREPARE).first()
    clocks.stop(PREPARE, topic.subject, at=at)
    clocks.start(
        PREPARE,
        deliberation.subject,
        holder=holder(deliberation),
        at=at,
        area_path=deliberation.desk_path,
        due_at=waiting.due_at if waiting else None,
        latest=deliberation.held_at,
    )
    end(begun, deliberation, at=at, content=_facts(deliberation))
    return deliberation


def _follow_day(deliberation: Deliberation, at: datetime) -> None:
    """No time to prepare it reaches past the session; where that has moved on, what was given at first counts again."""
    running = Clock.objects.running().of(deliberation.subject).filter(rule=PREPARE).first()
    if running is None:
        return
    given = Clock.objects.of(deliberation.topic.subject).filter(rule=PREPARE).order_by("-pk").first()
    end = max(running.due_at, given.due_at) if given else running.due_at
    held_at = deliberation.held_at
    until = min(end, held_at) if held_at is not None and held_at > at else end
    clocks.end_by(PREPARE, deliberation.subject, due_at=until, at=at)


@transaction.atomic
def change(*, deliberation: Deliberation, draft: Draft, actor: Actor, at: datetime) -> None:
    """Change the plan. Words that were reviewed and are different now are reviewed again; time and place are free."""
    deliberation, begun = begin_deliberation(deliberation, "change", actor)
    before = (deliberation.subject_line, deliberation.agenda, deliberation.scope)
    _write(deliberation, draft, at)
    if before != (deliberation.subject_line, deliberation.agenda, deliberation.scope):
        publication.reword(post=deliberation, at=at)
    _follow_day(deliberation, at)
    end(begun, deliberation, at=at, content=_facts(deliberation))


@transaction.atomic
def invite(
    *, deliberation: Deliberation, keep: Iterable[int], guests: Iterable[Guest], actor: Actor, at: datetime
) -> None:
    """Settle who is invited: those kept of the list, and new ones."""
    deliberation, begun = begin_deliberation(deliberation, "invite", actor)
    deliberation.participants.exclude(pk__in=list(keep)).delete()
    added = Participant.objects.bulk_create([_seat(deliberation, guest) for guest in guests])
    facts: dict[str, object] = {"invited": deliberation.participants.count(), "added": len(added)}
    end(begun, deliberation, at=at, content=facts)


def _write(deliberation: Deliberation, draft: Draft, at: datetime) -> None:
    deliberation.held_at = draft.held_at
    deliberation.mode = draft.mode.value
    deliberation.scope = (Scope.INTERNAL if deliberation.is_embargoed else draft.scope).value
    for name in ("place", "subject_line", "agenda", "online_link", "urgent_reason", "statutory_route"):
        setattr(deliberation, name, getattr(draft, name).strip())
    if not draft.is_material_out:
        deliberation.material_sent_at = None
    elif deliberation.material_sent_at is None:
        deliberation.material_sent_at = at


def _seat(deliberation: Deliberation, guest: Guest) -> Participant:
    return Participant(
        deliberation=deliberation,
        seat=guest.seat.value,
        person=guest.person,
        unit=guest.unit,
        name=fitted(Participant, "name", guest.name),
        is_by_slip=guest.is_by_slip,
    )


def _facts(deliberation: Deliberation) -> dict[str, object]:
    held_at = deliberation.held_at
    return {"held_at": held_at.isoformat() if held_at else "", "mode": deliberation.mode}

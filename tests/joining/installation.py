"""One matter with everything that bears a number, as one installation has it; and what it hands to another."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, models, transaction

from shangliang.access.actor import SYSTEM
from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.deliberations.models import Deliberation, Record
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE
from shangliang.kit.numbered import Numbered
from shangliang.ledger.actions import act
from shangliang.ledger.models import Entry
from shangliang.opinions.models import Poll
from shangliang.outcomes.models import Commitment, Outcome, Reply
from shangliang.outcomes.states import OutcomeKind, ReplyKind
from shangliang.outcomes.tests.factories import matter
from shangliang.people.models import Unit
from shangliang.places.models import Area, Room
from shangliang.sortition.models import Draw
from shangliang.topics.models import Submission, Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=ZONE)
RULE = "topics.research_days"
# Whatever points at another stands behind it.
NUMBERED: tuple[type[Numbered], ...] = (
    Topic,
    Submission,
    Poll,
    Draw,
    Deliberation,
    Record,
    Outcome,
    Commitment,
    Reply,
)
HANDED_ON: tuple[type[models.Model], ...] = (*NUMBERED, Clock, Entry)


def begin_at_one() -> None:
    """PostgreSQL counts on over the tests that were rolled back; an installation begins at one."""
    for statement in connection.ops.sequence_reset_sql(no_style(), [Area, Room, Unit, *HANDED_ON]):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def fill(name: str) -> None:
    """One matter from the submission to the doer's answer; the words tell whose it is."""
    begin_at_one()
    made = matter(NOW)
    topic, deliberation = made.topic, made.deliberation
    desk = {"desk_path": topic.desk_path, "desk_room_no": topic.desk_room_no}
    Topic.objects.update(title=f"{name}的议题")
    Submission.objects.update(text=f"{name}的诉求", slip_hash=f"slip of {name}")
    draw = Draw.objects.create(
        key=f"draw-{name}", title=f"{name}的抽签", room=topic.room, made_at=NOW, **desk
    )
    poll = Poll.objects.create(key=f"poll-{name}", question=f"{name}的提问", made_at=NOW, **desk)
    Deliberation.objects.update(subject_line=f"{name}的协商", draw=draw, poll=poll, announced_at=NOW)
    outcome = Outcome.objects.create(
        topic=topic,
        deliberation=deliberation,
        room=topic.room,
        kind=OutcomeKind.CONSENSUS.value,
        drafted_at=NOW,
        **desk,
    )
    commitment = Commitment.objects.create(
        outcome=outcome,
        topic=topic,
        room=topic.room,
        what=f"{name}的承诺",
        lead=made.unit,
        assigned_at=NOW,
        due_at=NOW + timedelta(days=9),
        release=Release.RELEASED.value,
        **desk,
    )
    Reply.objects.create(commitment=commitment, kind=ReplyKind.SOLVED.value, text=f"{name}的答复", at=NOW)
    topic.refresh_from_db()
    with transaction.atomic():
        act(Kind.TOPIC_OPENED, topic.subject, actor=SYSTEM, at=NOW, content={"of": name})
        clocks.start(RULE, topic.subject, holder=Holder(Role.CLERK, room_no=topic.desk_room_no), at=NOW)


def handed_on() -> str:
    """All of it, as text."""
    rows = [row for model in HANDED_ON for row in model._default_manager.order_by("pk")]
    return str(serializers.serialize("json", rows))


def join(text: str) -> None:
    """Take in what another installation handed on: numbers stay, keys are new. Rooms and doers are the same in both."""
    keys: dict[tuple[type[models.Model], int], int] = {}
    for each in serializers.deserialize("json", text):
        row, key_there = each.object, each.object.pk
        for field in row._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                points_at = (field.remote_field.model, getattr(row, field.attname))
                setattr(row, field.attname, keys.get(points_at, points_at[1]))
        if isinstance(row, Numbered):
            row.origin_key = row.origin_key or key_there
        row.pk = None
        row.save()
        keys[type(row), key_there] = row.pk

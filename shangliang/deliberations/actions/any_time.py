"""随时议: talked over in the field, under a tree, on small stools; written down afterwards in one go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.files import File
from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.publication import Scope
from shangliang.access.roles import Role
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions import recording, signing
from shangliang.deliberations.actions.announcing import start_record_clock
from shangliang.deliberations.actions.preparing import is_preparable
from shangliang.deliberations.actions.recording import Agreement, Text
from shangliang.deliberations.actions.transitions import PREPARE, begin_deliberation, end, take_along
from shangliang.deliberations.models import Deliberation, Measure
from shangliang.deliberations.states import Conclusion, Form, Mode
from shangliang.desks.actions.records import record
from shangliang.desks.queries import desk_of
from shangliang.events.kinds import Kind
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.kit.guards import Unmet, require
from shangliang.places.models import Room
from shangliang.rulebook import book
from shangliang.topics.models import Topic
from shangliang.topics.rules import mentions, sensitive_field
from shangliang.topics.states import Channel, Grade


@dataclass(frozen=True)
class Talk:
    """The six fields; the photo of the notebook may stay away."""

    held_at: datetime
    place: str
    subject_line: str
    people: int
    said: str
    photo: File[bytes] | None = None  # decoded and re-encoded before
    mode: Mode = Mode.FIELD


def talk_gaps(talk: Talk, topic: Topic | None, now: datetime) -> list[Unmet]:
    """What the page still lacks, all at once."""
    unmet = []
    if talk.held_at > now:
        unmet.append(Unmet("held_in_future", mend="held_at"))
    if not talk.place.strip():
        unmet.append(Unmet("place_missing", mend="place"))
    if not talk.subject_line.strip():
        unmet.append(Unmet("subject_missing", mend="subject_line"))
    if talk.people < 1:
        unmet.append(Unmet("people_missing", mend="people"))
    if not talk.said.strip():
        unmet.append(Unmet("said_missing", mend="said"))
    if topic is not None and queries.open_of(topic) is not None:
        unmet.append(Unmet("already_open", mend="topic"))
    elif topic is not None and not is_preparable(topic):
        unmet.append(Unmet("topic_not_ready", mend="topic"))
    return unmet


@transaction.atomic
def write(*, room: Room, talk: Talk, topic: Topic | None = None, actor: Actor, at: datetime) -> Deliberation:
    """One page, one press: the topic (taken or opened), the talk, its record; the convener signs, then it is archived.

    A first convener who writes it down has signed with the same press.
    """
    if topic is not None:
        topic = Topic.objects.select_for_update(of=("self",)).select_related("room").get(pk=topic.pk)
        room = topic.room
    desk = topic or Topic(room=room, **desk_of(room, about_cadres=False).columns())
    talked_over = Deliberation(
        room=room,
        desk_path=desk.desk_path,
        desk_room_no=desk.desk_room_no,
        is_embargoed=desk.is_embargoed,
        form=Form.ANY_TIME.value,
        mode=talk.mode.value,
        opened_at=at,
        held_at=talk.held_at,
        ended_at=talk.held_at,
        residents_count=talk.people,
        attendance_at=at,
    )
    deliberation, begun = begin_deliberation(talked_over, "write_any_time", actor)
    require(talk_gaps(talk, topic, at))
    topic = topic or _open_topic(desk, talk, begun, at)
    deliberation.topic, deliberation.scope = topic, topic.scope
    deliberation.save()
    minutes = recording.write(deliberation, _text(deliberation, talk, at))
    if talk.photo is not None:
        minutes.notebook.save(f"{ids.new_key()}.jpg", talk.photo, save=True)
    clocks.stop(PREPARE, topic.subject, at=at)
    needs_route = topic.is_statutory and not deliberation.statutory_route
    if needs_route:  # one choice more on the record's page, then it goes to sign
        start_record_clock(deliberation, at, at)
    else:
        signing.ask(deliberation, minutes, at)
    end(begun, deliberation, at=at, content={"form": deliberation.form, "heads": talk.people})
    take_along(topic, "begin_deliberation", begun, at)
    if begun.role == Role.FIRST_CONVENER and not needs_route:
        for signature in minutes.signatures.filter(seat=begun.role.value):
            signing.sign(signature=signature, actor=actor, at=at)
    deliberation.refresh_from_db()
    return deliberation


def _open_topic(topic: Topic, talk: Talk, begun: Begun, at: datetime) -> Topic:
    """A talk about something nobody had handed in: the people at the tree raised it themselves."""
    day, words = book().at(local_day(at)), f"{talk.subject_line} {talk.said}"
    is_sensitive = sensitive_field(words, day.table("topics.internal_first_table", topic.desk_path))
    topic.title, topic.place_text = fitted(Topic, "title", talk.subject_line), talk.place.strip()
    topic.channel, topic.grade = Channel.RESIDENT.value, Grade.QUICK.value
    topic.is_statutory = mentions(words, day.items("topics.statutory_words_list", topic.desk_path))
    topic.scope = (Scope.INTERNAL if is_sensitive else Scope.PUBLIC).value
    topic.opened_at = topic.changed_at = at
    topic.save()
    record(
        replace(begun, event=Kind.TOPIC_OPENED),
        topic,
        at=at,
        content={"channel": topic.channel, "scope": topic.scope, "grade": topic.grade},
    )
    return topic


def _text(deliberation: Deliberation, talk: Talk, at: datetime) -> Text:
    lines = rules.read_lines(talk.said)
    measures = [
        Agreement(what=fitted(Measure, "what", line.what), doer_text=line.doer) for line in lines if line.doer
    ]
    return Text(
        held_at=talk.held_at,
        place=talk.place,
        subject_line=talk.subject_line,
        said=talk.said,
        conclusion=Conclusion.AGREED if measures else Conclusion.OPINION_ONLY,
        effect_by=recording.effect_until(deliberation, at),
        measures=measures,
    )

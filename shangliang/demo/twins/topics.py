"""Twins of the actions of `topics`: from the first word to the adopted topic, and what is released."""

from __future__ import annotations

from datetime import date, datetime

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.roles import Role, is_of_the_room
from shangliang.demo.past import Past
from shangliang.desks.actions import publication
from shangliang.desks.actions.publication import Post
from shangliang.desks.queries import desk_of, holder, place_of, reviewer_of
from shangliang.desks.states import POST
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.kit import crypto, ids
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.people.models import Unit
from shangliang.people.queries import pattern
from shangliang.rulebook import book
from shangliang.search import rules as search
from shangliang.search.models import Document
from shangliang.topics.actions import adoption, screening, transitions
from shangliang.topics.actions.intake import ACK, DECIDE, Intake, Received, key_for
from shangliang.topics.actions.screening import Acceptance, HandOver
from shangliang.topics.models import (
    SEALED_SLIP,
    Note,
    Submission,
    Topic,
    Visit,
    key_hash,
    slip_hash,
    words_of,
)
from shangliang.topics.rules import mentions
from shangliang.topics.states import SUBMISSION, TOPIC, EntryWay, Exclusion, Grade, TopicState


def role_of(actor: Actor) -> Role | None:
    """The people of the past hold one office each."""
    return actor.grants[0].role if actor.kind == ActorKind.STAFF else None


# -- what was said --------------------------------------------------------------------------------------------


def receive(past: Past, *, actor: Actor, intake: Intake, at: datetime) -> Received:
    slip, key, room = past.bulk.once(ids.new_slip), key_for(intake.nonce), intake.room
    row = past.add(
        Submission(
            slip_hash=slip_hash(slip),
            slip_sealed=crypto.seal(slip, SEALED_SLIP),
            key_hash=key_hash(key),
            form_nonce=crypto.fingerprint(intake.nonce, "topics.form"),
            channel=intake.channel.value,
            way=intake.way.value,
            entered_by=actor.account_id,
            room=room,
            text=intake.text.strip(),
            place_text=intake.place_text.strip(),
            received_at=at,
            in_hands_at=at if intake.way != EntryWay.ONLINE and is_of_the_room(role_of(actor)) else None,
            **desk_of(room, about_cadres=intake.about_cadres).columns(),
        )
    )
    for rule in (ACK, DECIDE):
        past.start(rule, row.subject, holder=holder(row), at=at, area_path=row.desk_path)
    facts = {"channel": row.channel, "way": row.way, "room": room.no, "above": row.is_embargoed}
    _said(past, Kind.SUBMISSION_RECEIVED, row, actor, at, facts)
    return Received(row, slip, key)


def accept(
    past: Past, *, submission: Submission, acceptance: Acceptance, actor: Actor, at: datetime
) -> Topic:
    """The people of the past raise nothing that begins as internal."""
    words = f"{submission.gist} {submission.text} {acceptance.title} {acceptance.summary}"
    by_law = book().at(local_day(at)).items("topics.statutory_words_list", submission.desk_path)
    topic = past.add(
        Topic(
            title=acceptance.title.strip(),
            summary=acceptance.summary.strip(),
            channel=submission.channel,
            grade=acceptance.grade.value,
            weight=acceptance.weight.value,
            theme=acceptance.theme.value,
            room=submission.room,
            desk_path=submission.desk_path,
            desk_room_no=submission.desk_room_no,
            is_statutory=mentions(words, by_law),
            place_text=acceptance.place_text.strip() or submission.place_text,
            opened_at=at,
            changed_at=at,
            submissions_count=1,
        )
    )
    SUBMISSION.go(submission, "accept")
    submission.topic = topic
    past.stop_all(submission.subject, at=at)
    rule = screening.QUICK if topic.grade == Grade.QUICK else screening.DEEP
    past.start(rule, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    facts: dict[str, object] = {"grade": topic.grade, "theme": topic.theme, "weight": topic.weight}
    _said(past, Kind.SUBMISSION_ACCEPTED, submission, actor, at, {"topic": topic.no, **facts})
    _told(
        past, Kind.TOPIC_OPENED, topic, actor, at, {"channel": topic.channel, "scope": topic.scope, **facts}
    )
    propose(past, post=topic, actor=actor, at=at)
    return topic


def merge(past: Past, *, submission: Submission, topic: Topic, actor: Actor, at: datetime) -> None:
    SUBMISSION.go(submission, "merge")
    submission.topic = topic
    topic.submissions_count += 1
    past.stop_all(submission.subject, at=at)
    _said(past, Kind.SUBMISSION_MERGED, submission, actor, at, {"topic": topic.no})


def hand_over(past: Past, *, submission: Submission, to: HandOver, actor: Actor, at: datetime) -> None:
    SUBMISSION.go(submission, "hand_over")
    submission.exclusion = to.exclusion.value if to.exclusion else ""
    submission.destination, submission.destination_name = to.destination.value, to.name.strip()
    submission.destination_note, submission.outside_no = to.words.strip(), to.outside_no.strip()
    past.stop_all(submission.subject, at=at)
    past.start(
        screening.FOLLOW_UP,
        submission.subject,
        holder=holder(submission),
        at=at,
        area_path=submission.desk_path,
    )
    facts: dict[str, object] = {"destination": submission.destination, "exclusion": submission.exclusion}
    _said(past, Kind.SUBMISSION_HANDED_OVER, submission, actor, at, facts)


def report_back(
    past: Past, *, submission: Submission, news: str, is_settled: bool, actor: Actor, at: datetime
) -> None:
    """In the past what was handed over was settled there."""
    if not is_settled:
        raise NotImplementedError("the past hands over what is settled")
    SUBMISSION.go(submission, "report_back")
    role = role_of(actor)
    past.add(
        Note(
            submission=submission,
            is_from_staff=True,
            office=role.value if role else "",
            text=news.strip(),
            at=at,
        )
    )
    past.stop_all(submission.subject, at=at)
    facts: dict[str, object] = {"state": submission.state, "settled": is_settled}
    _said(past, Kind.SUBMISSION_REPORTED_BACK, submission, actor, at, facts)


def end(
    past: Past,
    *,
    submission: Submission,
    exclusion: Exclusion,
    words: str,
    actor: Actor,
    at: datetime,
) -> None:
    SUBMISSION.go(submission, "end_submission")
    submission.exclusion, submission.destination_note = exclusion.value, words.strip()
    past.stop_all(submission.subject, at=at)
    _said(past, Kind.SUBMISSION_ENDED, submission, actor, at, {"exclusion": exclusion.value})


def erase(past: Past, *, submission: Submission, actor: Actor, at: datetime) -> None:
    SUBMISSION.go(submission, "erase")
    submission.erased_at = at
    submission.text = submission.gist = submission.place_text = submission.destination_note = (
        submission.outside_no
    ) = ""
    submission.slip_sealed = b""
    past.stop_all(submission.subject, at=at)
    past.act(
        Kind.SUBMISSION_ERASED,
        submission.subject,
        actor=actor,
        place=place_of(submission),
        at=at,
        is_forgotten=True,
    )
    past.erase(submission.subject, reason="asked by its owner", at=at)


def _said(
    past: Past,
    kind: Kind,
    submission: Submission,
    actor: Actor,
    at: datetime,
    facts: dict[str, object],
) -> None:
    place = place_of(submission)
    past.act(kind, submission.subject, actor=actor, role=role_of(actor), place=place, at=at, content=facts)


# -- the topic ------------------------------------------------------------------------------------------------


def visit(past: Past, *, topic: Topic, on: date, place: str, found: str, actor: Actor, at: datetime) -> Visit:
    made = past.add(Visit(topic=topic, on=on, place=place.strip(), found=found.strip(), at=at))
    is_first = topic.state != TopicState.RESEARCHING
    TOPIC.go(topic, "research")
    topic.changed_at = at
    topic.visits_count += 1
    if is_first:
        past.stop(screening.DEEP, topic.subject, at=at)
        past.start(adoption.RESEARCH, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    is_waiting = past.running(adoption.SECOND, topic.subject) or topic.second_heard_at
    is_looked_into = topic.visits_count >= adoption.visits_needed(topic, at)
    if is_looked_into and not is_waiting and pattern(topic.room, local_day(at)).second_is_needed:
        second = holder(topic, Role.SECOND_CONVENER)
        past.start(adoption.SECOND, topic.subject, holder=second, at=at, area_path=topic.desk_path)
    _give_turn(past, topic, at)
    facts: dict[str, object] = {"on": on.isoformat(), "visits": topic.visits_count}
    _told(past, Kind.TOPIC_VISITED, topic, actor, at, facts)
    return made


def hear_second(past: Past, *, topic: Topic, agrees: bool, opinion: str, actor: Actor, at: datetime) -> None:
    topic.second_heard_at, topic.second_agrees, topic.second_opinion = at, agrees, opinion.strip()
    past.stop(adoption.SECOND, topic.subject, at=at)
    _give_turn(past, topic, at)
    _told(past, Kind.TOPIC_SECONDED, topic, actor, at, {"agrees": agrees})


def _give_turn(past: Past, topic: Topic, at: datetime) -> None:
    past.pass_to(adoption.RESEARCH, topic.subject, holder=adoption.who_adopts(topic, at))


def adopt(past: Past, *, topic: Topic, actor: Actor, at: datetime) -> None:
    TOPIC.go(topic, "adopt")
    topic.adopted_at = topic.changed_at = at
    stop_stage(past, topic, at)
    past.start(transitions.PREPARE, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    _told(past, Kind.TOPIC_ADOPTED, topic, actor, at, {"state": topic.state})


def answer(past: Past, *, topic: Topic, text: str, unit: Unit | None, actor: Actor, at: datetime) -> None:
    TOPIC.go(topic, "answer_quick")
    topic.answer, topic.changed_at = text.strip(), at
    stop_stage(past, topic, at)
    facts: dict[str, object] = {"state": topic.state, "unit": unit.code if unit else ""}
    _told(past, Kind.TOPIC_ANSWERED, topic, actor, at, facts)


def move(past: Past, topic: Topic, name: str, *, actor: Actor, role: Role | None, at: datetime) -> None:
    """As `topics.actions.transitions.move_topic` takes a topic along with a later stage."""
    transition = TOPIC.go(topic, name)
    topic.changed_at = at
    topic.ended_at = at if topic.state in transitions.ENDS else None
    if topic.state in transitions.ENTERS_LATER_STAGE:
        stop_stage(past, topic, at)
    past.act(
        Kind(transition.event),
        topic.subject,
        actor=actor,
        role=role,
        place=_unit_of(actor) or place_of(topic),
        at=at,
        content={"state": topic.state},
    )


def stop_stage(past: Past, topic: Topic, at: datetime) -> None:
    past.stop_all(topic.subject, at=at, of="topics.")


def _told(past: Past, kind: Kind, topic: Topic, actor: Actor, at: datetime, facts: dict[str, object]) -> None:
    past.act(
        kind,
        topic.subject,
        actor=actor,
        role=role_of(actor),
        place=_unit_of(actor) or place_of(topic),
        at=at,
        content=facts,
    )


def _unit_of(actor: Actor) -> str:
    """The unit in which a doer acts; "" for whoever acts at the desk."""
    return next((grant.unit_code for grant in actor.grants if grant.role == role_of(actor)), "")


# -- what becomes public --------------------------------------------------------------------------------------


def propose(past: Past, *, post: Post, actor: Actor, at: datetime) -> None:
    kind = Kind(POST.go(post, "propose").event)
    _posted(past, kind, post, actor, at)
    path = post.desk.desk_path
    reviewer = reviewer_of(post.desk, past.accounts.items(), actor)
    past.start(publication.REVIEW, post.subject, holder=reviewer, at=at, area_path=path)


def release(past: Past, *, post: Post, actor: Actor, at: datetime) -> None:
    kind = Kind(POST.go(post, "release").event)
    post.released_at = at
    _posted(past, kind, post, actor, at)
    past.stop(publication.REVIEW, post.subject, at=at)


def _posted(past: Past, kind: Kind, post: Post, actor: Actor, at: datetime) -> None:
    past.act(
        kind,
        post.subject,
        actor=actor,
        role=role_of(actor),
        place=_unit_of(actor) or place_of(post.desk),
        at=at,
        content={"scope": post.scope},
    )


def index_topic(past: Past, event: Event) -> None:
    if event.subject_kind != "topic":
        return
    topic = past.rows(Topic)[0]
    known = past.rows(Document)
    if known:
        known[0].is_public, known[0].happened_at = topic.is_public, topic.changed_at
        return
    past.add(
        Document(
            kind="topic",
            no=topic.no,
            title=fitted(Document, "title", topic.title),
            **search.kept(f"{topic.title} {words_of(topic)}"),
            is_public=topic.is_public,
            desk_path=topic.desk_path,
            desk_room_no=topic.desk_room_no,
            happened_at=topic.changed_at,
        )
    )

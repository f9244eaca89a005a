"""Screening: accept, ask for more, hand over, end with a reason; news from outside; what was spoken, written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.publication import Scope
from shangliang.access.roles import Role
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Holder
from shangliang.desks.actions import publication
from shangliang.desks.actions.records import record
from shangliang.desks.queries import desk_above, desk_of, holder, place_of
from shangliang.events.kinds import Kind
from shangliang.kit import personal_data
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.punctuation import listed
from shangliang.rulebook import book
from shangliang.topics.actions.intake import ACK, DECIDE
from shangliang.topics.actions.transitions import NOTE, answered, begin_submission, stop_screening
from shangliang.topics.models import Note, Submission, Topic
from shangliang.topics.rules import mentions, sensitive_field
from shangliang.topics.states import Destination, Exclusion, Grade, Theme, Weight

SUPPLEMENT, FOLLOW_UP = "topics.supplement_days", "topics.handover_followup_days"
QUICK, DEEP = "topics.quick_answer_days", "topics.deep_start_days"


@dataclass(frozen=True)
class Acceptance:
    """How a matter is taken up: grade, class, theme, and words that a person wrote for everybody."""

    grade: Grade
    title: str
    theme: Theme
    weight: Weight
    summary: str = ""
    place_text: str = ""
    scope: Scope | None = None  # None: public, but internal where the rulebook says it begins so


@dataclass(frozen=True)
class HandOver:
    """Where a matter goes instead, and the words that its submitter reads."""

    destination: Destination
    words: str
    exclusion: Exclusion | None = None
    name: str = ""
    outside_no: str = ""


@transaction.atomic
def accept(*, submission: Submission, acceptance: Acceptance, actor: Actor, at: datetime) -> Topic:
    """Take it up as a topic; a complete wording that may be public goes to review at once."""
    submission, begun = begin_submission(submission, "accept", actor)
    require(accept_gaps(submission, at, acceptance))
    topic = _topic(submission, acceptance, at)
    submission.topic = topic
    submission.save(update_fields=["state", "topic"])
    stop_screening(submission, at)
    start_of_grade(topic, at)
    facts: dict[str, object] = {"grade": topic.grade, "theme": topic.theme, "weight": topic.weight}
    record(begun, submission, at=at, content={"topic": topic.no, **facts})
    opened = Begun(actor, begun.role, Kind.TOPIC_OPENED, "")
    record(opened, topic, at=at, content={"channel": topic.channel, "scope": topic.scope, **facts})
    if topic.title and topic.summary:
        publication.propose(post=topic, actor=actor, role=begun.role, at=at)
    return topic


def accept_gaps(submission: Submission, at: datetime, acceptance: Acceptance | None = None) -> list[Unmet]:
    """What is missing before it can be taken up."""
    unmet = []
    if not submission.text and submission.audio:
        unmet.append(Unmet("not_written_down", mend="write-down"))
    if acceptance is not None and not acceptance.title.strip():
        unmet.append(Unmet("title_missing", mend="title"))
    if acceptance is not None and not acceptance.summary.strip():
        unmet.append(Unmet("summary_missing", mend="summary", advice=True))
    if acceptance is not None:
        unmet += personal_gaps(
            title=acceptance.title, summary=acceptance.summary, place_text=acceptance.place_text
        )
    return unmet


def personal_gaps(**words: str) -> list[Unmet]:
    """Words that everybody may read hold nobody's numbers; said beside the field that holds one."""
    found = ((name, listed(personal_data.names(text, is_public=True))) for name, text in words.items())
    return [Unmet("personal_data_in_words", {"what": kinds}, mend=name) for name, kinds in found if kinds]


def _topic(submission: Submission, acceptance: Acceptance, at: datetime) -> Topic:
    day = book().at(local_day(at))
    words = f"{submission.gist} {submission.text} {acceptance.title} {acceptance.summary}"
    field = sensitive_field(words, day.table("topics.internal_first_table", submission.desk_path))
    scope = acceptance.scope or Scope.PUBLIC
    if field or submission.is_embargoed:
        scope = Scope.INTERNAL
    return Topic.objects.create(
        title=acceptance.title.strip(),
        summary=acceptance.summary.strip(),
        channel=submission.channel,
        grade=acceptance.grade.value,
        weight=acceptance.weight.value,
        theme=acceptance.theme.value,
        room=submission.room,
        desk_path=submission.desk_path,
        desk_room_no=submission.desk_room_no,
        is_embargoed=submission.is_embargoed,
        is_statutory=mentions(words, day.items("topics.statutory_words_list", submission.desk_path)),
        place_text=acceptance.place_text.strip() or submission.place_text,
        scope=scope.value,
        opened_at=at,
        changed_at=at,
        submissions_count=1,
    )


def start_of_grade(topic: Topic, at: datetime) -> None:
    """Quick: to be answered; deep: to be looked into."""
    rule = QUICK if topic.grade == Grade.QUICK else DEEP
    clocks.start(rule, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)


@transaction.atomic
def ask_supplement(*, submission: Submission, question: str, actor: Actor, at: datetime) -> None:
    """Ask the submitter for more: the clock to decide stands still while they are waited for."""
    submission, begun = begin_submission(submission, "ask_supplement", actor)
    require([] if question.strip() else [Unmet("question_missing", mend="question")])
    submission.save(update_fields=["state"])
    say(submission, question, begun.role, at)
    clocks.stop(ACK, submission.subject, at=at)
    clocks.pause(DECIDE, submission.subject, at=at)
    clocks.start(SUPPLEMENT, submission.subject, holder=Holder(None), at=at, area_path=submission.desk_path)
    record(begun, submission, at=at)


def miss_supplement(*, submission: Submission, at: datetime) -> None:
    """Nobody answered in time: back on the desk, where a person decides with what there is."""
    submission, begun = begin_submission(submission, "miss_supplement", SYSTEM)
    submission.save(update_fields=["state"])
    clocks.stop(SUPPLEMENT, submission.subject, at=at)
    clocks.resume(DECIDE, submission.subject, at=at)
    record(begun, submission, at=at)


@transaction.atomic
def hand_over(*, submission: Submission, to: HandOver, actor: Actor, at: datetime) -> None:
    """Hand it to where it belongs, with an address and words, never a bare refusal; the slip stays alive."""
    submission, begun = begin_submission(submission, "hand_over", actor)
    unmet = [] if to.words.strip() else [Unmet("words_missing", mend="words")]
    if to.destination == Destination.OTHER and not to.name.strip():
        unmet.append(Unmet("destination_name_missing", mend="name"))
    require(unmet)
    submission.exclusion = to.exclusion.value if to.exclusion else ""
    submission.destination = to.destination.value
    submission.destination_name = to.name.strip()
    submission.destination_note = to.words.strip()
    submission.outside_no = to.outside_no.strip() or submission.outside_no
    submission.save()
    stop_screening(submission, at)
    clocks.start(
        FOLLOW_UP,
        submission.subject,
        holder=holder(submission),
        at=at,
        area_path=submission.desk_path,
    )
    facts: dict[str, object] = {"destination": submission.destination, "exclusion": submission.exclusion}
    record(begun, submission, at=at, content=facts)


@transaction.atomic
def report_back(
    *,
    submission: Submission,
    news: str,
    actor: Actor,
    at: datetime,
    take_back: bool = False,
    is_settled: bool = False,
    outside_no: str = "",
) -> None:
    """News from where it was handed over: told to the submitter; settled there, or taken back to be screened."""
    submission, begun = begin_submission(submission, "take_back" if take_back else "report_back", actor)
    require([] if news.strip() else [Unmet("news_missing", mend="news")])
    submission.outside_no = outside_no.strip() or submission.outside_no
    submission.save(update_fields=["state", "outside_no"])
    say(submission, news, begun.role, at)
    stop_screening(submission, at)
    if take_back:
        _run(DECIDE, submission, at)
    elif not is_settled:
        _run(FOLLOW_UP, submission, at)
    facts: dict[str, object] = {"state": submission.state, "settled": is_settled}
    record(begun, submission, at=at, content=facts)


@transaction.atomic
def end(*, submission: Submission, exclusion: Exclusion, words: str, actor: Actor, at: datetime) -> None:
    """End it with a reason to read; the submitter can still answer, and it can be taken back."""
    submission, begun = begin_submission(submission, "end_submission", actor)
    require([] if words.strip() else [Unmet("words_missing", mend="words")])
    submission.exclusion, submission.destination_note = exclusion.value, words.strip()
    submission.save()
    stop_screening(submission, at)
    record(begun, submission, at=at, content={"exclusion": exclusion.value})


@transaction.atomic
def pass_above(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """Whoever reads it sees that it is about the room's own cadres: from now on the room has no part in it."""
    submission, begun = begin_submission(submission, "pass_above", actor)
    place = place_of(submission)
    if submission.desk_room_no:  # noqa: SIM108 — a line that can be read
        desk = desk_of(submission.room, about_cadres=True)
    else:
        desk = desk_above(submission)
    submission.desk_path, submission.desk_room_no, submission.is_embargoed = desk.desk_path, "", True
    submission.save()
    stop_screening(submission, at)
    _run(ACK, submission, at)
    _run(DECIDE, submission, at)
    clocks.pass_to(NOTE, submission.subject, holder=holder(submission), at=at)
    record(begun, submission, at=at, place=place, content={})


@transaction.atomic
def write_down(*, submission: Submission, text: str, actor: Actor, at: datetime) -> None:
    """The clerk writes down what was spoken; the sound is kept for a while."""
    submission, begun = begin_submission(submission, "write_down", actor)
    require([] if text.strip() else [Unmet("text_missing", mend="text")])
    submission.text, submission.is_written_down = text.strip(), True
    submission.save(update_fields=["text", "is_written_down"])
    clocks.stop(ACK, submission.subject, at=at)
    record(begun, submission, at=at)


def end_many(
    *, submissions: Iterable[Submission], exclusion: Exclusion, words: str, actor: Actor, at: datetime
) -> int:
    """One reason for several; all or none."""
    with transaction.atomic():
        rows = list(submissions)
        for submission in rows:
            end(submission=submission, exclusion=exclusion, words=words, actor=actor, at=at)
    return len(rows)


def hand_over_many(*, submissions: Iterable[Submission], to: HandOver, actor: Actor, at: datetime) -> int:
    """One destination for several; all or none."""
    with transaction.atomic():
        rows = list(submissions)
        for submission in rows:
            hand_over(submission=submission, to=to, actor=actor, at=at)
    return len(rows)


def say(submission: Submission, text: str, role: Role | None, at: datetime) -> Note:
    """A message of staff on the slip, under the name of the office; it answers what its holder has written."""
    answered(submission, at)
    return Note.objects.create(
        submission=submission, is_from_staff=True, office=role.value if role else "", text=text.strip(), at=at
    )


def _run(rule: str, submission: Submission, at: datetime) -> None:
    clocks.start(rule, submission.subject, holder=holder(submission), at=at, area_path=submission.desk_path)


@transaction.atomic
def share_photos(*, submission: Submission, photos: Sequence[int], actor: Actor, at: datetime) -> None:
    """Let its doer see these of the photos, by their keys, and no others; somebody has looked through them."""
    submission, begun = begin_submission(submission, "share_photos", actor)
    submission.photos.filter(for_doer=True).exclude(pk__in=photos).update(for_doer=False)
    submission.photos.filter(for_doer=False, pk__in=photos).update(for_doer=True)
    shared = submission.photos.filter(for_doer=True).count()
    record(begun, submission, at=at, content={"count": shared})

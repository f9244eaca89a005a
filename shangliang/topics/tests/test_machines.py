"""Random lives of submissions and topics: every act of both tables, by whoever comes along, from every state.

A refusal counts only where the table says so; what an act does to other machines is what its row declares; nothing is
written where it is refused; no clock is lost; what is under embargo stays out of its room's sight; and from wherever a
thing stands somebody can lead it on to an end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor, submitter
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Permission
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.clocks.tests.passing import pass_until
from shangliang.desks.actions import publication
from shangliang.desks.states import POST
from shangliang.desks.tests.turns import dead_tasks, take_back_last
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.tests.lives import TIME, Moves, Step, Tally, World, dead_ends, leads, live_all
from shangliang.ledger.models import Entry
from shangliang.topics.actions import (
    adoption,
    contact,
    erasing,
    merging,
    quick,
    research,
    screening,
    slip,
    transitions,
    travel,
    wording,
)
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import Note, Reveal, Submission, Topic, Visit
from shangliang.topics.states import (
    SUBMISSION,
    TOPIC,
    Destination,
    Exclusion,
    FoundBy,
    Grade,
    SubmissionState,
    Theme,
    TopicState,
    Weight,
    waits_for_a_doer,
)
from shangliang.topics.tests.factories import NOW, Cast, Places, acceptance, cast, opened, places, raised

pytestmark = pytest.mark.django_db

S, T = SubmissionState, TopicState
STRANGER = submitter("another slip")
Do = Callable[["Life", Actor, datetime], object]


@dataclass(frozen=True)
class Life:
    """One matter as far as it has come."""

    village: Places
    people: Cast
    submission: Submission
    other: Topic  # another matter of the same room, for what turns out to be one with it
    is_topic: bool = False  # whether the acts are those of a topic, or of a submission

    @property
    def topic(self) -> Topic:
        assert self.submission.topic is not None
        return self.submission.topic


TO = HandOver(Destination.HOTLINE, "已转")
WORDS = wording.Wording("路灯", "路灯坏了。", Scope.PUBLIC, Theme.SAFETY, Weight.HARD)


def _s(act: str, do: Do, *unmet: str) -> Step[Life]:
    def row(life: Life) -> Any:
        return None if life.is_topic else life.submission

    return Step(SUBMISSION, row, lambda _: act, do, frozenset(unmet))


def _t(act: str, do: Do, *unmet: str) -> Step[Life]:
    return Step(
        TOPIC, lambda life: life.topic if life.is_topic else None, lambda _: act, do, frozenset(unmet)
    )


def _p(act: str, do: Do) -> Step[Life]:
    return Step(POST, lambda life: life.topic if life.is_topic else None, lambda _: act, do)


def _by_later_stage(act: str) -> Step[Life]:
    """What a session, a commitment or a rating does to a topic; they have asked for their own permission."""
    return _t(
        act,
        lambda life, who, at: transitions.move_topic(
            topic=life.topic, act=act, actor=SYSTEM, role=None, at=at, reason=REASONS.get(act, "")
        ),
    )


def _of_holder(do: Do) -> Do:
    """The row for who holds the slip; staff who do the same at the counter go by a row of their own."""
    return lambda life, who, at: do(life, ANONYMOUS if who.is_staff else who, at)


def _of_staff(do: Do) -> Do:
    return lambda life, who, at: do(life, who if who.is_staff else STRANGER, at)


def _give(life: Life, who: Actor, at: datetime) -> object:
    return slip.give_supplement(submission=life.submission, text="四层", actor=who, at=at)


def _note(life: Life, who: Actor, at: datetime) -> object:
    return slip.send_note(submission=life.submission, text="还没修", actor=who, at=at)


def _erase(life: Life, who: Actor, at: datetime) -> object:
    return slip.erase(submission=life.submission, actor=who, at=at)


def _news(*, take_back: bool) -> Do:
    return lambda life, who, at: screening.report_back(
        submission=life.submission, news="有进展", take_back=take_back, actor=who, at=at
    )


REASONS = {"leave_unsolved": "没有谈拢"}
LATER = (
    "begin_deliberation",
    "call_off",
    "reach_agreement",
    "leave_unsolved",
    "take_in_hand",
    "ask_residents",
    "plan_work",
    "conclude",
    "reopen",
)
STEPS: dict[str, Step[Life]] = {
    "accept": _s(
        "accept",
        lambda life, who, at: screening.accept(
            submission=life.submission, acceptance=acceptance(), actor=who, at=at
        ),
        "not_written_down",
    ),
    "ask": _s(
        "ask_supplement",
        lambda life, who, at: screening.ask_supplement(
            submission=life.submission, question="哪一层？", actor=who, at=at
        ),
    ),
    "give": _s("give_supplement", _of_holder(_give)),
    "give for": _s("give_supplement_for", _of_staff(_give)),
    "miss": _s(
        "miss_supplement",
        lambda life, who, at: screening.miss_supplement(submission=life.submission, at=at),
    ),
    "merge": _s(
        "merge",
        lambda life, who, at: merging.merge(submission=life.submission, topic=life.other, actor=who, at=at),
        "topic_unknown",
    ),
    "separate": _s(
        "separate", lambda life, who, at: merging.separate(submission=life.submission, actor=who, at=at)
    ),
    "hand over": _s(
        "hand_over",
        lambda life, who, at: screening.hand_over(submission=life.submission, to=TO, actor=who, at=at),
    ),
    "end submission": _s(
        "end_submission",
        lambda life, who, at: screening.end(
            submission=life.submission, exclusion=Exclusion.REPORT, words="见说明", actor=who, at=at
        ),
    ),
    "news": _s("report_back", _news(take_back=False)),
    "take back": _s("take_back", _news(take_back=True)),
    "above": _s(
        "pass_above",
        lambda life, who, at: screening.pass_above(submission=life.submission, actor=who, at=at),
    ),
    "write down": _s(
        "write_down",
        lambda life, who, at: screening.write_down(
            submission=life.submission, text="灯不亮", actor=who, at=at
        ),
    ),
    "message": _s("send_note", _of_staff(_note)),
    "answer a message": _s("answer_note", _of_holder(_note)),
    "seen": _s(
        "take_note", lambda life, who, at: slip.take_note(submission=life.submission, actor=who, at=at)
    ),
    "reveal": _s(
        "reveal",
        lambda life, who, at: contact.reveal(submission=life.submission, reason="check", actor=who, at=at),
    ),
    "print": _s(
        "read_slip", lambda life, who, at: contact.read_slip(submission=life.submission, actor=who, at=at)
    ),
    "share photos": _s(
        "share_photos",
        lambda life, who, at: screening.share_photos(submission=life.submission, photos=[], actor=who, at=at),
    ),
    "look up": _s(
        "look_up",
        lambda life, who, at: contact.look_up(
            submissions=[life.submission], by=FoundBy.WORDS, actor=who, at=at
        ),
    ),
    "renew": _s(
        "renew_slip", lambda life, who, at: contact.renew_slip(submission=life.submission, actor=who, at=at)
    ),
    "erase": _s("erase", _of_holder(_erase)),
    "ask to erase": _s(
        "ask_erasure",
        lambda life, who, at: erasing.ask(submission=life.submission, reason="来说的", actor=who, at=at),
    ),
    "keep": _s(
        "refuse_erasure", lambda life, who, at: erasing.refuse(submission=life.submission, actor=who, at=at)
    ),
    "erase for them": _s(
        "confirm_erasure",
        lambda life, who, at: erasing.confirm(submission=life.submission, actor=who, at=at),
        "erasure_by_two",
    ),
    "answer": _t(
        "answer_quick",
        lambda life, who, at: quick.answer(topic=life.topic, text="已换", unit=None, actor=who, at=at),
    ),
    "deepen": _t("grade_deep", lambda life, who, at: quick.deepen(topic=life.topic, actor=who, at=at)),
    "quicken": _t("grade_quick", lambda life, who, at: quick.quicken(topic=life.topic, actor=who, at=at)),
    "word": _t(
        "word",
        lambda life, who, at: wording.word(topic=life.topic, wording=WORDS, actor=who, at=at),
        "embargo_stays_inside",
    ),
    "visit": _t(
        "research",
        lambda life, who, at: research.visit(
            topic=life.topic, on=local_day(at), place="楼道", found="不亮", actor=who, at=at
        ),
    ),
    "second": _t(
        "hear_second",
        lambda life, who, at: adoption.hear_second(
            topic=life.topic, agrees=True, opinion="", actor=who, at=at
        ),
    ),
    "second disagrees": _t(
        "hear_second",
        lambda life, who, at: adoption.hear_second(
            topic=life.topic, agrees=False, opinion="先看资金", actor=who, at=at
        ),
    ),
    "silent": _t("take_as_heard", lambda life, who, at: adoption.take_as_heard(topic=life.topic, at=at)),
    "adopt": _t(
        "adopt",
        lambda life, who, at: adoption.adopt(topic=life.topic, actor=who, at=at),
        "visits_missing",
        "second_not_heard",
    ),
    "plan": _t(
        "plan",
        lambda life, who, at: adoption.plan(
            topic=life.topic,
            planned_on=local_day(at) + timedelta(days=60),
            reason="等资金",
            actor=who,
            at=at,
        ),
    ),
    "resume": _t("resume", lambda life, who, at: adoption.resume(topic=life.topic, actor=who, at=at)),
    "end topic": _t(
        "end_topic", lambda life, who, at: adoption.end(topic=life.topic, reason="已拆", actor=who, at=at)
    ),
    "up": _t(
        "pass_up", lambda life, who, at: travel.pass_up(topic=life.topic, reason="太大", actor=who, at=at)
    ),
    "take up": _t("take_up", lambda life, who, at: travel.take_up(topic=life.topic, actor=who, at=at)),
    "down": _t(
        "hand_down",
        lambda life, who, at: travel.hand_down(
            topic=life.topic, room=life.village.next_room, reason="就近", actor=who, at=at
        ),
    ),
    **{act: _by_later_stage(act) for act in LATER},
    "release": _p("release", lambda life, who, at: publication.release(post=life.topic, actor=who, at=at)),
    "hold back": _p(
        "hold_back",
        lambda life, who, at: publication.hold_back(post=life.topic, reason="门牌", actor=who, at=at),
    ),
    "cover": _p(
        "cover", lambda life, who, at: publication.cover(post=life.topic, reason="门牌", actor=who, at=at)
    ),
    "leave covered": _p(
        "confirm_cover", lambda life, who, at: publication.confirm_cover(post=life.topic, actor=who, at=at)
    ),
    "restore": _p("restore", lambda life, who, at: publication.restore(post=life.topic, actor=who, at=at)),
}
OF_HOLDER = {"give_supplement", "answer_note", "erase"}
WAITING = {S.RECEIVED, S.SUPPLEMENT_ASKED}
OVER = {S.ACCEPTED, S.MERGED, S.ENDED, S.ERASED}
# What later stages hold has clocks of theirs; an end waits for nothing.
WAITS_HERE = {T.OPENED, T.RESEARCHING, T.ADOPTED, T.PASSED_UP, T.PLANNED}


def people_of(life: Life) -> list[Actor]:
    people = life.people
    return [
        people.outsider,
        people.clerk,
        people.first,
        people.second,
        people.town,
        people.other_in_town,
        people.district,
        people.member,
        slip.holder_of(life.submission),
        STRANGER,
        ANONYMOUS,
    ]


def may(step: Step[Life], life: Life, who: Actor, at: datetime) -> bool:
    """Whether `who` holds what the table asks for; whose slip it is answers for themselves."""
    row, act = step.row(life), step.act(None)
    if act in OF_HOLDER:
        return who.key == slip.holder_of(life.submission).key
    needed = step.machine.needs(act)
    if not needed:
        return True  # time, or a later stage, whoever it was that moved it there
    if act in {"release", "hold_back"} and step.is_open(life) and _proposed(life, who):
        return False
    return role_on_desk(who, Permission(needed), row.desk if step.machine is POST else row) is not None


def _proposed(life: Life, who: Actor) -> bool:
    return who.key == publication.proposer_key(life.topic.subject)


def again(life: Life) -> Life:
    """The rows as they are now, as a page would fetch them."""
    rows = Submission.objects.select_related("room", "topic__room")
    return replace(life, submission=rows.get(pk=life.submission.pk))


def clocks_of(thing: Submission | Topic) -> list[str]:
    return sorted(Clock.objects.running().of(thing.subject).values_list("rule", flat=True))


def picture(life: Life) -> tuple[object, ...]:
    """What a refusal leaves as it was."""
    topic = life.submission.topic
    clocks = Clock.objects.running().order_by("pk").values_list("rule", "subject_no", "due_at", "role")
    counted = [model.objects.count() for model in (Entry, Note, Reveal, Visit)]
    stands = (topic.state, topic.release, topic.desk_path, topic.grade) if topic else ()
    return (life.submission.state, stands, list(clocks), counted)


def check(life: Life, act: str) -> None:
    """Where things stand now: the clocks of whoever is next and no others, and nothing under embargo in the room."""
    subjects = [row.subject for row in (life.submission, life.submission.topic) if row is not None]
    assert list(dead_tasks(people_of(life), clock.now(), subjects)) == [], act
    _check_submission(life, act)
    if life.is_topic:
        _check_topic(life, act)


def _check_submission(life: Life, act: str) -> None:
    row = life.submission
    running = clocks_of(row)
    assert (transitions.NOTE in running) == (row.waiting_note_id is not None), act
    waits = row.erasure_asked_at is not None and row.state != SubmissionState.ERASED
    assert (transitions.ERASURE in running) == waits, act
    running = [rule for rule in running if rule not in {transitions.NOTE, transitions.ERASURE}]
    if row.state in WAITING:
        assert "topics.decide_days" in running, (act, running)
        assert ("topics.supplement_days" in running) == (row.state == S.SUPPLEMENT_ASKED), (act, running)
    if row.state == S.HANDED_OVER:
        assert running == ["topics.handover_followup_days"], act
    if row.state in OVER:
        assert running == [], (act, running)
    if row.state != S.ERASED:
        assert (row.topic is not None) == (row.state in {S.ACCEPTED, S.MERGED}), act
    else:
        assert (row.text, bytes(row.phone_sealed), row.notes.count()) == ("", b"", 0)
    if row.is_embargoed:
        seen = Submission.objects.visible_to(life.people.clerk)
        assert not seen.filter(pk=row.pk).exists(), act


def _check_topic(life: Life, act: str) -> None:
    row = life.topic
    running = clocks_of(row)
    own = [rule for rule in running if rule.startswith("topics.")]
    assert bool(own) == (row.state in WAITS_HERE and not waits_for_its_doer(row)), (act, row.state, running)
    reviewing = [rule for rule in running if rule.startswith("access.")]
    assert bool(reviewing) == (row.release in {Release.IN_REVIEW, Release.COVERED}), (act, running)
    assert (row.ended_at is not None) == (row.state in TOPIC.finals), (act, row.state)
    if row.is_embargoed:
        assert not Topic.objects.visible_to(life.people.clerk).filter(pk=row.pk).exists(), act
        assert not Clock.objects.running().due_to(life.people.clerk).of(row.subject).exists(), act
        assert not row.is_public, act


def waits_for_its_doer(row: Topic) -> bool:
    """Put off by the answer of a doer: the commitment's clock runs, not the topic's."""
    return row.state == T.PLANNED and waits_for_a_doer(row)


def days_go_by(life: Life, at: datetime, moves: Moves) -> Life:
    """The worker looks after weeks: only what stands against time may happen."""
    pass_until(at, life.submission.subject, *([life.topic.subject] if life.is_topic else []))
    by_time = {"submission.miss_supplement", "topic.take_as_heard"}
    assert {move.name for move in moves if move.machine in {"submission", "topic"}} <= by_time
    life = again(life)
    check(life, TIME)
    return life


def leads_to(step: Step[Life], act: str, life: Life) -> str:
    """Acts with a row of their own for what was planned are begun with in both."""
    planned = step.machine is TOPIC and life.topic.state == T.PLANNED
    return f"{act} of what was planned" if planned and act != "topic.word" else act


WORLD = World(
    machines=(SUBMISSION, TOPIC),
    steps=STEPS,
    people=people_of,
    may=may,
    again=again,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
    take_back=take_back_last,
    inside=lambda life: picture(life)[:-1],
    leads_to=leads_to,
    days_go_by=days_go_by,
    is_waiting=lambda life: not life.is_topic and life.submission.state == S.SUPPLEMENT_ASKED,
)


def starts(at: datetime) -> list[Life]:
    """One thing in each state, and those beside them that go another way."""
    village, people = places(), cast()
    other = opened(raised(village.room, "别的路灯").submission, people.clerk)

    def life(is_topic: bool = False, **given: Any) -> Life:
        text = "" if "audio" in given else "3号楼的路灯坏了"
        return Life(
            village,
            people,
            raised(village.room, text, photos=((b"photo", b"small"),), **given).submission,
            other,
            is_topic,
        )

    def led(start: Life, *names: str, by: Actor = people.clerk) -> Life:
        for name in names:
            start = again(start)
            step = STEPS[name]
            fit = [who for who in [by, *people_of(start)] if may(step, start, who, at)]
            step.do(start, fit[0], at)
        return again(start)

    def topic(*names: str, grade: Grade = Grade.DEEP, above: bool = False) -> Life:
        start = life(is_topic=True, about_cadres=above)
        opened(start.submission, people.town if above else people.clerk, grade)
        return led(start, *names)

    adopted = ("visit", "second", "adopt")
    talked = (*adopted, "begin_deliberation")
    agreed = (*talked, "reach_agreement")
    found = [
        life(),
        life(phone="13900001234"),
        life(audio=b"sound", audio_ending="webm"),
        life(about_cadres=True),
        led(life(), "ask"),
        led(life(), "answer a message"),
        led(life(), "ask to erase"),
        led(life(phone="13900001234"), "hand over"),
        led(life(), "end submission"),
        led(life(), "accept"),
        led(life(), "merge"),
        topic(),
        topic(grade=Grade.QUICK),
        topic(above=True),
        topic("visit"),
        topic("visit", "second"),
        topic("second disagrees"),
        topic(*adopted),
        topic(*talked),
        topic(*agreed),
        topic(*agreed, "take_in_hand"),
        topic(*agreed, "ask_residents"),
        topic(*agreed, "conclude"),
        topic(*agreed, "take_in_hand", "plan_work"),
        topic(*talked, "leave_unsolved"),
        topic("up"),
        topic("up", "take up"),
        topic("plan"),
        topic("end topic"),
        topic("release"),
        topic("hold back"),
        topic("release", "cover"),
        topic("release", "cover", "leave covered"),
    ]
    return [again(each) for each in found]


def lived(at: datetime, *, topics: bool, each: int) -> Tally:
    """So many lives begin with each row of one of the tables, enough for each to be met in one life of thirty."""
    with clock.at(at):
        everything = [life for life in starts(at) if life.is_topic == topics]
        while react(at):
            pass
    world = replace(WORLD, machines=(TOPIC if topics else SUBMISSION,))
    return live_all(world, everything, at, few=each)


def test_lives_of_submissions_keep_their_promises() -> None:
    lived(NOW, topics=False, each=16)


def test_lives_of_topics_keep_their_promises() -> None:
    tally = lived(NOW, topics=True, each=11)
    elsewhere = {"post.follow", "post.withdraw"}  # of records and sessions
    assert {name.split()[0] for name in tally.rare([POST])} <= elsewhere


def where(life: Life) -> str:
    """The state of what it is about, with the desk that is concerned."""
    row = life.topic if life.is_topic else life.submission
    return f"{'topic' if life.is_topic else 'submission'} {row.state}{' above' if row.is_embargoed else ''}"


@pytest.mark.one_engine
def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    """By trying, not by reading the table, and without erasing, which ends everything."""
    with clock.at(NOW):
        everything = starts(NOW)
    calm = replace(WORLD, steps={name: step for name, step in STEPS.items() if not name.startswith("erase")})
    standing = {where(life) for life in everything}
    assert {name.split()[1] for name in standing} >= set(T) | set(S) - {S.ERASED}
    ends = {f"topic {state.value}{above}" for state in TOPIC.finals for above in ("", " above")}
    ends |= {
        f"submission {state.value}{above}"
        for state in (S.ACCEPTED, S.MERGED, S.ENDED)
        for above in ("", " above")
    }
    assert dead_ends(leads(calm, everything, where, NOW), standing, ends) == set()


def test_what_nobody_answers_time_leads_on() -> None:
    with clock.at(NOW):
        village, people = places(), cast()
        asked = raised(village.room).submission
        screening.ask_supplement(submission=asked, question="哪一层？", actor=people.clerk, at=NOW)
        topic = opened(raised(village.room).submission, people.clerk)
        research.visit(topic=topic, on=local_day(NOW), place="楼道", found="不亮", actor=people.clerk, at=NOW)
    later = NOW + timedelta(days=40)
    with clock.at(later):
        tick(later)
        while react(later):
            pass
    asked.refresh_from_db()
    topic.refresh_from_db()
    assert asked.state == S.RECEIVED
    assert topic.second_heard_at is not None
    assert topic.second_agrees is None
    assert "topics.research_days" in clocks_of(topic), "it is now for the first convener to decide"

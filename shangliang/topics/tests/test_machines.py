"""Random legal and illegal acts on one matter: no illegal state, no lost clock, one ledger row for each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.denied import Denied
from shangliang.access.publication import Scope
from shangliang.clocks.models import Clock
from shangliang.desks.actions import publication
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove, Machine
from shangliang.ledger.models import Entry
from shangliang.places.models import Room
from shangliang.topics.actions import (
    adoption,
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
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import (
    SUBMISSION,
    TOPIC,
    Destination,
    Exclusion,
    Grade,
    SubmissionState,
    Theme,
    TopicState,
    Weight,
)
from shangliang.topics.tests.factories import (
    COUNTY_NO,
    NEXT_NO,
    NOW,
    ROOM_NO,
    TOWN_NO,
    Cast,
    Places,
    acceptance,
    cast,
    opened,
    places,
    raised,
)

ROUNDS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WAITING = {SubmissionState.RECEIVED, SubmissionState.SUPPLEMENT_ASKED}
# What later stages hold has clocks of theirs; an end waits for nothing.
WAITS_HERE = {
    TopicState.OPENED,
    TopicState.RESEARCHING,
    TopicState.ADOPTED,
    TopicState.PASSED_UP,
    TopicState.PLANNED,
}
Act = Callable[[Submission, Actor, datetime], object]
TO = HandOver(Destination.HOTLINE, "已转")

SCREENING: dict[str, Act] = {
    "accept": lambda row, who, at: screening.accept(
        submission=row, acceptance=acceptance(), actor=who, at=at
    ),
    "ask": lambda row, who, at: screening.ask_supplement(submission=row, question="？", actor=who, at=at),
    "give": lambda row, who, at: slip.give_supplement(
        submission=row, text="答", actor=slip.holder_of(row), at=at
    ),
    "miss": lambda row, who, at: screening.miss_supplement(submission=row, at=at),
    "hand_over": lambda row, who, at: screening.hand_over(submission=row, to=TO, actor=who, at=at),
    "news": lambda row, who, at: screening.report_back(submission=row, news="有进展", actor=who, at=at),
    "take_back": lambda row, who, at: screening.report_back(
        submission=row, news="收回", take_back=True, actor=who, at=at
    ),
    "end": lambda row, who, at: screening.end(
        submission=row, exclusion=Exclusion.REPORT, words="x", actor=who, at=at
    ),
    "above": lambda row, who, at: screening.pass_above(submission=row, actor=who, at=at),
    "note": lambda row, who, at: slip.send_note(submission=row, text="留言", actor=who, at=at),
    "merge": lambda row, who, at: merging.merge(
        submission=row, topic=Topic.objects.order_by("pk")[0], actor=who, at=at
    ),
    "separate": lambda row, who, at: merging.separate(submission=row, actor=who, at=at),
    "erase": lambda row, who, at: slip.erase(submission=row, actor=slip.holder_of(row), at=at),
}
REFUSALS = (Denied, Blocked, IllegalMove)


def actors(people: Cast) -> list[Actor]:
    return [
        people.outsider,
        people.clerk,
        people.first,
        people.second,
        people.town,
        people.other_in_town,
        people.district,
    ]


@pytest.mark.django_db
@ROUNDS
@given(data=st.data())
def test_screening_keeps_its_promises(data: st.DataObject) -> None:
    village, people = places_once()
    opened(raised(village.room, "别的路灯").submission, people.clerk)
    given_one, now = raised(village.room).submission, NOW
    for _turn in range(data.draw(st.integers(6, 16))):
        name = data.draw(names(SCREENING, SUBMISSION_ACTS, SUBMISSION, given_one.state))
        who, helped = data.draw(st.sampled_from(actors(people))), data.draw(st.booleans())
        now += timedelta(hours=data.draw(st.integers(0, 48)))
        before = (given_one.state, snapshot(given_one), Entry.objects.count())
        try:
            attempt(partial(_screen, name, given_one, now), who, actors(people) if helped else [])
        except REFUSALS:
            given_one.refresh_from_db()
            assert (given_one.state, snapshot(given_one), Entry.objects.count()) == before
            continue
        given_one.refresh_from_db()
        event(f"{name} done")
        check_submission(given_one, before[0], name)
        acts = Entry.objects.filter(subject_kind="submission", subject_no=given_one.no).count()
        assert acts <= before[2] + 1


SUBMISSION_ACTS = {
    "accept": "accept",
    "ask": "ask_supplement",
    "give": "give_supplement",
    "miss": "miss_supplement",
    "hand_over": "hand_over",
    "news": "report_back",
    "take_back": "take_back",
    "end": "end_submission",
    "above": "pass_above",
    "merge": "merge",
    "separate": "separate",
}
TABLE_ACTS = {
    "answer": "answer_quick",
    "deepen": "grade_deep",
    "visit": "research",
    "plan": "plan",
    "resume": "resume",
    "end": "end_topic",
    "up": "pass_up",
    "take_up": "take_up",
    "down": "hand_down",
}


def names(acts: Mapping[str, object], table: Mapping[str, str], machine: Machine[Any], state: str) -> Any:
    """Any act, or one that the state allows: so that long ways are met as well as forbidden turns."""
    legal = [name for name in acts if name not in table or machine.leads_from(table[name], state)]
    return st.sampled_from(sorted(acts)) | st.sampled_from(sorted(set(legal) - {"erase"}))


def attempt(act: Callable[[Actor], object], who: Actor, others: list[Actor]) -> None:
    """Let `who` try, and when it is not theirs to do, whoever else may."""
    for number, actor in enumerate([who, *others]):
        try:
            with transaction.atomic():
                act(actor)
            return
        except Denied:
            if number == len(others):
                raise


def check_submission(row: Submission, before: str, name: str) -> None:
    assert row.state in {state.value for state in SUBMISSION.states()}
    moved = any(before in line.sources and row.state == line.target for line in SUBMISSION.transitions)
    assert moved or row.state == before, name
    running = snapshot(row)
    if row.state in WAITING:
        assert any("decide" in rule for rule in running), (name, running)
    if row.state == SubmissionState.HANDED_OVER:
        assert running == ["topics.handover_followup_days"]
    if row.state in {
        SubmissionState.ACCEPTED,
        SubmissionState.MERGED,
        SubmissionState.ENDED,
        SubmissionState.ERASED,
    }:
        assert running == [], (name, running)
    assert (row.topic is not None) == (
        row.state in {SubmissionState.ACCEPTED, SubmissionState.MERGED}
    ) or row.state == SubmissionState.ERASED


def _screen(name: str, row: Submission, at: datetime, who: Actor) -> object:
    return SCREENING[name](row, who, at)


def _work(name: str, row: Topic, at: datetime, who: Actor) -> object:
    return TOPIC_ACTS[name](row, who, at)


def snapshot(thing: Submission | Topic) -> list[str]:
    rows = Clock.objects.running().of(thing.subject)
    return sorted(rows.values_list("rule", flat=True))


TopicAct = Callable[[Topic, Actor, datetime], object]
WORDS = wording.Wording("路灯", "路灯坏了。", Scope.PUBLIC, Theme.SAFETY, Weight.HARD)


def _moved(act: str) -> TopicAct:
    return lambda row, who, at: transitions.move_topic(topic=row, act=act, actor=SYSTEM, role=None, at=at)


TOPIC_ACTS: dict[str, TopicAct] = {
    "answer": lambda row, who, at: quick.answer(topic=row, text="已换", unit=None, actor=who, at=at),
    "deepen": lambda row, who, at: quick.deepen(topic=row, actor=who, at=at),
    "visit": lambda row, who, at: research.visit(
        topic=row, on=NOW.date(), place="楼道", found="不亮", actor=who, at=at
    ),
    "second": lambda row, who, at: adoption.hear_second(topic=row, agrees=True, opinion="", actor=who, at=at),
    "silent": lambda row, who, at: adoption.take_as_heard(topic=row, at=at),
    "adopt": lambda row, who, at: adoption.adopt(topic=row, actor=who, at=at),
    "plan": lambda row, who, at: adoption.plan(
        topic=row, planned_on=at.date() + timedelta(days=60), reason="等资金", actor=who, at=at
    ),
    "resume": lambda row, who, at: adoption.resume(topic=row, actor=who, at=at),
    "end": lambda row, who, at: adoption.end(topic=row, reason="x", actor=who, at=at),
    "up": lambda row, who, at: travel.pass_up(topic=row, reason="x", actor=who, at=at),
    "take_up": lambda row, who, at: travel.take_up(topic=row, actor=who, at=at),
    "down": lambda row, who, at: travel.hand_down(
        topic=row, room=places_once()[0].next_room, reason="x", actor=who, at=at
    ),
    "word": lambda row, who, at: wording.word(topic=row, wording=WORDS, actor=who, at=at),
    "release": lambda row, who, at: publication.release(post=row, actor=who, at=at),
    "hold_back": lambda row, who, at: publication.hold_back(post=row, reason="x", actor=who, at=at),
    "cover": lambda row, who, at: publication.cover(post=row, reason="x", actor=who, at=at),
    "restore": lambda row, who, at: publication.restore(post=row, actor=who, at=at),
    **{
        act: _moved(act)
        for act in (
            "begin_deliberation",
            "reach_agreement",
            "take_in_hand",
            "ask_residents",
            "conclude",
            "reopen",
        )
    },
}


@pytest.mark.django_db
@ROUNDS
@given(data=st.data())
def test_topics_keep_their_promises(data: st.DataObject) -> None:
    village, people = places_once()
    above = data.draw(st.booleans())
    raised_one = raised(village.room, about_cadres=above).submission
    grade = data.draw(st.sampled_from(list(Grade)))
    topic, now = opened(raised_one, people.town if above else people.clerk, grade), NOW
    for _turn in range(data.draw(st.integers(6, 20))):
        name = data.draw(names(TOPIC_ACTS, TABLE_ACTS, TOPIC, topic.state))
        who, helped = data.draw(st.sampled_from(actors(people))), data.draw(st.booleans())
        now += timedelta(hours=data.draw(st.integers(0, 48)))
        before = (topic.state, topic.release, snapshot(topic), Entry.objects.count())
        try:
            attempt(partial(_work, name, topic, now), who, actors(people) if helped else [])
        except REFUSALS:
            topic.refresh_from_db()
            assert (topic.state, topic.release, snapshot(topic), Entry.objects.count()) == before, name
            continue
        topic.refresh_from_db()
        event(f"{name} done")
        check_topic(topic, before[0], name)
        if topic.is_embargoed:
            assert not Topic.objects.visible_to(people.clerk).filter(pk=topic.pk).exists()
            assert not Clock.objects.running().due_to(people.clerk).of(topic.subject).exists()


def check_topic(row: Topic, before: str, name: str) -> None:
    assert row.state in {state.value for state in TOPIC.states()}
    moved = any(before in line.sources and row.state == line.target for line in TOPIC.transitions)
    assert moved or row.state == before, name
    running = snapshot(row)
    own = [rule for rule in running if rule.startswith("topics.")]
    assert bool(own) == (row.state in WAITS_HERE), (name, row.state, running)
    reviewing = [rule for rule in running if rule.startswith("access.")]
    assert bool(reviewing) == (row.release in {"in_review", "covered"}), (name, row.release, running)


def places_once() -> tuple[Places, Cast]:
    """All examples run in one test's transaction: the places stand already after the first one."""
    found = {room.no: room for room in Room.objects.select_related("area")}
    if not found:
        return places(), cast()
    return Places(*(found[no] for no in (ROOM_NO, NEXT_NO, TOWN_NO, COUNTY_NO))), cast()

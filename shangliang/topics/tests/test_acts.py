"""Screening, research, adoption, travel: what each act does, and what it refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from shangliang.access.actor import SYSTEM
from shangliang.access.denied import Denied
from shangliang.access.publication import Release, Scope
from shangliang.clocks.models import Clock
from shangliang.desks.actions import publication
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Entry
from shangliang.topics import showing
from shangliang.topics.actions import (
    adoption,
    contact,
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
    Destination,
    Exclusion,
    FoundBy,
    Grade,
    SubmissionState,
    Theme,
    TopicState,
    Weight,
)
from shangliang.topics.tasks import retain
from shangliang.topics.tests.factories import (
    COUNTY,
    NOW,
    TOWN,
    Cast,
    Places,
    acceptance,
    opened,
    raised,
)


def running(thing: Submission | Topic) -> set[str]:
    return set(Clock.objects.running().of(thing.subject).values_list("rule", flat=True))


def codes(blocked: pytest.ExceptionInfo[Blocked]) -> set[str]:
    return {unmet.code for unmet in blocked.value.unmet}


@pytest.fixture
def given(village: Places) -> Submission:
    return raised(village.room, phone="13900001234").submission


def test_a_quick_matter_is_to_be_answered(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk, Grade.QUICK)
    given.refresh_from_db()
    assert (given.state, given.topic) == (SubmissionState.ACCEPTED, topic)
    assert running(given) == set()
    assert running(topic) == {"topics.quick_answer_days", "access.review_days"}
    assert topic.release == Release.IN_REVIEW


def test_a_sensitive_matter_begins_inside(village: Places, people: Cast) -> None:
    topic = opened(raised(village.room, "征地补偿款没到位").submission, people.clerk)
    assert (topic.scope, topic.release, topic.is_statutory) == (Scope.INTERNAL, Release.UNRELEASED, True)


def test_a_spoken_matter_is_written_down_first(village: Places, people: Cast) -> None:
    spoken = raised(village.room, "", audio=b"sound").submission
    with pytest.raises(Blocked) as blocked:
        opened(spoken, people.clerk)
    assert codes(blocked) == {"not_written_down"}
    screening.write_down(submission=spoken, text="楼道灯坏了", actor=people.clerk, at=NOW)
    assert opened(spoken, people.clerk).submissions_count == 1


def test_asking_for_more_pauses_the_clock_and_an_answer_resumes_it(given: Submission, people: Cast) -> None:
    screening.ask_supplement(submission=given, question="哪一栋？", actor=people.clerk, at=NOW)
    given.refresh_from_db()
    assert given.state == SubmissionState.SUPPLEMENT_ASKED
    paused = Clock.objects.running().of(given.subject).get(rule="topics.decide_days")
    assert paused.paused_at is not None
    assert running(given) == {"topics.decide_days", "topics.supplement_days"}
    later = NOW + timedelta(days=4)
    slip.give_supplement(submission=given, text="3号楼", actor=slip.holder_of(given), at=later)
    given.refresh_from_db()
    paused.refresh_from_db()
    assert given.state == SubmissionState.RECEIVED
    assert not paused.paused_at
    assert paused.due_at > NOW + timedelta(days=7)
    assert running(given) == {"topics.decide_days"}


def test_no_answer_brings_it_back_to_the_desk(given: Submission, people: Cast) -> None:
    screening.ask_supplement(submission=given, question="哪一栋？", actor=people.clerk, at=NOW)
    screening.miss_supplement(submission=given, at=NOW + timedelta(days=20))
    given.refresh_from_db()
    assert given.state == SubmissionState.RECEIVED
    assert running(given) == {"topics.decide_days"}


def test_handing_over_keeps_the_slip_alive(given: Submission, people: Cast) -> None:
    with pytest.raises(Blocked) as blocked:
        screening.hand_over(submission=given, to=HandOver(Destination.OTHER, " "), actor=people.clerk, at=NOW)
    assert codes(blocked) == {"words_missing", "destination_name_missing"}
    to = HandOver(Destination.HOTLINE, "已转 12345", Exclusion.PERSONAL, outside_no="ZJ20261102001")
    screening.hand_over(submission=given, to=to, actor=people.clerk, at=NOW)
    assert running(given) == {"topics.handover_followup_days"}
    screening.report_back(submission=given, news="已派单", actor=people.clerk, at=NOW)
    assert running(given) == {"topics.handover_followup_days"}
    screening.report_back(submission=given, news="已修好", is_settled=True, actor=people.clerk, at=NOW)
    assert running(given) == set()
    screening.report_back(submission=given, news="不归他们管", take_back=True, actor=people.clerk, at=NOW)
    given.refresh_from_db()
    assert given.state == SubmissionState.RECEIVED
    assert running(given) == {"topics.decide_days"}


def test_several_are_ended_with_one_reason_or_none_is(village: Places, people: Cast) -> None:
    mine, other = raised(village.room).submission, raised(village.next_room).submission
    with pytest.raises(Denied):
        screening.end_many(
            submissions=[mine, other],
            exclusion=Exclusion.SEVERAL,
            words="请分开提",
            actor=people.clerk,
            at=NOW,
        )
    mine.refresh_from_db()
    assert mine.state == SubmissionState.RECEIVED
    count = screening.end_many(
        submissions=[mine, other], exclusion=Exclusion.SEVERAL, words="请分开提", actor=people.town, at=NOW
    )
    assert count == 2


def test_merging_is_confirmed_and_can_be_undone(given: Submission, village: Places, people: Cast) -> None:
    topic = opened(raised(village.room).submission, people.clerk)
    merging.merge(submission=given, topic=topic, actor=people.clerk, at=NOW)
    topic.refresh_from_db()
    assert (topic.submissions_count, running(given)) == (2, set())
    merging.separate(submission=given, actor=people.clerk, at=NOW)
    topic.refresh_from_db()
    given.refresh_from_db()
    assert (topic.submissions_count, given.topic, given.state) == (1, None, SubmissionState.RECEIVED)
    assert running(given) == {"topics.decide_days"}


def test_what_is_under_embargo_joins_nothing_of_the_room(village: Places, people: Cast) -> None:
    topic = opened(raised(village.room).submission, people.clerk)
    secret = raised(village.room, about_cadres=True).submission
    with pytest.raises(Blocked):
        merging.merge(submission=secret, topic=topic, actor=people.town, at=NOW)


def test_a_phone_is_shown_once_it_is_written_down(given: Submission, people: Cast) -> None:
    with pytest.raises(Denied):
        contact.reveal(submission=given, reason="check", actor=people.first, at=NOW)
    with pytest.raises(Blocked):
        contact.reveal(submission=given, reason="curious", actor=people.clerk, at=NOW)
    assert contact.reveal(submission=given, reason="check", actor=people.clerk, at=NOW) == "13900001234"
    assert given.reveals.count() == 1
    assert Entry.objects.filter(event="contact.revealed").count() == 1


def test_an_erased_slip_leaves_nothing_of_its_owner(
    village: Places, people: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    received = raised(village.room, phone="13900001234", photos=((b"photo", b"small"),), audio=b"sound")
    given = received.submission
    opened(given, people.clerk)
    photo = given.photos.get()
    files = [str(each.name) for each in (photo.file, photo.thumbnail, given.audio)]
    with django_capture_on_commit_callbacks(execute=True):
        slip.erase(submission=given, actor=slip.holder_of(given), at=NOW)
        assert all(map(default_storage.exists, files)), "not before it is sure"
    assert not any(map(default_storage.exists, files))
    given.refresh_from_db()
    assert (given.text, bytes(given.phone_sealed), given.photos.count()) == ("", b"", 0)
    assert not Submission.objects.by_slip(received.slip).exists()
    assert Topic.objects.count() == 1


def test_only_the_holder_of_this_slip_speaks_for_it(given: Submission, village: Places) -> None:
    other = slip.holder_of(raised(village.room).submission)
    for attempt in (slip.send_note, slip.give_supplement):
        with pytest.raises(Denied):
            attempt(submission=given, text="我来说", actor=other, at=NOW)
    with pytest.raises(Denied):
        slip.erase(submission=given, actor=other, at=NOW)


def test_a_topic_is_adopted_after_a_look_and_after_the_second_was_heard(
    given: Submission, people: Cast
) -> None:
    topic = opened(given, people.clerk)
    with pytest.raises(Blocked) as blocked:
        adoption.adopt(topic=topic, actor=people.first, at=NOW)
    assert codes(blocked) == {"visits_missing", "second_not_heard"}
    research.visit(topic=topic, on=NOW.date(), place="3号楼", found="三层灯不亮", actor=people.clerk, at=NOW)
    assert running(topic) == {"topics.research_days", "topics.second_opinion_days", "access.review_days"}
    assert Clock.objects.running().due_to(people.second).get().rule == "topics.second_opinion_days"
    assert not Clock.objects.running().of(topic.subject).due_to(people.first)
    adoption.hear_second(topic=topic, agrees=True, opinion="", actor=people.second, at=NOW)
    assert Clock.objects.running().of(topic.subject).due_to(people.first).get().rule == "topics.research_days"
    adoption.adopt(topic=topic, actor=people.first, at=NOW)
    topic.refresh_from_db()
    assert topic.state == TopicState.ADOPTED
    assert running(topic) == {"topics.prepare_days", "access.review_days"}


def test_the_pages_of_residents_say_whose_turn_it_is(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)

    def turn() -> str:
        topic.refresh_from_db()
        return showing.of_topic(topic, list(Clock.objects.running().of(topic.subject)), NOW).who

    assert turn() == topic.room.name
    research.visit(topic=topic, on=NOW.date(), place="3号楼", found="不亮", actor=people.clerk, at=NOW)
    assert turn() == "第二召集人"
    adoption.hear_second(topic=topic, agrees=True, opinion="", actor=people.second, at=NOW)
    assert turn() == "第一召集人"
    adoption.adopt(topic=topic, actor=people.first, at=NOW)
    assert turn() == topic.room.name
    Clock.objects.running().of(topic.subject).update(stopped_at=NOW)
    Topic.objects.filter(pk=topic.pk).update(state=TopicState.IN_HAND)
    assert turn() == "承办单位"


def test_a_silent_second_convener_is_taken_as_heard(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    research.visit(topic=topic, on=NOW.date(), place="楼道", found="不亮", actor=people.clerk, at=NOW)
    adoption.take_as_heard(topic=topic, at=NOW + timedelta(days=5))
    adoption.adopt(topic=topic, actor=people.first, at=NOW + timedelta(days=5))


def test_a_topic_keeps_its_number_up_and_down(given: Submission, village: Places, people: Cast) -> None:
    topic = opened(given, people.clerk)
    no = topic.no
    travel.pass_up(topic=topic, reason="涉及几个社区", actor=people.clerk, at=NOW)
    topic.refresh_from_db()
    assert (topic.no, topic.desk_path, topic.desk_room_no, topic.state) == (
        no,
        TOWN,
        "",
        TopicState.PASSED_UP,
    )
    assert running(topic) == {"topics.escalate_days", "access.review_days"}
    assert Topic.objects.visible_to(people.clerk).filter(pk=topic.pk).exists()
    with pytest.raises(Denied):
        travel.take_up(topic=topic, actor=people.clerk, at=NOW)
    travel.take_up(topic=topic, actor=people.town, at=NOW)
    with pytest.raises(Blocked):
        travel.hand_down(topic=topic, room=village.county_room, reason="就近", actor=people.town, at=NOW)
    travel.hand_down(topic=topic, room=village.next_room, reason="就近商量", actor=people.town, at=NOW)
    topic.refresh_from_db()
    assert (topic.no, topic.desk_room_no, topic.state) == (no, village.next_room.no, TopicState.OPENED)
    assert running(topic) == {"topics.deep_start_days", "access.review_days"}


def test_what_is_under_embargo_is_never_handed_down(village: Places, people: Cast) -> None:
    secret = opened(raised(village.room, about_cadres=True).submission, people.town)
    assert secret.release == Release.UNRELEASED
    with pytest.raises(IllegalMove):
        travel.hand_down(topic=secret, room=village.room, reason="就近", actor=people.town, at=NOW)
    assert not Topic.objects.visible_to(people.clerk).exists()
    travel.pass_up(topic=secret, reason="重大", actor=people.town, at=NOW)
    secret.refresh_from_db()
    assert secret.desk_path == COUNTY
    assert not Topic.objects.visible_to(people.clerk).exists()


def test_a_plan_has_a_date_that_comes_back(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    for day in (NOW.date(), date(2040, 1, 1)):
        with pytest.raises(Blocked):
            adoption.plan(topic=topic, planned_on=day, reason="等资金", actor=people.first, at=NOW)
    adoption.plan(topic=topic, planned_on=date(2027, 3, 1), reason="等资金", actor=people.first, at=NOW)
    assert running(topic) == {"topics.plan_months", "access.review_days"}
    adoption.resume(topic=topic, actor=people.first, at=NOW)
    assert running(topic) == {"topics.deep_start_days", "access.review_days"}


def test_a_quick_answer_goes_on_to_be_rated(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk, Grade.QUICK)
    quick.answer(topic=topic, text="已换灯泡", unit=None, actor=people.clerk, at=NOW)
    topic.refresh_from_db()
    assert (topic.state, topic.answer) == (TopicState.ASKING, "已换灯泡")
    assert running(topic) == {"access.review_days"}


def test_a_deep_matter_is_not_answered_at_once(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    with pytest.raises(IllegalMove):
        quick.answer(topic=topic, text="已换", unit=None, actor=people.clerk, at=NOW)


def test_a_quick_matter_can_turn_deep_once(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk, Grade.QUICK)
    quick.deepen(topic=topic, actor=people.clerk, at=NOW)
    assert running(topic) == {"topics.deep_start_days", "access.review_days"}
    with pytest.raises(IllegalMove):
        quick.deepen(topic=topic, actor=people.clerk, at=NOW)


def test_what_was_graded_wrongly_is_answered_at_once_after_all(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    quick.quicken(topic=topic, actor=people.clerk, at=NOW)
    assert running(topic) == {"topics.quick_answer_days", "access.review_days"}
    topic.refresh_from_db()
    assert quick.answer(topic=topic, text="已换", unit=None, actor=people.clerk, at=NOW) is None
    topic.refresh_from_db()
    assert topic.state == TopicState.ASKING


@pytest.mark.parametrize("why", ["looked into", "statutory"])
def test_what_goes_deeper_stays_so(given: Submission, people: Cast, why: str) -> None:
    topic = opened(given, people.clerk)
    if why == "statutory":
        Topic.objects.update(is_statutory=True)
    else:
        research.visit(topic=topic, on=NOW.date(), place="3号楼", found="不亮", actor=people.clerk, at=NOW)
    with pytest.raises(IllegalMove):
        quick.quicken(topic=topic, actor=people.clerk, at=NOW)


def test_one_other_person_reviews(given: Submission, people: Cast) -> None:
    topic = opened(given, people.town)

    def release(actor: object) -> None:
        publication.release(post=topic, actor=actor, at=NOW)  # type: ignore[arg-type]  # an Actor

    for nobody in (people.clerk, people.outsider, people.town):
        with pytest.raises(Denied):
            release(nobody)
    release(people.other_in_town)
    assert topic.is_public
    publication.cover(post=topic, reason="有电话号码", actor=people.clerk, at=NOW)
    assert running(topic) == {"topics.deep_start_days", "access.cover_confirm_days"}
    publication.restore(post=topic, actor=people.other_in_town, at=NOW)
    assert topic.is_public


def test_new_words_are_reviewed_again(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    publication.release(post=topic, actor=people.town, at=NOW)
    words = wording.Wording("路灯修复", "三层路灯不亮。", Scope.PUBLIC, Theme.OLD_ESTATES, Weight.PRACTICAL)
    wording.word(topic=topic, wording=words, actor=people.clerk, at=NOW)
    topic.refresh_from_db()
    assert topic.release == Release.IN_REVIEW


def test_whoever_has_no_part_in_it_can_do_nothing(given: Submission, people: Cast) -> None:
    to = HandOver(Destination.HOTLINE, "已转")
    words = wording.Wording("题", "述", Scope.PUBLIC, Theme.LAND, Weight.HARD)
    topic = opened(raised(given.room).submission, people.clerk)
    for stranger in (people.outsider, people.doer, people.grid, people.member):
        attempts = (
            lambda who: screening.accept(submission=given, acceptance=acceptance(), actor=who, at=NOW),
            lambda who: screening.ask_supplement(submission=given, question="?", actor=who, at=NOW),
            lambda who: screening.hand_over(submission=given, to=to, actor=who, at=NOW),
            lambda who: screening.end(
                submission=given, exclusion=Exclusion.REPORT, words="x", actor=who, at=NOW
            ),
            lambda who: screening.pass_above(submission=given, actor=who, at=NOW),
            lambda who: screening.write_down(submission=given, text="x", actor=who, at=NOW),
            lambda who: merging.merge(submission=given, topic=topic, actor=who, at=NOW),
            lambda who: slip.send_note(submission=given, text="x", actor=who, at=NOW),
            lambda who: slip.take_note(submission=given, actor=who, at=NOW),
            lambda who: slip.erase(submission=given, actor=who, at=NOW),
            lambda who: contact.reveal(submission=given, reason="check", actor=who, at=NOW),
            lambda who: contact.read_slip(submission=given, actor=who, at=NOW),
            lambda who: screening.share_photos(submission=given, photos=[], actor=who, at=NOW),
            lambda who: contact.renew_slip(submission=given, actor=who, at=NOW),
            lambda who: contact.look_up(submissions=[given], by=FoundBy.PHONE, actor=who, at=NOW),
            lambda who: wording.word(topic=topic, wording=words, actor=who, at=NOW),
            lambda who: research.visit(topic=topic, on=NOW.date(), place="x", found="x", actor=who, at=NOW),
            lambda who: adoption.hear_second(topic=topic, agrees=True, opinion="", actor=who, at=NOW),
            lambda who: adoption.adopt(topic=topic, actor=who, at=NOW),
            lambda who: adoption.plan(
                topic=topic, planned_on=date(2027, 1, 1), reason="x", actor=who, at=NOW
            ),
            lambda who: adoption.end(topic=topic, reason="x", actor=who, at=NOW),
            lambda who: travel.pass_up(topic=topic, reason="x", actor=who, at=NOW),
            lambda who: quick.answer(topic=topic, text="x", unit=None, actor=who, at=NOW),
            lambda who: quick.deepen(topic=topic, actor=who, at=NOW),
            lambda who: quick.quicken(topic=topic, actor=who, at=NOW),
        )
        before = Entry.objects.count()
        for attempt in attempts:
            with pytest.raises(Denied):
                attempt(stranger)
        assert Entry.objects.count() == before


def test_a_session_that_was_called_off_has_to_be_prepared_anew(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    for act in ("begin_deliberation", "call_off"):
        transitions.move_topic(topic=topic, act=act, actor=SYSTEM, role=None, at=NOW)
    topic.refresh_from_db()
    assert topic.state == TopicState.ADOPTED
    assert "topics.prepare_days" in running(topic), "else it would lie there for ever"


def test_what_is_taken_up_again_is_not_over(given: Submission, people: Cast) -> None:
    """Else the telephone of whoever raised it would be erased while it is worked on."""
    topic = opened(given, people.clerk)
    for act in ("begin_deliberation", "reach_agreement", "conclude"):
        transitions.move_topic(topic=topic, act=act, actor=SYSTEM, role=None, at=NOW)
    topic.refresh_from_db()
    assert topic.ended_at == NOW
    transitions.move_topic(topic=topic, act="reopen", actor=SYSTEM, role=None, at=NOW)
    topic.refresh_from_db()
    assert topic.ended_at is None
    retain(NOW + timedelta(days=400))
    given.refresh_from_db()
    assert given.has_phone

"""Who may do what to a submission and to a topic: every role of the house tries every act, and these alone succeed.

Written from the side of the act, and done for real: what a role holds in a table does not count here, only whether
the act goes through. An act whose permission is mixed up with another's lets somebody in who is not named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.publication import Scope
from shangliang.access.roles import Role
from shangliang.desks.actions import publication
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
    travel,
    wording,
)
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import Photo, Submission, Topic
from shangliang.topics.states import Destination, Exclusion, FoundBy, Grade, Theme, Weight
from shangliang.topics.tests.factories import (
    CITY,
    COUNTY,
    NOW,
    ROOM_NO,
    TOWN,
    VILLAGE,
    Cast,
    Places,
    acceptance,
    opened,
    raised,
    staff,
)

R = Role
Act = Callable[[Actor], object]

EVERYBODY = {
    R.CLERK: {"room_no": ROOM_NO},
    R.FIRST_CONVENER: {"room_no": ROOM_NO},
    R.SECOND_CONVENER: {"room_no": ROOM_NO},
    R.STAND_IN: {"room_no": ROOM_NO},
    R.GRID_WORKER: {"area_path": VILLAGE},
    R.MEMBER: {"area_path": COUNTY},
    R.REVIEWER: {"area_path": TOWN},
    R.TOWN_OFFICE: {"area_path": TOWN},
    R.ASSIGNING_OFFICE: {"area_path": COUNTY},
    R.DOER: {"unit_code": "bureau-1"},
    R.LEADER: {"area_path": COUNTY},
    R.DISTRICT_OFFICE: {"area_path": COUNTY},
    R.CITY_OFFICE: {"area_path": CITY},
    R.SYSTEM_KEEPER: {"area_path": CITY},
    R.AUDITOR: {"area_path": CITY},
}

SCREENS = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
DECIDES = {R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
KEEPS_WORDS = {R.CLERK, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
REVIEWS = {R.REVIEWER, R.TOWN_OFFICE, R.DISTRICT_OFFICE, R.CITY_OFFICE}


def who_may(act: Act) -> set[Role]:
    """The roles for which `act` goes through; what each did is undone before the next one tries."""
    may = set()
    for role, place in EVERYBODY.items():
        before = Entry.objects.count()
        with transaction.atomic():
            try:
                act(staff(role, **place))
            except Denied:
                assert Entry.objects.count() == before
            else:
                assert Entry.objects.count() > before, "an act leaves a row in the ledger"
                may.add(role)
            transaction.set_rollback(True)
    return may


def test_everybody_is_asked() -> None:
    assert set(EVERYBODY) == set(Role)


@pytest.fixture
def given(village: Places) -> Submission:
    return raised(village.room, phone="13900001234").submission


def on_a_submission(given: Submission, other: Topic) -> Iterator[tuple[str, Act, set[Role]]]:
    to = HandOver(Destination.HOTLINE, "已转 12345")
    yield (
        "accept",
        lambda who: screening.accept(submission=given, acceptance=acceptance(), actor=who, at=NOW),
        SCREENS,
    )
    yield (
        "ask",
        lambda who: screening.ask_supplement(submission=given, question="?", actor=who, at=NOW),
        SCREENS,
    )
    yield "hand over", lambda who: screening.hand_over(submission=given, to=to, actor=who, at=NOW), SCREENS
    yield (
        "end",
        lambda who: screening.end(submission=given, exclusion=Exclusion.REPORT, words="x", actor=who, at=NOW),
        SCREENS,
    )
    yield "above", lambda who: screening.pass_above(submission=given, actor=who, at=NOW), SCREENS
    yield (
        "write down",
        lambda who: screening.write_down(submission=given, text="x", actor=who, at=NOW),
        SCREENS,
    )
    yield "merge", lambda who: merging.merge(submission=given, topic=other, actor=who, at=NOW), SCREENS
    yield "note", lambda who: slip.send_note(submission=given, text="x", actor=who, at=NOW), SCREENS
    yield "erase", lambda who: slip.erase(submission=given, actor=who, at=NOW), set()
    yield (
        "ask to erase",
        lambda who: erasing.ask(submission=given, reason="来说的", actor=who, at=NOW),
        SCREENS,
    )
    yield (
        "reveal",
        lambda who: contact.reveal(submission=given, reason="check", actor=who, at=NOW),
        KEEPS_WORDS,
    )
    yield "print", lambda who: contact.read_slip(submission=given, actor=who, at=NOW), KEEPS_WORDS
    yield "renew", lambda who: contact.renew_slip(submission=given, actor=who, at=NOW), KEEPS_WORDS
    yield (
        "share photos",
        lambda who: screening.share_photos(submission=given, photos=[], actor=who, at=NOW),
        SCREENS,
    )
    yield (
        "look up",
        lambda who: contact.look_up(submissions=[given], by=FoundBy.PHONE, actor=who, at=NOW),
        KEEPS_WORDS,
    )


def test_on_a_submission(given: Submission, village: Places, people: Cast) -> None:
    other = opened(raised(village.room).submission, people.clerk)
    Submission.objects.filter(pk=given.pk).update(audio="audio/spoken.webm")  # so that it can be written down
    Photo.objects.create(submission=given, file="photos/a.jpg", thumbnail="photos/a-s.jpg")
    found = {name: (who_may(act), roles) for name, act, roles in on_a_submission(given, other)}
    assert {name: may for name, (may, _) in found.items()} == {name: r for name, (_, r) in found.items()}


def test_on_what_the_desk_asks_to_have_erased(given: Submission, people: Cast) -> None:
    erasing.ask(submission=given, reason="来说的", actor=people.clerk, at=NOW)
    offices = {R.TOWN_OFFICE, R.DISTRICT_OFFICE}
    assert who_may(lambda who: erasing.refuse(submission=given, actor=who, at=NOW)) == offices
    assert who_may(lambda who: erasing.confirm(submission=given, actor=who, at=NOW)) == offices


def test_on_what_was_merged_or_handed_over(given: Submission, village: Places, people: Cast) -> None:
    joined = raised(village.room).submission
    merging.merge(submission=joined, topic=opened(raised(village.room).submission, people.clerk),
                  actor=people.clerk, at=NOW)  # fmt: skip
    assert who_may(lambda who: merging.separate(submission=joined, actor=who, at=NOW)) == SCREENS
    to = HandOver(Destination.HOTLINE, "已转 12345")
    screening.hand_over(submission=given, to=to, actor=people.clerk, at=NOW)
    for take_back in (True, False):
        assert (
            who_may(
                lambda who, back=take_back: screening.report_back(  # type: ignore[misc]  # bound as it is now
                    submission=given, news="x", take_back=back, actor=who, at=NOW
                )
            )
            == SCREENS
        )


def on_a_topic(topic: Topic) -> Iterator[tuple[str, Act, set[Role]]]:
    words = wording.Wording("题", "述", Scope.PUBLIC, Theme.LAND, Weight.HARD)
    prepares = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
    day = date(2027, 1, 1)
    yield "word", lambda who: wording.word(topic=topic, wording=words, actor=who, at=NOW), KEEPS_WORDS
    yield (
        "visit",
        lambda who: research.visit(topic=topic, on=NOW.date(), place="x", found="x", actor=who, at=NOW),
        prepares,
    )
    yield (
        "second",
        lambda who: adoption.hear_second(topic=topic, agrees=True, opinion="", actor=who, at=NOW),
        {R.SECOND_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE},
    )
    yield "adopt", lambda who: adoption.adopt(topic=topic, actor=who, at=NOW), DECIDES
    yield (
        "plan",
        lambda who: adoption.plan(topic=topic, planned_on=day, reason="x", actor=who, at=NOW),
        DECIDES,
    )
    yield "end", lambda who: adoption.end(topic=topic, reason="x", actor=who, at=NOW), DECIDES
    yield "up", lambda who: travel.pass_up(topic=topic, reason="x", actor=who, at=NOW), SCREENS


def test_on_a_topic(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)
    research.visit(topic=topic, on=NOW.date(), place="3号楼", found="不亮", actor=people.clerk, at=NOW)
    adoption.take_as_heard(topic=topic, at=NOW)
    found = {name: (who_may(act), roles) for name, act, roles in on_a_topic(topic)}
    assert {name: may for name, (may, _) in found.items()} == {name: r for name, (_, r) in found.items()}


def test_on_a_quick_topic(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk, Grade.QUICK)
    assert who_may(lambda who: quick.deepen(topic=topic, actor=who, at=NOW)) == SCREENS
    answers = who_may(lambda who: quick.answer(topic=topic, text="已换", unit=None, actor=who, at=NOW))
    assert answers == SCREENS


def test_on_what_was_planned_or_passed_up(given: Submission, village: Places, people: Cast) -> None:
    planned = opened(given, people.clerk)
    adoption.plan(topic=planned, planned_on=date(2027, 1, 1), reason="x", actor=people.first, at=NOW)
    assert who_may(lambda who: adoption.resume(topic=planned, actor=who, at=NOW)) == DECIDES
    above = opened(raised(village.room).submission, people.clerk)
    travel.pass_up(topic=above, reason="x", actor=people.clerk, at=NOW)
    offices = {R.TOWN_OFFICE, R.DISTRICT_OFFICE}
    assert who_may(lambda who: travel.take_up(topic=above, actor=who, at=NOW)) == offices
    room = village.next_room
    down = who_may(lambda who: travel.hand_down(topic=above, room=room, reason="x", actor=who, at=NOW))
    assert down == offices


def test_on_what_is_to_be_public(given: Submission, people: Cast) -> None:
    topic = opened(given, people.clerk)

    def act(what: Callable[..., None], **more: str) -> set[Role]:
        def tried(who: Actor) -> None:
            post = Topic.objects.get(pk=topic.pk)
            what(post=post, actor=who, at=NOW, **more)

        return who_may(tried)

    assert act(publication.release) == REVIEWS
    assert act(publication.hold_back, reason="x") == REVIEWS
    publication.release(post=topic, actor=people.town, at=NOW)
    covers = REVIEWS | {R.CLERK, R.FIRST_CONVENER, R.SECOND_CONVENER}
    assert act(publication.cover, reason="x") == covers
    publication.cover(post=topic, reason="x", actor=people.clerk, at=NOW)
    assert act(publication.restore) == REVIEWS
    assert act(publication.confirm_cover) == REVIEWS


def test_on_what_concerns_the_rooms_own_cadres(village: Places) -> None:
    """Only the offices above; neither the room nor who reviews or watches over the same town."""
    given = raised(village.room, about_cadres=True, phone="13900001234").submission
    offices = {R.TOWN_OFFICE, R.DISTRICT_OFFICE}
    assert who_may(lambda who: opened(given, who)) == offices
    assert who_may(lambda who: contact.reveal(submission=given, reason="check", actor=who, at=NOW)) == offices
    topic = opened(given, staff(R.TOWN_OFFICE, area_path=TOWN))
    Topic.objects.update(release="released")

    def cover(who: Actor) -> None:
        post = Topic.objects.get(pk=topic.pk)
        publication.cover(post=post, reason="x", actor=who, at=NOW)

    assert who_may(cover) == offices | {R.CITY_OFFICE}
    seen = {
        role for role, place in EVERYBODY.items() if Topic.objects.worked_on_by(staff(role, **place)).exists()
    }
    assert seen == offices | {R.CITY_OFFICE, R.ASSIGNING_OFFICE}, "whom it may be reported up to looks it up"

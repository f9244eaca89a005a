"""From the plan to the signed record, and the side ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from shangliang.access.actor import ANONYMOUS
from shangliang.access.denied import Denied
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.clocks.models import Clock
from shangliang.deliberations import queries, rules, showing
from shangliang.deliberations.actions import (
    announcing,
    any_time,
    asking,
    meeting,
    preparing,
    recording,
    signing,
)
from shangliang.deliberations.actions.any_time import Talk
from shangliang.deliberations.actions.meeting import Attendance
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import Conclusion, DeliberationState, Mode, NextPath, Seat, SignatureWay
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import MONDAY, World, acting, again, make_world
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.kit.workdays import months_after
from shangliang.ledger.models import Entry, Pseudonym
from shangliang.ledger.queries import history
from shangliang.rulebook import book
from shangliang.topics.states import TopicState

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def codes(blocked: pytest.ExceptionInfo[Blocked]) -> set[str]:
    return {item.code for item in blocked.value.unmet}


def running(deliberation: Deliberation) -> list[tuple[str, str]]:
    rows = Clock.objects.running().of(deliberation.subject)
    return list(rows.order_by("pk").values_list("rule", "role"))


def events(deliberation: Deliberation) -> list[str]:
    rows = Entry.objects.filter(subject_kind="deliberation", subject_no=deliberation.no)
    return list(rows.order_by("pk").values_list("event", flat=True))


def test_it_prepares_with_guests_and_takes_the_topics_clock_along(world: World) -> None:
    deliberation = make.prepared(world)
    assert deliberation.state == DeliberationState.PREPARED
    assert deliberation.participants.count() == 4
    assert running(deliberation) == [("topics.prepare_days", "clerk")]
    assert events(deliberation) == [Kind.DELIBERATION_PREPARED]


def test_a_guest_is_one_person_unless_said_otherwise(world: World) -> None:
    """Whoever raised it is a row of its own, told on the slips; a named guest is not."""
    by_slip = preparing.Guest(Seat.PARTY_CONCERNED, "", is_by_slip=True)
    named = preparing.Guest(Seat.RESIDENT, "王桂芳")
    deliberation = preparing.prepare(
        topic=world.topic, draft=preparing.Draft(), guests=[by_slip, named], actor=world.clerk, at=MONDAY
    )
    told = dict(deliberation.participants.values_list("seat", "is_by_slip"))
    assert told == {Seat.PARTY_CONCERNED.value: True, Seat.RESIDENT.value: False}


def test_every_act_counts_the_version_up_for_whoever_watches_live(world: World) -> None:
    deliberation = make.under_way(world)
    before = deliberation.version
    meeting.close(deliberation=deliberation, actor=world.clerk, at=MONDAY + timedelta(days=8))
    assert before > 1
    assert again(deliberation).version == before + 1
    recording.keep(
        deliberation=deliberation,
        text=make.text(deliberation),
        actor=world.clerk,
        at=MONDAY + timedelta(days=8),
    )
    assert again(deliberation).version == before + 2, "also what saves itself"


def test_it_refuses_a_second_session_about_the_same_topic(world: World) -> None:
    make.prepared(world)
    with pytest.raises(Blocked) as blocked:
        make.prepared(world)
    assert codes(blocked) == {"already_open"}


def test_it_says_everything_that_an_announcement_lacks(world: World) -> None:
    deliberation = preparing.prepare(
        topic=world.topic, draft=preparing.Draft(), guests=[], actor=world.clerk, at=MONDAY
    )
    with pytest.raises(Blocked) as blocked:
        announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {
        "time_missing",
        "place_missing",
        "subject_missing",
        "agenda_missing",
        "party_not_invited",
        "material_not_out",
        "not_reviewed",
    }


def test_it_wants_three_days_in_a_village_unless_it_is_urgent(world: World) -> None:
    soon = MONDAY + timedelta(days=1)
    deliberation = make.reviewed(make.prepared(world, held_at=soon))
    with pytest.raises(Blocked) as blocked:
        announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {"lead_too_short"}
    preparing.change(
        deliberation=deliberation,
        draft=make.draft(held_at=soon, urgent_reason="水管爆了"),
        actor=world.clerk,
        at=MONDAY,
    )
    announcing.announce(deliberation=again(deliberation), actor=world.clerk, at=MONDAY)
    assert again(deliberation).state == DeliberationState.ANNOUNCED


def test_it_sends_the_announcement_to_the_towns_reviewer(world: World) -> None:
    deliberation = make.prepared(world)
    announcing.send_to_review(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert again(deliberation).release == Release.IN_REVIEW
    assert ("access.review_days", "town_office") in running(deliberation)


def test_changed_words_are_reviewed_again_changed_times_are_not(world: World) -> None:
    deliberation = make.reviewed(make.prepared(world))
    later = make.draft(held_at=MONDAY + timedelta(days=9))
    preparing.change(deliberation=deliberation, draft=later, actor=world.clerk, at=MONDAY)
    assert again(deliberation).is_reviewed
    other = make.draft(subject_line="换一个说法")
    preparing.change(deliberation=deliberation, draft=other, actor=world.clerk, at=MONDAY)
    assert not again(deliberation).is_reviewed


def test_what_stays_among_participants_needs_no_review(world: World) -> None:
    deliberation = make.prepared(world, scope=Scope.PARTICIPANTS)
    announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert again(deliberation).announced_at == MONDAY


def test_an_announcement_begins_the_topics_deliberation(world: World) -> None:
    deliberation = make.announced(world)
    world.topic.refresh_from_db()
    assert world.topic.state == TopicState.DELIBERATING
    assert running(deliberation) == [("deliberations.record_room_days", "clerk")]
    assert not Clock.objects.running().of(world.topic.subject).exists()


def test_postponing_needs_a_reason_and_keeps_a_clock(world: World) -> None:
    deliberation = make.announced(world)
    with pytest.raises(Blocked) as blocked:
        announcing.postpone(deliberation=deliberation, reason=" ", actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {"reason_missing"}
    announcing.postpone(deliberation=deliberation, reason="台风", actor=world.clerk, at=MONDAY)
    found = again(deliberation)
    assert (found.state, found.held_at, found.change_reason) == (DeliberationState.PREPARED, None, "台风")
    assert running(found) == [("topics.prepare_days", "clerk")]


def test_a_cancelled_session_gives_the_topic_back_with_its_clock(world: World) -> None:
    deliberation = make.announced(world)
    announcing.cancel(deliberation=deliberation, reason="事情已经解决", actor=world.clerk, at=MONDAY)
    world.topic.refresh_from_db()
    assert world.topic.state == TopicState.ADOPTED
    assert running(deliberation) == []
    assert Clock.objects.running().of(world.topic.subject).get().rule == "topics.prepare_days"


def test_only_the_absence_of_the_affected_party_blocks(world: World) -> None:
    deliberation = make.announced(world)
    with pytest.raises(Blocked) as blocked:
        meeting.open_session(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {"attendance_missing"}
    rows = dict(deliberation.participants.values_list("seat", "pk"))
    meeting.write_attendance(
        deliberation=deliberation,
        attendance=Attendance(here=frozenset({rows["first_convener"]})),
        actor=world.clerk,
        at=MONDAY,
    )
    with pytest.raises(Blocked) as blocked:
        meeting.open_session(deliberation=again(deliberation), actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {"party_absent"}
    meeting.write_attendance(
        deliberation=deliberation,
        attendance=Attendance(here=frozenset(), by_telephone=frozenset({rows["party_concerned"]})),
        actor=world.clerk,
        at=MONDAY,
    )
    advice = {item.code for item in meeting.opening_gaps(again(deliberation), MONDAY)}
    assert {"first_convener_missing", "second_convener_missing", "people_few"} <= advice
    meeting.open_session(deliberation=again(deliberation), actor=world.clerk, at=MONDAY)
    assert again(deliberation).state == DeliberationState.UNDER_WAY


def test_it_is_not_sent_to_sign_without_its_five(world: World) -> None:
    deliberation = make.held(world)
    at = deliberation.ended_at
    assert at is not None
    with pytest.raises(Blocked) as blocked:
        signing.send(deliberation=deliberation, actor=world.clerk, at=at)
    assert codes(blocked) == {"conclusion_missing", "record_effect_missing", "not_read_back"}


def test_a_record_is_of_the_past_and_of_a_route_and_sees_its_effect_within_months(world: World) -> None:
    deliberation = make.held(world)
    at = deliberation.ended_at
    assert at is not None
    months = book().at(at.date()).integer("deliberations.effect_months")
    assert deliberation.held_at is not None
    assert recording.effect_until(deliberation, at) == local_day(months_after(deliberation.held_at, months))

    def gaps(now: datetime) -> set[str]:
        return {each.code for each in recording.record_gaps(deliberation, None, now)}

    usual = gaps(at)
    assert gaps(deliberation.held_at) == usual | {"ended_in_future"}
    assert gaps(deliberation.held_at - timedelta(seconds=1)) == usual | {"held_in_future"}
    deliberation.topic.is_statutory = True
    assert gaps(at) == usual | {"statutory_only_proposal"}
    deliberation.statutory_route = "owners"
    assert gaps(at) == usual


def test_two_conveners_sign_and_the_record_is_locked(world: World) -> None:
    deliberation = make.to_sign(world)
    assert running(deliberation) == [(queries.SIGN, "first_convener")]
    due_at = Clock.objects.running().of(deliberation.subject).get().due_at
    at = deliberation.ended_at
    assert at is not None
    signatures = {row.seat: row for row in deliberation.record.signatures.all()}
    signing.sign(signature=signatures["first_convener"], actor=world.actor(Role.FIRST_CONVENER), at=at)
    assert running(deliberation) == [(queries.SIGN, "second_convener")]
    assert Clock.objects.running().of(deliberation.subject).get().due_at == due_at
    signing.sign(signature=signatures["second_convener"], actor=world.actor(Role.SECOND_CONVENER), at=at)
    found = again(deliberation)
    world.topic.refresh_from_db()
    assert found.state == DeliberationState.ARCHIVED
    assert found.record.release == Release.IN_REVIEW
    assert world.topic.state == TopicState.AGREED
    assert running(found) == []
    with pytest.raises(IllegalMove):
        recording.save_draft(deliberation=found, text=make.text(found), actor=world.clerk, at=at)
    confirmed = Event.objects.get(kind=Kind.RECORD_CONFIRMED)
    assert confirmed.payload["conclusion"] == "agreed"
    assert confirmed.payload["record"] == found.record.no
    recording.add(deliberation=found, text="4 月 2 日已全部换好。", actor=world.clerk, at=at)
    assert found.record.addenda.get().office.startswith("clerk@")


def test_every_act_leaves_one_ledger_row(world: World) -> None:
    deliberation = make.archived(world)
    assert events(deliberation) == [
        Kind.DELIBERATION_PREPARED,
        Kind.DELIBERATION_ANNOUNCED,
        Kind.ATTENDANCE_WRITTEN,
        Kind.DELIBERATION_OPENED,
        Kind.DELIBERATION_CLOSED,
        Kind.RECORD_WRITTEN,
        Kind.RECORD_WRITTEN,
        Kind.RECORD_SIGNED,
        Kind.RECORD_SIGNED,
        Kind.RECORD_CONFIRMED,
    ]


def test_nobody_signs_for_the_other_convener(world: World) -> None:
    deliberation = make.to_sign(world)
    first = deliberation.record.signatures.get(seat="first_convener")
    for role in (Role.SECOND_CONVENER, Role.STAND_IN, Role.TOWN_OFFICE, Role.CLERK):
        with pytest.raises(Denied):
            signing.sign(signature=first, actor=world.actor(role), at=deliberation.ended_at or MONDAY)


@pytest.mark.parametrize("role", [Role.STAND_IN, Role.TOWN_OFFICE])
def test_the_stand_in_or_the_town_signs_once_time_is_over(world: World, role: Role) -> None:
    deliberation = make.to_sign(world)
    late = (deliberation.ended_at or MONDAY) + timedelta(days=7)
    for signature in deliberation.record.signatures.all():
        signing.sign(signature=signature, actor=world.actor(role), at=late)
    assert again(deliberation).state == DeliberationState.ARCHIVED
    assert set(deliberation.record.signatures.values_list("way", flat=True)) == {SignatureWay.STAND_IN.value}


def test_a_link_signs_once_and_dies_with_the_conveners_time(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    second = deliberation.record.signatures.get(seat="second_convener")
    token = signing.new_token(second)
    second.refresh_from_db()
    assert token not in second.token_hash
    assert queries.signature_by_token(token, at) == second
    assert queries.signature_by_token(token, at + timedelta(days=8)) is None
    signing.sign_by_link(signature=second, at=at)
    assert queries.signature_by_token(token, at) is None
    with pytest.raises(IllegalMove):
        signing.sign_by_link(signature=second, at=at)
    second.refresh_from_db()
    assert (second.way, second.signer) == (SignatureWay.LINK, "许委员")
    signed = Entry.objects.filter(event=Kind.RECORD_SIGNED.value).latest("pk")
    assert second.person is not None
    assert Pseudonym.objects.get(value=signed.pseudonym).key == f"account:{second.person.account_id}"


def test_the_clerk_notes_a_signature_on_paper_with_its_day(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    first = deliberation.record.signatures.get(seat="first_convener")
    with pytest.raises(Blocked) as blocked:
        signing.mark_paper(
            signature=first, signed_at=at - timedelta(days=2), paper=make.sheet(), actor=world.clerk, at=at
        )
    assert codes(blocked) == {"signature_day_wrong"}
    with pytest.raises(Blocked) as blocked:
        signing.mark_paper(signature=first, signed_at=at, paper=None, actor=world.clerk, at=at)
    assert codes(blocked) == {"signed_paper_missing"}
    signing.mark_paper(signature=first, signed_at=at, paper=make.sheet(), actor=world.clerk, at=at)
    first.refresh_from_db()
    assert first.way == SignatureWay.PAPER


def test_taking_back_drops_the_signatures_given(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    first = deliberation.record.signatures.get(seat="first_convener")
    signing.sign(signature=first, actor=world.actor(Role.FIRST_CONVENER), at=at)
    recording.take_back(deliberation=deliberation, actor=world.clerk, at=at)
    assert not deliberation.record.signatures.exists()
    assert running(deliberation) == [("deliberations.record_room_days", "clerk")]


def test_no_agreement_is_an_end_with_a_path(world: World) -> None:
    without: dict[str, Any] = {
        "conclusion": Conclusion.NO_AGREEMENT,
        "dissent": "一楼不同意，已当面解释。",
        "measures": [],
    }
    first = make.archived(world, MONDAY, **without)
    world.topic.refresh_from_db()
    assert world.topic.state == TopicState.UNSOLVED
    assert queries.path_after(first, date(2026, 3, 9)) == NextPath.AGAIN
    second = make.archived(
        world,
        MONDAY + timedelta(days=28),
        **without,
    )
    assert queries.path_after(second, date(2026, 4, 9)) == NextPath.UP
    world.topic.is_statutory = second.topic.is_statutory = True
    assert queries.path_after(second, date(2026, 4, 9)) == NextPath.STATUTORY


def test_a_statutory_matter_only_ends_as_a_proposal() -> None:
    world = make_world(is_statutory=True)
    deliberation = make.reviewed(make.prepared(world))
    with pytest.raises(Blocked) as blocked:
        announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {"route_missing"}
    done = make.archived(make_world_again(world, deliberation), statutory_route="community")
    assert Event.objects.get(kind=Kind.RECORD_CONFIRMED).payload["route"] == "community"
    assert done.statutory_route == "community"


def make_world_again(world: World, deliberation: Deliberation) -> World:
    """The same world without its first plan."""
    announcing.cancel(deliberation=deliberation, reason="重来", actor=world.clerk, at=MONDAY)
    world.topic.is_statutory = False
    world.topic.save()
    return world


def talk(**changed: object) -> Talk:
    facts: dict[str, object] = {
        "held_at": MONDAY - timedelta(hours=12),
        "place": "三号楼前大树下",
        "subject_line": "楼道灯先换谁家门口",
        "people": 7,
        "said": "大家说晚上看不见。\n物业：周五前先换一楼的灯",
        "mode": Mode.STOOLS,
    }
    return Talk(**(facts | changed))  # type: ignore[arg-type]  # the words of the form


def test_an_any_time_talk_is_written_at_once(world: World) -> None:
    deliberation = any_time.write(room=world.room, talk=talk(), actor=world.clerk, at=MONDAY)
    record = deliberation.record
    assert deliberation.topic != world.topic
    assert deliberation.topic.title == "楼道灯先换谁家门口"
    assert deliberation.topic.state == TopicState.DELIBERATING
    assert deliberation.state == DeliberationState.TO_BE_CONFIRMED
    assert record.conclusion == Conclusion.AGREED
    assert [(row.doer_text, row.what) for row in record.measures.all()] == [("物业", "周五前先换一楼的灯")]
    assert [row.seat for row in record.signatures.all()] == ["first_convener"]
    assert running(deliberation) == [(queries.SIGN, "first_convener")]


def test_what_such_a_talk_is_about_may_have_to_stay_inside_at_first(world: World) -> None:
    said = "征地的补偿款大家不放心。\n村里：周五前把账目贴出来"
    inside = any_time.write(room=world.room, talk=talk(said=said), actor=world.clerk, at=MONDAY)
    usual = any_time.write(room=world.room, talk=talk(), actor=world.clerk, at=MONDAY)
    assert (inside.topic.scope, usual.topic.scope) == (Scope.INTERNAL.value, Scope.PUBLIC.value)


def test_the_first_convener_who_writes_it_down_has_signed(world: World) -> None:
    actor = world.actor(Role.FIRST_CONVENER)
    deliberation = any_time.write(
        room=world.room, talk=talk(said="大家都同意"), topic=world.topic, actor=actor, at=MONDAY
    )
    assert deliberation.state == DeliberationState.ARCHIVED
    assert deliberation.record.conclusion == Conclusion.OPINION_ONLY
    world.topic.refresh_from_db()
    assert world.topic.state == TopicState.AGREED


def test_an_any_time_talk_says_what_it_lacks(world: World) -> None:
    empty = talk(place="", subject_line="", people=0, said="", held_at=MONDAY + timedelta(days=1))
    with pytest.raises(Blocked) as blocked:
        any_time.write(room=world.room, talk=empty, actor=world.clerk, at=MONDAY)
    assert codes(blocked) == {
        "held_in_future",
        "place_missing",
        "subject_missing",
        "people_missing",
        "said_missing",
    }


def test_each_act_is_denied_to_the_neighbour_and_to_the_member(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    first = deliberation.record.signatures.get(seat="first_convener")
    for actor in (world.outsider, acting(Role.MEMBER, room_no=world.room.no)):
        acts = (
            lambda: make_prepare(world, actor),  # noqa: B023 — called in this round
            lambda: recording.take_back(deliberation=deliberation, actor=actor, at=at),  # noqa: B023
            lambda: signing.sign(signature=first, actor=actor, at=at),  # noqa: B023
            lambda: signing.send_link(signature=first, actor=actor, at=at),  # noqa: B023
            lambda: signing.mark_paper(signature=first, signed_at=at, paper=None, actor=actor, at=at),  # noqa: B023
            lambda: any_time.write(room=world.room, talk=talk(), actor=actor, at=at),  # noqa: B023
        )
        for act in acts:
            with pytest.raises(Denied):
                act()


def make_prepare(world: World, actor: object) -> None:
    preparing.prepare(
        topic=world.topic,
        draft=make.draft(),
        guests=[],
        actor=actor,  # type: ignore[arg-type]  # whoever is tried
        at=MONDAY,
    )


def test_under_embargo_nothing_reaches_the_room() -> None:
    world = make_world(desk_path=make.TOWN, desk_room_no="", is_embargoed=True)
    town = world.actor(Role.TOWN_OFFICE)
    with pytest.raises(Denied):
        make_prepare(world, world.clerk)
    deliberation = preparing.prepare(
        topic=world.topic, draft=make.draft(), guests=make.guests(world), actor=town, at=MONDAY
    )
    assert deliberation.scope == Scope.INTERNAL
    announcing.announce(deliberation=deliberation, actor=town, at=MONDAY)
    assert Deliberation.objects.staffed_by(world.clerk).count() == 0
    assert Deliberation.objects.visible_to(world.clerk).count() == 0
    assert not Clock.objects.running().exclude(room_no="").exists()
    assert Deliberation.objects.staffed_by(town).count() == 1


def test_people_are_asked_before_and_during_a_session_and_not_afterwards(world: World) -> None:
    deliberation = make.announced(world)
    with pytest.raises(Denied):
        asking.ask(deliberation=deliberation, actor=ANONYMOUS, at=MONDAY)
    poll = asking.ask(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert asking.ask(deliberation=deliberation, actor=world.clerk, at=MONDAY) == poll
    assert (poll.desk_room_no, poll.desk_path) == (deliberation.desk_room_no, deliberation.desk_path)


def test_nobody_is_asked_once_it_is_over(world: World) -> None:
    with pytest.raises(IllegalMove):
        asking.ask(deliberation=make.archived(world), actor=world.clerk, at=MONDAY)


def began_at(world: World, planned: datetime, pressed: datetime) -> datetime | None:
    """The hour that a session has whose beginning was pressed then."""
    deliberation = make.announced(world, held_at=planned)
    here = frozenset(deliberation.participants.values_list("pk", flat=True))
    meeting.write_attendance(
        deliberation=again(deliberation), attendance=Attendance(here), actor=world.clerk, at=pressed
    )
    meeting.open_session(deliberation=again(deliberation), actor=world.clerk, at=pressed)
    return again(deliberation).held_at


@pytest.mark.parametrize(
    ("pressed", "began"),
    [
        (datetime(2026, 3, 9, 19, 3, 42, tzinfo=ZONE), datetime(2026, 3, 9, 19, tzinfo=ZONE)),
        (datetime(2026, 3, 9, 18, 51, 7, tzinfo=ZONE), datetime(2026, 3, 9, 19, tzinfo=ZONE)),
        # announced for another day: the minute, not the second, at which somebody said so
        (datetime(2026, 3, 10, 9, 3, 42, tzinfo=ZONE), datetime(2026, 3, 10, 9, 3, tzinfo=ZONE)),
    ],
)
def test_the_hour_that_was_announced_stays(world: World, pressed: datetime, began: datetime) -> None:
    assert began_at(world, datetime(2026, 3, 9, 19, tzinfo=ZONE), pressed) == began


def test_it_ends_at_the_minute_it_was_closed_or_as_the_record_says(world: World) -> None:
    pressed = datetime(2026, 3, 9, 22, 40, 31, tzinfo=ZONE)
    deliberation = make.under_way(world)
    meeting.close(deliberation=again(deliberation), actor=world.clerk, at=pressed)
    found = again(deliberation)
    assert found.ended_at == pressed.replace(second=0)
    text = make.text(found, ended_at=datetime(2026, 3, 9, 20, 30, tzinfo=ZONE))
    recording.save_draft(deliberation=found, text=text, actor=world.clerk, at=pressed)
    assert again(found).ended_at == text.ended_at
    with translation.override("zh-hans"):
        assert showing.hours(again(found)).endswith("19:00—20:30")
    recording.save_draft(deliberation=again(found), text=make.text(found), actor=world.clerk, at=pressed)
    assert again(found).ended_at == text.ended_at, "a form without the hour leaves it as it stands"


def test_it_cannot_have_ended_in_the_future(world: World) -> None:
    deliberation = make.held(world)
    assert deliberation.ended_at is not None
    later = deliberation.ended_at + timedelta(hours=2)
    text = make.text(deliberation, ended_at=later)
    recording.save_draft(deliberation=deliberation, text=text, actor=world.clerk, at=deliberation.ended_at)
    found = again(deliberation)
    unmet = recording.record_gaps(found, found.record, deliberation.ended_at)
    assert "ended_in_future" in {item.code for item in unmet}
    assert "ended_in_future" not in {item.code for item in recording.record_gaps(found, found.record, later)}


@pytest.mark.parametrize(
    ("until", "day"), [(time(20, 30), 9), (time(0, 30), 10)], ids=["the same evening", "past midnight"]
)
def test_an_hour_that_was_typed_is_of_the_evening_or_of_the_night_after(until: time, day: int) -> None:
    began = datetime(2026, 3, 9, 19, tzinfo=ZONE)
    assert rules.end_of(began, until) == datetime.combine(date(2026, 3, day), until, ZONE)


@pytest.mark.parametrize(
    ("began", "until", "wrong"),
    [
        (time(19, 42), time(20, 30), False),
        (time(19, 42), time(0, 30), False),
        (time(19, 42), time(16, 10), True),
        (time(9), time(8, 30), True),
    ],
)
def test_an_hour_before_it_began_is_no_hour_of_the_next_day(began: time, until: time, wrong: bool) -> None:
    held_at = datetime.combine(date(2026, 3, 9), began, ZONE)
    assert rules.ends_before_it_begins(held_at, rules.end_of(held_at, until)) is wrong


def test_an_end_before_the_beginning_is_said_in_its_own_words(world: World) -> None:
    found = make.held(world)
    held_at = found.held_at or MONDAY
    early = rules.end_of(held_at, (timezone.localtime(held_at) - timedelta(hours=2)).time())
    recording.save_draft(
        deliberation=found, text=make.text(found, ended_at=early), actor=world.clerk, at=held_at
    )
    for at in (held_at + timedelta(hours=2), held_at + timedelta(days=3)):
        found = again(found)
        said = {item.code for item in recording.record_gaps(found, found.record, at)}
        assert "ended_before_start" in said
        assert "ended_in_future" not in said


def test_what_is_taken_back_says_so_in_the_history(world: World) -> None:
    found = make.to_sign(world)
    recording.take_back(deliberation=found, actor=world.clerk, at=found.ended_at or MONDAY)
    assert showing.detail(history(found.subject)[0]) == "取回来改"


def test_what_was_taken_back_before_rows_said_so_is_no_draft(world: World) -> None:
    """Rows of the ledger are never written anew: those of the first version are read for what they are."""
    found = make.to_sign(world)
    recording.take_back(deliberation=found, actor=world.clerk, at=found.ended_at or MONDAY)
    old = history(found.subject)[0]
    assert showing.detail(replace(old, content={"draft": True})) == "取回来改"
    recording.save_draft(
        deliberation=found, text=make.text(found), actor=world.clerk, at=found.ended_at or MONDAY
    )
    assert showing.detail(history(found.subject)[0]) == "草稿"

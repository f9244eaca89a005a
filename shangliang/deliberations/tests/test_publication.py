"""Announcements and records on their way to the public and down again, while the session itself goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import give, make_user
from shangliang.clocks.models import Clock
from shangliang.deliberations import showing
from shangliang.deliberations.actions import announcing, meeting, preparing, recording, signing
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import COUNTY, MONDAY, TOWN, World, again, make_world
from shangliang.desks.actions import publication
from shangliang.events.tasks import react
from shangliang.kit import clock

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)
COVER = ("access.cover_confirm_days", "town_office")


@pytest.fixture
def world() -> World:
    return make_world()


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def page(client: Client, path: str, at: datetime = LATER) -> str:
    with clock.at(at):
        return client.get(path).content.decode()


def desk(deliberation: Deliberation, *more: str) -> str:
    return "/".join(["/desk/deliberations", deliberation.no, *more])


def waits(deliberation: Deliberation) -> set[tuple[str, str]]:
    """Every clock of the session, with whoever holds it."""
    return set(Clock.objects.running().of(deliberation.subject).values_list("rule", "role"))


def sent(world: World, at: datetime = MONDAY) -> Deliberation:
    """Its announcement lies with the reviewer."""
    deliberation = make.prepared(world, at)
    announcing.send_to_review(deliberation=deliberation, actor=world.clerk, at=at)
    return again(deliberation)


def covered(deliberation: Deliberation, at: datetime = LATER) -> Deliberation:
    """Somebody has found something amiss in the announcement."""
    post = again(deliberation)
    publication.cover(
        post=post, reason="地点写错了", actor=make.acting(Role.TOWN_OFFICE, area_path=TOWN), at=at
    )
    return post


def test_while_the_reviewer_looks_it_is_the_reviewers_turn(world: World) -> None:
    shown = page(client_of("clerk"), desk(sent(world)))
    assert "等审核人看过预告" in shown
    assert "谁来办：联络员" not in " ".join(shown.split())
    assert "谁来办：正东路街道政协工委" in " ".join(shown.split())


def test_a_session_that_is_called_off_leaves_the_reviewers_list(world: World) -> None:
    deliberation = sent(world)
    assert waits(deliberation) == {("topics.prepare_days", "clerk"), ("access.review_days", "town_office")}
    assert deliberation.subject_line in page(client_of("town"), "/desk/review")
    announcing.cancel(deliberation=deliberation, reason="已经修好", actor=world.clerk, at=LATER)
    assert waits(deliberation) == set()
    assert again(deliberation).release == Release.UNRELEASED
    assert deliberation.subject_line not in page(client_of("town"), "/desk/review")


def _postpone(world: World, deliberation: Deliberation, at: datetime) -> None:
    announcing.postpone(deliberation=deliberation, reason="下雨", actor=world.clerk, at=at)


def _cancel(world: World, deliberation: Deliberation, at: datetime) -> None:
    announcing.cancel(deliberation=deliberation, reason="下雨", actor=world.clerk, at=at)


def _announce_inside(world: World, deliberation: Deliberation, at: datetime) -> None:
    """Postponed, kept to those who come, and told to them."""
    _postpone(world, deliberation, at)
    draft = make.draft(at, scope=Scope.PARTICIPANTS)
    preparing.change(deliberation=again(deliberation), draft=draft, actor=world.clerk, at=at)
    announcing.announce(deliberation=again(deliberation), actor=world.clerk, at=at)


def _send(world: World, deliberation: Deliberation, at: datetime) -> None:
    recording.save_draft(deliberation=deliberation, text=make.text(deliberation), actor=world.clerk, at=at)
    signing.send(deliberation=again(deliberation), actor=world.clerk, at=at)


def _close(world: World, deliberation: Deliberation, at: datetime) -> None:
    meeting.close(deliberation=deliberation, actor=world.clerk, at=at)


def _take_back(world: World, deliberation: Deliberation, at: datetime) -> None:
    recording.take_back(deliberation=deliberation, actor=world.clerk, at=at)


def _confirm(world: World, deliberation: Deliberation, at: datetime) -> None:
    for signature in deliberation.record.signatures.all():
        signing.sign(signature=signature, actor=world.actor(Role(signature.seat)), at=at)


RECORDS, SIGNS = ("deliberations.record_room_days", "clerk"), ("deliberations.sign_days", "first_convener")


@pytest.mark.parametrize(
    ("begin", "act", "own"),
    [
        (make.announced, _postpone, {("topics.prepare_days", "clerk")}),
        (make.announced, _cancel, set()),
        (make.announced, _announce_inside, {RECORDS}),
        (make.under_way, _close, {RECORDS}),
        (make.held, _send, {SIGNS}),
        (make.to_sign, _take_back, {RECORDS}),
        (make.to_sign, _confirm, set()),
    ],
)
def test_a_cover_up_is_judged_whatever_becomes_of_the_session(
    world: World,
    begin: Callable[[World], Deliberation],
    act: Callable[[World, Deliberation, datetime], None],
    own: set[tuple[str, str]],
) -> None:
    deliberation = begin(world)
    at = (deliberation.ended_at or deliberation.held_at or MONDAY) + timedelta(hours=1)
    at = LATER if begin is make.announced else at
    covered(deliberation, at)
    act(world, again(deliberation), at)
    assert waits(deliberation) == {COVER, *own}
    assert deliberation.subject_line in page(client_of("town"), "/desk/review", at)


def test_what_is_taken_down_for_good_keeps_its_tombstone(world: World) -> None:
    deliberation = covered(make.announced(world))
    publication.confirm_cover(post=deliberation, actor=world.actor(Role.TOWN_OFFICE), at=LATER)
    with clock.at(LATER):
        answer = Client().get(f"/d/{deliberation.no}")
    assert answer.status_code == 410
    assert "地点写错了" in answer.content.decode()
    assert waits(deliberation) == {RECORDS}


MAY_COVER = (
    Role.CLERK,
    Role.FIRST_CONVENER,
    Role.SECOND_CONVENER,
    Role.REVIEWER,
    Role.TOWN_OFFICE,
    Role.DISTRICT_OFFICE,
    Role.CITY_OFFICE,
)
READERS = {**dict.fromkeys(MAY_COVER, True), Role.STAND_IN: False}


@pytest.mark.parametrize(("role", "is_offered"), READERS.items(), ids=str)
def test_taking_down_is_offered_to_whoever_the_table_allows(
    world: World, role: Role, is_offered: bool
) -> None:
    deliberation = make.archived(world)
    Record.objects.update(release=Release.RELEASED.value)
    areas = {Role.TOWN_OFFICE: TOWN, Role.DISTRICT_OFFICE: COUNTY, Role.CITY_OFFICE: "32/3211/"}
    room_no = "" if role in areas else world.room.no
    give(make_user("somebody"), role, area_path=areas.get(role, ""), room_no=room_no)
    shown = page(client_of("somebody"), desk(deliberation), MONDAY + timedelta(days=9))
    for words, address in (("撤下公开的预告", "do/cover"), ("撤下公开的记录", "record/do/cover")):
        assert (words in shown) is is_offered, words
        assert (f'action="{desk(deliberation, address)}"' in shown) is is_offered


def test_an_announcement_that_nobody_can_read_yet_is_not_taken_down(world: World) -> None:
    deliberation = make.reviewed(make.prepared(world))
    assert "撤下公开的预告" not in page(client_of("clerk"), desk(deliberation))
    announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert "撤下公开的预告" in page(client_of("clerk"), desk(deliberation))


def test_what_the_main_button_does_is_not_missing_above_it(world: World) -> None:
    deliberation = make.prepared(world)
    shown = page(client_of("clerk"), desk(deliberation))
    assert f'action="{desk(deliberation, "do/review")}"' in shown
    assert "预告还没有审核" not in shown
    Deliberation.objects.filter(pk=deliberation.pk).update(place="")
    shown = page(client_of("clerk"), desk(deliberation))
    assert "办这一步之前，还要补上" in shown, "the rest still is"


def test_whom_no_message_reaches_is_counted_once_the_messages_are_written(world: World) -> None:
    deliberation = make.announced(world)
    shown = page(client_of("clerk"), desk(deliberation))
    assert "通知还没有发完" in shown
    assert "位要打电话或者送信" not in shown
    react()
    shown = page(client_of("clerk"), desk(deliberation))
    assert "通知还没有发完" not in shown
    assert "位要打电话或者送信" in shown


def test_a_record_that_is_not_public_is_not_taken_down(world: World) -> None:
    deliberation, at = make.archived(world), MONDAY + timedelta(days=9)
    assert "撤下公开的记录" not in page(client_of("clerk"), desk(deliberation), at)
    with clock.at(at):
        answer = client_of("clerk").post(
            desk(deliberation, "record", "do", "cover"), {"reason": "有姓名"}, follow=True
        )
    assert "这一步已经办过，或者现在还不能办" in answer.content.decode()
    assert Record.objects.get().release == Release.IN_REVIEW


def test_what_an_announcement_waits_for_stands_on_its_page(world: World) -> None:
    """Not reviewed, in review, taken down for now, taken down for good: each in words of its own."""
    clerk, words = client_of("clerk"), {}
    deliberation = sent(world)
    words["in review"] = page(clerk, desk(deliberation))
    publication.release(post=deliberation, actor=world.actor(Role.TOWN_OFFICE), at=LATER)
    covered(deliberation)
    words["covered"] = page(clerk, desk(deliberation))
    publication.confirm_cover(post=again(deliberation), actor=world.actor(Role.TOWN_OFFICE), at=LATER)
    words["taken down"] = page(clerk, desk(deliberation))
    assert "预告正在审核，通过后再发布。" in words["in review"]
    assert "公开的预告已被撤下，正等审核的人确认或者恢复。" in words["covered"]
    assert "公开的预告已被撤下。请先改里面的文字，再送审。" in words["taken down"]
    assert f'href="{desk(deliberation, "plan")}#plan_agenda"' in words["taken down"]
    for shown in words.values():
        assert "请先送审，审核通过后再发布" not in shown


def test_other_words_lead_an_announcement_out_again_that_was_taken_down(world: World) -> None:
    deliberation = covered(sent_and_released(world))
    publication.confirm_cover(post=deliberation, actor=world.actor(Role.TOWN_OFFICE), at=LATER)
    draft = make.draft(subject_line="楼道灯由谁来修")
    preparing.change(deliberation=again(deliberation), draft=draft, actor=world.clerk, at=LATER)
    announcing.send_to_review(deliberation=again(deliberation), actor=world.clerk, at=LATER)
    publication.release(post=again(deliberation), actor=world.actor(Role.TOWN_OFFICE), at=LATER)
    announcing.announce(deliberation=again(deliberation), actor=world.clerk, at=LATER)


def sent_and_released(world: World) -> Deliberation:
    deliberation = sent(world)
    publication.release(post=deliberation, actor=world.actor(Role.TOWN_OFFICE), at=MONDAY)
    return again(deliberation)


def test_what_lacks_before_review_is_said_at_its_own_place_and_nowhere_else(world: World) -> None:
    """Pressed by the runner with too little time and no reason for it."""
    deliberation = make.prepared(world, held_at=MONDAY + timedelta(days=2))
    with clock.at(LATER):
        answer = client_of("clerk").post(desk(deliberation, "do", "review"))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "请改个时间；实在来不及的，写明紧急的理由。" in shown
    assert f'href="{desk(deliberation, "plan")}#plan_held_at"' in shown
    assert "还没有审核" not in shown, "one is just sending it"
    assert "请填写这一项" not in shown
    assert "aria-invalid" not in shown, "no field of another form is marked"
    assert again(deliberation).release == Release.UNRELEASED


def test_a_returned_announcement_says_why_until_it_is_sent_again(world: World) -> None:
    deliberation, clerk = sent(world), client_of("clerk")
    publication.hold_back(
        post=deliberation, reason="请写明在广场哪一边", actor=world.actor(Role.TOWN_OFFICE), at=LATER
    )
    shown = page(clerk, desk(deliberation))
    assert "协商预告：审核退回修改" in shown
    assert "请写明在广场哪一边" in shown
    assert "· 3月3日 09:00" in " ".join(shown.split()), "by whom, and when"
    assert "照退回的理由改好，再送审" in shown
    draft = make.draft(subject_line="楼道灯由谁来修")
    preparing.change(deliberation=again(deliberation), draft=draft, actor=world.clerk, at=LATER)
    assert "请写明在广场哪一边" in page(clerk, desk(deliberation)), "changed, but not sent again"
    announcing.send_to_review(deliberation=again(deliberation), actor=world.clerk, at=LATER)
    assert "请写明在广场哪一边" not in page(clerk, desk(deliberation))


def test_a_returned_record_says_why(world: World) -> None:
    deliberation, at = make.archived(world), MONDAY + timedelta(days=9)
    record = Record.objects.get()
    publication.hold_back(post=record, reason="第二段有人名", actor=world.actor(Role.TOWN_OFFICE), at=at)
    shown = page(client_of("clerk"), desk(deliberation), at)
    assert "协商记录：审核退回修改" in shown
    assert "第二段有人名" in shown


def test_let_through_is_not_called_public_before_it_is_announced(world: World) -> None:
    deliberation, town = sent(world), client_of("town")
    assert f'<a href="{desk(deliberation)}">' in page(town, "/desk/review"), "its title leads to it"
    with clock.at(LATER):
        answer = town.post(f"/desk/review/deliberation/{deliberation.no}/release", follow=True)
    assert "审核已通过。联络员按“发布预告”，大家才看得到。" in answer.content.decode()
    assert "已公开。" not in answer.content.decode()
    assert Client().get(f"/d/{deliberation.no}").status_code == 404
    clerk = client_of("clerk")
    assert "审核通过" in page(clerk, desk(deliberation))
    held = showing.when(deliberation.held_at)
    assert f"发布预告：{held}商量" in page(clerk, "/desk?when=later") + page(clerk, "/desk")

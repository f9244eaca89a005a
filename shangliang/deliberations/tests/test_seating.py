"""Seats that are drawn by lot: one draw for a deliberation, and its panel on the list of guests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from shangliang.access.actor import SYSTEM
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant as GrantRow
from shangliang.accounts.models import User
from shangliang.deliberations.actions import announcing, seating
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import Seat
from shangliang.deliberations.tests.factories import MONDAY, again, announced, archived, make_world, prepared
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.states import IllegalMove
from shangliang.sortition import rules, tasks
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.actions.volunteering import Entry
from shangliang.sortition.models import Draw
from shangliang.sortition.states import SeedWay

pytestmark = pytest.mark.django_db


def drawn(draw: Draw, size: int = 3) -> list[int]:
    """The panel of a draw with six volunteers, all of whom come."""
    features = rules.read_categories("性别：男、女")
    draws.set_up(draw=draw, size=size, features=features, actor=SYSTEM, at=MONDAY)
    for number in range(6):
        values = {"性别": "男" if number % 2 else "女"}
        entry = Entry(f"编的{number}", values, phone=f"1390000{number:04d}")
        volunteering.enter(draw=draw, entry=entry, actor=SYSTEM, at=MONDAY)
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=MONDAY)
    tasks.fix(str(lottery.pk))
    panel = drawing.pick(lottery=lottery, seed="1", way=SeedWay.BALLS, actor=SYSTEM, at=MONDAY)
    for number in panel:
        row = draw.volunteers.get(number=number)
        drawing.reply(volunteer=row, comes=True, actor=SYSTEM, at=MONDAY)
    draws.settle(draw=draw, actor=SYSTEM, at=MONDAY)
    while react(MONDAY):
        pass
    assert not Failure.objects.exists()
    return panel


def test_a_deliberation_has_one_draw_and_only_its_own_desk_makes_it() -> None:
    world = make_world()
    deliberation = prepared(world)
    with pytest.raises(Denied):
        seating.draw_for(deliberation=deliberation, actor=world.outsider, at=MONDAY)
    draw = seating.draw_for(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    assert seating.draw_for(deliberation=deliberation, actor=world.clerk, at=MONDAY) == draw
    assert draw.origin == f"/desk/deliberations/{deliberation.no}"


def test_nobody_is_drawn_once_a_session_is_over() -> None:
    world = make_world()
    with pytest.raises(IllegalMove):
        seating.draw_for(deliberation=archived(world), actor=world.clerk, at=MONDAY)


def test_a_draw_ends_with_its_session() -> None:
    world = make_world()
    deliberation = announced(world)
    draw = seating.draw_for(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    features = rules.read_categories("性别：男、女")
    draws.set_up(draw=draw, size=2, features=features, actor=SYSTEM, at=MONDAY)
    for number in range(4):
        entry = Entry(f"编的{number}", {"性别": "男"})
        volunteering.enter(draw=draw, entry=entry, actor=SYSTEM, at=MONDAY)
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=MONDAY)
    announcing.cancel(deliberation=again(deliberation), reason="已经解决", actor=world.clerk, at=MONDAY)
    while react(MONDAY):
        pass
    assert not Failure.objects.exists()
    lottery.refresh_from_db()
    draw.refresh_from_db()
    assert (draw.state, draw.reason) == ("cancelled", "已经解决")
    assert (lottery.state, lottery.reason) == ("taken_back", "已经解决")


def test_the_panel_is_on_the_list_and_hears_of_changes() -> None:
    world = make_world()
    deliberation = announced(world)
    draw = seating.draw_for(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    panel = drawn(draw)
    rows = list(deliberation.participants.exclude(ref=""))
    assert len(rows) == len(panel) == 3
    assert {row.seat for row in rows} == {Seat.RESIDENT}
    assert {row.name for row in rows} == {row.name for row in draw.volunteers.filter(number__in=panel)}
    assert seating.seat_panel(draw=draw, at=MONDAY) == 0  # safe to repeat
    Deliberation.objects.update(draw=None)
    assert seating.seat_panel(draw=draw, at=MONDAY) == 0, "a draw for something else seats nobody here"
    Deliberation.objects.filter(pk=deliberation.pk).update(draw=draw)
    announcing.postpone(
        deliberation=again(deliberation),
        reason="下雨",
        actor=world.actor(Role.CLERK),
        at=MONDAY + timedelta(hours=1),
    )
    while react(MONDAY + timedelta(hours=1)):
        pass
    told = Message.objects.filter(recipient__ref__startswith="volunteer:", kind="deliberation.postponed")
    assert {row.recipient.ref for row in told} == {row.ref for row in rows}


def test_who_is_drawn_reads_when_and_where_once_that_is_announced_and_no_more_when_it_is_put_off() -> None:
    world = make_world()
    deliberation = prepared(world)
    draw = seating.draw_for(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    features = rules.read_categories("性别：男、女")
    draws.set_up(draw=draw, size=2, features=features, actor=SYSTEM, at=MONDAY)
    for number in range(4):
        entry = Entry(f"编的{number}", {"性别": "男" if number % 2 else "女"}, home=f"{number}幢")
        volunteering.enter(draw=draw, entry=entry, actor=SYSTEM, at=MONDAY)
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=MONDAY)
    tasks.fix(str(lottery.pk))
    (first, *_others) = drawing.pick(lottery=lottery, seed="1", way=SeedWay.BALLS, actor=SYSTEM, at=MONDAY)
    own = draw.volunteers.get(number=first).own_path
    desk = Client()
    user = User.objects.create(username="who-keeps-the-draw", display_name="王芳")
    GrantRow.objects.create(
        user=user, role=Role.CLERK.value, room_no=deliberation.room.no, from_on=MONDAY.date()
    )
    desk.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def read() -> list[str]:
        letters = f"/desk/draws/{draw.key}/letters"
        return [who.get(page).content.decode() for who, page in ((Client(), own), (desk, letters))]

    with clock.at(MONDAY):
        page, letter = read()
        assert "时间、地点定了就写在这一页" in page
        assert "时间、地点还没有定" in letter
        assert "要打电话或者送信" in desk.get(f"/desk/draws/{draw.key}").content.decode()
        Deliberation.objects.filter(pk=deliberation.pk).update(
            state="announced", held_at=MONDAY + timedelta(days=9), place="党群服务中心二楼"
        )
        seating.date_draw(deliberation=again(deliberation))
        for text in read():
            assert "时间：2026年3月11日" in text
            assert "地点：党群服务中心二楼" in text
        announcing.postpone(deliberation=again(deliberation), reason="下雨", actor=world.clerk, at=MONDAY)
        while react(MONDAY):
            pass
        assert not Failure.objects.exists()
        assert "党群服务中心二楼" not in "".join(read()), "there is no day any more"

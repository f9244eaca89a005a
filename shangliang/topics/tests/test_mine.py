"""A member sees what became of every topic that they recommended, and of nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.kit import clock
from shangliang.topics.actions import screening
from shangliang.topics.actions.intake import Received
from shangliang.topics.models import Topic
from shangliang.topics.states import Channel, Exclusion
from shangliang.topics.tests.factories import (
    COUNTY,
    NOW,
    ROOM_NO,
    Cast,
    Places,
    acceptance,
    raised,
    signed_in,
)

pytestmark = pytest.mark.django_db
PAGE = "/desk/mine"


def member(client: Client) -> User:
    signed_in(client, Role.MEMBER, area_path=COUNTY)
    return User.objects.get(pk=client.session["_auth_user_id"])


def recommended(village: Places, user: User, text: str, **more: object) -> Received:
    actor = actor_for(user, clock.local_day(NOW))
    return raised(village.room, text, channel=Channel.MEMBER, actor=actor, **more)  # type: ignore[arg-type]


def page(client: Client) -> str:
    with clock.at(NOW):
        answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_step_and_what_is_next(client: Client, village: Places, people: Cast) -> None:
    user = member(client)
    made = recommended(village, user, "小区里充电桩太少").submission
    assert "小区里充电桩太少" in page(client)
    assert "已收到" in page(client)
    topic = screening.accept(submission=made, acceptance=acceptance(), actor=people.clerk, at=NOW)
    shown = page(client)
    assert "了解情况" in shown
    assert village.room.name in shown
    assert f"/topics/{topic.no}" not in shown  # not public yet
    Topic.objects.filter(pk=topic.pk).update(release="released", scope="public")
    assert f"/topics/{topic.no}" in page(client)


def test_why_it_was_not_taken_up_stands_there(client: Client, village: Places, people: Cast) -> None:
    made = recommended(village, member(client), "邻居家的官司").submission
    screening.end(
        submission=made, exclusion=Exclusion.LITIGATION, words="请走诉讼。", actor=people.clerk, at=NOW
    )
    assert "请走诉讼。" in page(client)


def test_what_others_said_or_recommended_is_not_there(client: Client, village: Places, people: Cast) -> None:
    user = member(client)
    raised(village.room, "路灯坏了")
    raised(village.room, "别的委员的话", channel=Channel.MEMBER, actor=people.member)
    shown = page(client)
    assert "路灯坏了" not in shown
    assert "别的委员的话" not in shown
    assert "您还没有推荐过议题" in shown
    recommended(village, user, "自己的话")
    assert "自己的话" in page(client)


def test_whoever_recommends_nothing_has_no_such_page(client: Client, village: Places) -> None:
    assert client.get(PAGE).status_code == 302
    for role, where in ((Role.CLERK, {"room_no": ROOM_NO}), (Role.LEADER, {"area_path": COUNTY})):
        signed_in(client, role, **where)
        assert client.get(PAGE).status_code == 404


def test_of_what_concerns_cadres_it_names_nobody_who_has_it(client: Client, village: Places) -> None:
    recommended(village, member(client), "账目要公开", about_cadres=True)
    shown = page(client)
    assert "账目要公开" in shown
    assert "政协工委" not in shown


def test_it_costs_the_same_for_one_and_for_many(
    client: Client, village: Places, django_assert_max_num_queries: object
) -> None:
    user = member(client)
    for number in range(8):
        recommended(village, user, f"第{number}件事")
    with clock.at(NOW), django_assert_max_num_queries(11):  # type: ignore[operator]
        assert client.get(PAGE).status_code == 200


def test_a_grid_worker_sees_what_became_of_their_own_reports(
    client: Client, village: Places, people: Cast
) -> None:
    signed_in(client, Role.GRID_WORKER, room_no=ROOM_NO)
    user = User.objects.get(pk=client.session["_auth_user_id"])
    actor = actor_for(user, clock.local_day(NOW))
    made = raised(village.room, "井盖松了", channel=Channel.GRID, actor=actor).submission
    other = signed_in(Client(), Role.GRID_WORKER, room_no=ROOM_NO)
    raised(village.room, "别人报的事", channel=Channel.GRID, actor=actor_for(other, clock.local_day(NOW)))
    with clock.at(NOW):
        shown = client.get("/desk/reported").content.decode()
    assert "井盖松了" in shown
    assert "别人报的事" not in shown
    assert made.no in shown
    assert 'href="/desk/reported"' in client.get("/desk").content.decode(), "it stands in the menu"
    screening.end(
        submission=made, exclusion=Exclusion.LITIGATION, words="已转市政处。", actor=people.clerk, at=NOW
    )
    with clock.at(NOW):
        assert "已转市政处。" in client.get("/desk/reported").content.decode()


def test_who_reports_nothing_meets_no_such_page(client: Client, village: Places) -> None:
    signed_in(client, Role.DOER, unit_code="u-1")
    assert client.get("/desk/reported").status_code == 404
    assert Client().get("/desk/reported").status_code == 302

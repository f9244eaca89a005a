"""What a clerk presses and types, counted: no more than the design promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState
from shangliang.kit import clock
from shangliang.outcomes.tests.factories import cast
from shangliang.topics.actions import adoption, research
from shangliang.topics.models import Topic
from shangliang.topics.tests.factories import opened, raised
from tests.journeys.conftest import Place
from tests.journeys.steps import Axe, Hand, Steps, type_day

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]
Opener = Callable[..., Page]
SESSION_TYPED, SESSION_PRESSES = 10, 22
TALK_TYPED, TALK_PRESSES = 5, 4


def adopted(place: Place) -> Topic:
    """A matter of that room for which a session is to be prepared."""
    who, now = cast(), clock.now()
    topic = opened(raised(place.room, at=now).submission, who.clerk, at=now)
    research.visit(
        topic=topic, on=clock.today(), place="3号楼", found="二楼到五楼灯都不亮。", actor=who.clerk, at=now
    )
    adoption.hear_second(topic=topic, agrees=True, opinion="", actor=who.second, at=now)
    adoption.adopt(topic=topic, actor=who.first, at=now)
    return topic


def test_a_talk_under_a_tree(
    place: Place, person: Opener, worker: Callable[[], None], live_server: object, axe: Axe
) -> None:
    steps, clerk = Steps(str(live_server), axe), person("clerk", "phone")
    hand = Hand(clerk)
    steps.go(clerk, "/desk")
    clerk.get_by_role("link", name="记一次随时议").first.click()
    steps.fair(clerk)
    clerk.get_by_label("在哪里").fill("大槐树下")
    clerk.get_by_label("商量什么事").fill("井台边的路灯")
    clerk.get_by_label("来了几个人").fill("7")
    clerk.get_by_label("说了什么，谁来做什么").fill("物业：找13812345678，周五前把灯修好")
    clerk.get_by_role("button", name="记下来").click()  # somebody's number would be read by everybody
    steps.fair(clerk)
    expect(clerk.locator(".wrong-list")).to_be_visible()
    expect(clerk.get_by_label("在哪里")).to_have_value("大槐树下")
    clerk.get_by_label("说了什么，谁来做什么").fill("物业：周五前把灯修好")
    clerk.get_by_role("button", name="记下来").click()
    expect(clerk.get_by_text("记下了。")).to_be_visible()
    steps.fair(clerk)
    worker()
    assert Deliberation.objects.get().subject_line == "井台边的路灯"
    assert len(hand.typed) <= TALK_TYPED, hand.typed
    assert hand.presses <= TALK_PRESSES


def test_a_formal_session_of_twenty_five(
    place: Place, person: Opener, worker: Callable[[], None], live_server: object, axe: Axe
) -> None:
    """From the topic to the record at the conveners', those told who have to be told: as the pages offer it."""
    steps, clerk = Steps(str(live_server), axe), person("clerk")
    topic = adopted(place)
    worker()
    reviewer = person("town")
    steps.release_all(reviewer)
    hand = Hand(clerk)
    steps.go(clerk, f"/desk/topics/{topic.no}")
    clerk.get_by_role("link", name="准备协商").first.click()
    expect(clerk.get_by_role("heading", name="筹备一场协商")).to_be_visible()
    at = timezone.localtime(clock.now() + timedelta(days=8))
    type_day(clerk, "held_at", at)
    clerk.get_by_role("textbox", name="几点").fill(at.strftime("%H:%M"))
    clerk.get_by_label("在哪里").fill("社区活动室")
    clerk.get_by_label("议程").fill("物业说明情况\n居民提意见\n商定怎么修")
    clerk.get_by_label("材料已经发给大家").check()
    clerk.locator("[name=others]").fill("利益相关方：张兰\n群众代表：赵强")
    clerk.get_by_role("button", name="保存，进入筹备").click()
    clerk.get_by_role("button", name="送审").click()
    expect(clerk.get_by_text("已送审")).to_be_visible()
    steps.release_all(reviewer)
    worker()
    hand.open(clerk)
    clerk.get_by_role("button", name="发布预告").click()
    worker()

    clerk.reload()
    clerk.get_by_role("link", name="谁告诉到了").click()
    expect(clerk.get_by_label("赵强")).not_to_be_checked()
    clerk.get_by_role("button", name="要告诉的 2 位都告诉到了").click()  # after ringing them
    expect(clerk.get_by_text("记下了。")).to_be_visible()

    Deliberation.objects.update(held_at=clock.to_the_minute(clock.now()))  # the day has come
    hand.open(clerk)
    clerk.get_by_role("link", name="谁到了").first.click()
    clerk.get_by_label("名单上的都到了").check()
    expect(clerk.locator("[name=here]:checked")).to_have_count(clerk.locator("[name=here]").count())
    clerk.get_by_label("另外还来了几位群众").fill("21")
    clerk.get_by_role("button", name="写好了").click()
    clerk.get_by_role("button", name="开始商量").click()
    clerk.get_by_role("button", name="商量结束").click()
    clerk.locator("[name=said]").fill("物业说材料已到，居民要求每层都修。")
    clerk.get_by_label("商定了措施").check()
    clerk.get_by_label("做什么").first.fill("更换楼道灯")
    clerk.locator("select[name$='-unit']").first.select_option(index=1)
    due = timezone.localtime(clock.now() + timedelta(days=20))
    type_day(clerk, "-due_on", due)
    clerk.locator("[name$='-how_seen']").first.fill("每层灯都亮")
    clerk.locator("[name=effect]").fill("晚上上下楼看得见")
    clerk.locator("[name=was_read_back]").check()
    clerk.get_by_role("button", name="送召集人签字").click()
    expect(clerk.get_by_text("记录已送召集人签字")).to_be_visible()
    held = Deliberation.objects.get()
    assert held.state == DeliberationState.TO_BE_CONFIRMED
    assert held.residents_count >= 21
    assert len(hand.typed) <= SESSION_TYPED, hand.typed
    assert hand.presses <= SESSION_PRESSES

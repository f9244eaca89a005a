"""What a page says while something is typed or chosen: how much is left, which file it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from shangliang.deliberations.models import Deliberation
from shangliang.kit import clock
from shangliang.topics.tests.factories import photo_file
from tests.journeys.steps import Axe, type_day

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]


def test_a_photo_is_chosen_with_a_button_in_plain_words(
    open_page: Callable[..., Page], place: Any, live_server: object
) -> None:
    resident = open_page("phone")
    resident.goto(f"{live_server}/say?room=100001")
    button = resident.get_by_text("拍照 / 选照片")
    with resident.expect_file_chooser() as chooser:
        button.click()
    photo: FilePayload = {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": photo_file().read()}
    chooser.value.set_files([photo, photo])
    expect(resident.get_by_text("选了 2 个文件")).to_be_visible()
    resident.get_by_label("什么事").fill("三层的灯不亮")
    resident.get_by_role("button", name="提交，拿回执").click()
    expect(resident.get_by_role("heading", name="收到了，这是您的回执")).to_be_visible()


def test_without_a_script_the_browsers_own_button_stays(
    open_page: Callable[..., Page], place: Any, live_server: object
) -> None:
    resident = open_page("phone", javascript=False)
    resident.goto(f"{live_server}/say?room=100001")
    expect(resident.locator("input[type=file][name=photos]")).to_be_visible()
    expect(resident.get_by_text("拍照 / 选照片")).to_be_hidden()


def test_it_is_said_how_much_can_still_be_written(
    person: Callable[..., Page], place: Any, live_server: object
) -> None:
    clerk = person("clerk", "desktop")
    clerk.goto(f"{live_server}/desk/enter")
    room = clerk.get_by_label("具体地点")
    most = int(room.get_attribute("maxlength") or 0)
    room.fill("东门")
    left = clerk.locator(f"[data-for={room.get_attribute('id')}]")
    expect(left).to_be_hidden()
    room.fill("东" * (most - 3))
    expect(left).to_have_text("还可以写 3 个字")


def test_a_day_that_is_near_is_pressed_and_said_with_its_weekday(
    person: Callable[..., Page], place: Any, live_server: object, axe: Axe
) -> None:
    clerk = person("clerk", "phone")
    clerk.goto(f"{live_server}/desk/any-time")
    yesterday = clock.today() - timedelta(days=1)
    when = clerk.get_by_role("group", name="什么时候").last
    when.get_by_role("button", name="昨天").click()
    clerk.get_by_role("button", name="19:00").click()
    assert [clerk.get_by_label(part, exact=True).input_value() for part in ("年", "月", "日")] == [
        str(yesterday.year),
        str(yesterday.month),
        str(yesterday.day),
    ]
    expect(clerk.get_by_role("textbox", name="几点")).to_have_value("19:00")
    weekday = "一二三四五六日"[yesterday.weekday()]
    expect(when.get_by_role("status")).to_have_text(
        re.compile(f"{yesterday.month}月{yesterday.day}日星期{weekday}")
    )
    clerk.get_by_label("日", exact=True).fill("45")
    expect(when.get_by_role("status")).to_be_empty()
    assert axe(clerk) == []


def test_without_a_script_a_day_is_typed(
    open_page: Callable[..., Page], person: Callable[..., Page], place: Any, live_server: object
) -> None:
    signed_in = person("clerk", "phone")
    clerk = open_page("phone", javascript=False)
    for cookie in signed_in.context.cookies():
        clerk.context.add_cookies(
            [{"name": cookie["name"], "value": cookie["value"], "url": str(live_server)}]
        )
    clerk.goto(f"{live_server}/desk/any-time")
    expect(clerk.get_by_role("button", name="昨天")).to_be_hidden()
    yesterday = clock.today() - timedelta(days=1)
    type_day(clerk, "held_at", yesterday)
    clerk.get_by_role("textbox", name="几点").fill("19点")
    clerk.get_by_label("在哪里").fill("大槐树下")
    clerk.get_by_label("商量什么事").fill("井台边的路灯")
    clerk.get_by_label("来了几个人").fill("7")
    clerk.get_by_label("说了什么，谁来做什么").fill("物业：周五前把灯修好")
    clerk.get_by_role("button", name="记下来").click()
    held = Deliberation.objects.get().held_at
    assert held is not None
    assert timezone.localtime(held).strftime("%Y-%m-%d %H:%M") == f"{yesterday} 19:00"

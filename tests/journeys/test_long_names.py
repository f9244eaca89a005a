"""A room may have a long name and lie far away, a question be long: paper stays whole, pages as wide as the phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
from django.db import transaction
from playwright.sync_api import Page

from shangliang.access.actor import SYSTEM
from shangliang.access.desk import OnDesk
from shangliang.kit import clock
from shangliang.opinions.actions import polls
from shangliang.places.models import Room
from shangliang.sortition.tests.draws import make_draw
from shangliang.topics.tests.factories import opened, raised
from tests.journeys.conftest import Place

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]

NAME = "京口区大市口街道青云门社区居民委员会新时代文明实践站老旧小区改造专题协商民主议事室"
ADDRESS = (
    "京口区大市口街道青云门社区中山东路一百二十八号青云门新村第三小区四十三幢东侧党群服务中心二楼，从北门进"
    * 2
)
QUESTION = "老旧小区改造以后非机动车棚、充电桩和快递柜放在哪里、由谁来管、电费怎么收、消防怎么查，大家先说说看法，再一条一条表态，不记姓名，也不是表决，说错了也不要紧"[
    :80
]
ADDRESS_TYPED = "youshihaoshangliang.zhenjiang.gov.cn/join"
HOURS = "周一至周五 9:00-11:30、14:00-17:00，周六上午有人值班，法定节假日另行通知"


def sheets(page: Page) -> int:
    """How many sheets come out of the printer."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(("name", "address"), [("桃园社区协商议事室", "桃园路 1 号"), (NAME, ADDRESS[:120])])
def test_a_poster_is_one_sheet(
    person: Callable[..., Page], place: Place, live_server: object, name: str, address: str
) -> None:
    draw = make_draw(room=Room.objects.get(no="100001"))
    Room.objects.update(name=name, address=address, hours=HOURS)
    clerk = person("clerk", "desktop")
    for path in ("/r/100001/poster", f"/desk/draws/{draw.key}/poster"):
        clerk.goto(f"{live_server}{path}")
        assert clerk.locator(".poster").is_visible()
        assert sheets(clerk) == 1, path


def test_no_page_grows_wider_than_the_phone(
    person: Callable[..., Page], place: Place, live_server: object
) -> None:
    room = Room.objects.get(no="100001")
    opened(raised(room).submission, SYSTEM)
    Room.objects.update(name=NAME)
    clerk = person("clerk", "phone")
    clerk.goto(f"{live_server}/desk/topics")
    assert clerk.locator(".row > .row-note", has_text=NAME).is_visible()
    assert clerk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_codes_of_sixty_seats_stand_whole_on_six_sheets(
    person: Callable[..., Page], place: Place, live_server: object
) -> None:
    desk = cast(OnDesk, SimpleNamespace(desk_path="", desk_room_no="100001", is_embargoed=False))
    with transaction.atomic():
        poll = polls.prepare(desk=desk, question=QUESTION, actor=SYSTEM, at=clock.now())
    clerk = person("clerk", "desktop")
    clerk.goto(f"{live_server}/desk/polls/{poll.key}")
    form = clerk.locator("form[action$='/seats']")
    form.locator("input[name=count]").fill("60")
    form.get_by_role("button").click()
    clerk.locator(".seat-address").evaluate_all(
        f"all => all.forEach((one) => (one.textContent = '{ADDRESS_TYPED}'))"
    )
    clerk.emulate_media(media="print")
    slips = clerk.locator(".seat-slips li")
    assert slips.count() == 60
    inside = """all => all.every((slip) => {
      const [slipBox, code] = [slip, slip.querySelector(".seat-code")].map((one) => one.getBoundingClientRect());
      return slip.scrollHeight <= slip.clientHeight + 1 && code.bottom < slipBox.bottom && code.right < slipBox.right;
    })"""
    assert slips.evaluate_all(inside)
    assert sheets(clerk) == 6

"""Sixty people vote in one room while the wall shows the map: three in real browsers, the others by requests.

Behind the real server with its worker, which is killed in the middle: what was acknowledged is there afterwards.
"""

from __future__ import annotations

import html
import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.deployment import Deployment

PEOPLE, BROWSERS = 60, 3
SAID = (
    "夜里留出消防通道",
    "停车费由业主定",
    "外面的车一律不进",
    "草坪改成车位",
    "装两个充电桩",
    "路口装监控",
    "按楼栋分车位",
    "先试三个月",
)
pytestmark = [pytest.mark.journey, pytest.mark.slow]


class Phone:
    """Somebody in the room whose browser runs no scripts of ours: it only sends what the page's script would."""

    def __init__(self, base: str, address: str) -> None:
        self.base, self.key = base, urllib.parse.urlsplit(address).path.removeprefix("/join/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with self.opener.open(address, timeout=20) as answer:
            page = answer.read().decode()
        found = re.search(r'data-ticket="([^"]*)"', page)
        assert found, page[:2000]
        self.ticket = html.unescape(found.group(1))
        self.taken: dict[int, int] = {}

    def vote(self, votes: dict[int, int]) -> bool:
        """Whether the server has acknowledged them."""
        body = json.dumps({"votes": list(votes.items()), "ticket": self.ticket}).encode()
        request = urllib.request.Request(  # noqa: S310 — our own server
            f"{self.base}/join/{self.key}/votes", body, {"Content-Type": "application/json"}
        )
        try:
            with self.opener.open(request, timeout=20) as answer:
                answer.read()
        except (OSError, http.client.HTTPException):
            return False
        self.taken |= votes
        return True


def camp(number: int, statements: list[int], rng: Random) -> dict[int, int]:
    side = 1 if number % 2 else -1
    return {
        each: (1 if place == 0 else side * (1 if place % 2 else -1)) if rng.random() > 0.05 else 0
        for place, each in enumerate(statements)
    }


def test_sixty_people_vote_while_the_wall_shows_the_map(
    town: Deployment, open_page: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    # The clerk prepares a poll of their own, in the browser.
    clerk = town.enter(open_page("desktop"), "联络员")
    no = town.session_of_clerk("state='announced', poll=None")
    clerk.goto(f"{town.base}/desk/deliberations/{no}")
    clerk.get_by_role("button", name="准备几句话").click()
    clerk.locator("[name=texts]").fill("\n".join(SAID))
    clerk.get_by_role("button", name="加上这些话").click()
    expect(clerk.locator("main li", has_text=SAID[0])).to_be_visible()
    assert axe(clerk) == []
    clerk.get_by_role("button", name="开始征集看法").click()
    expect(clerk.get_by_role("button", name="结束征集")).to_be_visible()
    clerk.goto(f"{town.base}/screen/{no}")
    assert axe(clerk) == []
    key = clerk.url.split("/desk/polls/")[1].split("/")[0]
    statements: list[int] = json.loads(
        town.shell(
            f"from shangliang.opinions.models import Poll; import json;"
            f" print(json.dumps(list(Poll.objects.get(key='{key}').statements.order_by('pk').values_list('pk', flat=True))))"
        )
    )
    address = town.shell(
        f"from shangliang.opinions.models import Poll; from shangliang.opinions.views.keys import present_code;"
        f" from shangliang.kit import clock;"
        f" print('{town.base}/join/{key}?p=' + present_code(Poll.objects.get(key='{key}'), clock.now()))"
    )

    # Three in real browsers, one of them without scripts.
    for number in range(BROWSERS):
        page = open_page("phone", javascript=number > 0)
        page.goto(address)
        assert axe(page) == []
        for _ in statements:
            shown = page.locator(".statement").inner_text()
            side = "赞成" if shown == SAID[0] or number % 2 else "不赞成"
            page.locator(".ask").get_by_role("button", name=side, exact=True).click()
            if number:
                page.wait_for_function(
                    "shown => !document.querySelector('.ask form') || document.querySelector('.ask form').hidden"
                    " || document.querySelector('.statement').textContent !== shown",
                    arg=shown,
                )
        expect(page.get_by_text("都表过态了")).to_be_visible()

    # The others by requests, two halves with a kill in between.
    rng = Random(60)
    phones = [Phone(town.base, address) for _ in range(PEOPLE - BROWSERS)]
    opinions = [camp(number, statements, rng) for number in range(len(phones))]

    def first_half(pair: tuple[Phone, dict[int, int]]) -> None:
        phone, votes = pair
        for each in statements[:4]:
            phone.vote({each: votes[each]})

    with ThreadPoolExecutor(12) as room:
        running = [room.submit(first_half, pair) for pair in zip(phones, opinions, strict=True)]
        time.sleep(0.4)
        town.kill()
        for each in running:
            each.result()
    town.start()
    acknowledged = sum(len(phone.taken) for phone in phones)
    assert stored(town, key) >= acknowledged + BROWSERS * len(statements)

    for phone, votes in zip(phones, opinions, strict=True):
        for _ in range(20):  # as the page's script does: again until it is acknowledged
            if phone.vote(votes):
                break
            time.sleep(0.2)
        assert phone.taken == votes
    assert stored(town, key) == PEOPLE * len(statements)

    # The wall and the phones show the same: two groups, and the one thing all agree on.
    expect(clerk.locator(".wall-count b")).to_have_text(str(PEOPLE), timeout=30_000)
    drawn = clerk.locator(".wall-map").get_by_role("img", name=re.compile(f"^{PEOPLE} 人的看法图"))
    expect(drawn).to_be_visible(timeout=30_000)
    expect(clerk.locator("polygon.group")).to_have_count(2, timeout=30_000)
    assert axe(clerk) == []
    phone_page = open_page("phone")
    phone_page.goto(f"{town.base}/join/{key}/map")
    expect(phone_page.locator("h3", has_text="每一群都有一半以上赞成")).to_be_visible()
    assert SAID[0] in phone_page.locator(".opinion").inner_text()
    assert "大家都" not in phone_page.locator("main").inner_text()
    assert axe(phone_page) == []
    phone_page.get_by_role("button", name="大字").click()
    expect(phone_page.locator("html")).to_have_attribute("data-size", "large")
    assert axe(phone_page) == []


def stored(town: Deployment, key: str) -> int:
    found: Any = town.shell(
        f"from shangliang.opinions.models import Vote; print(Vote.objects.filter(poll__key='{key}').count())"
    )
    return int(found)

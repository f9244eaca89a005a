"""The ten presses of the README, pressed: one matter from the door to the yes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.steps import Steps

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

README = settings.PACKAGE.parent / "README.zh-Hans.md"


def test_a_matter_goes_from_the_door_to_the_yes_in_ten_presses(
    open_page: Callable[..., Page],
    person: Callable[..., Page],
    place: Any,
    worker: Callable[[], None],
    live_server: object,
    axe: Callable[[Page], list[str]],
) -> None:
    rows = re.findall(r"^\| (\d+) \| (群众|联络员) \| (.*) \|$", README.read_text(), re.MULTILINE)
    assert [int(number) for number, _who, _what in rows] == list(range(1, 11))
    said = [re.findall(r"“([^”]+)”", what) for _number, _who, what in rows]
    steps, resident, clerk = Steps(str(live_server), axe), open_page("phone"), person("clerk", "desktop")

    steps.go(resident, "/r/100001")
    resident.get_by_role("link", name=said[0][-1]).first.click()
    resident.get_by_label("什么事").fill(said[1][0])
    steps.press(resident, said[1][-1])
    slip = resident.url
    worker()

    steps.go(clerk, "/desk")
    expect(clerk.get_by_role("heading", name=said[3][0])).to_be_visible()
    clerk.locator("main a", has_text=said[1][0]).first.click()
    expect(clerk.get_by_role("heading", name=said[4][0])).to_be_visible()
    clerk.get_by_role("link", name=said[4][-1]).click()
    clerk.get_by_label("题目").fill("3号楼楼道灯修复")
    clerk.get_by_label("主题").select_option("old_estates")
    clerk.get_by_label("实事").check()
    clerk.get_by_role("button", name=said[5][-1]).click()
    clerk.locator("#answer textarea").fill(said[6][0])
    clerk.get_by_role("button", name=said[6][-1]).click()
    worker()

    steps.go(resident, slip)
    resident.get_by_role("link", name=said[7][-1]).first.click()
    for choice in said[8]:
        resident.get_by_label(choice, exact=True).check()
    resident.get_by_role("button", name=said[9][0]).click()
    worker()
    steps.go(resident, slip)
    expect(resident.locator("main").get_by_text(said[9][-1]).first).to_be_visible()

"""What a page says while something is typed or chosen: how much is left, which file it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from shangliang.topics.tests.factories import photo_file

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

"""The doors beside a resident's own telephone, and forms that are sent wrong and put right, in a filled town."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from playwright.sync_api import expect

from shangliang.accounts.models import User
from shangliang.deliberations.models import Deliberation, Record
from shangliang.desks.actions.undoing import columns
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.outcomes.models import Commitment, Outcome, Reply
from shangliang.outcomes.states import Closing, CommitmentState, OutcomeState
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import SubmissionState, TopicState
from tests.journeys.town import Town, work

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]


def newest() -> Submission:
    return Submission.objects.order_by("-pk")[0]


@pytest.mark.parametrize(
    ("part", "channel", "word"),
    [
        ("member", "member", "委员荐题"),
        ("grid_worker", "grid", "网格上报"),
        ("town_office", "government", "党政点题"),
    ],
)
def test_what_others_than_residents_raise_comes_to_the_clerk(
    everybody: Town, part: str, channel: str, word: str
) -> None:
    page = everybody.page(part)
    everybody.go(page, "/desk")
    page.get_by_role("link", name=word).first.click()
    expect(page.get_by_label("具体地点")).to_be_visible()
    everybody.fair(page)
    room = page.locator("select[name=room]")
    if room.count():
        room.select_option(label=Submission.objects.filter(room__no=everybody.room_no)[0].room.name)
    page.get_by_label("具体地点").fill("菜场东门")
    page.get_by_role("button", name="提交").click()  # without a word of what it is about
    everybody.fair(page)
    expect(page.locator(".wrong-list")).to_be_visible()
    expect(page.get_by_label("具体地点")).to_have_value("菜场东门")
    text = "菜场东门积水，下雨天没法走。"
    page.get_by_label(re.compile("什么事")).fill(text)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交。回执号")).to_be_visible()
    work()
    made = newest()
    assert (made.channel, made.text, made.room.no) == (channel, text, everybody.room_no)

    clerk = everybody.page("clerk")
    everybody.go(clerk, f"/desk/submissions/{made.no}")
    everybody.fair(clerk)
    expect(clerk.locator("main")).to_contain_text(made.get_channel_display())
    outsider = everybody.page("outsider").goto(f"{everybody.server}/desk/submissions/{made.no}")
    assert outsider is not None
    assert outsider.status == 404


def test_who_telephones_gets_a_slip_and_hears_by_its_number(everybody: Town) -> None:
    """代录; the slip is found again by its number, at the counter and on the caller's own telephone."""
    clerk = everybody.page("clerk")
    everybody.go(clerk, "/desk/enter")
    everybody.fair(clerk)
    clerk.locator("input[name=way]").and_(clerk.get_by_label("电话", exact=True)).check()
    clerk.get_by_role("button", name="提交，出回执").click()
    everybody.fair(clerk)
    expect(clerk.locator(".wrong-list")).to_be_visible()
    clerk.get_by_label(re.compile("什么事")).fill("老人活动室的暖气不热，坐不住。")
    clerk.get_by_role("button", name="提交，出回执").click()
    slip = "".join(filter(str.isdigit, clerk.locator(".slip-number").inner_text()))
    assert len(slip) == 12
    work()
    made = newest()

    everybody.go(clerk, "/desk/slips")
    clerk.get_by_label("回执号").fill("1234 5678 9012")
    clerk.get_by_role("button", name="查一查").click()
    expect(clerk.get_by_text("没有查到")).to_be_visible()
    clerk.get_by_label("回执号").fill(slip)
    clerk.get_by_role("button", name="查一查").click()
    expect(clerk).to_have_url(re.compile(f"/desk/submissions/{made.no}$"))
    expect(clerk.get_by_text("代录（电话）")).to_be_visible()

    caller = everybody.open_page("phone", javascript=False)
    everybody.go(caller, "/s")
    caller.get_by_label("回执号").fill(slip)
    caller.get_by_role("button", name="查一查").click()
    everybody.fair(caller)
    expect(caller.get_by_text("已收到").first).to_be_visible()
    assert "暖气" not in caller.content()  # the number alone shows where it stands, not what was said


def test_who_has_lost_the_slip_gets_another_at_the_counter(everybody: Town) -> None:
    """Neither number nor paper: found by the telephone's end, printed anew, and the lost square opens nothing."""
    resident = everybody.open_page("phone", javascript=False)
    everybody.go(resident, f"/say?room={everybody.room_no}")
    resident.get_by_label("什么事").fill("社区食堂门口的台阶太滑。")
    resident.get_by_label("电话").fill("13900007654")
    everybody.press(resident, "提交，拿回执")
    slip = resident.url
    expect(resident.locator("#messages")).to_be_visible()
    work()

    clerk = everybody.page("clerk")
    everybody.go(clerk, "/desk")
    clerk.get_by_role("link", name="查回执、补回执").click()  # 常用
    everybody.fair(clerk)
    clerk.get_by_label(re.compile("留的电话")).fill("7654")
    clerk.get_by_role("button", name="找一找").click()
    everybody.fair(clerk)
    expect(clerk.locator("#found")).to_contain_text("台阶太滑")
    clerk.get_by_role("button", name="就是这件，补一张新的").first.click()
    everybody.fair(clerk)
    expect(clerk.get_by_text("原来那张上的二维码作废")).to_be_visible()
    expect(clerk.get_by_text("/s，输入 12 位数字")).to_be_visible()
    work()

    everybody.go(resident, slip)  # with the old key: as anybody who has only the number
    expect(resident.get_by_text("这是您的回执吗")).to_be_visible()
    resident.get_by_label("手机号后四位").fill("7654")
    resident.get_by_role("button", name="打开").click()
    everybody.fair(resident)
    expect(resident.locator("#story")).to_contain_text("补打了一张新回执")


def test_a_resident_and_the_clerk_write_to_each_other(everybody: Town) -> None:
    resident = everybody.open_page("phone", javascript=False)
    everybody.go(resident, f"/say?room={everybody.room_no}")
    resident.get_by_label("什么事").fill("小区北门的门禁坏了。")
    everybody.press(resident, "提交，拿回执")
    slip = resident.url
    resident.get_by_role("button", name="送出").click()  # nothing written
    expect(resident.locator(".wrong-why")).to_be_visible()
    resident.get_by_label("还想说的").fill("今天早上又开不了。")
    resident.get_by_role("button", name="送出").click()
    work()
    no = newest().no

    clerk = everybody.page("clerk")
    everybody.go(clerk, f"/desk/submissions/{no}")
    expect(clerk.get_by_text("今天早上又开不了。")).to_be_visible()
    everybody.do("clerk", f"/desk/submissions/{no}", "/note", text="已经报修，下午有人来。")
    everybody.go(resident, slip)
    everybody.fair(resident)
    expect(resident.get_by_text("已经报修，下午有人来。")).to_be_visible()


def test_a_wrong_form_is_put_right_at_every_desk(everybody: Town) -> None:
    put_right = everybody.put_right
    received = everybody.newest(Submission.objects.filter(state="received", is_embargoed=False))
    put_right(
        "clerk",
        f"/desk/submissions/{received}",
        "/end",
        {"exclusion": "unclear"},
        {"words": "多次联系没有了解到具体情况。"},
    )
    assert Submission.objects.by_no(received).get().state == SubmissionState.ENDED

    researching = everybody.newest(Topic.objects.filter(state="researching", is_embargoed=False))
    later = (clock.today() + timedelta(days=150)).isoformat()
    put_right(
        "first_convener",
        f"/desk/topics/{researching}",
        "/plan",
        {"planned_on": later},
        {"reason": "等明年改造一起做。"},
    )
    assert Topic.objects.by_no(researching).get().state == TopicState.PLANNED

    heard = everybody.newest(
        Topic.objects.filter(state="researching", second_agrees=None, is_embargoed=False)
    )
    put_right(
        "second_convener",
        f"/desk/topics/{heard}",
        "/second",
        {"agrees": "no"},
        {"opinion": "先问问楼上几户。"},
    )
    assert Topic.objects.by_no(heard).get().second_agrees is False

    put_right("reviewer", "/desk/review", "/hold-back", {}, {"reason": "写了门牌，请改写后再送。"})
    held = [
        table.objects.filter(release_reason="写了门牌，请改写后再送。").count()
        for table in (Topic, Deliberation, Record, Reply)
    ]
    assert sum(held) == 1

    reported = everybody.newest(Outcome.objects.filter(state="reported"))
    put_right(
        "assigning_office", f"/desk/outcomes/{reported}", "/refuse", {}, {"reason": "今年没有这笔预算。"}
    )
    assert Outcome.objects.by_no(reported).get().state == OutcomeState.NOT_ADOPTED

    unit = User.objects.get(cast="doer").grants.get().unit_code
    going = everybody.newest(Commitment.objects.filter(lead__code=unit, state="under_way"))
    put_right("doer", f"/desk/commitments/{going}", "/reply", {"kind": "a"}, {"text": "已经修好，试过三次。"})
    assert Commitment.objects.by_no(going).get().state == CommitmentState.ASKING

    up = everybody.newest(Topic.objects.filter(state="researching", is_embargoed=False))
    everybody.do("clerk", f"/desk/topics/{up}", "/up", reason="牵涉两个社区，本室定不了。")
    everybody.do("town_office", f"/desk/topics/{up}", "/take-up")
    option = everybody.page("town_office").locator("form[action$='/down'] [name=room] option").nth(1)
    room = option.get_attribute("value") or ""
    put_right("town_office", f"/desk/topics/{up}", "/down", {"room": room}, {"reason": "请社区先摸底。"})
    assert Topic.objects.by_no(up).get().desk_room_no

    disputed = everybody.newest(Commitment.objects.filter(state="disputed"))
    put_right(
        "district_office",
        f"/desk/commitments/{disputed}",
        "/decide",
        {"verdict": "not_done"},
        {"reason": "产权没有理清，办不成，已当面说明。"},
    )
    assert Commitment.objects.by_no(disputed).get().closing == Closing.DECIDED_NOT_DONE


@pytest.mark.parametrize("part", ["town_office", "doer", "second_convener"])
def test_whoever_presses_wrong_takes_it_back_on_the_page_that_comes(everybody: Town, part: str) -> None:
    unit = User.objects.get(cast="doer").grants.get().unit_code
    found: dict[str, tuple[QuerySet[Any], str, str, dict[str, str]]] = {
        "town_office": (Outcome.objects.filter(state="countersigned"), "outcomes", "/file", {}),
        "doer": (Commitment.objects.filter(lead__code=unit, state="assigned"), "commitments", "/accept", {}),
        "second_convener": (
            Topic.objects.filter(state="researching", second_agrees=None, is_embargoed=False),
            "topics",
            "/second",
            {"agrees": "yes"},
        ),
    }
    rows, kind, act, fields = found[part]
    no = everybody.newest(rows)
    before, told = columns(rows.model.objects.by_no(no).get()), Message.objects.count()
    page = everybody.do(part, f"/desk/{kind}/{no}", act, **fields)
    assert columns(rows.model.objects.by_no(no).get()) != before
    assert Message.objects.count() == told, "nobody hears of it before the time is over"
    everybody.press(page, "收回")
    everybody.fair(page)
    expect(page.get_by_text("已收回").first).to_be_visible()
    work()
    assert columns(rows.model.objects.by_no(no).get()) == before
    expect(page.locator(f"form[action$='{act}']").first).to_be_attached()

"""Each unhappy branch on the page where it happens, in a filled town, by whoever it falls to; every page fair to all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shangliang.access.publication import Release
from shangliang.accounts.models import User
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.states import DeliberationState
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


@pytest.fixture
def town(everybody: Town) -> Town:
    return everybody


def test_before_there_is_a_topic(town: Town) -> None:
    received = Submission.objects.filter(state="received", is_embargoed=False, room__no=town.room_no)
    asked, handed, ended, merged, above = (row.no for row in received.order_by("pk")[:5])

    town.do("clerk", f"/desk/submissions/{asked}", "/ask", question="请问是几号楼、从哪天开始的？")
    assert Submission.objects.by_no(asked).get().state == SubmissionState.SUPPLEMENT_ASKED

    page = town.do(  # without words: said, and what was chosen is kept
        "clerk", f"/desk/submissions/{handed}", "/hand-over", destination="mediation", outside_no="TJ-7"
    )
    expect(page.locator("main")).to_contain_text("请")
    assert page.locator("form[action$='/hand-over'] [name=outside_no]").input_value() == "TJ-7"
    assert Submission.objects.by_no(handed).get().state == SubmissionState.RECEIVED
    town.do(
        "clerk",
        f"/desk/submissions/{handed}",
        "/hand-over",
        destination="mediation",
        exclusion="civil_dispute",
        outside_no="TJ-7",
        words="两家的事由人民调解员来调解，电话 0511-00000000。",
    )
    row = Submission.objects.by_no(handed).get()
    assert (row.state, row.outside_no) == (SubmissionState.HANDED_OVER, "TJ-7")
    town.do("clerk", f"/desk/submissions/{handed}", "/news", news="已约好时间。", what="wait")
    assert Submission.objects.by_no(handed).get().state == SubmissionState.HANDED_OVER

    town.do(
        "clerk",
        f"/desk/submissions/{ended}",
        "/end",
        exclusion="unclear",
        words="多次联系没有了解到具体情况。",
    )
    assert Submission.objects.by_no(ended).get().state == SubmissionState.ENDED

    topic = town.newest(Topic.objects.filter(state="opened", is_embargoed=False))
    town.do("clerk", f"/desk/submissions/{merged}?act=merge&q={topic}", "/merge", topic=topic)
    assert Submission.objects.by_no(merged).get().state == SubmissionState.MERGED
    town.do("clerk", f"/desk/submissions/{merged}", "/separate")
    assert Submission.objects.by_no(merged).get().state == SubmissionState.RECEIVED

    town.do("clerk", f"/desk/submissions/{above}", "/above")
    assert Submission.objects.by_no(above).get().is_embargoed
    answer = town.page("clerk").goto(f"{town.server}/desk/submissions/{above}")
    assert answer is not None
    assert answer.status == 404  # from now on it does not exist for the room
    town.go(town.page("town_office"), f"/desk/submissions/{above}")


def test_topics_that_go_another_way(town: Town) -> None:
    researching = Topic.objects.filter(state="researching", is_embargoed=False)
    up = town.newest(researching)
    town.do("clerk", f"/desk/topics/{up}", "/up", reason="牵涉两个社区，本室定不了。")
    town.do("town_office", f"/desk/topics/{up}", "/take-up")
    topic = Topic.objects.by_no(up).get()
    assert (topic.no, topic.desk_room_no) == (up, "")
    room = town.page("town_office").locator("form[action$='/down'] [name=room] option").nth(1)
    town.do(
        "town_office",
        f"/desk/topics/{up}",
        "/down",
        room=room.get_attribute("value") or "",
        reason="请社区先摸底。",
    )
    assert Topic.objects.by_no(up).get().desk_room_no != ""

    page = town.page("reviewer")
    town.go(page, "/desk/review")
    town.fair(page)
    held = page.locator("details:has([name=reason])").first
    held.locator("summary").click()
    held.locator("[name=reason]").fill("题目里有住户的门牌，请改写后再送。")
    held.get_by_role("button", name="退回修改").click()
    work()
    kept = [
        table.objects.filter(release=Release.HELD_BACK.value, release_reason__contains="改写后再送").count()
        for table in (Topic, Deliberation, Record, Reply)
    ]
    assert sum(kept) == 1

    released = town.newest(
        Topic.objects.filter(
            release=Release.RELEASED.value, scope="public", state="adopted", is_embargoed=False
        )
    )
    public = town.open_page("phone")
    town.go(public, f"/topics/{released}")
    town.do("clerk", f"/desk/topics/{released}", "/cover", reason="有居民认出了自己。")
    answer = public.goto(f"{town.server}/topics/{released}")
    assert answer is not None
    assert answer.status in {404, 410}
    town.fair(public)  # the tombstone
    page = town.page("reviewer")
    town.go(page, "/desk/review")
    page.get_by_role("button", name="恢复公开").first.click()
    work()
    assert not Topic.objects.by_no(released).filter(release=Release.UNRELEASED.value).exists()


def test_sessions_that_do_not_go_as_planned(town: Town) -> None:
    announced = Deliberation.objects.filter(
        state="announced", room__no=town.room_no, topic__state="deliberating"
    ).order_by("-pk")
    moved, called_off = (row.no for row in announced[:2])
    town.do(
        "clerk", f"/desk/deliberations/{moved}", "/postpone", button="改期", reason="村里有喜事，改到下周。"
    )
    town.do(
        "clerk", f"/desk/deliberations/{called_off}", "/cancel", button="取消", reason="事情已经当场办了。"
    )
    states = {no: Deliberation.objects.by_no(no).get().state for no in (moved, called_off)}
    assert states == {moved: DeliberationState.PREPARED, called_off: DeliberationState.CANCELLED}

    going_on = town.newest(Deliberation.objects.filter(state="under_way"))
    town.do("clerk", f"/desk/deliberations/{going_on}", "/close")
    page = town.page("clerk")
    town.go(page, f"/desk/deliberations/{going_on}/record")
    page.locator("[name=place]").first.fill("")
    town.press(page, "送召集人签字")
    town.fair(page)
    missing = page.locator(".guard li, .wrong-list li").all_inner_texts()
    assert len(missing) >= 3, missing  # what is missing is listed, all at once
    for link in page.locator(".guard a, .wrong-list a").all():
        target = (link.get_attribute("href") or "").lstrip("#")
        assert page.locator(f"[id='{target}']").count() == 1, target  # each leads to what mends it
    assert Deliberation.objects.by_no(going_on).get().state == DeliberationState.TO_BE_CONFIRMED

    waiting = Deliberation.objects.filter(state="to_be_confirmed", record__written_at__isnull=False)
    unsigned = town.newest(waiting)
    Clock.objects.filter(subject_kind="deliberation", subject_no=unsigned, stopped_at=None).update(
        due_at=clock.now() - timedelta(days=1), came_due_at=None
    )
    tick(clock.now())
    work()
    town.do("town_office", f"/desk/deliberations/{unsigned}", "/sign")
    assert Deliberation.objects.by_no(unsigned).get().state == DeliberationState.ARCHIVED

    unsolved = Topic.objects.filter(
        state=TopicState.UNSOLVED.value, room__no=town.room_no, release="released"
    )
    page = town.page("clerk")
    town.go(page, f"/desk/topics/{unsolved.order_by('-pk')[0].no}")
    town.fair(page)


def test_outcomes_and_commitments_that_go_wrong(town: Town) -> None:
    reported = town.newest(Outcome.objects.filter(state=OutcomeState.REPORTED.value))
    town.do(
        "assigning_office", f"/desk/outcomes/{reported}", "/refuse", reason="今年没有这笔预算，明年再报。"
    )
    assert Outcome.objects.by_no(reported).get().state == OutcomeState.NOT_ADOPTED

    mine = Commitment.objects.filter(lead__code=User.objects.get(cast="doer").grants.get().unit_code)
    to_sign = town.newest(mine.filter(state="assigned"))
    town.do("doer", f"/desk/commitments/{to_sign}", "/decline", reason="这段路归交通局管。")
    town.do(
        "town_office",
        f"/desk/commitments/{to_sign}",
        "/reassign",
        lead=_first_unit(town, to_sign),
    )
    assert Commitment.objects.by_no(to_sign).get().state == CommitmentState.ASSIGNED

    going = [row.no for row in mine.filter(state="under_way", room__no=town.room_no).order_by("pk")[:3]]
    until = (clock.today() + timedelta(days=60)).isoformat()
    town.do(
        _assigner_of(going[0]),
        f"/desk/commitments/{going[0]}",
        "/extend",
        until=until,
        reason="连日下雨，路面干不了。",
    )
    later = (clock.today() + timedelta(days=200)).isoformat()
    page = town.do("doer", f"/desk/commitments/{going[0]}", "/reply", kind="b", text="列入明年计划。")
    expect(page.locator("main")).to_contain_text("日期")  # B needs its date; what was typed is kept
    assert page.locator("form[action$='/reply'] [name=text]").input_value() == "列入明年计划。"
    town.do(
        "doer", f"/desk/commitments/{going[0]}", "/reply", kind="b", text="列入明年计划。", planned_on=later
    )
    town.do(
        "doer",
        f"/desk/commitments/{going[1]}",
        "/reply",
        kind="c",
        text="地下有管线，现在做不了。",
        planned_on=later,
    )
    states = [Commitment.objects.by_no(no).get().state for no in going[:2]]
    assert states == [CommitmentState.PLANNED, CommitmentState.SHELVED]
    town.do("town_office", f"/desk/commitments/{going[0]}", "/resume", due_on=until)
    resumed = Commitment.objects.by_no(going[0]).get()
    assert (resumed.state, resumed.topic.state) == (CommitmentState.UNDER_WAY, TopicState.IN_HAND)
    town.do("doer", f"/desk/commitments/{going[0]}", "/reply", kind="a", text="路面已经补好。")
    resumed.refresh_from_db()
    assert resumed.state == CommitmentState.ASKING
    assert resumed.invitations.unanswered().exists(), "who raised it is asked"

    calling = town.newest(Commitment.objects.filter(state="calling_back"))
    town.do("town_office", f"/desk/commitments/{calling}", "/called-in-vain")
    assert Commitment.objects.by_no(calling).get().closing == Closing.NOT_RATED

    disputed = town.newest(Commitment.objects.filter(state="disputed"))
    town.do(
        "district_office",
        f"/desk/commitments/{disputed}",
        "/decide",
        verdict="not_done",
        reason="产权没有理清，办不成，已当面说明。",
    )
    assert Commitment.objects.by_no(disputed).get().closing == Closing.DECIDED_NOT_DONE
    reader = town.open_page("phone")
    town.go(reader, "/results?result=not_done")
    town.fair(reader)


def _assigner_of(no: str) -> str:
    """Who in the cast assigned it, and so may give more time."""
    row = Commitment.objects.by_no(no).select_related("outcome").get()
    return "town_office" if row.outcome.route == "town" else "assigning_office"


def _first_unit(town: Town, no: str) -> str:
    page = town.page("town_office")
    town.go(page, f"/desk/commitments/{no}")
    option = page.locator("form[action$='/reassign'] [name=lead] option:not([value=''])").first
    return option.get_attribute("value") or ""


def test_not_solved_twice_and_then_decided(town: Town) -> None:
    """A resident without scripts says twice that it is not solved; the district has it done again."""
    resident = town.open_page("phone", javascript=False)
    town.go(resident, f"/r/{town.room_no}")
    resident.get_by_role("link", name="有事商量").first.click()
    resident.get_by_label("什么事").fill("活动室的门锁坏了，晚上关不上。")
    town.press(resident, "提交，拿回执")
    slip = resident.url
    work()
    no = Submission.objects.order_by("-pk")[0].no
    town.do(
        "clerk",
        f"/desk/submissions/{no}",
        "/accept",
        grade="quick",
        title="活动室门锁修理",
        summary="活动室门锁坏了，居民希望修好。",
        theme="safety",
        weight="practical",
    )
    topic = Topic.objects.order_by("-pk")[0]
    town.do("clerk", f"/desk/topics/{topic.no}", "/answer", text="锁已经换了，钥匙在值班室。")
    for time in (1, 2):
        town.go(resident, slip)
        town.fair(resident)
        resident.get_by_role("link", name="评价").first.click()
        resident.get_by_label("没有解决").check()
        resident.get_by_label("不满意", exact=True).check()
        resident.get_by_label("想说的话").fill("还是关不上。")
        resident.get_by_role("button", name="提交评价").click()
        work()
        made = Commitment.objects.get(topic=topic)
        if time == 1:
            assert (made.state, made.reopened_count) == (CommitmentState.UNDER_WAY, 1)
            town.do("clerk", f"/desk/commitments/{made.no}", "/reply", kind="a", text="又修了一次。")
    assert made.state == CommitmentState.DISPUTED
    district = town.page("district_office")
    town.go(district, f"/desk/commitments/{made.no}")
    expect(district.get_by_text("还是关不上。").first).to_be_visible()  # who decides reads why
    town.do(
        "district_office", f"/desk/commitments/{made.no}", "/decide", verdict="redo", reason="换一把新锁。"
    )
    assert Commitment.objects.get(topic=topic).state == CommitmentState.UNDER_WAY
    town.go(resident, slip)
    town.fair(resident)

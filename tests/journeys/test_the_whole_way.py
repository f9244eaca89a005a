"""From a problem on the doorstep to an outcome that the one who raised it confirms, as ten people do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shangliang.kit import clock
from shangliang.outcomes.models import Commitment
from shangliang.topics.models import Submission, Topic
from tests.journeys.steps import Steps

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_stair_light_goes_the_whole_way(
    screen: str,
    open_page: Callable[..., Page],
    person: Callable[..., Page],
    worker: Callable[[], None],
    live_server: object,
    axe: Callable[[Page], list[str]],
) -> None:
    steps = Steps(str(live_server), axe)

    resident = open_page(screen, javascript=False)
    steps.go(resident, "/r/100001")
    resident.get_by_role("link", name="有事商量").first.click()
    steps.fair(resident)
    resident.get_by_label("什么事").fill("3号楼2单元楼道灯坏了一个多月，晚上老人上下楼看不见台阶。")
    resident.get_by_role("button", name="提交，拿回执").click()
    expect(resident.get_by_role("heading", name="收到了，这是您的回执")).to_be_visible()
    steps.fair(resident)
    slip = resident.url
    worker()

    clerk = person("clerk", screen)
    steps.go(clerk, "/desk")
    steps.fair(clerk)
    submission = Submission.objects.get()
    steps.go(clerk, f"/desk/submissions/{submission.no}")
    steps.fair(clerk)
    clerk.get_by_role("link", name="能，要请大家坐下来商量").click()
    steps.fair(clerk)
    expect(clerk.get_by_label("深入议")).to_be_checked()
    clerk.locator("#accept").get_by_label("题目").fill("3号楼楼道灯修复")
    clerk.locator("#accept").get_by_label("摘要").fill("3号楼2单元楼道灯坏了一段时间，居民希望修好。")
    clerk.locator("#accept").get_by_label("主题").select_option("old_estates")
    clerk.locator("#accept").get_by_label("实事").check()
    clerk.locator("#accept").get_by_role("button", name="受理").click()
    worker()
    topic = Topic.objects.get()

    steps.go(resident, slip)
    expect(resident.get_by_text("了解情况").first).to_be_visible()

    town = person("town", screen)
    steps.release_all(town)

    steps.go(clerk, f"/desk/topics/{topic.no}")
    steps.fair(clerk)
    clerk.locator("#visit").get_by_label("去了哪里").fill("3号楼2单元")
    clerk.locator("#visit").get_by_label("了解到什么").fill("二楼到五楼灯都不亮，开关烧过。")
    clerk.locator("#visit").get_by_role("button", name="记下").click()
    worker()

    second = person("second", screen)
    steps.go(second, f"/desk/topics/{topic.no}")
    second.locator("#second").get_by_label("同意立项").check()
    second.locator("#second").get_by_role("button", name="发表意见").click()
    worker()

    first = person("first", screen)
    steps.go(first, f"/desk/topics/{topic.no}")
    first.get_by_role("button", name="立项").click()
    worker()

    no = steps.prepare(clerk, topic.no, clock.now() + timedelta(hours=6))
    steps.go(clerk, f"/desk/deliberations/{no}")
    steps.fair(clerk)
    clerk.get_by_role("button", name="送审").click()
    steps.release_all(town)
    steps.go(clerk, f"/desk/deliberations/{no}")
    clerk.get_by_role("button", name="发布预告").click()
    worker()

    neighbour = open_page(screen, javascript=False)
    steps.go(neighbour, "/calendar")
    steps.fair(neighbour)
    neighbour.get_by_role("link", name="楼道灯怎么修").first.click()
    steps.fair(neighbour)

    steps.hold(clerk, no)
    steps.write_record(clerk, no)
    for convener in (first, second):
        steps.go(convener, f"/desk/deliberations/{no}")
        convener.get_by_role("button", name="签字确认").first.click()
        worker()
    steps.release_all(town)
    worker()

    steps.outcome(clerk, first, second, town, worker)
    commitment = Commitment.objects.get()
    doer = person("doer", screen)
    steps.go(doer, f"/desk/commitments/{commitment.no}")
    steps.fair(doer)
    doer.get_by_role("button", name="签收").click()
    doer.locator("#reply").get_by_label("A 已解决").check()
    doer.locator("#reply").get_by_label("办理情况").fill("换了六只灯和两个开关，每层都试过。")
    doer.locator("#reply").get_by_role("button", name="提交答复").click()
    worker()
    steps.release_all(town)

    steps.go(resident, slip)
    expect(resident.get_by_text("请您评价").first).to_be_visible()
    steps.fair(resident)
    resident.get_by_role("link", name="去评价").click()
    steps.fair(resident)
    resident.get_by_label("解决了", exact=True).check()
    resident.get_by_label("满意", exact=True).check()
    resident.get_by_role("button", name="提交评价").click()
    worker()
    steps.go(resident, slip)
    expect(resident.get_by_text("已办结").first).to_be_visible()

    steps.go(neighbour, "/results?how=confirmed")
    expect(neighbour.get_by_text("更换楼道灯")).to_be_visible()
    steps.fair(neighbour)
    steps.go(neighbour, f"/topics/{topic.no}")
    steps.fair(neighbour)

    outsider = person("outsider", screen)
    for path in (
        f"/desk/submissions/{submission.no}",
        f"/desk/topics/{topic.no}",
        f"/desk/deliberations/{no}",
        f"/desk/commitments/{commitment.no}",
    ):
        answer = outsider.goto(f"{live_server}{path}")
        assert answer is not None
        assert answer.status == 404, path


def test_a_villager_against_the_secretarys_brother_in_law(
    open_page: Callable[..., Page],
    person: Callable[..., Page],
    worker: Callable[[], None],
    live_server: object,
    axe: Callable[[Page], list[str]],
) -> None:
    """The room never learns of it: no line on a desk, no count, no search, no page."""
    steps = Steps(str(live_server), axe)
    resident = open_page("phone", javascript=False)
    steps.go(resident, "/say?room=100001")
    resident.get_by_label("什么事").fill("书记的小舅子把公用车位占了做仓库，说了几次没人管。")
    resident.get_by_label(re.compile("请直接交上一级")).check()
    resident.get_by_role("button", name="提交，拿回执").click()
    expect(resident.get_by_text("这件事没有经过本村（社区）")).to_be_visible()
    worker()
    submission = Submission.objects.get()
    for key in ("clerk", "first", "second", "grid", "outsider"):
        page = person(key)
        steps.go(page, "/desk")
        assert "车位" not in page.content()
        answer = page.goto(f"{live_server}/desk/submissions/{submission.no}")
        assert answer is not None
        assert answer.status == 404, key
        if key in {"clerk", "first"}:
            steps.go(page, "/desk/submissions?state=all")
            assert "车位" not in page.content()
            steps.go(page, "/desk/inbox")
            assert submission.no not in page.content()
        page.context.close()
    town = person("town")
    steps.go(town, f"/desk/submissions/{submission.no}")
    expect(town.get_by_text("车位").first).to_be_visible()
    steps.go(resident, "/r/100001")
    assert "车位" not in resident.content()

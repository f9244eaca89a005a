"""A resident's whole way, from the code on the door to the rating, in the browsers that are not Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shangliang.kit import clock
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.tests.factories import cast
from shangliang.topics.actions import quick, slip
from shangliang.topics.models import Submission
from shangliang.topics.states import Grade
from shangliang.topics.tests.factories import opened
from tests.journeys import browsers

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:setting remote_server_addr"),  # Selenium warns of its own call
]
BROWSERS = {
    "webkit": (browsers.webkit_programs, browsers.webkit),
    "firefox": (browsers.firefox_program, browsers.firefox),
}


@pytest.mark.parametrize("name", BROWSERS)
def test_a_resident_goes_the_whole_way(
    name: str, place: object, worker: Callable[[], None], live_server: object, tmp_path: Path
) -> None:
    """What the office does in between is done without a browser; the other journeys look at that."""
    programs, opened_browser = BROWSERS[name]
    if not programs():
        pytest.skip(f"no {name} on this machine")
    clerk = cast().clerk
    with opened_browser(str(live_server), tmp_path) as phone:
        phone.go("/r/100001")
        spaced = phone.run("getComputedStyle(document.documentElement).textAutospace")
        assert spaced != "normal" or name != "webkit", "WebKitGTK lays digits over one another"
        phone.press("有事商量")
        phone.fill("什么事", "3号楼2单元楼道灯坏了，晚上看不见台阶。")
        phone.go("/say?room=100001")  # the line dropped: what was typed is kept on this phone, by a script
        assert "看不见台阶" in phone.run("document.querySelector('[name=text]').value")
        assert phone.run("document.documentElement.scrollWidth <= innerWidth")
        phone.press("提交，拿回执")
        phone.sees("收到了，这是您的回执")
        assert phone.run("document.documentElement.scrollWidth <= innerWidth")
        page = phone.path
        worker()

        phone.fill("还想说的", "二楼到五楼都不亮。")
        phone.press("送出")
        phone.sees("二楼到五楼都不亮。")
        submission = Submission.objects.get()
        slip.send_note(submission=submission, text="明天上午去看。", actor=clerk, at=clock.now())
        topic = opened(submission, clerk, Grade.QUICK, at=clock.now())
        quick.answer(topic=topic, text="灯已经换好。", unit=None, actor=clerk, at=clock.now())
        worker()

        phone.go(page)
        phone.sees("明天上午去看。")
        phone.press("去评价")
        phone.choose("解决了")
        phone.choose("满意")
        phone.press("提交评价")
        phone.sees("已办结")
        worker()
        assert Commitment.objects.get().closing
        assert phone.faults() == []

"""Steps that several journeys take, as the people on the page take them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from shangliang.outcomes.models import Outcome

Axe = Callable[[Page], list[str]]
# A press: a button, a link, a box, a circle, a list that was changed. A typed field: whatever takes keys; a moment is one,
# though it has four boxes.
HAND = """
addEventListener("pointerdown", (event) => {
  if (event.target.closest("a,button,label,summary,input[type=checkbox],input[type=radio]")) handMoved("press", "");
}, true);
addEventListener("change", (event) => {
  if (event.target.matches("select")) handMoved("press", "");
}, true);
addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches("textarea,input:not([type=checkbox],[type=radio],[type=file])"))
    handMoved("type", location.pathname + " " + field.name.replace(/_(month|day|hour)$/, ""));
}, true);
"""


def type_day(page: Page, name: str, day: date) -> None:
    """Type year, month and day of the first field whose name ends so."""
    for box, part in boxes_of_day(page, name, day):
        box.fill(part)


def boxes_of_day(page: Page | Locator, name: str, day: date) -> list[tuple[Locator, str]]:
    """Year, month and day of the first field whose name ends so, each with what stands there."""
    parts = (("", day.year), ("_month", day.month), ("_day", day.day))
    return [(page.locator(f"[name$='{name}{ending}']").first, str(part)) for ending, part in parts]


class Hand:
    """Counts what one person presses and types, as the browser notices it."""

    def __init__(self, page: Page) -> None:
        self.presses, self.typed = 0, set[str]()
        page.expose_function("handMoved", self._moved)
        page.add_init_script(HAND)

    def open(self, page: Page) -> None:
        """Come back to the page later: one press on its line on the desk."""
        page.reload()
        self.presses += 1

    def _moved(self, how: str, field: str) -> None:
        if how == "press":
            self.presses += 1
        else:
            self.typed.add(field)


class Steps:
    """Bound to one running server."""

    def __init__(self, server: str, axe: Axe) -> None:
        self.server, self.axe = server, axe

    def go(self, page: Page, path: str) -> None:
        """Open a page that is there."""
        answer = page.goto(path if path.startswith("http") else f"{self.server}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def press(self, page: Page, name: str, *, exact: bool = False) -> None:
        """Press a button and wait until the page that it leads to is there in full: what is looked at once, a count
        or an address, is else looked at while the old page or half of the new one stands there."""
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=exact).first.click()

    def fair(self, page: Page) -> None:
        """Nobody is shut out, and nothing scrolls sideways."""
        page.wait_for_load_state()  # a press may have led to a page of which half is here
        faults = self.axe(page)
        assert faults == [], f"{page.url}: {faults}"
        size = page.viewport_size or {"width": 0}
        box = page.locator("main").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= size["width"] + 1, page.url

    def release_all(self, reviewer: Page) -> None:
        """Look at what waits and let all of it go out."""
        self.go(reviewer, "/desk/review")
        self.fair(reviewer)
        while reviewer.get_by_role("button", name="可以公开").count():
            for photo in reviewer.locator("input[name=open]").all():
                photo.check()
            self.press(reviewer, "可以公开")
            self.go(reviewer, "/desk/review")

    def prepare(self, clerk: Page, topic_no: str, at: datetime) -> str:
        """Prepare a formal session; returns its number."""
        self.go(clerk, f"/desk/topics/{topic_no}/prepare")
        self.fair(clerk)
        type_day(clerk, "held_at", timezone.localtime(at))
        clerk.locator("[name$=held_at_hour]").first.fill(timezone.localtime(at).strftime("%H:%M"))
        clerk.locator("[name$=place]").first.fill("社区活动室")
        clerk.locator("[name$=subject_line]").first.fill("楼道灯怎么修")
        clerk.locator("[name$=agenda]").first.fill("物业说明情况\n居民提意见\n商定怎么修")
        urgent = clerk.locator("[name$=urgent_reason]")
        if urgent.count():
            urgent.first.fill("楼道无灯，老人上下楼有危险")
        material = clerk.locator("[name$=is_material_out]")
        if material.count():
            material.first.check()
        for box in clerk.locator("input[type=checkbox][name$=invited]").all():
            box.check()
        clerk.locator("[name$=others]").first.fill("利益相关方：张兰\n群众代表：赵强")
        self.press(clerk, "保存，进入筹备")
        assert "/desk/deliberations/" in clerk.url, clerk.locator("main").inner_text()
        return clerk.url.rstrip("/").rpartition("/")[2]

    def hold(self, clerk: Page, no: str) -> None:
        """Write down who came, begin, end."""
        self.go(clerk, f"/desk/deliberations/{no}/attendance")
        self.fair(clerk)
        for box in clerk.locator("input[type=checkbox][name=here]").all():
            box.check()
        clerk.locator("[name=heads]").fill("8")
        self.press(clerk, "写好了")
        is_today = clerk.locator("input[type=checkbox][name=is_today]")
        if is_today.count():  # it was announced for another day
            is_today.check()
            self.press(clerk, "写好了")
        self.go(clerk, f"/desk/deliberations/{no}")
        self.press(clerk, "开始商量")
        self.go(clerk, f"/desk/deliberations/{no}")
        self.press(clerk, "商量结束")

    def write_record(self, clerk: Page, no: str) -> None:
        """The five haves, and to the conveners."""
        self.go(clerk, f"/desk/deliberations/{no}/record")
        self.fair(clerk)
        clerk.locator("[name=said]").fill("物业说材料已到，居民要求每层都修。")
        clerk.get_by_label("商定了措施").check()
        clerk.locator("[name$='-what']").first.fill("更换楼道灯")
        clerk.locator("select[name$='-unit']").first.select_option(index=1)
        due = timezone.localtime() + timedelta(days=12)
        type_day(clerk, "-due_on", due)
        clerk.locator("[name$='-how_seen']").first.fill("每层灯都亮")
        clerk.locator("[name=effect]").fill("灯修好后居民晚上出行方便")
        read_back = clerk.locator("[name=was_read_back]")
        if read_back.count():
            read_back.check()
        self.press(clerk, "送召集人签字")
        self.go(clerk, f"/desk/deliberations/{no}")
        expect(clerk.get_by_role("heading", name="签字")).to_be_visible()

    def outcome(self, clerk: Page, first: Page, second: Page, town: Page, worker: Callable[[], None]) -> None:
        """From the draft to the commitment."""
        outcome = Outcome.objects.get()
        page = f"/desk/outcomes/{outcome.no}"
        self.go(clerk, page)
        self.fair(clerk)
        clerk.get_by_label("由谁来办").select_option("town")
        self.press(clerk, "保存草稿")
        for convener in (first, second):
            self.go(convener, page)
            self.press(convener, "签字同意")
        worker()
        self.go(town, page)
        self.press(town, "备案")
        self.go(town, page)
        self.fair(town)
        self.press(town, "交办", exact=True)
        worker()

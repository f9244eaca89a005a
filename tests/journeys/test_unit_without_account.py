"""A unit that nobody signs in for, the whole way: assigned, telephoned, entered, reviewed, read and rated."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from shangliang.accounts.models import Grant
from shangliang.clocks.models import Clock
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import CommitmentState, OutcomeState
from shangliang.people.queries import doers_near
from tests.journeys.steps import type_day
from tests.journeys.town import Town, work

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.one_engine,
    pytest.mark.django_db(transaction=True),
]


def sheet() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (120, 160), "white").save(made, "JPEG")
    return made.getvalue()


def test_a_unit_without_an_account_goes_the_whole_way(everybody: Town) -> None:
    town = everybody
    held = Grant.objects.filter(role="doer", user__is_active=True).values("unit_code")
    waits = Outcome.objects.filter(state=OutcomeState.FILED.value, is_embargoed=False)
    outcome = waits.order_by("-pk")[0]
    unit = doers_near(outcome.desk_path).exclude(code__in=held)[0]

    office = town.page("town_office")
    town.go(office, f"/desk/outcomes/{outcome.no}")
    town.fair(office)
    form = office.locator("form[action$='/assign']")
    expect(form.locator("[name=lead-1] optgroup").last).to_have_attribute(
        "label", "没有账号，打电话联系，由人代录"
    )
    form.locator("[name=lead-1]").select_option(str(unit.pk))
    form.locator("[name=what-1]").fill("修好路灯")
    form.locator("[name=how_seen-1]").fill("每盏都亮")
    type_day(office, "due_on-1", date(2027, 3, 1))
    form.get_by_role("button", name="交办").click()
    work()
    made = Commitment.objects.filter(outcome=outcome).order_by("pk")[0]
    assert (made.state, made.lead_id) == (CommitmentState.ASSIGNED, unit.pk)

    town.go(office, "/desk")
    expect(office.locator("main")).to_contain_text("打电话请承办单位签收，代录")
    page = f"/desk/commitments/{made.no}"
    town.go(office, page)
    town.fair(office)
    expect(office.locator("main")).to_contain_text("承办单位没有账号")
    sign = office.locator("form[action$='/enter-accept']")
    sign.get_by_label("电话里说的").check()
    sign.get_by_role("button", name="录入签收").click()
    expect(office.locator("main")).to_contain_text("电话代录")

    answer = office.locator("form[action$='/enter-reply']")
    answer.locator("[name=way][value=paper]").check()
    answer.get_by_label("A 已解决").check()
    answer.locator("[name=text]").fill("路灯换了，当晚试过。")
    answer.get_by_role("button", name="录入答复").click()
    expect(office.locator("main")).to_contain_text("书面的请拍一张照片附上。")
    answer = office.locator("form[action$='/enter-reply']")
    assert answer.locator("[name=text]").input_value() == "路灯换了，当晚试过。"
    answer.locator("[name=paper]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": sheet()}
    )
    answer.get_by_role("button", name="录入答复").click()
    work()
    made.refresh_from_db()
    reply = made.replies.get()
    assert made.state == CommitmentState.ASKING
    assert reply.relay is not None
    town.fair(office)

    reviewer = town.page("reviewer")
    town.go(reviewer, "/desk/review")
    town.fair(reviewer)
    line = reviewer.locator("li", has_text="路灯换了，当晚试过。").last
    expect(line).to_contain_text("代为录入（承办单位书面告知）")
    line.get_by_role("button", name="可以公开").first.click()
    work()
    reply.refresh_from_db()
    assert reply.is_reviewed
    assert not Clock.objects.running().of(reply.subject).exists()
    public = Client().get(f"/topics/{made.topic.no}").content.decode()
    if made.topic.is_public:
        assert "代为录入（承办单位书面告知）" in public
    assert "relays/" not in public

"""Every form of sessions, records and signatures pressed wrong, then put right on the page that came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.forms import Form
from django.test import Client

from shangliang.access.publication import Release
from shangliang.access.things import house
from shangliang.accounts.models import User
from shangliang.deliberations.actions import announcing
from shangliang.deliberations.forms import AttendanceForm, InviteForm
from shangliang.deliberations.models import Deliberation, Participant, Record
from shangliang.deliberations.states import Seat
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import MONDAY, World, make_world
from shangliang.kit import clock
from shangliang.kit.tests.pressing import Case, put_right
from shangliang.ledger.models import Entry
from shangliang.topics.tests.factories import photo_file

pytestmark = pytest.mark.django_db
Standing = tuple[Client, str, str]
NOW = MONDAY + timedelta(days=7, hours=12)  # the evening of a session that was planned on that Monday


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def clerk() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="clerk"))
    return client


def on(build: Callable[[World, datetime], Deliberation], at: datetime, *more: str) -> Callable[[], Standing]:
    """The clerk's page of a session: the form has an address of its own below it (`do/…`), or a page of its own."""

    def stands() -> Standing:
        page = f"/desk/deliberations/{build(make_world(), at).no}"
        address = "/".join((page, *more))
        return (clerk(), page, address) if "do" in more else (clerk(), address, "")

    return stands


def with_somebody_to_ring() -> Standing:
    world = make_world()
    session = make.reviewed(make.prepared(world))
    Participant.objects.create(pk=77, deliberation=session, seat=Seat.RESIDENT.value, name="一楼老周")
    announcing.announce(deliberation=make.again(session), actor=world.clerk, at=MONDAY)
    return clerk(), f"/desk/deliberations/{session.no}/told", ""


def with_public_record() -> Standing:
    found = make.archived(make_world())
    Record.objects.update(release=Release.RELEASED.value)
    page = f"/desk/deliberations/{found.no}"
    return clerk(), page, f"{page}/record/do/cover"


def at_a_signature() -> Standing:
    found = make.to_sign(make_world())
    signature = found.record.signatures.get(seat=Seat.FIRST_CONVENER.value)
    page = f"/desk/deliberations/{found.no}"
    return clerk(), page, f"{page}/signatures/{signature.pk}/paper"


def from_a_topic() -> Standing:
    page = f"/desk/topics/{make_world().topic.no}/prepare"
    return clerk(), page, ""


def any_time() -> Standing:
    make_world()
    return clerk(), "/desk/any-time", ""


WHY = "请写明原因，大家会看到。"
WRITTEN: dict[str, object] = {
    "said": "大家都说该修。",
    "conclusion": "agreed",
    "was_read_back": "on",
    "measures-0-what": "换灯",
    "then": "send",
}
TALK: dict[str, object] = {
    "held_at": "2026-03-09T19:30",
    "place": "大树下",
    "subject_line": "路边的垃圾桶",
    "people": "很多",
    "said": "保洁：每天多倒一次",
}
# With the name of the act whose words are said afterwards; "" where what follows speaks for itself.
CASES = (
    (
        Case(
            "topic_prepare",
            from_a_topic,
            {"held_at": "下周一"},
            {"held_at": "2026-03-16T19:00"},
            "请写日期和时间",
        ),
        "",
    ),
    (
        Case("topic_prepare", from_a_topic, {"others": "字" * 1001}, {"others": "专家：胡工"}, "最多写 1000"),
        "",
    ),
    (
        Case(
            "deliberation_plan",
            on(make.prepared, NOW, "plan"),
            {"held_at": "下周一", "agenda": "先说情况"},
            {"held_at": "2026-03-17T19:00"},
            "请写日期和时间",
        ),
        "deliberation plan",
    ),
    (
        Case(
            "deliberation_invite",
            on(make.prepared, NOW, "invite"),
            {"others": "字" * 1001},
            {"others": "专家：胡工"},
            "最多写 1000",
        ),
        "deliberation invite",
    ),
    (
        Case(
            "deliberation_invite",
            on(make.prepared, NOW, "invite"),
            {"others": "专家：胡工\n物业：李经理"},
            {"others": "专家：胡工\n承办单位：李经理"},
            "第 2 行：“物业”是哪一种身份？",
        ),
        "deliberation invite",
    ),
    (
        Case(
            "deliberation_attendance",
            on(make.announced, MONDAY, "attendance"),
            {"others": "李经理"},
            {"others": "利益相关方：李经理"},
            "第 1 行没有写身份。",
        ),
        "deliberation attendance",
    ),
    (
        Case(
            "deliberation_attendance",
            on(make.announced, MONDAY, "attendance"),
            {"heads": "很多", "others": "专家：胡工"},
            {"heads": "19"},
            "请写一个整数。",
        ),
        "deliberation attendance",
    ),
    (
        Case(
            "deliberation_record",
            on(make.held, MONDAY, "record"),
            {"held_at": "昨天晚上", "said": "一楼先修", "then": "keep"},
            {"held_at": "2026-03-09T19:00", "then": "keep"},
            "请写日期和时间",
        ),
        "deliberation record",
    ),
    (
        Case(
            "deliberation_record",
            on(make.held, MONDAY, "record"),
            {**WRITTEN, "measures-0-what": "", "measures-0-doer_text": "物业"},
            {"measures-0-what": "换灯", "then": "send"},
            "请写明做什么。",
        ),
        "deliberation send",
    ),
    (
        Case(
            "deliberation_record",
            on(make.held, MONDAY, "record"),
            WRITTEN,
            {"measures-0-doer_text": "物业", "then": "send"},
            "第 1 条措施：请写明谁来做。",
        ),
        "deliberation send",
    ),
    (
        Case(
            "deliberation_do postpone",
            on(make.announced, MONDAY, "do", "postpone"),
            {"reason": " "},
            {"reason": "下雨"},
            WHY,
        ),
        "deliberation postpone",
    ),
    (
        Case(
            "deliberation_do cancel",
            on(make.announced, MONDAY, "do", "cancel"),
            {"reason": "字" * 201},
            {"reason": "已经修好"},
            "最多写 200",
        ),
        "deliberation cancel",
    ),
    (
        Case(
            "deliberation_do cancel",
            on(make.announced, MONDAY, "do", "cancel"),
            {"reason": ""},
            {"reason": "已经修好"},
            WHY,
        ),
        "deliberation cancel",
    ),
    (
        Case(
            "deliberation_do cover",
            on(make.announced, MONDAY, "do", "cover"),
            {"reason": " "},
            {"reason": "地点写错了"},
            WHY,
        ),
        "deliberation cover",
    ),
    (
        Case(
            "deliberation_tell",
            with_somebody_to_ring,
            {"way": "phone"},
            {"who": ["participant:77"]},
            "请点一下告诉了谁。",
        ),
        "deliberation tell",
    ),
    (
        Case("record_do cover", with_public_record, {"reason": ""}, {"reason": "写了姓名"}, WHY),
        "record cover",
    ),
    (
        Case(
            "deliberation_do add",
            on(make.archived, MONDAY, "do", "add"),
            {"text": " "},
            {"text": "灯已经换好。"},
            "请写下要补记的话。",
        ),
        "deliberation add",
    ),
    (
        Case(
            "signature_do paper",
            at_a_signature,
            {"signed_on": "2026-01-01", "paper": photo_file},
            {"signed_on": "2026-03-09", "paper": photo_file},
            "签字的日期要在商量之后，不能晚于今天。",
        ),
        "signature paper",
    ),
    (Case("any_time", any_time, TALK, {"people": "6"}, "请写一个整数。"), ""),
    # A year that was mistyped: the first of all overflowed, the second was kept and printed, the third never comes.
    *(
        (
            Case(
                "any_time",
                any_time,
                {**TALK, "people": "6", "held_at": f"{year}-01-01T00:00"},
                {"held_at": "2026-03-09T19:30"},
                "请看看年份写得对不对",
            ),
            "",
        )
        for year in ("0001", "0025", "9999")
    ),
    (
        Case(
            "deliberation_plan",
            on(make.prepared, NOW, "plan"),
            {"held_at": "0001-03-17T19:00", "agenda": "先说情况"},
            {"held_at": "2026-03-17T19:00"},
            "请看看年份写得对不对",
        ),
        "deliberation plan",
    ),
    (
        Case(
            "any_time",
            any_time,
            {**TALK, "people": "6", "held_at": "2026-03-10T19:30"},
            {"held_at": "2026-03-09T19:30"},
            "还没有到的时间，不能写成已经商量过。",
        ),
        "",
    ),
)
TRIED = frozenset(case.form for case, _said in CASES)


@pytest.mark.parametrize(("case", "says"), CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case, says: str) -> None:
    before = 0

    def stands() -> Standing:
        nonlocal before
        found = case.stands()
        before = Entry.objects.count()
        return found

    second = put_right(replace(case, stands=stands))
    assert second.status_code == 302
    assert second["Location"].startswith("/desk/deliberations/"), "back to the session"
    assert Entry.objects.count() > before
    if says:
        kind, _blank, name = says.partition(" ")
        act = house().thing(kind).act(name)
        assert act is not None
        assert [str(message) for message in get_messages(second.wsgi_request)] == [str(act.said)]


def test_every_act_with_a_form_is_tried() -> None:
    with_form = {
        f"{kind} {act.name}"
        for kind in ("deliberation", "record", "signature")
        for act in house().thing(kind).acts
        if act.form
    }
    assert with_form == {says for _case, says in CASES if says}


@pytest.mark.parametrize("form", [InviteForm, AttendanceForm])
def test_a_name_that_does_not_fit_on_the_list_is_refused_not_cut_off(form: type[Form]) -> None:
    sentence = "三号楼二单元住在四楼的王阿姨说她想请大家都来看一看楼道里的电动车停得多么乱再来商量怎么办"
    (said,) = form({"others": f"专家：胡工\n住户：{sentence}"}).errors["others"]
    assert said == f"“{sentence[:19]}…”太长了：一行写一位，名字最多 40 个字。"
    assert "others" not in form({"others": f"专家：胡工\n住户：{sentence[:40]}"}).errors

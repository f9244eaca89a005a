"""Every form of a draw pressed wrong, then put right on the page that came back: the second press is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.access.actor import SYSTEM
from shangliang.access.things import Act, house
from shangliang.accounts.tests.factories import make_clerk
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.tests.pressing import Case, beside, press_wrong_then_right, put_right, sheets
from shangliang.ledger.models import Entry
from shangliang.sortition import rules
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.models import Draw, Volunteer
from shangliang.sortition.states import LotteryState
from shangliang.sortition.tests.draws import NOW, ROOM_NO, SEED, entry, fill, fixed, make_draw

pytestmark = pytest.mark.django_db
TODAY = local_day(NOW)
KINDS = ("draw", "lottery", "volunteer")
READ_OUT: dict[str, object] = {"is_read_out": "on"}
NOTHING_TO_TYPE = {"draw_volunteer_do out"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def desk_client() -> Client:
    client = Client()
    client.force_login(make_clerk(room_no=ROOM_NO))
    return client


@pytest.fixture
def desk() -> Client:
    return desk_client()


def empty() -> Draw:
    """Nothing is set up yet."""
    draw = make_draw()
    Draw.objects.filter(pk=draw.pk).update(size=0)
    draw.quotas.all().delete()
    return draw


def with_pool() -> Draw:
    draw = make_draw()
    fill(draw, 12)
    return draw


def with_panels() -> Draw:
    draw = with_pool()
    fixed(draw)
    return draw


def without_kinds() -> Draw:
    """Somebody of whom nobody knows to which kinds they belong."""
    draw = make_draw()
    volunteering.enter(draw=draw, entry=entry(1, values={}), actor=SYSTEM, at=NOW)
    return draw


def of_draw(
    act: str, start: Callable[[], Draw], wrong: dict[str, object], right: dict[str, object], said: str
) -> Case:
    """A form on the desk's page of a draw that stands as `start` leaves it."""

    def stands() -> tuple[Client, str, str]:
        page = f"/desk/draws/{start().key}"
        return desk_client(), page, f"{page}/do/{act}"

    return Case(f"draw_do {act}", stands, wrong, right, said)


def of_kinds() -> tuple[Client, str, str]:
    page = f"/desk/draws/{without_kinds().key}/volunteers/1"
    return desk_client(), page, page


CASES = (
    of_draw(
        "set-up",
        empty,
        {"size": "6", "categories": "性别：男、女\n年龄：老"},
        {"categories": "性别：男、女\n年龄：老、少"},
        "第 2 行：“年龄”至少要分成两种。",
    ),
    of_draw("set-up", empty, {"size": "六", "categories": "性别：男、女"}, {"size": "6"}, "请写一个整数。"),
    of_draw(
        "bound", make_draw, {"low-{1}": "4", "high-{1}": "3"}, {"low-{1}": "3"}, "最少的人数比最多的还多"
    ),
    of_draw(
        "bound",
        make_draw,
        {"low-{1}": "4", "high-{1}": "9", "low-{2}": "3", "high-{2}": "9"},
        {"low-{1}": "3"},
        "各项最少加起来是 7 人，多于要抽的 6 人",
    ),
    of_draw(
        "bound", make_draw, {"high-{1}": "", "low-{2}": "半"}, {"high-{1}": "3", "low-{2}": "3"}, "请写人数。"
    ),
    of_draw(
        "call",
        make_draw,
        {"until": str(TODAY - timedelta(days=1))},
        {"until": str(TODAY)},
        "这一天已经过去",
    ),
    of_draw("cancel", make_draw, {"reason": "长" * 201}, {"reason": "人都请到了"}, "最多写 200 个字"),
    of_draw("cancel", make_draw, {"reason": " "}, {"reason": "人都请到了"}, "请写明原因"),
    of_draw(
        "pick",
        with_panels,
        {"way": "balls", "seed": "", **READ_OUT},
        {"seed": "3 6 1 1"},
        "请写下当众产生的数。",
    ),
    of_draw(
        "pick", with_panels, {"way": "dice", "seed": "7 8 9", **READ_OUT}, {"seed": SEED}, "骰子只有 1 到 6"
    ),
    of_draw("pick", with_panels, {"way": "dice", "seed": "3 6 1", **READ_OUT}, {"seed": SEED}, "至少掷 6 次"),
    of_draw("pick", with_panels, {"way": "dice", "seed": SEED}, READ_OUT, "请先念给大家听"),
    of_draw("take-back", with_panels, {"reason": ""}, {"reason": "漏了两位"}, "请写明原因"),
    Case("draw_kinds", of_kinds, {"kind-0": "男"}, {"kind-1": "60岁以上"}, "请选一项。"),
)
TRIED = frozenset({case.form for case in CASES} | NOTHING_TO_TYPE | {"draw", "draw_list", "draw_volunteers"})


def acts() -> dict[str, Act]:
    """The acts of these things that have a form, by what `form_of` calls it."""
    things = [house().thing(kind) for kind in KINDS]
    return {
        act.page or f"{thing.act_page} {act.name}": act for thing in things for act in thing.acts if act.form
    }


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case) -> None:
    before = 0

    def stands() -> tuple[Client, str, str]:
        nonlocal before
        found = case.stands()
        before = Entry.objects.count()
        return found

    assert put_right(replace(case, stands=stands)).status_code == 302
    assert Entry.objects.count() == before + 1


def test_every_form_of_the_desk_is_tried() -> None:
    assert set(acts()) == {case.form for case in CASES} | NOTHING_TO_TYPE


def test_what_is_not_tried_holds_nothing_that_can_be_typed() -> None:
    for name in NOTHING_TO_TYPE:
        fields = acts()[name].form.base_fields.values()  # type: ignore[union-attr]  # it has a form: see above
        assert [type(each) for each in fields if not isinstance(each, forms.ChoiceField)] == []
        assert all(each.required for each in fields)


def test_somebody_is_put_out_for_the_reason_that_was_chosen(desk: Client) -> None:
    draw = with_pool()
    here = f"/desk/draws/{draw.key}/volunteers"
    form = sheets(desk.get(here))[f"{here}/3/out"]
    assert desk.post(form.action, form.filled(reason="not_local")).status_code == 302
    row = draw.volunteers.get(number=3)
    assert (row.state, row.out_reason) == ("out", "not_local")


# -- those that are no act of one thing ------------------------------------------------------------------------


def test_somebody_is_written_down_after_the_telephone_was_put_right(desk: Client) -> None:
    draw = make_draw()
    here = f"/desk/draws/{draw.key}/volunteers"
    told = {"name": "王某", "kind-0": "男", "kind-1": "60岁以上", "phone": "139", "home": "3幢101室"}
    first, second = press_wrong_then_right(desk, here, here, told, {"phone": "13900000001"})
    assert "电话好像不完整" in beside(first, "phone")
    assert (second.status_code, draw.volunteers.get().name) == (302, "王某")
    told |= {"name": "", "phone": "13900000001"}
    first, second = press_wrong_then_right(desk, here, here, told, {"name": "李某", "phone": ""})
    assert "请写姓名。" in beside(first, "name")
    assert draw.volunteers.count() == 2


def test_a_telephone_that_two_people_share_is_said_beside_it(desk: Client) -> None:
    draw = make_draw()
    fill(draw, 2)
    here = f"/desk/draws/{draw.key}/volunteers"
    told = {"name": "王某", "kind-0": "男", "kind-1": "60岁以上", "phone": "13900000001"}
    first, second = press_wrong_then_right(desk, here, here, told, {"phone": ""})
    assert "两位合用一部电话" in beside(first, "phone")
    assert second.status_code == 302


def test_a_list_is_put_right_where_it_was_pasted(desk: Client) -> None:
    draw = make_draw()
    here = f"/desk/draws/{draw.key}/volunteers"
    people = "王某,,,男,60岁以上\n李某,,,别的,60岁以上"
    first, second = press_wrong_then_right(
        desk,
        here,
        f"/desk/draws/{draw.key}/list",
        {"people": people},
        {"people": people.replace("别的", "女")},
    )
    assert "第 2 行" in beside(first, "people")
    assert (second.status_code, draw.volunteers.count()) == (302, 2)


def test_a_file_that_cannot_be_read_is_said_beside_it_and_asked_for_again(desk: Client) -> None:
    draw = make_draw()
    here, action = f"/desk/draws/{draw.key}/volunteers", f"/desk/draws/{draw.key}/list"
    wrong = SimpleUploadedFile("a.csv", "王某,,,别的,60岁以上".encode())
    right = SimpleUploadedFile("a.csv", "王某,,,男,60岁以上".encode())
    first, second = press_wrong_then_right(desk, here, action, {"file": wrong}, {"file": right})
    assert "第 1 行" in beside(first, "file")
    assert "照片和文件请再选一次" in first.content.decode()
    assert (second.status_code, draw.volunteers.count()) == (302, 1)


def test_whoever_puts_themselves_down_corrects_what_was_missing() -> None:
    draw = make_draw()
    draws.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    page = f"/draws/{draw.key}"
    told = {"name": "王某", "kind-0": "男", "phone": "139", "home": "3幢101室", "may_ask_again": "on"}
    first, second = press_wrong_then_right(
        Client(), page, "", told, {"kind-1": "60岁以上", "phone": "13900000001"}
    )
    assert "请选一项。" in beside(first, "kind-1")
    assert "电话好像不完整" in beside(first, "phone")
    row = Volunteer.objects.get(draw=draw)
    assert second["Location"] == row.own_path
    assert (row.name, row.home, row.may_ask_again) == ("王某", "3幢101室", True)
    first, second = press_wrong_then_right(
        Client(), page, "", {**told, "kind-1": "60岁以上", "phone": "13900000001"}, {"phone": ""}
    )
    assert "这个电话已经报过名" in beside(first, "phone")
    assert draw.volunteers.count() == 2


@pytest.mark.parametrize(
    ("what", "sent", "kept"),
    [
        ("do/set-up", {"size": "4", "categories": "住房：业主、租户"}, "住房：业主、租户"),
        ("do/call", {"open": "yes", "until": str(TODAY)}, str(TODAY.year)),
        ("do/cancel", {"reason": "人都请到了"}, "人都请到了"),
        ("list", {"people": "王某,,,男,60岁以上"}, "王某,,,男,60岁以上"),
        ("volunteers", {"name": "王某某", "kind-0": "男", "kind-1": "60岁以上"}, "王某某"),
    ],
)
def test_what_was_typed_stays_when_somebody_has_sealed_the_pool_meanwhile(
    desk: Client, what: str, sent: dict[str, str], kept: str
) -> None:
    """Two clerks: one types, the other has panels made; once those are taken back, the same press is saved."""
    draw = with_pool()
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    action = f"/desk/draws/{draw.key}/{what}"
    first = desk.post(action, sent)
    assert first.status_code == 400
    assert "正在抽签，先抽完或者取回" in first.content.decode()
    form = sheets(first)[action]
    assert kept in [value for values in form.fields.values() for value in values]
    if "until" in sent:
        assert form.fields["until_month"] + form.fields["until_day"] == str(TODAY).split("-")[1:]
    drawing.take_back(lottery=lottery, reason="漏了两位", actor=SYSTEM, at=NOW)
    before = Entry.objects.count()
    assert desk.post(action, form.fields).status_code == 302
    assert Entry.objects.count() == before + 1


def test_ends_typed_while_the_pool_was_sealed_stay_too(desk: Client) -> None:
    draw = with_pool()
    keys = [row.pk for row in draw.quotas.order_by("pk")]
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    action = f"/desk/draws/{draw.key}/do/bound"
    sent = {f"{end}-{key}": str(number) for key in keys for end, number in (("low", 1), ("high", 5))}
    first = desk.post(action, sent)
    assert "正在抽签，先抽完或者取回" in first.content.decode()
    form = sheets(first)[action]
    assert form.fields[f"high-{keys[0]}"] == ["5"]
    drawing.take_back(lottery=lottery, reason="改人数", actor=SYSTEM, at=NOW)
    assert desk.post(action, form.fields).status_code == 302
    assert [row.high for row in draw.quotas.order_by("pk")] == [5] * len(keys)
    assert draw.lotteries.get().state == LotteryState.TAKEN_BACK


def test_a_condition_names_the_field_of_the_quota_that_mends_it() -> None:
    """By its key, not by its place: a draw's quotas are made anew whenever its kinds change."""
    young, old = rules.Feature("年龄", "少"), rules.Feature("年龄", "老")
    asked = [rules.Asked(young, 1, 2), rules.Asked(old, 3, 2)]
    assert [(each.code, each.mend) for each in rules.missing_in_quotas(asked, 9, [41, 42])] == [
        ("ends_crossed", "low-42"),
        ("highs_below_size", "high-41"),
    ]
    assert {each.mend for each in rules.missing_in_quotas(asked, 9)} == {"quotas"}


def test_one_s_own_page_says_why_something_cannot_be_done_now() -> None:
    draw = with_pool()
    row = draw.volunteers.get(number=1)
    drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    answer = Client().post(row.own_path, {"what": "withdraw"}, follow=True)
    assert "名单已经封存，正在抽签。抽完以后可以再来删。" in answer.content.decode()
    row.refresh_from_db()
    assert row.name

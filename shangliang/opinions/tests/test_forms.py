"""Every form of a poll pressed wrong, then put right on the page that came back: the second press is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django import forms
from django.core.cache import cache
from django.test import Client

from shangliang.access.actor import SYSTEM
from shangliang.access.things import Act, house
from shangliang.accounts.tests.factories import make_clerk
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.tests.pressing import Case, beside, press_wrong_then_right, put_right, sheets
from shangliang.opinions.actions import polls, voting
from shangliang.opinions.models import HandCount, Poll, SeatCode, Statement, Voter
from shangliang.opinions.states import StatementState, VoterClass
from shangliang.opinions.tests.polls import NOW, make_poll
from shangliang.opinions.views import keys
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
KINDS = ("poll", "statement")
NOTHING_TO_TYPE = {"poll_do settle", "poll_do review", "poll_do meta"}
ONE = ("停车费应当由业主定",)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    cache.clear()
    with clock.at(NOW):
        yield


def desk_client() -> Client:
    client = Client()
    client.force_login(make_clerk())
    return client


@pytest.fixture
def desk() -> Client:
    return desk_client()


@pytest.fixture
def most() -> int:
    """Characters of one statement."""
    return book().at(local_day(NOW)).integer("opinions.statement_characters")


def _hands(poll: Poll) -> tuple[int, ...]:
    return HandCount.objects.values_list("agree", "disagree", "passed").get(statement__poll=poll)


def of_poll(act: str, wrong: dict[str, object], right: dict[str, object], said: str) -> Case:
    """A form on the desk's page of a poll with one statement."""

    def stands() -> tuple[Client, str, str]:
        page = f"/desk/polls/{make_poll(texts=ONE).key}"
        return desk_client(), page, f"{page}/seats" if act == "seats" else f"{page}/do/{act}"

    return Case("poll_seats" if act == "seats" else f"poll_do {act}", stands, wrong, right, said)


# Each with what is there when it is put right.
CASES = (
    (
        of_poll(
            "seed",
            {"texts": "夜里留出消防通道\n" + "长" * 61},
            {"texts": "夜里留出消防通道\n外来车辆收费"},
            "第 2 句有 61 个字，最多 60 个，请改短。",
        ),
        lambda poll: poll.statements.count() == 3,
    ),
    (
        of_poll(
            "seed",
            {"texts": " \n"},
            {"texts": "夜里留出消防通道"},
            "请至少写一句。",
        ),
        lambda poll: poll.statements.count() == 2,
    ),
    (
        of_poll(
            "seats",
            {"count": "100000"},
            {"count": "2"},
            "张，不够再印。",
        ),
        lambda poll: SeatCode.objects.filter(poll=poll).count() == 2,
    ),
    (
        of_poll(
            "seats",
            {"count": "两"},
            {"count": "2"},
            "请写一个整数。",
        ),
        lambda poll: SeatCode.objects.filter(poll=poll).count() == 2,
    ),
    (
        of_poll(
            "seed",
            {"texts": "夜里留出消防通道\n打138—1234—5678找我"},
            {"texts": "夜里留出消防通道"},
            "里面好像有手机号",
        ),
        lambda poll: poll.statements.count() == 2,
    ),
    (
        of_poll(
            "word",
            {"text": "王桂芳（5幢502）说太吵"},
            {"text": "5幢的邻居说太吵"},
            "里面好像有姓名和门牌",
        ),
        lambda poll: poll.statements.get().text == "5幢的邻居说太吵",
    ),
    (
        of_poll(
            "word",
            {"text": "长" * 61},
            {"text": "停车费由业主大会定"},
            "最多写 60 个字，现在有 61 个",
        ),
        lambda poll: poll.statements.get().text == "停车费由业主大会定",
    ),
    (
        of_poll(
            "hands",
            {"agree": "七", "disagree": "1", "passed": "0"},
            {"agree": "7"},
            "请写一个整数。",
        ),
        lambda poll: _hands(poll) == (7, 1, 0),
    ),
    (
        of_poll(
            "hands",
            {"agree": "7", "disagree": "", "passed": "-1"},
            {"disagree": "1", "passed": "0"},
            "",
        ),
        lambda poll: _hands(poll) == (7, 1, 0),
    ),
)


TRIED = frozenset({case.form for case, _ in CASES} | NOTHING_TO_TYPE | {"join_add", "seat"})


def acts() -> dict[str, Act]:
    """The acts of these things that have a form, by what `form_of` calls it."""
    things = [house().thing(kind) for kind in KINDS]
    return {
        act.page or f"{thing.act_page} {act.name}": act for thing in things for act in thing.acts if act.form
    }


@pytest.mark.parametrize(("case", "saved"), CASES, ids=[str(case) for case, _saved in CASES])
def test_what_was_wrong_is_put_right_and_saved(case: Case, saved: Callable[[Poll], bool]) -> None:
    second = put_right(case)
    assert second.status_code == (200 if case.form == "poll_seats" else 302), (
        "codes are shown once, to be printed"
    )
    assert saved(Poll.objects.get())


def test_a_seat_number_typed_wrong_and_then_right_leads_to_its_poll() -> None:
    poll = make_poll(texts=ONE, takes_open=False)
    code = polls.print_seats(poll=poll, count=1, actor=SYSTEM, at=NOW)[0]
    client = Client()
    assert "输入座位号" in client.get("/join").content.decode()
    wrong = client.post("/join", {"code": f"{code[:-1]}0"})
    assert (wrong.status_code, "没有这个座位号" in wrong.content.decode()) == (400, True)
    right = client.post("/join", {"code": f" {code[:4]}-{code[4:8]}-{code[8:]} ".lower()})
    assert right["Location"] == f"/join/{poll.key}?c={code}"
    assert "请扫会场的码" not in client.get(right["Location"]).content.decode()
    assert not Voter.objects.exists(), "looking changes nothing"
    SeatCode.objects.update(used_at=NOW)
    used = client.post("/join", {"code": code})
    assert (used.status_code, "已经有人用过" in used.content.decode()) == (400, True)


def test_a_slip_bears_a_code_that_can_be_read_out_and_where_to_type_it(desk: Client) -> None:
    poll = make_poll(texts=ONE)
    sheet = desk.post(f"/desk/polls/{poll.key}/seats", {"count": "2"}).content.decode()
    assert len(re.findall(r">[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{5}<", sheet)) == 2
    assert '<p class="seat-address num">testserver/join</p>' in sheet


def test_every_form_of_the_desk_is_tried() -> None:
    assert set(acts()) == {case.form for case, _ in CASES} | NOTHING_TO_TYPE


def test_what_is_not_tried_holds_nothing_that_can_be_typed() -> None:
    for name in NOTHING_TO_TYPE:
        for field in acts()[name].form.base_fields.values():  # type: ignore[union-attr]  # it has a form: see above
            chosen = isinstance(field, forms.BooleanField | forms.ChoiceField)
            assert chosen or field.widget.is_hidden, field.label


def test_each_choice_of_the_page_is_taken(desk: Client) -> None:
    poll = make_poll(texts=ONE)
    here = f"/desk/polls/{poll.key}"

    def press(act: str, **chosen: str) -> Statement:
        form = sheets(desk.get(here))[f"{here}/do/{act}"]
        assert desk.post(form.action, form.filled(**chosen)).status_code == 302
        poll.refresh_from_db()
        return poll.statements.get()

    assert press("meta", meta="yes").is_meta
    assert not press("meta", meta="no").is_meta
    assert press("review", shown="no").state == StatementState.REJECTED
    assert press("review", shown="yes").state == StatementState.SHOWN
    press("settle", takes_open="on", shows_unreviewed="on")
    assert (poll.takes_open, poll.shows_unreviewed) == (True, True)
    press("settle", takes_open="", shows_unreviewed="")
    assert (poll.takes_open, poll.shows_unreviewed) == (False, False)


# -- what a participant adds -----------------------------------------------------------------------------------


def added(poll: Poll) -> list[str]:
    return list(poll.statements.exclude(text__in=ONE).order_by("pk").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("wrong", "said"), [("", "请写一句再补充。"), ("长" * 61, "最多写 60 个字"), ("嗯", "至少写 2 个字")]
)
def test_a_thought_is_put_right_by_whoever_has_it(most: int, wrong: str, said: str) -> None:
    assert most == 60, "else the cases have to change"
    poll = make_poll(texts=ONE)
    page = f"/join/{poll.key}"
    first, second = press_wrong_then_right(
        Client(), page, f"{page}/add", {"text": wrong}, {"text": "楼下装个意见箱"}
    )
    assert said in beside(first, "text")
    assert (second.status_code, added(poll)) == (302, ["楼下装个意见箱"])


def test_a_thought_stays_when_the_page_lay_open_too_long() -> None:
    """The page that comes back holds a new ticket where the poll is open to all: the same press is saved."""
    poll, client = make_poll(texts=ONE), Client()
    action = f"/join/{poll.key}/add"
    with clock.at(NOW - timedelta(seconds=keys.HALF_DAY + 60)):
        form = sheets(client.get(f"/join/{poll.key}"))[action]
    old = keys.Ticket(VoterClass.OPEN).signed(make_poll())  # no ticket of this poll
    first = client.post(action, form.filled(text="楼下装个意见箱", ticket=old))
    assert first.status_code == 400
    assert "请再按一次" in beside(first, "text")
    again = sheets(first)[action]
    assert again.fields["text"] == ["楼下装个意见箱"]
    assert client.post(action, again.fields).status_code == 302
    assert added(poll) == ["楼下装个意见箱"]
    assert Voter.objects.count() == 1


def test_a_thought_stays_to_be_read_where_only_those_in_the_room_are_asked() -> None:
    poll, client = make_poll(texts=ONE, takes_open=False), Client()
    first = client.post(f"/join/{poll.key}/add", {"text": "楼下装个意见箱", "ticket": ""})
    assert first.status_code == 400
    assert "请重新扫一次码" in beside(first, "text")
    form = sheets(first)[f"/join/{poll.key}/add"]
    assert form.fields["text"] == ["楼下装个意见箱"]
    present = keys.Ticket(VoterClass.PRESENT).signed(poll)
    assert client.post(form.action, form.filled(ticket=present)).status_code == 302
    assert added(poll) == ["楼下装个意见箱"]


def test_a_thought_stays_when_the_poll_was_closed_meanwhile() -> None:
    poll, client = make_poll(texts=ONE), Client()
    action = f"/join/{poll.key}/add"
    form = sheets(client.get(f"/join/{poll.key}"))[action]
    polls.close_poll(poll=poll, actor=SYSTEM, at=NOW)
    first = client.post(action, form.filled(text="楼下装个意见箱"))
    assert "现在不收表态" in beside(first, "text")
    polls.open_poll(poll=poll, actor=SYSTEM, at=NOW)
    assert client.post(action, sheets(first)[action].fields).status_code == 302
    assert added(poll) == ["楼下装个意见箱"]


def test_who_has_added_enough_reads_so_beside_what_they_typed() -> None:
    poll, client = make_poll(texts=ONE), Client()
    page, action = f"/join/{poll.key}", f"/join/{poll.key}/add"
    most = book().at(local_day(NOW)).integer("opinions.added_count")
    thoughts = [f"{word}{word}{word}" for word in "电梯扶手门禁路灯草坪监控充电车位消防通道"]
    for text in thoughts[:most]:
        client.post(action, sheets(client.get(page))[action].filled(text=text))
    assert len(added(poll)) == most
    first = client.post(action, sheets(client.get(page))[action].filled(text="楼下装个意见箱"))
    assert "您已经补充了好几句" in beside(first, "text")
    assert sheets(first)[action].fields["text"] == ["楼下装个意见箱"]


def test_nobody_learns_what_another_said_before_the_clerk_has_looked() -> None:
    """What is like a statement that waits gets the same answer as any other, and is not written down twice."""
    poll = make_poll(texts=ONE)
    for number, text in enumerate(("楼下装个意见箱", "楼下装个意见箱。")):
        voter = voting.join(poll=poll, kind=VoterClass.OPEN, token=str(number), at=NOW)
        result = voting.add(voter=voter, text=text, most=9, at=NOW)
        assert result.alike == ""
    assert added(poll) == ["楼下装个意见箱"]
    client = Client()
    for text in ("楼下，装个意见箱", "夜里留出消防通道"):
        action = f"/join/{poll.key}/add"
        form = sheets(client.get(f"/join/{poll.key}"))[action]
        answer = client.post(action, form.filled(text=text), follow=True)
        assert "收到了。联络员看过以后，别人就能看到。" in answer.content.decode()
    assert added(poll) == ["楼下装个意见箱", "夜里留出消防通道"]


@pytest.mark.parametrize(
    "said", ["打电话13812345678找我", "打幺三八一二三四五六七八", "0511-85012345", "王桂芳（5幢502）太吵"]
)
def test_nobodys_number_comes_onto_every_phone(desk: Client, said: str) -> None:
    """At the door it is asked back; what came in before is marked for the clerk who looks at it."""
    poll = make_poll(texts=ONE)
    client, page = Client(), f"/join/{poll.key}"
    first = client.post(f"{page}/add", sheets(client.get(page))[f"{page}/add"].filled(text=said))
    assert "大家都会看到这些话" in beside(first, "text")
    assert sheets(first)[f"{page}/add"].fields["text"] == [said]
    assert added(poll) == []
    voter = voting.join(poll=poll, kind=VoterClass.OPEN, token="before", at=NOW)
    voting.add(voter=voter, text=said, most=9, at=NOW)
    assert "请先改掉，再让大家看到" in desk.get(f"/desk/polls/{poll.key}").content.decode()

"""What is said about the system: who gets it, until when, who reads it, and what the person sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from shangliang.access.actor import ANONYMOUS
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant
from shangliang.accounts.tests.factories import give, make_user
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import due_to
from shangliang.events.kinds import Kind
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.feedback import actions, tasks
from shangliang.feedback.models import Feedback
from shangliang.feedback.states import ROOM, FeedbackState, FeedbackWay
from shangliang.feedback.tests.factories import NOW, PHONE, ROOM_NO, acting, led_to, offices, said, signed_in
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.middleware import PRIVATE
from shangliang.kit.states import IllegalMove
from shangliang.kit.tests.pressing import sheets
from shangliang.ledger.models import Content, Entry
from shangliang.places.tests.factories import CITY, COUNTY, TOWN, VILLAGE
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def send(client: Client, **typed: str) -> str:
    """Fill in the public form and send it; the address of the page that it leads to."""
    page = client.get("/feedback")
    filled = {"kind": "help", "text": "不会用"} | typed
    answer = client.post("/feedback", sheets(page)["/feedback"].filled(**filled))
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("there_is", "role", "path"),
    [
        ({}, Role.CITY_OFFICE, CITY),
        ({"city": False}, Role.DISTRICT_OFFICE, COUNTY),
        ({"city": False, "county": False}, Role.TOWN_OFFICE, TOWN),
    ],
)
def test_the_highest_office_that_there_is_answers(there_is: dict[str, bool], role: Role, path: str) -> None:
    users = offices(**there_is)
    row = said().feedback
    assert row.desk_path == path
    waits = Clock.objects.running().get()
    assert (waits.role, waits.area_path, waits.rule) == (role, path, "feedback.answer_days")
    assert [due.pk for due in due_to(acting(users[role]))] == [waits.pk]
    for other, user in users.items():
        assert Feedback.objects.visible_to(acting(user)).exists() == (other == role), other
    assert not Feedback.objects.visible_to(ANONYMOUS).exists()


def test_it_waits_for_an_office_that_is_appointed_later() -> None:
    offices(city=False, county=False)
    Grant.objects.all().delete()
    assert said().feedback.desk_path == VILLAGE, "one village is all that there is"


def test_without_any_place_it_says_that_nobody_could_answer() -> None:
    page = Client().get("/feedback")
    typed = sheets(page)["/feedback"].filled(kind="help", text="在吗")
    answer = Client().post("/feedback", typed)
    assert "没有人能答复" in answer.content.decode()
    assert sheets(answer)["/feedback"].fields["text"] == ["在吗"]
    assert not Feedback.objects.exists()


def test_the_office_is_told_and_no_word_leaves_the_row() -> None:
    users = offices()
    row = said("我的腿脚不便，找不到按钮", phone=PHONE).feedback
    react(NOW)
    message = Message.objects.get(recipient__ref=f"account:{users[Role.CITY_OFFICE].pk}")
    assert row.no in str(message.params)
    actions.answer(feedback=row, text="按钮在下面", actor=acting(users[Role.CITY_OFFICE]), at=NOW)
    actions.ask_again(feedback=row, text="还是找不到", actor=actions.holder_of(row), at=NOW)
    react(NOW)
    assert not Failure.objects.exists()
    everything = " ".join(
        [*Content.objects.values_list("body", flat=True), *map(str, Message.objects.values_list("params"))]
    )
    for word in ("腿脚", "按钮", "找不到", PHONE):
        assert word not in everything
    assert list(Entry.objects.order_by("pk").values_list("event", flat=True)) == [
        Kind.FEEDBACK_RECEIVED,
        Kind.FEEDBACK_ANSWERED,
        Kind.FEEDBACK_ASKED_AGAIN,
    ]


def test_a_person_sends_it_and_reads_the_answer_under_a_secret_address() -> None:
    users, somebody = offices(), Client()
    address = send(somebody, text="字太小", page="/topics")
    key = address.removeprefix("/f/")
    assert len(key) >= 22
    row = Feedback.objects.get()
    assert key not in (row.key_hash, row.form_nonce)
    page = somebody.get(address)
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "noindex" in page["X-Robots-Tag"]
    assert PRIVATE.sub(r"/\1/…", f'"GET {address} HTTP/1.1"') == '"GET /f/… HTTP/1.1"'
    shown = page.content.decode()
    assert row.no in shown
    assert "字太小" in shown
    assert "市级推进办" in shown
    assert "11月9日前" in shown, "five working days after a Monday"
    desk = signed_in(users[Role.CITY_OFFICE])
    desk.post(f"/desk/feedback/{row.no}/answer", {"text": "按“大字”就放大了"})
    shown = somebody.get(address).content.decode()
    assert "按“大字”就放大了" in shown
    assert "按“大字”就放大了" in somebody.get(f"{address}/print").content.decode()
    for wrong in ("/f/x", f"/f/{key[:-1]}", f"/f/{key}x/print"):
        assert somebody.get(wrong).status_code == 404


def test_it_knows_the_page_from_which_somebody_came_and_no_secret_of_it() -> None:
    def page(referer: str) -> list[str]:
        answer = Client().get("/feedback", headers={"referer": referer})
        return sheets(answer)["/feedback"].fields["page"]

    assert page("http://testserver/results?page=2") == ["/results"]
    assert page("http://testserver/s/482910375561") == ["/s"]
    assert page("http://elsewhere.cn/results") == [""]
    assert page("http://testserver/feedback") == [""]
    offices()
    send(Client(), page="http://testserver/s/482910375561/Qk3-zT_9aXw0Lm5RvB1cYg 打不开")
    assert Feedback.objects.get().page == "/s 打不开"


def test_sent_twice_it_is_one_and_other_words_are_another() -> None:
    offices()
    client = Client()
    sheet = sheets(client.get("/feedback"))["/feedback"]
    first, second = (client.post("/feedback", sheet.filled(kind="help", text="不会用")) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Feedback.objects.count() == 1
    client.post("/feedback", sheet.filled(kind="help", text="另一句"))
    assert Feedback.objects.count() == 2


def test_personal_data_is_hidden_only_when_its_owner_says_so() -> None:
    offices()
    client = Client()
    typed = sheets(client.get("/feedback"))["/feedback"].filled(
        kind="help", text="打我电话 13912345678", page="/topics", phone=PHONE
    )
    asked = client.post("/feedback", typed)
    assert "手机号" in asked.content.decode()
    assert not Feedback.objects.exists()
    again = sheets(asked)["/feedback"]
    back = client.post("/feedback", again.filled(step="edit"))
    kept = sheets(back)["/feedback"].fields
    assert (kept["text"], kept["page"], kept["phone"]) == (["打我电话 13912345678"], ["/topics"], [PHONE])
    client.post("/feedback", again.filled(step="mask"))
    row = Feedback.objects.get()
    assert row.text == "打我电话 *********78"
    assert row.has_phone
    client.post("/feedback", again.filled(step="keep"))
    assert Feedback.objects.filter(text="打我电话 13912345678").exists()


def test_what_no_hand_typed_is_marked_and_not_refused() -> None:
    offices()
    client = Client()
    sheet = sheets(client.get("/feedback"))["/feedback"]
    client.post("/feedback", sheet.filled(kind="help", text="陷阱", website="x"))
    client.post("/feedback", sheet.filled(kind="help", text="太快"))
    with clock.at(NOW + timedelta(minutes=1)):
        client.post("/feedback", sheet.filled(kind="help", text="慢慢写的"))
        assert list(Feedback.objects.order_by("pk").values_list("is_suspicious", flat=True)) == [
            True,
            True,
            False,
        ]
        most = book().at(clock.local_day(NOW)).integer("feedback.per_network_count")
        for number in range(most - 3):
            client.post("/feedback", sheet.filled(kind="help", text=f"第 {number} 条"))
            assert not Feedback.objects.latest("pk").is_suspicious
        client.post("/feedback", sheet.filled(kind="help", text="一小时里又一条"))
        assert Feedback.objects.latest("pk").is_suspicious


def test_a_form_left_open_too_long_keeps_what_was_typed() -> None:
    offices()
    client = Client()
    sheet = sheets(client.get("/feedback"))["/feedback"]
    with clock.at(NOW + timedelta(days=3)):
        answer = client.post("/feedback", sheet.filled(kind="help", text="回来接着写"))
        assert "您写的都还在" in answer.content.decode()
        again = sheets(answer)["/feedback"]
        assert again.fields["text"] == ["回来接着写"]
        assert client.post("/feedback", again.filled()).status_code == 302


def test_staff_who_speak_of_their_desk_are_nobody_in_particular() -> None:
    clerk = signed_in(offices()[Role.CLERK])
    assert '<a href="/feedback">' in clerk.get("/desk").content.decode()
    send(clerk, text="工作台慢", page="/desk")
    row = Feedback.objects.get()
    assert (row.entered_by, row.way) == (None, FeedbackWay.ONLINE)
    assert Entry.objects.get().office == "resident"
    assert Entry.objects.get().pseudonym == ""


def test_the_clerk_enters_it_for_somebody_and_prints_the_address() -> None:
    users = offices()
    client = signed_in(users[Role.CLERK])
    sheet = sheets(client.get("/desk/feedback/new"))["/desk/feedback/new"]
    typed = sheet.filled(way="visit", kind="complaint", text="网页打不开")
    printed = client.post("/desk/feedback/new", typed).content.decode()
    found = re.search(r"/f/[\w-]{22}", printed)
    assert found
    row = Feedback.objects.get()
    assert (row.entered_by, row.way) == (users[Role.CLERK].pk, FeedbackWay.VISIT)
    assert Entry.objects.get().office == f"clerk@{CITY.split('/')[1]}"
    assert "代录（当面）" in Client().get(found[0]).content.decode()
    assert client.get(f"/desk/feedback/{row.no}").status_code == 404, "who entered it does not follow it"
    assert client.get("/desk/feedback").status_code == 404


def test_only_who_may_enter_enters() -> None:
    users = offices()
    member = make_user("member")
    give(member, Role.MEMBER, area_path=COUNTY)
    assert signed_in(member).get("/desk/feedback/new").status_code == 404
    with pytest.raises(Denied):
        said(way=FeedbackWay.PHONE, actor=acting(member))
    assert said(way=FeedbackWay.PHONE, actor=acting(users[Role.CLERK])).feedback.is_entered_for_somebody


def test_where_it_belongs_is_told_with_address_and_number() -> None:
    users = offices()
    city = acting(users[Role.CITY_OFFICE])
    to_room, to_hotline = said("路灯坏了"), said("社保卡丢了")
    actions.pass_on(feedback=to_room.feedback, destination=ROOM, room=ROOM_NO, actor=city, at=NOW)
    actions.pass_on(feedback=to_hotline.feedback, destination="12345", text="社保归热线", actor=city, at=NOW)
    page = Client().get(f"/f/{to_room.key}").content.decode()
    assert f"/say?room={ROOM_NO}" in page
    assert "桃园社区协商议事室" in page
    assert "我们没有替您转过去" in page
    page = Client().get(f"/f/{to_hotline.key}").content.decode()
    assert "12345" in page
    assert "社保归热线" in page


def test_a_room_that_is_meant_has_to_be_one() -> None:
    users = offices()
    city, row = acting(users[Role.CITY_OFFICE]), said().feedback
    for room, code in (("", "room_missing"), ("月球议事室", "room_unknown")):
        with pytest.raises(Blocked) as blocked:
            actions.pass_on(feedback=row, destination=ROOM, room=room, actor=city, at=NOW)
        assert [item.code for item in blocked.value.unmet] == [code]
    row.refresh_from_db()
    assert row.state == FeedbackState.WAITING


def test_it_can_be_asked_again_once() -> None:
    city = acting(offices()[Role.CITY_OFFICE])
    received = said()
    row = led_to(received.feedback, FeedbackState.ANSWERED, city, NOW)
    client, later = Client(), NOW + timedelta(days=1)
    with clock.at(later):
        client.post(f"/f/{received.key}/again", {"text": "还是看不清"})
        row.refresh_from_db()
        assert (row.state, row.closed_at) == (FeedbackState.WAITING, None)
        assert Clock.objects.running().of(row.subject).get().started_at == later
        led_to(row, FeedbackState.ANSWERED, city, later)
        assert "再问一次" not in client.get(f"/f/{received.key}").content.decode()
        answer = client.post(f"/f/{received.key}/again", {"text": "第三次"}, follow=True)
        assert "已经再问过一次了" in answer.content.decode()
        with pytest.raises(IllegalMove):
            actions.ask_again(feedback=row, text="x", actor=actions.holder_of(row), at=later)


@pytest.mark.parametrize(("days", "in_time"), [(7, True), (8, False)])
def test_the_first_answer_is_in_time_or_not(days: int, in_time: bool) -> None:
    city, row = acting(offices()[Role.CITY_OFFICE]), said().feedback
    at = NOW + timedelta(days=days)
    led_to(row, FeedbackState.ANSWERED, city, at)
    actions.ask_again(feedback=row, text="x", actor=actions.holder_of(row), at=at)
    led_to(row, FeedbackState.ANSWERED, city, at + timedelta(days=60))
    row.refresh_from_db()
    assert (row.was_in_time, row.first_answered_at) == (in_time, at)


def test_a_look_at_the_phone_is_seen_by_its_owner() -> None:
    desk = signed_in(offices()[Role.CITY_OFFICE])
    received = said(phone=PHONE)
    page = f"/desk/feedback/{received.feedback.no}"
    assert PHONE not in desk.get(page).content.decode()
    assert PHONE in desk.post(f"{page}/reveal").content.decode()
    assert "被查看过 1 次" in Client().get(f"/f/{received.key}").content.decode()
    assert Entry.objects.filter(event=Kind.FEEDBACK_PHONE_SEEN).count() == 1
    desk.post(f"{page}/reveal")
    assert "被查看过 2 次" in Client().get(f"/f/{received.key}").content.decode()


def test_the_phone_is_not_kept_beyond_the_answer() -> None:
    city = acting(offices()[Role.CITY_OFFICE])
    days = book().at(clock.local_day(NOW)).integer("feedback.phone_keep_calendar_days")
    waiting, answered = said(phone=PHONE).feedback, said(phone=PHONE).feedback
    led_to(answered, FeedbackState.ANSWERED, city, NOW)
    assert tasks.retain(NOW + timedelta(days=days)) == 0
    assert tasks.retain(NOW + timedelta(days=days, hours=1)) == 1
    waiting.refresh_from_db()
    answered.refresh_from_db()
    assert (waiting.has_phone, answered.has_phone) == (True, False)


def test_what_has_to_be_written_is_not_called_optional() -> None:
    page = Client().get("/feedback").content.decode()
    asked = page[page.index("要说的话") : page.index("<textarea")]
    assert "选填" not in asked


def test_paper_says_the_day_and_not_how_long_that_still_is() -> None:
    offices()
    page = Client().get(f"/f/{said().key}/print").content.decode()
    assert "11月9日前" in page
    assert "还剩" not in page


@pytest.mark.parametrize("address", ["/", "/topics", "/nowhere", "/s"])
def test_every_public_page_leads_there(address: str) -> None:
    assert 'href="/feedback"' in Client().get(address).content.decode()

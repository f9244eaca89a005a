"""`/s/…` as its holder, a passer-by and a clerk meet it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from shangliang.access.roles import Role
from shangliang.clocks.tasks import tick
from shangliang.events.tasks import react
from shangliang.kit import clock, ids
from shangliang.kit.tests.reading import flat
from shangliang.topics import slip_cookie
from shangliang.topics.actions import contact, quick, screening, slip
from shangliang.topics.actions.intake import Received
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import Submission
from shangliang.topics.states import Destination, Exclusion, Grade, SubmissionState
from shangliang.topics.tests.factories import NOW, Cast, Places, cast, opened, places, raised, signed_in

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _own_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def village(db: None) -> Places:
    return places()


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def given(village: Places) -> Received:
    return raised(village.room, "3号楼的路灯坏了", phone="139 0000 1234")


def own(client: Client, given: Received, **fields: str) -> dict[str, str]:
    """What a form on that page sends: the fields, and the word that shows it is the page's own."""
    page = client.get(f"/s/{given.slip}").content.decode()
    found = re.search(r'name="own" value="(\w*)"', page)
    return {"own": found[1] if found else "", **fields}


def holder(given: Received) -> Client:
    client = Client()
    client.get(f"/s/{given.slip}/{given.key}")
    return client


def words(client: Client, address: str, **kwargs: Any) -> str:
    return flat(client.get(address, **kwargs).content.decode())


def test_a_typed_number_leads_to_its_page(given: Received) -> None:
    typed = ids.show_slip(given.slip)
    assert Client().post("/s", {"no": typed})["Location"] == f"/s/{given.slip}"
    assert "请再核对一遍" in Client().post("/s", {"no": "1234"}).content.decode()


def test_the_number_alone_shows_where_it_stands_and_no_more(given: Received) -> None:
    page = words(Client(), f"/s/{given.slip}")
    assert "已收到" in page
    assert "决定怎么办" in page or "先给您回个话" in page
    for secret in ("3号楼的路灯坏了", "1234", "来往的话", "抹去", given.key):
        assert secret not in page


def test_the_square_opens_the_whole_page_and_leaves_the_key_out_of_the_address(given: Received) -> None:
    client = Client()
    answer = client.get(f"/s/{given.slip}/{given.key}")
    assert answer["Location"] == f"/s/{given.slip}"
    assert client.cookies["key"]["path"] == f"/s/{given.slip}"
    assert client.cookies["key"]["httponly"]
    page = words(client, f"/s/{given.slip}")
    assert "3号楼的路灯坏了" in page
    assert "还没有人查看过" in page


def test_what_went_past_the_room_and_what_the_room_has_read_are_told_apart(
    village: Places, people: Cast, given: Received
) -> None:
    past, passed = "没有经过本村（社区）", "已经交给上一级办，本村（社区）不再经手"
    ticked = raised(village.room, "别的事", about_cadres=True)
    page = words(holder(ticked), f"/s/{ticked.slip}")
    assert past in page
    assert passed not in page
    screening.pass_above(submission=given.submission, actor=people.clerk, at=LATER)
    page = words(holder(given), f"/s/{given.slip}")
    assert passed in page
    assert past not in page
    stranger = words(Client(), f"/s/{given.slip}")
    assert past not in stranger
    assert passed not in stranger


def test_a_wrong_key_opens_no_more_than_the_number(given: Received) -> None:
    client = Client()
    client.get(f"/s/{given.slip}/{'x' * 22}")
    assert "key" not in client.cookies
    assert "3号楼的路灯坏了" not in words(client, f"/s/{given.slip}")


def test_a_key_of_another_slip_opens_nothing(given: Received, village: Places) -> None:
    other = raised(village.room, "别的事")
    client = Client()
    client.get(f"/s/{given.slip}/{other.key}")
    assert "3号楼的路灯坏了" not in words(client, f"/s/{given.slip}")


def test_unknown_erased_and_mistyped_look_the_same(given: Received) -> None:
    slip.erase(submission=given.submission, actor=slip.holder_of(given.submission), at=NOW)
    seen = set()
    for digits in (ids.new_slip(), "123412341234", given.slip):
        answer = Client().get(f"/s/{digits}")
        assert answer.status_code == 404
        seen.add(answer.content.replace(digits.encode(), b""))
    assert len(seen) == 1
    assert holder(given).get(f"/s/{given.slip}").status_code == 404


def test_its_pages_are_kept_by_nobody(given: Received) -> None:
    answer = Client().get(f"/s/{given.slip}")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_last_four_digits_open_it_for_a_while(given: Received) -> None:
    client = Client()
    wrong = client.post(f"/s/{given.slip}/do/tail", {"tail": "0000"}).content.decode()
    assert "对不上" in wrong
    assert client.post(f"/s/{given.slip}/do/tail", {"tail": "１２３４"}).status_code == 302
    page = words(client, f"/s/{given.slip}")
    assert "3号楼的路灯坏了" in page
    assert "<svg" not in page.split("<main")[1], "the long key is not known to whoever knew the digits"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ("１３８１２３４５６７８", "5678"),
        ("\u202d138 1234 5678\u202c", "５６７８"),
        ("0511-85012345转803", "2345"),
        ("0511-85012345-803", "2345"),
        ("13812345678（女儿）", "5678"),
        ("13812345678、85019999", "138 1234 5678"),
    ],
)
def test_the_digits_are_those_of_the_number_however_it_was_typed(
    village: Places, left: str, said: str
) -> None:
    given = raised(village.room, "路灯坏了", phone=left)
    assert Client().post(f"/s/{given.slip}/do/tail", {"tail": said}).status_code == 302


def test_five_wrong_tries_lock_it_for_a_day_also_for_the_right_one(given: Received) -> None:
    with clock.at(NOW):
        for _turn in range(5):
            Client().post(f"/s/{given.slip}/do/tail", {"tail": "0000"})
        locked = Client().post(f"/s/{given.slip}/do/tail", {"tail": "1234"})
        assert "过一天再试" in locked.content.decode()
        assert "3号楼" not in locked.content.decode()
    with clock.at(NOW + timedelta(hours=25)):
        assert Client().post(f"/s/{given.slip}/do/tail", {"tail": "1234"}).status_code == 302


def test_the_answer_is_the_same_where_no_phone_was_left(village: Places) -> None:
    mute = raised(village.room, "没留电话")
    assert "对不上" in Client().post(f"/s/{mute.slip}/do/tail", {"tail": ""}).content.decode()


def test_many_lookups_from_one_network_wait_but_its_holder_does_not(given: Received) -> None:
    with clock.at(NOW):
        for _turn in range(60):
            Client().get(f"/s/{ids.new_slip()}")
        assert Client().get(f"/s/{given.slip}").status_code == 429
        client = Client()
        client.cookies["key"] = given.key
        assert client.get(f"/s/{given.slip}").status_code == 200


def test_messages_go_both_ways(given: Received, people: Cast) -> None:
    client = holder(given)
    assert client.post(f"/s/{given.slip}/do/note", own(client, given, text="还没修")).status_code == 302
    slip.send_note(submission=given.submission, text="明天来看", actor=people.clerk, at=LATER)
    page = words(client, f"/s/{given.slip}")
    assert "还没修" in page
    assert "明天来看" in page
    assert "还没修" not in words(Client(), f"/s/{given.slip}")


def test_an_empty_or_long_message_is_kept_and_explained(given: Received) -> None:
    client = holder(given)
    assert (
        "请写下要说的话"
        in client.post(f"/s/{given.slip}/do/note", own(client, given, text=" ")).content.decode()
    )
    page = client.post(f"/s/{given.slip}/do/note", own(client, given, text="长" * 301)).content.decode()
    assert "最多写 300 个字" in page
    assert "长" * 301 in page


def test_it_answers_what_was_asked(given: Received, people: Cast) -> None:
    screening.ask_supplement(submission=given.submission, question="哪一单元？", actor=people.clerk, at=NOW)
    client = holder(given)
    page = words(client, f"/s/{given.slip}")
    assert "需您补充" in page
    assert "哪一单元？" in page
    client.post(f"/s/{given.slip}/do/supplement", own(client, given, text="二单元"))
    given.submission.refresh_from_db()
    assert given.submission.state == SubmissionState.RECEIVED


def test_without_the_key_nothing_can_be_sent(given: Received) -> None:
    for what in ("note", "supplement", "erase"):
        Client().post(f"/s/{given.slip}/do/{what}", {"text": "冒充", "sure": "yes"})
    assert given.submission.notes.count() == 0
    assert Submission.objects.get().state == SubmissionState.RECEIVED


def test_where_it_was_handed_over_stands_with_address_and_number(given: Received, people: Cast) -> None:
    to = HandOver(Destination.HOTLINE, "属于供电部门", Exclusion.BEYOND, outside_no="A-77")
    screening.hand_over(submission=given.submission, to=to, actor=people.clerk, at=NOW)
    page = words(holder(given), f"/s/{given.slip}")
    for part in ("已转交", "A-77", "12345", "属于供电部门", "超出本级能够协商的范围"):
        assert part in page


def test_it_shows_who_looked_at_the_phone_and_why(given: Received, people: Cast) -> None:
    contact.reveal(submission=given.submission, reason="check", actor=people.clerk, at=NOW)
    page = words(holder(given), f"/s/{given.slip}")
    assert "您的电话被查看过 1 次" in page
    assert "联络员" in page
    assert "核实情况" in page


def test_the_holder_erases_after_one_more_question(given: Received) -> None:
    client, at = holder(given), f"/s/{given.slip}/do/erase"
    asked = client.post(at, own(client, given)).content.decode()
    assert "找不回来" in asked
    assert given.slip[-4:] in asked
    wrong = client.post(
        at, own(client, given, sure="yes", digits="0000" if given.slip[-4:] != "0000" else "1")
    )
    assert "请再输入一遍回执号的后四位" in wrong.content.decode()
    assert client.get(f"/s/{given.slip}").status_code == 200
    right = own(client, given, sure="yes", digits=given.slip[-4:])
    assert "已经抹去" in client.post(at, right).content.decode()
    assert client.get(f"/s/{given.slip}").status_code == 404


@pytest.mark.parametrize("what", ["note", "erase"])
@pytest.mark.parametrize("token", [None, "", "0" * 32, "other"])
def test_a_form_of_another_page_is_not_taken(given: Received, what: str, token: str | None) -> None:
    """A page of a sister site has the cookie sent along, and knows neither the key nor what is made of it."""
    client, sent = holder(given), {"text": "冒充", "sure": "yes", "digits": given.slip[-4:]}
    if token == "other":
        token = own(Client(), given)["own"] or slip_cookie.form_token(RequestFactory().get("/"))
    answer = client.post(f"/s/{given.slip}/do/{what}", sent | ({} if token is None else {"own": token}))
    assert answer.status_code == 302
    assert given.submission.notes.count() == 0
    assert client.get(f"/s/{given.slip}").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://old.zhenjiang.gov.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    ],
)
def test_what_the_browser_says_comes_from_elsewhere_is_refused(
    given: Received, headers: dict[str, str]
) -> None:
    client = holder(given)
    sent = own(client, given, text="冒充")
    answer = client.post(f"/s/{given.slip}/do/note", sent, headers=headers)
    assert answer.status_code == 403
    assert "这一次没有交上来" in answer.content.decode()
    assert given.submission.notes.count() == 0
    assert client.get(f"/s/{given.slip}", headers=headers).status_code == 200, (
        "a link from elsewhere opens it"
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver"},
    ],
)
def test_its_own_page_is_heard_in_every_browser(given: Received, headers: dict[str, str]) -> None:
    client = holder(given)
    sent = own(client, given, text="还没修")
    assert client.post(f"/s/{given.slip}/do/note", sent, headers=headers).status_code == 302
    assert given.submission.notes.get().text == "还没修"


def test_a_browser_of_the_staff_is_never_the_holder(given: Received, people: Cast) -> None:
    """The clerk has the slip in the hand, and may know the number: they neither write, rate nor erase for its owner."""
    client = holder(given)
    sent = own(client, given, text="替您说一句", sure="yes", digits=given.slip[-4:])
    signed_in(client, Role.CLERK, room_no=given.submission.room.no)
    page = words(client, f"/s/{given.slip}")
    assert "不能替反映人评价" in page
    assert "还想说的" not in page
    for what in ("note", "supplement", "erase"):
        assert client.post(f"/s/{given.slip}/do/{what}", sent).status_code == 302
    assert client.get(f"/s/{given.slip}/print").status_code == 302
    assert given.submission.notes.count() == 0
    client.logout()
    assert "不能替反映人评价" not in words(Client(), f"/s/{given.slip}")


def test_the_printed_slip_is_for_its_holder(given: Received) -> None:
    assert Client().get(f"/s/{given.slip}/print").status_code == 302
    page = words(holder(given), f"/s/{given.slip}/print")
    assert "<svg" in page
    assert "0511-0000 1234" in page


def test_a_printed_slip_past_the_room_names_no_telephone_of_the_room(village: Places) -> None:
    secret = raised(village.room, "村书记占了路")
    assert "0511-0000 1234" not in words(holder(secret), f"/s/{secret.slip}/print")


def test_a_quick_answer_is_rated_on_the_slip(given: Received, people: Cast) -> None:
    topic = opened(given.submission, people.clerk, Grade.QUICK)
    quick.answer(topic=topic, text="已换灯泡", unit=None, actor=people.clerk, at=NOW)
    while react(NOW):
        pass
    client = holder(given)
    page = words(client, f"/s/{given.slip}")
    assert "已换灯泡" in page
    assert "去评价" in page
    address = page.split('class="main-button" href="')[1].split('"')[0]
    with clock.at(LATER):
        answer = client.post(address, {"level": "5", "is_solved": "yes", "reason": ""})
    assert answer["Location"] == f"/s/{given.slip}"
    assert Client().get(address).status_code == 302


def test_a_missed_supplement_goes_back_to_the_desk(given: Received, people: Cast) -> None:
    screening.ask_supplement(submission=given.submission, question="哪？", actor=people.clerk, at=NOW)
    late = NOW + timedelta(days=30)
    tick(late)
    while react(late):
        pass
    given.submission.refresh_from_db()
    assert given.submission.state == SubmissionState.RECEIVED


def test_the_page_needs_few_statements(
    given: Received, people: Cast, django_assert_max_num_queries: Any
) -> None:
    topic = opened(given.submission, people.clerk)
    for n in range(5):
        slip.send_note(submission=given.submission, text=f"{n}", actor=people.clerk, at=NOW)
    assert topic.pk
    client = holder(given)
    with django_assert_max_num_queries(12):
        assert client.get(f"/s/{given.slip}").status_code == 200


def test_it_reads_in_english_too(given: Received) -> None:
    client = holder(given)
    client.cookies["language"] = "en"
    assert "已收到" not in words(client, f"/s/{given.slip}").split("<main")[1]

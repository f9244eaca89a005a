"""The desk's pages: every one of them meets the outsider."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.access.roles import Role
from shangliang.kit import clock, ids
from shangliang.kit.form_tokens import Oddity
from shangliang.topics.actions import screening, travel
from shangliang.topics.actions.intake import Received
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Grade, SubmissionState, TopicState
from shangliang.topics.tests.factories import (
    COUNTY,
    NEXT_NO,
    NOW,
    ROOM_NO,
    TOWN,
    VILLAGE,
    Cast,
    Places,
    acceptance,
    opened,
    photo_file,
    raised,
    signed_in,
)
from shangliang.topics.tests.test_say import SOUND, hidden

ACCEPTED = {
    "grade": "deep",
    "title": "楼道路灯修复",
    "summary": "三层路灯不亮，居民希望修好。",
    "theme": "old_estates",
    "weight": "practical",
    "place_text": "3号楼",
}


@pytest.fixture
def given(village: Places) -> Received:
    photo = photo_file().read()
    return raised(village.room, "3号楼的路灯坏了", phone="13900001234", photos=((photo, photo),))


@pytest.fixture
def clerk(client: Client, db: None) -> Client:
    signed_in(client, Role.CLERK, room_no=ROOM_NO)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


OUTSIDERS: list[tuple[Role, dict[str, str]]] = [
    (Role.CLERK, {"room_no": NEXT_NO}),
    (Role.DOER, {"unit_code": "bureau-1"}),
    (Role.GRID_WORKER, {"area_path": VILLAGE}),
    (Role.LEADER, {"area_path": "32/3211/321181/"}),
]


@pytest.mark.parametrize(("role", "place"), OUTSIDERS)
def test_for_outsiders_nothing_of_it_exists(
    client: Client, given: Received, people: Cast, role: Role, place: dict[str, str]
) -> None:
    topic = opened(raised(given.submission.room).submission, people.clerk)
    photo = given.submission.photos.get()
    signed_in(client, role, **place)
    no = given.submission.no
    for address in (
        f"/desk/submissions/{no}",
        f"/desk/submissions/{no}/sound",
        f"/desk/photos/{photo.pk}",
        f"/desk/topics/{topic.no}",
        f"/topics/{topic.no}",
    ):
        assert client.get(address).status_code == 404, address
    for address in (f"/desk/submissions/{no}/reveal", f"/desk/submissions/{no}/accept"):
        assert client.post(address, {"reason": "check"}).status_code == 404
    assert client.post(f"/desk/topics/{topic.no}/end", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    "address", ["/desk/submissions", "/desk/topics", "/desk/slips", "/desk/enter", "/desk/raise/grid"]
)
def test_nobody_enters_the_desk_without_signing_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 302


def test_a_number_of_another_year_is_no_number(clerk: Client, given: Received) -> None:
    wrong = given.submission.no.replace("2026", "2025")
    assert clerk.get(f"/desk/submissions/{wrong}").status_code == 404


def test_the_list_counts_by_stage_and_filters_in_the_address(clerk: Client, village: Places) -> None:
    for n in range(3):
        raised(village.room, f"第{n}件")
    raised(village.next_room, "邻居的事")
    raised(village.room, "村书记的事")
    shown = page(clerk, "/desk/submissions")
    assert "第0件" in shown
    assert "邻居的事" not in shown
    assert "村书记的事" not in shown
    assert "第0件" not in page(clerk, "/desk/submissions?state=ended")
    assert "第0件" not in page(clerk, "/desk/submissions?channel=grid")
    assert "第0件" not in page(clerk, "/desk/submissions?odd=1")


def test_the_page_says_why_something_should_be_looked_at_twice(clerk: Client, village: Places) -> None:
    odd = raised(village.room, "来得太快", oddity=Oddity.FAST).submission
    assert "填得比人打字还快" in page(clerk, f"/desk/submissions/{odd.no}")
    assert "来得太快" in page(clerk, "/desk/submissions?odd=1")


def test_one_question_is_asked_and_each_answer_asks_for_its_own(clerk: Client, given: Received) -> None:
    here = f"/desk/submissions/{given.submission.no}"
    shown = page(clerk, here)
    assert set(re.findall(rf'href="{here}\?act=([\w-]+)', shown)) == {
        "accept", "merge", "ask", "hand-over", "above", "end",
    }  # fmt: skip
    assert set(re.findall(rf'action="{here}/([\w-]+)"', shown)) == {
        "note",
        "renew",
        "photos",
        "print",
        "erase",
        "reveal",
    }
    chosen = page(clerk, f"{here}?act=accept&grade=quick")
    assert re.search(r'value="quick"[^>]* checked', chosen)
    assert not re.search(r'name="weight"[^>]* checked', chosen), "nothing is chosen for whoever classes it"
    assert f'action="{here}/end"' not in chosen
    nothing = page(clerk, f"{here}?act=strange")
    assert f"{here}?act=end" in nothing


def test_what_was_spoken_is_written_down_before_it_can_be_taken_up(clerk: Client, village: Places) -> None:
    spoken = raised(village.room, "", audio=SOUND).submission
    here = f"/desk/submissions/{spoken.no}"
    shown = page(clerk, here)
    assert f"{here}/write-down" in shown
    assert f"{here}?act=accept" not in shown
    clerk.post(f"{here}/write-down", {"text": "三层的灯不亮"})
    assert f"{here}?act=accept" in page(clerk, here)


def test_one_page_shows_what_is_next_and_what_was_said(clerk: Client, given: Received) -> None:
    shown = page(clerk, f"/desk/submissions/{given.submission.no}")
    assert "3号楼的路灯坏了" in shown
    assert "13900001234" not in shown
    assert "决定怎么办" in shown


def test_a_phone_is_shown_after_a_reason(clerk: Client, given: Received) -> None:
    address = f"/desk/submissions/{given.submission.no}/reveal"
    assert "13900001234" not in clerk.post(address).content.decode()
    assert "13900001234" in clerk.post(address, {"reason": "check"}).content.decode()
    assert "13900001234" not in page(clerk, f"/desk/submissions/{given.submission.no}")
    assert given.submission.reveals.count() == 1


def test_it_is_taken_up_and_leads_to_the_topic(clerk: Client, given: Received) -> None:
    answer = clerk.post(f"/desk/submissions/{given.submission.no}/accept", ACCEPTED)
    topic = Topic.objects.get()
    assert answer["Location"] == f"/desk/topics/{topic.no}"
    shown = page(clerk, f"/desk/topics/{topic.no}")
    assert "立项前要实地了解 1 次，已记录 0 次" not in shown, "a clerk does not adopt"
    assert "记录实地了解" in shown


def test_what_was_typed_stays_when_something_is_missing(clerk: Client, given: Received) -> None:
    address = f"/desk/submissions/{given.submission.no}/accept"
    shown = clerk.post(address, ACCEPTED | {"title": "", "summary": "写了很多"}).content.decode()
    assert "请写一个题目" in shown
    assert "写了很多" in shown
    shown = clerk.post(address, ACCEPTED | {"summary": "打 13800138000"}).content.decode()
    assert "手机号" in shown
    assert Topic.objects.count() == 0


@pytest.mark.parametrize(
    ("what", "data", "state"),
    [
        ("ask", {"question": "哪一栋？"}, SubmissionState.SUPPLEMENT_ASKED),
        (
            "hand-over",
            {"destination": "12345", "words": "已转", "exclusion": "personal"},
            SubmissionState.HANDED_OVER,
        ),
        ("end", {"exclusion": "several", "words": "请分开提"}, SubmissionState.ENDED),
        ("note", {"text": "明天来看"}, SubmissionState.RECEIVED),
    ],
)
def test_the_other_ways_of_screening(
    clerk: Client, given: Received, what: str, data: dict[str, str], state: SubmissionState
) -> None:
    address = f"/desk/submissions/{given.submission.no}/{what}"
    empty = clerk.post(address, dict.fromkeys(data, ""))
    assert empty.status_code == 200
    given.submission.refresh_from_db()
    assert given.submission.state == SubmissionState.RECEIVED
    assert clerk.post(address, data).status_code == 302
    given.submission.refresh_from_db()
    assert given.submission.state == state


def test_pressing_twice_is_explained(clerk: Client, given: Received) -> None:
    address = f"/desk/submissions/{given.submission.no}/end"
    data = {"exclusion": "several", "words": "请分开提"}
    clerk.post(address, data)
    assert "页面已更新" in clerk.post(address, data, follow=True).content.decode()


def test_alike_topics_are_proposed_and_merged_by_a_person(
    clerk: Client, given: Received, village: Places, people: Cast
) -> None:
    topic = opened(raised(village.room, "路灯").submission, people.clerk)
    taken = acceptance(title="北门车棚扩建", summary="电瓶车停不下。")
    other = screening.accept(
        submission=raised(village.room, "车棚太小").submission, acceptance=taken, actor=people.clerk, at=NOW
    )
    assert "有 1 件看着相像。" in page(clerk, f"/desk/submissions/{given.submission.no}")
    shown = page(clerk, f"/desk/submissions/{given.submission.no}?act=merge")
    assert "楼道路灯修复" in shown
    assert "文字相像" in shown
    assert shown.index("楼道路灯修复") < shown.index("北门车棚扩建"), "what looks alike stands first"
    for typed in ("车棚", other.no):
        assert "北门车棚扩建" in page(clerk, f"/desk/submissions/{given.submission.no}?act=merge&q={typed}")
    assert "北门车棚" not in page(clerk, f"/desk/submissions/{given.submission.no}?act=merge&q=水塘")
    address = f"/desk/submissions/{given.submission.no}/merge"
    assert "没有这个议题" in clerk.post(address, {"topic": "2026-999999"}).content.decode()
    clerk.post(address, {"topic": topic.no})
    given.submission.refresh_from_db()
    assert given.submission.state == SubmissionState.MERGED
    clerk.post(f"/desk/submissions/{given.submission.no}/separate")
    given.submission.refresh_from_db()
    assert given.submission.state == SubmissionState.RECEIVED


def test_several_are_ended_at_once(clerk: Client, village: Places) -> None:
    mine = [raised(village.room, f"{n}").submission for n in range(3)]
    strange = raised(village.next_room).submission
    data = {"no": [row.no for row in [*mine, strange]], "what": "end", "exclusion": "several"}
    assert "请写几句话" in clerk.post("/desk/submissions/bulk", data).content.decode()
    clerk.post("/desk/submissions/bulk", data | {"words": "请分开提"})
    assert Submission.objects.filter(state=SubmissionState.ENDED).count() == 3
    strange.refresh_from_db()
    assert strange.state == SubmissionState.RECEIVED


def test_photos_and_sound_open_for_the_desk(clerk: Client, given: Received, village: Places) -> None:
    photo = given.submission.photos.get()
    small: Any = clerk.get(f"/desk/photos/{photo.pk}?small")
    assert small["Content-Type"] == "image/jpeg"
    assert b"".join(small.streaming_content).startswith(b"\xff\xd8")
    spoken = raised(village.room, "", audio=SOUND).submission
    sound: Any = clerk.get(f"/desk/submissions/{spoken.no}/sound")
    assert b"".join(sound.streaming_content) == SOUND


def test_what_no_browser_plays_can_be_taken_to_another_player(clerk: Client, village: Places) -> None:
    amr = raised(village.room, "", audio=b"#!AMR\n<", audio_ending="amr").submission
    shown = page(clerk, f"/desk/submissions/{amr.no}")
    assert "<audio" not in shown
    assert "浏览器放不了" in shown
    assert f"/desk/submissions/{amr.no}/sound?keep" in shown
    kept: Any = clerk.get(f"/desk/submissions/{amr.no}/sound?keep")
    assert kept["Content-Type"] == "audio/amr"
    assert kept["Content-Disposition"] == f'attachment; filename="{amr.no}.amr"'
    assert b"".join(kept.streaming_content) == b"#!AMR\n<"


def test_a_clerk_enters_for_somebody_and_prints_the_slip(clerk: Client, village: Places) -> None:
    form = clerk.get("/desk/enter")
    data = {
        "token": hidden(form, "token"),
        "held": "",
        "room": village.room.pk,
        "way": "phone",
        "text": "老人说楼道灯坏了",
        "phone": "0511-12345678",
        "outside_no": "12345-77",
    }
    shown = clerk.post("/desk/enter", data).content.decode()
    given = Submission.objects.get()
    assert (given.way, given.outside_no, given.channel) == ("phone", "12345-77", "resident")
    assert "<svg" in shown
    again = clerk.post("/desk/enter", data).content.decode()
    assert Submission.objects.count() == 1
    assert again.count("slip-number") == 1


def test_an_entry_keeps_everything_on_an_error(clerk: Client, village: Places) -> None:
    form = clerk.get("/desk/enter")
    data = {
        "token": hidden(form, "token"),
        "room": village.room.pk,
        "text": "写好了",
        "photos": [photo_file()],
    }
    shown = clerk.post("/desk/enter", data).content.decode()
    assert "请选一项" in shown
    assert "写好了" in shown
    assert "刚才的 1 张照片还在" in shown


@pytest.mark.parametrize(
    ("channel", "role", "place"),
    [
        ("government", Role.TOWN_OFFICE, {"area_path": TOWN}),
        ("member", Role.MEMBER, {"area_path": COUNTY}),
        ("grid", Role.GRID_WORKER, {"area_path": VILLAGE}),
    ],
)
def test_the_other_channels_have_their_forms(
    client: Client, village: Places, channel: str, role: Role, place: dict[str, str]
) -> None:
    signed_in(client, role, **place)
    form = client.get(f"/desk/raise/{channel}")
    data = {"token": hidden(form, "token"), "room": village.room.pk, "text": "井盖没了", "place_text": "东门"}
    assert client.post(f"/desk/raise/{channel}", data)["Location"] == "/desk"
    assert Submission.objects.get().channel == channel
    outsider = Client()
    signed_in(outsider, Role.DOER, unit_code="bureau-1")
    assert outsider.get(f"/desk/raise/{channel}").status_code == 404
    assert client.get("/desk/raise/resident").status_code == 404


def test_a_room_elsewhere_cannot_be_chosen(client: Client, village: Places) -> None:
    signed_in(client, Role.GRID_WORKER, area_path=VILLAGE)
    form = client.get("/desk/raise/grid")
    data = {"token": hidden(form, "token"), "room": village.next_room.pk, "text": "井盖没了"}
    assert "没有这个选项" in client.post("/desk/raise/grid", data).content.decode()


def test_a_caller_says_the_number(clerk: Client, given: Received, village: Places) -> None:
    answer = clerk.post("/desk/slips", {"no": ids.show_slip(given.slip)})
    assert answer["Location"] == f"/desk/submissions/{given.submission.no}"
    assert "没有查到" in clerk.post("/desk/slips", {"no": "1"}).content.decode()
    elsewhere = raised(village.next_room, "隔壁的秘密")
    shown = clerk.post("/desk/slips", {"no": elsewhere.slip}).content.decode()
    assert "已收到" in shown
    assert "隔壁的秘密" not in shown


def test_the_room_never_learns_of_a_matter_about_its_cadres(clerk: Client, village: Places) -> None:
    secret = raised(village.room, "村书记的小舅子占了路", phone="13900001234")
    no = secret.submission.no
    for address in ("/desk", "/desk/submissions?state=all", "/desk/topics", "/desk/review", "/desk/inbox"):
        answer = clerk.get(address)
        assert no not in answer.content.decode(), address
        assert "小舅子" not in answer.content.decode(), address
    assert clerk.get(f"/desk/submissions/{no}").status_code == 404
    by_number = clerk.post("/desk/slips", {"no": secret.slip}).content.decode()
    assert "镇街" not in by_number
    assert "桃园" not in by_number.split("<main")[1]


def test_the_tier_above_works_on_it_and_hands_nothing_down(client: Client, village: Places) -> None:
    secret = raised(village.room, "村书记的小舅子占了路").submission
    signed_in(client, Role.TOWN_OFFICE, area_path=TOWN)
    client.post(f"/desk/submissions/{secret.no}/accept", ACCEPTED)
    topic = Topic.objects.get()
    assert topic.is_embargoed
    assert "下交" not in page(client, f"/desk/topics/{topic.no}")
    data = ACCEPTED | {"scope": "public"}
    assert "范围只能是内部" in client.post(f"/desk/topics/{topic.no}/wording", data).content.decode()


def test_a_clerk_passes_above_what_turns_out_to_be_about_cadres(clerk: Client, given: Received) -> None:
    clerk.post(f"/desk/submissions/{given.submission.no}/above")
    assert clerk.get(f"/desk/submissions/{given.submission.no}").status_code == 404


def test_a_door_slip_bears_the_number_and_the_day(clerk: Client, given: Received) -> None:
    with clock.at(NOW):
        shown = clerk.post(f"/desk/submissions/{given.submission.no}/print").content.decode()
    assert given.slip[:4] in shown
    assert "2026年11月2日" in shown
    assert "3号楼的路灯坏了" not in shown, "it hangs on a door"


def test_a_topic_goes_its_way_on_its_page(clerk: Client, given: Received, people: Cast) -> None:
    topic = opened(given.submission, people.clerk)
    address = f"/desk/topics/{topic.no}"
    first, second = Client(), Client()
    signed_in(first, Role.FIRST_CONVENER, room_no=ROOM_NO)
    signed_in(second, Role.SECOND_CONVENER, room_no=ROOM_NO)
    assert "立项前要实地了解 1 次，已记录 0 次" in page(first, address)
    blocked = first.post(f"{address}/adopt").content.decode()
    assert "还没有听取第二召集人的意见" in blocked
    with clock.at(NOW):
        clerk.post(f"{address}/visit", {"on": "2026-11-02", "place": "3号楼", "found": "三层不亮"})
    assert "2026年11月2日" in page(second, address)  # in its history, not as a machine writes it
    assert "请写明意见" not in page(second, address)
    second.post(f"{address}/second", {"agrees": "yes", "opinion": ""})
    first.post(f"{address}/adopt")
    topic.refresh_from_db()
    assert topic.state == TopicState.ADOPTED
    assert "准备协商" in page(clerk, address)


def test_a_wrong_date_is_explained(clerk: Client, given: Received, people: Cast) -> None:
    topic = opened(given.submission, people.clerk)
    address = f"/desk/topics/{topic.no}/visit"
    shown = clerk.post(address, {"on": "2026-13-45", "place": "3号楼", "found": "不亮"}).content.decode()
    assert "请写一个真实的日期" in shown
    ahead = (clock.today() + timedelta(days=30)).isoformat()
    shown = clerk.post(address, {"on": ahead, "place": "3号楼", "found": "不亮"}).content.decode()
    assert "日期还没有到" in shown


def test_a_quick_answer_is_given_on_the_page(clerk: Client, given: Received, people: Cast) -> None:
    topic = opened(given.submission, people.clerk, Grade.QUICK)
    shown = clerk.post(f"/desk/topics/{topic.no}/answer", {"text": ""}).content.decode()
    assert "请写下答复" in shown
    clerk.post(f"/desk/topics/{topic.no}/answer", {"text": "已换灯泡"})
    topic.refresh_from_db()
    assert topic.state == TopicState.ASKING


def test_seeing_is_not_doing(client: Client, given: Received, people: Cast) -> None:
    topic = opened(given.submission, people.clerk)
    signed_in(client, Role.SECOND_CONVENER, room_no=ROOM_NO)
    assert client.get(f"/desk/topics/{topic.no}").status_code == 200
    assert client.post(f"/desk/topics/{topic.no}/adopt").status_code == 403
    travel.pass_up(topic=topic, reason="涉及几个社区", actor=people.clerk, at=NOW)
    assert client.get(f"/desk/topics/{topic.no}").status_code == 200
    assert client.post(f"/desk/topics/{topic.no}/take-up").status_code == 403


def test_lists_and_pages_need_the_same_few_statements_however_long(
    clerk: Client, village: Places, people: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(6):
        opened(raised(village.room, f"{n} 路灯").submission, people.clerk)
        raised(village.room, f"{n} 路灯")
    topic, waiting = Topic.objects.all()[0], Submission.objects.filter(state="received")[0]
    session = 3  # session, account, grants
    for address, most in (
        ("/desk/submissions", 8),
        ("/desk/topics", 8),
        (f"/desk/submissions/{waiting.no}", 12),
        (f"/desk/topics/{topic.no}", 12),
    ):
        with django_assert_max_num_queries(most + session):
            assert clerk.get(address).status_code == 200


def test_odd_addresses_are_answered(clerk: Client, given: Received) -> None:
    for address in (
        "/desk/submissions?state=x&page=-1&channel=%00",
        "/desk/topics?state=%27&theme=x&page=99999",
        "/topics?q=%00&theme=%27&area=x&step=none&page=abc&room=%00",
    ):
        assert clerk.get(address).status_code == 200, address
    for address in ("/desk/submissions/abc", "/desk/topics/2026-", "/topics/2026-000000x"):
        assert clerk.get(address).status_code == 404, address
    assert clerk.post(f"/desk/submissions/{given.submission.no}/unknown").status_code == 404


def test_a_file_that_is_no_photo_is_explained_at_the_desk(clerk: Client, village: Places) -> None:
    form = clerk.get("/desk/enter")
    data = {
        "token": hidden(form, "token"),
        "room": village.room.pk,
        "way": "visit",
        "text": "灯",
        "photos": [SimpleUploadedFile("a.jpg", b"%PDF")],
    }
    assert "不是照片" in clerk.post("/desk/enter", data).content.decode()

"""`/say` as a resident meets it."""

from __future__ import annotations

import re
import struct
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from shangliang.kit import clock
from shangliang.places.states import RoomState
from shangliang.topics.models import Submission
from shangliang.topics.tests.factories import NOW, Places, photo_file
from shangliang.topics.views import sent_form

SOUND = b"\x1aE\xdf\xa3" + b"\x00" * 40


def hidden(response: Any, name: str) -> str:
    """A hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def form_of(client: Client, room_no: str) -> dict[str, str]:
    page = client.get(f"/say?room={room_no}")
    return {"room": room_no, "token": hidden(page, "token"), "held": hidden(page, "held")}


def send(client: Client, form: dict[str, str], **fields: object) -> HttpResponse:
    return client.post("/say", {**form, **fields})  # type: ignore[return-value]  # the client's own response


@pytest.fixture
def form(client: Client, village: Places) -> dict[str, str]:
    return form_of(client, village.room.no)


def test_it_asks_for_the_room_first(client: Client, village: Places) -> None:
    page = client.get("/say")
    assert "京口区" in page.content.decode()
    assert village.room.name in client.get("/say?q=桃园").content.decode()
    assert village.room.name in client.get("/say?area=321102001001").content.decode()
    assert client.get("/say?area=nowhere&q=%00").status_code == 200


def test_a_closed_room_is_not_offered(client: Client, village: Places) -> None:
    village.room.state = RoomState.CLOSED.value
    village.room.save()
    assert village.room.name not in client.get("/say?q=桃园").content.decode()
    assert 'name="text"' not in client.get(f"/say?room={village.room.no}").content.decode()


def test_the_form_has_no_more_than_four_fields_and_one_box(client: Client, village: Places) -> None:
    page = client.get(f"/say?room={village.room.no}").content.decode()
    names = set(re.findall(r'<(?:input|textarea|select)[^>]*name="(\w+)"', page.split('action="/say"')[1]))
    assert names - {"room", "token", "held", "website", "next", "theme"} == {
        "text",
        "voice",
        "photos",
        "phone",
        "about_cadres",
    }


def test_the_slip_is_there_at_once(client: Client, form: dict[str, str]) -> None:
    answer = send(client, form, text="3号楼的路灯坏了", phone="13900001234")
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "3号楼的路灯坏了" in page
    assert "收到了，这是您的回执" in page
    assert "<svg" in page


def test_it_is_never_kept_by_a_cache(client: Client, village: Places) -> None:
    assert "no-store" in client.get(f"/say?room={village.room.no}")["Cache-Control"]


def test_the_same_form_twice_is_one_matter(client: Client, form: dict[str, str]) -> None:
    first, second = (send(client, form, text="路灯坏了") for _turn in range(2))
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_the_same_words_in_another_form_of_this_browser_are_one_matter(
    client: Client, village: Places
) -> None:
    first, second = (send(client, form_of(client, village.room.no), text="路灯坏了") for _turn in range(2))
    assert first["Location"] == second["Location"]


def test_the_same_words_of_somebody_else_are_another_matter(client: Client, village: Places) -> None:
    first = send(client, form_of(client, village.room.no), text="路灯坏了")
    neighbour = Client()
    second = send(neighbour, form_of(neighbour, village.room.no), text="路灯坏了")
    assert first["Location"] != second["Location"]


def test_going_back_and_writing_something_else_loses_nothing(client: Client, form: dict[str, str]) -> None:
    send(client, form, text="路灯坏了")
    send(client, form, text="井盖没了")
    assert set(Submission.objects.values_list("text", flat=True)) == {"路灯坏了", "井盖没了"}


def test_what_was_typed_stays_on_an_error_photos_too(client: Client, form: dict[str, str]) -> None:
    page = send(client, form, text="字" * 5001, phone="13900001234", photos=[photo_file()])
    words = page.content.decode()
    assert "最多写 5000 个字，现在有 5001 个" in words
    assert "字" * 5001 in words
    assert "13900001234" in words
    assert "刚才的 1 张照片还在" in words
    again = form | {"token": hidden(page, "token"), "held": hidden(page, "held")}
    assert send(client, again, text="字" * 200).status_code == 302
    assert Submission.objects.get().photos.count() == 1


def test_a_letter_is_taken_whole_and_asked_for_a_title(client: Client, form: dict[str, str]) -> None:
    """Half of what people write to a city's leaders is longer than a clue."""
    letter = "楼道的灯坏了三个月。\r\n" * 60
    page = send(client, form, text=letter)
    assert "您写得很细，都会收下" in page.content.decode()
    assert 'name="gist"' in page.content.decode()
    assert "一句话题目" in page.content.decode()
    asked = page.content.decode().partition('for="id_gist"')[2].partition("</label>")[0]
    assert "选填" not in asked, "what is asked for is no choice"
    assert send(client, form, text=letter, gist="三层楼道灯坏了三个月").status_code == 302
    kept = Submission.objects.get()
    assert kept.text == letter.replace("\r\n", "\n").strip()
    assert (kept.gist, kept.short) == ("三层楼道灯坏了三个月", "三层楼道灯坏了三个月")


def test_a_number_in_the_title_is_starred_out_as_well(client: Client, form: dict[str, str]) -> None:
    answer = send(client, form, text="路灯坏了", gist="打 138—1234—5678", step="mask")
    assert answer.status_code == 302
    assert Submission.objects.get().gist.endswith("78")
    assert "1234" not in Submission.objects.get().gist


def test_what_no_word_file_holds_does_not_come_in(client: Client, form: dict[str, str]) -> None:
    send(client, form, text="甲\x07乙\x1b丙\ufffe丁")
    assert Submission.objects.get().text == "甲 乙丙丁"


def test_a_photo_with_odd_metadata_is_taken(client: Client, form: dict[str, str]) -> None:
    send(client, form, text="路灯", photos=[SimpleUploadedFile("a.jpg", photo_with_odd_metadata())])
    assert Submission.objects.get().photos.count() == 1


def photo_with_odd_metadata() -> bytes:
    """-1/0 as a fraction: read, and not written again, by the library."""
    raw: bytes = photo_file().read()
    tag = struct.pack("<2sHIHHHIIIiI", b"II", 42, 8, 1, 0x011A, 5, 1, 26, 0, -1, 0)
    return raw[:2] + b"\xff\xe1" + struct.pack(">H", len(tag) + 8) + b"Exif\0\0" + tag + raw[2:]


def test_a_forged_list_of_kept_photos_gives_nothing(client: Client, form: dict[str, str]) -> None:
    forged = signing.dumps(["../../keys"], salt="other")
    assert send(client, form | {"held": forged}, text="路灯坏了").status_code == 302
    assert Submission.objects.get().photos.count() == 0


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("合同.jpg", b"%PDF-1.7 ..."), "这个文件不是照片"),
        (SimpleUploadedFile("大.jpg", b"\xff\xd8" + b"0" * 20 * 1024 * 1024), "这张照片太大"),
        (SimpleUploadedFile("空.jpg", b""), "这个文件是空的"),
    ],
)
def test_a_file_that_is_no_photo_gets_a_clear_sentence(
    client: Client, form: dict[str, str], file: SimpleUploadedFile, words: str
) -> None:
    file.seek(0)
    page = send(client, form, text="路灯坏了", photos=[file]).content.decode()
    assert words in page
    assert "路灯坏了" in page
    assert Submission.objects.count() == 0


def test_more_photos_than_allowed_are_named(client: Client, form: dict[str, str]) -> None:
    page = send(client, form, text="路灯", photos=[photo_file() for _n in range(4)]).content.decode()
    assert "最多附 3 张照片" in page


def test_photos_come_without_where_they_were_taken(client: Client, form: dict[str, str]) -> None:
    send(client, form, text="路灯", photos=[photo_file(side=3000)])
    with Image.open(Submission.objects.get().photos.get().file.path) as kept:
        assert max(kept.size) == 1600
        assert not kept.getexif()


def test_it_takes_a_voice_alone(client: Client, form: dict[str, str]) -> None:
    send(client, form, voice=SimpleUploadedFile("voice.webm", SOUND))
    assert str(Submission.objects.get().audio.name).endswith(".webm")


def test_a_voice_that_is_none_gets_a_clear_sentence(client: Client, form: dict[str, str]) -> None:
    page = send(client, form, voice=SimpleUploadedFile("voice.webm", b"MZ..."))
    assert "这个文件不是语音" in page.content.decode()


def test_nothing_said_gets_a_clear_sentence(client: Client, form: dict[str, str]) -> None:
    assert "请说说是什么事" in send(client, form, text=" \r\n ").content.decode()


@pytest.mark.parametrize("phone", ["1234", "我的电话", "1" * 20, "139<script>0000"])
def test_half_a_phone_gets_a_clear_sentence(client: Client, form: dict[str, str], phone: str) -> None:
    page = send(client, form, text="路灯", phone=phone).content.decode()
    assert "电话好像不完整" in page
    assert "<script>0000" not in page


@pytest.mark.parametrize("text", ["😀😀😀", "\u202eمرحبا", "<b>路灯</b><script>alert(1)</script>", "a\x00b"])
def test_odd_text_is_taken_and_shown_harmlessly(client: Client, form: dict[str, str], text: str) -> None:
    answer = send(client, form, text=text)
    assert "<script>alert" not in client.get(answer["Location"]).content.decode()
    assert Submission.objects.count() == 1


def test_personal_data_is_noticed_and_the_writer_decides(client: Client, form: dict[str, str]) -> None:
    page = send(client, form, text="请打 13800138000 找我", photos=[photo_file()])
    words = page.content.decode()
    assert "手机号" in words
    assert Submission.objects.count() == 0
    kept = form | {"token": hidden(page, "token"), "held": hidden(page, "held")}
    back = send(client, kept, text="请打 13800138000 找我", step="edit").content.decode()
    assert "请打 13800138000 找我" in back
    send(client, kept, text="请打 13800138000 找我", step="mask")
    given = Submission.objects.get()
    assert "13800138000" not in given.text
    assert given.photos.count() == 1


def test_the_writer_may_leave_it_as_it_is(client: Client, form: dict[str, str]) -> None:
    send(client, form, text="请打 13800138000 找我", step="keep")
    assert Submission.objects.get().text == "请打 13800138000 找我"


def test_a_page_that_was_open_too_long_keeps_everything(client: Client, village: Places) -> None:
    with clock.at(NOW):
        form = form_of(client, village.room.no)
    with clock.at(NOW + timedelta(hours=25)):
        page = send(client, form, text="路灯坏了")
        assert "页面打开得太久了" in page.content.decode()
        again = form | {"token": hidden(page, "token")}
        assert send(client, again, text="路灯坏了").status_code == 302


@pytest.mark.parametrize("token", ["", "forged", "a:b:c"])
def test_a_missing_or_forged_token_refuses_nobody(client: Client, village: Places, token: str) -> None:
    page = send(client, {"room": village.room.no, "token": token, "held": ""}, text="路灯坏了")
    assert "路灯坏了" in page.content.decode()
    form = {"room": village.room.no, "token": hidden(page, "token"), "held": ""}
    assert send(client, form, text="路灯坏了").status_code == 302


def test_what_looks_like_a_robot_is_held_and_not_refused(client: Client, village: Places) -> None:
    with clock.at(NOW):
        form = form_of(client, village.room.no)
        assert send(client, form, text="快").status_code == 302
    with clock.at(NOW + timedelta(seconds=30)):
        assert send(client, form, text="慢慢写的").status_code == 302
        assert send(client, form, text="带网址", website="http://x").status_code == 302
    odd = dict(Submission.objects.values_list("text", "oddity"))
    assert odd == {"快": "fast", "慢慢写的": "", "带网址": "trap"}


def test_very_many_from_one_network_are_held(client: Client, village: Places) -> None:
    with clock.at(NOW):
        form = form_of(client, village.room.no)
    with clock.at(NOW + timedelta(minutes=1)):
        for n in range(21):
            send(client, form, text=f"第{n}件")
    assert Submission.objects.filter(oddity="many").count() == 1


def test_it_works_without_cookies(village: Places) -> None:
    page = Client().get(f"/say?room={village.room.no}")
    form = {"room": village.room.no, "token": hidden(page, "token"), "held": ""}
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/say", form | {"text": "路灯坏了"}).status_code == 302


def test_the_box_goes_past_the_room_and_the_slip_says_so(client: Client, form: dict[str, str]) -> None:
    answer = send(client, form, text="路灯坏了", about_cadres="on")
    page = client.get(answer["Location"]).content.decode()
    assert "直接交给了上一级" in page
    stranger = Client().get(answer["Location"]).content.decode()
    assert "上一级" not in stranger
    assert "桃园" not in stranger
    assert "镇街政协工委" not in stranger


def test_a_token_is_its_own(client: Client) -> None:
    made = sent_form.new_token(NOW)
    read = sent_form.read_token(sent_form.write_token(made), NOW, 24)
    assert (read.nonce, read.is_expired) == (made.nonce, False)


def test_it_needs_few_statements(client: Client, form: dict[str, str], django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    # 12 and, besides, savepoint, ledger (2), pseudonym (0), event (1), two clocks (2 each)
    with django_assert_max_num_queries(12 + 9):
        assert send(client, form, text="路灯坏了", photos=[photo_file()]).status_code == 302

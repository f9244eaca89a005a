"""Every form of submissions and topics pressed wrong, then put right on the page that came back: the second is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.desks.actions import publication
from shangliang.kit import clock, ids
from shangliang.kit.tests.pressing import Case, Label, press_wrong_then_right, put_right, sheets
from shangliang.ledger.models import Entry
from shangliang.topics.actions import screening, travel
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import Photo, Submission, Topic
from shangliang.topics.states import Destination, Grade
from shangliang.topics.tests.factories import (
    COUNTY,
    NOW,
    ROOM_NO,
    TOWN,
    VILLAGE,
    cast,
    opened,
    photo_file,
    places,
    raised,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("numbered_from_one")]
R = Role
Standing = tuple[Client, str, str]
PLACES = {
    R.CLERK: {"room_no": ROOM_NO},
    R.FIRST_CONVENER: {"room_no": ROOM_NO},
    R.SECOND_CONVENER: {"room_no": ROOM_NO},
    R.TOWN_OFFICE: {"area_path": TOWN},
    R.REVIEWER: {"area_path": TOWN},
    R.MEMBER: {"area_path": COUNTY},
    R.GRID_WORKER: {"area_path": VILLAGE},
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def as_role(role: Role) -> Client:
    client = Client()
    signed_in(client, role, **PLACES[role])
    return client


def at_submission(
    act: str, role: Role = R.CLERK, before: Callable[[Submission], object] | None = None, **given: Any
) -> Callable[[], Standing]:
    """The page of one that was just raised, or of what `before` made of it."""

    def stands() -> Standing:
        text = "" if "audio" in given else "3号楼的路灯坏了半个月"
        found = raised(places().room, text, **given).submission
        if before:
            before(found)
        page = f"/desk/submissions/{found.no}"
        return as_role(role), f"{page}?act={act}", f"{page}/{act}"

    return stands


def handed_over(row: Submission) -> None:
    to = HandOver(Destination.HOTLINE, "已转 12345")
    screening.hand_over(submission=row, to=to, actor=cast().clerk, at=NOW)


def other_topic(row: Submission) -> None:
    other = raised(row.room, "楼道里堆着旧家具").submission
    assert opened(other, cast().clerk).no == "2026-000001"


def at_topic(
    act: str,
    role: Role = R.CLERK,
    before: Callable[[Topic], object] | None = None,
    grade: Grade = Grade.DEEP,
) -> Callable[[], Standing]:
    """The page of a topic that was just taken up, or of what `before` made of it."""

    def stands() -> Standing:
        topic = opened(raised(places().room).submission, cast().clerk, grade)
        if before:
            before(topic)
        page = f"/desk/topics/{topic.no}"
        return as_role(role), page, f"{page}/{act}"

    return stands


def passed_up(topic: Topic) -> None:
    travel.pass_up(topic=topic, reason="涉及几个社区", actor=cast().clerk, at=NOW)


def released(topic: Topic) -> None:
    publication.release(post=topic, actor=cast().town, at=NOW)


def at_page(page: str, role: Role) -> Callable[[], Standing]:
    def stands() -> Standing:
        places()
        return as_role(role), page, page

    return stands


def at_several(asked: str = "") -> Standing:
    room = places().room
    for number in range(3):
        raised(room, f"{number} 号楼的路灯")
    page = "/desk/submissions"
    return as_role(R.CLERK), f"{page}?{asked}", f"{page}/bulk?{asked}"


def at_the_door() -> Standing:
    places()
    return Client(), f"/say?room={ROOM_NO}", "/say"


ACCEPTED: dict[str, object] = {
    "grade": "deep",
    "theme": "old_estates",
    "title": "路灯",
    "weight": "practical",
}
CASES = (
    Case(
        "submission_do accept",
        at_submission("accept"),
        {**ACCEPTED, "title": " ", "summary": "三层不亮", "place_text": "3号楼"},
        {"title": "路灯"},
        "请写一个题目。",
    ),
    Case(
        "submission_do accept",
        at_submission("accept"),
        {**ACCEPTED, "title": "打 13900001234 问路灯", "summary": "三层不亮"},
        {"title": "路灯"},
        "公开的文字里好像有个人信息",
    ),
    Case(
        "submission_do accept",
        at_submission("accept"),
        {"title": "路灯", "summary": "三层不亮"},
        {"grade": "quick", "theme": "safety", "weight": "hard"},
        "请选一项",
    ),
    Case(
        "submission_do write-down",
        at_submission("write-down", audio=b"\x1aE\xdf\xa3 sound", audio_ending="webm"),
        {"text": "字" * 401},
        {"text": "三层的灯不亮"},
        "最多写 400",
    ),
    Case(
        "submission_do merge",
        at_submission("merge", before=other_topic),
        {},
        {"topic": "2026-000001"},
        "请选一个议题。",
    ),
    Case(
        "submission_do photos",
        at_submission("photos", photos=((b"photo", b"small"),)),
        {"photos": lambda: [str(Photo.objects.get().pk), "none"]},
        {"photos": lambda: [str(Photo.objects.get().pk)]},
        "就不要再勾“一张都不给”",
    ),
    Case(
        "submission_do erase",
        at_submission("erase"),
        {"reason": "本人来说的，电话 13900001234"},
        {"reason": "本人拿着回执来说的"},
        "手机",
    ),
    Case("submission_do ask", at_submission("ask"), {}, {"question": "哪一层？"}, "请写明要补充什么。"),
    Case(
        "submission_do hand-over",
        at_submission("hand-over"),
        {"destination": "other", "words": "供电公司会联系您。", "outside_no": "8号单"},
        {"name": "供电公司 95598"},
        "请写明转到哪个单位。",
    ),
    Case(
        "submission_do hand-over",
        at_submission("hand-over"),
        {"words": "供电公司会联系您。"},
        {"destination": "12345"},
        "请选一项",
    ),
    Case(
        "submission_do news",
        at_submission("news", before=handed_over),
        {"what": "settled", "outside_no": "12345-7"},
        {"news": "昨天修好了。"},
        "请写明那边的进展。",
    ),
    Case(
        "submission_do end",
        at_submission("end"),
        {"words": "这是两家之间的事，可以找调解委员会。"},
        {"exclusion": "civil_dispute"},
        "请选一项",
    ),
    Case(
        "submission_do note", at_submission("note"), {"text": "  "}, {"text": "收到了。"}, "请写下要说的话。"
    ),
    Case(
        "submission_do reveal",
        at_submission("reveal", phone="13900001234"),
        {},
        {"reason": "visit"},
        "请选一项",
    ),
    Case(
        "topic_do answer",
        at_topic("answer", grade=Grade.QUICK),
        {"text": "\n"},
        {"text": "已换灯泡"},
        "请写下答复。",
    ),
    Case(
        "topic_do second",
        at_topic("second", R.SECOND_CONVENER),
        {"agrees": "no"},
        {"opinion": "先看资金"},
        "请写明意见",
    ),
    Case(
        "topic_do visit",
        at_topic("visit"),
        {"on": "2026-11-20", "place": "3号楼", "found": "三层不亮"},
        {"on": "2026-11-02"},
        "请写去过的那一天",
    ),
    Case(
        "topic_do visit",
        at_topic("visit"),
        {"on": "2026-13-45", "found": "三层不亮"},
        {"on": "2026-11-02", "place": "3号楼"},
        "请写一个真实的日期",
    ),
    Case(
        "topic_do wording",
        at_topic("wording"),
        {"title": "楼道灯", "summary": "找王某，电话 13900001234"},
        {"summary": "三层不亮"},
        "公开的文字里好像有个人信息",
    ),
    Case("topic_do cover", at_topic("cover", before=released), {}, {"reason": "写了门牌"}, "请写明理由。"),
    Case(
        "topic_do cover",
        at_topic("cover", before=released),
        {"reason": "写了 13800001234"},
        {"reason": "写了 13800001234", "keeps_data": "on"},
        "好像有手机号",
    ),
    Case(
        "topic_do visit",
        at_topic("visit"),
        {"on": "2026-11-02", "place": "3号楼", "found": "王桂芳 13800001234 说三层不亮"},
        {"found": "王桂芳说三层不亮", "keeps_data": "on"},
        "好像有手机号",
    ),
    Case("topic_do up", at_topic("up"), {"reason": "字" * 301}, {"reason": "涉及几个社区"}, "最多写 300"),
    Case(
        "topic_do down",
        at_topic("down", R.TOWN_OFFICE, passed_up),
        {"reason": "社区自己能办"},
        {"room": Label("花山湾社区协商议事室")},
        "请选一项",
    ),
    Case(
        "topic_do plan",
        at_topic("plan", R.FIRST_CONVENER),
        {"planned_on": "2026-11-01", "reason": "等资金"},
        {"planned_on": "2027-02-01"},
        "计划的日子要在今天以后。",
    ),
    Case(
        "topic_do plan",
        at_topic("plan", R.FIRST_CONVENER),
        {"planned_on": "2036-11-01", "reason": " "},
        {"planned_on": "2027-02-01", "reason": "等资金"},
        "计划最远定到",
    ),
    Case("topic_do end", at_topic("end", R.FIRST_CONVENER), {}, {"reason": "已经拆了"}, "请写明理由。"),
)
ENTERED: dict[str, object] = {"text": "三层的灯不亮", "place_text": "3号楼", "phone": "13900001234"}
PAGES = (
    Case(
        "submissions_bulk",
        at_several,
        {"no": ["2026-000001", "2026-000003"], "what": "end", "words": "一次只说一件，请分开提。"},
        {"what": "end", "exclusion": "several"},
        "请选一项",
    ),
    Case(
        "submissions_bulk",
        at_several,
        {"what": "end", "words": "一次只说一件，请分开提。", "exclusion": "several"},
        {"what": "end", "no": ["2026-000001", "2026-000003"]},
        "请先勾选要一起办的来件。",
        is_beside=False,
    ),
    Case(
        "submissions_bulk",
        partial(at_several, "state=received&channel=resident"),
        {"no": ["2026-000002"], "what": "hand-over", "to-destination": "other", "to-words": "那边会联系您。"},
        {"what": "hand-over", "to-name": "供电公司 95598"},
        "请写明转到哪个单位。",
    ),
    Case("enter", at_page("/desk/enter", R.CLERK), ENTERED, {"way": "visit"}, "请选一项"),
    Case(
        "enter",
        at_page("/desk/enter", R.CLERK),
        {**ENTERED, "way": "phone", "phone": "139"},
        {"phone": "13900001234"},
        "电话好像不完整",
    ),
    Case(
        "raise",
        at_page("/desk/raise/grid", R.GRID_WORKER),
        {"place_text": "东门"},
        {"text": "井盖没了"},
        "请说说是什么事",
    ),
    Case(
        "raise",
        at_page("/desk/raise/government", R.TOWN_OFFICE),
        {"text": "井盖没了", "place_text": "东" * 81},
        {"place_text": "东门", "room": Label("桃园社区协商议事室")},
        "请选一项",
    ),
    Case("say", at_the_door, {"text": " ", "phone": "8501234"}, {"text": "三层的灯不亮"}, "请说说是什么事"),
    Case("say", at_the_door, {"text": "灯" * 5001}, {"text": "三层的灯不亮"}, "请删短一些"),
    Case("say", at_the_door, {"text": "灯" * 204}, {"gist": "三层的灯不亮"}, "请再用一句话说说是什么事"),
    Case(
        "enter",
        at_page("/desk/enter", R.CLERK),
        {**ENTERED, "way": "paper", "text": "灯" * 2000},
        {"gist": "三层的灯不亮"},
        "请再用一句话说说是什么事",
    ),
    Case("say", at_the_door, {"text": "三层的灯不亮", "phone": "139-00"}, {"phone": ""}, "不想留也可以不填"),
)
TRIED = frozenset(case.form for case in (*CASES, *PAGES)) | {"desk_slips", "desk_slips_lost"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case) -> None:
    second = put_right(case)
    act = house().thing(case.form.partition("_")[0]).act(case.form.partition(" ")[2])
    assert act is not None
    if act.said is None:
        assert "13900001234" in second.content.decode()
    else:
        assert second.status_code == 302
        assert [str(message) for message in get_messages(second.wsgi_request)] == [str(act.said)]


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_what_was_wrong_on_a_page_of_its_own_is_put_right_and_saved(case: Case) -> None:
    before = Entry.objects.count()
    second = put_right(case)
    assert second.status_code == (200 if case.form == "enter" else 302)
    assert Entry.objects.count() > before


def test_a_number_that_was_misheard_is_put_right_and_found() -> None:
    given = raised(places().room)
    right: dict[str, object] = {"no": ids.show_slip(given.slip)}
    page = "/desk/slips"
    second = put_right(
        Case(
            "desk_slips",
            lambda: (as_role(R.CLERK), page, page),
            {"no": "1234"},
            right,
            "请对方再报一遍 12 位数字",
        )
    )
    assert second["Location"] == f"/desk/submissions/{given.submission.no}"


def test_what_is_still_known_of_a_lost_slip_is_put_right_and_found() -> None:
    given = raised(places().room, phone="13900001234")
    page = "/desk/slips"
    second = put_right(
        Case(
            "desk_slips_lost",
            lambda: (as_role(R.CLERK), page, f"{page}/lost"),
            {"phone": "", "words": "", "day": "2026-11-02"},
            {"phone": "1234"},
            "电话、当时说的话，至少写一样",
        )
    )
    assert f"/desk/submissions/{given.submission.no}/renew" in second.content.decode()


def test_every_form_of_submissions_and_topics_is_tried() -> None:
    acts = {
        f"{kind}_do {act.name}"
        for kind in ("submission", "topic")
        for act in house().thing(kind).acts
        if act.form and not act.page
    }
    assert acts == {case.form for case in CASES}


@pytest.mark.parametrize("case", [case for case in PAGES if case.form in {"enter", "raise", "say"}], ids=str)
def test_photos_and_sound_are_kept_while_the_rest_is_put_right(case: Case) -> None:
    sound = SimpleUploadedFile("a.webm", b"\x1aE\xdf\xa3 sound", "audio/webm")
    wrong = {**case.wrong, "photos": [photo_file("a.jpg"), photo_file("b.jpg")], "voice": sound}
    if case.said == "请说说是什么事":  # the voice says it
        wrong["text"] = "字" * 3001
    client, page, action = case.stands()
    press_wrong_then_right(client, page, action, wrong, case.right)
    found = Submission.objects.get()
    assert Photo.objects.filter(submission=found).count() == 2
    assert found.audio.size == sound.size


@pytest.mark.parametrize("case", [CASES[0], PAGES[0]], ids=str)
def test_from_a_page_that_came_back_another_language_and_its_tabs_lead_on(case: Case) -> None:
    client, page, action = case.stands()
    first = client.post(action, sheets(client.get(page))[action].filled(**case.wrong))
    sent = sheets(first)["/preferences"].filled(language="en")
    led = client.post("/preferences", sent, follow=True)
    assert (led.status_code, led.wsgi_request.get_full_path()) == (200, page.partition("?")[0])
    assert client.get(f"{action.partition('?')[0]}?state=ended", follow=True).status_code == 200

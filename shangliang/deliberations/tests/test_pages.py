"""Every page in the states it passes, met by the one it is for and by the outsider."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import give
from shangliang.deliberations import showing
from shangliang.deliberations.actions import announcing, asking, meeting, seating, signing
from shangliang.deliberations.models import Deliberation, Participant, Record
from shangliang.deliberations.states import Conclusion, DeliberationState
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import COUNTY, MONDAY, TOWN, World, again, make_world
from shangliang.desks.actions import publication
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.tests.pressing import sheets
from shangliang.ledger.models import Entry
from shangliang.people.models import Unit
from shangliang.people.states import UnitKind

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=7, hours=12)


@pytest.fixture
def world() -> World:
    return make_world()


def signed_in(_world: World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def page(client: Client, path: str, at: Any = MONDAY, status: int = 200) -> str:
    with clock.at(at):
        answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def press(client: Client, path: str, at: Any = MONDAY, **data: Any) -> Any:
    with clock.at(at):
        return client.post(path, data)


def desk(deliberation: Deliberation, *more: str) -> str:
    return "/".join(["/desk/deliberations", deliberation.no, *more])


def test_the_outsider_finds_no_desk_page(world: World) -> None:
    deliberation = make.to_sign(world)
    outsider, pk = signed_in(world, "outsider"), deliberation.record.signatures.first().pk  # type: ignore[union-attr]
    for more in ((), ("plan",), ("invite",), ("attendance",), ("record",), ("record.docx",), ("print",)):
        page(outsider, desk(deliberation, *more), status=404)
    for what in ("sign", "link", "paper"):
        assert press(outsider, desk(deliberation, "signatures", str(pk), what)).status_code == 404
    for what in ("review", "announce", "postpone", "cancel", "open", "close", "take_back", "add"):
        assert press(outsider, desk(deliberation, "do", what), reason="x").status_code == 404
    page(outsider, f"/desk/topics/{world.topic.no}/prepare", status=404)
    assert deliberation.subject_line not in page(outsider, "/desk/deliberations")


def test_only_who_keeps_the_poll_and_the_draw_is_led_to_them(world: World) -> None:
    deliberation = make.announced(world)
    asking.ask(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    seating.draw_for(deliberation=make.again(deliberation), actor=world.clerk, at=MONDAY)
    clerk, stand_in = (page(signed_in(world, who), desk(deliberation)) for who in ("clerk", "stand_in"))
    for there in ("/desk/polls/", "/desk/draws/"):
        assert there in clerk
        assert there not in stand_in


def test_somebody_without_the_role_is_told_why(world: World) -> None:
    deliberation = make.to_sign(world)
    stand_in = signed_in(world, "stand_in")
    page(stand_in, desk(deliberation))
    page(stand_in, desk(deliberation, "record"), status=403)
    assert press(stand_in, desk(deliberation, "do", "take_back")).status_code == 403
    pk = deliberation.record.signatures.get(seat="first_convener").pk
    assert press(stand_in, desk(deliberation, "signatures", str(pk), "sign"), LATER).status_code == 403


def test_another_day_than_the_announced_one_is_asked_about_once(world: World) -> None:
    clerk, found = signed_in(world, "clerk"), make.announced(world)
    here = [str(pk) for pk in found.participants.values_list("pk", flat=True)]
    early = MONDAY + timedelta(hours=2)
    with clock.at(early):
        asked = clerk.post(desk(found, "attendance"), {"here": here, "heads": "19"}).content.decode()
        assert "预告的是 2026年3月9日（星期一）19:00，不是今天。" in asked
        assert asked.count("checked") >= len(here), "what was tapped stays"
        assert again(found).attendance_at is None
        said = {"here": here, "heads": "19", "is_today": "on"}
        assert clerk.post(desk(found, "attendance"), said).status_code == 302
    with clock.at(early + timedelta(days=1)):  # whoever wrote it down began another day
        doubted = clerk.post(desk(found, "do", "open")).content.decode()
        assert "今天就开始商量吗？" in doubted
        assert "2026年3月9日（星期一）19:00" in doubted
        assert again(found).state == DeliberationState.ANNOUNCED
    with clock.at(early):
        assert clerk.post(desk(found, "do", "open")).status_code == 302, "it was said a minute ago"
    assert again(found).state == DeliberationState.UNDER_WAY


@pytest.mark.parametrize(("hours", "keeps"), [(9, False), (2.5, True), (-1, True)])
def test_on_the_day_itself_nobody_is_asked_about_it(world: World, hours: float, keeps: bool) -> None:
    """Some minutes early or late it is the hour that was announced; hours early it began when it was pressed."""
    clerk, found = signed_in(world, "clerk"), make.announced(world)
    here = [str(pk) for pk in found.participants.values_list("pk", flat=True)]
    pressed = LATER - timedelta(hours=hours)
    with clock.at(pressed):
        assert clerk.post(desk(found, "attendance"), {"here": here}).status_code == 302
        assert clerk.post(desk(found, "do", "open")).status_code == 302
    assert again(found).held_at == (found.held_at if keeps else pressed)


def test_the_question_about_the_day_can_be_answered(world: World) -> None:
    clerk, found = signed_in(world, "clerk"), make.announced(world)
    here = frozenset(found.participants.values_list("pk", flat=True))
    meeting.write_attendance(
        deliberation=found, attendance=meeting.Attendance(here), actor=world.clerk, at=MONDAY
    )
    late = LATER + timedelta(days=1)
    with clock.at(late):  # who came is written only now, and that says nothing of the hour
        said = {"here": [str(pk) for pk in here], "is_today": "on"}
        assert clerk.post(desk(found, "attendance"), said).status_code == 302
        assert "今天就开始商量吗？" in clerk.post(desk(found, "do", "open")).content.decode()
        assert clerk.post(desk(found, "do", "open"), {"sure": "yes"}).status_code == 302
    assert again(found).held_at == late


def test_a_clerk_goes_the_whole_formal_way_by_its_pages(world: World) -> None:
    clerk = signed_in(world, "clerk")
    form = page(clerk, f"/desk/topics/{world.topic.no}/prepare")
    assert "丁书记" in form
    assert "桃园物业" in form
    invited = re.findall(r'name="invited" value="([^"]+)"[^>]*checked', form)
    posted = press(
        clerk,
        f"/desk/topics/{world.topic.no}/prepare",
        held_at="2026-03-09T19:00",
        place="桃园社区协商议事室",
        mode="room",
        subject_line="楼道灯怎么修",
        agenda="说说情况",
        scope="public",
        is_material_out="on",
        invited=invited,
        others="利益相关方：三号楼住户代表\n专家：胡工",
    )
    found = Deliberation.objects.get()
    assert posted["Location"] == desk(found)
    assert set(found.participants.values_list("seat", flat=True)) == {
        "first_convener",
        "second_convener",
        "unit",
        "party_concerned",
        "expert",
    }
    assert "送审" in page(clerk, desk(found))
    press(clerk, desk(found, "do", "review"))
    assert "等审核人看过预告" in page(clerk, desk(found))
    make.reviewed(again(found))
    assert "发布预告" in page(clerk, desk(found))
    press(clerk, desk(found, "do", "announce"))
    assert again(found).state == DeliberationState.ANNOUNCED
    here = [str(pk) for pk in found.participants.values_list("pk", flat=True)]
    page(clerk, desk(found, "attendance"), LATER)
    press(clerk, desk(found, "attendance"), LATER, here=here, heads="19")
    press(clerk, desk(found, "do", "open"), LATER)
    assert "商量结束" in page(clerk, desk(found), LATER)
    press(clerk, desk(found, "do", "close"), LATER)
    empty = page(clerk, desk(found, "record"), LATER)
    assert "有措施：请选一下商量的结果。" in empty
    written = {
        "held_at": "2026-03-09T19:00",
        "place": "桃园社区协商议事室",
        "subject_line": "楼道灯怎么修",
        "said": "大家都同意修。",
        "conclusion": "agreed",
        "effect_by": "2026-06-01",
        "was_read_back": "on",
        "measures-TOTAL_FORMS": "2",
        "measures-INITIAL_FORMS": "0",
        "measures-0-what": "换灯",
        "measures-0-doer_text": "",
        "measures-0-unit": str(world.unit.pk),
        "measures-0-due_on": "2026-03-31",
        "then": "send",
    }
    press(clerk, desk(found, "record"), LATER, **written)
    assert "召集人签字确认记录" in page(clerk, desk(found), LATER)
    for name in ("first_convener", "second_convener"):
        pk = again(found).record.signatures.get(seat=name).pk
        press(signed_in(world, name), desk(found, "signatures", str(pk), "sign"), LATER)
    assert again(found).state == DeliberationState.ARCHIVED
    assert "已归档" in page(clerk, desk(found), LATER)
    press(clerk, desk(found, "do", "add"), LATER, text="已换好。")
    assert "已换好。" in page(clerk, desk(found), LATER)


def test_what_is_missing_is_shown_before_the_button_with_its_link(world: World) -> None:
    deliberation = make.reviewed(make.prepared(world, held_at=MONDAY + timedelta(days=1)))
    shown = page(signed_in(world, "clerk"), desk(deliberation))
    assert "要提前 3 天预告" in shown
    assert f'href="{desk(deliberation, "plan")}#plan_held_at"' in shown
    assert "建议补上" not in shown


def test_a_record_with_a_wrong_date_keeps_everything_typed(world: World) -> None:
    deliberation = make.held(world)
    clerk = signed_in(world, "clerk")
    data = {
        "held_at": "昨天晚上",
        "said": "一楼先修",
        "measures-TOTAL_FORMS": "1",
        "measures-INITIAL_FORMS": "0",
        "measures-0-what": "",
        "measures-0-doer_text": "物业",
        "then": "send",
    }
    answer = press(clerk, desk(deliberation, "record"), LATER, **data)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "昨天晚上" in shown
    assert "一楼先修" in shown
    assert "请写明做什么。" in shown
    assert not Record.objects.exclude(said="").exists()


def test_the_words_for_a_group_chat_are_those_that_are_public(world: World, settings: Settings) -> None:
    settings.BASE_URL = "https://shangliang.example"
    clerk, deliberation = signed_in(world, "clerk"), make.prepared(world)
    assert "通知文本" not in page(clerk, desk(deliberation)), "nobody has released it"
    announcing.announce(deliberation=make.reviewed(deliberation), actor=world.clerk, at=MONDAY)
    shown = page(clerk, desk(deliberation))
    text = re.search(r'<textarea id="notice_text"[^>]*>(.*?)</textarea>', shown, re.DOTALL)
    assert text is not None
    deliberation = again(deliberation)
    assert deliberation.place in text[1]
    assert f"https://shangliang.example/d/{deliberation.no}" in text[1]
    assert "丁书记" not in text[1], "who is asked is nobody else's business"
    publication.cover(post=deliberation, reason="写了门牌", actor=world.clerk, at=MONDAY)
    assert "通知文本" not in page(clerk, desk(deliberation)), "it is covered"


def test_after_the_meeting_the_record_stands_first_and_each_person_once(world: World) -> None:
    deliberation = make.to_sign(world)
    Participant.objects.filter(deliberation=deliberation, seat="second_convener").update(attended=False)
    shown = page(signed_in(world, "clerk"), desk(deliberation), LATER)
    main = shown[shown.index("<h1>") :]
    places = [main.index(f"<h2>{title}</h2>") for title in ("协商记录", "签字", "议程", "安排", "谁到了")]
    assert places == sorted(places)
    assert "许委员（没有到）" in main
    assert main.count("丁书记") == 3, "on the list, under the record, and as the one whose turn it is"
    assert "<details" in main[main.rindex("<details") : main.index("经过（")]


def test_no_unit_above_the_room_is_ticked_for_the_clerk(world: World) -> None:
    for name, path in (("区住建局", COUNTY), ("街道办事处", TOWN)):
        Unit.objects.create(
            code=name, name=name, kind=UnitKind.BUREAU.value, area_path=path, themes=world.topic.theme
        )
    shown = page(signed_in(world, "clerk"), f"/desk/topics/{world.topic.no}/prepare")
    ticked = dict(re.findall(r"<input[^>]*name=\"invited\"([^>]*)>\s*([^<]*)<", shown))
    words = {label.strip(): "checked" in attributes for attributes, label in ticked.items()}
    assert {label: on for label, on in words.items() if "承办单位" in label} == {
        "承办单位：桃园物业": True,
        "承办单位：区住建局（按主题和地方提议）": False,
        "承办单位：街道办事处（按主题和地方提议）": False,
    }


def test_the_record_saves_itself_and_leaves_no_line_of_history(world: World) -> None:
    deliberation = make.held(world)
    clerk, path = signed_in(world, "clerk"), desk(deliberation, "record")
    before = Entry.objects.count()
    data = {"opened": "here", "then": "auto", "said": "一楼先修", "measures-0-doer_text": "物业"}
    answer = press(clerk, path, LATER, **data)
    assert answer.json() == {"said": "21:00 已自动保存"}
    assert again(deliberation).record.said == "一楼先修"
    assert again(deliberation).record.measures.get().doer_text == "物业", "half typed, and kept"
    assert Entry.objects.count() == before
    assert "一楼先修" in page(clerk, path, LATER)
    assert press(clerk, path, LATER, **data, held_at="昨晚").status_code == 422
    strange = press(signed_in(world, "outsider"), path, LATER, **data | {"said": "别人的话"})
    assert strange.status_code == 404
    assert again(deliberation).record.said == "一楼先修"


def test_what_was_sent_to_sign_is_not_saved_by_itself(world: World) -> None:
    deliberation = make.to_sign(world)
    answer = press(signed_in(world, "clerk"), desk(deliberation, "record"), LATER, then="auto", said="晚了")
    assert (answer.status_code, answer.json()["said"]) == (409, "这份记录已经送签或者收起，不能再改。")
    assert again(deliberation).record.said != "晚了"


def test_an_hour_that_is_not_known_can_be_emptied_again(world: World) -> None:
    deliberation = make.held(world)
    clerk, at = signed_in(world, "clerk"), (deliberation.held_at or MONDAY) + timedelta(hours=2)
    sent = {
        "held_at": timezone.localtime(deliberation.held_at).strftime("%Y-%m-%dT%H:%M"),
        "place": deliberation.place,
        "subject_line": deliberation.subject_line,
        "said": "都说该修。",
    }
    address = f"/desk/deliberations/{deliberation.no}/record"
    with clock.at(at):
        clerk.post(address, sent)
        assert again(deliberation).ended_at is not None, "a page without the field changes nothing"
        clerk.post(address, sent | {"until": ""})
        assert again(deliberation).ended_at is None
        shown = clerk.get(address).content.decode()
    assert 'value="20:00"' not in shown


def test_of_two_opened_records_the_second_is_told_and_overwrites_nothing_unseen(world: World) -> None:
    deliberation = make.held(world)
    clerk, path = signed_in(world, "clerk"), desk(deliberation, "record")
    one, other = ({"opened": name, "seen": ""} for name in ("one", "other"))
    press(clerk, path, LATER, **one, said="这边写的", then="auto")
    assert press(clerk, path, LATER, **one, said="这边接着写", then="auto").status_code == 200
    assert press(clerk, path, LATER, **other, said="那边写的", then="auto").status_code == 409
    told = press(clerk, path, LATER, **other, said="那边写的", then="keep").content.decode()
    assert "这份记录在另一处刚刚改过" in told
    assert "这边接着写" in told, "to be read and copied"
    assert "那边写的" in told, "nothing typed is lost"
    assert "草稿已保存" not in told
    assert again(deliberation).record.said == "这边接着写"
    form = sheets(press(clerk, path, LATER, **other, said="那边写的", then="keep"))[""]
    press(clerk, path, LATER, **form.filled(then="keep"))
    assert again(deliberation).record.said == "那边写的"
    assert press(clerk, path, LATER, **one, said="又来", then="auto").status_code == 409


def test_a_statutory_record_shows_the_three_routes_and_the_majorities() -> None:
    world = make_world()
    deliberation = make.held(world)
    world.topic.is_statutory = True
    world.topic.save()
    shown = page(signed_in(world, "clerk"), desk(deliberation, "record"), LATER)
    for words in (
        "村民会议或村民代表会议",
        "居民会议或居民代表会议",
        "业主共同决定",
        "3/4",
        "1/2",
        "请选走哪条法定程序",
    ):
        assert words in shown


def test_a_signing_link_changes_nothing_until_the_press(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    signature = deliberation.record.signatures.get(seat="second_convener")
    path = f"/t/sign/{signing.new_token(signature)}"
    asked = page(Client(), path, at)
    assert "签字确认" in asked
    for row in deliberation.participants.filter(attended=True):
        assert row.display_name in asked  # nobody signs without knowing who was there
    for row in deliberation.participants.filter(attended=False):
        assert row.display_name not in asked
    assert f"{deliberation.residents_count} 人" in asked
    signature.refresh_from_db()
    assert signature.signed_at is None
    assert "谢谢您" in press(Client(), path, at).content.decode()
    signature.refresh_from_db()
    assert signature.signed_at == at
    for over in (path, "/t/sign/nothing-of-ours"):
        said = page(Client(), over, at, status=404)
        assert "再发一次链接" in said
        assert deliberation.subject_line not in said


def test_the_clerks_page_never_shows_a_signing_link(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    signature = deliberation.record.signatures.get(seat="second_convener")
    make.reachable(signature)
    client = signed_in(world, "clerk")
    path = desk(deliberation, "signatures", str(signature.pk), "link")
    with clock.at(at):
        shown = client.post(path, follow=True).content.decode()
    assert "这里不显示" in shown
    assert "/t/sign/" not in shown


def test_paper_is_noted_with_a_photo_that_has_lost_its_place_data(world: World) -> None:
    deliberation = make.to_sign(world)
    at = deliberation.ended_at or MONDAY
    signature = deliberation.record.signatures.get(seat="first_convener")
    path = desk(deliberation, "signatures", str(signature.pk), "paper")
    clerk = signed_in(world, "clerk")
    wrong = press(clerk, path, at, signed_on="2026-03-09", paper=SimpleUploadedFile("a.jpg", b"%PDF-1.4"))
    assert "这个文件不是照片" in wrong.content.decode()
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "PNG")
    press(clerk, path, at, signed_on="2026-03-09", paper=SimpleUploadedFile("a.png", out.getvalue()))
    signature.refresh_from_db()
    assert signature.way == "paper"
    assert str(signature.paper.name).endswith(".jpg")
    kept = desk(deliberation, "signatures", f"{signature.pk}.jpg")
    photo = clerk.get(kept)
    assert photo["Content-Type"] == "image/jpeg"
    photo.getvalue()
    assert signed_in(world, "outsider").get(kept).status_code == 404


TALK = {
    "held_at": "2026-03-01T19:30",
    "place": "大树下",
    "subject_line": "路边的垃圾桶",
    "people": "6",
    "said": "保洁：每天多倒一次",
}


def test_an_any_time_talk_takes_six_fields_and_one_press(world: World) -> None:
    clerk = signed_in(world, "clerk")
    shown = page(clerk, "/desk/any-time")
    names = set(re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', shown))
    assert len(names & set(TALK) | {"photo"} & names) == 6
    posted = press(clerk, "/desk/any-time", **TALK)
    assert posted.status_code == 302
    assert "路边的垃圾桶" in page(clerk, posted["Location"])


def test_an_any_time_talk_keeps_everything_typed_when_something_lacks(world: World) -> None:
    answer = press(signed_in(world, "clerk"), "/desk/any-time", **(TALK | {"people": "很多"}))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "请写一个整数。" in shown
    assert "保洁：每天多倒一次" in shown
    assert not Deliberation.objects.exists()


def test_whoever_has_no_room_finds_no_any_time_page(world: World) -> None:
    page(signed_in(world, "second_convener"), "/desk/any-time", status=404)
    assert "桃园社区" in page(signed_in(world, "town"), "/desk/any-time")


def test_the_public_sees_what_is_announced_and_nothing_before(world: World) -> None:
    deliberation = make.reviewed(make.prepared(world))
    page(Client(), f"/d/{deliberation.no}", status=404)
    announcing.announce(deliberation=deliberation, actor=world.clerk, at=MONDAY)
    shown = page(Client(), f"/d/{deliberation.no}")
    assert "楼道灯怎么修、谁来管" in shown
    assert "轮椅通道" in shown
    assert "三号楼住户代表" not in shown
    assert "楼道灯怎么修、谁来管" in page(Client(), "/calendar")
    assert "楼道灯怎么修、谁来管" in page(Client(), "/calendar?area=321102")
    page(Client(), f"/d/{deliberation.no}?print=1")


@pytest.mark.parametrize(
    ("scope", "seen", "listed"),
    [(Scope.PLACE, 200, False), (Scope.PARTICIPANTS, 404, False), (Scope.INTERNAL, 404, False)],
)
def test_scopes_hold(world: World, scope: Scope, seen: int, listed: bool) -> None:
    deliberation = make.announced(world, scope=scope)
    page(Client(), f"/d/{deliberation.no}", status=seen)
    assert ("楼道灯怎么修" in page(Client(), "/calendar")) is listed


def test_a_covered_announcement_leaves_a_tombstone(world: World) -> None:
    deliberation = make.announced(world)
    Deliberation.objects.update(release=Release.COVERED.value, release_reason="地点写错了")
    shown = page(Client(), f"/d/{deliberation.no}", status=410)
    assert "地点写错了" in shown
    assert deliberation.subject_line not in shown
    assert deliberation.subject_line not in page(Client(), "/calendar")


def test_the_result_shows_once_it_is_released_with_numbers_and_no_names(world: World) -> None:
    deliberation = make.archived(world)
    at = LATER + timedelta(days=1)
    assert "更换楼道灯" not in page(Client(), f"/d/{deliberation.no}", at)
    Record.objects.update(release=Release.RELEASED.value)
    shown = page(Client(), f"/d/{deliberation.no}", at)
    assert "更换楼道灯" in shown
    assert "其他群众 21" in " ".join(shown.split()), "whoever passed by represents nobody"
    assert "三号楼住户代表" not in shown
    Record.objects.update(release=Release.COVERED.value)
    assert "更换楼道灯" not in page(Client(), f"/d/{deliberation.no}", at)
    page(Client(), f"/d/{deliberation.no}/record.docx", at, status=404)


def test_a_number_of_another_year_finds_nothing(world: World) -> None:
    deliberation = make.announced(world)
    page(Client(), f"/d/2019-{deliberation.no[5:]}", status=404)
    page(Client(), "/d/nonsense", status=404)


def test_pages_cost_the_same_however_many_rows(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    deliberation = make.to_sign(world)
    clerk, at = signed_in(world, "clerk"), deliberation.ended_at or MONDAY
    for number in range(30):
        row = make.again(deliberation)
        row.pk, row.subject_line = None, f"第 {number} 场"
        row.state, row.release, row.announced_at = "announced", "released", MONDAY
        row.held_at = at + timedelta(days=number)
        row.save()
    limits = {
        "/desk/deliberations": 8,
        desk(deliberation): 12,
        desk(deliberation, "print"): 12,
        "/desk/any-time": 12,
    }
    for path, most in limits.items():
        with django_assert_max_num_queries(most):
            page(clerk, path, at)
    for path, most in {"/calendar": 8, f"/d/{deliberation.no}": 12}.items():
        with django_assert_max_num_queries(most):
            page(Client(), path, at)


def test_the_form_of_a_matter_under_embargo_proposes_nobody_of_the_room() -> None:
    world = make_world(desk_path=TOWN, desk_room_no="", is_embargoed=True, submissions_count=2)
    shown = page(signed_in(world, "town"), f"/desk/topics/{world.topic.no}/prepare")
    assert "丁书记" not in shown
    assert "在回执上通知" in shown
    page(signed_in(world, "clerk"), f"/desk/topics/{world.topic.no}/prepare", status=404)


def test_without_agreement_the_page_shows_the_path(world: World) -> None:
    deliberation = make.archived(
        world, MONDAY, conclusion=Conclusion.NO_AGREEMENT, dissent="一楼不同意", measures=[]
    )
    shown = page(signed_in(world, "clerk"), desk(deliberation), LATER)
    assert "再商量一次" in shown
    assert f"/desk/topics/{world.topic.no}/prepare" in shown


def test_the_stand_in_gets_the_button_once_time_is_over(world: World) -> None:
    deliberation = make.to_sign(world)
    stand_in = signed_in(world, "stand_in")
    button = f"signatures/{deliberation.record.signatures.first().pk}/sign"  # type: ignore[union-attr]
    assert button not in page(stand_in, desk(deliberation), LATER)
    assert button in page(stand_in, desk(deliberation), LATER + timedelta(days=7))


def test_somebody_from_the_district_reads_along(world: World) -> None:
    deliberation = make.to_sign(world)
    give(world.users["stand_in"], Role.DISTRICT_OFFICE, area_path=make.COUNTY)
    page(signed_in(world, "stand_in"), desk(deliberation), LATER)
    signature = deliberation.record.signatures.get(seat="first_convener")
    signing.sign(signature=signature, actor=world.actor(Role.DISTRICT_OFFICE), at=LATER + timedelta(days=7))
    signature.refresh_from_db()
    assert signature.way == "stand_in"


def test_a_word_file_that_was_not_made_says_so_and_never_promises_again(world: World) -> None:
    deliberation = make.to_sign(world)
    record = Record.objects.get(deliberation=deliberation)
    assert record.written_at is not None
    path = f"/desk/deliberations/{deliberation.no}/record.docx"
    clerk = signed_in(world, "clerk")
    assert "一般一分钟内就好" in page(clerk, path, record.written_at, 202)
    late = page(clerk, path, record.written_at + timedelta(minutes=11), 503)
    assert "文件没有做成" in late
    assert deliberation.no in late
    assert "一般一分钟内就好" not in late


def test_a_record_with_somebodys_name_and_door_does_not_go_to_sign(world: World) -> None:
    with pytest.raises(Blocked) as blocked:
        make.to_sign(world, said="王桂芳（5幢502）：臭。")
    assert [(each.code, each.mend) for each in blocked.value.unmet] == [("personal_data_in_words", "said")]


def test_what_has_no_date_yet_stands_first() -> None:
    world = make_world()
    undated = make.prepared(world, held_at=None)
    later = make.again(undated)
    later.pk, later.subject_line, later.held_at = None, "已经定了日子的一场", MONDAY
    later.save()
    shown = page(signed_in(world, "clerk"), "/desk/deliberations")
    assert shown.index(undated.subject_line) < shown.index("已经定了日子的一场")


def test_a_reviewer_reads_everything_that_an_announcement_and_a_record_make_public() -> None:
    found = make.archived(make_world())
    found.urgent_reason, found.online_link = "台风要来", "https://meet.example/1"
    told = showing.announced_words(found)
    parts = (found.place, "2026年3月9日", found.urgent_reason, found.online_link, found.agenda)
    assert all(part in told for part in parts)
    record = found.record
    record.dissent, record.effect = "三号楼不同意出钱", "先修一个月再看"
    words = showing.recorded_words(record)
    measure = record.measures.select_related("unit").get()
    parts = (record.said, record.dissent, record.effect, measure.what, showing.doer_of(measure))
    assert all(part in words for part in parts)
    for kind, row, text in (("deliberation", found, told), ("record", record, words)):
        review = house().thing(kind).review
        assert review is not None
        assert review.text(row) == text, "and the reviewer's page shows just that"


def test_a_line_of_the_desk_says_for_which_moment_the_session_is_set(world: World) -> None:
    place = house().thing("deliberation").place
    session = make.prepared(world)
    assert f"定在 {showing.when(session.held_at)}" in place(session)
    session.state = DeliberationState.ARCHIVED.value
    assert place(session) == session.room.name
    session.held_at = None
    assert "待定日期" in place(session)

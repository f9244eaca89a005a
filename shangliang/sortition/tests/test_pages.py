"""A draw on its pages: the clerk's desk, what everybody sees, and a volunteer's own page."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangliang.access.actor import SYSTEM
from shangliang.access.denied import Denied
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import acting, make_clerk
from shangliang.events.kinds import Kind
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.tests.reading import flat
from shangliang.ledger.models import Entry
from shangliang.sortition import queries, rules, tasks
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.models import Volunteer
from shangliang.sortition.states import (
    DrawState,
    LotteryState,
    VolunteerState,
)
from shangliang.sortition.tests.draws import (
    NEXT_NO,
    NOW,
    ROOM_NO,
    SEED,
    entry,
    fill,
    fixed,
    make_draw,
    make_room,
    pick,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_clerk(room_no=ROOM_NO)


@pytest.fixture
def desk(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def test_the_answers_that_are_waited_for_stand_on_the_clerk_s_desk(desk: Client) -> None:
    draw = make_draw()
    fill(draw)
    pick(fixed(draw))
    with clock.at(NOW):
        page = desk.get("/desk").content.decode()
    assert "问抽中的人来不来" in page
    assert "小区停车怎么办" in page
    link = f"/desk/draws/by-number/{draw.no}"
    assert link in page
    assert desk.get(link)["Location"] == f"/desk/draws/{draw.key}"


def test_the_clerk_does_it_all_on_pages(desk: Client) -> None:
    draw = make_draw()
    here = f"/desk/draws/{draw.key}"
    answer = desk.post(f"{here}/do/set-up", {"size": "4", "categories": "性别：男、女\n性别：老、少"})
    assert answer.status_code == 400
    assert "第 2 行" in answer.content.decode()
    assert "老、少" in answer.content.decode()  # everything typed is kept
    assert desk.post(f"{here}/do/set-up", {"size": "4", "categories": "性别：男 5、女 5"}).status_code == 302
    pasted = "\n".join(
        f"编的{number},1390000{number:04d},,{'男' if number % 2 else '女'}" for number in range(9)
    )
    wrong = desk.post(f"{here}/list", {"people": f"{pasted}\n编的9,,,别的"})
    assert wrong.status_code == 400
    assert "第 10 行" in wrong.content.decode()
    assert not draw.volunteers.exists()
    desk.post(f"{here}/list", {"people": pasted})
    assert draw.volunteers.count() == 9
    posted = {f"{end}-{row.pk}": "2" for row in draw.quotas.all() for end in ("low", "high")}
    assert desk.post(f"{here}/do/bound", {**posted, "check": "yes"}).status_code == 302
    assert "正在看能不能抽成" in desk.get(f"{here}/now").content.decode()
    tasks.check(str(draw.pk))
    assert "抽得成" in desk.get(f"{here}/now").content.decode()
    desk.post(f"{here}/do/fix")
    lottery = queries.open_lottery(draw)
    assert lottery is not None
    assert "正在编组" in desk.get(f"{here}/now?part=lottery").content.decode()
    tasks.fix(str(lottery.pk))
    assert "往下看" in desk.get(f"{here}/now?part=lottery").content.decode()
    page = desk.post(f"{here}/do/pick", {"way": "dice", "seed": ""})
    assert page.status_code == 400
    desk.post(f"{here}/do/pick", {"way": "dice", "seed": SEED, "is_read_out": "on"})
    drawn = draw.lotteries.get(state=LotteryState.PICKED.value)
    assert len(drawn.panel) == 4
    assert desk.get(f"{here}/letters").content.decode().count('class="letter"') == 4
    for number in drawn.panel:
        desk.post(f"{here}/volunteers/{number}/yes")
    desk.post(f"{here}/do/settle")
    draw.refresh_from_db()
    assert draw.state == DrawState.SETTLED
    assert desk.get(here).status_code == desk.get(f"{here}/volunteers").status_code == 200


def test_the_public_sees_numbers_only_and_can_check_the_draw() -> None:
    draw, anybody = make_draw(), Client()
    fill(draw)
    assert anybody.get(f"/draws/{draw.key}/1/panels.csv").status_code == 404
    lottery = fixed(draw)
    panels = anybody.get(f"/draws/{draw.key}/1/panels.csv").content
    assert hashlib.sha256(panels).hexdigest() == lottery.panels_sha256
    chances = list(
        csv.DictReader(StringIO(anybody.get(f"/draws/{draw.key}/1/probabilities.csv").content.decode()))
    )
    assert {row["id"] for row in chances} == {str(number) for number in range(1, 25)}
    pick(lottery)
    for address in ("", "/screen", "/now"):
        page = anybody.get(f"/draws/{draw.key}{address}").content.decode()
        assert lottery.panels_sha256 in page
        assert "编的" not in page
        assert "139" not in page.replace(lottery.panels_sha256, "")
    assert anybody.get("/draws/unknown").status_code == 404


def test_an_open_call_takes_names_without_scripts_and_shows_the_own_chance() -> None:
    draw, anybody = make_draw(), Client()
    body = {"name": "编的一位", "kind-0": "女", "kind-1": "60岁以上", "home": "8幢", "phone": "13911112222"}
    assert anybody.post(f"/draws/{draw.key}", body).status_code == 302
    assert not draw.volunteers.exists()  # nothing is called yet
    draws.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    missing = anybody.post(f"/draws/{draw.key}", {**body, "kind-1": ""})
    assert missing.status_code == 400
    assert "编的一位" in missing.content.decode()
    answer = anybody.post(f"/draws/{draw.key}", body)
    row = draw.volunteers.get()
    assert answer["Location"] == row.own_path
    assert anybody.post(f"/draws/{draw.key}", body).status_code == 400  # the same telephone
    trapped = anybody.post(f"/draws/{draw.key}", {**body, "phone": "13911113333", "website": "x"})
    assert trapped.status_code == 302
    assert draw.volunteers.get(number=2).is_flagged
    fill(draw)
    lottery = fixed(draw)
    page = anybody.get(row.own_path).content.decode()
    assert rules.in_percent(lottery.chances["1"]) in page
    assert anybody.get("/t/draw/unknown").status_code == 404
    assert anybody.get(row.own_path)["Cache-Control"] == "no-store"


def test_who_may_still_come_is_waited_for_until_the_day_that_was_told(desk: Client) -> None:
    draw, last = make_draw(), local_day(NOW) + timedelta(days=2)
    fill(draw)
    draws.call(draw=draw, is_open=True, until=last, actor=SYSTEM, at=NOW)
    here = f"/desk/draws/{draw.key}"
    with clock.at(NOW):
        page = flat(desk.get(here).content.decode())
        assert "等报名截止（11月25日），过了那天再封存名单" in page
        assert "封存名单，编组" not in page
        refused = flat(desk.post(f"{here}/do/fix").content.decode())
        assert "告诉大家11月25日前都可以报名，过了那天再封存名单。" in refused
        assert "提前结束，后来的人就报不上了" in page
    assert not draw.lotteries.exists()
    with clock.at(NOW + timedelta(days=3)):
        assert "封存名单，编组" in flat(desk.get(here).content.decode())
        assert desk.post(f"{here}/do/fix").status_code == 302
    assert draw.lotteries.count() == 1


def test_a_yes_is_a_press_never_an_opened_link() -> None:
    draw, anybody = make_draw(), Client()
    fill(draw)
    drawn = pick(fixed(draw))
    row = draw.volunteers.get(number=drawn[0])
    anybody.get(row.own_path)
    row.refresh_from_db()
    assert row.state == VolunteerState.DRAWN
    anybody.post(row.own_path, {"what": "yes"})
    row.refresh_from_db()
    assert row.state == VolunteerState.ACCEPTED
    anybody.post(row.own_path, {"what": "no"})
    row.refresh_from_db()
    assert row.state == VolunteerState.DECLINED
    assert anybody.post(row.own_path, {"what": "else"}).status_code == 404


def test_a_page_sent_twice_makes_one_volunteer() -> None:
    draw, anybody = make_draw(), Client()
    draws.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    nonce = anybody.get(f"/draws/{draw.key}").context["form"]["nonce"].value()
    body = {"name": "编的一位", "kind-0": "女", "kind-1": "60岁以上", "home": "8幢", "nonce": nonce}
    first = anybody.post(f"/draws/{draw.key}", body)
    assert Client().post(f"/draws/{draw.key}", body)["Location"] == first["Location"]
    assert draw.volunteers.count() == 1
    assert anybody.post(f"/draws/{draw.key}", {**body, "nonce": "<b>"}).status_code == 400
    anybody.post(f"/draws/{draw.key}", {**body, "nonce": ""})  # the same name once more: the clerk is told
    fill(draw)
    gaps = queries.missing_for_lottery(draw, NOW.date())
    assert [(each.code, each.params, each.advice) for each in gaps] == [
        ("same_person", {"names": "1、2"}, True)
    ]


def test_long_words_are_kept_and_shown_and_stay_out_of_the_ledger(desk: Client) -> None:
    draw = make_draw()
    fill(draw)
    here = f"/desk/draws/{draw.key}"
    fixed(draw)
    reason, seed = "漏了" * 90, "一二三四五六 " * 20
    assert desk.post(f"{here}/do/take-back", {"reason": reason}).status_code == 302
    fixed(draw)
    assert (
        desk.post(f"{here}/do/pick", {"way": "other", "seed": seed, "is_read_out": "on"}).status_code == 302
    )
    page = desk.get(here).content.decode()
    assert reason in page
    assert seed.strip() in page
    # too late: nothing moves
    late = desk.post(f"{here}/do/pick", {"way": "other", "seed": "9", "is_read_out": "on"})
    assert late.status_code == 302
    assert draw.lotteries.filter(state=LotteryState.PICKED).count() == 1
    assert desk.post(f"{here}/do/cancel", {"reason": reason}).status_code == 302
    assert reason in Client().get(f"/draws/{draw.key}").content.decode()


def test_what_is_wrong_with_a_file_is_said(desk: Client) -> None:
    draw = make_draw()
    from django.core.files.uploadedfile import SimpleUploadedFile

    here = f"/desk/draws/{draw.key}/list"
    good = "姓名,性别,年龄\n编的,男,60岁以上\n"
    for content, status in ((good.encode("gb18030"), 302), (b"\xff\xfe\x00x", 400), (b"", 400)):
        answer = desk.post(here, {"file": SimpleUploadedFile("a.csv", content, "text/csv")})
        assert answer.status_code == status
    assert draw.volunteers.count() == 1


def test_pages_cost_the_same_however_many_volunteer(desk: Client) -> None:
    draw = make_draw()
    fill(draw, 12)
    addresses = [f"/desk/draws/{draw.key}", f"/desk/draws/{draw.key}/volunteers", f"/draws/{draw.key}"]

    def counted() -> list[int]:
        found = []
        for address in addresses:
            desk.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert desk.get(address).status_code == 200
            found.append(len(captured))
        return found

    few = counted()
    for number in range(30, 70):
        volunteering.enter(draw=draw, entry=entry(number), actor=SYSTEM, at=NOW)
    assert counted() == few
    pick(fixed(draw))
    settled = counted()
    # four of them are the session, the person, their roles and what is unread
    assert max(few + settled) <= 16, (
        few,
        settled,
    )


def test_the_clerk_of_the_next_room_meets_nothing(desk: Client) -> None:
    draw = make_draw(room=make_room("3211020010020001", "花山湾社区议事室"))
    fill(draw, 3)
    here = f"/desk/draws/{draw.key}"
    for address in (
        here,
        f"{here}/now",
        f"{here}/letters",
        f"{here}/poster",
        f"{here}/volunteers",
        f"{here}/volunteers/1",
    ):
        assert desk.get(address).status_code == 404, address
    for address in (
        f"{here}/do/set-up",
        f"{here}/do/fix",
        f"{here}/do/pick",
        f"{here}/list",
        f"{here}/again",
        f"{here}/volunteers/1/phone",
        f"{here}/volunteers/1/yes",
    ):
        assert desk.post(address, {"size": "4"}).status_code == 404, address
    outsider = acting(User.objects.get(username="clerk"), NOW.date())
    with pytest.raises(Denied):
        drawing.fix(draw=draw, actor=outsider, at=NOW)
    with pytest.raises(Denied):
        volunteering.reveal(volunteer=draw.volunteers.get(number=1), actor=outsider, at=NOW)
    assert Entry.objects.filter(event=Kind.VOLUNTEER_PHONE_SEEN).count() == 0


def test_after_an_answer_the_list_stays_with_those_who_have_not_answered() -> None:
    draw = make_draw()
    fill(draw)
    drawn, desk = pick(fixed(draw)), Client()
    desk.force_login(make_clerk(room_no=ROOM_NO))
    here = f"/desk/draws/{draw.key}"
    for number in drawn[:-1]:
        assert desk.post(f"{here}/volunteers/{number}/yes")["Location"] == f"{here}/volunteers?state=drawn"
    assert desk.post(f"{here}/volunteers/{drawn[-1]}/yes")["Location"] == f"{here}/volunteers"
    page = desk.get(here).content.decode()
    assert "抽中的人" in page
    for row in draw.volunteers.filter(number__in=drawn):
        assert row.name in page


def test_who_volunteers_can_be_found_again() -> None:
    draw, anybody = make_draw(), Client()
    draws.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    told = {"name": "编的一位", "kind-0": "女", "kind-1": "60岁以上", "phone": "", "home": "无"}
    answer = anybody.post(f"/draws/{draw.key}", told)
    assert answer.status_code == 400
    assert "电话和住址至少写一样" in answer.content.decode()
    assert anybody.post(f"/draws/{draw.key}", {**told, "home": "8幢"}).status_code == 302
    assert draw.volunteers.count() == 1


def test_who_cannot_be_drawn_is_told_on_their_own_page_before_the_lot_is_made() -> None:
    draw = make_draw()
    row = volunteering.enter(draw=draw, entry=entry(1), actor=SYSTEM, at=NOW)
    assert "这次没有名额" not in Client().get(row.own_path).content.decode()
    draw.quotas.filter(feature="男").update(low=0, high=0)
    assert "您这一类人这次没有名额" in Client().get(row.own_path).content.decode()
    other = volunteering.enter(draw=draw, entry=entry(2), actor=SYSTEM, at=NOW)
    assert "这次没有名额" not in Client().get(other.own_path).content.decode()


def test_the_desk_names_the_alternate_and_everybody_reads_who_was_asked() -> None:
    draw = make_draw()
    fill(draw)
    drawn = pick(fixed(draw))
    draw.refresh_from_db()
    desk = Client()
    desk.force_login(make_clerk(room_no=ROOM_NO))
    for place, number in enumerate(drawn):
        drawing.reply(volunteer=draw.volunteers.get(number=number), comes=place > 0, actor=SYSTEM, at=NOW)
    page = desk.get(f"/desk/draws/{draw.key}").content.decode()
    seat, alternate = next(iter(queries.alternates(draw).items()))
    assert f"{seat} 号来不了，请 {alternate} 号" in page
    assert "补抽，先编组" not in page
    everybody = Client().get(f"/draws/{draw.key}").content.decode()
    assert "候补的次序" in everybody
    assert "请了候补" not in everybody
    desk.post(f"/desk/draws/{draw.key}/do/alternates")
    assert f"{seat} 号来不了，请 {alternate} 号" in Client().get(f"/draws/{draw.key}").content.decode()
    letters = desk.get(f"/desk/draws/{draw.key}/letters").content.decode()
    assert letters.count('class="letter"') == 1
    stranger = Client()
    stranger.force_login(make_clerk("next", room_no=NEXT_NO))
    assert stranger.post(f"/desk/draws/{draw.key}/do/alternates").status_code == 404


def test_whom_to_telephone_is_worked_off_call_by_call(desk: Client) -> None:
    draw = make_draw()
    fill(draw)
    pick(fixed(draw))
    here = f"/desk/draws/{draw.key}"
    first, second, third, *rest = [row.number for row in queries.seated(draw)]

    def waiting() -> list[int]:
        page = desk.get(f"{here}/volunteers?state=drawn").content.decode()
        return [int(each) for each in re.findall(r'class="row-title"><b class="num">(\d+)', flat(page))]

    with clock.at(NOW):
        assert waiting() == [first, second, third, *rest]
        before = re.search(r"还有 (\d+) 位没有答复", flat(desk.get(here).content.decode()))
        assert before is not None
        for number, press in ((first, "reached"), (second, "missed"), (third, "later")):
            assert desk.post(f"{here}/volunteers/{number}/{press}").status_code == 302
        assert waiting() == [*rest, second, third, first], "who was never called, who was missed, who knows"
        page = flat(desk.get(f"{here}/volunteers?state=drawn").content.decode())
        assert "没打通 · " in page
        left = re.search(r"还有 (\d+) 位没有答复", flat(desk.get(here).content.decode()))
        assert left is not None
        assert int(left[1]) == int(before[1]) - 1
        assert desk.post(f"{here}/volunteers/{second}/letter").status_code == 302
        left = re.search(r"还有 (\d+) 位没有答复", flat(desk.get(here).content.decode()))
        assert left is not None
        assert int(left[1]) == int(before[1]) - 2
        said = flat(desk.get(here).content.decode())
        assert f"{second} · 没打通" in said
        drawn = [row.number for row in queries.seated(draw)]
        assert drawn == [first, second, third, *rest], "a call is no reply"


def test_who_left_no_telephone_is_not_asked_to_be_called(desk: Client) -> None:
    draw = make_draw()
    fill(draw)
    pick(fixed(draw))
    row = queries.seated(draw)[0]
    Volunteer.objects.filter(pk=row.pk).update(phone_hash="")
    here = f"/desk/draws/{draw.key}/volunteers"
    with clock.at(NOW):
        page = desk.get(f"{here}?state=drawn").content.decode()
        assert f"{here}/{row.number}/letter" in page
        assert f"{here}/{row.number}/missed" not in page
        desk.post(f"{here}/{row.number}/missed")
    row.refresh_from_db()
    assert row.called_at is None


def test_the_own_page_says_which_draw_the_chance_is_for() -> None:
    draw = make_draw()
    fill(draw)
    lottery = fixed(draw)
    who = next(number for number, chance in lottery.chances.items() if chance > 0)
    row = draw.volunteers.get(number=int(who))
    with clock.at(NOW):
        page = flat(Client().get(row.own_path).content.decode())
    assert "这是抽签本身的机会" in page
    assert "候补" in page

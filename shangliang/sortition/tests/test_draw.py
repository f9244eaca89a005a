"""A draw from the clerk's first line to the panel that comes: nobody steers it, nobody is drawn twice, nothing is lost."""

from __future__ import annotations

import csv
import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shangliang.access.actor import ANONYMOUS, SYSTEM
from shangliang.access.denied import Denied
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import acting, make_clerk
from shangliang.clocks.models import Clock
from shangliang.events.kinds import Kind
from shangliang.events.tasks import react
from shangliang.inbox.models import Message, Recipient
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Blocked
from shangliang.kit.jobs import Lost
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Content, Entry
from shangliang.people.models import Appointment, Person
from shangliang.people.states import Office
from shangliang.sortition import queries, rules, tasks
from shangliang.sortition.actions import drawing, keeping, volunteering
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.states import (
    DrawState,
    LotteryState,
    OutReason,
    SeedWay,
    Source,
    VolunteerState,
)
from shangliang.sortition.tests.draws import NOW, ROOM_NO, entry, fill, fixed, make_draw, make_room

pytestmark = pytest.mark.django_db
SEED = "3 6 1 1 5 2 4 6"


@pytest.fixture
def clerk() -> User:
    return make_clerk(room_no=ROOM_NO)


@pytest.fixture
def desk(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def codes(caught: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [each.code for each in caught.value.unmet]


def pick(lottery: Lottery, seed: str = SEED) -> list[int]:
    return drawing.pick(lottery=lottery, seed=seed, way=SeedWay.DICE, actor=SYSTEM, at=NOW)


def keeps_quotas(draw: Draw, numbers: list[int]) -> None:
    """Checked by counting, without the solver."""
    rows = list(draw.volunteers.filter(number__in=numbers))
    assert len(rows) == len(set(numbers)) == draw.size
    for quota in draw.quotas.all():
        count = sum(row.values[quota.category] == quota.feature for row in rows)
        assert quota.low <= count <= quota.high, quota
    homes = [row.home_hash for row in rows if row.home_hash]
    assert len(homes) == len(set(homes))


# -- preparing ---------------------------------------------------------------------------------------------------


def test_quotas_follow_from_the_people_of_the_place() -> None:
    draw = make_draw(size=10)
    assert [(each.feature.name, each.low, each.high) for each in queries.asked(draw)] == [
        ("男", 5, 5),
        ("女", 5, 5),
        ("18到34岁", 2, 3),
        ("35到59岁", 4, 5),
        ("60岁以上", 3, 3),
    ]


def test_ends_stay_where_nothing_has_changed_and_are_made_anew_where_it_has() -> None:
    draw = make_draw()
    row = draw.quotas.get(feature="男")
    keeping.bound(draw=draw, ends={row.pk: (2, 4, True)}, actor=SYSTEM, at=NOW)
    features = [each.feature for each in queries.asked(draw)]
    keeping.set_up(draw=draw, size=6, features=features, actor=SYSTEM, at=NOW)
    assert draw.quotas.get(feature="男").low == 2
    keeping.set_up(draw=draw, size=8, features=features, actor=SYSTEM, at=NOW)
    again = draw.quotas.get(feature="男")
    assert (again.low, again.high, again.is_flexible) == (4, 4, True)


def test_the_check_answers_with_the_smallest_change() -> None:
    draw = make_draw()
    fill(draw, 8)  # of each age two or four
    keeping.bound(
        draw=draw,
        ends={
            draw.quotas.get(feature="18到34岁").pk: (3, 3, False),
            draw.quotas.get(feature="35到59岁").pk: (0, 3, False),
            draw.quotas.get(feature="60岁以上").pk: (0, 3, True),
        },
        actor=SYSTEM,
        at=NOW,
    )
    keeping.ask_check(draw=draw, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    assert draw.is_checking
    job = tasks.next_check(NOW)
    assert job is not None
    assert job.run == "shangliang.sortition.tasks.check"
    tasks.check(*job.args)
    draw.refresh_from_db()
    assert not draw.is_checking
    assert draw.answer["possible"] is False
    assert [(each["feature"], each["new_low"]) for each in draw.answer["mends"]] == [("18到34岁", 2)]
    keeping.bound(
        draw=draw, ends={draw.quotas.get(feature="18到34岁").pk: (2, 3, False)}, actor=SYSTEM, at=NOW
    )
    keeping.ask_check(draw=draw, actor=SYSTEM, at=NOW + timedelta(seconds=1))
    tasks.check(str(draw.pk))
    draw.refresh_from_db()
    assert draw.answer["possible"] is True
    assert 0 < draw.answer["least"] <= 6 / 8
    assert tasks.next_check(NOW) is None


def test_a_lost_check_is_answered_too_and_a_newer_question_stays_open() -> None:
    draw = make_draw()
    fill(draw, 8)
    keeping.ask_check(draw=draw, actor=SYSTEM, at=NOW)
    job = tasks.next_check(NOW)
    assert job is not None
    keeping.ask_check(draw=draw, actor=SYSTEM, at=NOW + timedelta(seconds=1))
    job.lost(Lost.TIME)
    draw.refresh_from_db()
    assert draw.is_checking
    again = tasks.next_check(NOW)
    assert again is not None
    again.lost(Lost.TIME)
    draw.refresh_from_db()
    assert not draw.is_checking
    assert draw.answer == {"possible": None}


def test_nothing_is_fixed_while_anything_is_missing() -> None:
    draw = make_draw()
    fill(draw, 4)
    person = Person.objects.create(name="编的2")
    Appointment.objects.create(
        person=person, room=draw.room, office=Office.FIRST_CONVENER.value, from_on=NOW.date()
    )
    volunteering.enter(draw=draw, entry=entry(9, values={"性别": "男"}), actor=SYSTEM, at=NOW)
    with pytest.raises(Blocked) as caught:
        drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["pool_small", "values_missing", "same_name"]
    assert caught.value.unmet[2].params == {"names": "3"}
    row = draw.volunteers.get(number=3)
    volunteering.confirm(volunteer=row, actor=SYSTEM)
    with pytest.raises(Blocked) as caught:
        drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["pool_small", "values_missing"]


# -- volunteering ------------------------------------------------------------------------------------------------


def test_somebody_puts_themselves_down_once_and_those_on_duty_are_not_drawn() -> None:
    draw = make_draw()
    with pytest.raises(volunteering.NotTaken, match="closed"):
        volunteering.volunteer(draw=draw, entry=entry(0), at=NOW)
    keeping.call(draw=draw, is_open=True, until=NOW.date(), actor=SYSTEM, at=NOW)
    first = volunteering.volunteer(draw=draw, entry=entry(0), at=NOW)
    with pytest.raises(volunteering.NotTaken, match="twice"):
        volunteering.volunteer(draw=draw, entry=entry(1, phone="+86 139 0000 0000"), at=NOW)
    duty = volunteering.volunteer(draw=draw, entry=entry(2, is_on_duty=True), at=NOW)
    assert (duty.state, duty.out_reason) == (VolunteerState.OUT, OutReason.ON_DUTY)
    assert queries.pool(draw) == [first]
    with pytest.raises(volunteering.NotTaken, match="closed"):
        volunteering.volunteer(draw=draw, entry=entry(3), at=NOW + timedelta(days=1))


def test_names_homes_and_telephones_are_sealed_and_the_ledger_holds_none() -> None:
    draw = make_draw()
    row = volunteering.enter(draw=draw, entry=entry(0), actor=SYSTEM, at=NOW)
    row.refresh_from_db()
    assert (row.name, row.home) == ("编的0", "0幢7室")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sortition_volunteer")
        raw = b"".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
            for cell in cursor.fetchone()
        )
    for secret in ("编的0", "0幢7室", "13900000000"):
        assert secret.encode() not in raw
        assert not Content.objects.filter(body__contains=secret).exists()


def test_who_may_be_asked_again_comes_into_the_next_pool_of_the_same_room_only() -> None:
    former = make_draw()
    for number in range(3):
        volunteering.enter(draw=former, entry=entry(number, may_ask_again=number > 0), actor=SYSTEM, at=NOW)
    draw = make_draw(categories="性别：男、女\n住房：业主、租户")
    assert volunteering.ask_again(draw=draw, actor=SYSTEM, at=NOW) == (2, 2)
    assert volunteering.ask_again(draw=draw, actor=SYSTEM, at=NOW) == (0, 0)
    rows = list(draw.volunteers.order_by("number"))
    assert {row.name for row in rows} == {"编的1", "编的2"}
    assert {row.source for row in rows} == {Source.REGISTER}
    assert {tuple(row.values) for row in rows} == {("性别",)}
    assert Recipient.objects.get(ref=rows[0].ref, channel="sms").address
    other = make_draw(room=make_room("3211020010020001", "花山湾社区议事室"))
    assert volunteering.ask_again(draw=other, actor=SYSTEM, at=NOW) == (0, 0)


def test_whoever_withdraws_is_erased_at_once() -> None:
    draw = make_draw()
    row = volunteering.enter(draw=draw, entry=entry(0, may_ask_again=True), actor=SYSTEM, at=NOW)
    volunteering.withdraw(volunteer=row, actor=ANONYMOUS, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.name, row.home, row.phone_hash, row.home_hash) == ("out", "", "", "", "")
    assert not row.may_ask_again
    assert not Recipient.objects.filter(ref=row.ref).exists()
    volunteering.enter(draw=draw, entry=entry(0), actor=SYSTEM, at=NOW)  # and may come again


# -- the lot -----------------------------------------------------------------------------------------------------


def test_panels_are_on_record_before_the_seed_and_the_seed_decides() -> None:
    draw = make_draw()
    fill(draw)
    lottery = fixed(draw)
    assert lottery.state == LotteryState.FIXED
    assert lottery.panels_sha256 == hashlib.sha256(lottery.panels.encode()).hexdigest()
    entry_of = Entry.objects.get(event=Kind.DRAW_FIXED)
    assert lottery.panels_sha256 in Content.objects.get(entry_id=entry_of.pk).body
    panels = drawing.read_panels(lottery.panels)
    assert len(panels) == 1000
    for panel in panels[::50]:
        keeps_quotas(draw, [int(who) for who in panel])
    assert sum(lottery.chances.values()) == pytest.approx(draw.size)
    assert lottery.report["is_proven"]
    assert min(lottery.chances.values()) == pytest.approx(lottery.report["least"])
    drawn = pick(lottery)
    assert drawn == [int(who) for who in panels[rules.pick(1000, lottery.panels_sha256, SEED) - 1]]
    keeps_quotas(draw, drawn)
    assert {row.number for row in draw.volunteers.filter(state=VolunteerState.DRAWN)} == set(drawn)
    with pytest.raises(IllegalMove):
        pick(lottery, "another")
    facts = Content.objects.get(entry_id=Entry.objects.get(event=Kind.DRAW_DRAWN).pk).body
    assert hashlib.sha256(SEED.encode()).hexdigest() in facts
    assert SEED not in facts  # what people write never enters the ledger


def test_while_a_lottery_is_open_nothing_of_the_pool_moves() -> None:
    draw = make_draw()
    fill(draw)
    keeping.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    lottery = fixed(draw)
    row = draw.volunteers.get(number=1)
    for act in (
        lambda: volunteering.enter(draw=draw, entry=entry(50), actor=SYSTEM, at=NOW),
        lambda: volunteering.put_out(volunteer=row, reason=OutReason.TWICE, actor=SYSTEM, at=NOW),
        lambda: keeping.set_up(draw=draw, size=4, features=[], actor=SYSTEM, at=NOW),
        lambda: keeping.bound(draw=draw, ends={}, actor=SYSTEM, at=NOW),
        lambda: drawing.fix(draw=draw, actor=SYSTEM, at=NOW),
        lambda: keeping.cancel(draw=draw, reason="不抽了", actor=SYSTEM, at=NOW),
    ):
        with pytest.raises(Blocked) as caught:
            act()
        assert "lottery_open" in codes(caught)
    with pytest.raises(volunteering.NotTaken):
        volunteering.volunteer(draw=draw, entry=entry(50), at=NOW)
    with pytest.raises(IllegalMove):
        volunteering.withdraw(volunteer=row, actor=ANONYMOUS, at=NOW)
    with pytest.raises(Blocked):
        drawing.take_back(lottery=lottery, reason=" ", actor=SYSTEM, at=NOW)
    drawing.take_back(lottery=lottery, reason="漏了三位", actor=SYSTEM, at=NOW)
    volunteering.enter(draw=draw, entry=entry(50), actor=SYSTEM, at=NOW)
    assert fixed(draw).number == 2


def test_where_a_draw_stands_is_said_of_its_lottery_before_its_own_state() -> None:
    draw = make_draw()
    fill(draw)
    today = local_day(NOW)

    def said(lottery: Lottery | None) -> str:
        return str(queries.stage(draw, lottery, today)[1])

    assert said(None) == "准备中"
    keeping.call(draw=draw, is_open=True, until=today, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    assert said(None) == "正在报名"
    assert str(queries.stage(draw, None, today + timedelta(days=1))[1]) == "准备中"
    asked = drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    assert said(asked) == "正在编组"
    tasks.fix(str(asked.pk))
    asked.refresh_from_db()
    assert said(asked) == "各组已定，等当众产生的数"
    drawing.pick(lottery=asked, seed="6", way=SeedWay.DICE, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    asked.refresh_from_db()
    assert said(asked) == "抽出来了，等答复"


def test_a_result_that_comes_after_it_was_taken_back_changes_nothing() -> None:
    draw = make_draw()
    fill(draw)
    lottery = drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    drawing.take_back(lottery=lottery, reason="漏了三位", actor=SYSTEM, at=NOW)
    tasks.fix(str(lottery.pk))
    lottery.refresh_from_db()
    assert (lottery.state, lottery.panels) == (LotteryState.TAKEN_BACK, "")
    assert not Entry.objects.filter(event=Kind.DRAW_FIXED).exists()


def test_what_cannot_be_made_says_what_would_help() -> None:
    draw = make_draw(categories="性别：男 900、女 100")
    fill(draw, 6)  # three men only
    lottery = fixed(draw)
    assert lottery.state == LotteryState.IMPOSSIBLE
    assert [each["feature"] for each in lottery.report["mends"]] == ["男", "女"]
    assert tasks.next_lottery(NOW) is None
    again = drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    job = tasks.next_lottery(NOW)
    assert job is not None
    assert job.args == (str(again.pk),)
    job.lost(Lost.FAILED)
    again.refresh_from_db()
    assert (again.state, again.report) == (LotteryState.IMPOSSIBLE, {"lost": "failed"})


def test_letters_replies_others_for_empty_seats_and_the_settled_panel() -> None:
    draw = make_draw()
    fill(draw)
    lottery = fixed(draw)
    drawn = pick(lottery)
    while react(NOW):
        pass
    letters = Message.objects.filter(kind=Kind.DRAW_DRAWN, recipient__channel="sms")
    assert letters.count() == draw.size
    row = draw.volunteers.get(number=drawn[0])
    assert letters.get(recipient__ref=row.ref).link == row.own_path
    assert Clock.objects.running().filter(rule=drawing.REPLY).count() == 1
    draw.refresh_from_db()
    with pytest.raises(Blocked) as caught:
        keeping.settle(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["replies_missing"]
    for place, number in enumerate(drawn):
        drawing.reply(
            volunteer=draw.volunteers.get(number=number), comes=place > 1, actor=ANONYMOUS, role=None, at=NOW
        )
    assert not Clock.objects.running().filter(rule=drawing.REPLY).exists()
    assert queries.empty_seats(draw) == 2
    second = fixed(draw)
    assert (second.number, second.size) == (2, 2)
    assert not set(second.chances) & {str(number) for number in drawn}
    others = pick(second, "7")
    assert len(others) == 2
    keeps_quotas(draw, [*drawn[2:], *others])
    for number in others:
        drawing.reply(
            volunteer=draw.volunteers.get(number=number), comes=True, actor=ANONYMOUS, role=None, at=NOW
        )
    with pytest.raises(IllegalMove):  # the seat is gone
        drawing.reply(
            volunteer=draw.volunteers.get(number=drawn[0]), comes=True, actor=ANONYMOUS, role=None, at=NOW
        )
    draw.refresh_from_db()
    keeping.settle(draw=draw, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    assert draw.state == DrawState.SETTLED
    assert [row.number for row in queries.seated(draw)] == sorted([*drawn[2:], *others])


def test_names_go_when_their_time_is_over() -> None:
    draw = make_draw()
    fill(draw, 6)
    standing = volunteering.enter(draw=draw, entry=entry(6, may_ask_again=True), actor=SYSTEM, at=NOW)
    keeping.cancel(draw=draw, reason="人太少", actor=SYSTEM, at=NOW)
    assert tasks.retain(NOW + timedelta(days=89)) == 0
    assert tasks.retain(NOW + timedelta(days=91)) == 6
    standing.refresh_from_db()
    assert standing.name == "编的6"
    assert tasks.retain(NOW + timedelta(days=731)) == 1
    assert not Volunteer.objects.exclude(name_sealed=b"").exists()
    assert not Recipient.objects.filter(ref__startswith="volunteer:").exists()


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


def test_a_look_at_a_telephone_is_on_record_and_told() -> None:
    draw = make_draw()
    row = volunteering.enter(draw=draw, entry=entry(0), actor=SYSTEM, at=NOW)
    assert volunteering.reveal(volunteer=row, actor=SYSTEM, at=NOW) == "13900000000"
    assert Entry.objects.filter(event=Kind.VOLUNTEER_PHONE_SEEN).count() == 1
    assert "1 次" in Client().get(row.own_path).content.decode()


# -- pages -------------------------------------------------------------------------------------------------------


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
    desk.post(f"{here}/do/pick", {"way": "dice", "seed": SEED})
    drawn = queries.last_picked(draw)
    assert drawn is not None
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
    keeping.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
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
    assert f"{rules.in_percent(lottery.chances['1'])}%" in page
    assert anybody.get("/t/draw/unknown").status_code == 404
    assert anybody.get(row.own_path)["Cache-Control"] == "no-store"


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
    keeping.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    nonce = anybody.get(f"/draws/{draw.key}").context["form"]["nonce"].value()
    body = {"name": "编的一位", "kind-0": "女", "kind-1": "60岁以上", "nonce": nonce}
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
    assert desk.post(f"{here}/do/pick", {"way": "other", "seed": seed}).status_code == 302
    page = desk.get(here).content.decode()
    assert reason in page
    assert seed.strip() in page
    assert (
        desk.post(f"{here}/do/pick", {"way": "dice", "seed": "9"}).status_code == 302
    )  # too late: nothing moves
    assert draw.lotteries.filter(state=LotteryState.PICKED).count() == 1
    assert desk.post(f"{here}/do/cancel", {"reason": reason}).status_code == 302
    assert reason in Client().get(f"/draws/{draw.key}").content.decode()


def test_who_was_drawn_hears_that_it_is_called_off() -> None:
    draw = make_draw()
    fill(draw)
    drawn = pick(fixed(draw))
    draw.refresh_from_db()
    keeping.cancel(draw=draw, reason="下雨", actor=SYSTEM, at=NOW)
    while react(NOW):
        pass
    told = Message.objects.filter(kind=Kind.DRAW_CANCELLED, recipient__channel="sms")
    assert told.count() == len(drawn)
    assert not Clock.objects.running().filter(subject_kind="draw").exists()
    assert "下雨" in Client().get(draw.volunteers.get(number=drawn[0]).own_path).content.decode()


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
    assert max(few + settled) <= 15, (
        few,
        settled,
    )  # three of them are the session, the person and their roles


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

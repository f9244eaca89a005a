"""A draw from the clerk's first line to the panel that comes: nobody steers it, nobody is drawn twice, nothing is lost."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from shangliang.access.actor import ANONYMOUS, SYSTEM
from shangliang.clocks.models import Clock
from shangliang.events.kinds import Kind
from shangliang.events.tasks import react
from shangliang.inbox.models import Message, Recipient
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Blocked
from shangliang.kit.jobs import Lost
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Content, Entry
from shangliang.people.models import Appointment, Person
from shangliang.people.states import Office
from shangliang.sortition import queries, rules, showing, tasks
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.states import (
    DrawState,
    LotteryState,
    OutReason,
    SeedWay,
    Source,
    VolunteerState,
)
from shangliang.sortition.tests.draws import (
    NOW,
    SEED,
    entry,
    fill,
    fixed,
    make_draw,
    make_room,
    pick,
)

pytestmark = pytest.mark.django_db


def codes(caught: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [each.code for each in caught.value.unmet]


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
    draws.bound(draw=draw, ends={row.pk: (2, 4, True)}, actor=SYSTEM, at=NOW)
    features = [each.feature for each in queries.asked(draw)]
    draws.set_up(draw=draw, size=6, features=features, actor=SYSTEM, at=NOW)
    assert draw.quotas.get(feature="男").low == 2
    draws.set_up(draw=draw, size=8, features=features, actor=SYSTEM, at=NOW)
    again = draw.quotas.get(feature="男")
    assert (again.low, again.high, again.is_flexible) == (4, 4, True)


def test_the_check_answers_with_the_smallest_change() -> None:
    draw = make_draw()
    fill(draw, 8)  # of each age two or four
    draws.bound(
        draw=draw,
        ends={
            draw.quotas.get(feature="18到34岁").pk: (3, 3, False),
            draw.quotas.get(feature="35到59岁").pk: (0, 3, False),
            draw.quotas.get(feature="60岁以上").pk: (0, 3, True),
        },
        actor=SYSTEM,
        at=NOW,
    )
    draws.ask_check(draw=draw, actor=SYSTEM, at=NOW)
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
    draws.bound(draw=draw, ends={draw.quotas.get(feature="18到34岁").pk: (2, 3, False)}, actor=SYSTEM, at=NOW)
    draws.ask_check(draw=draw, actor=SYSTEM, at=NOW + timedelta(seconds=1))
    tasks.check(str(draw.pk))
    draw.refresh_from_db()
    assert draw.answer["possible"] is True
    assert 0 < draw.answer["least"] <= 6 / 8
    assert tasks.next_check(NOW) is None


def test_a_lost_check_is_answered_too_and_a_newer_question_stays_open() -> None:
    draw = make_draw()
    fill(draw, 8)
    draws.ask_check(draw=draw, actor=SYSTEM, at=NOW)
    job = tasks.next_check(NOW)
    assert job is not None
    draws.ask_check(draw=draw, actor=SYSTEM, at=NOW + timedelta(seconds=1))
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
    volunteering.confirm(volunteer=row, actor=SYSTEM, at=NOW)
    with pytest.raises(Blocked) as caught:
        drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["pool_small", "values_missing"]


def crowded(home: str, people: int = 12) -> Draw:
    """A draw of twenty-four, some of whom gave one and the same address."""
    draw = make_draw()
    for number in range(24):
        more = {"home": home} if number < people else {}
        volunteering.enter(draw=draw, entry=entry(number, **more), actor=SYSTEM, at=NOW)
    return draw


def test_what_is_no_address_ties_nobody_and_costs_nobody_their_chance() -> None:
    draw = crowded("无")
    assert not draw.volunteers.filter(number__lte=12).exclude(home_hash="").exists()
    chances = fixed(draw).chances
    assert min(chances[str(number)] for number in range(1, 13)) > 0.15  # as one household: 0.08


def test_one_address_of_many_is_asked_back_before_anything_is_sealed() -> None:
    draw = crowded("1幢101室")
    with pytest.raises(Blocked) as caught:
        drawing.fix(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["same_home"]
    assert str(caught.value.unmet[0].params["names"]).startswith("1、2、3")
    row = draw.volunteers.get(number=1)
    volunteering.untie(volunteer=row, actor=SYSTEM, at=NOW)
    assert draw.volunteers.exclude(home_hash="").filter(number__lte=12).count() == 11
    with pytest.raises(Blocked):
        drawing.fix(draw=draw, actor=SYSTEM, at=NOW)

    row = draw.volunteers.get(number=2)
    volunteering.keep_home(volunteer=row, actor=SYSTEM, at=NOW)
    assert queries.missing_for_lottery(draw, NOW.date()) == []
    assert draw.volunteers.filter(is_one_home=True).count() == 11
    late = volunteering.enter(draw=draw, entry=entry(30, home="1幢 101室"), actor=SYSTEM, at=NOW)
    assert [each.code for each in queries.missing_for_lottery(draw, NOW.date())] == ["same_home"]

    volunteering.untie(volunteer=late, everybody=True, actor=SYSTEM, at=NOW)
    assert queries.missing_for_lottery(draw, NOW.date()) == []
    assert late.home == "1幢 101室"  # the letter still finds its way
    assert not draw.volunteers.filter(is_one_home=True).exists()
    with pytest.raises(IllegalMove):
        volunteering.untie(volunteer=draw.volunteers.get(number=5), actor=SYSTEM, at=NOW)


def test_whose_kind_has_no_seat_is_named_before_and_after() -> None:
    draw = make_draw()
    fill(draw, 12)
    row = draw.quotas.get(feature="18到34岁")
    others = draw.quotas.filter(category="年龄").exclude(pk=row.pk)
    ends = {row.pk: (0, 0, False), **{each.pk: (0, 6, False) for each in others}}
    draws.bound(draw=draw, ends=ends, actor=SYSTEM, at=NOW)
    (advice,) = queries.missing_for_lottery(draw, NOW.date())
    assert (advice.code, advice.params, advice.advice) == ("no_seat_for", {"names": "1、5、9"}, True)
    lottery = fixed(draw)
    assert lottery.report["without_chance"] == [1, 5, 9]
    assert any("1、5、9 号那一类这次没有名额" in line for line in showing.lottery_lines(lottery))


def test_many_without_a_seat_are_counted_and_nobodys_chance_is_called_the_smallest() -> None:
    draw = make_draw()
    fill(draw, 12)
    lottery = fixed(draw)
    lottery.report |= {"least": 0, "most": 0.25, "without_chance": list(range(1, 39))}
    said = "".join(showing.lottery_lines(lottery))
    assert "另有 38 人，所在的那一类这次没有名额，抽不到。" in said
    assert "抽得到的人里，机会最大的是 25%。" in said
    assert "机会最小的人是 0%" not in said
    assert "37、38" not in said


# -- volunteering ------------------------------------------------------------------------------------------------


def test_somebody_puts_themselves_down_once_and_those_on_duty_are_not_drawn() -> None:
    draw = make_draw()
    with pytest.raises(volunteering.NotTaken, match="closed"):
        volunteering.volunteer(draw=draw, entry=entry(0), at=NOW)
    draws.call(draw=draw, is_open=True, until=NOW.date(), actor=SYSTEM, at=NOW)
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
    draws.call(draw=draw, is_open=True, until=None, actor=SYSTEM, at=NOW)
    lottery = fixed(draw)
    row = draw.volunteers.get(number=1)
    for act in (
        lambda: volunteering.enter(draw=draw, entry=entry(50), actor=SYSTEM, at=NOW),
        lambda: volunteering.put_out(volunteer=row, reason=OutReason.TWICE, actor=SYSTEM, at=NOW),
        lambda: draws.set_up(draw=draw, size=4, features=[], actor=SYSTEM, at=NOW),
        lambda: draws.bound(draw=draw, ends={}, actor=SYSTEM, at=NOW),
        lambda: drawing.fix(draw=draw, actor=SYSTEM, at=NOW),
        lambda: draws.cancel(draw=draw, reason="不抽了", actor=SYSTEM, at=NOW),
    ):
        with pytest.raises(Blocked) as caught:
            act()
        assert "lottery_open" in codes(caught)
    with pytest.raises(volunteering.NotTaken):
        volunteering.volunteer(draw=draw, entry=entry(50), at=NOW)
    with pytest.raises(Blocked) as caught:
        volunteering.withdraw(volunteer=row, actor=ANONYMOUS, at=NOW)
    assert codes(caught) == ["pool_sealed"]
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
    draws.call(draw=draw, is_open=True, until=today, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    assert said(None) == "正在报名"
    assert str(queries.stage(draw, None, today + timedelta(days=1))[1]) == "准备中"
    asked = drawing.fix(draw=draw, actor=SYSTEM, at=NOW + timedelta(days=1))
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
        draws.settle(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["replies_missing"]
    for place, number in enumerate(drawn):
        drawing.reply(volunteer=draw.volunteers.get(number=number), comes=place > 1, actor=ANONYMOUS, at=NOW)
    assert not Clock.objects.running().filter(rule=drawing.REPLY).exists()
    assert queries.empty_seats(draw) == 2
    second = fixed(draw)
    assert (second.number, second.size) == (2, 2)
    assert not set(second.chances) & {str(number) for number in drawn}
    others = pick(second, "7")
    assert len(others) == 2
    keeps_quotas(draw, [*drawn[2:], *others])
    for number in others:
        drawing.reply(volunteer=draw.volunteers.get(number=number), comes=True, actor=ANONYMOUS, at=NOW)
    with pytest.raises(Blocked) as caught:
        drawing.reply(volunteer=draw.volunteers.get(number=drawn[0]), comes=True, actor=ANONYMOUS, at=NOW)
    assert codes(caught) == ["seat_gone"]
    draw.refresh_from_db()
    draws.settle(draw=draw, actor=SYSTEM, at=NOW)
    draw.refresh_from_db()
    assert draw.state == DrawState.SETTLED
    assert [row.number for row in queries.seated(draw)] == sorted([*drawn[2:], *others])


def test_an_empty_seat_goes_to_the_first_alternate_of_the_same_draw() -> None:
    draw = make_draw()
    fill(draw)
    lottery = fixed(draw)
    drawn = pick(lottery)
    lottery.refresh_from_db()
    draw.refresh_from_db()
    panels = drawing.read_panels(lottery.panels)
    order = rules.waiting_order(panels, lottery.panels_sha256, SEED, map(str, drawn))
    assert lottery.alternates == [int(who) for who in order]
    with pytest.raises(Blocked) as caught:
        drawing.call_alternates(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["nobody_declined"]
    gone = draw.volunteers.get(number=drawn[0])
    drawing.reply(volunteer=gone, comes=False, actor=ANONYMOUS, at=NOW)
    called = drawing.call_alternates(draw=draw, actor=SYSTEM, at=NOW)
    came = draw.volunteers.get(number=called[0])
    assert (len(called), came.state, came.seat_of) == (1, VolunteerState.DRAWN, gone.number)
    alike = [row.number for row in draw.volunteers.filter(values=gone.values).exclude(pk=gone.pk)]
    sitting = set(drawn)
    assert came.number == next(number for number in lottery.alternates if number in set(alike) - sitting)
    keeps_quotas(draw, [*drawn[1:], *called])
    while react(NOW):
        pass
    assert Message.objects.filter(
        kind=Kind.DRAW_FILLED, recipient__ref=came.ref, recipient__channel="sms"
    ).exists()
    assert Clock.objects.running().filter(rule=drawing.REPLY).count() == 1
    assert queries.filled(draw) == [(gone.number, came.number)]
    with pytest.raises(Blocked) as caught:
        drawing.reply(volunteer=gone, comes=True, actor=ANONYMOUS, at=NOW)
    assert codes(caught) == ["seat_gone"]
    # who comes for another may not come either: the seat is then theirs to give
    drawing.reply(volunteer=came, comes=False, actor=ANONYMOUS, at=NOW)
    assert [row.number for row in queries.vacancies(draw)] == [came.number]
    while draw.volunteers.filter(state=VolunteerState.DRAWN, seat_of__gt=0).exists() or queries.alternates(
        draw
    ):
        drawing.call_alternates(draw=draw, actor=SYSTEM, at=NOW)
        row = draw.volunteers.get(state=VolunteerState.DRAWN, seat_of__gt=0)
        drawing.reply(volunteer=row, comes=False, actor=ANONYMOUS, at=NOW)
    with pytest.raises(Blocked) as caught:
        drawing.call_alternates(draw=draw, actor=SYSTEM, at=NOW)
    assert codes(caught) == ["no_alternate"]
    assert fixed(draw).size == 1, "then a lottery of its own is left"
    assert queries.alternates(draw) == {}


def test_names_go_when_their_time_is_over() -> None:
    draw = make_draw()
    fill(draw, 6)
    standing = volunteering.enter(draw=draw, entry=entry(6, may_ask_again=True), actor=SYSTEM, at=NOW)
    draws.cancel(draw=draw, reason="人太少", actor=SYSTEM, at=NOW)
    assert tasks.retain(NOW + timedelta(days=89)) == 0
    assert tasks.retain(NOW + timedelta(days=91)) == 6
    standing.refresh_from_db()
    assert standing.name == "编的6"
    assert tasks.retain(NOW + timedelta(days=731)) == 1
    assert not Volunteer.objects.exclude(name_sealed=b"").exists()
    assert not Recipient.objects.filter(ref__startswith="volunteer:").exists()


def test_a_look_at_a_telephone_is_on_record_and_told() -> None:
    draw = make_draw()
    row = volunteering.enter(draw=draw, entry=entry(0), actor=SYSTEM, at=NOW)
    assert volunteering.reveal(volunteer=row, actor=SYSTEM, at=NOW) == "13900000000"
    assert Entry.objects.filter(event=Kind.VOLUNTEER_PHONE_SEEN).count() == 1
    assert "1 次" in Client().get(row.own_path).content.decode()


def test_who_was_drawn_hears_that_it_is_called_off() -> None:
    draw = make_draw()
    fill(draw)
    drawn = pick(fixed(draw))
    draw.refresh_from_db()
    draws.cancel(draw=draw, reason="下雨", actor=SYSTEM, at=NOW)
    while react(NOW):
        pass
    told = Message.objects.filter(kind=Kind.DRAW_CANCELLED, recipient__channel="sms")
    assert told.count() == len(drawn)
    assert not Clock.objects.running().filter(subject_kind="draw").exists()
    assert "下雨" in Client().get(draw.volunteers.get(number=drawn[0]).own_path).content.decode()

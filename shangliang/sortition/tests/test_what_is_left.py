"""Who may do what to a draw, and what each act leaves: columns, clocks, ledger rows, and nothing besides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import transaction

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.clocks.tests.effects import Left, left
from shangliang.kit.guards import Blocked
from shangliang.ledger.models import Entry
from shangliang.sortition import queries, rules
from shangliang.sortition.actions import drawing, draws, volunteering
from shangliang.sortition.actions.drawing import Fixed
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.states import OutReason, SeedWay, VolunteerState
from shangliang.sortition.tests.draws import (
    CATEGORIES,
    NEXT_NO,
    NOW,
    ROOM_NO,
    SEED,
    entry,
    fill,
    fixed,
    make_draw,
    pick,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
R = Role
TOWN, COUNTY = "32/3211/321102/321102001/", "32/3211/321102/"
HERE = f"clerk@{ROOM_NO}"


def staff(role: Role, **place: str) -> Actor:
    return Actor(ActorKind.STAFF, key=f"account:{role.value}", account_id=1, grants=(Grant(role, **place),))


CLERK = staff(R.CLERK, room_no=ROOM_NO)
EVERYBODY = {
    role: staff(role, room_no=ROOM_NO)
    for role in (R.CLERK, R.FIRST_CONVENER, R.SECOND_CONVENER, R.STAND_IN, R.GRID_WORKER)
} | {
    role: staff(role, area_path=TOWN if role in {R.TOWN_OFFICE, R.REVIEWER} else COUNTY)
    for role in (R.MEMBER, R.REVIEWER, R.TOWN_OFFICE, R.ASSIGNING_OFFICE, R.LEADER, R.DISTRICT_OFFICE)
    + (R.CITY_OFFICE, R.SYSTEM_KEEPER, R.AUDITOR)
}
KEEPS = {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
OUTSIDERS = (staff(R.CLERK, room_no=NEXT_NO), staff(R.DOER, unit_code="u"), ANONYMOUS)


def who_may(act: Callable[[Actor], object]) -> set[Role]:
    """The roles for which `act` goes through; outsiders never get that far."""
    for stranger in OUTSIDERS:
        with pytest.raises(Denied):
            act(stranger)
    may = set()
    for role, actor in EVERYBODY.items():
        with transaction.atomic():
            try:
                act(actor)
            except Denied:
                pass
            else:
                may.add(role)
            transaction.set_rollback(True)
    return may


@pytest.fixture
def draw() -> Draw:
    draw = make_draw()
    fill(draw)
    return draw


@pytest.fixture
def lottery(draw: Draw) -> Lottery:
    return fixed(draw)


def first(draw: Draw, state: VolunteerState = VolunteerState.WAITING) -> Volunteer:
    return draw.volunteers.filter(state=state.value).earliest("number")


def test_only_who_keeps_it_works_on_a_draw(draw: Draw) -> None:
    features, waiting = rules.read_categories(CATEGORIES), first(draw)
    acts: dict[str, Callable[[Actor], object]] = {
        "prepare": lambda who: draws.prepare(
            desk=draw, room=draw.room, title="x", origin="/x", actor=who, at=NOW
        ),
        "set up": lambda who: draws.set_up(draw=draw, size=8, features=features, actor=who, at=NOW),
        "bound": lambda who: draws.bound(draw=draw, ends={}, actor=who, at=NOW),
        "call": lambda who: draws.call(draw=draw, is_open=True, until=None, actor=who, at=NOW),
        "check": lambda who: draws.ask_check(draw=draw, actor=who, at=NOW),
        "cancel": lambda who: draws.cancel(draw=draw, reason="x", actor=who, at=NOW),
        "enter": lambda who: volunteering.enter(draw=draw, entry=entry(99), actor=who, at=NOW),
        "enter many": lambda who: volunteering.enter_many(draw=draw, entries=[], actor=who, at=NOW),
        "ask again": lambda who: volunteering.ask_again(draw=draw, actor=who, at=NOW),
        "change": lambda who: volunteering.change(volunteer=waiting, values={}, actor=who, at=NOW),
        "confirm": lambda who: volunteering.confirm(volunteer=waiting, actor=who, at=NOW),
        "untie": lambda who: volunteering.untie(volunteer=waiting, actor=who, at=NOW),
        "keep home": lambda who: volunteering.keep_home(volunteer=waiting, actor=who, at=NOW),
        "put out": lambda who: volunteering.put_out(
            volunteer=waiting, reason=OutReason.ON_DUTY, actor=who, at=NOW
        ),
        "fix": lambda who: drawing.fix(draw=draw, actor=who, at=NOW),
    }
    assert {name: who_may(act) for name, act in acts.items()} == dict.fromkeys(acts, KEEPS)
    looks = who_may(lambda who: volunteering.reveal(volunteer=waiting, actor=who, at=NOW))
    assert looks == {R.CLERK, R.TOWN_OFFICE, R.DISTRICT_OFFICE}


def test_and_draws_the_lot(lottery: Lottery) -> None:
    draw = lottery.draw
    picks = who_may(lambda who: drawing.pick(lottery=lottery, seed=SEED, way=SeedWay.DICE, actor=who, at=NOW))
    back = who_may(lambda who: drawing.take_back(lottery=lottery, reason="x", actor=who, at=NOW))
    assert picks == back == KEEPS
    pick(lottery)
    drawn = first(draw, VolunteerState.DRAWN)
    assert {
        role for role, actor in EVERYBODY.items() if _goes(partial(answered, drawn, True), actor)
    } == KEEPS
    assert {
        role for role, actor in EVERYBODY.items() if _goes(partial(answered, drawn, False), actor)
    } == KEEPS


def answered(who_was_drawn: Volunteer, comes: bool, actor: Actor) -> None:
    drawing.reply(volunteer=who_was_drawn, comes=comes, actor=actor, at=NOW)


def _goes(act: Callable[[Actor], object], actor: Actor) -> bool:
    with transaction.atomic():
        try:
            act(actor)
        except Denied:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def test_setting_it_up(draw: Draw) -> None:
    features = rules.read_categories(CATEGORIES)
    again = left(lambda: draws.set_up(draw=draw, size=6, features=features, actor=CLERK, at=NOW), draw)
    assert again == Left(), "nothing has changed"
    larger = left(lambda: draws.set_up(draw=draw, size=8, features=features, actor=CLERK, at=NOW), draw)
    assert larger == Left(columns={"size": 8}, ledger=[f'draw.prepared {HERE} {{"quotas":5,"size":8}}'])
    assert [(each.low, each.high) for each in queries.asked(draw)][:2] == [(4, 4), (4, 4)]


def test_moving_the_ends_of_one_quota(draw: Draw) -> None:
    rows = list(draw.quotas.order_by("pk"))
    moved = left(
        lambda: draws.bound(draw=draw, ends={rows[0].pk: (2, 5, True)}, actor=CLERK, at=NOW), draw, rows[0]
    )
    assert moved.columns == {"quota.low": 2, "quota.high": 5, "quota.is_flexible": True}
    ends = json.dumps(
        [[rows[0].pk, 2, 5], *([row.pk, row.low, row.high] for row in rows[1:])], separators=(",", ":")
    )
    assert moved.ledger == [f'draw.prepared {HERE} {{"quotas":{ends}}}']
    with pytest.raises(Blocked):
        draws.bound(draw=draw, ends={rows[0].pk: (5, 2, False)}, actor=CLERK, at=NOW)


def test_calling_for_volunteers(draw: Draw) -> None:
    until = date(2026, 12, 1)
    called = left(lambda: draws.call(draw=draw, is_open=True, until=until, actor=CLERK, at=NOW), draw)
    assert called == Left(
        columns={"is_called": True, "call_until": until}, ledger=[f'draw.called {HERE} {{"open":true}}']
    )
    ended = left(lambda: draws.call(draw=draw, is_open=False, until=None, actor=CLERK, at=NOW), draw)
    assert ended == Left(
        columns={"is_called": False, "call_until": None}, ledger=[f'draw.called {HERE} {{"open":false}}']
    )


def test_coming_into_the_pool_and_leaving_it(draw: Draw) -> None:
    made: list[Volunteer] = []
    came = left(
        lambda: made.append(volunteering.enter(draw=draw, entry=entry(99), actor=CLERK, at=LATER)), draw
    )
    assert came == Left(ledger=[f'volunteer.entered {HERE} {{"source":"clerk","volunteer":25}}'])
    (row,) = made
    assert (row.number, row.source, row.state, row.out_reason, row.joined_at) == (
        25, "clerk", "waiting", "", LATER,
    )  # fmt: skip
    assert (row.values, row.may_ask_again, row.is_flagged) == (entry(99).values, False, False)
    assert (row.name, row.home) == ("编的99", "49幢101室")
    changed = left(
        lambda: volunteering.change(volunteer=row, values={"性别": "男"}, actor=CLERK, at=NOW), row
    )
    assert changed == Left(
        columns={"values": {"性别": "男"}}, ledger=[f'volunteer.entered {HERE} {{"volunteer":25}}']
    )
    assert left(lambda: volunteering.confirm(volunteer=row, actor=CLERK, at=NOW), row) == Left(
        columns={"was_checked": True}
    )
    out = left(
        lambda: volunteering.put_out(volunteer=row, reason=OutReason.ON_DUTY, actor=CLERK, at=NOW), row
    )
    assert out == Left(
        columns={"state": "out", "out_reason": "on_duty"},
        ledger=[f'volunteer.left {HERE} {{"reason":"on_duty","volunteer":25}}'],
    )
    assert left(lambda: volunteering.bring_back(volunteer=row, actor=CLERK, at=NOW), row) == Left(
        columns={"state": "waiting", "out_reason": ""},
        ledger=[f'volunteer.brought_back {HERE} {{"volunteer":25}}'],
    )
    seen = left(lambda: volunteering.reveal(volunteer=row, actor=CLERK, at=NOW), row)
    assert seen == Left(columns={"phone_seen": 1}, ledger=[f'volunteer.phone_seen {HERE} {{"volunteer":25}}'])


def test_who_has_no_more_wish_to_be_drawn_leaves_nothing(draw: Draw) -> None:
    row = first(draw)
    gone = left(lambda: volunteering.withdraw(volunteer=row, actor=ANONYMOUS, at=NOW), row)
    assert gone == Left(
        columns={
            "state": "out",
            "out_reason": "withdrew",
            "name_sealed": b"",
            "home_sealed": b"",
            "home_hash": "",
            "phone_hash": "",
        },
        ledger=['volunteer.left resident {"reason":"withdrew","volunteer":1}'],
    )


def test_a_list_counts_who_is_new(draw: Draw) -> None:
    lines = [entry(99), entry(0), entry(98, may_ask_again=True), entry(1), entry(97)]
    counted: list[tuple[int, int]] = []
    came = left(
        lambda: counted.append(volunteering.enter_many(draw=draw, entries=lines, actor=CLERK, at=NOW)), draw
    )
    assert counted == [(3, 2)]
    assert came == Left(ledger=[f'volunteer.entered {HERE} {{"count":3,"source":"file"}}'])


def test_closing_the_pool_and_fixing_the_panels(draw: Draw) -> None:
    draws.call(draw=draw, is_open=True, until=None, actor=CLERK, at=NOW)
    made: list[Lottery] = []
    asked = left(lambda: made.append(drawing.fix(draw=draw, actor=CLERK, at=LATER)), draw)
    assert asked == Left(
        columns={"is_called": False}, ledger=[f'draw.asked {HERE} {{"lottery":1,"pool":24,"size":6}}']
    )
    (row,) = made
    assert (row.number, row.size, row.asked_at, row.state) == (1, 6, LATER, "asked")
    found = Fixed("header\n1,1\n", "a" * 64, "b" * 64, {"1": 0.25}, {"gap": 0.0})
    sealed = left(lambda: drawing.put_on_record(lottery=row, fixed=found, at=LATER), row)
    assert sealed == Left(
        columns={
            "state": "fixed",
            "fixed_at": LATER,
            "panels": "header\n1,1\n",
            "panels_sha256": "a" * 64,
            "pool_sha256": "b" * 64,
            "chances": {"1": 0.25},
            "report": {"gap": 0.0},
        },
        ledger=[f'draw.fixed system {{"lottery":1,"panels_sha256":"{"a" * 64}","pool_sha256":"{"b" * 64}"}}'],
    )
    assert drawing.put_on_record(lottery=row, fixed=found, at=LATER) is False
    assert drawing.give_up(lottery=row, report={}, at=LATER) is False
    back = left(lambda: drawing.take_back(lottery=row, reason=" 名单有误 ", actor=CLERK, at=NOW), row)
    assert back == Left(
        columns={"state": "taken_back", "reason": "名单有误"},
        ledger=[f'draw.taken_back {HERE} {{"lottery":1}}'],
    )


def test_where_no_panel_exists_the_report_says_so(draw: Draw) -> None:
    row = drawing.fix(draw=draw, actor=CLERK, at=NOW)
    assert left(lambda: drawing.give_up(lottery=row, report={"mends": []}, at=NOW), row) == Left(
        columns={"state": "impossible", "report": {"mends": []}},
        ledger=['draw.impossible system {"lottery":1}'],
    )


def test_from_the_seal_to_the_seed_nobody_comes_or_goes(lottery: Lottery) -> None:
    draw, waiting = lottery.draw, first(lottery.draw)
    acts: list[Callable[[], object]] = [
        lambda: draws.bound(draw=draw, ends={}, actor=CLERK, at=NOW),
        lambda: draws.ask_check(draw=draw, actor=CLERK, at=NOW),
        lambda: draws.call(draw=draw, is_open=True, until=None, actor=CLERK, at=NOW),
        lambda: draws.set_up(draw=draw, size=9, features=[], actor=CLERK, at=NOW),
        lambda: volunteering.enter(draw=draw, entry=entry(99), actor=CLERK, at=NOW),
        lambda: volunteering.enter_many(draw=draw, entries=[entry(99)], actor=CLERK, at=NOW),
        lambda: volunteering.ask_again(draw=draw, actor=CLERK, at=NOW),
        lambda: volunteering.change(volunteer=waiting, values={}, actor=CLERK, at=NOW),
        lambda: volunteering.confirm(volunteer=waiting, actor=CLERK, at=NOW),
        lambda: volunteering.untie(volunteer=waiting, actor=CLERK, at=NOW),
        lambda: volunteering.keep_home(volunteer=waiting, actor=CLERK, at=NOW),
        lambda: volunteering.put_out(volunteer=waiting, reason=OutReason.ON_DUTY, actor=CLERK, at=NOW),
        lambda: draws.cancel(draw=draw, reason="x", actor=CLERK, at=NOW),
        lambda: drawing.fix(draw=draw, actor=CLERK, at=NOW),
    ]
    before = Entry.objects.count()
    for act in acts:
        with pytest.raises(Blocked) as blocked:
            act()
        assert "lottery_open" in [each.code for each in blocked.value.unmet]
    with pytest.raises(Blocked) as sealed:
        volunteering.withdraw(volunteer=waiting, actor=ANONYMOUS, at=NOW)
    assert [each.code for each in sealed.value.unmet] == ["pool_sealed"]
    assert Entry.objects.count() == before


def test_the_lot_is_drawn_and_everybody_on_it_is_asked(lottery: Lottery) -> None:
    draw, drawn = lottery.draw, []
    done = left(
        lambda: drawn.extend(
            drawing.pick(lottery=lottery, seed=f" {SEED} ", way=SeedWay.BALLS, actor=CLERK, at=NOW)
        ),
        lottery,
        draw,
    )
    number, waiting = lottery.panel_number, lottery.alternates
    assert waiting
    assert not set(waiting) & set(drawn)
    assert done.columns == {
        "alternates": waiting,
        "state": "picked",
        "picked_at": NOW,
        "seed": SEED,
        "seed_way": "balls",
        "panel_number": number,
        "panel": drawn,
        "draw.state": "drawn",
    }
    assert done.clocks == {f"+ sortition.reply_days {HERE} until 2026-11-30"}
    digest = hashlib.sha256(SEED.encode()).hexdigest()
    assert done.ledger == [
        f'draw.drawn {HERE} {{"drawn":{str(drawn).replace(" ", "")},"lottery":1,"panel":{number},'
        f'"seed_sha256":"{digest}","way":"balls"}}'
    ]
    states = dict(draw.volunteers.values_list("number", "state"))
    assert {who for who, state in states.items() if state == "drawn"} == set(drawn)
    assert len(drawn) == 6


def test_yes_and_no_and_the_panel_is_settled(lottery: Lottery) -> None:
    draw = lottery.draw
    drawn = pick(lottery)
    *others, last = [draw.volunteers.get(number=number) for number in drawn]
    for row in others:
        drawing.reply(volunteer=row, comes=True, actor=CLERK, at=NOW)
    no = left(lambda: drawing.reply(volunteer=last, comes=False, actor=ANONYMOUS, at=LATER), last, draw)
    assert no == Left(
        columns={"state": "declined", "replied_at": LATER},
        clocks={"- sortition.reply_days"},
        ledger=[f'volunteer.replied resident {{"comes":false,"volunteer":{last.number}}}'],
    )
    yes = left(lambda: drawing.reply(volunteer=last, comes=True, actor=CLERK, at=LATER), last)
    assert yes.columns == {"state": "accepted"}
    assert yes.ledger == [f'volunteer.replied {HERE} {{"comes":true,"volunteer":{last.number}}}']
    draw.refresh_from_db()
    settled = left(lambda: draws.settle(draw=draw, actor=CLERK, at=LATER), draw)
    panel = str(sorted(drawn)).replace(" ", "")
    assert settled == Left(
        columns={"state": "settled", "settled_at": LATER},
        ledger=[f'draw.settled {HERE} {{"panel":{panel}}}'],
    )


def test_no_lot_is_drawn_after_all(draw: Draw) -> None:
    draws.call(draw=draw, is_open=True, until=None, actor=CLERK, at=NOW)
    with pytest.raises(Blocked) as blocked:
        draws.cancel(draw=draw, reason=" ", actor=CLERK, at=NOW)
    assert [(each.code, each.mend) for each in blocked.value.unmet] == [("reason_missing", "reason")]
    off = left(lambda: draws.cancel(draw=draw, reason=" 会不开了 ", actor=CLERK, at=LATER), draw)
    assert off == Left(
        columns={"state": "cancelled", "is_called": False, "settled_at": LATER, "reason": "会不开了"},
        ledger=[f"draw.cancelled {HERE} {{}}"],
    )

"""Random lives of draws, their lotteries and volunteers: every act of the three tables, by whoever comes along.

The worker makes the panels as it does in the house; pools are small, so that it takes a moment only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.clocks.models import Clock
from shangliang.desks.tests.turns import dead_tasks
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.kit.tests.lives import Step, World, dead_ends, leads, live_all
from shangliang.ledger.models import Entry
from shangliang.ledger.verifying import differing
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.sortition import bound, queries, rules, tasks
from shangliang.sortition.actions import calling, drawing, draws, volunteering
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.permissions import role_over
from shangliang.sortition.states import (
    DRAW,
    LOTTERY,
    MACHINES,
    VOLUNTEER,
    CallResult,
    DrawState,
    LotteryState,
    OutReason,
    SeedWay,
    VolunteerState,
)
from shangliang.sortition.tests.draws import NEXT_NO, NOW, PATH, ROOM_NO, entry, fixed, make_draw, pick

pytestmark = pytest.mark.django_db

CATEGORIES = "性别：男、女"  # nobody has counted them: any panel will do
SEATS = 2
D, L, V = DrawState, LotteryState, VolunteerState
Try = Callable[["Life", Actor, datetime], object]


@dataclass(frozen=True)
class Life:
    """One draw, the latest of its lotteries, and those who volunteered."""

    draw: Draw
    lottery: Lottery | None = None
    volunteers: tuple[Volunteer, ...] = ()

    def who(self, act: str) -> Volunteer | None:
        """Somebody with whom `act` is possible now, else anybody."""
        fitting = (row for row in self.volunteers if VOLUNTEER.allows(row, act))
        return next(fitting, self.volunteers[0] if self.volunteers else None)


def staff(role: Role, **place: str) -> Actor:
    return Actor(ActorKind.STAFF, key=f"account:{role.value}", account_id=1, grants=(Grant(role, **place),))


PEOPLE = (
    staff(Role.CLERK, room_no=ROOM_NO),
    staff(Role.FIRST_CONVENER, room_no=ROOM_NO),
    staff(Role.TOWN_OFFICE, area_path=upto(PATH, AreaLevel.TOWN)),
    staff(Role.SECOND_CONVENER, room_no=ROOM_NO),
    staff(Role.CLERK, room_no=NEXT_NO),
)


def _d(act: str, do: Try, *unmet: str) -> Step[Life]:
    return Step(DRAW, lambda life: life.draw, lambda _: act, do, frozenset(unmet))


def _l(act: str, do: Callable[[Lottery, Actor, datetime], object]) -> Step[Life]:
    def on_it(life: Life, who: Actor, at: datetime) -> object:
        assert life.lottery is not None
        return do(life.lottery, who, at)

    return Step(LOTTERY, lambda life: life.lottery, lambda _: act, on_it)


def _v(act: str, do: Callable[[Volunteer, Actor, datetime], object], *unmet: str) -> Step[Life]:
    def on_them(life: Life, who: Actor, at: datetime) -> object:
        row = life.who(act)
        assert row is not None
        return do(row, who, at)

    return Step(VOLUNTEER, lambda life: life.who(act), lambda _: act, on_them, frozenset(unmet))


def _set_up(life: Life, who: Actor, at: datetime) -> object:
    size = 3 if life.draw.size == SEATS else SEATS
    features = rules.read_categories(CATEGORIES)
    return draws.set_up(draw=life.draw, size=size, features=features, actor=who, at=at)


def _bound(life: Life, who: Actor, at: datetime) -> object:
    ends = {row.pk: (0, life.draw.size, True) for row in life.draw.quotas.all()}
    return draws.bound(draw=life.draw, ends=ends, actor=who, at=at)


def _enter(life: Life, who: Actor, at: datetime) -> object:
    number = life.draw.volunteers.count() + 1
    told = entry(number, phone="", values={"性别": "女"})
    return volunteering.enter(draw=life.draw, entry=told, actor=who, at=at)


def _worker_fixes(lottery: Lottery, _who: Actor, at: datetime) -> None:
    """As the worker does it; what it finds too late it does not write."""
    if lottery.state == L.ASKED:
        tasks.fix(str(lottery.pk))
        return
    nothing = drawing.Fixed("", "", "", {}, {})
    if not drawing.put_on_record(lottery=lottery, fixed=nothing, at=at):
        raise IllegalMove(LOTTERY.name, "fix", lottery.state)


def _worker_gives_up(lottery: Lottery, _who: Actor, at: datetime) -> None:
    if not drawing.give_up(lottery=lottery, report={"lost": "time"}, at=at):
        raise IllegalMove(LOTTERY.name, "fail", lottery.state)


SEALED = "lottery_open"
STEPS: dict[str, Step[Life]] = {
    "set up": _d("set_up", _set_up, SEALED),
    "bound": _d("bound", _bound, SEALED),
    "ask whether it can be": _d(
        "ask_check", lambda life, who, at: draws.ask_check(draw=life.draw, actor=who, at=at), SEALED
    ),
    "call": _d(
        "call",
        lambda life, who, at: draws.call(draw=life.draw, is_open=True, until=local_day(at), actor=who, at=at),
        SEALED,
    ),
    "enter": _d("enter", _enter, SEALED),
    "seal": _d(
        "ask_lottery",
        lambda life, who, at: drawing.fix(draw=life.draw, actor=who, at=at),
        SEALED,
        "pool_small",
        "call_not_over",
        "nobody_declined",
    ),
    "ask alternates": _d(
        "call_alternates",
        lambda life, who, at: drawing.call_alternates(draw=life.draw, actor=who, at=at),
        SEALED,
        "no_alternate",
        "nobody_declined",
    ),
    "settle": _d(
        "settle",
        lambda life, who, at: draws.settle(draw=life.draw, actor=who, at=at),
        SEALED,
        "replies_missing",
    ),
    "cancel": _d(
        "cancel",
        lambda life, who, at: draws.cancel(draw=life.draw, reason="人都请到了", actor=who, at=at),
        SEALED,
    ),
    "the worker makes panels": _l("fix", _worker_fixes),
    "the worker finds none": _l("fail", _worker_gives_up),
    "take back": _l(
        "take_back",
        lambda lottery, who, at: drawing.take_back(lottery=lottery, reason="漏了一位", actor=who, at=at),
    ),
    "draw the lot": _l(
        "pick",
        lambda lottery, who, at: drawing.pick(
            lottery=lottery, seed=f"3 6 1 {at.isoformat()}", way=SeedWay.DICE, actor=who, at=at
        ),
    ),
    "change kinds": _v(
        "change",
        lambda row, who, at: volunteering.change(volunteer=row, values={"性别": "男"}, actor=who, at=at),
        SEALED,
    ),
    "confirm": _v(
        "confirm", lambda row, who, at: volunteering.confirm(volunteer=row, actor=who, at=at), SEALED
    ),
    "not of this household": _v(
        "untie", lambda row, who, at: volunteering.untie(volunteer=row, actor=who, at=at), SEALED
    ),
    "one household": _v(
        "keep_home", lambda row, who, at: volunteering.keep_home(volunteer=row, actor=who, at=at), SEALED
    ),
    # The link is the right: whoever opens one's own page is nobody in particular.
    "withdraw": _v(
        "leave",
        lambda row, _who, at: volunteering.withdraw(volunteer=row, actor=ANONYMOUS, at=at),
        "pool_sealed",
    ),
    "put out": _v(
        "put_out",
        lambda row, who, at: volunteering.put_out(volunteer=row, reason=OutReason.TWICE, actor=who, at=at),
        SEALED,
    ),
    "bring back": _v(
        "bring_back",
        lambda row, who, at: volunteering.bring_back(volunteer=row, actor=who, at=at),
        SEALED,
    ),
    "say yes": _v(
        "accept",
        lambda row, _who, at: drawing.reply(volunteer=row, comes=True, actor=ANONYMOUS, at=at),
        "seat_gone",
    ),
    "say no": _v(
        "decline", lambda row, _who, at: drawing.reply(volunteer=row, comes=False, actor=ANONYMOUS, at=at)
    ),
    "yes by telephone": _v(
        "accept_for",
        lambda row, who, at: drawing.reply(volunteer=row, comes=True, actor=who, at=at),
        "seat_gone",
    ),
    "no by telephone": _v(
        "decline_for", lambda row, who, at: drawing.reply(volunteer=row, comes=False, actor=who, at=at)
    ),
    "was called": _v(
        "note_call",
        lambda row, who, at: calling.note_call(volunteer=row, result=CallResult.MISSED, actor=who, at=at),
    ),
    "letter was brought": _v(
        "note_letter", lambda row, who, at: calling.note_letter(volunteer=row, actor=who, at=at)
    ),
    "look at a telephone": _v(
        "reveal", lambda row, who, at: volunteering.reveal(volunteer=row, actor=who, at=at)
    ),
}


def may(step: Step[Life], life: Life, who: Actor, at: datetime) -> bool:
    """Whether `who` holds what the table asks for; what it asks nothing for is the worker's, or by a link."""
    row = step.row(life)
    needed = step.machine.needs(step.act(row))
    role_of = role_on_desk if step.machine is DRAW else role_over
    return not needed or role_of(who, Permission(needed), row) is not None


def again(life: Life) -> Life:
    draw = Draw.objects.select_related("room").get(pk=life.draw.pk)
    lottery = draw.lotteries.order_by("-number").first()
    volunteers = tuple(draw.volunteers.order_by("number"))
    for row in (lottery, *volunteers):
        if row is not None:
            row.draw = draw
    return Life(draw, lottery, volunteers)


def picture(life: Life) -> tuple[object, ...]:
    draw = life.draw
    return (
        draw.state,
        draw.size,
        draw.is_called,
        list(draw.quotas.order_by("pk").values_list("pk", "low", "high")),
        list(
            draw.volunteers.order_by("number").values_list(
                "number", "state", "values", "name_sealed", "home_hash", "is_one_home"
            )
        ),
        list(draw.lotteries.order_by("number").values_list("number", "state", "panel")),
        list(Clock.objects.running().order_by("pk").values_list("rule", "due_at")),
        Entry.objects.count(),
    )


def check(life: Life, act: str) -> None:
    """Nobody sits twice or beyond the seats; the pool stands still under a lottery; one clock where answers are due."""
    assert list(dead_tasks(PEOPLE, clock.now(), [life.draw.subject])) == [], act
    draw, by_state = life.draw, queries.counts_by_state(life.draw)
    open_ones = draw.lotteries.filter(state__in=queries.OPEN_LOTTERY).count()
    assert open_ones <= (draw.state in {D.COLLECTING, D.DRAWN}), act
    assert differing(bound.DRAW, draw) == [], act
    assert by_state["seated"] <= draw.size, act
    assert (by_state["seated"] > 0) <= (draw.state != D.COLLECTING), act
    clocks = Clock.objects.running().of(draw.subject).count()
    assert clocks == (draw.state == D.DRAWN and by_state[V.DRAWN] > 0), (act, draw.state, by_state)
    assert (draw.settled_at is not None) == (draw.state in {D.SETTLED, D.CANCELLED}), act
    if act in {"fix", "pick", "decline"} and life.lottery is not None and life.lottery.state == L.FIXED:
        inside = set(life.lottery.chances)
        assert inside == {str(row.number) for row in queries.pool(draw)}, act
    if act == "pick" and life.lottery is not None:
        assert len(life.lottery.panel) == life.lottery.size
        assert draw.volunteers.filter(number__in=life.lottery.panel, state=V.DRAWN.value).count() == (
            life.lottery.size
        )


WORLD = World(
    machines=MACHINES,
    steps=STEPS,
    people=lambda life: PEOPLE,
    may=may,
    again=again,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
)


def collecting(people: int = 4) -> Life:
    draw = make_draw(size=SEATS, categories=CATEGORIES)
    for number in range(people):
        told = entry(number, values={"性别": "男" if number % 2 else "女"})
        volunteering.enter(draw=draw, entry=told, actor=PEOPLE[0], at=NOW)
    return again(Life(draw))


def asked(life: Life) -> Life:
    drawing.fix(draw=life.draw, actor=PEOPLE[0], at=NOW)
    return again(life)


def with_panels(life: Life) -> Life:
    fixed(life.draw)
    return again(life)


def drawn(life: Life | None = None) -> Life:
    life = with_panels(life or collecting())
    assert life.lottery is not None
    pick(life.lottery)
    return again(life)


def answered(*comes: bool) -> Life:
    life = drawn()
    for row, yes in zip(queries.seated(life.draw), comes, strict=False):
        drawing.reply(volunteer=row, comes=yes, actor=ANONYMOUS, at=NOW)
    return again(life)


def ended(*, settled: bool) -> Life:
    life = answered(True, True) if settled else collecting()
    if settled:
        draws.settle(draw=life.draw, actor=PEOPLE[0], at=NOW)
    else:
        draws.cancel(draw=life.draw, reason="不抽了", actor=PEOPLE[0], at=NOW)
    return again(life)


def starts() -> list[Life]:
    """A draw at each of its steps, the first time and when empty seats are drawn for."""
    failed = asked(collecting())
    assert failed.lottery is not None
    drawing.give_up(lottery=failed.lottery, report={"lost": "time"}, at=NOW)
    one_out = collecting(5)
    row = one_out.draw.volunteers.get(number=1)
    volunteering.put_out(volunteer=row, reason=OutReason.TWICE, actor=PEOPLE[0], at=NOW)
    return [
        collecting(),
        collecting(1),
        again(one_out),
        asked(collecting()),
        with_panels(collecting()),
        again(failed),
        drawn(),
        answered(True),
        answered(True, False),
        answered(True, True),
        answered(False, False),
        asked(answered(True, False)),
        with_panels(answered(True, False)),
        drawn(answered(True, False)),
        ended(settled=True),
        ended(settled=False),
    ]


# What few lives come by unless they begin with it.
RARE: set[str] = set()
FEW, MORE = 15, 20


def test_lives_keep_their_promises() -> None:
    with clock.at(NOW):
        everything = starts()
    live_all(WORLD, everything, NOW, few=FEW, more=MORE, rare=RARE)


def _draw_and_lottery(life: Life) -> str:
    """Where both stood when they were fetched."""
    is_open = life.lottery is not None and life.lottery.state in queries.OPEN_LOTTERY
    return f"{life.draw.state} {life.lottery.state}" if life.lottery and is_open else str(life.draw.state)


@pytest.mark.one_engine
def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    """By trying: a draw with its lottery, as the one waits for the other; then each volunteer by themselves."""
    with clock.at(NOW):
        everything = starts()
    standing = {_draw_and_lottery(life) for life in everything}
    assert {D(each.partition(" ")[0]) for each in standing} == set(D)
    assert {each.partition(" ")[2] for each in standing} == {"", *queries.OPEN_LOTTERY}
    found = leads(WORLD, everything, _draw_and_lottery, NOW)
    assert dead_ends(found, standing, {D.SETTLED, D.CANCELLED}) == set()
    for start in (everything[0], everything[6]):  # a pool; a panel that has not answered
        for row in start.volunteers:
            alone = replace(start, volunteers=(row,))
            found = leads(ALONE, [alone], lambda life: life.volunteers[0].state, NOW)
            assert dead_ends(found, {row.state}, {each.value for each in VOLUNTEER.finals}) == set()


def _again_alone(life: Life) -> Life:
    number = life.volunteers[0].number
    life = again(life)
    return replace(life, volunteers=tuple(row for row in life.volunteers if row.number == number))


ALONE = replace(
    WORLD,
    steps={name: step for name, step in STEPS.items() if step.machine is VOLUNTEER},
    people=lambda life: PEOPLE[:1],
    again=_again_alone,
)


def test_the_days_of_a_call_end_by_themselves() -> None:
    """What nobody ends, time does: after the last day nobody can put themselves down, and the clerk goes on."""
    with clock.at(NOW):
        life = collecting()
        draws.call(draw=life.draw, is_open=True, until=local_day(NOW), actor=PEOPLE[0], at=NOW)
    later = NOW + timedelta(days=1)
    draw: Any = again(life).draw
    assert queries.is_call_open(draw, local_day(NOW))
    with pytest.raises(Blocked, match="call_not_over"):
        drawing.fix(draw=draw, actor=PEOPLE[0], at=NOW)
    assert queries.is_call_open(again(life).draw, local_day(NOW)), "nobody was shut out"
    assert not queries.is_call_open(draw, local_day(later))
    with clock.at(later):
        drawing.fix(draw=draw, actor=PEOPLE[0], at=later)

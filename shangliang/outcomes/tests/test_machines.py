"""Random lives of outcomes and commitments: every act of both tables, by whoever comes along, from every state.

A refusal counts only where the table says so; what an act does to other machines is what its row declares; nothing is
written where it is refused; no clock is lost; and from wherever a thing stands somebody can lead it on to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.clocks.tests.passing import pass_until
from shangliang.desks.tests.turns import dead_tasks, take_back_last
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.states import IllegalMove
from shangliang.kit.tests.lives import TIME, Moves, Step, World, dead_ends, leads, live_all
from shangliang.ledger.models import Entry
from shangliang.ledger.verifying import differing
from shangliang.outcomes import bound, rules
from shangliang.outcomes.actions import (
    assigning,
    deciding,
    drafting,
    entering,
    explaining,
    filing,
    handling,
    rating,
)
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.actions.told import Told
from shangliang.outcomes.models import Commitment, LookBack, Outcome
from shangliang.outcomes.permissions import has_signed, role_over
from shangliang.outcomes.states import (
    COMMITMENT,
    OUTCOME,
    CommitmentState,
    Level,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
    Way,
    is_proposal,
)
from shangliang.outcomes.tests.factories import cast
from shangliang.outcomes.tests.starts import (
    BADLY,
    RESIDENT,
    WELL,
    Start,
    begin,
    lead_on,
    lead_to,
    promise,
)
from shangliang.people.models import Unit
from shangliang.topics.models import Topic

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
# Each act of the tables is where so many lives begin; what few others come by begins more of them.
FEW, MORE = 8, 14
LEAST_PERCENT = 2  # of the lives come by each row: the two tables have so many that less falls to each
A, C = OutcomeState, CommitmentState
Try = Callable[[Start, Actor, datetime], object]


def _o(act: str | Callable[[str], str], do: Try, *unmet: str) -> Step[Start]:
    return Step(OUTCOME, lambda start: start.outcome, _of(act), do, frozenset(unmet))


def _c(act: str | Callable[[str], str], do: Try, *unmet: str) -> Step[Start]:
    return Step(COMMITMENT, lambda start: start.commitment, _of(act), do, frozenset(unmet))


def _of(act: str | Callable[[str], str]) -> Callable[[Any], str]:
    return (lambda row: act(row.state)) if callable(act) else lambda row: act


def _order(start: Start, at: datetime, *, by_unit: bool = True) -> Order:
    lead = start.case.unit if by_unit else None
    return Order("换灯", "每层都亮", lead, (), Period.NORMAL, local_day(at) + timedelta(days=20))


def _assign(route: Route, partly: str = "") -> Try:
    def do(start: Start, who: Actor, at: datetime) -> object:
        return assigning.assign(
            outcome=start.outcome,
            route=route,
            orders=[_order(start, at, by_unit=route != Route.COMMUNITY or start.outcome.state == A.REPORTED)],
            actor=who,
            at=at,
            decision=Decision("一号", local_day(at), partly),
        )

    return do


def _reply(kind: ReplyKind) -> Try:
    def do(start: Start, who: Actor, at: datetime) -> object:
        later = None if kind == ReplyKind.SOLVED else local_day(at) + timedelta(days=180)
        answer = handling.Answer(kind, "办好了。", later)
        return handling.reply(commitment=start.made, answer=answer, actor=who, at=at)

    return do


def _enter_reply(kind: ReplyKind) -> Try:
    def do(start: Start, who: Actor, at: datetime) -> object:
        later = None if kind == ReplyKind.SOLVED else local_day(at) + timedelta(days=180)
        answer = handling.Answer(kind, "他们说办好了。", later)
        return entering.reply(commitment=start.made, answer=answer, told=CALLED, actor=who, at=at)

    return do


def _enter_wish(start: Start, who: Actor, at: datetime) -> object:
    until = local_day(start.made.due_at) + timedelta(days=9)
    return entering.ask_extension(
        commitment=start.made, until=until, reason="下雨", told=CALLED, actor=who, at=at
    )


def _rate(opinion: rating.Opinion) -> Try:
    def do(start: Start, who: Actor, at: datetime) -> object:
        asked = start.made.invitations.order_by("-round").first()
        if asked is None:  # nobody was asked yet
            if who not in {RESIDENT, ANONYMOUS}:
                raise Denied("")
            raise IllegalMove("commitment", "rate", start.made.state)
        return rating.rate(invitation=asked, opinion=opinion, actor=who, at=at)

    return do


def _enter(by: RatedBy, opinion: rating.Opinion) -> Try:
    return lambda start, who, at: rating.rate_for(
        commitment=start.made, opinion=opinion, rated_by=by, actor=who, at=at
    )


def _extend(start: Start, who: Actor, at: datetime) -> object:
    made = start.made
    until = (made.planned_on or local_day(made.due_at)) + timedelta(days=9)
    return handling.extend(commitment=made, until=until, reason="下雨", actor=who, at=at)


def _ask_for_time(start: Start, who: Actor, at: datetime) -> object:
    until = local_day(start.made.due_at) + timedelta(days=9)
    return handling.ask_extension(commitment=start.made, until=until, reason="下雨", actor=who, at=at)


def _decide(*, redo: bool, done: bool) -> Try:
    return lambda start, who, at: deciding.decide(
        commitment=start.made, redo=redo, done=done, reason="看过现场", actor=who, at=at
    )


def _other_lead(start: Start) -> Unit:
    """Whoever does it now, another one is to: the two units of the case in turn."""
    units = [start.case.unit, start.case.other_unit]
    return next(unit for unit in units if start.commitment is None or unit.pk != start.made.lead_id)


def _reported_or(usual: str, reported: str) -> Callable[[str], str]:
    return lambda state: reported if state == A.REPORTED else usual


# Asked back and confirmed, and for the district office alone.
MEANT = rating.Opinion(Level.SATISFIED, False, "打 13800001234", True, True, True)
CALLED = Told(Way.TELEPHONE)
ENTERED = ("nobody_left_to_rate",)
STEPS: dict[str, Step[Start]] = {
    "edit": _o(
        "edit",
        lambda start, who, at: drafting.edit(
            outcome=start.outcome, text="换灯", kind=start.outcome.kind, route="town", actor=who, at=at
        ),
    ),
    "sign": replace(
        _o("sign", lambda start, who, at: drafting.countersign(outcome=start.outcome, actor=who, at=at)),
        is_over=lambda start, who: has_signed(
            role_on_desk(who, Permission.OUTCOME_COUNTERSIGN, start.outcome), start.outcome
        ),
    ),
    "file": _o("file", lambda start, who, at: filing.file(outcome=start.outcome, actor=who, at=at)),
    "report": _o(
        "report_up",
        lambda start, who, at: filing.report_up(
            outcome=start.outcome, reported_to="区政府", actor=who, at=at
        ),
    ),
    "refuse": _o(
        "refuse",
        lambda start, who, at: filing.refuse(outcome=start.outcome, reason="没有钱", actor=who, at=at),
    ),
    "assign": _o(_reported_or("assign", "adopt"), _assign(Route.TOWN)),
    "assign in part": _o(_reported_or("assign", "adopt_partly"), _assign(Route.TOWN, "只办一半")),
    "leave to the room": _o(
        _reported_or("do_ourselves", "adopt"), _assign(Route.COMMUNITY), "promise_not_by_the_room"
    ),
    "accept": _c("accept", lambda start, who, at: handling.accept(commitment=start.made, actor=who, at=at)),
    "decline": _c(
        "decline",
        lambda start, who, at: handling.decline(commitment=start.made, reason="不归我们", actor=who, at=at),
    ),
    "enter accept": _c(
        "enter_accept",
        lambda start, who, at: entering.accept(commitment=start.made, told=CALLED, actor=who, at=at),
    ),
    "enter decline": _c(
        "enter_decline",
        lambda start, who, at: entering.decline(
            commitment=start.made, reason="不归他们", told=CALLED, actor=who, at=at
        ),
    ),
    "enter plan": _c(
        "enter_plan_work",
        lambda start, who, at: entering.plan_work(
            commitment=start.made, plan="先看", told=CALLED, actor=who, at=at
        ),
    ),
    "enter wish": _c("enter_ask_extension", _enter_wish, "extensions_used_up"),
    "enter solved": _c("enter_reply_solved", _enter_reply(ReplyKind.SOLVED)),
    "enter planned": _c("enter_reply_planned", _enter_reply(ReplyKind.PLANNED)),
    "enter lacking": _c("enter_reply_lacking", _enter_reply(ReplyKind.LACKING)),
    "reassign": _c(
        "reassign",
        lambda start, who, at: assigning.reassign(
            commitment=start.made, lead=start.case.unit, co_units=(), actor=who, at=at
        ),
    ),
    "hand on": _c(
        "hand_on",
        lambda start, who, at: assigning.hand_on(
            commitment=start.made,
            lead=_other_lead(start),
            co_units=(),
            reason="忙不过来",
            actor=who,
            at=at,
        ),
    ),
    "plan": _c(
        "plan_work",
        lambda start, who, at: handling.plan_work(commitment=start.made, plan="先看", actor=who, at=at),
    ),
    "extend": _c(
        lambda state: "extend_plan" if state == C.PLANNED else "extend", _extend, "extensions_used_up"
    ),
    "ask for time": _c("ask_extension", _ask_for_time, "extensions_used_up"),
    "refuse time": _c(
        "refuse_extension",
        lambda start, who, at: handling.refuse_extension(
            commitment=start.made, reason="不下雨了", actor=who, at=at
        ),
    ),
    "ask after": _c(
        "ask_after", lambda start, who, at: explaining.ask_after(commitment=start.made, actor=who, at=at)
    ),
    "explain": _c(
        "explain",
        lambda start, who, at: explaining.explain(commitment=start.made, text="在等配件", actor=who, at=at),
    ),
    "hear": _c(
        "hear", lambda start, who, at: explaining.hear(commitment=start.made, note="", actor=who, at=at)
    ),
    "solved": _c("reply_solved", _reply(ReplyKind.SOLVED)),
    "planned": _c("reply_planned", _reply(ReplyKind.PLANNED)),
    "lacking": _c("reply_lacking", _reply(ReplyKind.LACKING)),
    "resume": _c(
        "resume",
        lambda start, who, at: assigning.resume(
            commitment=start.made, due_on=local_day(at) + timedelta(days=9), actor=who, at=at
        ),
    ),
    "rate well": _c("rate", _rate(WELL), "rating_round_over", "rating_window_over"),
    "rate badly": _c("rate", _rate(BADLY), "rating_round_over", "rating_window_over"),
    "rate badly and mean it": _c("rate", _rate(MEANT), "rating_round_over", "rating_window_over"),
    "clerk rates": _c("enter_rating", _enter(RatedBy.ROOM_CLERK, WELL), *ENTERED),
    "card": _c("open_card", _enter(RatedBy.PAPER_CARD, BADLY), *ENTERED),
    "call": _c("call_back", _enter(RatedBy.CALL_BACK, WELL), *ENTERED),
    "call badly": _c("call_back", _enter(RatedBy.CALL_BACK, BADLY), *ENTERED),
    "call in vain": _c(
        "call_in_vain",
        lambda start, who, at: rating.called_in_vain(commitment=start.made, actor=who, at=at),
    ),
    "redo": _c("decide_redo", _decide(redo=True, done=False)),
    "let be": _c("decide_close", _decide(redo=False, done=False)),
    "call it done": _c("decide_close", _decide(redo=False, done=True)),
    "look back": _c(
        "look_back",
        lambda start, who, at: deciding.look_back(
            commitment=start.made, still_holds=True, note="", actor=who, at=at
        ),
    ),
}
# What few lives come by unless they begin with it.
RARE = {f"outcome.{act}" for act in ("sign", "refuse", "do_ourselves", "assign", "report_up", "edit")}
RARE |= {f"outcome.{act}" for act in ("adopt", "adopt_partly", "end_outcome")}
RARE |= {
    f"commitment.{act}"
    for act in ("plan_work", "ask_extension", "refuse_extension", "extend", "extend_plan", "reply_planned")
}
RARE |= {f"commitment.enter_{act}" for act in ("accept", "decline", "plan_work", "ask_extension")}
RARE |= {f"commitment.{act}" for act in ("hand_on", "reply_lacking", "rate")}
RARE |= {f"commitment.{act}" for act in ("ask_after", "explain", "call_back", "hear")}
RARE |= {f"commitment.{act}" for act in ("enter_rating", "call_in_vain", "decide_redo")} | {TIME}
WAITS = {state.value for state in C} - {C.CLOSED.value}
WAITING_OUTCOMES = {A.DRAFTED.value, A.COUNTERSIGNED.value, A.FILED.value, A.REPORTED.value}


def people_of(start: Start) -> list[Actor]:
    people = start.people
    return [
        people.clerk,
        people.first,
        people.second,
        people.town,
        people.assigning,
        people.doer,
        people.district,
        people.leader,
        people.outsider,
        people.other_doer,
        RESIDENT,
        ANONYMOUS,
    ]


# What is late with each who can be, and what a leader has asked after.
LATE = [(C.ASSIGNED, False), (C.DECLINED, False), (C.DISPUTED, False), (C.PLANNED, False)]
LATE += [(C.UNDER_WAY, True), (C.DISPUTED, True), (C.CALLING_BACK, True)]


def late(start: Start, at: datetime, *, asked: bool) -> Start:
    """The time of whoever has it has run out; `asked`: a leader has asked why."""
    Clock.objects.running().of(start.made.subject).update(due_at=at - timedelta(days=3))
    if asked:
        explaining.ask_after(commitment=start.made, actor=start.people.leader, at=at)
    return start


def starts(at: datetime) -> list[Start]:
    """One thing in each state, and those beside them that go another way."""
    people, count = cast(), iter(range(100))

    def new(**kind: Any) -> Start:
        return begin(at, people, slips=f"s{next(count)}-", **kind)

    found = [lead_to(new(), state, at) for state in (A.DRAFTED, A.COUNTERSIGNED, A.FILED, A.REPORTED)]
    half = new()
    drafting.countersign(outcome=half.outcome, actor=people.first, at=at)
    found += [half, lead_to(new(kind="consensus"), A.COUNTERSIGNED, at)]
    found += [lead_to(new(is_embargoed=True), state, at) for state in (A.FILED, A.REPORTED)]
    found += [lead_on(promise(new(), at), state, at) for state in C]
    found += [
        lead_on(promise(new(), at), state, at, twice=True) for state in (C.UNDER_WAY, C.ASKING, C.ASKING)
    ]
    asking = lead_on(promise(new(), at), C.UNDER_WAY, at)
    _ask_for_time(asking, people.doer, at)
    asking.made.refresh_from_db()
    found.append(asking)
    found.append(promise(new(), at, by_unit=False))
    found += [late(lead_on(promise(new(), at), state, at), at, asked=asked) for state, asked in LATE]
    kept = [lead_on(promise(new(), at), state, at) for state in (C.UNDER_WAY, C.ASKING, C.CLOSED)]
    for start in kept:
        explaining.say_to_district(start.made, at)
    found += kept
    found += [lead_on(promise(new(is_embargoed=True), at), state, at) for state in (C.UNDER_WAY, C.DISPUTED)]
    for start in found:
        start.outcome.refresh_from_db()
    return found


def may(step: Step[Start], start: Start, who: Actor, at: datetime) -> bool:
    """Whether `who` holds what the table asks for; only who raised it answers for themselves."""
    row = step.row(start)
    needed = step.machine.needs(step.act(row))
    if not needed:
        return who in {RESIDENT, ANONYMOUS}
    role_of = role_over if step.machine is COMMITMENT else role_on_desk
    return role_of(who, Permission(needed), row) is not None


def picture(start: Start) -> tuple[object, ...]:
    """What a refusal leaves as it was."""
    clocks = Clock.objects.running().order_by("pk").values_list("rule", "subject_no", "due_at")
    return (
        start.outcome.state,
        start.commitment.state if start.commitment else "",
        topic_state(start),
        list(clocks),
        Entry.objects.count(),
    )


def topic_state(start: Start) -> str:
    return Topic.objects.values_list("state", flat=True).get(pk=start.case.topic.pk)


def again(start: Start) -> Start:
    """The rows as they are now, as a page would fetch them."""
    outcome = Outcome.objects.get(pk=start.outcome.pk)
    commitment = Commitment.objects.select_related("lead").filter(outcome=outcome).first()
    return Start(start.case, start.people, outcome, commitment)


def check(start: Start, act: str) -> None:
    """Where things stand now: one clock for whoever is next, and the topic where its commitments are."""
    running, outcome = Clock.objects.running(), start.outcome
    subjects = [outcome.subject, *([start.made.subject] if start.commitment else [])]
    assert list(dead_tasks(people_of(start), clock.now(), subjects)) == [], act
    waits = running.of(outcome.subject).count()
    assert waits == (1 if outcome.state in WAITING_OUTCOMES else 0), (act, outcome.state)
    made = start.commitment
    if made is None:
        return
    assert differing(bound.COMMITMENT, made) == [], act
    own = running.of(made.subject).exclude(rule__startswith="access.").exclude(rule=explaining.KEPT).count()
    looks = LookBack.objects.filter(commitment=made, done_at=None).count()
    asked = int(made.asked_until is not None)  # the office that assigned it has to answer
    assert not asked or made.state == C.UNDER_WAY
    asked += int(made.open_ask is not None)  # and to explain, where a leader wants to know
    assert own == (1 + asked if made.state in WAITS else looks), (act, made.state)
    assert (made.closed_at is not None) == (made.state == C.CLOSED)
    assert made.reopened_count <= 3
    assert topic_state(start) == rules.standing([made.state], [made.closing]), (act, made.state)
    if made.state == C.ASKING:
        assert made.invitations.filter(round=made.reopened_count).exists()


def days_go_by(start: Start, at: datetime, moves: Moves) -> Start:
    """The worker looks after weeks: only what stands against time may happen."""
    ours = [start.outcome.subject, *([start.made.subject] if start.commitment else [])]
    pass_until(at, *ours)
    start = again(start)
    assert {move.name for move in moves if move.machine != "message"} <= {"commitment.ask_by_telephone"}
    if start.commitment is not None:
        check(start, TIME)
    return start


def leads_to(step: Step[Start], act: str, start: Start) -> str:
    """A proposal ends where others are filed."""
    return "outcome.end_outcome" if act == "outcome.file" and is_proposal(start.outcome) else act


WORLD = World(
    machines=(OUTCOME, COMMITMENT),
    steps=STEPS,
    people=people_of,
    may=may,
    again=again,
    picture=picture,
    check=check,
    written=Entry.objects.count,
    denied=Denied,
    take_back=take_back_last,
    inside=lambda start: picture(start)[:-1],
    beside=frozenset({"post.follow"}),
    leads_to=leads_to,
    days_go_by=days_go_by,
    is_waiting=lambda start: start.commitment is not None and start.made.state == C.ASKING,
)


def test_lives_keep_their_promises() -> None:
    with clock.at(NOW):
        everything = starts(NOW)
        while react(NOW):
            pass
    live_all(WORLD, everything, NOW, few=FEW, more=MORE, rare=RARE, least_percent=LEAST_PERCENT)


@pytest.mark.one_engine
def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    """By trying, not by reading the table: who may, does; where nobody has to, time does."""
    with clock.at(NOW):
        everything = starts(NOW)
    standing = {_where(start) for start in everything}
    assert standing >= {str(state) for state in C} | WAITING_OUTCOMES
    finals = {str(state) for state in (A.NOT_ADOPTED, A.ENDED, C.CLOSED)}
    assert dead_ends(leads(WORLD, everything, _where, NOW), standing, finals) == set()


def _where(start: Start) -> str:
    return start.commitment.state if start.commitment else start.outcome.state


def test_what_nobody_answers_and_what_nobody_signs_time_leads_on() -> None:
    people = cast()
    with clock.at(NOW):
        asked = lead_on(promise(begin(NOW, people), NOW), C.ASKING, NOW)
        drafted = begin(NOW, people, slips="other")
    later = NOW + timedelta(days=40)
    with clock.at(later):
        tick(later)
        while react(later):
            pass
    asked.made.refresh_from_db()
    assert asked.made.state == C.CALLING_BACK
    waits = Clock.objects.running().of(drafted.outcome.subject).get()
    assert waits.role == "town_office", "whoever let it run out is stood in for"

"""Random lives of outcomes and commitments: every act of both tables, by whoever comes along, from every state.

A refusal counts only where the table says so; what an act does to other machines is what its row declares; nothing is
written where it is refused; no clock is lost; and from wherever a thing stands somebody can lead it on to its end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove, Machine, Transition
from shangliang.ledger.models import Entry
from shangliang.outcomes import rules
from shangliang.outcomes.actions import assigning, deciding, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.models import Commitment, LookBack, Outcome
from shangliang.outcomes.permissions import role_over
from shangliang.outcomes.states import (
    COMMITMENT,
    OUTCOME,
    CommitmentState,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
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
from shangliang.topics.models import Topic

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
# Each act of the tables is where so many lives begin; what few others come by begins more of them.
FEW, MORE, LEAST_PERCENT = 8, 14, 3
LIVES = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
A, C = OutcomeState, CommitmentState
Try = Callable[[Start, Actor, datetime], object]


@dataclass(frozen=True)
class Step:
    """Something that somebody can try: which row of which table it is, as the thing stands now, and how."""

    machine: Machine[Any]
    act: Callable[[str], str]
    do: Try
    unmet: frozenset[str] = frozenset()  # conditions of its own that may stand against it

    def row(self, start: Start) -> Any:
        return start.outcome if self.machine is OUTCOME else start.made


def _o(act: str | Callable[[str], str], do: Try, *unmet: str) -> Step:
    return Step(OUTCOME, act if callable(act) else lambda _: act, do, frozenset(unmet))


def _c(act: str | Callable[[str], str], do: Try, *unmet: str) -> Step:
    return Step(COMMITMENT, act if callable(act) else lambda _: act, do, frozenset(unmet))


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


def _decide(*, redo: bool, done: bool) -> Try:
    return lambda start, who, at: deciding.decide(
        commitment=start.made, redo=redo, done=done, reason="看过现场", actor=who, at=at
    )


def _reported_or(usual: str, reported: str) -> Callable[[str], str]:
    return lambda state: reported if state == A.REPORTED else usual


ENTERED = ("nobody_left_to_rate",)
STEPS: dict[str, Step] = {
    "edit": _o(
        "edit",
        lambda start, who, at: drafting.edit(
            outcome=start.outcome, text="换灯", kind=start.outcome.kind, route="town", actor=who, at=at
        ),
    ),
    "sign": _o("sign", lambda start, who, at: drafting.countersign(outcome=start.outcome, actor=who, at=at)),
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
    "reassign": _c(
        "reassign",
        lambda start, who, at: assigning.reassign(
            commitment=start.made, lead=start.case.unit, co_units=(), actor=who, at=at
        ),
    ),
    "plan": _c(
        "plan_work",
        lambda start, who, at: handling.plan_work(commitment=start.made, plan="先看", actor=who, at=at),
    ),
    "extend": _c(
        lambda state: "extend_plan" if state == C.PLANNED else "extend", _extend, "extensions_used_up"
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
    "rate well": _c("rate", _rate(WELL), "rating_round_over", "already_rated", "rating_window_over"),
    "rate badly": _c("rate", _rate(BADLY), "rating_round_over", "already_rated", "rating_window_over"),
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
TIME = "time goes by"
# What few lives come by unless they begin with it.
RARE = {
    "sign",
    "adopt",
    "adopt_partly",
    "refuse",
    "do_ourselves",
    "assign",
    "plan_work",
    "extend",
    "extend_plan",
}
RARE |= {
    "reply_planned",
    "enter_rating",
    "call_in_vain",
    "decide_redo",
    "report_up",
    "edit",
    "end_outcome",
    TIME,
}
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
        people.outsider,
        people.other_doer,
        RESIDENT,
        ANONYMOUS,
    ]


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
    found += [lead_on(promise(new(), at), state, at, twice=True) for state in (C.UNDER_WAY, C.ASKING)]
    found.append(promise(new(), at, by_unit=False))
    found += [lead_on(promise(new(is_embargoed=True), at), state, at) for state in (C.UNDER_WAY, C.DISPUTED)]
    for start in found:
        start.outcome.refresh_from_db()
    return found


def is_open(step: Step, start: Start) -> bool:
    """Whether the table allows it now, whoever comes."""
    if step.machine is COMMITMENT and start.commitment is None:
        return False
    row = step.row(start)
    return bool(step.machine.allows(row, step.act(row.state)))


def may(step: Step, start: Start, who: Actor) -> bool:
    """Whether `who` holds what the table asks for; only who raised it answers for themselves."""
    row = step.row(start)
    needed = step.machine.needs(step.act(row.state))
    if not needed:
        return who in {RESIDENT, ANONYMOUS}
    role_of = role_over if step.machine is COMMITMENT else role_on_desk
    return role_of(who, Permission(needed), row) is not None


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """Every move that any machine makes, in order."""
    moves: list[tuple[str, str]] = []
    usual = Machine.go

    def go(machine: Machine[Any], row: Any, act: str) -> Transition[Any]:
        found = usual(machine, row, act)
        moves.append((machine.name, act))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Machine, "go", go)
        yield moves


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


def codes(blocked: Blocked) -> set[str]:
    return {item.code for item in blocked.unmet}


def look_again(start: Start) -> None:
    """The rows as they are now, as a page would fetch them."""
    start.outcome = Outcome.objects.get(pk=start.outcome.pk)
    start.commitment = Commitment.objects.select_related("lead").filter(outcome=start.outcome).first()


def attempt(
    start: Start, step: Step, who: Actor, at: datetime, moves: list[tuple[str, str]]
) -> tuple[str, str] | None:
    """Let `who` try, and judge the answer by the table; what was done, or nothing where it was rightly refused."""
    row = step.row(start)
    act, before = step.act(row.state), picture(start)
    allowed, held = step.machine.allows(row, act), may(step, start, who)
    declared = {
        each for line in step.machine.transitions if line.act == act for each in (*line.also, "post.follow")
    }
    moves.clear()
    try:
        with transaction.atomic():
            step.do(start, who, at)
    except Denied:
        assert not held, f"{act}: refused to whoever holds it"
    except IllegalMove:
        assert held, f"{act}: the state was told to whoever may not ask"
        assert not allowed, f"{act}: refused from {row.state}, which the table allows"
    except Blocked as blocked:
        assert held
        assert allowed, f"{act}: conditions were judged before the state"
        assert codes(blocked) <= step.unmet, act  # noqa: PT017  any of three refusals may come, or none
    else:
        assert held, f"{act}: done by whoever does not hold it"
        assert allowed, f"{act}: done from {row.state}"
        assert moves[0] == (step.machine.name, act)
        beside = {f"{machine}.{name}" for machine, name in moves[1:]}
        assert beside <= declared, f"{act} does what its row does not declare"
        look_again(start)
        check(start, act)
        assert Entry.objects.count() > int(str(before[-1]))
        return step.machine.name, act
    look_again(start)
    assert picture(start) == before, f"{act} was refused and left something behind"
    return None


def check(start: Start, act: str) -> None:
    """Where things stand now: one clock for whoever is next, and the topic where its commitments are."""
    running, outcome = Clock.objects.running(), start.outcome
    waits = running.of(outcome.subject).count()
    assert waits == (1 if outcome.state in WAITING_OUTCOMES else 0), (act, outcome.state)
    made = start.commitment
    if made is None:
        return
    own = running.of(made.subject).exclude(rule__startswith="access.").count()
    looks = LookBack.objects.filter(commitment=made, done_at=None).count()
    assert own == (1 if made.state in WAITS else looks), (act, made.state)
    assert (made.closed_at is not None) == (made.state == C.CLOSED)
    assert made.reopened_count <= 3
    assert topic_state(start) == rules.standing([made.state], [made.closing]), (act, made.state)
    if made.state == C.ASKING:
        assert made.invitations.filter(round=made.reopened_count).exists()


def days_go_by(start: Start, at: datetime, moves: list[tuple[str, str]]) -> None:
    """The worker looks after weeks: only what stands against time may happen."""
    ours = [start.outcome.subject, *([start.made.subject] if start.commitment else [])]
    others = Clock.objects.running()
    for subject in ours:
        others = others.exclude(subject_kind=subject.kind, subject_no=subject.no)
    others.update(stopped_at=at)
    moves.clear()
    with clock.at(at):
        tick(at)
        while react(at):
            pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))
    look_again(start)
    assert set(moves) <= {("commitment", "ask_by_telephone"), ("message", "take"), ("message", "send")} | {
        move for move in moves if move[0] == "message"
    }
    if start.commitment is not None:
        check(start, TIME)


def ways_to(everything: list[Start]) -> dict[str, list[tuple[str, list[Start]]]]:
    """Each act of the tables that somebody can begin with, the steps that are it, and where they are possible."""
    found: dict[str, dict[str, list[Start]]] = defaultdict(lambda: defaultdict(list))
    for start in everything:
        for name, step in STEPS.items():
            if is_open(step, start):
                act = step.act(step.row(start).state)
                leads_to_end = act == "file" and is_proposal(start.outcome)
                if act != "do_ourselves" or not start.outcome.is_embargoed:
                    found["end_outcome" if leads_to_end else act][name].append(start)
        if start.commitment is not None and start.made.state == C.ASKING:
            found[TIME][TIME].append(start)
    return {act: list(steps.items()) for act, steps in found.items()}


def test_lives_keep_their_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(NOW):
        everything = starts(NOW)
        while react(NOW):
            pass
    happened: Counter[tuple[str, str]] = Counter()
    refused: Counter[str] = Counter()
    lived = 0

    def live(data: st.DataObject, aim: list[tuple[str, list[Start]]]) -> None:
        nonlocal lived
        done: set[tuple[str, str]] = set()
        with transaction.atomic(), watched(monkeypatch) as moves:
            name, fitting = data.draw(st.sampled_from(aim))
            chosen = data.draw(st.sampled_from(fitting))
            start = Start(chosen.case, chosen.people, chosen.outcome, chosen.commitment)
            look_again(start)
            now = NOW
            for turn in range(data.draw(st.integers(1, 5))):
                now += timedelta(hours=data.draw(st.integers(0, 60)))
                open_now = [name for name, step in STEPS.items() if is_open(step, start)]
                if turn and data.draw(st.integers(0, 3)) and open_now:
                    name = data.draw(st.sampled_from(open_now))
                elif turn:
                    name = data.draw(st.sampled_from([*STEPS, TIME]))
                if name == TIME:
                    now += timedelta(days=data.draw(st.integers(25, 60)))
                    days_go_by(start, now, moves)
                    done |= {move for move in moves if move[0] in {"outcome", "commitment"}}
                    continue
                step = STEPS[name]
                if step.machine is COMMITMENT and start.commitment is None:
                    continue
                everybody = people_of(start)
                fit = [who for who in everybody if may(step, start, who)]
                is_bold = turn and data.draw(st.integers(0, 3)) == 0
                who = data.draw(st.sampled_from(everybody if is_bold or not fit else fit))
                with clock.at(now):
                    was_done = attempt(start, step, who, now, moves)
                if was_done is None:
                    refused[name] += 1
                done |= (
                    {move for move in moves if move[0] in {"outcome", "commitment"}} if was_done else set()
                )
            transaction.set_rollback(True)
        lived += 1
        happened.update(done)

    for act, aim in ways_to(everything).items():
        many = settings(LIVES, max_examples=MORE if act in RARE else FEW)
        many(given(data=st.data(), aim=st.just(aim))(live))()
    assert lived >= 300
    every = {(machine.name, act) for machine in (OUTCOME, COMMITMENT) for act in machine.acts()}
    rare = {move: happened[move] for move in every if happened[move] * 100 < LEAST_PERCENT * lived}
    assert rare == {}, f"of {lived} lives"
    assert sum(refused.values()) > lived / 10, "what is not allowed is tried as well"


def test_from_every_state_somebody_leads_on_to_an_end() -> None:
    """By trying, not by reading the table: who may, does; where nobody has to, time does."""
    with clock.at(NOW):
        everything = starts(NOW)
    leads: dict[str, set[str]] = defaultdict(set)
    for start in everything:
        before = _where(start)
        for step in STEPS.values():
            fit = [who for who in people_of(start) if is_open(step, start) and may(step, start, who)]
            for who in fit:
                tried = Start(start.case, start.people, start.outcome, start.commitment)
                with transaction.atomic(), clock.at(NOW):
                    with suppress(Blocked):
                        step.do(tried, who, NOW)
                    look_again(tried)
                    leads[before].add(_where(tried))
                    transaction.set_rollback(True)
    finals = {str(state) for state in (A.NOT_ADOPTED, A.ENDED, C.CLOSED)}
    standing = {_where(start) for start in everything}
    assert standing >= {str(state) for state in C} | WAITING_OUTCOMES
    stuck = {state for state in standing - finals if not leads[state] - {state}}
    assert stuck == set()
    reached = set(finals)
    while more := {state for state in standing - reached if leads[state] & reached}:
        reached |= more
    assert standing - reached == set(), "these lead on, but never to an end"


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

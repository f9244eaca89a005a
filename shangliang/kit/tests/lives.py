"""Random lives: every act of an app's tables, by whoever comes along, from every state.

What is the same for every app stands here: how a try is judged by the table, how lives begin and go on, that every
row of a table is come by often enough, and that from wherever a thing stands something leads on to an end. An app
says the rest in its `World`; see `outcomes/tests/test_machines.py`. Lives that fail are shrunk by Hypothesis.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove, Machine, Transition

L = TypeVar("L")  # one matter as far as it has come
TIME = "time goes by"
LIVES, LEAST_PERCENT = 300, 3
LONGEST = 5  # acts of one life after that with which it begins
RULES = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Move:
    """A machine has moved, by that row of its table."""

    machine: str
    act: str
    line: int

    @property
    def name(self) -> str:
        return f"{self.machine}.{self.act}"


Moves = list[Move]


@dataclass(frozen=True)
class Step(Generic[L]):
    """Something that somebody can try: on which thing of a life, which act of its table that is, and how it is done."""

    machine: Machine[Any]
    row: Callable[[L], Any]  # None: there is nothing yet to try it on
    act: Callable[[Any], str]  # told the row as it stands
    do: Callable[[L, Any, datetime], object]
    unmet: frozenset[str] = frozenset()  # conditions of its own that may stand against it
    # Whether it is over for that person, whatever the table says: signed already, their link outdated.
    is_over: Callable[[L, Any], bool] = field(default=lambda life, who: False)

    def is_open(self, life: L) -> bool:
        """Whether the table allows it now, whoever comes."""
        row = self.row(life)
        return row is not None and self.machine.allows(row, self.act(row))


def _as_its_name(step: Step[L], act: str, life: L) -> str:
    return act


@dataclass(frozen=True)
class World(Generic[L]):
    """What the lives of one app are made of."""

    machines: tuple[Machine[Any], ...]
    steps: Mapping[str, Step[L]]
    people: Callable[[L], Sequence[Any]]  # everybody who may come along, strangers too
    may: Callable[[Step[L], L, Any, datetime], bool]  # whether the table's permission is theirs
    again: Callable[[L], L]  # the same matter, its rows fetched anew
    picture: Callable[[L], object]  # all that a refusal leaves as it was: states, clocks, the ledger
    check: Callable[[L, str], None]  # what has to be so after any act
    written: Callable[[], int]  # rows of the ledger
    denied: type[Exception]
    beside: frozenset[str] = frozenset()  # what any act may do to other machines: "post.follow"
    # What a life that begins with this step is to come by, where that is not the step's own act; "" for nothing.
    leads_to: Callable[[Step[L], str, L], str] = _as_its_name
    days_go_by: Callable[[L, datetime, Moves], L] | None = None
    is_waiting: Callable[[L], bool] = field(default=lambda life: False)  # whether time alone leads on
    # Takes back what was just done to that row, for tables that let it; and all that is then as it was before.
    take_back: Callable[[Any, Any, datetime], None] | None = None
    inside: Callable[[L], object] | None = None

    def fit(self, step: Step[L], life: L, at: datetime) -> list[Any]:
        """Whoever may do it and has not yet."""
        return [
            who for who in self.people(life) if self.may(step, life, who, at) and not step.is_over(life, who)
        ]


@contextmanager
def watched() -> Iterator[Moves]:
    """Every move that any machine makes, in order."""
    moves: Moves = []
    go, go_many = Machine.go, Machine.go_many

    def see(machine: Machine[Any], row: Transition[Any]) -> None:
        moves.append(Move(machine.name, row.act, machine.transitions.index(row)))

    def watch(machine: Machine[Any], row: Any, act: str) -> Transition[Any]:
        found = go(machine, row, act)
        see(machine, found)
        return found

    def watch_many(machine: Machine[Any], rows: Any, act: str, **columns: object) -> int:
        moved = go_many(machine, rows, act, **columns)
        if moved:
            see(machine, next(each for each in machine.transitions if each.act == act))
        return moved

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "go", watch)
        patch.setattr(Machine, "go_many", watch_many)
        yield moves


def declared(world: World[L], line: Transition[Any]) -> set[str]:
    """What a row of a table may do to other machines, with what follows from that."""
    rows = {f"{machine.name}.{row.act}": row for machine in world.machines for row in machine.transitions}
    found: set[str] = set()
    rest = set(line.also)
    while rest:
        found |= rest
        rest = {each for name in rest if name in rows for each in rows[name].also} - found
    return found


def attempt(
    world: World[L], life: L, step: Step[L], who: Any, at: datetime, moves: Moves
) -> tuple[L, list[Move]]:
    """Let `who` try, and judge the answer by the table: the life afterwards, and the moves; none after a refusal."""
    row = step.row(life)
    act, state = step.act(row), step.machine.state_of(row)
    allowed = step.machine.allows(row, act) and not step.is_over(life, who)
    held = world.may(step, life, who, at)
    line = step.machine.find(row, act) if allowed else None
    before, written = world.picture(life), world.written()
    inside = world.inside(life) if world.inside else None
    moves.clear()
    try:
        with transaction.atomic():
            step.do(life, who, at)
    except world.denied:
        assert not held, f"{act}: refused to whoever holds it"
    except IllegalMove:
        assert held, f"{act}: the state was told to whoever may not ask"
        assert not allowed, f"{act}: refused from {state}, which the table allows"
    except Blocked as blocked:
        found = {item.code for item in blocked.unmet}
        assert held, f"{act}: conditions were told to whoever may not ask"
        assert allowed, f"{act}: conditions were judged before the state"
        assert found <= step.unmet, f"{act}: {found}"
    else:
        assert held, f"{act}: done by whoever does not hold it"
        assert line is not None, f"{act}: done from {state}"
        assert moves[0].name == f"{step.machine.name}.{act}"
        more = {move.name for move in moves[1:]} - world.beside - declared(world, line)
        assert more == set(), f"{act} does what its row does not declare"
        life = world.again(life)
        world.check(life, act)
        assert world.written() > written or not line.event, f"{act} leaves no trace in the ledger"
        made = list(moves)
        is_alone = all(move.machine == step.machine.name for move in moves)
        if line.undo and is_alone and world.take_back and world.inside:
            _taken_back(world, life, step, who, at, inside)
        return life, made
    life = world.again(life)
    assert world.picture(life) == before, f"{act} was refused and left something behind"
    return life, []


def _taken_back(world: World[L], life: L, step: Step[L], who: Any, at: datetime, inside: object) -> None:
    """What was done is taken back whole, by nobody else; the life goes on as if it had not been."""
    assert world.take_back is not None  # noqa: S101  asked by whoever calls
    assert world.inside is not None  # noqa: S101
    with transaction.atomic():
        world.take_back(step.row(life), who, at)
        again = world.again(life)
        assert world.inside(again) == inside, "not all of it was taken back"
        world.check(again, "take back")
        transaction.set_rollback(True)


@dataclass
class Tally:
    """What happened in so many lives."""

    lived: int = 0
    happened: Counter[Move] = field(default_factory=Counter)
    refused: int = 0

    def rare(self, machines: Iterable[Machine[Any]], least_percent: int = LEAST_PERCENT) -> dict[str, int]:
        """Rows of the tables that were come by in too few lives, with how many those were."""
        found = {}
        for machine in machines:
            for number, row in enumerate(machine.transitions):
                count = self.happened[Move(machine.name, row.act, number)]
                if count * 100 < least_percent * self.lived:
                    found[f"{machine.name}.{row.act} {number}"] = count
        return found


def is_done(world: World[L], step: Step[L], life: L, who: Any, at: datetime) -> L | None:
    """The life after `who` has done it, or None where a condition stands against it; the caller rolls back."""
    try:
        with transaction.atomic():
            step.do(world.again(life), who, at)
    except Blocked:
        return None
    return world.again(life)


def can_begin(world: World[L], step: Step[L], life: L, at: datetime) -> bool:
    """Whether the table allows it, somebody may, and nothing stands against it: by trying."""
    fit = world.fit(step, life, at) if step.is_open(life) else []
    if not fit or not step.unmet:
        return bool(fit)
    with transaction.atomic():
        found = is_done(world, step, life, fit[0], at)
        transaction.set_rollback(True)
    return found is not None


def begins(world: World[L], starts: Sequence[L], at: datetime) -> dict[str, list[tuple[str, list[L]]]]:
    """What somebody can begin with: for each act of the tables the steps that lead there, and from where."""
    found: dict[str, dict[str, list[L]]] = defaultdict(lambda: defaultdict(list))
    for life in starts:
        for name, step in world.steps.items():
            if not can_begin(world, step, life, at):
                continue
            act = step.act(step.row(life))
            aim = world.leads_to(step, f"{step.machine.name}.{act}", life)
            if aim:
                found[aim][name].append(life)
        if world.days_go_by is not None and world.is_waiting(life):
            found[TIME][TIME].append(life)
    return {aim: list(steps.items()) for aim, steps in found.items()}


def live_all(
    world: World[L],
    starts: Sequence[L],
    at: datetime,
    *,
    few: int,
    more: int = 0,
    rare: Iterable[str] = (),
    least_percent: int = LEAST_PERCENT,
) -> Tally:
    """So many lives begin with each act of the tables, `few` or, where lives seldom come by it, `more`.

    On PostgreSQL a fifth of them: what differs there is how rows are locked and kept, not what the tables say.
    Holds the house to it that at least LIVES were lived, each row of each table in `least_percent` of them; the share
    is asked where all are lived, as a few show it by luck only.
    """
    tally, share = Tally(), 5 if connection.vendor == "postgresql" else 1

    def live(data: st.DataObject, begin: list[tuple[str, list[L]]]) -> None:
        done: set[Move] = set()
        with transaction.atomic(), watched() as moves:
            _live(world, data, begin, at, moves, done, tally)
            transaction.set_rollback(True)
        tally.lived += 1
        tally.happened.update(done)

    with clock.at(at):
        aims = begins(world, starts, at)
    for aim, begin in aims.items():
        many = settings(RULES, max_examples=-(-(more if aim in set(rare) else few) // share))
        many(given(data=st.data(), begin=st.just(begin))(live))()
    rare_rows = tally.rare(world.machines, least_percent)
    assert tally.lived >= LIVES // share, f"only {tally.lived} lives"
    assert share > 1 or rare_rows == {}, f"too seldom in {tally.lived} lives: {rare_rows}"
    assert tally.refused > tally.lived / 10, "what is not allowed is tried as well"
    return tally


def _live(
    world: World[L],
    data: st.DataObject,
    begin: list[tuple[str, list[L]]],
    now: datetime,
    moves: Moves,
    done: set[Move],
    tally: Tally,
) -> None:
    name, fitting = data.draw(st.sampled_from(begin))
    life = world.again(data.draw(st.sampled_from(fitting)))
    for turn in range(data.draw(st.integers(1, LONGEST))):
        now += timedelta(hours=data.draw(st.integers(0, 60)))
        if turn:
            with clock.at(now):
                names = _next(world, life, is_wild=data.draw(st.integers(0, 3)) == 0)
            name = data.draw(st.sampled_from(names))
        if name == TIME and world.days_go_by is not None:
            now += timedelta(days=data.draw(st.integers(25, 60)))
            moves.clear()
            with clock.at(now):
                life = world.days_go_by(life, now, moves)
            done.update(moves)
            continue
        step = world.steps[name]
        with clock.at(now):
            if step.row(life) is None:
                continue
            everybody, fit = world.people(life), world.fit(step, life, now)
            is_bold = turn and data.draw(st.integers(0, 3)) == 0
            who = data.draw(st.sampled_from(everybody if is_bold or not fit else fit))
            life, made = attempt(world, life, step, who, now, moves)
        done.update(made)
        tally.refused += not made


def _next(world: World[L], life: L, *, is_wild: bool) -> list[str]:
    """What may be tried now: mostly what the table allows, so that long ways are met, sometimes anything."""
    fitting = [name for name, step in world.steps.items() if step.is_open(life)]
    if fitting and not is_wild:
        return fitting
    return [*world.steps, *([TIME] if world.days_go_by else [])]


def leads(
    world: World[L], starts: Sequence[L], where: Callable[[L], str], at: datetime
) -> dict[str, set[str]]:
    """From where to where somebody leads, each step by the first who can: by trying, not by reading the table."""
    found: dict[str, set[str]] = defaultdict(set)
    with clock.at(at):
        for start in starts:
            for step in world.steps.values():
                for who in world.fit(step, start, at) if step.is_open(start) else []:
                    with transaction.atomic():
                        after = is_done(world, step, start, who, at)
                        if after is not None:
                            found[where(start)].add(where(after))
                        transaction.set_rollback(True)
                    if after is not None:
                        break
    return found


def ways(
    world: World[L], starts: Sequence[L], where: Callable[[L], str], at: datetime
) -> dict[str, set[str]]:
    """The same from everywhere that is come by on the way, by the first who may.

    For things whose standing is more than the state of one row: `where` says all of it that matters.
    """
    found: dict[str, set[str]] = {}

    def visit(life: L) -> None:
        here = where(life)
        if here in found:
            return
        found[here] = set()
        for step in world.steps.values():
            for who in (world.fit(step, life, at) if step.is_open(life) else [])[:1]:
                with transaction.atomic():
                    after = is_done(world, step, life, who, at)
                    if after is not None:
                        found[here].add(where(after))
                        visit(after)
                    transaction.set_rollback(True)

    with clock.at(at):
        for start in starts:
            visit(world.again(start))
    return found


def dead_ends(found: Mapping[str, set[str]], standing: Iterable[str], finals: Iterable[str]) -> set[str]:
    """Where nobody leads on, or where all that leads on never comes to an end."""
    ends = set(finals)
    reached, open_ones = set(ends), set(standing) - ends
    while more := {state for state in open_ones - reached if found.get(state, set()) & reached}:
        reached |= more
    return open_ones - reached

"""State machines as tables: which act leads from where to where, what it needs, and what it is called afterwards.

A table is the truth about an act. Actions, desk pages, tests and `docs/reference/states.md` all ask it;
`Machine.go` is the only place where a state is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

S = TypeVar("S", bound=StrEnum)


class IllegalMove(Exception):
    """An act that the state does not allow."""

    def __init__(self, machine: str, act: str, state: str) -> None:
        super().__init__(f"{machine}: {act} is not possible from {state}")
        self.machine, self.act, self.state = machine, act, state


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One row: `act` (the name of the action) leads from any of `sources` to `target` and leaves `event`."""

    act: str
    sources: tuple[S, ...]
    target: S | None  # None: the thing stays where it is
    event: str
    by: str = ""  # the permission that it needs; empty for the system itself, a link, the holder of a slip
    when: Callable[[Any], bool] | None = (
        None  # what the row itself must be like; its docstring says it in words
    )
    also: tuple[str, ...] = ()  # what it may do to other machines: "topic.conclude"
    # Whoever pressed can take it back for a while: all that it does stays inside. Where it has moved another thing
    # too (`also`), it stands.
    undo: bool = False

    def allows(self, row: Any, state: str) -> bool:
        """Whether it is possible for `row`, which stands in `state`."""
        return state in self.sources and (self.when is None or self.when(row))


@dataclass(frozen=True)
class Machine(Generic[S]):
    """All moves of one kind of thing. Of the rows of one act, the first that fits counts."""

    name: str
    initial: S
    transitions: tuple[Transition[S], ...]
    finals: tuple[S, ...] = ()
    field: str = "state"  # the attribute of a row that holds the state

    def state_of(self, row: Any) -> str:
        """Where `row` stands."""
        return str(getattr(row, self.field))

    def find(self, row: Any, act: str) -> Transition[S]:
        """What `act` would do to `row`; raises IllegalMove."""
        state = self.state_of(row)
        for transition in self.transitions:
            if transition.act == act and transition.allows(row, state):
                return transition
        raise IllegalMove(self.name, act, state)

    def go(self, row: Any, act: str) -> Transition[S]:
        """Do it: writes the state of `row` in memory and returns what was done; raises IllegalMove."""
        transition = self.find(row, act)
        if transition.target is not None:
            setattr(row, self.field, transition.target.value)
        return transition

    def can_go_back(self, act: str) -> bool:
        """Whether `act` can be taken back: every row of it says so and is pressed by somebody."""
        rows = [each for each in self.transitions if each.act == act]
        return bool(rows) and all(each.undo and each.by for each in rows)

    def go_back(self, row: Any, act: str, was: str) -> None:
        """Take `act` back: writes the state where `row` stood before it; raises IllegalMove."""
        state = self.state_of(row)
        for each in self.transitions:
            here = str(each.target) if each.target is not None else was
            leads_here = state == here or state in self._further(each)
            if each.act == act and was in each.sources and leads_here and self.can_go_back(act):
                setattr(row, self.field, was)
                return
        raise IllegalMove(self.name, f"take back {act}", state)

    def _further(self, move: Transition[S]) -> set[str]:
        """Where the row itself may stand once `move` has led to another of its own acts: "outcome.countersign"."""
        acts = {name.partition(".")[2] for name in move.also if name.startswith(f"{self.name}.")}
        return {str(each.target) for each in self.transitions if each.act in acts and each.target is not None}

    def go_many(self, rows: Any, act: str, **columns: object) -> int:
        """Do it to every row of a query set that stands where `act` begins, in one write that asks again.

        Returns how many; a row that has moved meanwhile is left alone. The act leads to one state in the table.
        """
        (transition,) = (each for each in self.transitions if each.act == act)
        sources = [source.value for source in transition.sources]
        if transition.target is not None:
            columns[self.field] = transition.target.value
        return int(rows.filter(**{f"{self.field}__in": sources}).update(**columns))

    def allows(self, row: Any, act: str) -> bool:
        """Whether `act` is possible for `row` now."""
        state = self.state_of(row)
        return any(each.act == act and each.allows(row, state) for each in self.transitions)

    def leads_from(self, act: str, state: str) -> bool:
        """Whether `act` stands in the table for `state`, whatever the single row is like."""
        return any(each.act == act and state in each.sources for each in self.transitions)

    def needs(self, act: str) -> str:
        """The permission that `act` needs; the same in each of its rows. Raises KeyError for an unknown act."""
        for transition in self.transitions:
            if transition.act == act:
                return transition.by
        raise KeyError(f"{self.name} has no act {act}")

    def acts(self) -> list[str]:
        """Every act of the table, in its order."""
        return list(dict.fromkeys(each.act for each in self.transitions))

    def states(self) -> list[S]:
        """Every state that the table names, in order of first mention."""
        return list(dict.fromkeys(self._mentioned()))

    def _mentioned(self) -> Iterable[S]:
        yield self.initial
        for each in self.transitions:
            yield from each.sources
            if each.target is not None:
                yield each.target
        yield from self.finals

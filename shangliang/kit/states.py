"""State machines as tables: which act leads from where to where, and what it is called afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

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
    target: S
    event: str
    by: str = ""  # the permission that it needs; empty for the system itself


@dataclass(frozen=True)
class Machine(Generic[S]):
    """All moves of one kind of thing. An act may stand in several rows as long as a state meets only one."""

    name: str
    initial: S
    transitions: tuple[Transition[S], ...]
    finals: tuple[S, ...] = ()

    def move(self, act: str, state: str) -> Transition[S]:
        """The row for `act` from `state`; raises IllegalMove."""
        for transition in self.transitions:
            if transition.act == act and state in transition.sources:
                return transition
        raise IllegalMove(self.name, act, state)

    def allows(self, act: str, state: str) -> bool:
        """Whether `act` is possible from `state`."""
        return any(row.act == act and state in row.sources for row in self.transitions)

    def acts(self, state: str) -> list[str]:
        """What may be done from `state`, in the order of the table."""
        return list(dict.fromkeys(row.act for row in self.transitions if state in row.sources))

    def states(self) -> list[S]:
        """Every state that the table names, in order of first mention."""
        return list(dict.fromkeys(self._mentioned()))

    def _mentioned(self) -> Iterable[S]:
        yield self.initial
        for row in self.transitions:
            yield from row.sources
            yield row.target
        yield from self.finals

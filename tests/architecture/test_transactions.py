"""What an act writes, it writes in one transaction: its row, clocks, ledger and event, or nothing at all.

Read from the code, since no test notices by what is left behind: a test runs in a transaction of its own, in which a
forgotten `@transaction.atomic` looks like one that is there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, modules, tree

Function = tuple[str, str]  # module, name
# Whoever gets to one of these writes what stands in history, or moves a thing.
WRITES: set[Function] = {
    ("shangliang.access.transitions", "begin"),
    ("shangliang.events.actions", "emit"),
    ("shangliang.ledger.actions", "act"),
}
# The worker runs each reaction in a transaction that also writes that it is done.
RUN_IN_ONE = ".reactions"
# Its rows go into fresh databases, filled from start to end or thrown away.
FREE_FOLDERS = {"demo"}


@dataclass
class Part:
    """A function, or what a module does outside of any: the functions of the house that it names, unprotected."""

    is_atomic: bool = False
    names: dict[Function, int] = field(default_factory=dict)  # function -> line


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    return name.removesuffix(".__init__")


def is_atomic(node: ast.expr) -> bool:
    return ast.unparse(node).removesuffix("()") == "transaction.atomic"


def imported(module: ast.Module) -> dict[str, str]:
    """What a name stands for: `clocks` for `shangliang.clocks.actions`, `begin` for `shangliang….begin`."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def named(node: ast.AST, place: str, known: dict[str, str]) -> Iterator[tuple[Function, int]]:
    """Every function of the house that stands in `node`, called or handed on, but not inside a transaction."""
    if isinstance(node, ast.With) and any(is_atomic(item.context_expr) for item in node.items):
        return
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
        yield (known[node.value.id], node.attr), node.lineno
    elif isinstance(node, ast.Name):
        where, _dot, name = known.get(node.id, f"{place}.{node.id}").rpartition(".")
        yield (where, name), node.lineno
    for child in ast.iter_child_nodes(node):
        yield from named(child, place, known)


@cache
def parts() -> dict[Function, Part]:
    """Every function of the house; under the name "" what a module does when it loads."""
    found: dict[Function, Part] = {}
    for path in modules():
        if path.relative_to(PACKAGE).parts[0] in FREE_FOLDERS:
            continue
        module, place = tree(path), module_of(path)
        known = imported(module)
        outside = found[place, ""] = Part()
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                part = found[place, node.name] = Part(any(map(is_atomic, node.decorator_list)))
                part.names.update(dict(each for line in node.body for each in named(line, place, known)))
            else:
                outside.names.update(named(node, place, known))
    return found


def unprotected(found: dict[Function, Part]) -> set[Function]:
    """The functions that come to write without having begun a transaction: only for use inside of one."""
    reached = set(WRITES)
    while True:
        more = {
            function
            for function, part in found.items()
            if function[1] and not part.is_atomic and not reached.isdisjoint(part.names)
        } - reached
        if not more:
            return reached
        reached |= more


def faults(found: dict[Function, Part]) -> list[str]:
    """Where such a function is used by something that is no act itself: a page, a task, a table of acts."""
    steps = unprotected(found)
    return sorted(
        f"{place}:{line} {name or '(when it loads)'} uses {used[1]} outside of a transaction"
        for (place, name), part in found.items()
        if not part.is_atomic and not place.endswith(RUN_IN_ONE) and not is_step(place, name)
        for used, line in part.names.items()
        if used in steps
    )


def is_step(place: str, name: str) -> bool:
    """Whether it stands among the actions, where one may be a step of another."""
    return bool(name) and ".actions" in place


def test_every_act_is_one_transaction() -> None:
    assert faults(parts()) == []


def test_a_step_of_another_act_begins_no_transaction_of_its_own() -> None:
    """It would be a savepoint that nothing goes back to, and would look as if the step could stand alone."""
    found = parts()
    within = {function: replace(part, is_atomic=False) for function, part in found.items() if part.is_atomic}
    needless = [
        function
        for function, part in within.items()
        if function in unprotected(found | {function: part}) and not faults(found | {function: part})
    ]
    assert needless == []


@pytest.mark.parametrize(
    ("place", "name", "user"),
    [
        ("shangliang.topics.actions.adoption", "adopt", "shangliang.topics.things:"),  # a table of acts
        ("shangliang.topics.actions.slip", "give_supplement", "shangliang.web.views.slip:"),  # a page
        ("shangliang.sortition.actions.drawing", "give_up", "shangliang.sortition.tasks:"),  # the worker
    ],
)
def test_one_without_it_is_found(place: str, name: str, user: str) -> None:
    found = dict(parts())
    found[place, name] = replace(found[place, name], is_atomic=False)
    assert any(fault.startswith(user) and f" uses {name} " in fault for fault in faults(found))

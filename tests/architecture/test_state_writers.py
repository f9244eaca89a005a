"""A state is written by the transition table alone, and what came of a move is never thrown away."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from shangliang.access.things import house
from shangliang.kit.states import Machine
from tests.architecture.source import PACKAGE, shown

# The table itself, and the demo's past, which is written in bulk and compared with what the actions leave (ADR 19).
FREE = {"kit/states.py"}
FREE_FOLDERS = ("demo/",)


def machines() -> list[Machine[Any]]:
    """Every machine that an app lists."""
    return [
        machine
        for path in sorted(PACKAGE.glob("*/states.py"))
        for machine in getattr(import_module(f"shangliang.{path.parent.name}.states"), "MACHINES", ())
    ]


COLUMNS = {machine.field for machine in machines()}
# Rows that begin further on than where their machine begins, each with why.
BORN_LATER = {
    "opinions/actions/polls.py seed": "a statement of the clerk's own needs no look",
    "opinions/actions/voting.py add": "shown at once where the poll says so",
    "outcomes/actions/quick.py follow_answer": "what was answered within two days is an outcome with one commitment, replied to",
    "sortition/actions/volunteering.py _add": "who is on duty is out of the pool from the beginning",
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name in FREE or name.startswith(FREE_FOLDERS) or "/tests/" in name or "/migrations/" in name:
            continue
        yield path, ast.parse(path.read_text())


def written(node: ast.AST) -> Iterator[ast.AST]:
    """Assignments to a column of states, and updates of one."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    for target in targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        for part in parts:
            if isinstance(part, ast.Attribute) and part.attr in COLUMNS and not is_self(part.value):
                yield node
    is_update = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update"
    if is_update and any(word.arg in COLUMNS for word in getattr(node, "keywords", ())):
        yield node


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def test_only_the_table_writes_a_state() -> None:
    faults = [
        f"{shown(path, found.lineno)}"  # type: ignore[attr-defined]  # a statement or an expression
        for path, tree in sources()
        for node in ast.walk(tree)
        for found in written(node)
    ]
    assert faults == []


def born(code: ast.Module) -> Iterator[str]:
    """The functions that make a row and say where it stands."""
    for around in ast.walk(code):
        if not isinstance(around, ast.FunctionDef):
            continue
        for node in ast.walk(around):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            makes = called.endswith((".objects.create", ".get_or_create")) or re.fullmatch(
                r"[A-Z]\w+", called
            )
            if makes and any(word.arg in {"state", "release"} for word in getattr(node, "keywords", ())):
                yield around.name


def test_a_row_begins_where_its_machine_begins() -> None:
    """An action names no state of what it makes; those that must are listed with their reason."""
    found = {
        f"{path.relative_to(PACKAGE).as_posix()} {name}"
        for path, tree in sources()
        if path.stem == "actions" or path.parent.name == "actions"
        for name in born(tree)
    }
    assert found == set(BORN_LATER)


def test_every_column_of_states_is_watched() -> None:
    assert sorted(COLUMNS) == ["release", "state", "way"]


def test_no_move_is_made_without_looking_at_what_it_did() -> None:
    """`X.go(row, "act")` says which event it leaves; who throws that away records nothing, or something else."""
    faults = [
        f"{shown(path, node.lineno)}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in {"go", "find"}
        and isinstance(node.value.func.value, ast.Name)
        and node.value.func.value.id.isupper()
        and ", ".join(ast.unparse(each) for each in node.value.args[1:])
        not in {"'reword'", "'withdraw'", "'follow'"}  # they leave no event
    ]
    assert faults == []


def test_what_an_act_does_besides_is_an_act_of_some_machine() -> None:
    """ "topic.conclude" under `also`: the machine and one of its acts, or the reference page says what never happens."""
    known = {f"{machine.name}.{act}" for machine in machines() for act in machine.acts()}
    said = {(row.act, each) for machine in machines() for row in machine.transitions for each in row.also}
    assert len(said) > 20
    assert {(act, each) for act, each in said if each not in known} == set()


def test_where_nothing_leads_on_is_an_end_and_no_thing_begins_at_one() -> None:
    for machine in machines():
        leads_on = {
            source
            for row in machine.transitions
            for source in row.sources
            if row.target not in {None, source}
        }
        assert set(machine.states()) - leads_on <= set(machine.finals), machine.name
        assert machine.initial not in machine.finals, machine.name


def test_every_machine_stands_in_its_apps_list() -> None:
    """So that `docs/reference/states.md` shows it."""
    listed = machines()
    used = {thing.machine for thing in house().things if thing.machine is not None}
    used |= {act.machine for thing in house().things for act in thing.acts if act.machine is not None}
    assert [machine.name for machine in used if machine not in listed] == []
    assert len({machine.name for machine in listed}) == len(listed)

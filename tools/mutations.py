"""The small changes: those of mutmut, and five more that hurt a house of permissions, tables and acts.

mutmut's own runner leaves out what is decorated (each of our acts is, by `@transaction.atomic`) and what stands outside
a function (each of our tables does), so only its operators are used here.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

WORDS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext_lazy"}
# Without these a call would not even be the same call; without a cache it is only slower.
KEPT_DECORATORS = {"property", "staticmethod", "classmethod", "lru_cache", "cache"}
# Changes that only stop the module from loading tell nothing about the tests.
ONLY_IN_FUNCTIONS = {
    "operator_arg_removal",
    "operator_assignment",
    "operator_dict_arguments",
    "operator_lambda",
}


@dataclass(frozen=True)
class Mutant:
    """One change to one module."""

    path: str
    line: int
    end_line: int
    operator: str
    at_definition: bool  # outside a function: carried out once, when the module loads
    key: str
    source: Callable[[], str]  # the whole module with the change


Change = Callable[[Any], Iterable[cst.CSTNode]]  # a piece of code in, each way in which it can be changed out


@lru_cache(maxsize=1)
def enums(root: Path) -> dict[str, list[str]]:
    """Every enumeration of the house and its members, in their order."""
    found: dict[str, list[str]] = {}
    for path in root.glob("shangliang/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases
            ):
                names = [
                    target.id
                    for line in node.body
                    if isinstance(line, ast.Assign)
                    for target in line.targets
                    if isinstance(target, ast.Name)
                ]
                found[node.name] = names
    return found


def short_names(code: str) -> dict[str, str]:
    """`S, T = SubmissionState, TopicState`: what a module calls its enumerations."""
    found: dict[str, str] = {}
    for line in ast.parse(code).body:
        if isinstance(line, ast.Assign):
            target, value = line.targets[0], line.value
            left = target.elts if isinstance(target, ast.Tuple) else [target]
            right = value.elts if isinstance(value, ast.Tuple) else [value]
            found |= {
                one.id: other.id
                for one, other in zip(left, right, strict=False)
                if isinstance(one, ast.Name) and isinstance(other, ast.Name)
            }
    return found


# Five changes of our own.


def drop_call(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A step that is forgotten: a clock not stopped, a row not written."""
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
        yield cst.Pass()


def drop_element(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A row that is missing in a table: a permission, a transition, a state from which it may go."""
    if isinstance(node, cst.Tuple | cst.List | cst.Set | cst.Dict) and len(node.elements) > 1:
        for index in range(len(node.elements)):
            yield node.with_changes(elements=[*node.elements[:index], *node.elements[index + 1 :]])


def turn_condition(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The other way round."""
    if isinstance(node, cst.If | cst.While | cst.CompIf):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


def drop_decorator(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """An act without its transaction, a page that is not kept."""
    if isinstance(node, cst.FunctionDef):
        for index, decorator in enumerate(node.decorators):
            called = getattr(decorator.decorator, "func", decorator.decorator)
            if getattr(called, "value", "") not in KEPT_DECORATORS:
                yield node.with_changes(decorators=[*node.decorators[:index], *node.decorators[index + 1 :]])


def other_member(members: dict[str, list[str]]) -> Change:
    """The next permission, state or kind instead of this one."""

    def change(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
            names = members.get(node.value.value, [])
            if node.attr.value in names and len(names) > 1:
                other = names[(names.index(node.attr.value) + 1) % len(names)]
                yield node.with_changes(attr=cst.Name(other))

    return change


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """Every small change to one module, in the order of its lines."""
    code = (root / path).read_text()
    wrapper = MetadataWrapper(cst.parse_module(code))
    places = wrapper.resolve(PositionProvider)
    module, digest = wrapper.module, hashlib.sha256(code.encode()).hexdigest()
    members = enums(root)
    members = members | {short: members[name] for short, name in short_names(code).items() if name in members}
    own: list[Change] = [drop_call, drop_element, turn_condition, drop_decorator, other_member(members)]
    operators: list[tuple[type, Change]] = [(cst.CSTNode, change) for change in own]
    operators += mutation_operators
    count = 0
    for node, in_function in walk(module, in_function=False):
        if node not in places:
            continue
        place = places[node]
        for kind, operator in operators:
            name = operator.__name__
            if not isinstance(node, kind) or (not in_function and name in ONLY_IN_FUNCTIONS):
                continue
            for changed in operator(node):
                count += 1
                name = {"change": "other_member"}.get(name, name.removeprefix("operator_"))
                yield Mutant(
                    path=path,
                    line=place.start.line,
                    end_line=last_line(node, place.end.line, places),
                    operator=name,
                    at_definition=not in_function,
                    key=f"{path}:{place.start.line}:{place.start.column}:{name}:{count}:{digest[:12]}",
                    source=replacing(module, node, changed),
                )


def replacing(module: cst.Module, node: cst.CSTNode, changed: cst.CSTNode) -> Callable[[], str]:
    def source() -> str:
        return str(cst.ensure_type(module.deep_replace(node, changed), cst.Module).code)

    return source


def last_line(node: cst.CSTNode, end: int, places: Mapping[cst.CSTNode, CodeRange]) -> int:
    """Where a change ends: of an `if` it is the condition, of a function its head, never all that stands below."""
    if isinstance(node, cst.If | cst.While):
        return int(places[node.test].end.line)
    if isinstance(node, cst.FunctionDef):
        return int(places[node.body].start.line)
    return end


def walk(node: cst.CSTNode, *, in_function: bool) -> Iterator[tuple[cst.CSTNode, bool]]:
    """Every node that may be changed, and whether it stands in a function."""
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
        return
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in WORDS:
        return  # the catalogues hold the words
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString):
        return  # a docstring
    if isinstance(node, cst.FunctionDef) and node.name.value == "__str__":
        return  # for the console and the logs
    yield node, in_function
    inside = in_function or isinstance(node, cst.FunctionDef | cst.Lambda)
    for child in node.children:
        at_head = isinstance(node, cst.FunctionDef) and child is not node.body
        yield from walk(child, in_function=in_function if at_head else inside)

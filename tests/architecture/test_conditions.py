"""Every condition that an action can name has its words, with the numbers that they ask for; every kind is handed in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from shangliang.access.things import house
from tests.architecture.source import PACKAGE, modules, shown, tree

ASKED = re.compile(r"%\((\w+)\)")


def calls(code: ast.Module, name: str) -> Iterator[ast.Call]:
    """Calls of a function or method of that name whose first argument is a text."""
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                yield node


def conditions(app: str) -> dict[str, set[str] | None]:
    """The codes that an app's code names, each with the parameters that always come along; None: not to be read here."""
    found: dict[str, set[str] | None] = {}
    for path in modules():
        if path.relative_to(PACKAGE).parts[0] != app:
            continue
        for call in calls(tree(path), "Unmet"):
            given = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "params")]
            literal = [each for each in given if isinstance(each, ast.Dict)]
            known = {str(getattr(key, "value", "")) for each in literal for key in each.keys}
            code = str(call.args[0].value)  # type: ignore[attr-defined]  # a constant: see `calls`
            before = found.get(code, known)
            found[code] = None if len(literal) < len(given) or before is None else before & known
    return found


APPS = sorted(
    {
        path.relative_to(PACKAGE).parts[0]
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] != "kit" and any(calls(tree(path), "Unmet"))
    }
)


def texts(app: str) -> set[str]:
    """Every text in an app's code, its words aside; some conditions are chosen there before they are named."""
    return {
        node.value
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] == app and path.stem != "labels"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("app", APPS)
def test_every_condition_has_words_and_every_word_its_condition(app: str) -> None:
    words = set(import_module(f"shangliang.{app}.labels").UNMET)
    assert set(conditions(app)) - words == set()
    assert words - texts(app) == set()


@pytest.mark.parametrize("app", APPS)
def test_the_words_ask_for_nothing_that_is_not_told(app: str) -> None:
    words, told = import_module(f"shangliang.{app}.labels").UNMET, conditions(app)
    lacking = {
        code: asked - known
        for code, known in told.items()
        if known is not None and (asked := set(ASKED.findall(str(words[code])))) - known
    }
    assert lacking == {}


def test_every_kind_that_is_asked_for_is_handed_in() -> None:
    kinds = {thing.kind for thing in house().things}
    asked = [
        (f"{shown(path, call.lineno)}", call.args[0].value)  # type: ignore[attr-defined]  # a constant: see `calls`
        for path in modules()
        for call in calls(tree(path), "thing")
    ]
    assert len(asked) > 20
    assert [(where, kind) for where, kind in asked if kind not in kinds] == []

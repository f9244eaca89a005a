"""What the tests make of a variable that a template of ours uses and that is not there: an error.

Django draws nothing in its place, so that a misspelt name goes unnoticed for years. Two ways stay silent on purpose:
`{% if x %}`, `{% for … in x %}` and `{% firstof x … %}` ask whether the page was given an x at all, and a word that
a dict does not have may be one that it need not have. But `{% if thing.colour %}` is an error where things of ours
have no colour.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

from django.template.base import Node, Variable, VariableDoesNotExist

PACKAGE = "shangliang"
OURS = Path(__file__).resolve().parent.parent


class UndefinedVariable(Exception):
    """Says which template, which line, which variable."""


class Undefined(str):
    """For `string_if_invalid`: words that refuse to be drawn. Templates of the libraries go on as they are used to."""

    def __mod__(self, variable: object) -> str:
        return _missing(variable)

    def __str__(self) -> str:
        return _missing("a value")  # a row that does not exist, or a function that wants words


def watch() -> None:
    """From now on a name that a thing of ours does not have is an error also in `{% if %}` and its like."""
    resolve = Variable.resolve

    def watched(variable: Variable, context: Any) -> Any:
        try:
            return resolve(variable, context)
        except VariableDoesNotExist as error:
            thing = error.params[1] if len(error.params) > 1 else None
            if type(thing).__module__.partition(".")[0] == PACKAGE:
                _missing(variable)
            raise

    Variable.resolve = watched  # type: ignore[assignment]


def _missing(variable: object) -> str:
    """An error that names the piece of template being drawn, the nearest up the stack; nothing where it is a library's."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and hasattr(node, "origin"):
            name = str(node.origin.template_name)
            if Path(node.origin.name).is_relative_to(OURS):
                token = node.token
                where, words = (token.lineno, token.contents) if token else ("?", "")
                _refuse(f"{name}:{where}: there is no {variable} in {{{words}}}")
            return ""
    return ""


def _refuse(sentence: str) -> NoReturn:
    raise UndefinedVariable(sentence)

"""The rulebook: every number of the product with its source, by date and by place. Knows no Django and no database."""

from __future__ import annotations

from functools import lru_cache

from shangliang.rulebook.findings import BadBook, Finding
from shangliang.rulebook.loading import STANDARDS, load, own_folder
from shangliang.rulebook.lookup import Book, Chapter, Rules, UnknownRule, WrongKind
from shangliang.rulebook.parameters import Basis, Override, Parameter, Scope, Source
from shangliang.rulebook.units import Unit

__all__ = [
    "BadBook",
    "Basis",
    "Book",
    "Chapter",
    "Finding",
    "Override",
    "Parameter",
    "Rules",
    "Scope",
    "Source",
    "Unit",
    "UnknownRule",
    "WrongKind",
    "book",
]


@lru_cache(maxsize=1)
def book() -> Book:
    """The book of this deployment, read once in each process; `book.cache_clear()` reads it anew."""
    return load(STANDARDS, own_folder())

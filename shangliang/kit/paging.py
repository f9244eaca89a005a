"""Pages of a list without counting it: one row more than is shown tells whether there is a next one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
R = TypeVar("R")

PAGE = 20
FURTHEST = 1000  # pages; nobody turns so many, a crawler might


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of rows; the template's pager asks the rest."""

    rows: Sequence[R]
    number: int
    more: bool
    total: int | None = None  # how many rows there are on all pages, where that is known

    def has_previous(self) -> bool:
        return self.number > 1

    def has_next(self) -> bool:
        return self.more

    @property
    def last(self) -> int | None:
        """The number of the last page, where it is known."""
        return None if self.total is None else max(1, -(-self.total // PAGE))

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)


def read_number(raw: str | None) -> int:
    """The page in the address; anything else than a sensible number is the first one."""
    return min(int(raw), FURTHEST) if raw and raw.isascii() and raw.isdigit() and int(raw) > 0 else 1


def page_of(rows: QuerySet[M], raw: str | None, size: int = PAGE) -> Page[M]:
    """The page of `rows` that the address asks for; one statement."""
    number = read_number(raw)
    found = list(rows[(number - 1) * size : number * size + 1])
    return Page(found[:size], number, len(found) > size)

"""The index keeps up with the words by which the lists of the desk find their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from shangliang.access.things import house
from shangliang.desks.listing import Listing
from shangliang.kit.numbered import by_no
from shangliang.search import actions as search

AT_A_TIME = 500


def index_all() -> dict[str, int]:
    """Put in the words of every row of every list; returns how many by kind. Safe to run at any time."""
    return {listing.kind: _put(listing, listing.every()) for listing in _listings()}


def index_of(kind: str, no: str) -> None:
    """Put in the words of this thing anew, and of what is found by its words besides: the rows of a room, of a topic."""
    for listing in _listings():
        rows = listing.every()
        if kind == listing.kind:
            _put(listing, by_no(rows, no))
        elif any(column.startswith(f"{kind}__") for column in listing.words):
            owners = rows.model._meta.get_field(kind).related_model._base_manager.all()
            owner = by_no(owners, no) if kind in {each.kind for each in _listings()} else owners.filter(no=no)
            _put(listing, rows.filter(**{f"{kind}__in": owner.values("pk")}))


def _listings() -> list[Listing]:
    return [thing.listing for thing in house().things if thing.listing is not None]


def _put(listing: Listing, rows: QuerySet[Any]) -> int:
    texts, count = _texts(listing, rows), 0
    while batch := [each for each, _number in zip(texts, range(AT_A_TIME), strict=False)]:
        count += search.put_words(listing.kind, batch)
    return count


def _texts(listing: Listing, rows: QuerySet[Any]) -> Iterator[tuple[int, str]]:
    columns = rows.order_by("pk").values_list("pk", *listing.words)
    for key, *texts in columns.iterator(chunk_size=AT_A_TIME):
        yield key, " ".join(filter(None, texts))

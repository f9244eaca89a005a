"""The votes as a sparse matrix: one row a participant, one column a statement, the last vote of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

AGREE, PASS, DISAGREE = 1, 0, -1
SLICE = 1 << 18  # entries worked on at a time: temporaries stay in the cache and off the page-fault path


class BadVotes(ValueError):
    """A vote that is no vote; `row` is its place in the arrays that were given."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(f"row {row}: {why}")
        self.row, self.why = row, why


@dataclass(frozen=True)
class Named:
    """Ids as numbers into a list of names: millions of texts are neither copied nor sorted."""

    codes: NDArray[Any]
    names: NDArray[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.codes.shape

    def __getitem__(self, order: Any) -> Named:
        return Named(self.codes[order], self.names)

    def tolist(self) -> list[Any]:
        return list(self.names[self.codes].tolist())


@dataclass(frozen=True)
class Votes:
    """Rows are participants, columns statements with at least one vote; in each row the columns ascend."""

    participants: NDArray[Any]  # id of each row
    statements: NDArray[Any]  # id of each column
    starts: NDArray[Any]  # row i holds the entries starts[i]:starts[i + 1]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.participants), len(self.statements)

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def cast(self) -> Ints:
        """Votes of each participant, moderated statements too."""
        return np.diff(self.starts).astype(np.int64)

    def slices(self) -> list[slice]:
        """The entries in runs that fit the cache."""
        return [slice(at, at + SLICE) for at in range(0, len(self), SLICE)]

    def row_slices(self) -> list[tuple[slice, slice]]:
        """Runs of whole rows that fit the cache, each with its entries."""
        edges = np.searchsorted(self.starts, np.arange(0, len(self), SLICE), side="right") - 1
        edges = np.unique(np.append(edges, len(self.participants)))
        return [
            (slice(here, there), slice(int(self.starts[here]), int(self.starts[there])))
            for here, there in pairwise(edges.tolist())
        ]

    def matrix(self, values: Floats) -> csr_array:
        """A matrix with these values where votes were cast."""
        return csr_array((values, self.columns, self.starts), shape=self.shape)


def pack(
    participants: ArrayLike | Named,
    statements: ArrayLike | Named,
    votes: ArrayLike,
    times: ArrayLike | None = None,
    *,
    by_first_vote: bool = False,
) -> Votes:
    """Sort the log by time, keep the last vote of each cell, and order the rows by id or by first vote.

    >>> pack([7, 7, 3], [1, 1, 1], [1, -1, 0]).values.tolist()
    [0, -1]
    """
    who, what, how = ids_of(participants), ids_of(statements), checked(votes)
    if not (len(who.shape) == 1 and who.shape == what.shape == how.shape):
        raise ValueError("participants, statements and votes must be arrays of one length")
    if times is not None:
        when = np.asarray(times)
        if when.shape != who.shape:
            raise ValueError("times must be as long as votes")
        late = np.flatnonzero(np.isnan(when)) if when.dtype.kind == "f" else np.empty(0, np.int64)
        if len(late):
            raise BadVotes(int(late[0]), "its time is not a number")
        if (when[1:] < when[:-1]).any():
            order = np.argsort(when, kind="stable")
            who, what, how = who[order], what[order], how[order]
    people, rows = numbered(who, by_first_vote)
    columns_of, columns = numbered(what, False)
    starts, columns, values = cells(rows, columns, how, (len(people), len(columns_of)))
    return Votes(people, columns_of, starts, columns, values)


def ids_of(given: ArrayLike | Named) -> NDArray[Any] | Named:
    """The ids as they can be numbered."""
    return given if isinstance(given, Named) else plain_ids(given)


def plain_ids(given: ArrayLike) -> NDArray[Any]:
    """The ids as an array that sorts and can be saved: numbers stay numbers, anything else becomes text."""
    ids = np.asarray(given)
    return ids if ids.dtype.kind in "iufU" else ids.astype(str)


def checked(votes: ArrayLike) -> NDArray[np.int8]:
    """The votes as small integers; refuses what is not +1, 0 or -1."""
    how = np.asarray(votes)
    if how.dtype == np.int8:
        small = how
    elif how.dtype.kind in "iufb":
        whole = (
            np.clip(np.nan_to_num(how, nan=9, posinf=9, neginf=9), -9, 9) if how.dtype.kind == "f" else how
        )
        small = np.clip(whole, -9, 9).astype(np.int8)
        small[small != how] = 9  # 0.5 is no vote
    elif how.size == 0:
        return np.empty(0, np.int8)
    else:
        raise BadVotes(0, "votes must be numbers")
    if small.size and (small.min() < DISAGREE or small.max() > AGREE):
        wrong = int(np.flatnonzero((small < DISAGREE) | (small > AGREE))[0])
        raise BadVotes(wrong, f"a vote is +1, 0 or -1, not {how[wrong]}")
    return small


def numbered(ids: NDArray[Any] | Named, by_first: bool) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The distinct ids, ascending or in order of appearance, and for each given one its place among them."""
    if isinstance(ids, Named):
        distinct, places = numbered(ids.codes, by_first)
        named = ids.names[distinct]
        return (named, places) if by_first else reordered(named, places, np.argsort(named, kind="stable"))
    if ids.dtype.kind == "f":
        odd = np.flatnonzero(~np.isfinite(ids))
        if len(odd):
            raise BadVotes(int(odd[0]), "an id is not a number")
    if ids.size == 0:
        return ids, np.empty(0, np.int32)
    dense = ids.dtype.kind in "iu" and int(ids.min()) >= 0 and int(ids.max()) < 4 * len(ids) + 1024
    if dense:  # a table instead of a sort: fifty million ids in a second
        there = np.zeros(int(ids.max()) + 1, bool)
        there[ids] = True
        distinct = np.flatnonzero(there)
        if len(distinct) == len(there):
            places = ids.astype(np.int32, copy=False)
        else:
            table = np.zeros(len(there), np.int32)
            table[distinct] = np.arange(len(distinct), dtype=np.int32)
            places = table[ids]
    else:
        distinct, inverse = np.unique(ids, return_inverse=True)
        places = inverse.astype(np.int32)
    if not by_first:
        return distinct, places
    first = np.empty(len(distinct), np.int64)
    first[places[::-1]] = np.arange(len(places) - 1, -1, -1)  # of repeated places the last assignment stays
    return reordered(distinct, places, np.argsort(first))


def reordered(
    distinct: NDArray[Any], places: NDArray[np.int32], order: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The distinct ids in another order, and the places in it."""
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return distinct[order], rank[places]


def cells(
    rows: NDArray[np.int32], columns: NDArray[np.int32], values: NDArray[np.int8], shape: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int8]]:
    """Row starts, columns and values, sorted by row and column, of each cell the last value.

    Two counting sorts, both stable: no comparison sort of millions of votes, and what was voted last stays last.
    """
    log = coo_array((values, (rows, columns)), shape=shape)
    log.has_canonical_format = True  # or SciPy would add a cell's votes up
    table = log.tocsr().tocsc().tocsr()
    starts, where, how = table.indptr, table.indices, table.data
    again = where[1:] == where[:-1]
    if not again.any():
        return starts, where, how
    row_ends = starts[1:-1]
    again[row_ends[(row_ends > 0) & (row_ends < len(where))] - 1] = False
    kept = np.append(~again, True)
    lost = np.concatenate(([0], np.cumsum(again), [int(again.sum())]))
    return (starts - lost[starts]).astype(starts.dtype), where[kept], how[kept]

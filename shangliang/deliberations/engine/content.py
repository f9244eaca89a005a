"""What a record's paper says, as plain values; how it is set is the business of the layouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Item:
    """One measure: what, and one line of who, when, how one sees it."""

    what: str
    note: str


@dataclass(frozen=True)
class Signed:
    """One signature under the record; `name` empty: a line to sign on."""

    seat: str
    name: str
    how: str
    on: date | None


@dataclass(frozen=True)
class Stamp:
    """How the ledger stood when the paper was set: so many entries, the beginning of their root."""

    size: int
    root: str
    at: datetime


@dataclass(frozen=True)
class Paper:
    """A record. Residents are numbers here, never names: the file may be released."""

    organ: str  # who issues it: the room's name, or the office above
    number: str
    when: str
    place: str
    subject_line: str
    form: str
    present: tuple[tuple[str, str], ...]  # seat, names or a number
    said: str
    conclusion: str  # empty where the heading over the measures says it
    route: str
    items: tuple[Item, ...]
    dissent: str
    effect: str
    signatures: tuple[Signed, ...]
    signatory: str  # 签发人, for organs
    issued_on: date
    addenda: tuple[str, ...] = ()
    stamp: Stamp | None = None

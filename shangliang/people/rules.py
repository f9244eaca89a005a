"""Who may be what in a room. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shangliang.kit.guards import Unmet
from shangliang.people.states import Office

ONE_HOLDER = frozenset({Office.FIRST_CONVENER, Office.SECOND_CONVENER, Office.STAND_IN})


@dataclass(frozen=True)
class Candidate:
    """Somebody proposed for an office, and how the office stands."""

    office: Office
    name: str
    is_party_head: bool
    is_member: bool  # in term on the first day
    from_on: date | None
    until_on: date | None
    latest_end: date | None  # the longest term ends then
    holder_name: str  # who is in that office already; empty when nobody
    holds_other_convenership: bool
    holds_it: bool = False  # this very person, already


def missing_for_appointing(candidate: Candidate, *, is_double: bool) -> list[Unmet]:
    """What stands against it. In rooms with two conveners (群众 2022-11) eligibility is demanded, elsewhere advised."""
    unmet = []
    if not candidate.name.strip():
        unmet.append(Unmet("name_missing", mend="name"))
    if candidate.office == Office.FIRST_CONVENER and not candidate.is_party_head:
        unmet.append(Unmet("not_party_head", mend="is_party_head", advice=not is_double))
    if candidate.office == Office.SECOND_CONVENER and not candidate.is_member:
        unmet.append(Unmet("not_member", mend="person", advice=not is_double))
    if candidate.holds_other_convenership:
        unmet.append(Unmet("both_offices", mend="person"))
    if candidate.office in ONE_HOLDER and candidate.holder_name:
        unmet.append(Unmet("office_taken", {"name": candidate.holder_name}, mend="offices"))
    elif candidate.holds_it:
        unmet.append(Unmet("in_office_already", {"name": candidate.name}, mend="person"))
    return unmet + _term(candidate)


def _term(candidate: Candidate) -> list[Unmet]:
    if candidate.from_on is None:
        return [Unmet("from_missing", mend="from_on")]
    if candidate.until_on is None:
        return []
    if candidate.until_on < candidate.from_on:
        return [Unmet("term_backwards", mend="until_on")]
    if candidate.latest_end and candidate.until_on > candidate.latest_end:
        return [Unmet("term_too_long", {"day": candidate.latest_end.isoformat()}, mend="until_on")]
    return []

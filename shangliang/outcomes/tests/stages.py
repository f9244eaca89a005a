"""An outcome and its commitment as far as tests of what is left need them; their people, words and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from shangliang.kit.clock import ZONE
from shangliang.outcomes.actions import handling, rating
from shangliang.outcomes.actions.assigning import Order
from shangliang.outcomes.states import Level, Period, ReplyKind
from shangliang.outcomes.tests.factories import PATH, Matter
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # a Monday, ten in the morning in China
LATER = NOW + timedelta(days=1)
DUE, SPRING = date(2026, 12, 5), date(2027, 4, 1)
TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
OFFICE = f"town_office@{TOWN}"
HERE = "town_office@100001"  # as the ledger names it: acting on the desk of this room
GOOD = rating.Opinion(Level.SATISFIED, True, " 好 ")
BAD = rating.Opinion(Level.DISSATISFIED, False, " 不亮 ")
SOLVED = handling.Answer(ReplyKind.SOLVED, " 换好 ")


def order(case: Matter, *, by_unit: bool = True) -> Order:
    return Order("更换楼道灯", "每层灯都亮", case.unit if by_unit else None, (), Period.NORMAL, DUE)


def end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE)

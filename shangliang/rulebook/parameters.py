"""One rule, where it comes from, who may change it, and what somebody has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shangliang.rulebook.units import Unit

# Every app of the house may own rules; the order is that of the flow, and of the page.
APPS = (
    "places",
    "people",
    "topics",
    "feedback",
    "opinions",
    "sortition",
    "deliberations",
    "outcomes",
    "oversight",
    "stars",
    "training",
    "outreach",
    "reports",
    "clocks",
    "inbox",
    "access",
    "accounts",
    "web",
    "api",
    "search",
    "ledger",
    "events",
    "config",
)


class Basis(StrEnum):
    """Stated in a public document, or a default of ours that is never shown as an official rule."""

    SOURCED = "sourced"
    DEFAULT = "default"


class Scope(StrEnum):
    """The lowest tier that may set a value of its own; those above it may as well."""

    FIXED = "fixed"  # law, or a promise to residents: nobody, only a new book
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    TOWN = "town"
    ROOM = "room"


# Depth of an area path at each tier; a room's own value stands at its village's or community's path.
DEPTH: Mapping[Scope, int] = {
    Scope.FIXED: -1,
    Scope.PROVINCE: 1,
    Scope.CITY: 2,
    Scope.DISTRICT: 3,
    Scope.TOWN: 4,
    Scope.ROOM: 5,
}
TIER_NAMES: Mapping[Scope, tuple[str, str]] = {
    Scope.FIXED: ("不能改", "nobody"),
    Scope.PROVINCE: ("省", "province"),
    Scope.CITY: ("市", "city"),
    Scope.DISTRICT: ("县（市、区）", "district"),
    Scope.TOWN: ("镇（街道）", "town"),
    Scope.ROOM: ("村（社区）", "room"),
}


def may_change(scope: Scope, area_path: str) -> bool:
    """Whether the tier at which `area_path` ends may change a rule of this scope; "" is the whole deployment."""
    return area_path.count("/") <= DEPTH[scope]  # FIXED is -1: not even the deployment itself


def tiers(scope: Scope) -> tuple[Scope, ...]:
    """Every tier that may change a rule of this scope, from the top."""
    return tuple(tier for tier, depth in DEPTH.items() if 0 < depth <= DEPTH[scope])


def tier_name(area_path: str) -> tuple[str, str]:
    """The tier at which an area path ends, in Chinese and English."""
    by_depth = {depth: TIER_NAMES[tier] for tier, depth in DEPTH.items()}
    return by_depth.get(area_path.count("/"), ("更下一级", "a lower tier"))


@dataclass(frozen=True)
class Source:
    """A document or report that states a number."""

    no: str
    title: str
    document: str = ""  # number or date of the document, or the paper it stood in
    url: str = ""
    note: str = ""  # such as: seen in a reprint only


@dataclass(frozen=True)
class Dated:
    """What holds from a day on."""

    since: date
    value: Any


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    key: str
    title: str
    title_en: str
    kind: str
    is_optional: bool = False


@dataclass(frozen=True)
class Parameter:
    """One rule of the book."""

    id: str
    clause: str  # the short name under which it stands, with the article where one is known
    meaning: str
    meaning_en: str
    unit: Unit
    basis: Basis
    scope: Scope
    stage: str  # the app that applies it
    values: tuple[Dated, ...]
    sources: tuple[Source, ...] = ()  # of a default: what it leans on
    least: float | None = None
    most: float | None = None
    choices: tuple[Any, ...] = ()
    columns: tuple[Column, ...] = ()
    waiting: str = ""  # why no code uses it yet
    file: str = ""

    @property
    def app(self) -> str:
        return self.id.partition(".")[0]

    @property
    def is_sourced(self) -> bool:
        return self.basis is Basis.SOURCED


@dataclass(frozen=True)
class Override:
    """What an area (or the whole deployment, area path "") has set for itself, and by which document."""

    id: str
    area_path: str
    document: str  # 依据文号
    values: tuple[Dated, ...]
    until: date | None = None  # the last day on which it holds
    file: str = ""

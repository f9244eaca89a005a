"""The real places of Zhenjiang as they stand in the package, and what one calls them at the door."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shangliang.places.states import AreaLevel, Family

TAILS = ("社区居委会", "居委会", "村委会", "社区")
ZONES = ("开发区", "产业园", "园区", "资源区", "风景区")  # towns that are zones: their room is a park's


@dataclass(frozen=True, slots=True)
class Place:
    """One area. `path` is the codes from the province down, each followed by a slash."""

    code: str
    name: str
    level: AreaLevel
    parent_code: str
    path: str
    lat: float | None = None  # WGS-84
    lon: float | None = None
    is_point_approximate: bool = False

    @property
    def is_zone(self) -> bool:
        return self.level is AreaLevel.TOWN and self.name.endswith(ZONES)

    @property
    def is_rural(self) -> bool:
        """A village, or a town (镇) whose neighbours are mostly farmers."""
        return self.name.endswith("村委会") or (self.level is AreaLevel.TOWN and self.name.endswith("镇"))

    @property
    def stem(self) -> str:
        """桃园社区居委会 -> 桃园; 镇南村委会 -> 镇南; 高资街道 -> 高资."""
        if self.is_zone:
            return self.name
        for tail in (*TAILS, "街道", "镇", "市", "区"):
            if self.name.endswith(tail) and len(self.name) > len(tail) + 1:
                stem = self.name.removesuffix(tail)
                return stem.removesuffix("村") if tail == "村委会" and len(stem) > 2 else stem
        return self.name

    @property
    def said(self) -> str:
        """What people call it: 桃园社区, 镇南村, 陆村, 高资街道."""
        if self.level is not AreaLevel.VILLAGE:
            return self.name
        if self.is_rural:
            return self.stem if self.stem.endswith("村") else f"{self.stem}村"
        return f"{self.stem}社区"


def spread(code: str) -> tuple[float, float]:
    """A fixed offset of at most about 3 km for a place without a point of its own."""
    turn = int(code) * 2654435761 % 2**32
    return (turn % 1000 / 1000 - 0.5) * 0.05, (turn // 1000 % 1000 / 1000 - 0.5) * 0.06


# 321171 has no boundary of its own and 24 towns no point: they stand around these (approximate, WGS-84).
CENTRES = {
    "32": (32.06, 118.76),
    "3211": (32.19, 119.43),
    "321102": (32.20, 119.47),
    "321111": (32.19, 119.41),
    "321112": (32.13, 119.43),
    "321171": (32.18, 119.66),
    "321181": (32.00, 119.58),
    "321182": (32.23, 119.81),
    "321183": (31.95, 119.16),
}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("shangliang.demo").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def places() -> tuple[Place, ...]:
    """All 838, parents before children."""
    points = {
        row["town_code"]: (float(row["lat"]), float(row["lon"]))
        for row in _rows("town_points.csv")
        if row["candidates"] == "1"
    }
    found: dict[str, Place] = {}
    for row in _rows("divisions.csv"):
        code, parent = row["code"], found.get(row["parent_code"])
        exact = points.get(code)
        lat, lon = exact or CENTRES.get(code) or _around(code, parent)
        found[code] = Place(
            code=code,
            name=row["name"],
            level=AreaLevel(row["level"]),
            parent_code=row["parent_code"],
            path=f"{parent.path if parent else ''}{code}/",
            lat=round(lat, 5),
            lon=round(lon, 5),
            is_point_approximate=exact is None,
        )
    return tuple(found.values())


def _around(code: str, parent: Place | None) -> tuple[float, float]:
    if parent is None or parent.lat is None or parent.lon is None:
        raise ValueError(f"{code} stands before its parent")
    north, east = spread(code)
    return parent.lat + north, parent.lon + east


def by_code(among: Sequence[Place]) -> dict[str, Place]:
    """A code identifies a place, never a name: 26 village names stand more than once."""
    return {place.code: place for place in among}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a matter arises: a room's surroundings. Every site has a town, since somebody has to be near."""

    family: Family
    name: str  # as people call it: 桃园社区, 上党村, 高资街道, 恒润木业
    tiers: tuple[Place, ...]  # from the province down to the town or village

    @property
    def village(self) -> Place | None:
        return self.tiers[-1] if self.tiers[-1].level is AreaLevel.VILLAGE else None

    @property
    def town(self) -> Place:
        return self.tiers[3]

    @property
    def county(self) -> Place:
        return self.tiers[2]

    @property
    def city(self) -> Place:
        return self.tiers[1]

    @property
    def is_rural(self) -> bool:
        return self.tiers[-1].is_rural

    @property
    def kind(self) -> str:
        """The kind of place that matters are suited to (`kinds` in the theme files)."""
        if self.family in (Family.VILLAGE, Family.COMMUNITY, Family.MOBILE):
            return "village" if self.is_rural else "community"
        return KINDS[self.family]


KINDS = {
    Family.TOWN: "town",
    Family.PARK: "town",
    Family.CENTRE: "town",
    Family.ALLIANCE: "town",
    Family.SECTOR: "sector",
    Family.ENTERPRISE: "enterprise",
}


def site(family: Family, place: Place, codes: Mapping[str, Place], name: str = "") -> Site:
    """The site of a room that stands in `place`, a town or a village."""
    tiers = [place]
    while tiers[0].parent_code in codes:
        tiers.insert(0, codes[tiers[0].parent_code])
    return Site(family, name or place.said, tuple(tiers))

"""Reading area paths: "32/3211/321102/321102001/321102001003/". Pure."""

from __future__ import annotations

from shangliang.places.states import AreaLevel

DEPTH = {
    AreaLevel.PROVINCE: 1,
    AreaLevel.CITY: 2,
    AreaLevel.COUNTY: 3,
    AreaLevel.TOWN: 4,
    AreaLevel.VILLAGE: 5,
}
LEVEL = {depth: level for level, depth in DEPTH.items()}


def codes(path: str) -> list[str]:
    """The codes of a path, from the province down."""
    return [code for code in path.split("/") if code]


def level_of(path: str) -> AreaLevel:
    """The tier at which a path ends."""
    return LEVEL[len(codes(path))]


def upto(path: str, level: AreaLevel) -> str:
    """The path cut off at `level`; the whole path when it ends above it."""
    return "".join(f"{code}/" for code in codes(path)[: DEPTH[level]])


def tier_above(path: str) -> str:
    """The path of the next tier up; a city is its own last resort."""
    found = codes(path)
    keep = max(len(found) - 1, DEPTH[AreaLevel.CITY])
    return "".join(f"{code}/" for code in found[:keep])


def ancestors(path: str) -> list[str]:
    """Every path on the way down, the path itself included."""
    found = codes(path)
    return ["".join(f"{code}/" for code in found[: end + 1]) for end in range(len(found))]

"""A small tree of places from the province to two villages, each tier with its room."""

from __future__ import annotations

from datetime import date

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.places.models import Area, Room
from shangliang.places.states import AreaLevel, Family

CITY = "32/3211/"
COUNTY = "32/3211/321102/"
NEXT_COUNTY = "32/3211/321111/"
TOWN = "32/3211/321102/321102001/"
VILLAGE = "32/3211/321102/321102001/321102001001/"
NEXT_VILLAGE = "32/3211/321102/321102001/321102001002/"
ROWS = (
    ("32/", "江苏省", AreaLevel.PROVINCE),
    (CITY, "镇江市", AreaLevel.CITY),
    (COUNTY, "京口区", AreaLevel.COUNTY),
    (NEXT_COUNTY, "润州区", AreaLevel.COUNTY),
    (TOWN, "正东路街道", AreaLevel.TOWN),
    (VILLAGE, "桃园社区", AreaLevel.VILLAGE),
    (NEXT_VILLAGE, "花山湾社区", AreaLevel.VILLAGE),
)


def tree() -> dict[str, Area]:
    """The areas by their paths."""
    made: dict[str, Area] = {}
    for path, name, level in ROWS:
        above, _, code = path.rstrip("/").rpartition("/")
        made[path] = Area.objects.create(
            code=code,
            name=name,
            level=level.value,
            parent=made.get(f"{above}/"),
            path=path,
            valid_from=date(2023, 6, 30),
        )
    return made


def make_room(no: str, area: Area, **more: str) -> Room:
    """A room of that area."""
    given = {"name": f"{area.name}协商议事室", "family": Family.COMMUNITY.value} | more
    return Room.objects.create(no=no, area=area, area_path=area.path, opened_on=date(2021, 6, 20), **given)


def staff(role: Role, **place: str) -> Actor:
    """Somebody in one role at one place."""
    return Actor(ActorKind.STAFF, key=f"account:{role.value}", account_id=1, grants=(Grant(role, **place),))

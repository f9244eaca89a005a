"""Who acts on an outcome or commitment: holders of its clocks and the offices that the ledger names."""

from __future__ import annotations

from shangliang.access.desk import OnDesk
from shangliang.access.roles import Role
from shangliang.clocks.actions import Holder
from shangliang.outcomes.models import Commitment
from shangliang.places.rules import level_of, upto
from shangliang.places.states import AreaLevel

OFFICE_OF_LEVEL = {
    AreaLevel.VILLAGE: Role.TOWN_OFFICE,
    AreaLevel.TOWN: Role.TOWN_OFFICE,
    AreaLevel.COUNTY: Role.DISTRICT_OFFICE,
    AreaLevel.CITY: Role.CITY_OFFICE,
    AreaLevel.PROVINCE: Role.CITY_OFFICE,
}


def office_of(thing: OnDesk) -> str:
    """The room or area whose desk the thing lies on, as the ledger names it."""
    return thing.desk_room_no or thing.desk_path.rstrip("/").rpartition("/")[2]


def town_holder(thing: OnDesk) -> Holder:
    """镇街政协工委; for what lies higher up, the office of that tier."""
    level = level_of(thing.desk_path)
    path = upto(thing.desk_path, AreaLevel.TOWN) if level == AreaLevel.VILLAGE else thing.desk_path
    return Holder(OFFICE_OF_LEVEL[level], area_path=path)


def district_holder(thing: OnDesk) -> Holder:
    """The district office above a thing."""
    return Holder(Role.DISTRICT_OFFICE, area_path=upto(thing.desk_path, AreaLevel.COUNTY))


def assigning_holder(thing: OnDesk) -> Holder:
    """交办单位: Party committee's or government's office of the district."""
    return Holder(Role.ASSIGNING_OFFICE, area_path=upto(thing.desk_path, AreaLevel.COUNTY))


def doer_holder(commitment: Commitment) -> Holder:
    """主办; where the community does it itself, the room's clerk."""
    if commitment.lead is not None:
        return Holder(Role.DOER, unit_code=commitment.lead.code)
    if commitment.desk_room_no:
        return Holder(Role.CLERK, room_no=commitment.desk_room_no)
    return town_holder(commitment)

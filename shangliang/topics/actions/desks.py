"""On whose desk a matter lies, who holds its clocks, how the ledger names the place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shangliang.access.desk import OnDesk
from shangliang.access.roles import Role
from shangliang.clocks.actions import Holder
from shangliang.clocks.models import Clock
from shangliang.places.models import Room
from shangliang.places.rules import level_of, tier_above, upto
from shangliang.places.states import AreaLevel, RoomState
from shangliang.topics.models import Topic

OFFICES = {
    AreaLevel.VILLAGE: Role.TOWN_OFFICE,
    AreaLevel.TOWN: Role.TOWN_OFFICE,
    AreaLevel.COUNTY: Role.DISTRICT_OFFICE,
    AreaLevel.CITY: Role.CITY_OFFICE,
    AreaLevel.PROVINCE: Role.CITY_OFFICE,
}


@dataclass
class Desk:
    """The three columns of everything that lies on a desk."""

    desk_path: str
    desk_room_no: str
    is_embargoed: bool = False

    def columns(self) -> dict[str, str | bool]:
        return {
            "desk_path": self.desk_path,
            "desk_room_no": self.desk_room_no,
            "is_embargoed": self.is_embargoed,
        }


def desk_of(room: Room, *, about_cadres: bool) -> Desk:
    """The room's own desk; past it to the tier above when its cadres are concerned, or while it is closed."""
    if about_cadres:
        return Desk(tier_above(room.area_path), "", is_embargoed=True)
    if room.state != RoomState.RUNNING:
        return Desk(tier_above(room.area_path), "")
    return Desk(room.area_path, room.no)


def desk_above(thing: OnDesk) -> Desk:
    """Where a matter goes that is passed up."""
    return Desk(tier_above(thing.desk_path), "", thing.is_embargoed)


def holder(thing: OnDesk, room_role: Role = Role.CLERK) -> Holder:
    """Who has to act: the room's clerk (or another of its offices), else the office of that tier."""
    if thing.desk_room_no:
        return Holder(room_role, room_no=thing.desk_room_no)
    level = level_of(thing.desk_path)
    path = upto(thing.desk_path, AreaLevel.TOWN) if level == AreaLevel.VILLAGE else thing.desk_path
    return Holder(OFFICES[level], area_path=path)


def place_of(thing: OnDesk) -> str:
    """The room or area as the ledger names it."""
    return thing.desk_room_no or thing.desk_path.rstrip("/").rpartition("/")[2]


def stop_stage(topic: Topic, at: datetime) -> None:
    """Stop what waited for this stage of a topic; the review of its public words goes on."""
    Clock.objects.running().of(topic.subject).filter(rule__startswith="topics.").update(stopped_at=at)

"""Kinds of places and the states of a room."""

from enum import StrEnum

from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition


class AreaLevel(StrEnum):
    """Tiers of administration."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class Family(StrEnum):
    """The families of rooms (checklist 5)."""

    TOWN = "town"
    PARK = "park"
    VILLAGE = "village"
    COMMUNITY = "community"
    SECTOR = "sector"
    ENTERPRISE = "enterprise"
    ALLIANCE = "alliance"
    CENTRE = "centre"
    MOBILE = "mobile"


class RoomState(StrEnum):
    """Whether a room works."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"


ROOM = Machine(
    name="room",
    initial=RoomState.RUNNING,
    transitions=(
        Transition("pause", (RoomState.RUNNING,), RoomState.PAUSED, Kind.ROOM_CHANGED, "room.keep"),
        Transition("resume", (RoomState.PAUSED,), RoomState.RUNNING, Kind.ROOM_CHANGED, "room.keep"),
        Transition(
            "close",
            (RoomState.RUNNING, RoomState.PAUSED),
            RoomState.CLOSED,
            Kind.ROOM_CHANGED,
            "office.appoint",
        ),
    ),
    finals=(RoomState.CLOSED,),
)
MACHINES = (ROOM,)

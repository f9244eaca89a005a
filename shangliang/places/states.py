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


R = RoomState

ROOM: Machine[RoomState] = Machine(
    name="room",
    initial=R.RUNNING,
    transitions=(
        Transition("change", (R.RUNNING, R.PAUSED), None, Kind.ROOM_CHANGED, "room.keep"),
        Transition("pause", (R.RUNNING,), R.PAUSED, Kind.ROOM_CHANGED, "room.keep"),
        Transition("resume", (R.PAUSED,), R.RUNNING, Kind.ROOM_CHANGED, "room.keep"),
        Transition("close", (R.RUNNING, R.PAUSED), R.CLOSED, Kind.ROOM_CHANGED, "office.appoint"),
        Transition("appoint", (R.RUNNING, R.PAUSED), None, Kind.OFFICE_APPOINTED, "office.appoint"),
        # who was in office in a room that is closed since can still be written down as having left
        Transition("end_office", tuple(R), None, Kind.OFFICE_ENDED, "office.appoint"),
    ),
    finals=(R.CLOSED,),
)
MACHINES = (ROOM,)

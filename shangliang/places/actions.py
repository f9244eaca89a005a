"""Rooms: opened by the district's or city's office, kept by their clerk, paused, taken up again, closed."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission
from shangliang.access.transitions import Begun, begin
from shangliang.events.kinds import Kind, Subject
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.places.models import Area, Room, Sector
from shangliang.places.permissions import role_at
from shangliang.places.states import ROOM, Family

NUMBER = re.compile(r"[0-9][0-9-]{2,18}[0-9]")  # stands in an address and is read out on the telephone


@dataclass(frozen=True)
class Sign:
    """What stands on a room's page and on its door."""

    name: str
    introduction: str = ""
    address: str = ""
    hours: str = ""
    phone: str = ""
    shared_with: str = ""
    has_step_free_entrance: bool = False
    has_accessible_toilet: bool = False
    has_hearing_help: bool = False
    has_large_type: bool = False


def sign_of(room: Room) -> Sign:
    """What stands there now."""
    return Sign(**{name: getattr(room, name) for name in Sign.__dataclass_fields__})


def subject(room: Room) -> Subject:
    """A room in the ledger."""
    return Subject("room", room.no)


def next_number(area: Area) -> str:
    """The next free number of the area's district: 321102-018."""
    tier = area.code[:6]
    taken = Room.objects.filter(no__startswith=f"{tier}-").values_list("no", flat=True)
    serials = [int(no.rpartition("-")[2]) for no in taken if no.rpartition("-")[2].isdigit()]
    return f"{tier}-{max(serials, default=0) + 1:03d}"


def _gaps(no: str, sign: Sign, *, is_new: bool) -> list[Unmet]:
    unmet = []
    if is_new and not NUMBER.fullmatch(no):
        unmet.append(Unmet("number_wrong", mend="no"))
    if is_new and Room.objects.filter(no=no).exists():
        unmet.append(Unmet("number_taken", {"no": no}, mend="no"))
    if not sign.name.strip():
        unmet.append(Unmet("name_missing", mend="name"))
    return unmet


def open_room(
    *, no: str, area: Area, family: Family, sector: Sector | None, sign: Sign, actor: Actor, at: datetime
) -> Room:
    """A new room; a number that somebody took in the same moment is refused like any other taken one."""
    role = None
    if actor.kind != ActorKind.SYSTEM:
        role = actor.role_for(Permission.OFFICE_APPOINT, area_path=area.path)
        if role is None:
            raise Denied(_("您没有管理这个议事室的权限。"))
    no = no.strip()
    require(_gaps(no, sign, is_new=True))
    try:
        with transaction.atomic():
            room = Room.objects.create(
                no=no,
                family=family.value,
                area=area,
                area_path=area.path,
                sector=sector,
                opened_on=local_day(at),
                **asdict(sign),
            )
            _record(Begun(actor, role, Kind.ROOM_OPENED, ""), room, at, family=family.value)
    except IntegrityError:
        require([Unmet("number_taken", {"no": no}, mend="no")])
        raise
    return room


@transaction.atomic
def change_room(*, room: Room, sign: Sign, actor: Actor, at: datetime) -> None:
    """Change what stands on the door. The number, the area and the family stay: codes hang on walls."""
    room, begun = begin_room(room, "change", actor)
    require(_gaps(room.no, sign, is_new=False))
    changed = sorted(name for name, value in asdict(sign).items() if getattr(room, name) != value)
    if not changed:
        return
    for name, value in asdict(sign).items():
        setattr(room, name, value)
    room.save()
    _record(begun, room, at, changed=",".join(changed))


@transaction.atomic
def move_room(*, room: Room, name: str, actor: Actor, at: datetime) -> None:
    """`pause`, `resume` or `close`; a closed room is not opened again, a new one takes its place."""
    room, begun = begin_room(room, name, actor)
    room.save(update_fields=["state"])
    _record(begun, room, at, state=room.state)


def begin_room(room: Room, act: str, actor: Actor) -> tuple[Room, Begun]:
    """The row as it is now, and nobody else's until the end of the transaction; checked and moved by the table."""
    row = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
    return row, begin(ROOM, row, act, actor, role_at)


def _record(begun: Begun, room: Room, at: datetime, **facts: object) -> None:
    act(
        Kind(begun.event),
        subject(room),
        actor=begun.actor,
        role=begun.role,
        place=room.no,
        at=at,
        content=facts,
    )

"""Who may do an act, asked of the act itself: every role of the house tries it for real, at its own place.

What a role holds in a table does not count here. An act whose permission is mixed up with another's lets somebody in who
was not named, or keeps somebody out who was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.ledger.models import Entry

Act = Callable[[Actor], object]
R = Role
IN_THE_ROOM = (R.CLERK, R.FIRST_CONVENER, R.SECOND_CONVENER, R.STAND_IN)
OF_THE_TOWN = (R.REVIEWER, R.TOWN_OFFICE)
OF_THE_COUNTY = (R.MEMBER, R.ASSIGNING_OFFICE, R.LEADER, R.DISTRICT_OFFICE)
OF_THE_CITY = (R.CITY_OFFICE, R.SYSTEM_KEEPER, R.AUDITOR)


def everybody(room_no: str, path: str) -> list[Actor]:
    """One holder of each role, over the room at that place or over what lies above it."""
    village = path.rstrip("/").split("/")

    def above(tiers: int) -> str:
        return "/".join(village[:tiers]) + "/"

    places = {role: Grant(role, room_no=room_no) for role in IN_THE_ROOM}
    places |= {role: Grant(role, area_path=above(4)) for role in OF_THE_TOWN}
    places |= {role: Grant(role, area_path=above(3)) for role in OF_THE_COUNTY}
    places |= {role: Grant(role, area_path=above(2)) for role in OF_THE_CITY}
    places |= {
        R.GRID_WORKER: Grant(R.GRID_WORKER, area_path=path),
        R.DOER: Grant(R.DOER, unit_code="property-1"),
    }
    assert set(places) == set(Role)
    return [
        Actor(ActorKind.STAFF, key=f"account:{role.value}", name="王芳", account_id=None, grants=(grant,))
        for role, grant in places.items()
    ]


def who_may(act: Act, actors: Iterable[Actor], *, leaves_a_row: bool = True) -> set[Role]:
    """The roles for which `act` goes through; what each did is undone before the next one tries."""
    may = set()
    for actor in actors:
        before = Entry.objects.count()
        with transaction.atomic():
            try:
                act(actor)
            except Denied:
                assert Entry.objects.count() == before
            else:
                assert (Entry.objects.count() > before) == leaves_a_row
                may.add(actor.grants[0].role)
            transaction.set_rollback(True)
    return may

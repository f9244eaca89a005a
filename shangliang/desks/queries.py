"""On whose desk a matter lies, which office stands at which tier, how the ledger names the place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from shangliang.access.actor import Actor, Grant
from shangliang.access.desk import OnDesk
from shangliang.access.roles import NAMES, Role
from shangliang.access.things import house
from shangliang.accounts.models import Grant as AccountGrant
from shangliang.accounts.queries import areas_held, held_at, holders
from shangliang.clocks import queries as clocks
from shangliang.clocks.models import Clock, ClockQuerySet, Holder
from shangliang.clocks.queries import Deadline
from shangliang.desks.labels import OF_AREA
from shangliang.kit.clock import local_day
from shangliang.kit.punctuation import listed
from shangliang.people.models import Appointment, Unit
from shangliang.places.models import Area, Room
from shangliang.places.rules import DEPTH, ancestors, codes, level_of, tier_above, upto
from shangliang.places.states import AreaLevel, RoomState

# The one table: which office stands at which tier. Below the town nobody but the rooms.
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
    return tier_office(thing)


def tier_office(thing: OnDesk) -> Holder:
    """镇街政协工委 for what lies in a town or below it; for what lies higher up, the office of that tier."""
    level = level_of(thing.desk_path)
    path = upto(thing.desk_path, AreaLevel.TOWN) if level == AreaLevel.VILLAGE else thing.desk_path
    return Holder(OFFICES[level], area_path=path)


def review_offices(thing: OnDesk) -> list[Holder]:
    """Who may look at what is to become public there: the room's own reviewer, those of the areas around it from the
    nearest on, then the office of the tier and those above it."""
    paths = ancestors(thing.desk_path)[::-1]
    reviewers = [Holder(Role.REVIEWER, room_no=thing.desk_room_no)] if thing.desk_room_no else []
    reviewers += [Holder(Role.REVIEWER, area_path=path) for path in paths]
    own = tier_office(thing)
    above = [
        Holder(OFFICES[level_of(path)], area_path=path)
        for path in paths
        if level_of(path) in {AreaLevel.COUNTY, AreaLevel.CITY} and len(path) < len(own.area_path)
    ]
    return [*reviewers, own, *above]


def reviewer_of(thing: OnDesk, held: Iterable[tuple[Grant, int]], besides: Actor) -> Holder:
    """Who reviews it: the nearest who is there, and never `besides`, who sent it to review.

    `held`: who holds which of those offices. Where nobody else does, it waits at the first office that is not theirs.
    """
    wanted = review_offices(thing)
    others = {_desk(grant) for grant, account in held if account != besides.account_id}
    own = {_desk(grant) for grant in besides.grants}
    free = [who for who in wanted if who.role != Role.REVIEWER and who not in own]
    return next((who for who in wanted if who in others), free[0] if free else wanted[-1])


def who_reviews(thing: OnDesk, day: date, besides: Actor) -> Holder:
    """The same, asking the accounts; one statement."""
    roles = [Role.REVIEWER, *OFFICES.values()]
    paths = ancestors(thing.desk_path)
    held = held_at(roles, day, area_paths=paths, room_no=thing.desk_room_no)
    return reviewer_of(thing, held, besides)


def _desk(grant: Grant) -> Holder:
    return Holder(grant.role, area_path=grant.area_path, room_no=grant.room_no, unit_code=grant.unit_code)


def top_desk_path(day: date) -> str:
    """The area whose office stands above all others of this installation; it answers for the system itself.

    The highest office that somebody holds on that day. Where nobody holds one yet, the smallest area with all rooms
    in it, at most a city: whoever is appointed there later finds what has come in. "" while there are no places.
    """
    held = [
        path for role, path in areas_held(set(OFFICES.values()), day) if OFFICES[level_of(path)] == role
    ] or [_around_all_rooms()]
    return min(held, key=lambda path: (path.count("/"), path))


def _around_all_rooms() -> str:
    paths = sorted(Room.objects.values_list("area_path", flat=True).distinct())
    if not paths:
        found = Area.objects.order_by("path").values_list("path", flat=True)
        return next((path for path in found if level_of(path) != AreaLevel.PROVINCE), "")
    first, last = codes(paths[0]), codes(paths[-1])
    shared = [one for one, other in zip(first, last, strict=False) if one == other]
    depth = max(len(shared), DEPTH[AreaLevel.CITY])
    return "".join(f"{code}/" for code in first[:depth])


def district_office(thing: OnDesk) -> Holder:
    """区级推进办 over a thing."""
    return Holder(Role.DISTRICT_OFFICE, area_path=upto(thing.desk_path, AreaLevel.COUNTY))


def assigning_office(thing: OnDesk) -> Holder:
    """交办单位: Party committee's or government's office of the district."""
    return Holder(Role.ASSIGNING_OFFICE, area_path=upto(thing.desk_path, AreaLevel.COUNTY))


def due_to(actor: Actor, day: date) -> ClockQuerySet:
    """Everything that `actor` has to act on, soonest first; what one press does stands there once."""
    also = [each for each in (_of_vacant_desks(actor, day), _of_vacant_units(actor, day)) if each]
    return clocks.due_to(actor, reduce(or_, also) if also else None, alike=house().alike)


def _of_vacant_units(actor: Actor, day: date) -> Q | None:
    """What waits for a unit that nobody signs in for: whoever stands behind it enters what the unit says.

    Where that is the clerk of a room that has none, the office of the tier.
    """
    held = AccountGrant.objects.in_force(day).filter(user__is_active=True)
    there = held.filter(role=OuterRef("behind_role"), room_no=OuterRef("behind_room_no"))
    no_clerk = Q(~Exists(there))
    found = Q()
    for grant in actor.grants:
        if grant.area_path:
            found |= Q(behind_role=grant.role.value, behind_area_path=grant.area_path)
        elif grant.room_no:
            found |= Q(behind_role=grant.role.value, behind_room_no=grant.room_no)
        rooms = _rooms_under(grant)
        if rooms is not None:
            found |= Q(behind_room_no__in=rooms.values("no")) & no_clerk
    if not found:
        return None
    unit = held.filter(role=OuterRef("role"), unit_code=OuterRef("unit_code"))
    return found & ~Q(unit_code="") & Q(~Exists(unit))


def _of_vacant_desks(actor: Actor, day: date) -> Q | None:
    """What waits for an office of a room that nobody holds: the office of the tier does it, where it may.

    A room whose clerk has left, or was never given an account, leaves nothing lying.
    """
    found = Q()
    for grant in actor.grants:
        rooms = _rooms_under(grant)
        if rooms is not None:
            rules = Q()
            for kind, rule in house().rules_for(grant.role):
                rules |= Q(subject_kind=kind, rule=rule)
            found |= Q(room_no__in=rooms.values("no")) & rules
    if not found:
        return None
    holders_there = AccountGrant.objects.in_force(day).filter(
        user__is_active=True, role=OuterRef("role"), room_no=OuterRef("room_no")
    )
    return found & Q(~Exists(holders_there))


def _rooms_under(grant: Grant) -> QuerySet[Room] | None:
    """The rooms for whose matters that office is the one of the tier."""
    if not grant.area_path or OFFICES[level_of(grant.area_path)] != grant.role:
        return None
    if level_of(grant.area_path) == AreaLevel.TOWN:
        return Room.objects.filter(area_path__startswith=grant.area_path)
    return Room.objects.filter(area_path=grant.area_path)


def people_of(who: Holder, day: date) -> list[int]:
    """The accounts that hold this desk on `day`; nobody where residents are waited for."""
    if who.role is None:
        return []
    return holders(who.role.value, day, area_path=who.area_path, room_no=who.room_no, unit_code=who.unit_code)


def people_waited_for(row: Clock, day: date) -> list[int]:
    """Who is to be told of a clock: whoever holds it, and while nobody signs in there whoever stands behind."""
    return people_of(row.holder, day) or people_of(row.behind, day)


def place_of(thing: OnDesk) -> str:
    """The room or area as the ledger names it."""
    return thing.desk_room_no or thing.desk_path.rstrip("/").rpartition("/")[2]


def turn_name(thing: OnDesk, room_name: str, clock: Clock | None) -> str:
    """Whose turn it is, as residents say it, by the clock that runs: the convener, the office, or the room itself."""
    if clock is None or clock.role in {"", Role.CLERK}:
        return office_name(thing, room_name)
    return holder_name(clock)


def holder_name(clock: Clock) -> str:
    """Who has to act before it runs out, for everybody: a unit and an office by their own names, never a person;
    nobody's where residents are waited for."""
    return called([clock.holder])[clock.holder]


def called(
    holders: Iterable[Holder], *, known: Iterable[Unit | Area | None] = (), day: date | None = None
) -> dict[Holder, str]:
    """What each is called: units and offices by their own names, and on pages of staff, which give a `day`, whoever
    holds an office of a room by theirs. At most three statements; none for what is `known`.
    """
    wanted = set(holders)
    units = {each.code: each.name for each in known if isinstance(each, Unit)}
    areas = {each.path: each.name for each in known if isinstance(each, Area)}
    codes = {who.unit_code for who in wanted if who.role == Role.DOER} - units.keys()
    paths = {who.area_path for who in wanted if who.role in OF_AREA and who.area_path} - areas.keys()
    if codes:
        units |= dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    if paths:
        areas |= dict(Area.objects.filter(path__in=paths).values_list("path", "name"))
    people = _in_office(wanted, day) if day else {}
    return {who: _called(who, units, areas, people) for who in wanted}


def _called(
    who: Holder, units: Mapping[str, str], areas: Mapping[str, str], people: Mapping[Holder, str]
) -> str:
    if who.role is None:
        return ""
    if who.role == Role.DOER and who.unit_code in units:
        return units[who.unit_code]
    if who.role in OF_AREA and who.area_path in areas:
        return str(OF_AREA[who.role]) % {"area": areas[who.area_path]}
    name = people.get(who, "")
    return f"{NAMES[who.role]} {name}" if name else str(NAMES[who.role])


def _in_office(wanted: Iterable[Holder], day: date) -> dict[Holder, str]:
    """Who holds those offices of rooms, with an account or without; of several clerks all, for each may do it."""
    rooms = {who.room_no for who in wanted if who.room_no}
    if not rooms:
        return {}
    order = ("from_on", "pk")
    appointed = Appointment.objects.in_force(day).filter(room__no__in=rooms).order_by()
    signed_in = AccountGrant.objects.in_force(day).filter(role=Role.CLERK.value, room_no__in=rooms).order_by()
    rows = appointed.values_list(Value(0), *order, "office", "room__no", "person__name").union(
        signed_in.filter(user__is_active=True).values_list(
            Value(1), *order, "role", "room_no", Coalesce("user__person__name", "user__display_name")
        ),
        all=True,
    )
    offices = {role.value for role in Role}
    found: dict[Holder, list[str]] = defaultdict(list)
    for *_order, office, no, name in sorted(rows):
        if office in offices and name:
            found[Holder(Role(office), room_no=no)].append(name)
    return {
        who: listed(dict.fromkeys(names)) if who.role == Role.CLERK else names[-1]
        for who, names in found.items()
    }


def due_by(clock: Clock | None, now: datetime, known: Iterable[Unit | Area | None] = ()) -> Deadline:
    """A running clock in words for the pages of the desk: who by name, by when, what is left.

    `known`: units and areas that the page has read already.
    """
    found = clocks.deadline(clock, now)
    if clock is None:
        return found
    who = called([clock.holder], known=known, day=local_day(now))[clock.holder]
    return replace(found, who=who)


def office_name(thing: OnDesk, room_name: str) -> str:
    """Who works on it, as people say it: the room by its name, or the office of the tier by its own."""
    if thing.desk_room_no:
        return room_name
    office = tier_office(thing)
    return called([office])[office]

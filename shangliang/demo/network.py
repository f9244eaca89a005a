"""The ground of the demo city: places, rooms, doers, members, people in their offices, and the cast that signs in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.accounts.labels import CAST
from shangliang.accounts.models import Grant as HeldGrant
from shangliang.accounts.models import User
from shangliang.demo.bulk import Bulk
from shangliang.demo.corpus import doers, persons
from shangliang.demo.corpus.doers import Doer, UnitSpec
from shangliang.demo.corpus.places import Place, by_code
from shangliang.demo.corpus.rooms import MOBILE_POINTS, SECTORS, RoomSpec, rooms
from shangliang.people.labels import MEMBER_LEVELS
from shangliang.people.models import Appointment, Member, PartyGroup, Person, Unit
from shangliang.people.states import MemberLevel, Office
from shangliang.places.models import Area, Room, Sector
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel, Family

CODES_FROM = date(2023, 6, 30)  # cut-off of the codes in data/divisions.csv
TERM_FROM = date(2022, 1, 10)
OPENED = date(2021, 6, 20)
LEVELS = (
    (MemberLevel.NATIONAL, 5),
    (MemberLevel.PROVINCE, 45),
    (MemberLevel.CITY, 350),
    (MemberLevel.COUNTY, 700),
)
TIERS = {  # at which tier somebody holds a role that is held over an area
    Role.TOWN_OFFICE: AreaLevel.TOWN,
    Role.MEMBER: AreaLevel.COUNTY,
    Role.DISTRICT_OFFICE: AreaLevel.COUNTY,
    Role.CITY_OFFICE: AreaLevel.CITY,
}
LOCAL = (Family.VILLAGE, Family.COMMUNITY)


@dataclass(frozen=True)
class Seat:
    """A room with what stories need to know of it."""

    room: Room
    spec: RoomSpec
    first: Person
    second: Person


class Network:
    """Everything that stands before the first matter is raised."""

    def __init__(
        self,
        bulk: Bulk,
        rng: Random,
        places: Sequence[Place],
        *,
        members: int,
        mobile_points: int = MOBILE_POINTS,
        before: Network | None = None,
    ) -> None:
        """`before`: the network of another city of the same province, whose province and sectors stand already."""
        self.bulk, self.rng = bulk, rng
        self.codes = by_code(places)
        self.areas: dict[str, Area] = self._areas(places, before.areas if before else {})
        self.sectors: dict[str, Sector] = (
            before.sectors
            if before
            else {code: bulk.add(Sector(code=code, name=name)) for code, name, _called in SECTORS}
        )
        self.units: dict[str, Unit] = {}
        self.accounts: dict[Grant, int] = {}  # of the cast, by the one office that each of them holds
        self._officers: dict[tuple[Role, str, str], Actor] = {}
        for spec in doers.doers(places):
            self.unit(spec)
        for place in places:
            for spec in doers.offices(place):
                self.unit(spec)
        self.members = self._members(members)
        self.seats = self._rooms(rooms(places, rng, mobile_points))

    def _areas(self, places: Sequence[Place], standing: dict[str, Area]) -> dict[str, Area]:
        made: dict[str, Area] = {}
        for place in places:
            if place.code in standing:
                made[place.code] = standing[place.code]
                continue
            made[place.code] = self.bulk.add(
                Area(
                    code=place.code,
                    name=place.name,
                    level=place.level.value,
                    parent=made.get(place.parent_code),
                    path=place.path,
                    lat=place.lat,
                    lon=place.lon,
                    is_point_approximate=place.is_point_approximate,
                    valid_from=CODES_FROM,
                )
            )
        return made

    def unit(self, spec: UnitSpec) -> Unit:
        """The row of a doer, made when first met."""
        if spec.code not in self.units:
            self.units[spec.code] = self.bulk.add(
                Unit(
                    code=spec.code,
                    name=spec.name,
                    kind=spec.kind.value,
                    area_path=self.codes[spec.area_code].path if spec.area_code in self.codes else "",
                    themes=",".join(theme.value for theme in spec.themes),
                )
            )
        return self.units[spec.code]

    def doer(self, doer: Doer, seat: Seat) -> Unit | None:
        """Who does it at this room; None when its own committee does."""
        spec = doers.unit_for(doer, seat.spec.site)
        return None if spec.doer == Doer.COMMITTEE else self.unit(spec)

    def officer(self, role: Role, seat: Seat, unit: Unit | None = None) -> Actor:
        """Whoever holds `role` for this room, or in this unit; of the past nobody but the cast has an account."""
        about = (role, seat.room.no, unit.code if unit else "")
        if about not in self._officers:
            self._officers[about] = self._officer(role, seat, unit)
        return self._officers[about]

    def _officer(self, role: Role, seat: Seat, unit: Unit | None) -> Actor:
        if unit is not None:
            grant = Grant(role, unit_code=unit.code)
        elif role in TIERS:
            grant = Grant(role, area_path=upto(seat.room.area_path, TIERS[role]))
        else:
            grant = Grant(role, room_no=seat.room.no)
        name = {Role.FIRST_CONVENER: seat.first.name, Role.SECOND_CONVENER: seat.second.name}.get(role, "")
        account = self.accounts.get(grant)
        place = grant.area_path or grant.unit_code or grant.room_no
        key = f"account:{account}" if account else f"{role.value}:{place}"
        return Actor(ActorKind.STAFF, key=key, name=name, account_id=account, grants=(grant,))

    def person(self, post: str, *, is_party_head: bool = False) -> Person:
        """An invented person."""
        name = persons.person(self.rng).name
        return self.bulk.add(Person(name=name, post=post, is_party_head=is_party_head, is_invented=True))

    def _members(self, count: int) -> list[Person]:
        found = []
        counties = [area for area in self.areas.values() if area.level == AreaLevel.COUNTY]
        sectors = list(self.sectors.values())
        total = sum(share for _level, share in LEVELS)
        for level, share in LEVELS:
            for _ in range(max(1, round(count * share / total))):
                county = self.rng.choice(counties)
                of = f"{county.name}政协委员" if level == MemberLevel.COUNTY else str(MEMBER_LEVELS[level])
                person = self.person(persons.member_post(self.rng, of))
                self.bulk.add(
                    Member(
                        person=person,
                        level=level.value,
                        sector=self.rng.choice(sectors),
                        area_path=county.path
                        if level == MemberLevel.COUNTY
                        else upto(county.path, AreaLevel.CITY),
                        from_on=TERM_FROM,
                    )
                )
                found.append(person)
        return found

    def _rooms(self, specs: Sequence[RoomSpec]) -> list[Seat]:
        return [self._room(spec, number) for number, spec in enumerate(specs)]

    def _room(self, spec: RoomSpec, number: int) -> Seat:
        area = self.areas[spec.area_code]
        place = self.codes[spec.area_code]
        room = self.bulk.add(
            Room(
                no=spec.no,
                name=spec.name,
                family=spec.family.value,
                area=area,
                area_path=area.path,
                sector=self.sectors.get(spec.sector_code),
                introduction=spec.introduction,
                address=spec.address,
                hours=spec.hours,
                phone=spec.phone,
                shared_with=spec.shared_with,
                has_step_free_entrance=spec.has_step_free_entrance,
                has_accessible_toilet=spec.has_accessible_toilet,
                has_hearing_help=spec.has_hearing_help,
                has_large_type=spec.has_large_type,
                opened_on=OPENED,
            )
        )
        first = self.person(persons.head_post(place.said), is_party_head=True)
        second = self.members[number % len(self.members)]
        for person, office in ((first, Office.FIRST_CONVENER), (second, Office.SECOND_CONVENER)):
            self.bulk.add(Appointment(person=person, room=room, office=office.value, from_on=TERM_FROM))
        if spec.family in LOCAL:
            clerk = self.person(persons.clerk_post(self.rng, place.said, is_rural=place.is_rural))
            self.bulk.add(Appointment(person=clerk, room=room, office=Office.CLERK.value, from_on=TERM_FROM))
            self.bulk.add(
                PartyGroup(room=room, name=f"{room.name}功能型党小组", secretary=first, from_on=TERM_FROM)
            )
        return Seat(room, spec, first, second)


@dataclass(frozen=True)
class CastPlaces:
    """Where the cast works: one community room, its town and district, one doer."""

    home: Seat
    neighbour: Seat
    unit: Unit


def choose(network: Network) -> CastPlaces:
    """The room around which the cast works, and the next room of the same town."""
    communities = [seat for seat in network.seats if seat.spec.family == Family.COMMUNITY]
    home = next((seat for seat in communities if "桃园" in seat.room.name), communities[0])
    town = upto(home.room.area_path, AreaLevel.TOWN)
    near = [seat for seat in communities if seat.room.area_path.startswith(town) and seat is not home]
    return CastPlaces(
        home, near[0] if near else communities[1], network.unit(doers.unit_for(Doer.PROPERTY, home.spec.site))
    )


def add_cast(network: Network, places: CastPlaces) -> None:
    """Accounts of the cast: no password, only the demo's own sign-in page opens them."""
    bulk, path = network.bulk, places.home.room.area_path
    town, county, city = (upto(path, level) for level in (AreaLevel.TOWN, AreaLevel.COUNTY, AreaLevel.CITY))
    room = {"room_no": places.home.room.no}
    where: dict[str, tuple[Role, dict[str, str]]] = {
        "grid_worker": (Role.GRID_WORKER, room),
        "clerk": (Role.CLERK, room),
        "first_convener": (Role.FIRST_CONVENER, room),
        "second_convener": (Role.SECOND_CONVENER, room),
        "member": (Role.MEMBER, {"area_path": county}),
        "reviewer": (Role.REVIEWER, {"area_path": town}),
        "town_office": (Role.TOWN_OFFICE, {"area_path": town}),
        "assigning_office": (Role.ASSIGNING_OFFICE, {"area_path": county}),
        "doer": (Role.DOER, {"unit_code": places.unit.code}),
        "district_office": (Role.DISTRICT_OFFICE, {"area_path": county}),
        "city_office": (Role.CITY_OFFICE, {"area_path": city}),
        "leader": (Role.LEADER, {"area_path": county}),
        "outsider": (Role.CLERK, {"room_no": places.neighbour.room.no}),
    }
    names = {area.path: area.name for area in network.areas.values()}
    called = {
        places.home.room.no: places.home.room.name,
        places.neighbour.room.no: places.neighbour.room.name,
        places.unit.code: places.unit.name,
    }
    for part in CAST:
        if part.key not in where:
            continue
        role, place = where[part.key]
        owner = {"first_convener": places.home.first, "second_convener": places.home.second}.get(part.key)
        user = bulk.add(
            User(
                username=f"demo-{part.key}",
                password="!",  # noqa: S106 — an unusable password: nobody signs in with one
                display_name=owner.name if owner else persons.person(network.rng).name,
                is_invented=True,
                cast=part.key,
            )
        )
        if owner:
            owner.account = user
        key = next(iter(place.values()))
        bulk.add(
            HeldGrant(
                user=user,
                role=role.value,
                from_on=TERM_FROM,
                place_name=called.get(key) or names.get(key, ""),
                **place,
            )
        )
        network.accounts[Grant(role, **place)] = user.pk

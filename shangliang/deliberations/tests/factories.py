"""A village room with its people, a topic about its lamps, and the cast around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.tests.factories import give, make_user
from shangliang.deliberations.actions import announcing, meeting, preparing, recording, signing
from shangliang.deliberations.actions.meeting import Attendance
from shangliang.deliberations.actions.preparing import Draft, Guest
from shangliang.deliberations.actions.recording import Agreement, Text
from shangliang.deliberations.models import Deliberation, Signature
from shangliang.deliberations.states import Conclusion, Mode, Seat
from shangliang.inbox.models import ADDRESS, Recipient, account_ref
from shangliang.inbox.states import ChannelKind
from shangliang.kit import crypto
from shangliang.kit.clock import ZONE
from shangliang.people.models import Appointment, Member, Person, Unit
from shangliang.people.states import MemberLevel, Office, UnitKind
from shangliang.places.models import Area, Room
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel, Family
from shangliang.topics.models import Topic
from shangliang.topics.states import Channel, Grade, Theme, TopicState

MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZONE)  # nothing is off for weeks
PATH = "32/3211/321102/321102001/321102001001/"
NEXT_PATH = "32/3211/321102/321102001/321102001002/"
TOWN = upto(PATH, AreaLevel.TOWN)
COUNTY = upto(PATH, AreaLevel.COUNTY)
NO, NEXT_NO = "3211020010010001", "3211020010020001"


def areas() -> dict[str, Area]:
    """The tiers from the province to two villages."""
    made: dict[str, Area] = {}
    rows = [
        ("32", "江苏省", AreaLevel.PROVINCE, ""),
        ("3211", "镇江市", AreaLevel.CITY, "32"),
        ("321102", "京口区", AreaLevel.COUNTY, "3211"),
        ("321102001", "正东路街道", AreaLevel.TOWN, "321102"),
        ("321102001001", "桃园社区", AreaLevel.VILLAGE, "321102001"),
        ("321102001002", "花山湾社区", AreaLevel.VILLAGE, "321102001"),
    ]
    for code, name, level, above in rows:
        parent = made.get(above)
        made[code] = Area.objects.create(
            code=code,
            name=name,
            level=level.value,
            parent=parent,
            path=f"{parent.path if parent else ''}{code}/",
            valid_from=date(2023, 6, 30),
        )
    return made


def make_room(area: Area, no: str, family: Family = Family.COMMUNITY) -> Room:
    """A room that works."""
    return Room.objects.create(
        no=no,
        name=f"{area.name}协商议事室",
        family=family.value,
        area=area,
        area_path=area.path,
        address="桃园路 8 号",
        phone="0511-88880000",
        opened_on=date(2021, 6, 20),
    )


def acting(role: Role, *, name: str = "", user: User | None = None, **place: str) -> Actor:
    """Somebody in one role at one place."""
    key = f"account:{user.pk}" if user else f"account:{role.value}:{place}"
    return Actor(
        ActorKind.STAFF,
        key=key,
        name=name or role.value,
        account_id=user.pk if user else None,
        grants=(Grant(role, **place),),
    )


@dataclass(frozen=True)
class World:
    """One room, who works there, one adopted topic."""

    room: Room
    neighbour: Room
    topic: Topic
    unit: Unit
    users: dict[str, User]
    first: Person
    second: Person

    def actor(self, role: Role) -> Actor:
        """A holder of `role` at the room, or over the area where the role is held."""
        if role in {Role.TOWN_OFFICE, Role.DISTRICT_OFFICE, Role.CITY_OFFICE}:
            path = {Role.TOWN_OFFICE: TOWN, Role.DISTRICT_OFFICE: COUNTY}.get(role, "32/3211/")
            return acting(role, area_path=path)
        return acting(role, user=self.users.get(role.value), room_no=self.room.no)

    @property
    def clerk(self) -> Actor:
        return self.actor(Role.CLERK)

    @property
    def outsider(self) -> Actor:
        """The clerk of the neighbouring room."""
        return acting(Role.CLERK, room_no=self.neighbour.no)


ROOM_STAFF = {
    "clerk": "沈联络",
    "first_convener": "丁书记",
    "second_convener": "许委员",
    "stand_in": "吕代理",
}


def make_world(*, family: Family = Family.COMMUNITY, now: datetime = MONDAY, **topic: Any) -> World:
    """Everything in place on that morning."""
    placed = areas()
    room = make_room(placed["321102001001"], NO, family)
    neighbour = make_room(placed["321102001002"], NEXT_NO)
    users = {role: make_user(role, display_name=name) for role, name in ROOM_STAFF.items()}
    for role, user in users.items():
        give(user, Role(role), room_no=room.no)
    give(make_user("outsider"), Role.CLERK, room_no=neighbour.no)
    give(make_user("town"), Role.TOWN_OFFICE, area_path=TOWN)
    people = {
        role: Person.objects.create(
            name=name, account=users[role], is_party_head=role == "first_convener", is_invented=True
        )
        for role, name in ROOM_STAFF.items()
    }
    Member.objects.create(
        person=people["second_convener"],
        level=MemberLevel.COUNTY.value,
        area_path=COUNTY,
        from_on=date(2022, 1, 1),
    )
    for office in (Office.FIRST_CONVENER, Office.SECOND_CONVENER, Office.STAND_IN, Office.CLERK):
        Appointment.objects.create(
            person=people[office.value], room=room, office=office.value, from_on=date(2025, 1, 1)
        )
    unit = Unit.objects.create(
        code="property-1",
        name="桃园物业",
        kind=UnitKind.PROPERTY.value,
        area_path=PATH,
        themes=Theme.OLD_ESTATES.value,
    )
    facts: dict[str, Any] = {
        "title": "三号楼的楼道灯",
        "summary": "三号楼楼道灯坏了三盏，晚上看不见路。",
        "channel": Channel.RESIDENT.value,
        "grade": Grade.DEEP.value,
        "theme": Theme.OLD_ESTATES.value,
        "state": TopicState.ADOPTED.value,
        "room": room,
        "desk_path": PATH,
        "desk_room_no": room.no,
        "opened_at": now - timedelta(days=10),
        "release": Release.RELEASED.value,
    }
    return World(
        room=room,
        neighbour=neighbour,
        topic=Topic.objects.create(**(facts | topic)),
        unit=unit,
        users=users,
        first=people["first_convener"],
        second=people["second_convener"],
    )


def draft(now: datetime = MONDAY, **changed: Any) -> Draft:
    """A plan that lacks nothing."""
    facts: dict[str, Any] = {
        "held_at": now + timedelta(days=7, hours=10),
        "place": "桃园社区协商议事室",
        "mode": Mode.ROOM,
        "subject_line": "楼道灯怎么修、谁来管",
        "agenda": "说说情况\n听听大家的意见\n商定办法",
        "is_material_out": True,
    }
    return Draft(**(facts | changed))


def guests(world: World) -> list[Guest]:
    """Both conveners, the property company, somebody whom it concerns."""
    return [
        Guest(Seat.FIRST_CONVENER, world.first.name, person=world.first),
        Guest(Seat.SECOND_CONVENER, world.second.name, person=world.second),
        Guest(Seat.UNIT, world.unit.name, unit=world.unit),
        Guest(Seat.PARTY_CONCERNED, "三号楼住户代表"),
    ]


def prepared(world: World, now: datetime = MONDAY, **changed: Any) -> Deliberation:
    """A session in preparation."""
    return preparing.prepare(
        topic=world.topic, draft=draft(now, **changed), guests=guests(world), actor=world.clerk, at=now
    )


def reviewed(deliberation: Deliberation, now: datetime = MONDAY) -> Deliberation:
    """The reviewer has looked at it."""
    Deliberation.objects.filter(pk=deliberation.pk).update(release=Release.RELEASED.value, released_at=now)
    return again(deliberation)


def announced(world: World, now: datetime = MONDAY, **changed: Any) -> Deliberation:
    """An announced session."""
    deliberation = reviewed(prepared(world, now, **changed), now)
    announcing.announce(deliberation=deliberation, actor=world.clerk, at=now)
    return again(deliberation)


def under_way(world: World, now: datetime = MONDAY) -> Deliberation:
    """Everybody is here and it has begun, a week later."""
    deliberation, day = announced(world, now), now + timedelta(days=7, hours=10)
    meeting.write_attendance(
        deliberation=deliberation,
        attendance=Attendance(
            here=frozenset(deliberation.participants.values_list("pk", flat=True)), heads=21
        ),
        actor=world.clerk,
        at=day,
    )
    meeting.open_session(deliberation=again(deliberation), actor=world.clerk, at=day)
    return again(deliberation)


def held(world: World, now: datetime = MONDAY) -> Deliberation:
    """It is over; nothing is written yet."""
    deliberation = under_way(world, now)
    meeting.close(
        deliberation=deliberation, actor=world.clerk, at=(deliberation.held_at or now) + timedelta(hours=1)
    )
    return again(deliberation)


def text(deliberation: Deliberation, **changed: Any) -> Text:
    """A record that has its five."""
    day = (deliberation.held_at or MONDAY).date()
    facts: dict[str, Any] = {
        "held_at": deliberation.held_at,
        "place": deliberation.place,
        "subject_line": deliberation.subject_line,
        "said": "大家都说该修，费用由维修资金出。",
        "conclusion": Conclusion.AGREED,
        "effect_by": day + timedelta(days=80),
        "was_read_back": True,
        "measures": [
            Agreement(
                "更换楼道灯", doer_text="桃园物业", due_on=day + timedelta(days=21), how_seen="每层都亮"
            )
        ],
    }
    return Text(**(facts | changed))


def to_sign(world: World, now: datetime = MONDAY, **changed: Any) -> Deliberation:
    """The record is with the conveners."""
    deliberation = held(world, now)
    at = deliberation.ended_at or now
    recording.save_draft(
        deliberation=deliberation, text=text(deliberation, **changed), actor=world.clerk, at=at
    )
    signing.send(deliberation=again(deliberation), actor=world.clerk, at=at)
    return again(deliberation)


def archived(world: World, now: datetime = MONDAY, **changed: Any) -> Deliberation:
    """Both have signed."""
    deliberation = to_sign(world, now, **changed)
    at = (deliberation.ended_at or now) + timedelta(hours=1)
    for role in (Role.FIRST_CONVENER, Role.SECOND_CONVENER):
        signature = deliberation.record.signatures.get(seat=role.value)
        signing.sign(signature=signature, actor=world.actor(role), at=at)
    return again(deliberation)


def again(deliberation: Deliberation) -> Deliberation:
    """The row as it is now."""
    return Deliberation.objects.select_related("topic", "room").get(pk=deliberation.pk)


def sheet() -> ContentFile[bytes]:
    """The photo of a signed sheet."""
    return ContentFile(b"jpeg")


def reachable(signature: Signature) -> None:
    """The convener has left a mail address of their own."""
    assert signature.person is not None
    Recipient.objects.get_or_create(
        ref=account_ref(signature.person.account_id or 0),
        channel=ChannelKind.MAIL.value,
        defaults={"address_sealed": crypto.seal("own@example.org", ADDRESS)},
    )

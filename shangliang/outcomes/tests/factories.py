"""A village with its room, the people in their offices, and a record that was agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.deliberations.models import Deliberation, Measure, Record
from shangliang.deliberations.states import Conclusion, DeliberationState, Form
from shangliang.kit import ids
from shangliang.people.models import Unit
from shangliang.people.states import UnitKind
from shangliang.places.models import Area, Room
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel, Family
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Channel, Grade, SubmissionState, TopicState

PATH = "32/3211/321102/321102001/321102001001/"
NEXT_PATH = "32/3211/321102/321102001/321102001002/"


def areas() -> dict[str, Area]:
    """The tiers from the province to two villages."""
    made: dict[str, Area] = {}
    parent = None
    rows = [
        ("32", "江苏省", AreaLevel.PROVINCE),
        ("3211", "镇江市", AreaLevel.CITY),
        ("321102", "京口区", AreaLevel.COUNTY),
        ("321102001", "正东路街道", AreaLevel.TOWN),
        ("321102001001", "桃园社区", AreaLevel.VILLAGE),
    ]
    path = ""
    for code, name, level in rows:
        path += f"{code}/"
        parent = Area.objects.create(
            code=code, name=name, level=level.value, parent=parent, path=path, valid_from=date(2023, 6, 30)
        )
        made[code] = parent
    made["next"] = Area.objects.create(
        code="321102001002",
        name="花山湾社区",
        level=AreaLevel.VILLAGE.value,
        parent=made["321102001"],
        path=NEXT_PATH,
        valid_from=date(2023, 6, 30),
    )
    return made


def room(no: str, area: Area) -> Room:
    """A community's room."""
    return Room.objects.create(
        no=no,
        name=f"{area.name}协商议事室",
        family=Family.COMMUNITY.value,
        area=area,
        area_path=area.path,
        opened_on=date(2021, 6, 20),
    )


def staff(role: Role, *, key: str = "", **place: str) -> Actor:
    """Somebody in one role at one place."""
    return Actor(ActorKind.STAFF, key=key or f"account:{role.value}:{place}", grants=(Grant(role, **place),))


@dataclass(frozen=True)
class Cast:
    """Everybody around one matter."""

    clerk: Actor
    first: Actor
    second: Actor
    town: Actor
    assigning: Actor
    doer: Actor
    other_doer: Actor
    district: Actor
    leader: Actor
    outsider: Actor  # the clerk of the neighbouring room


def cast(room_no: str = "100001", unit_code: str = "property-1") -> Cast:
    """The cast of the room."""
    county, town = upto(PATH, AreaLevel.COUNTY), upto(PATH, AreaLevel.TOWN)
    return Cast(
        clerk=staff(Role.CLERK, room_no=room_no),
        first=staff(Role.FIRST_CONVENER, room_no=room_no),
        second=staff(Role.SECOND_CONVENER, room_no=room_no),
        town=staff(Role.TOWN_OFFICE, area_path=town),
        assigning=staff(Role.ASSIGNING_OFFICE, area_path=county),
        doer=staff(Role.DOER, unit_code=unit_code),
        other_doer=staff(Role.DOER, unit_code="bureau-2"),
        district=staff(Role.DISTRICT_OFFICE, area_path=county),
        leader=staff(Role.LEADER, area_path=county),
        outsider=staff(Role.CLERK, room_no="100002"),
    )


def unit_of(code: str, name: str, kind: UnitKind) -> Unit:
    """A doer."""
    return Unit.objects.get_or_create(code=code, defaults={"name": name, "kind": kind.value})[0]


@dataclass(frozen=True)
class Matter:
    """A topic with its submissions, its archived deliberation, and two doers."""

    topic: Topic
    deliberation: Deliberation
    submissions: list[Submission]
    unit: Unit
    other_unit: Unit


def matter(
    at: datetime,
    *,
    raised_by: int = 1,
    state: TopicState = TopicState.AGREED,
    is_embargoed: bool = False,
    is_statutory: bool = False,
    slips: str = "slip",
) -> Matter:
    """One matter that was agreed on in the room; another one in the same place, if it is there already."""
    here = Room.objects.filter(no="100001").first()
    if here is None:
        placed = areas()
        here = room("100001", placed["321102001001"])
        room("100002", placed["next"])
    desk_path = upto(PATH, AreaLevel.TOWN) if is_embargoed else PATH
    desk = {
        "desk_path": desk_path,
        "desk_room_no": "" if is_embargoed else here.no,
        "is_embargoed": is_embargoed,
    }
    topic = Topic.objects.create(
        title="3号楼道灯修复",
        summary="3号楼道灯坏了，居民希望修好。",
        channel=Channel.RESIDENT.value,
        grade=Grade.DEEP.value,
        state=state.value,
        room=here,
        is_statutory=is_statutory,
        opened_at=at - timedelta(days=10),
        release=Release.UNRELEASED.value if is_embargoed else Release.RELEASED.value,
        **desk,
    )
    submissions = [
        Submission.objects.create(
            slip_hash=f"{slips}{n}",
            slip_sealed=b"",
            key_hash=f"{slips}-key{n}",
            form_nonce=ids.new_key(),
            channel=Channel.RESIDENT.value,
            state=SubmissionState.ACCEPTED.value if n == 0 else SubmissionState.MERGED.value,
            room=here,
            topic=topic,
            text="楼道灯不亮",
            received_at=at - timedelta(days=11),
            **desk,
        )
        for n in range(raised_by)
    ]
    deliberation = Deliberation.objects.create(
        topic=topic,
        room=here,
        form=Form.FORMAL.value,
        state=DeliberationState.ARCHIVED.value,
        held_at=at - timedelta(days=2),
        subject_line="楼道灯怎么修",
        release=Release.RELEASED.value,
        **desk,
    )
    record = Record.objects.create(
        deliberation=deliberation, conclusion=Conclusion.AGREED.value, release=Release.RELEASED.value
    )
    unit = unit_of("property-1", "桃园物业公司", UnitKind.PROPERTY)
    other = unit_of("bureau-2", "区住建局", UnitKind.BUREAU)
    Measure.objects.create(
        record=record,
        what="更换楼道灯",
        unit=unit,
        due_on=(at + timedelta(days=12)).date(),
        how_seen="每层灯都亮",
    )
    return Matter(topic, deliberation, submissions, unit, other)

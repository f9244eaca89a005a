"""Two villages of one town, the people around them, and matters that somebody raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.publication import Scope
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant as GrantRow
from shangliang.accounts.models import User
from shangliang.kit.clock import ZONE
from shangliang.people.models import Unit
from shangliang.people.states import UnitKind
from shangliang.places.models import Area, Room
from shangliang.places.states import AreaLevel, Family
from shangliang.topics.actions import intake, screening
from shangliang.topics.actions.intake import Intake, Received
from shangliang.topics.actions.screening import Acceptance
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Grade, Theme, Weight

CITY = "32/3211/"
COUNTY = "32/3211/321102/"
TOWN = "32/3211/321102/321102001/"
VILLAGE = "32/3211/321102/321102001/321102001001/"
NEXT_VILLAGE = "32/3211/321102/321102001/321102001002/"
ROOM_NO, NEXT_NO, TOWN_NO, COUNTY_NO = "100001", "100002", "100003", "100004"
NOW = datetime(2026, 11, 2, 9, tzinfo=ZONE)  # a Monday
_nonces = count(1)


@dataclass(frozen=True)
class Places:
    """Rooms from the village up."""

    room: Room
    next_room: Room
    town_room: Room
    county_room: Room


def places() -> Places:
    """The tiers from the province to two villages, each with its room."""
    path, parent = "", None
    rows = [
        ("32", "江苏省", AreaLevel.PROVINCE),
        ("3211", "镇江市", AreaLevel.CITY),
        ("321102", "京口区", AreaLevel.COUNTY),
        ("321102001", "正东路街道", AreaLevel.TOWN),
    ]
    made: dict[str, Area] = {}
    for code, name, level in rows:
        path += f"{code}/"
        parent = made[path] = _area(code, name, level, parent, path)
    here = _area("321102001001", "桃园社区", AreaLevel.VILLAGE, parent, VILLAGE)
    beside = _area("321102001002", "花山湾社区", AreaLevel.VILLAGE, parent, NEXT_VILLAGE)
    return Places(
        make_room(ROOM_NO, here),
        make_room(NEXT_NO, beside),
        make_room(TOWN_NO, made[TOWN], Family.TOWN),
        make_room(COUNTY_NO, made[COUNTY], Family.CENTRE),
    )


def _area(code: str, name: str, level: AreaLevel, parent: Area | None, path: str) -> Area:
    return Area.objects.create(
        code=code, name=name, level=level.value, parent=parent, path=path, valid_from=date(2023, 6, 30)
    )


def make_room(no: str, area: Area, family: Family = Family.COMMUNITY) -> Room:
    """A room of that area."""
    return Room.objects.create(
        no=no,
        name=f"{area.name}协商议事室",
        family=family.value,
        area=area,
        area_path=area.path,
        phone="0511-0000 1234",
        opened_on=date(2021, 6, 20),
    )


_accounts = count(1000)


def staff(role: Role, **place: str) -> Actor:
    """Somebody in one role at one place."""
    number = next(_accounts)
    return Actor(
        ActorKind.STAFF,
        key=f"account:{number}",
        name="王芳",
        account_id=number,
        grants=(Grant(role, **place),),
    )


@dataclass(frozen=True)
class Cast:
    """Everybody around the first village's room."""

    clerk: Actor
    first: Actor
    second: Actor
    member: Actor
    grid: Actor
    town: Actor
    other_in_town: Actor  # another person of the same office
    district: Actor
    city: Actor
    doer: Actor
    outsider: Actor  # the clerk of the neighbouring room


def cast() -> Cast:
    """The cast; without rows of their own."""
    return Cast(
        clerk=staff(Role.CLERK, room_no=ROOM_NO),
        first=staff(Role.FIRST_CONVENER, room_no=ROOM_NO),
        second=staff(Role.SECOND_CONVENER, room_no=ROOM_NO),
        member=staff(Role.MEMBER, area_path=COUNTY),
        grid=staff(Role.GRID_WORKER, area_path=VILLAGE),
        town=staff(Role.TOWN_OFFICE, area_path=TOWN),
        other_in_town=staff(Role.TOWN_OFFICE, area_path=TOWN),
        district=staff(Role.DISTRICT_OFFICE, area_path=COUNTY),
        city=staff(Role.CITY_OFFICE, area_path=CITY),
        doer=staff(Role.DOER, unit_code="bureau-1"),
        outsider=staff(Role.CLERK, room_no=NEXT_NO),
    )


def raised(
    room: Room,
    text: str = "3号楼的路灯坏了半个月",
    *,
    at: datetime = NOW,
    actor: Actor = ANONYMOUS,
    **more: object,
) -> Received:
    """A matter that somebody raised."""
    asked = Intake(room=room, text=text, nonce=f"form-{next(_nonces)}", **more)  # type: ignore[arg-type]  # fields of Intake
    return intake.receive(actor=actor, intake=asked, at=at)


def acceptance(grade: Grade = Grade.DEEP, *, scope: Scope | None = None, **more: str) -> Acceptance:
    """How a matter is taken up."""
    return Acceptance(
        grade=grade,
        title=more.get("title", "楼道路灯修复"),
        theme=Theme.OLD_ESTATES,
        weight=Weight.PRACTICAL,
        summary=more.get("summary", "路灯坏了，居民希望修好。"),
        scope=scope,
    )


def opened(submission: Submission, actor: Actor, grade: Grade = Grade.DEEP, *, at: datetime = NOW) -> Topic:
    """A matter that was taken up."""
    return screening.accept(submission=submission, acceptance=acceptance(grade), actor=actor, at=at)


def unit() -> Unit:
    """A doer."""
    return Unit.objects.create(code="bureau-1", name="区住建局", kind=UnitKind.BUREAU.value, area_path=COUNTY)


def signed_in(client: Client, role: Role, **place: str) -> User:
    """An account with one role, signed in on this client."""
    user = User.objects.create(username=f"u{next(_accounts)}", display_name="王芳")
    GrantRow.objects.create(user=user, role=role.value, from_on=date(2026, 1, 1), **place)
    client.force_login(user)
    return user


def photo_file(name: str = "灯.jpg", *, side: int = 40) -> SimpleUploadedFile:
    """A small real photo."""
    out = BytesIO()
    Image.new("RGB", (side, side), (180, 40, 30)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")

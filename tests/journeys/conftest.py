"""The cast of the journeys: one community, its room and its neighbours, everybody with an account of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page

from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.outcomes.tests.factories import PATH, areas, room
from shangliang.people.models import Appointment, Member, Person, Unit
from shangliang.people.states import MemberLevel, Office, UnitKind
from shangliang.places.models import Room
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from tests.journeys.deployment import Deployment
from tests.journeys.steps import Axe
from tests.journeys.town import Town, work

TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
ROLES: dict[str, tuple[Role, dict[str, str]]] = {
    "clerk": (Role.CLERK, {"room_no": "100001"}),
    "first": (Role.FIRST_CONVENER, {"room_no": "100001"}),
    "second": (Role.SECOND_CONVENER, {"room_no": "100001"}),
    "town": (Role.TOWN_OFFICE, {"area_path": TOWN}),
    "assigning": (Role.ASSIGNING_OFFICE, {"area_path": COUNTY}),
    "district": (Role.DISTRICT_OFFICE, {"area_path": COUNTY}),
    "doer": (Role.DOER, {"unit_code": "property-1"}),
    "grid": (Role.GRID_WORKER, {"room_no": "100001"}),
    "outsider": (Role.CLERK, {"room_no": "100002"}),
}
Opener = Callable[..., Page]


@dataclass(frozen=True)
class Place:
    """What the journeys happen around."""

    room: Room
    unit: Unit


@pytest.fixture
def place(transactional_db: None) -> Iterator[Place]:
    """The community with its people in their offices."""
    cache.clear()
    placed = areas()
    here = room("100001", placed["321102001001"])
    room("100002", placed["next"])
    unit = Unit.objects.create(
        code="property-1", name="桃园物业公司", kind=UnitKind.PROPERTY.value, area_path=COUNTY
    )
    day = date(2024, 1, 1)
    for key, (role, where) in ROLES.items():
        user = User.objects.create(
            username=key, display_name={"first": "周明", "second": "李芳"}.get(key, "王敏")
        )
        Grant.objects.create(user=user, role=role.value, from_on=day, **where)
    for key, office, name, is_head in (
        ("first", Office.FIRST_CONVENER, "周明", True),
        ("second", Office.SECOND_CONVENER, "李芳", False),
    ):
        person = Person.objects.create(
            name=name,
            post="社区党总支书记" if is_head else "区政协委员",
            is_party_head=is_head,
            account=User.objects.get(username=key),
        )
        Appointment.objects.create(person=person, room=here, office=office.value, from_on=day)
        if not is_head:
            Member.objects.create(
                person=person, level=MemberLevel.COUNTY.value, area_path=COUNTY, from_on=day
            )
    yield Place(here, unit)
    cache.clear()


@pytest.fixture
def person(open_page: Opener, live_server: object, place: Place) -> Callable[..., Page]:
    """`person("clerk", "desktop")`: a page on which that person is signed in."""

    def opened(key: str, screen: str = "desktop") -> Page:
        client = Client()
        client.force_login(
            User.objects.get(username=key), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        page = open_page(screen)
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": str(live_server),
                }
            ]
        )
        return page

    return opened


@pytest.fixture
def worker() -> Callable[[], None]:
    """One round of the worker's reactions."""

    return work


@pytest.fixture
def everybody(served_town: None, live_server: object, axe: Axe, open_page: Opener) -> Iterator[Town]:
    """The filled town, behind this process's own server: what is done in the browser can be looked up."""
    yield Town(str(live_server), axe, open_page)
    cache.clear()


@pytest.fixture
def town(demo_environ: dict[str, str]) -> Iterator[Deployment]:
    deployment = Deployment(demo_environ)
    deployment.start()
    yield deployment
    deployment.kill()

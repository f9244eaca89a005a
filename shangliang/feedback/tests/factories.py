"""An installation with its offices, and what people say about it."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.test import Client

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.accounts.tests.factories import give, make_user
from shangliang.feedback import actions
from shangliang.feedback.models import Feedback
from shangliang.feedback.states import FeedbackKind, FeedbackState, FeedbackWay
from shangliang.kit.clock import ZONE, local_day
from shangliang.places.tests.factories import CITY, COUNTY, TOWN, VILLAGE, make_room, tree

NOW = datetime(2026, 11, 2, 9, tzinfo=ZONE)  # a Monday
ROOM_NO = "321102001001-01"
PHONE = "13900001234"
_numbers = count(1)


def offices(*, city: bool = True, county: bool = True) -> dict[Role, User]:
    """A room, its clerk, and the offices above it; those that are left out are nobody's."""
    make_room(ROOM_NO, tree()[VILLAGE])
    places = {Role.TOWN_OFFICE: TOWN} | ({Role.DISTRICT_OFFICE: COUNTY} if county else {})
    places |= {Role.CITY_OFFICE: CITY} if city else {}
    found = {}
    for role, path in places.items():
        found[role] = make_user(role.value)
        give(found[role], role, area_path=path)
    found[Role.CLERK] = make_user("clerk")
    give(found[Role.CLERK], Role.CLERK, room_no=ROOM_NO)
    return found


def acting(user: User) -> Actor:
    return actor_for(user, local_day(NOW))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def said(
    text: str = "字太小，看不清",
    *,
    kind: FeedbackKind = FeedbackKind.SUGGESTION,
    page: str = "/topics",
    phone: str = "",
    way: FeedbackWay = FeedbackWay.ONLINE,
    actor: Actor = ANONYMOUS,
    at: datetime = NOW,
) -> actions.Received:
    """One that has just come in."""
    given = actions.Said(kind, text, f"nonce-{next(_numbers)}", page, phone, way)
    return actions.receive(actor=actor, said=given, at=at)


def led_to(row: Feedback, state: FeedbackState, office: Actor, at: datetime) -> Feedback:
    """On from waiting to that state."""
    if state == FeedbackState.ANSWERED:
        actions.answer(feedback=row, text="已经改了", actor=office, at=at)
    elif state == FeedbackState.PASSED_ON:
        actions.pass_on(feedback=row, destination="12345", actor=office, at=at)
    row.refresh_from_db()
    return row

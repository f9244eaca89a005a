"""People with accounts, for tests of this app and of the ones above it."""

from __future__ import annotations

from datetime import date, datetime

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.accounts.queries import actor_for
from shangliang.kit.clock import ZONE

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=ZONE)
DISTRICT = "32/3211/321102/"
TOWN = "32/3211/321102/321102001/"
ROOM = "3211020010010001"
NEIGHBOUR = "3211020010020001"
PASSWORD = "lamp-and-bench-7"


def make_user(
    username: str = "zhang", *, display_name: str = "张三", password: str = "", cast: str = ""
) -> User:
    """An account without any role."""
    user = User(username=username, display_name=display_name, cast=cast, is_invented=True)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    return user


def give(
    user: User,
    role: Role,
    *,
    area_path: str = "",
    room_no: str = "",
    unit_code: str = "",
    from_on: date = date(2026, 1, 1),
    until_on: date | None = None,
) -> Grant:
    """A role, without a ledger row."""
    return Grant.objects.create(
        user=user,
        role=role.value,
        area_path=area_path,
        room_no=room_no,
        unit_code=unit_code,
        from_on=from_on,
        until_on=until_on,
    )


def make_clerk(username: str = "clerk", room_no: str = ROOM, **more: str) -> User:
    """The clerk of a room."""
    user = make_user(username, **more)
    give(user, Role.CLERK, room_no=room_no)
    return user


def acting(user: User, day: date = DAY) -> Actor:
    """The Actor of an account."""
    return actor_for(user, day)

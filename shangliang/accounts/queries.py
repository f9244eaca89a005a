"""From an account to an Actor, and from an office to the people who hold it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.actor import Grant as Held
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, Installation, User


def actor_for(user: User, day: date) -> Actor:
    """The Actor of a signed-in person, with the grants in force on `day`; one statement."""
    rows = Grant.objects.filter(user=user).in_force(day)
    return Actor(
        kind=ActorKind.STAFF,
        key=f"account:{user.pk}",
        name=str(user),
        account_id=user.pk,
        grants=tuple(
            Held(Role(row.role), row.area_path, row.room_no, row.unit_code) for row in rows.order_by("pk")
        ),
    )


def holders(
    role: str, day: date, *, area_path: str = "", room_no: str = "", unit_code: str = ""
) -> list[int]:
    """Accounts that hold `role` exactly there on `day`; the people a clock or a message is for."""
    rows = Grant.objects.in_force(day).filter(role=role)
    if area_path:
        rows = rows.filter(area_path=area_path)
    elif room_no:
        rows = rows.filter(room_no=room_no)
    else:
        rows = rows.filter(unit_code=unit_code)
    return list(rows.filter(user__is_active=True).values_list("user_id", flat=True).distinct())


def holders_by_unit(role: str, day: date, codes: Iterable[str]) -> dict[str, list[int]]:
    """The same for several units at once; a unit that nobody acts for is missing."""
    found: dict[str, list[int]] = {}
    rows = Grant.objects.in_force(day).filter(role=role, unit_code__in=set(codes), user__is_active=True)
    for code, account in rows.order_by("pk").values_list("unit_code", "user_id").distinct():
        found.setdefault(code, []).append(account)
    return found


def areas_held(roles: Iterable[str], day: date) -> list[tuple[str, str]]:
    """Which of these roles is held over which area on that day, as pairs (role, area path)."""
    rows = Grant.objects.in_force(day).filter(role__in=[str(role) for role in roles], user__is_active=True)
    return list(rows.exclude(area_path="").values_list("role", "area_path").distinct())


def held_at(
    roles: Iterable[str], day: date, *, area_paths: Iterable[str], room_no: str = ""
) -> list[tuple[Held, int]]:
    """Who holds these roles over one of those areas, or in the room: each office with an account; one statement."""
    places = Q(area_path__in=list(area_paths)) | (Q(room_no=room_no) & ~Q(room_no=""))
    rows = Grant.objects.in_force(day).filter(places, role__in=[str(role) for role in roles])
    return [
        (Held(Role(row.role), row.area_path, row.room_no), row.user_id)
        for row in rows.filter(user__is_active=True).order_by("pk")
    ]


def roles_of(actor: Actor) -> QuerySet[Grant]:
    """The actor's own roles, past ones too, the newest first."""
    return Grant.objects.filter(user_id=actor.account_id or 0).order_by("-from_on", "-pk")


def names(account_ids: Iterable[int]) -> dict[int, str]:
    """What people are called, for pages that staff see."""
    rows = User.objects.filter(pk__in=set(account_ids)).only("display_name", "username")
    return {row.pk: str(row) for row in rows}


def is_demo() -> bool:
    """Whether this database is marked as a demo."""
    return Installation.objects.filter(is_demo=True).exists()


def cast(day: date) -> dict[str, User]:
    """Who plays which part of the demo, with their roles."""
    grants = Grant.objects.in_force(day).order_by("pk")
    rows = User.objects.exclude(cast="").filter(is_active=True)
    return {row.cast: row for row in rows.prefetch_related(Prefetch("grants", queryset=grants))}


def has_second_factor(account_id: int) -> bool:
    """Whether the account asks for a code at sign-in."""
    return bool(Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists())

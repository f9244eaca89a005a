"""Giving and taking roles, opening accounts, and what the holder of one decides."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, Installation, User
from shangliang.accounts.permissions import check_can_grant
from shangliang.events.kinds import Kind, Subject
from shangliang.inbox import actions as inbox
from shangliang.inbox.models import account_ref
from shangliang.inbox.states import ChannelKind
from shangliang.kit import clock
from shangliang.ledger.actions import act

PASSWORD_BYTES = 9  # twelve characters that can be read out


def subject(user: User) -> Subject:
    """How the ledger names an account: by number, never by name."""
    return Subject("account", str(user.pk))


def open_account(
    *, actor: Actor, username: str, display_name: str, within: str, at: datetime
) -> tuple[User, str]:
    """A new account and its first password, which is shown once and stored nowhere."""
    first_password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = User(username=username, display_name=display_name, date_joined=at)
    user.set_password(first_password)  # slow, hence before the transaction
    with transaction.atomic():
        role = check_can_grant(actor, Role.CLERK, within)
        user.save()
        act(Kind.ACCOUNT_OPENED, subject(user), actor=actor, role=role, place=within, at=at)
    return user, first_password


def grant(
    *,
    actor: Actor,
    user: User,
    role: Role,
    within: str,
    area_path: str = "",
    room_no: str = "",
    unit_code: str = "",
    place_name: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
    at: datetime,
) -> Grant:
    """Give a role over an area, at a room or at a unit; `within` is the area path in which that lies."""
    place = area_path or room_no or unit_code
    with transaction.atomic():
        own = check_can_grant(actor, role, area_path or within)
        row = Grant.objects.create(
            user=user,
            role=role.value,
            area_path=area_path,
            room_no=room_no,
            unit_code=unit_code,
            place_name=place_name,
            from_on=from_on or clock.local_day(at),
            until_on=until_on,
        )
        act(
            Kind.ACCOUNT_GRANTED,
            subject(user),
            actor=actor,
            role=own,
            place=within,
            at=at,
            content={
                "role": role.value,
                "place": place,
                "from": row.from_on.isoformat(),
                "until": until_on.isoformat() if until_on else "",
            },
            payload={"account": user.pk, "grant": row.pk},
        )
    return row


def revoke(*, actor: Actor, grant_id: int, within: str, at: datetime) -> Grant:
    """End a role: it holds no more from this moment. The row stays, with its last day."""
    with transaction.atomic():
        row = Grant.objects.select_for_update().select_related("user").get(pk=grant_id)
        own = check_can_grant(actor, Role(row.role), row.area_path or within)
        yesterday = date.fromordinal(clock.local_day(at).toordinal() - 1)
        row.until_on = yesterday
        row.save(update_fields=["until_on"])
        act(
            Kind.ACCOUNT_REVOKED,
            subject(row.user),
            actor=actor,
            role=own,
            place=within,
            at=at,
            content={"role": row.role, "place": row.place, "until": yesterday.isoformat()},
            payload={"account": row.user_id, "grant": row.pk},
        )
    return row


def be_reached(*, actor: Actor, language: str, mail: str) -> None:
    """In which language and by which mail the actor is written to."""
    if actor.account_id is None:
        return
    ref = account_ref(actor.account_id)
    with transaction.atomic():
        inbox.reach(ref, ChannelKind.MAIL, mail, language=language)
        inbox.speak(ref, language)


def mark_installation(*, is_demo: bool, at: datetime, seed: int | None = None) -> None:
    """Say what this database is; only done while it is being filled."""
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": is_demo, "seed": seed, "made_at": at})

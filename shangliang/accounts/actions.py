"""Giving and taking roles, opening accounts, and what the holder of one decides."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from shangliang.access.actor import SYSTEM, Actor, ActorKind
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, Installation, ResetCode, User
from shangliang.accounts.permissions import check_can_grant
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event
from shangliang.inbox import actions as inbox
from shangliang.inbox.models import account_ref
from shangliang.inbox.states import ChannelKind
from shangliang.kit import clock, crypto
from shangliang.kit.text import folded
from shangliang.ledger.actions import act
from shangliang.rulebook import book

PASSWORD_BYTES = 9  # twelve characters that can be read out
CODE_ALPHABET = (
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is taken for something else when it is read out
)
CODE_LENGTH = 12
CODE = "accounts.reset"  # what the codes are hashed for
GIVEN = gettext_noop("办公室给了您一个重设密码的验证码")
NOT_YOURS = gettext_noop("要是您没有要过，请马上联系给您开通账号的办公室。")
DONE = gettext_noop("您的账号设了新密码")


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


def give_code(
    *, actor: Actor, user: User, role: Role | None, within: str, at: datetime
) -> tuple[str, datetime]:
    """A code with which the holder of an account sets a new password, and until when it holds.

    It is shown once and stored as a hash; one that was given before is dead. Who may give it is judged by the caller, who
    knows where rooms and units lie (`people.actions.give_code`).
    """
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    until = at + timedelta(hours=book().at(clock.local_day(at)).integer("accounts.reset_code_hours"))
    with transaction.atomic():
        ResetCode.objects.update_or_create(user=user, defaults={"code_hash": _hashed(code), "until": until})
        event = act(Kind.ACCOUNT_CODE_GIVEN, subject(user), actor=actor, role=role, place=within, at=at)
        inbox.notify(
            accounts=[user.pk],
            kind=Kind.ACCOUNT_CODE_GIVEN,
            title=GIVEN,
            body=NOT_YOURS,
            urgent=True,
            at=at,
            dedupe=f"event:{event.pk}",
        )
    return code, until


def set_password(*, username: str, code: str, new: str, at: datetime) -> User | None:
    """A new password for whoever holds the code; None where name and code do not belong together, or its time is over.

    Every session of the account ends with it, the second factor stays.
    """
    found = ResetCode.objects.select_related("user").filter(user__username__iexact=username.strip())
    row = found.filter(code_hash=_hashed(code), until__gt=at, user__is_active=True).first()
    if row is None:
        return None
    user = row.user
    user.set_password(new)  # slow, hence before the transaction
    with transaction.atomic():
        used, _rows = ResetCode.objects.filter(pk=row.pk, code_hash=row.code_hash).delete()
        if not used:
            return None  # somebody else was faster with the same code
        user.save(update_fields=["password"])
        event = _by_oneself(Kind.ACCOUNT_PASSWORD_RESET, user, at)
        inbox.notify(
            accounts=[user.pk],
            kind=Kind.ACCOUNT_PASSWORD_RESET,
            title=DONE,
            body=NOT_YOURS,
            urgent=True,
            at=at,
            dedupe=f"event:{event.pk}",
        )
    return user


def _by_oneself(kind: Kind, user: User, at: datetime) -> Event:
    """What somebody did to their own account, in the role that they were given first."""
    held = Grant.objects.filter(user=user).order_by("pk").first()
    if held is None:
        return act(kind, subject(user), actor=SYSTEM, at=at)
    own = Actor(ActorKind.STAFF, key=f"account:{user.pk}", account_id=user.pk)
    return act(kind, subject(user), actor=own, role=Role(held.role), place=held.place, at=at)


def _hashed(code: str) -> str:
    """As it is compared: in any width, small or large, with whatever stands between its groups."""
    return crypto.fingerprint("".join(char for char in folded(code).upper() if char.isalnum()), CODE)


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

"""Who may help somebody back into their account."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role
from shangliang.accounts.models import User
from shangliang.people import queries


def check_can_give_code(actor: Actor, user: User, day: date) -> Role | None:
    """Raise Denied unless `actor` could give every role that the account holds; else the role in which they act."""
    if actor.kind == ActorKind.SYSTEM:
        return None
    if not queries.accounts_of(actor, day).filter(pk=user.pk).exists():
        raise Denied(_("这个账号不归您这里管，不能在这里重设密码。"))
    return actor.role_for(Permission.OFFICE_APPOINT, area_path=queries.within(actor))

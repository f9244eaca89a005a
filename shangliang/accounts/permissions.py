"""Who may give roles, and which."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role

# Who keeps the system and who audits it are named at the machine itself, never by the office they watch (三员分立).
GIVEN_AT_THE_MACHINE = frozenset({Role.SYSTEM_KEEPER, Role.AUDITOR})
GIVEN_BY_THE_CITY = frozenset({Role.CITY_OFFICE, Role.DISTRICT_OFFICE})


def not_given_by(role: Role) -> frozenset[Role]:
    """The roles that an office with `role` gives to nobody, however it may appoint otherwise."""
    return GIVEN_AT_THE_MACHINE if role == Role.CITY_OFFICE else GIVEN_AT_THE_MACHINE | GIVEN_BY_THE_CITY


def check_can_grant(actor: Actor, role: Role, within: str) -> Role | None:
    """Raise Denied unless `actor` may give or take `role` somewhere in the area `within`; else the role they act in."""
    if actor.kind == ActorKind.SYSTEM:
        return None
    own = actor.role_for(Permission.OFFICE_APPOINT, area_path=within)
    if own is None:
        raise Denied(_("您的职责范围不包括这里，不能在这里任免。"))
    if role in GIVEN_AT_THE_MACHINE:
        raise Denied(_("系统管理员和安全审计员只能在服务器上设置。"))
    if role in GIVEN_BY_THE_CITY and own != Role.CITY_OFFICE:
        raise Denied(_("推进办的人员由市级推进办任免。"))
    return own

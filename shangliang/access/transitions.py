"""How every act begins: may this person do it, may anybody do it now? Both answers come from the transition table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.kit.states import Machine

RoleOf = Callable[[Actor, Permission, Any], Role | None]


@dataclass(frozen=True)
class Begun:
    """An act that has begun: whose it is, in which office, what it leaves, and where the thing stood before."""

    actor: Actor
    role: Role | None
    event: str
    was: str
    place: str = ""  # where the role is held, if not at the desk: a doer acts in its unit


def begin(machine: Machine[Any], row: Any, act: str, actor: Actor, role_of: RoleOf = role_on_desk) -> Begun:
    """Check permission and state by the table and move `row` (locked by the caller; saved by the caller).

    Raises Denied, or IllegalMove. `role_of` says in which role an actor holds a permission over such a thing.
    """
    role = role_for(machine, row, act, actor, role_of)
    was = machine.state_of(row)
    return Begun(actor, role, machine.go(row, act).event, was)


def role_for(
    machine: Machine[Any], row: Any, act: str, actor: Actor, role_of: RoleOf = role_on_desk
) -> Role | None:
    """The role in which `actor` may do `act` to `row`; raises Denied. The system, and acts by link, need none."""
    needed = machine.needs(act)
    if not needed or actor.kind == ActorKind.SYSTEM:
        return None
    return require_role_for(Permission(needed), row, actor, role_of)


def require_role_for(needed: Permission, row: Any, actor: Actor, role_of: RoleOf = role_on_desk) -> Role:
    """The role in which `actor` holds the permission over `row`; raises Denied."""
    role = role_of(actor, needed, row)
    if role is None:
        raise Denied(_("您没有办理这件事的权限。"))
    return role


def may(machine: Machine[Any], row: Any, act: str, actor: Actor, role_of: RoleOf = role_on_desk) -> bool:
    """Whether `act` is open to `actor` now: the same two questions, for a page."""
    if not machine.allows(row, act):
        return False
    needed = machine.needs(act)
    return bool(needed) and role_of(actor, Permission(needed), row) is not None

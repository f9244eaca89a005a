"""Who is acting, and where they may act. An Actor is built once per request and carries all of its grants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shangliang.access.roles import PERMISSIONS, Permission, Role


class ActorKind(StrEnum):
    """What kind of hand is at work."""

    ANONYMOUS = "anonymous"  # anybody with a browser
    SUBMITTER = "submitter"  # holds the key of one slip
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Grant:
    """One role in one place: an area path ("32/3211/321102/" and all below), a room, or a unit."""

    role: Role
    area_path: str = ""
    room_no: str = ""
    unit_code: str = ""

    def covers(self, *, area_path: str, room_no: str, unit_code: str) -> bool:
        """Whether a thing that lies there falls under this grant."""
        if self.area_path:
            return area_path.startswith(self.area_path)
        if self.room_no:
            return room_no == self.room_no
        return bool(self.unit_code) and unit_code == self.unit_code


@dataclass(frozen=True)
class Scope:
    """Where an actor holds a permission; queries turn it into SQL."""

    area_paths: tuple[str, ...] = ()
    room_nos: tuple[str, ...] = ()
    unit_codes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.area_paths or self.room_nos or self.unit_codes)


@dataclass(frozen=True)
class Actor:
    """Somebody who acts. `key` names the person for the pseudonym table and never leaves the server."""

    kind: ActorKind
    key: str = ""
    name: str = ""
    account_id: int | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def is_staff(self) -> bool:
        return self.kind == ActorKind.STAFF

    def can(
        self, permission: Permission, *, area_path: str = "", room_no: str = "", unit_code: str = ""
    ) -> bool:
        """Whether the actor holds `permission` over a thing that lies in that area, room or unit."""
        return (
            self.role_for(permission, area_path=area_path, room_no=room_no, unit_code=unit_code) is not None
        )

    def role_for(
        self, permission: Permission, *, area_path: str = "", room_no: str = "", unit_code: str = ""
    ) -> Role | None:
        """The role in which the actor may do it: the office that the ledger names."""
        for grant in self.grants:
            if permission in PERMISSIONS[grant.role] and grant.covers(
                area_path=area_path, room_no=room_no, unit_code=unit_code
            ):
                return grant.role
        return None

    def can_somewhere(self, permission: Permission) -> bool:
        """Whether any grant carries `permission`, wherever."""
        return any(permission in PERMISSIONS[grant.role] for grant in self.grants)

    def scope(self, permission: Permission) -> Scope:
        """Everywhere the actor holds `permission`."""
        held = [grant for grant in self.grants if permission in PERMISSIONS[grant.role]]
        return Scope(
            tuple(sorted({grant.area_path for grant in held if grant.area_path})),
            tuple(sorted({grant.room_no for grant in held if grant.room_no and not grant.area_path})),
            tuple(sorted({grant.unit_code for grant in held if grant.unit_code and not grant.area_path})),
        )


ANONYMOUS = Actor(ActorKind.ANONYMOUS)
SYSTEM = Actor(ActorKind.SYSTEM, key="system")


def submitter(slip_key: str) -> Actor:
    """The person who holds one slip; the key is a fingerprint of it, never the slip."""
    return Actor(ActorKind.SUBMITTER, key=f"slip:{slip_key}")

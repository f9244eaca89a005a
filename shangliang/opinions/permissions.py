"""Which polls an actor keeps."""

from __future__ import annotations

from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.opinions.models import Poll, Statement


def poll_for(actor: Actor, key: str) -> Poll:
    """The poll on the actor's desk; 404 otherwise."""
    found = Poll.objects.staffed_by(actor).by_key(key).first()
    if found is None:
        raise Http404
    return found


def role_over(actor: Actor, permission: Permission, statement: Statement) -> Role | None:
    """A statement lies on the desk of its poll."""
    return role_on_desk(actor, permission, statement.poll)

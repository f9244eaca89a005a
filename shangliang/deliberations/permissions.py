"""Which deliberations an actor may open, and who may put a name under a record."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.deliberations import queries
from shangliang.deliberations.models import Deliberation, Signature
from shangliang.deliberations.states import Seat
from shangliang.topics.models import Topic

OWN_SEAT = {Role.FIRST_CONVENER: Seat.FIRST_CONVENER, Role.SECOND_CONVENER: Seat.SECOND_CONVENER}


def deliberation_for(actor: Actor, no: str) -> Deliberation:
    """The deliberation with this number on the actor's desk; 404 otherwise."""
    rows = Deliberation.objects.staffed_by(actor).by_no(no)
    found = rows.select_related("topic", "room", "record", "poll", "draw").first()
    if found is None or found.no != no:
        raise Http404
    return found


def topic_for(actor: Actor, no: str) -> Topic:
    """The topic with this number on the actor's desk; 404 otherwise."""
    found = Topic.objects.staffed_by(actor).by_no(no).select_related("room").first()
    if found is None or found.no != no:
        raise Http404
    return found


def check_can_sign(actor: Actor, permission: Permission, signature: Signature, at: datetime) -> Role | None:
    """In which role `actor` signs: each convener for themselves; once their time is over the stand-in for them, or
    the town's office. What lies with an office, not with a room, is signed by that office. Raises Denied.
    """
    deliberation = signature.record.deliberation
    role = role_on_desk(actor, permission, deliberation)
    if role is None or is_ones_own(role, signature):
        return role
    if role in OWN_SEAT:
        raise Denied(_("这里要由另一位召集人签字。"))
    if not queries.is_sign_time_over(deliberation, at):
        raise Denied(_("召集人的签字时间还没有过，暂时不用代签。"))
    return role


def is_ones_own(role: Role | None, signature: Signature) -> bool:
    """Whether whoever has `role` signs there for themselves, not in somebody's place."""
    if role is None or OWN_SEAT.get(role) == signature.seat:
        return True
    return not signature.record.deliberation.desk_room_no and role not in OWN_SEAT


def role_over(actor: Actor, permission: Permission, signature: Signature) -> Role | None:
    """What the clerk notes of a signature: it lies on the desk of its deliberation.

    Neither convener does that for the other.
    """
    seats = [role for role, seat in OWN_SEAT.items() if seat != signature.seat]
    grants = tuple(grant for grant in actor.grants if grant.role not in seats)
    return role_on_desk(Actor(actor.kind, grants=grants), permission, signature.record.deliberation)

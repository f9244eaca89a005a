"""Who may open what, and in which role: what people may not see does not exist for them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.clocks.models import Holder
from shangliang.kit import clock
from shangliang.outcomes.models import Ask, Commitment, Outcome, Relay
from shangliang.outcomes.queries import asked_office, entering_offices, settling_office
from shangliang.topics.models import Photo


def outcome_for(actor: Actor, no: str) -> Outcome:
    """The outcome with this number on the actor's desk; 404 otherwise."""
    rows = Outcome.objects.visible_to(actor).by_no(no)
    found = rows.select_related("topic", "room", "deliberation__record").first()
    if found is None or found.no != no:
        raise Http404
    return found


def commitment_for(actor: Actor, no: str) -> Commitment:
    """The commitment with this number on the actor's or their unit's desk; 404 otherwise."""
    rows = Commitment.objects.worked_on_by(actor).by_no(no)
    rows = rows.select_related(
        "topic", "room__area__parent__parent", "lead", "outcome__deliberation__record"
    ).prefetch_related("look_backs")
    shared = Photo.objects.filter(submission__topic=OuterRef("topic"), for_doer=True)
    asked = Ask.objects.filter(commitment=OuterRef("pk"))
    # most have none, and their page asks no further
    told = Relay.objects.filter(commitment=OuterRef("pk"))
    rows = rows.annotate(has_matter_photos=Exists(shared), has_asks=Exists(asked), has_relays=Exists(told))
    found = rows.with_accounts(clock.today()).first()
    if found is None or found.no != no:
        raise Http404
    return found


def has_signed(role: Role | None, outcome: Outcome) -> bool:
    """Whether the convener with that role has put their name under the draft as it is worded now."""
    signed = {
        Role.FIRST_CONVENER: outcome.first_signed_at,
        Role.SECOND_CONVENER: outcome.second_signed_at,
    }
    return role is not None and signed.get(role) is not None


def role_to_sign(actor: Actor, permission: Permission, outcome: Outcome) -> Role | None:
    """In which role `actor` may still sign; a page does not ask a convener twice."""
    role = role_on_desk(actor, permission, outcome)
    return None if has_signed(role, outcome) else role


# What is one office's alone to answer, and which office that is.
ANSWERED_BY = {
    Permission.COMMITMENT_EXTEND: settling_office,
    Permission.COMMITMENT_EXPLAIN: asked_office,
}


def role_over(actor: Actor, permission: Permission, commitment: Commitment) -> Role | None:
    """The role in which `actor` holds `permission` over a commitment.

    What a unit has promised, nobody but its officer handles; more time is given by the office that assigned it and by
    no other, a delay is explained by the office that was asked; what a unit says that nobody signs in for is entered by
    whoever stands behind it; all else, and what the community does itself, lies on
    the desk.
    """
    if permission in ANSWERED_BY:
        return _in_offices(actor, permission, commitment, [ANSWERED_BY[permission](commitment)])
    if permission == Permission.COMMITMENT_ENTER:
        if not actor.can_somewhere(permission):
            return None
        return _in_offices(actor, permission, commitment, entering_offices(commitment))
    if permission == Permission.COMMITMENT_HANDLE and commitment.lead is not None:
        return actor.role_for(permission, unit_code=commitment.lead.code)
    return role_on_desk(actor, permission, commitment)


def _in_offices(
    actor: Actor, permission: Permission, commitment: Commitment, offices: Iterable[Holder]
) -> Role | None:
    """The role of the actor who holds one of those offices."""
    roles = {office.role for office in offices}
    in_office = tuple(grant for grant in actor.grants if grant.role in roles)
    return role_on_desk(Actor(actor.kind, grants=in_office), permission, commitment)

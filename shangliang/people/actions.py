"""Appointing and ending: an office and its role come and go together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.accounts import actions as accounts
from shangliang.accounts.models import Grant, User
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.workdays import months_after
from shangliang.ledger.actions import act
from shangliang.people import queries, rules
from shangliang.people.models import Appointment, Person
from shangliang.people.permissions import check_can_give_code
from shangliang.people.states import Office
from shangliang.places.actions import begin_room, subject
from shangliang.places.models import Room
from shangliang.rulebook import book

ROLES = {
    Office.FIRST_CONVENER: Role.FIRST_CONVENER,
    Office.SECOND_CONVENER: Role.SECOND_CONVENER,
    Office.STAND_IN: Role.STAND_IN,
    Office.CLERK: Role.CLERK,
    Office.REVIEWER: Role.REVIEWER,
}
CONVENERS = frozenset({Office.FIRST_CONVENER, Office.SECOND_CONVENER})


@dataclass(frozen=True)
class Proposal:
    """Who is to be what, from when until when, by which document; a person without a row is a new one."""

    office: Office
    person: Person
    from_on: date | None
    until_on: date | None = None
    document: str = ""


def latest_end(room: Room, from_on: date) -> date:
    """The last day of the longest term that begins then."""
    months = book().at(from_on).integer("people.term_months", room.area_path)
    return local_day(months_after(datetime(from_on.year, from_on.month, from_on.day, tzinfo=ZONE), months))


def appointing_gaps(room: Room, proposal: Proposal, day: date) -> list[Unmet]:
    """What stands against an appointment, advice included."""
    from_on, person = proposal.from_on, proposal.person
    in_office = queries.offices(room, from_on or day)
    others = {row.office for row in in_office if row.person_id == person.pk}
    other_convenership = any(office.value in others and office != proposal.office for office in CONVENERS)
    holder = next((row.person.name for row in in_office if row.office == proposal.office), "")
    candidate = rules.Candidate(
        office=proposal.office,
        name=person.name,
        is_party_head=person.is_party_head,
        is_member=bool(person.pk) and queries.is_member_in_term(person, from_on or day),
        from_on=from_on,
        until_on=proposal.until_on,
        latest_end=latest_end(room, from_on) if from_on and proposal.office in CONVENERS else None,
        holder_name=holder,
        holds_it=proposal.office.value in others,
        holds_other_convenership=other_convenership and proposal.office in CONVENERS,
    )
    is_double = queries.pattern(room, from_on or day).second_is_needed
    return rules.missing_for_appointing(candidate, is_double=is_double)


@transaction.atomic
def appoint(*, room: Room, proposal: Proposal, actor: Actor, at: datetime) -> Appointment:
    """Put somebody into an office; who has an account holds the office's role for the same days."""
    room, begun = begin_room(room, "appoint", actor)  # locked: two at once see each other's holder
    require(appointing_gaps(room, proposal, local_day(at)))
    person, from_on, until_on = proposal.person, proposal.from_on or local_day(at), proposal.until_on
    if until_on is None and proposal.office in CONVENERS:
        until_on = latest_end(room, from_on)
    if person.pk is None:
        person.save()
    appointment = Appointment.objects.create(
        person=person,
        room=room,
        office=proposal.office.value,
        from_on=from_on,
        until_on=until_on,
        document=proposal.document.strip(),
    )
    act(
        Kind(begun.event),
        subject(room),
        actor=actor,
        role=begun.role,
        place=room.no,
        at=at,
        content={
            "office": proposal.office.value,
            "from": from_on.isoformat(),
            "until": until_on.isoformat() if until_on else "",
        },
        payload={"appointment": appointment.pk},
    )
    if person.account is not None:
        accounts.grant(
            actor=actor,
            user=person.account,
            role=ROLES[proposal.office],
            within=room.area_path,
            room_no=room.no,
            place_name=room.name,
            from_on=from_on,
            until_on=until_on,
            at=at,
        )
    return appointment


def give_code(*, user: User, actor: Actor, at: datetime) -> tuple[str, datetime]:
    """The office that gives somebody's roles gives a one-time code for a new password. Raises Denied."""
    role = check_can_give_code(actor, user, local_day(at))
    return accounts.give_code(actor=actor, user=user, role=role, within=queries.within(actor), at=at)


@transaction.atomic
def end_appointment(*, appointment: Appointment, actor: Actor, at: datetime) -> None:
    """卸任: the office and its role end with yesterday; what was done in it stays done."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("room", "person")
        .get(pk=appointment.pk)
    )
    today = local_day(at)
    room, begun = begin_room(appointment.room, "end_office", actor)
    if appointment.until_on is not None and appointment.until_on < today:
        return
    appointment.until_on = date.fromordinal(today.toordinal() - 1)
    appointment.save(update_fields=["until_on"])
    act(
        Kind(begun.event),
        subject(room),
        actor=actor,
        role=begun.role,
        place=room.no,
        at=at,
        content={"office": appointment.office, "until": appointment.until_on.isoformat()},
        payload={"appointment": appointment.pk},
    )
    account = appointment.person.account_id
    grants = Grant.objects.filter(
        user_id=account or 0, room_no=room.no, role=ROLES[Office(appointment.office)].value
    )
    for grant in grants.exclude(until_on__lt=today):
        accounts.revoke(actor=actor, grant_id=grant.pk, within=room.area_path, at=at)

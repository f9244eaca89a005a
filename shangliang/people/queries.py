"""Reading offices, conveners, members and doers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import translation

from shangliang.access.actor import Actor
from shangliang.access.matching import NOTHING
from shangliang.access.roles import PERMISSIONS, Permission
from shangliang.accounts.models import Grant, User
from shangliang.accounts.permissions import not_given_by
from shangliang.people.models import Appointment, Member, Person, Unit
from shangliang.people.states import Office
from shangliang.places.models import Room
from shangliang.places.rules import ancestors
from shangliang.rulebook import book

LONGEST_NAME, MOST_FOUND = 40, 30
MOST_DOERS = 200  # in one list to choose from


@dataclass(frozen=True)
class Pattern:
    """Who convenes a family of rooms, and whether it needs a second one (rulebook)."""

    first: str
    second: str
    second_is_needed: bool


def pattern(room: Room, day: date) -> Pattern:
    """The convener pattern of the room's family on `day`, in the language that is active."""
    row = next(
        row
        for row in book().at(day).table("people.conveners_table", room.area_path)
        if row["family"] == room.family
    )
    tail = "_en" if translation.get_language() == "en" else ""
    return Pattern(row[f"first{tail}"], row[f"second{tail}"], bool(row["second_is_needed"]))


def accounts_of(actor: Actor, day: date, typed: str = "") -> QuerySet[User]:
    """Accounts all of whose roles the actor could give, one's own aside: who may reset what else would be a way up."""
    given = _given_by(actor)
    held = Grant.objects.filter(Q(until_on=None) | Q(until_on__gte=day), user=OuterRef("pk"))
    rows = User.objects.filter(Exists(held.filter(given)), ~Exists(held.exclude(given)), is_active=True)
    rows = rows.filter(cast="", is_superuser=False).exclude(pk=actor.account_id or 0)
    if typed:
        rows = rows.filter(Q(display_name__contains=typed) | Q(username__icontains=typed))
    in_force = Grant.objects.in_force(day).order_by("pk")
    return rows.prefetch_related(Prefetch("grants", queryset=in_force)).order_by("display_name", "pk")


def _given_by(actor: Actor) -> Q:
    """The grants that the actor could give: over their area, its rooms and its units."""
    found = NOTHING
    for grant in actor.grants:
        if Permission.OFFICE_APPOINT in PERMISSIONS[grant.role] and grant.area_path:
            rooms = Room.objects.filter(area_path__startswith=grant.area_path).order_by()
            units = Unit.objects.filter(area_path__startswith=grant.area_path).order_by()
            place = Q(area_path__startswith=grant.area_path) | Q(room_no__in=rooms.values("no"))
            place |= Q(unit_code__in=units.values("code"))
            found |= place & ~Q(role__in=[role.value for role in not_given_by(grant.role)])
    return found


def within(actor: Actor) -> str:
    """The area in which the actor gives roles; "" for nobody's."""
    return next(iter(actor.scope(Permission.OFFICE_APPOINT).area_paths), "")


def offices(room: Room, day: date) -> list[Appointment]:
    """Who is in which office of the room on `day`, in the order of the offices; one statement."""
    order = {office.value: place for place, office in enumerate(Office)}
    rows = Appointment.objects.in_force(day).filter(room=room)
    found = rows.select_related("person", "person__account", "person__member")
    return sorted(found, key=lambda row: (order[row.office], row.from_on, row.pk))


def past_offices(room: Room, day: date) -> list[Appointment]:
    """Who was in office before, the latest first."""
    rows = Appointment.objects.filter(room=room, until_on__lt=day).select_related("person")
    return list(rows.order_by("-until_on", "-pk")[:MOST_DOERS])


def holder_of(room: Room, office: Office, day: date) -> Person | None:
    """The person in that office on `day`; the latest when two terms overlap."""
    rows = Appointment.objects.in_force(day).filter(room=room, office=office.value)
    found = rows.select_related("person").order_by("-from_on", "-pk").first()
    return found.person if found else None


def conveners(room: Room, day: date) -> Mapping[Office, Person]:
    """First and second convener and the stand-in of the room, as far as there are any; one statement."""
    wanted = [Office.FIRST_CONVENER, Office.SECOND_CONVENER, Office.STAND_IN]
    rows = Appointment.objects.in_force(day).filter(room=room, office__in=[office.value for office in wanted])
    found: dict[Office, Person] = {}
    for row in rows.select_related("person").order_by("-from_on", "-pk"):
        found.setdefault(Office(row.office), row.person)
    return found


def members_near(area_path: str, day: date) -> QuerySet[Member]:
    """CPPCC members in their term whose place is this one, above it or below it."""
    place = Q(area_path="") | Q(area_path__in=ancestors(area_path)) | Q(area_path__startswith=area_path)
    in_term = Q(until_on=None) | Q(until_on__gte=day)
    rows = Member.objects.filter(place, in_term, from_on__lte=day)
    return rows.select_related("person").order_by("-area_path", "person__name", "pk")


def doers_near(area_path: str) -> QuerySet[Unit]:
    """Units that are competent at a place: its own, those of the tiers above, and those competent everywhere."""
    rows = Unit.objects.filter(Q(area_path="") | Q(area_path__in=ancestors(area_path)))
    return rows.order_by("-area_path", "kind", "name", "pk")


def doers_for(area_path: str, theme: str, most: int) -> list[Unit]:
    """The doers to propose for a matter: those whose themes name it, the nearest first."""
    return [unit for unit in doers_near(area_path) if theme and theme in unit.themes.split(",")][:most]


def is_member_in_term(person: Person, day: date) -> bool:
    """Whether somebody is a CPPCC member on `day`."""
    member = Member.objects.filter(person=person).first()
    return (
        member is not None and member.from_on <= day and (member.until_on is None or day <= member.until_on)
    )


def people_named(typed: str, limit: int) -> Iterable[Person]:
    """People to appoint, by a part of their name."""
    rows = Person.objects.filter(name__contains=typed.strip()).select_related("member")
    return rows.order_by("name", "pk")[:limit]


def typed_name(asked: Mapping[str, str]) -> str:
    """The part of a name by which a page was asked to look."""
    return asked.get("q", "").strip()[:LONGEST_NAME]


def candidates(room: Room, typed: str, day: date) -> list[Person]:
    """Who is proposed for an office: those found by name, else members near; those in office are always among them."""
    found = {row.person_id: row.person for row in offices(room, day)}
    if typed:
        found |= {person.pk: person for person in people_named(typed, MOST_FOUND)}
    else:
        found |= {
            member.person_id: member.person for member in members_near(room.area_path, day)[:MOST_FOUND]
        }
    return list(found.values())

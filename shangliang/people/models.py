"""People in offices, members, doers."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from shangliang.accounts.models import User
from shangliang.people.labels import MEMBER_LEVELS, OFFICES, UNIT_KINDS
from shangliang.people.states import MemberLevel, Office, UnitKind
from shangliang.places.models import Room, Sector


class Person(models.Model):
    """Somebody who holds an office or sits at a table by role; residents who take part need no row."""

    name = models.CharField(max_length=40)
    post = models.CharField(max_length=80, blank=True)  # 职务, as it stands on the room's page
    is_party_head = models.BooleanField(default=False)  # 党组织负责人: may be first convener
    is_invented = models.BooleanField(default=False)
    account = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A member of the CPPCC, of one of four levels."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="member")
    level = models.CharField(max_length=10, choices=[(v.value, MEMBER_LEVELS[v]) for v in MemberLevel])
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT)
    area_path = models.CharField(max_length=80, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person)


class Unit(models.Model):
    """A doer: 主办 or 协办 of commitments. It sees the matter and the place, never who raised it."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=[(v.value, UNIT_KINDS[v]) for v in UnitKind])
    area_path = models.CharField(max_length=80, blank=True)  # where it is competent
    themes = models.CharField(max_length=200, blank=True)  # codes of the ten themes, comma-separated: a hint
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        indexes = [models.Index(fields=["area_path"], name="unit_area_path")]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Chainable filters."""

    def in_force(self, day: date) -> AppointmentQuerySet:
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class Appointment(models.Model):
    """One person in one office of one room, with its term. Appointing also grants the role (one action)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="appointments")
    office = models.CharField(max_length=20, choices=[(v.value, OFFICES[v]) for v in Office])
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=80, blank=True)  # 任命依据

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["room", "office"], name="appointment_room")]

    def __str__(self) -> str:
        return f"{self.person} {self.office}"


class PartyGroup(models.Model):
    """临时性、功能型党组织 of a room."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="party_groups")
    name = models.CharField(max_length=60)
    secretary = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)
    approval_no = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

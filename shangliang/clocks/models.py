"""Running and stopped deadlines."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.events.kinds import Subject


class ClockQuerySet(models.QuerySet["Clock"]):
    """Chainable filters."""

    def running(self) -> ClockQuerySet:
        return self.filter(stopped_at=None)

    def of(self, subject: Subject) -> ClockQuerySet:
        return self.filter(subject_kind=subject.kind, subject_no=subject.no)

    def due_to(self, actor: Actor) -> ClockQuerySet:
        """Clocks whose responsible role is one that the actor holds there: what is due to me."""
        mine = Q(pk__in=[])
        for grant in actor.grants:
            if grant.area_path:
                place = Q(area_path=grant.area_path)
            elif grant.room_no:
                place = Q(room_no=grant.room_no)
            else:
                place = Q(unit_code=grant.unit_code) & ~Q(unit_code="")
            mine |= Q(role=grant.role.value) & place
        return self.filter(mine)


@dataclass(frozen=True)
class Holder:
    """Who has to act before a clock runs out: a role at a room, at a unit, or over exactly one area."""

    role: Role | None  # nobody in particular: residents are waited for
    area_path: str = ""
    room_no: str = ""
    unit_code: str = ""


class Clock(models.Model):
    """One deadline of one thing, and who has to act before it."""

    rule = models.CharField(max_length=80)  # the rulebook parameter that it runs by
    subject_kind = models.CharField(max_length=20)
    subject_no = models.CharField(max_length=40)
    role = models.CharField(max_length=20, blank=True, choices=[(role.value, role.value) for role in Role])
    area_path = models.CharField(max_length=80, blank=True)
    room_no = models.CharField(max_length=20, blank=True)
    unit_code = models.CharField(max_length=20, blank=True)
    # who does it for the holder while nobody signs in there; nobody where the role is empty
    behind_role = models.CharField(max_length=20, blank=True)
    behind_area_path = models.CharField(max_length=80, blank=True)
    behind_room_no = models.CharField(max_length=20, blank=True)
    stand_in = models.CharField(max_length=60, blank=True)  # office that acts instead, once handed on
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    red_at = models.DateTimeField()
    long_at = models.DateTimeField()  # late for so long that it is told to more than its holder
    is_provisional = models.BooleanField(default=False)  # the calendar of that year is not announced yet
    extended_count = models.PositiveSmallIntegerField(default=0)
    extended_reason = models.CharField(max_length=200, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    came_due_at = models.DateTimeField(null=True, blank=True)
    reddened_at = models.DateTimeField(null=True, blank=True)
    grew_long_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_kind", "subject_no"],
                condition=Q(stopped_at=None),
                name="clock_one_running",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(stopped_at=None), name="clock_due"),
            models.Index(fields=["remind_at"], condition=Q(stopped_at=None), name="clock_remind"),
            models.Index(fields=["subject_kind", "subject_no"], name="clock_subject"),
            models.Index(fields=["room_no", "due_at"], condition=Q(stopped_at=None), name="clock_room"),
            models.Index(fields=["unit_code", "due_at"], condition=Q(stopped_at=None), name="clock_unit"),
            models.Index(fields=["area_path", "due_at"], condition=Q(stopped_at=None), name="clock_area"),
            models.Index(
                fields=["behind_role", "behind_area_path", "behind_room_no"],
                condition=Q(stopped_at=None) & ~Q(behind_role=""),
                name="clock_behind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject_no}"

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_no)

    @property
    def holder(self) -> Holder:
        """Who has to act now."""
        role = Role(self.role) if self.role else None
        return Holder(role, area_path=self.area_path, room_no=self.room_no, unit_code=self.unit_code)

    @property
    def behind(self) -> Holder:
        """Who does it for the holder while nobody signs in there; nobody's where nobody stands behind."""
        role = Role(self.behind_role) if self.behind_role else None
        return Holder(role, area_path=self.behind_area_path, room_no=self.behind_room_no)

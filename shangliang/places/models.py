"""Areas, sectors, rooms. A code or number identifies a place, never its name: names repeat."""

from __future__ import annotations

from django.db import models

from shangliang.access.actor import Actor
from shangliang.places.labels import FAMILIES, LEVELS, ROOM_STATES
from shangliang.places.states import AreaLevel, Family, RoomState


class Area(models.Model):
    """A tier of administration. `path` is the codes from the province down, each followed by a slash."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=[(level.value, LEVELS[level]) for level in AreaLevel])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=80, unique=True)
    lat = models.FloatField(null=True, blank=True)  # WGS-84
    lon = models.FloatField(null=True, blank=True)
    is_point_approximate = models.BooleanField(default=False)
    valid_from = models.DateField()  # codes change yearly

    class Meta:
        indexes = [models.Index(fields=["parent", "code"], name="area_children")]

    def __str__(self) -> str:
        return self.name


class Sector(models.Model):
    """界别: a sector of the CPPCC, parallel to the areas."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class RoomQuerySet(models.QuerySet["Room"]):
    """Chainable filters."""

    def open(self) -> RoomQuerySet:
        return self.exclude(state=RoomState.CLOSED.value)

    def visible_to(self, actor: Actor) -> RoomQuerySet:
        """Rooms are public notice boards: everybody sees those that are not closed."""
        return self if actor.is_staff else self.open()


class Room(models.Model):
    """A consultation room or point: what hangs on the door is its number as a QR code."""

    no = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    family = models.CharField(max_length=12, choices=[(f.value, FAMILIES[f]) for f in Family])
    state = models.CharField(
        max_length=10, choices=[(s.value, ROOM_STATES[s]) for s in RoomState], default=RoomState.RUNNING.value
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="rooms")
    area_path = models.CharField(max_length=80)  # the area's, kept here so that lists need no join
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT)
    introduction = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    shared_with = models.CharField(max_length=80, blank=True)  # 一室多用
    has_step_free_entrance = models.BooleanField(default=False)
    has_accessible_toilet = models.BooleanField(default=False)
    has_hearing_help = models.BooleanField(default=False)
    has_large_type = models.BooleanField(default=False)
    opened_on = models.DateField()

    objects = RoomQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area_path"], name="room_area_path"),
            models.Index(fields=["area", "no"], name="room_area_no"),
        ]

    def __str__(self) -> str:
        return self.name

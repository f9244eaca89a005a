"""Closed periods and the figures as they stood: append-only, triggers (migration 0002) refuse update and delete.

A correction made later never changes them; it shows as a difference between the frozen figure and one counted anew.
"""

from __future__ import annotations

from django.db import models

from shangliang.events.kinds import Subject
from shangliang.kit import clock


class ClosedPeriod(models.Model):
    """A period of one area whose figures an office has frozen: when, in which role, under which rules."""

    period = models.CharField(max_length=24)  # its code: 2026, 2026Q3
    area_path = models.CharField(max_length=80)
    first_on = models.DateField()
    last_on = models.DateField()
    at = models.DateTimeField(default=clock.now)
    office = models.CharField(max_length=60)  # as the ledger names it: a role and its place
    rulebook = models.CharField(max_length=16)  # version of the rules in force on that day
    digest = models.CharField(max_length=64)  # SHA-256 of all that was frozen; the ledger holds it too

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "area_path"], name="closed_period_once")]

    def __str__(self) -> str:
        return self.no

    @property
    def no(self) -> str:
        """321102-2026Q3."""
        return f"{self.area_path.rstrip('/').rpartition('/')[2]}-{self.period}"

    @property
    def subject(self) -> Subject:
        return Subject("closed_period", self.no)


class FrozenFigure(models.Model):
    """One figure with the words that it had: what a number meant is part of the number."""

    closed = models.ForeignKey(ClosedPeriod, on_delete=models.PROTECT, related_name="figures")
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    definition = models.CharField(max_length=400)
    unit = models.CharField(max_length=20)
    is_derived = models.BooleanField(default=False)  # a cell that is not there: not known, instead of 0

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closed", "name"], name="frozen_figure_once")]

    def __str__(self) -> str:
        return self.name


class FrozenSplit(models.Model):
    """The cells of one figure in one split: "" for the whole, "area", "theme", "area,theme"."""

    figure = models.ForeignKey(FrozenFigure, on_delete=models.PROTECT, related_name="splits")
    by = models.CharField(max_length=60, blank=True)
    values = models.JSONField()  # "32/3211/321102/|safety" -> number

    class Meta:
        constraints = [models.UniqueConstraint(fields=["figure", "by"], name="frozen_split_once")]

    def __str__(self) -> str:
        return f"{self.figure_id} {self.by}"

"""Events, and a row for each reaction that has dealt with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.kit import clock


class Event(models.Model):
    """Something that has happened, written in the transaction that made it happen."""

    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_no = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)  # ids and dates only; texts stay in the domain's rows
    at = models.DateTimeField(default=clock.now)
    is_open = models.BooleanField(default=True)  # some reaction is still to run; keeps the look-up short
    held_until = models.DateTimeField(null=True, blank=True)  # what follows waits while it can be taken back

    class Meta:
        verbose_name = verbose_name_plural = _("事件")
        indexes = [
            models.Index(fields=["id"], condition=models.Q(is_open=True), name="event_open"),
            models.Index(fields=["subject_kind", "subject_no"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_no}"


class Pressed(models.Model):
    """An act that whoever pressed can take back for some minutes: what was there before, and what it left."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="pressed")
    act = models.CharField(max_length=40)
    person = models.CharField(max_length=80)  # key of the actor
    until = models.DateTimeField()
    was = models.JSONField()  # the columns that it has changed
    became = models.JSONField()
    clocks = models.JSONField()  # those of the thing that ran before
    last_entry = models.BigIntegerField()  # of the ledger: nobody has acted since while it is the last
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "until"], name="pressed_person")]

    def __str__(self) -> str:
        return f"{self.act} {self.event_id}"


class Done(models.Model):
    """One reaction to one event, done. The unique pair is what makes "once" true."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="done")
    reaction = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="done_once")]

    def __str__(self) -> str:
        return f"{self.reaction} ← {self.event_id}"


class Failure(models.Model):
    """A reaction that could not be done yet: when it is tried again, and what went wrong."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="failures")
    reaction = models.CharField(max_length=60)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300)
    next_try_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("待重试的后续")
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="failure_once")]

    def __str__(self) -> str:
        return f"{self.reaction} × {self.tries} ← {self.event_id}"


Reaction = Callable[[Event], None]
Reactions = Mapping[Kind, tuple[Reaction, ...]]

"""What can be found: one row a thing, with the columns that say who may find it."""

from __future__ import annotations

from django.db import models

from shangliang.kit import clock


class Document(models.Model):
    """One thing in the index. `grams` holds the tokens; migrations 0002 and 0004 build each engine's index over them."""

    kind = models.CharField(max_length=20)
    no = models.CharField(max_length=40)
    key = models.BigIntegerField(
        null=True, blank=True
    )  # of its own row, so that a list of its kind can ask the index
    title = models.CharField(max_length=80)
    grams = models.TextField()
    is_public = models.BooleanField(default=False)
    desk_path = models.CharField(max_length=80, blank=True)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    happened_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "no"], name="document_once")]
        indexes = [
            models.Index(fields=["-happened_at"], name="document_newest"),
            # for the few rows of a room, or those that are late: each is looked up, whatever stands in how many texts
            models.Index(fields=["kind", "key"], name="document_key"),
        ]

    def __str__(self) -> str:
        return self.title

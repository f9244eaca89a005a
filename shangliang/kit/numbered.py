"""Rows that people know by a public number, also when another installation gave it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, In

from shangliang.kit import numbers

COLUMNS = ("origin_code", "origin_key")  # what a number needs besides the key and the date, for `only()`
KEY_THERE = Coalesce("origin_key", "id", output_field=models.BigIntegerField())


def here() -> str:
    """The code of this installation; the city's own has none."""
    return str(settings.NUMBER_ORIGIN)


class Numbered(models.Model):
    """Which installation gave the number, and the row's key there; without one it is the row's own key."""

    origin_code = models.CharField(max_length=3, blank=True, default=here, editable=False)
    origin_key = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


Rows = TypeVar("Rows", bound="models.QuerySet[Any]")  # of a Numbered


def number_of(row: Numbered, opened_at: datetime) -> str:
    """The public number; computed and stored nowhere, so that opening something costs no second statement."""
    return numbers.show(opened_at, row.origin_code, row.origin_key or row.pk)


def running_number(row: Numbered) -> str:
    """The number without its year and its leading zeros, for papers that write the year apart: "123", "B7-123"."""
    return "-".join(filter(None, (row.origin_code, str(row.origin_key or row.pk))))


def once(name: str) -> models.UniqueConstraint:
    """No two rows bear one number; its index is also how they are found."""
    return models.UniqueConstraint("origin_code", KEY_THERE, name=name)


def by_no(rows: Rows, no: str) -> Rows:
    """The row with this number, if it is among these. The year is compared by whoever shows the row."""
    number = numbers.parse(no)
    if number is None:
        return rows.none()
    return rows.filter(Exact(KEY_THERE, number.key), origin_code=number.origin)


def by_nos(rows: Rows, nos: Iterable[str]) -> Rows:
    """The rows with these numbers; what is not a number is nothing."""
    keys = defaultdict(set)
    for number in filter(None, map(numbers.parse, nos)):
        keys[number.origin].add(number.key)
    wanted = Q(pk__in=[])
    for origin, there in keys.items():
        wanted |= Q(In(KEY_THERE, sorted(there)), origin_code=origin)
    return rows.filter(wanted)

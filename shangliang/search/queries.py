"""Finding: hits in the title first, then newest, then by key. Only what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.roles import Permission
from shangliang.search import rules
from shangliang.search.models import Document


@dataclass(frozen=True)
class Hit:
    """One found thing."""

    kind: str
    no: str
    title: str


def matching(actor: Actor, typed: str, *, kind: str = "") -> QuerySet[Document]:
    """What `actor` may see and whose words hold everything that was typed."""
    rows = _holding(typed).filter(_visible(actor))
    if kind:
        rows = rows.filter(kind=kind)
    if not typed.split():
        return rows
    in_title = Q()
    for ways in rules.words(typed):
        in_title &= reduce(or_, (Q(title__icontains=word) for word in ways))
    ranked: QuerySet[Document] = rows.annotate(
        in_title=Case(When(in_title, then=Value(True)), default=Value(False), output_field=BooleanField())
    ).order_by("-in_title", "-happened_at", "-pk")
    return ranked


def keys(kind: str, typed: str) -> QuerySet[Any]:
    """The keys of the rows of that kind whose words hold all that was typed, for a list that says itself who sees them."""
    return _holding(typed).filter(kind=kind).values("key")


def query(actor: Actor, typed: str, *, limit: int, start: int = 0, kind: str = "") -> list[Hit]:
    """The first of what matches; one statement."""
    rows = matching(actor, typed, kind=kind).values_list("kind", "no", "title")
    return [Hit(*row) for row in rows[start : start + limit]]


def count(actor: Actor, typed: str, *, most: int, kind: str = "") -> int:
    """How much matches, not counted further than `most`; one statement."""
    return matching(actor, typed, kind=kind).order_by()[:most].count()


def _visible(actor: Actor) -> Q:
    seen = Q(is_public=True)
    return seen | on_desk(actor, Permission.TOPIC_READ) if actor.is_staff else seen


def _holding(typed: str) -> QuerySet[Document]:
    phrases = rules.phrases(typed)
    if not phrases:
        return Document.objects.none()
    # the words are our own hexadecimal tokens, so they need no quoting inside the query
    if connection.vendor == "postgresql":
        wanted = " & ".join("(" + " <-> ".join(phrase) + ")" for phrase in phrases)
        holds = RawSQL("words @@ to_tsquery('simple', %s)", [wanted], output_field=BooleanField())  # noqa: S611
        return Document.objects.filter(holds)
    wanted = " AND ".join('"' + " ".join(phrase) + '"' for phrase in phrases)
    found = RawSQL("SELECT rowid FROM search_grams WHERE search_grams MATCH %s", [wanted])  # noqa: S611
    return Document.objects.filter(pk__in=found)

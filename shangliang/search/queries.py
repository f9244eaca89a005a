"""Finding: hits in the title first, then newest, then by key. Only what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

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


def query(actor: Actor, typed: str, *, limit: int, kind: str = "") -> list[Hit]:
    """What `actor` may see and whose words hold everything that was typed; one statement."""
    phrases, singles = rules.phrases(typed), rules.singles(typed)
    if not phrases and not singles:
        return []
    rows = Document.objects.filter(_visible(actor))
    if kind:
        rows = rows.filter(kind=kind)
    if phrases:
        rows = rows.filter(pk__in=_matching(phrases))
    for character in singles:
        rows = rows.filter(Q(title__contains=character) | Q(body__contains=character))
    in_title = Q()
    for word in rules.RUN.findall(typed):
        in_title &= Q(title__icontains=word)
    ranked: QuerySet[Document] = rows.annotate(
        in_title=Case(When(in_title, then=Value(True)), default=Value(False), output_field=BooleanField())
    ).order_by("-in_title", "-happened_at", "-pk")
    return [Hit(row.kind, row.no, row.title) for row in ranked[:limit]]


def _visible(actor: Actor) -> Q:
    seen = Q(is_public=True)
    return seen | on_desk(actor, Permission.TOPIC_READ) if actor.is_staff else seen


def _matching(phrases: list[list[str]]) -> RawSQL:
    if connection.vendor == "postgresql":
        # the words are our own hexadecimal tokens, so they need no quoting inside the query
        wanted = " & ".join("(" + " <-> ".join(phrase) + ")" for phrase in phrases)
        sql = "SELECT id FROM search_document WHERE to_tsvector('simple', grams) @@ to_tsquery('simple', %s)"
        return RawSQL(sql, [wanted])  # noqa: S611 — constant text, parameters bound
    wanted = " AND ".join('"' + " ".join(phrase) + '"' for phrase in phrases)
    sql = "SELECT rowid FROM search_grams WHERE search_grams MATCH %s"
    return RawSQL(sql, [wanted])  # noqa: S611 — constant text, parameters bound

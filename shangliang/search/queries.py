"""Finding: hits in the title first, then newest, then by key. Only what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from shangliang.access.actor import Actor
from shangliang.access.desk import on_desk
from shangliang.access.roles import Permission
from shangliang.kit.numbered import Rows
from shangliang.search import rules
from shangliang.search.models import Document

FEW = 1000  # that many keys are looked up one by one


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


def among(rows: Rows, kind: str, typed: str) -> Rows:
    """Those of these rows of that kind whose words hold all that was typed; the list says itself who sees them.

    One small statement of its own looks whether that is few. Few are looked up by their keys. Where a word stands in
    many texts, the list reads its rows along an index of its own, and the hits only say of each whether it is in.
    """
    phrases = rules.phrases(typed)
    if not phrases:
        return rows.none()
    found = _keys(kind, phrases)
    with connection.cursor() as cursor:
        cursor.execute(f"{found.sql} LIMIT %s", [*found.params, FEW + 1])
        first = [key for (key,) in cursor.fetchall()]
    if len(first) <= FEW:
        return rows.filter(pk__in=first)
    return rows.filter(In(F("pk") + Value(0), found))  # no longer a key to look up


def _keys(kind: str, phrases: list[list[str]]) -> RawSQL:
    if connection.vendor == "postgresql":
        asked = "SELECT key FROM search_words WHERE kind = %s AND tokens @@ to_tsquery('simple', %s)"
        return RawSQL(asked, [kind, _for_postgresql(phrases)])  # noqa: S611
    # of this kind alone: FTS5 goes to the first of them, and reads no further than the last
    first, last = rules.key_in_lists(kind, 0), rules.key_in_lists(kind, (1 << rules.KEY_BITS) - 1)
    asked = "SELECT rowid - %s FROM search_lists WHERE search_lists MATCH %s AND rowid BETWEEN %s AND %s"
    return RawSQL(asked, [first, _for_sqlite(phrases), first, last])  # noqa: S611


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
    if connection.vendor == "postgresql":
        asked, wanted = "words @@ to_tsquery('simple', %s)", _for_postgresql(phrases)
        return Document.objects.filter(RawSQL(asked, [wanted], output_field=BooleanField()))  # noqa: S611
    found = RawSQL("SELECT rowid FROM search_grams WHERE search_grams MATCH %s", [_for_sqlite(phrases)])  # noqa: S611
    return Document.objects.filter(pk__in=found)


# The words are our own hexadecimal tokens, so they need no quoting inside the query.


def _for_postgresql(phrases: list[list[str]]) -> str:
    return " & ".join("(" + " <-> ".join(phrase) + ")" for phrase in phrases)


def _for_sqlite(phrases: list[list[str]]) -> str:
    return " AND ".join('"' + " ".join(phrase) + '"' for phrase in phrases)

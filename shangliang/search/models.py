"""What can be found: one row a thing, with the columns that say who may find it."""

from __future__ import annotations

from typing import Any

from django.db import models

from shangliang.kit import clock


class Document(models.Model):
    """One thing that the search page finds. `grams` holds the tokens; migrations 0002 and 0004 build each engine's index
    over them."""

    kind = models.CharField(max_length=20)
    no = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    grams = models.TextField()
    is_public = models.BooleanField(default=False)
    desk_path = models.CharField(max_length=80, blank=True)
    desk_room_no = models.CharField(max_length=20, blank=True)
    is_embargoed = models.BooleanField(default=False)
    happened_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "no"], name="document_once")]
        indexes = [models.Index(fields=["-happened_at"], name="document_newest")]

    def __str__(self) -> str:
        return self.title


class TokensField(models.TextField):  # type: ignore[type-arg]
    """Tokens as each engine looks through them: PostgreSQL keeps the vector that it compares, and no text beside it."""

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(self, value: object, compiler: object, connection: Any) -> str:
        return "to_tsvector('simple', %s)" if connection.vendor == "postgresql" else "%s"


class Words(models.Model):
    """The words by which a list finds a row of its own. No page of the search reads them: residents' words are among them.

    Who may see the row, the list says itself. Its key here is made of the row's (`rules.key_in_lists`), so that an
    index which knows nothing but keys names the row without a look at this table.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    tokens = TokensField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="words_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

"""Putting things into the index and taking them out, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shangliang.access.desk import OnDesk
from shangliang.kit.columns import fitted
from shangliang.search import rules
from shangliang.search.models import Document, Words

BATCH = 500


def put(
    *,
    kind: str,
    no: str,
    title: str,
    body: str,
    desk: OnDesk,
    is_public: bool,
    happened_at: datetime,
) -> None:
    """Put a thing in for the search page, or replace what the index holds of it."""
    Document.objects.update_or_create(
        kind=kind,
        no=no,
        defaults={
            "title": fitted(Document, "title", title),
            **rules.kept(f"{title} {body}"),
            "is_public": is_public,
            "desk_path": desk.desk_path,
            "desk_room_no": desk.desk_room_no,
            "is_embargoed": desk.is_embargoed,
            "happened_at": happened_at,
        },
    )


def remove(*, kind: str, no: str) -> None:
    """Take a thing out."""
    Document.objects.filter(kind=kind, no=no).delete()


def put_words(kind: str, texts: Iterable[tuple[int, str]]) -> int:
    """Put in what the lists of that kind find these rows by, or replace it: key and text of each. Returns how many."""
    made = [
        Words(pk=rules.key_in_lists(kind, key), kind=kind, key=key, tokens=" ".join(rules.tokens(text)))
        for key, text in texts
    ]
    Words.objects.bulk_create(
        made, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=["tokens"]
    )
    return len(made)


def remove_words(kind: str, keys: Iterable[int]) -> None:
    """No list finds these rows any more."""
    Words.objects.filter(pk__in=[rules.key_in_lists(kind, key) for key in keys]).delete()

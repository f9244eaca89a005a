"""Putting things into the index and taking them out, in the transaction that changes them."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.desk import OnDesk
from shangliang.kit.columns import fitted
from shangliang.search import rules
from shangliang.search.models import Document


def put(
    *,
    kind: str,
    no: str,
    key: int | None = None,
    title: str,
    body: str,
    desk: OnDesk,
    is_public: bool,
    happened_at: datetime,
) -> None:
    """Put a thing in, or replace what the index holds of it. `key`: of its row, where a list of its kind asks the index."""
    Document.objects.update_or_create(
        kind=kind,
        no=no,
        defaults={
            "key": key,
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

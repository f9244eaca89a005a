"""Opening a file of a reply: who may is asked by each page that leads to it, how it is sent stands here."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse, Http404

from shangliang.access.publication import Release
from shangliang.kit.papers import TYPES
from shangliang.outcomes.models import ReplyFile


def reviewed() -> QuerySet[ReplyFile]:
    """Those that somebody has looked through and found fit for readers."""
    return ReplyFile.objects.filter(reply__release=Release.RELEASED.value, withheld="")


def sent(row: ReplyFile | None) -> FileResponse:
    """A photo to be seen on the page; a letter to be taken to the reader's own programs. 404 for None."""
    if row is None:
        raise Http404
    name = f"{row.get_kind_display()}.{row.ending}"
    return FileResponse(
        row.file.open("rb"), as_attachment=not row.is_photo, filename=name, content_type=TYPES[row.ending]
    )

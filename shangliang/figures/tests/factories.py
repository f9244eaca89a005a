"""Figures of the search index: the lowest rows that lie in areas and rooms, and stand under embargo or not."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.desk import on_desk
from shangliang.access.roles import Permission, Role
from shangliang.figures.declaration import (
    AREA,
    ROOM,
    Cut,
    Derived,
    Figure,
    Happened,
    Line,
    Source,
    Standing,
    gathered,
)
from shangliang.figures.rules import percent
from shangliang.kit.clock import ZONE
from shangliang.search.models import Document

CITY, COUNTY = "32/3211/", "32/3211/321102/"
TOWN, NEXT_TOWN = f"{COUNTY}321102001/", f"{COUNTY}321102002/"
TODAY = date(2026, 11, 23)


def _rows() -> QuerySet[Document]:
    return Document.objects.filter(is_embargoed=False)


def _seen(rows: QuerySet[Document], actor: Actor) -> QuerySet[Document]:
    return rows.filter(Q(is_public=True) | on_desk(actor, Permission.TOPIC_READ))


def _line(row: Document, actor: Actor) -> Line:
    return Line(row.title, f"/topics/{row.no}")


# Words of tests are not collected for translation: any text will do that stands in a catalogue or not.
KIND = Cut("kind", _("类别"))
PLACES = {AREA: "desk_path", ROOM: "desk_room_no", KIND: "kind"}
WRITING = Source(_rows, Happened("happened_at"), PLACES, _seen, _line, order=("-happened_at", "-pk"))
SHELF = Source(_rows, Standing("happened_at__date"), {AREA: "desk_path"}, _seen, _line)

WRITTEN = Figure("search.written", _("篇数"), _("期内写下的。"), _("篇"), WRITING, is_public=True)
OPEN = Figure("search.open", _("公开的"), _("其中公开的。"), _("篇"), WRITING, only=Q(is_public=True))
LETTERS = Figure("search.letters", _("字数"), _("标题的字数。"), _("字"), WRITING, adds=Length("title"))
ROOMS = Figure("search.rooms", _("室数"), _("写过的室。"), _("个"), WRITING, distinct="desk_room_no")
KEPT = Figure("search.kept", _("现有"), _("期末还在的。"), _("篇"), SHELF)
SHARE = Derived("search.share", _("公开率"), _("公开的占几成。"), _("%"), (OPEN, WRITTEN), percent)
FIGURES = gathered([WRITTEN, OPEN, LETTERS, ROOMS, KEPT, SHARE])


def moment(text: str) -> datetime:
    """`2026-03-31 23:59` by the clock in China."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def document(
    at: str = "2026-03-10 09:00",
    *,
    path: str = TOWN,
    room_no: str = "100001",
    kind: str = "topic",
    title: str = "楼道灯",
    is_public: bool = False,
    is_embargoed: bool = False,
) -> Document:
    """One row of the index."""
    return Document.objects.create(
        kind=kind,
        no=str(Document.objects.count() + 1),
        title=title,
        grams="",
        desk_path=path,
        desk_room_no=room_no,
        is_public=is_public,
        is_embargoed=is_embargoed,
        happened_at=moment(at),
    )


def office(role: Role = Role.DISTRICT_OFFICE, area_path: str = COUNTY, key: str = "account:1") -> Actor:
    """Somebody who holds `role` over an area."""
    return Actor(
        ActorKind.STAFF, key=key, name="王某", account_id=1, grants=(Grant(role, area_path=area_path),)
    )

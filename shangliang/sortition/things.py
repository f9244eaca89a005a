"""What draws hand in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.things import Thing
from shangliang.sortition.labels import HISTORY, TASKS, UNMET
from shangliang.sortition.models import Draw
from shangliang.sortition.permissions import draw_for
from shangliang.sortition.states import DRAW

DRAWS = Thing(
    kind="draw",
    label=_("抽签请人"),
    rows=lambda actor: Draw.objects.staffed_by(actor).select_related("room"),
    title=lambda row: row.title,
    place=lambda row: row.room.name,
    page="draw_by_number",
    find=draw_for,
    machine=DRAW,
    history=HISTORY,
    tasks=TASKS,
    unmet=UNMET,
)
THINGS = (DRAWS,)

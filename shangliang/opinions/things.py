"""What polls hand in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.things import Thing
from shangliang.opinions.labels import HISTORY
from shangliang.opinions.models import Poll
from shangliang.opinions.permissions import poll_for
from shangliang.opinions.states import POLL

POLLS = Thing(
    kind="poll",
    label=_("征集看法"),
    rows=lambda actor: Poll.objects.staffed_by(actor),
    title=lambda row: row.question,
    place=lambda row: "",
    page="desk_poll",
    find=poll_for,
    machine=POLL,
    history=HISTORY,
)
THINGS = (POLLS,)

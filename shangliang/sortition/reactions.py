"""What follows by itself: those drawn get their letters, the clerk hears what the worker found and who cannot come."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_noop

from shangliang.desks.queries import holder, people_of
from shangliang.events.models import Event
from shangliang.inbox.actions import notify, notify_slip
from shangliang.kit.clock import local_day
from shangliang.sortition.models import Draw
from shangliang.sortition.states import VolunteerState

DRAWN = gettext_noop("您被抽中了，请来商量：%(what)s。来不来都请告诉我们，打开链接按一下就行。")
FIXED = gettext_noop("各组已经编好、留痕，可以当众抽签了：%(what)s")
CALLED_OFF = gettext_noop("抽签请您来商量的事取消了：%(what)s。原因：%(why)s。")
IMPOSSIBLE = gettext_noop("按现在的人数要求编不成组，请看要改哪几项：%(what)s")
DECLINED = gettext_noop("抽中的 %(n)s 号来不了，可以请候补：%(what)s")


def send_letters(event: Event) -> None:
    """To everybody who was drawn and left a telephone; the others' letters are printed."""
    draw = _draw(event)
    drawn = draw.volunteers.filter(number__in=event.payload["drawn"], state=VolunteerState.DRAWN.value)
    for row in drawn:
        notify_slip(
            row.ref,
            kind=event.kind,
            title=DRAWN,
            params={"what": draw.title},
            link=row.own_path,
            urgent=True,
            at=event.at,
            dedupe=f"event:{event.pk}",
        )


def tell_called_off(event: Event) -> None:
    """To those who had been drawn: they need not come."""
    draw = _draw(event)
    for row in draw.volunteers.filter(state__in=[VolunteerState.DRAWN.value, VolunteerState.ACCEPTED.value]):
        notify_slip(
            row.ref,
            kind=event.kind,
            title=CALLED_OFF,
            params={"what": draw.title, "why": draw.reason},
            link=row.own_path,
            urgent=True,
            at=event.at,
            dedupe=f"event:{event.pk}",
        )


def tell_keeper(event: Event) -> None:
    """The panels are made, or cannot be."""
    title = FIXED if event.kind == "draw.fixed" else IMPOSSIBLE
    _tell(event, _draw(event), title, {})


def tell_declined(event: Event) -> None:
    """Somebody who was drawn cannot come."""
    if not event.payload.get("comes"):
        _tell(event, _draw(event), DECLINED, {"n": event.payload.get("volunteer", "")})


def _tell(event: Event, draw: Draw, title: str, params: dict[str, object]) -> None:
    notify(
        accounts=people_of(holder(draw), local_day(event.at)),
        kind=event.kind,
        title=title,
        params={"what": draw.title, **params},
        link=reverse("desk_draw", args=[draw.key]),
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


def _draw(event: Event) -> Draw:
    return Draw.objects.by_no(event.subject_no).select_related("room").get()

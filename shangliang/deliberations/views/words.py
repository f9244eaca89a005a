"""What the pages say: unmet conditions, history in plain words, what is next and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shangliang.deliberations.labels import BY_SLIP, CONCLUSIONS, SEATS, SIGNATURE_WAYS, UNMET
from shangliang.deliberations.models import Deliberation, Measure, Participant
from shangliang.deliberations.states import Conclusion, Seat, SignatureWay
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet
from shangliang.kit.guards import sentences as worded
from shangliang.kit.punctuation import listed
from shangliang.ledger.queries import Line

PLAN_FIELDS = (
    "held_at",
    "place",
    "subject_line",
    "agenda",
    "urgent_reason",
    "statutory_route",
    "is_material_out",
)


def sentences(unmet: Iterable[Unmet], deliberation: Deliberation | None = None) -> list[dict[str, object]]:
    """What `kit/guard.html` draws; each leads to the page of that deliberation on which it is mended."""
    addresses: dict[str, str] = {}
    if deliberation is not None and deliberation.pk:
        here = f"/desk/deliberations/{deliberation.no}"
        addresses = {name: f"{here}/plan#id_{name}" for name in PLAN_FIELDS}
        addresses |= {
            "invite": f"{here}/invite",
            "attendance": f"{here}/attendance",
            "review": "#review",
            "topic": f"/desk/topics/{deliberation.topic.no}",
        }
    return worded(unmet, UNMET, addresses)


def on_this_page(unmet: Iterable[Unmet]) -> list[dict[str, object]]:
    """The same where every field to mend stands on the page itself."""
    return worded(unmet, UNMET, {"topic": "", "open": "", "invite": "#id_invited_set"})


def detail(line: Line) -> str:
    """A ledger line's own facts in words."""
    facts = line.content
    match line.event:
        case Kind.RECORD_SIGNED:
            way, seat = facts.get("way"), facts.get("seat")
            if not way or not seat:
                return ""
            return listed((SEATS[Seat(str(seat))], SIGNATURE_WAYS[SignatureWay(str(way))]))
        case Kind.RECORD_CONFIRMED:
            conclusion = facts.get("conclusion")
            return str(CONCLUSIONS[Conclusion(str(conclusion))]) if conclusion else ""
        case Kind.ATTENDANCE_WRITTEN:
            counted = {"named": facts.get("named", 0), "heads": facts.get("heads", 0)}
            return _("点到名的 %(named)s 人，另外 %(heads)s 人") % counted
        case Kind.RECORD_WRITTEN:
            return _("草稿") if facts.get("draft") else _("送召集人签字")
    return ""


def when(moment: datetime | None) -> str:
    """Day, weekday and hour."""
    return date_format(timezone.localtime(moment), _("Y年n月j日（D）H:i")) if moment else ""


def facts(deliberation: Deliberation) -> list[dict[str, Any]]:
    """Time, place, subject and what else is known, with what is still missing."""
    rows = [
        (_("时间"), when(deliberation.held_at), _("还没有定")),
        (_("地点"), deliberation.place, _("还没有定")),
        (_("形式"), f"{deliberation.get_form_display()} · {deliberation.get_mode_display()}", ""),
        (_("议题"), deliberation.topic.title, ""),
        (_("公开到哪里"), deliberation.get_scope_display(), ""),
        (_("依法走哪条路"), deliberation.get_statutory_route_display(), ""),
        (_("紧急的理由"), deliberation.urgent_reason, ""),
        (_("线上地址"), deliberation.online_link, ""),
        (_("改期或取消的原因"), deliberation.change_reason, ""),
    ]
    return [
        {"label": label, "value": value, "missing": "" if value else missing}
        for label, value, missing in rows
        if value or missing
    ]


def name_of(participant: Participant) -> str:
    """The name as it stands in the list."""
    return str(BY_SLIP) if participant.is_by_slip else participant.name


def by_seat(participants: Sequence[Participant]) -> list[dict[str, Any]]:
    """The list of guests, seat by seat."""
    return [
        {"label": SEATS[seat], "value": listed(name_of(row) for row in participants if row.seat == seat)}
        for seat in Seat
        if any(row.seat == seat for row in participants)
    ]


def doer_of(measure: Measure) -> str:
    """Who does it."""
    return measure.unit.name if measure.unit else measure.doer_text


def measure_note(measure: Measure) -> str:
    """One line: who, by when, how one sees it."""
    parts = [doer_of(measure)]
    if measure.done_on_spot:
        parts.append(_("当场办好"))
    if measure.due_on:
        parts.append(_("%(day)s前") % {"day": date_format(measure.due_on, "DATE_FORMAT")})
    if measure.how_seen:
        parts.append(_("怎样算做好：%(what)s") % {"what": measure.how_seen})
    return " · ".join(part for part in parts if part)

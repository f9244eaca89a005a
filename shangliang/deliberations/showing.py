"""What the pages say of a deliberation: its history, its facts, who is invited, what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangliang.access.publication import Release, Scope
from shangliang.deliberations import queries
from shangliang.deliberations.labels import CONCLUSIONS, SEATS, SIGNATURE_WAYS
from shangliang.deliberations.models import Deliberation, Measure, Participant, Record
from shangliang.deliberations.states import Conclusion, DeliberationState, Mode, Seat, SignatureWay
from shangliang.events.kinds import Kind
from shangliang.inbox.labels import HAND_WAYS
from shangliang.inbox.states import HandWay
from shangliang.kit import clock
from shangliang.kit.columns import fitted
from shangliang.kit.punctuation import labelled, listed, with_note
from shangliang.ledger.queries import Line
from shangliang.topics.models import Topic


def detail(line: Line) -> str:
    """A ledger line's own facts in words."""
    facts = line.content
    match line.event:
        case Kind.RECORD_SIGNED:
            way, seat = facts.get("way"), facts.get("seat")
            if not way or not seat:
                return ""
            return listed((SEATS[Seat(str(seat))], SIGNATURE_WAYS[SignatureWay(str(way))]))
        case Kind.RECORD_LINK_SENT:
            return str(SEATS[Seat(str(facts["seat"]))]) if facts.get("seat") else ""
        case Kind.RECORD_CONFIRMED:
            conclusion = facts.get("conclusion")
            return str(CONCLUSIONS[Conclusion(str(conclusion))]) if conclusion else ""
        case Kind.ATTENDANCE_WRITTEN:
            counted = {"named": facts.get("named", 0), "heads": facts.get("heads", 0)}
            return _("点到名的 %(named)s 人，另外 %(heads)s 人") % counted
        case Kind.GUESTS_TOLD:
            n, way = facts.get("told", 0), HAND_WAYS[HandWay(str(facts["way"]))]
            return listed((way, ngettext("%(n)s 人", "%(n)s 人", int(str(n))) % {"n": n}))
        case Kind.RECORD_WRITTEN:
            # rows of the first version do not say so; but a draft counts its measures, and they do not
            if facts.get("taken_back") or (facts.get("draft") and "measures" not in facts):
                return _("取回来改")
            return _("草稿") if facts.get("draft") else _("送召集人签字")
    return ""


def when(moment: datetime | None) -> str:
    """Day, weekday and hour."""
    return date_format(timezone.localtime(moment), _("Y年n月j日（D）H:i")) if moment else ""


def set_for(deliberation: Deliberation) -> str:
    """For which moment it is set, or that nobody has said yet, beside a day by which something has to be done; of
    what has begun nothing."""
    if deliberation.held_at is None:
        return _("待定日期")
    if deliberation.state not in {DeliberationState.PREPARED, DeliberationState.ANNOUNCED}:
        return ""
    return _("定在 %(when)s") % {"when": when(deliberation.held_at)}


def hours(deliberation: Deliberation) -> str:
    """The same with the hour at which it ended, once that is known; what was written down afterwards has none."""
    began, ended = deliberation.held_at, deliberation.ended_at
    if began is None or ended is None or ended <= began:
        return when(began)
    return _("%(when)s—%(until)s") % {
        "when": when(began),
        "until": timezone.localtime(ended).strftime("%H:%M"),
    }


def record_word(record: Record) -> str:
    """How far a record is."""
    if record.confirmed_at:
        return _("已确认")
    return _("等召集人签字") if record.written_at else _("草稿")


def voters_note(deliberation: Deliberation) -> str:
    """How many have said what they think; reads `voters` of `queries.with_voters`."""
    voters: int = getattr(deliberation, "voters", 0)
    return ngettext("%(n)s 人表过态", "%(n)s 人表过态", voters) % {"n": voters} if voters else ""


def facts(deliberation: Deliberation) -> list[dict[str, Any]]:
    """Time, place, subject and what else is known, with what is still missing."""
    rows = [
        (_("时间"), hours(deliberation), _("还没有定")),
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


def proposed_plan(topic: Topic) -> dict[str, Any]:
    """What the topic and the room say already; nothing of it is typed again."""
    return {
        "place": fitted(Deliberation, "place", topic.room.name),
        "subject_line": fitted(Deliberation, "subject_line", topic.title),
        "agenda": _("说说是怎么回事\n听听大家的意见\n能办的单位说说怎么办\n商定谁来做、哪天做好"),
        "scope": (Scope.INTERNAL if topic.is_embargoed else Scope(topic.scope)).value,
        "mode": Mode.ROOM.value,
    }


def lead(deliberation: Deliberation) -> str:
    """How far ahead it is announced."""
    found = queries.lead_of(deliberation, clock.today())
    if found.is_working:
        return _("要提前 %(n)s 个工作日预告。") % {"n": found.days}
    return _("要提前 %(n)s 天预告。") % {"n": found.days}


def by_seat(participants: Sequence[Participant], *, was_held: bool = False) -> list[dict[str, Any]]:
    """The list of guests, seat by seat; `was_held`: with who did not come, or came by telephone."""
    return [
        {
            "label": SEATS[seat],
            "value": listed(_presence(row, was_held) for row in participants if row.seat == seat),
            "count": sum(row.seat == seat for row in participants),
        }
        for seat in Seat
        if any(row.seat == seat for row in participants)
    ]


def invited_words(deliberation: Deliberation) -> list[dict[str, Any]]:
    """Who is invited to what is announced, for its reviewer: seat by seat how many, and who; reads `participants`."""
    rows = sorted(deliberation.participants.all(), key=lambda row: row.pk)
    return [
        {
            "label": ngettext("%(seat)s %(n)s 位", "%(seat)s %(n)s 位", n) % {"seat": line["label"], "n": n},
            "value": line["value"],
        }
        for line, n in ((line, line["count"]) for line in by_seat(rows))
    ]


def told_label(guest: queries.ToldGuest) -> str:
    """One person on the list of whom to call: name, seat, how they stand, a unit's own telephone."""
    phone = _("电话 %(phone)s") % {"phone": guest.phone} if guest.phone else ""
    parts = (guest.name, SEATS[guest.seat], guest.told.words, phone)
    return " · ".join(str(part) for part in parts if part)


def _presence(row: Participant, was_held: bool) -> str:
    if not was_held:
        return str(row.display_name)
    name = str(row.name_there)
    if row.attended and not row.by_telephone:
        return name
    return with_note(name, _("打电话参加") if row.attended else _("没有到"))


def here(deliberation: Deliberation) -> list[dict[str, Any]]:
    """Who was there, seat by seat, and how many besides; one statement."""
    came = list(deliberation.participants.filter(attended=True).order_by("pk"))
    heads = deliberation.residents_count
    more = ngettext("%(n)s 人", "%(n)s 人", heads) % {"n": heads}
    return by_seat(came) + ([{"label": _("其他群众"), "value": more}] if heads else [])


def counts(deliberation: Deliberation) -> list[tuple[str | Promise, int]]:
    """How many came, for everybody, who reads numbers and never names: seat by seat, and how many besides.

    One statement.
    """
    heads = deliberation.residents_count
    came = [(SEATS[seat], count) for seat, count in queries.public_counts(deliberation)]
    return came + ([(_("其他群众"), heads)] if heads else [])


def notice_text(deliberation: Deliberation) -> str:
    """Words to paste into a group chat: only what everybody may read, with the page where the rest stands."""
    if deliberation.state != DeliberationState.ANNOUNCED or deliberation.release != Release.RELEASED:
        return ""
    agenda = [line.strip() for line in deliberation.agenda.splitlines() if line.strip()]
    facts = (
        (_("商量什么"), deliberation.subject_line or deliberation.topic.title),
        (_("时间"), when(deliberation.held_at)),
        (_("地点"), deliberation.place),
        (_("线上参加"), deliberation.online_link),
    )
    return "\n".join(
        [
            _("【商量的预告】%(room)s") % {"room": deliberation.room.name},
            *(labelled(label, value) for label, value in facts if value),
            *([labelled(_("议程"), "")] if agenda else []),
            *(f"{number}. {line}" for number, line in enumerate(agenda, 1)),
            _("谁都可以来，不用报名。详情："),
            settings.BASE_URL + reverse("deliberation", args=[deliberation.no]),
        ]
    )


def announced_words(deliberation: Deliberation) -> str:
    """Everything that an announcement makes public, for whoever releases it: not the agenda alone."""
    facts = (
        (_("时间"), when(deliberation.held_at)),
        (_("地点"), deliberation.place),
        (_("线上参加"), deliberation.online_link),
        (_("未按期预告的原因"), deliberation.urgent_reason),
    )
    lines = [labelled(label, value) for label, value in facts if value]
    return "\n".join(
        [*lines, *([labelled(_("议程"), "")] if deliberation.agenda else []), deliberation.agenda]
    )


def passed_words(deliberation: Deliberation) -> str:
    """What follows once its announcement was let through: before it is announced, nobody outside reads it."""
    if deliberation.state == DeliberationState.PREPARED:
        return _("审核已通过。联络员按“发布预告”，大家才看得到。")
    return ""


def to_announce(deliberation: Deliberation) -> str:
    """What its clerk is asked for once the announcement was let through, with the day of the session; "" before."""
    if deliberation.state != DeliberationState.PREPARED or deliberation.release != Release.RELEASED:
        return ""
    return _("发布预告：%(when)s商量") % {"when": when(deliberation.held_at)}


def recorded_words(record: Record) -> str:
    """Everything that a record makes public, for whoever releases it: with who does what, dissent and effect."""
    measures = [
        f"{number}. {measure.what}" + (f" · {note}" if (note := measure_note(measure)) else "")
        for number, measure in enumerate(record.measures.all(), 1)
    ]
    rest = ((_("不同意见和解释"), record.dissent), (_("效果"), record.effect))
    return "\n".join([record.said, *measures, *(labelled(label, text) for label, text in rest if text)])


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
        parts.append(_("办结标准：%(what)s") % {"what": measure.how_seen})
    return " · ".join(part for part in parts if part)

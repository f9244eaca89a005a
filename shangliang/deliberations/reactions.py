"""What follows by itself: guests are told, conveners get their links, the paper is set, a stand-in signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop

from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.accounts.queries import holders, holders_by_unit
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.deliberations import queries
from shangliang.deliberations.actions import seating, signing
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.states import DeliberationState
from shangliang.deliberations.tasks import try_document
from shangliang.desks.queries import holder, people_of, tier_office
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.inbox.actions import notify, notify_slip
from shangliang.kit.clock import local_day
from shangliang.kit.numbered import by_no
from shangliang.sortition.models import Draw
from shangliang.topics.states import SubmissionState

INVITED = gettext_noop("请您来商量：%(what)s。时间 %(when)s，地点 %(where)s。需要什么帮助，请告诉联络员。")
POSTPONED = gettext_noop("改期了：%(what)s。原因：%(why)s。新的时间会再告诉您。")
CANCELLED = gettext_noop("取消了：%(what)s。原因：%(why)s。")
TO_SIGN = gettext_noop("请您看一看协商记录，签字确认：%(what)s。打开链接不会签字，按了按钮才算。")
STAND_IN = gettext_noop("召集人没有按时签字，请您代签协商记录：%(what)s")
RELEASED = gettext_noop("预告审核通过，可以发布了：%(what)s")
HELD_BACK = gettext_noop("送审的内容退回修改，理由写在页面上：%(what)s")
COVERED = gettext_noop("公开的内容已被撤下，请看一看：%(what)s")
TAKEN_DOWN = gettext_noop("撤下的内容，审核确认不再公开：%(what)s")


def tell_invited(event: Event) -> None:
    """Everybody on the list whom we can reach: by account, by their unit, by the slip of whoever raised it."""
    deliberation = _deliberation(event)
    params = {
        "what": deliberation.subject_line,
        "when": deliberation.held_at or "",
        "where": deliberation.place,
    }
    _tell_guests(event, deliberation, INVITED, params, urgent=bool(deliberation.urgent_reason))


def tell_changed(event: Event) -> None:
    """Postponed or cancelled: to all who had been invited, with the reason."""
    deliberation = _deliberation(event)
    if event.kind == Kind.DELIBERATION_CANCELLED and not event.payload.get("was_announced"):
        return
    title = POSTPONED if event.kind == Kind.DELIBERATION_POSTPONED else CANCELLED
    params = {"what": deliberation.subject_line, "why": deliberation.change_reason}
    _tell_guests(event, deliberation, title, params, urgent=True)


def _tell_guests(
    event: Event, deliberation: Deliberation, title: str, params: Mapping[str, object], *, urgent: bool
) -> None:
    link = reverse("deliberation", args=[deliberation.no]) if deliberation.needs_review else ""
    guests = list(
        deliberation.participants.exclude(invited_at=None).select_related("person", "unit").order_by("pk")
    )
    accounts = [row.person.account_id for row in guests if row.person and row.person.account_id]
    units = [row.unit.code for row in guests if row.unit]
    for found in holders_by_unit(Role.DOER.value, local_day(event.at), units).values():
        accounts += found
    if deliberation.desk_room_no:  # the room's own clerk sees what everybody was told
        accounts += holders(Role.CLERK.value, local_day(event.at), room_no=deliberation.desk_room_no)
    notify(
        accounts=[account for account in accounts if account is not None],
        kind=event.kind,
        title=title,
        params=params,
        link=link,
        urgent=urgent,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )
    for row in guests:
        if row.ref:
            notify_slip(
                row.ref,
                kind=event.kind,
                title=title,
                params=params,
                link=link,
                urgent=urgent,
                at=event.at,
                dedupe=f"event:{event.pk}",
            )
    if any(row.is_by_slip for row in guests):
        for submission in deliberation.topic.submissions.exclude(state=SubmissionState.ERASED.value):
            notify_slip(
                submission.no,
                kind=event.kind,
                title=title,
                params=params,
                link=link,
                urgent=urgent,
                at=event.at,
                dedupe=f"event:{event.pk}",
            )


def seat_panel(event: Event) -> None:
    """A panel was drawn for a deliberation and has answered."""
    draw = Draw.objects.by_no(event.subject_no).first()
    if draw is not None:
        seating.seat_panel(draw=draw, at=event.at)


def date_draw(event: Event) -> None:
    """Those who are drawn for it read when and where; of what was put off, that there is no day yet."""
    seating.date_draw(deliberation=_deliberation(event))


def call_off_draw(event: Event) -> None:
    """Nobody is drawn for a session that was cancelled."""
    deliberation = _deliberation(event)
    if deliberation.draw is not None:
        seating.call_off(draw=deliberation.draw, reason=deliberation.change_reason, at=event.at)


def ask_conveners(event: Event) -> None:
    """Each convener gets a link of their own; it is in this message and nowhere else."""
    deliberation = _deliberation(event)
    record = queries.record_of(deliberation)
    if record is None or record.written_at is None or deliberation.state != DeliberationState.TO_BE_CONFIRMED:
        return
    for signature in queries.signatures_of(record):
        account = signature.person.account_id if signature.person else None
        if signature.signed_at or account is None or not deliberation.desk_room_no:
            continue
        notify(
            accounts=[account],
            kind=event.kind,
            title=TO_SIGN,
            params={"what": deliberation.subject_line},
            link=reverse("sign_record", args=[signing.new_token(signature)]),
            at=event.at,
            dedupe=f"event:{event.pk}:{signature.pk}",
        )


def send_link(event: Event) -> None:
    """A convener asked for their link once more: it goes to nobody but them, and the former one is dead."""
    deliberation = _deliberation(event)
    record = queries.record_of(deliberation)
    rows = queries.signatures_of(record) if record else []
    signature = next((row for row in rows if row.pk == event.payload.get("signature")), None)
    account = signature.person.account_id if signature and signature.person else None
    if signature is None or signature.signed_at or account is None:
        return
    notify(
        accounts=[account],
        kind=event.kind,
        title=TO_SIGN,
        params={"what": deliberation.subject_line},
        link=reverse("sign_record", args=[signing.new_token(signature)]),
        at=event.at,
        dedupe=f"event:{event.pk}:{signature.pk}",
    )


def set_paper(event: Event) -> None:
    """The Word file follows the record: to sign on, with its signatures, with what was added."""
    record = Record.objects.filter(deliberation__in=Deliberation.objects.by_no(event.subject_no)).first()
    if record is not None and record.written_at is not None:
        try_document(record, event.at)


def clock_ran_out(event: Event) -> None:
    """The conveners had their time: the stand-in signs, and where there is none the town's office."""
    if event.payload.get("rule") != queries.SIGN:
        return
    deliberation = _deliberation(event)
    running = Clock.objects.running().of(deliberation.subject).filter(rule=queries.SIGN, stand_in="").first()
    if running is None or deliberation.state != DeliberationState.TO_BE_CONFIRMED:
        return
    who = stand_in_of(deliberation, event.at)
    role = who.role or Role.TOWN_OFFICE
    clocks.hand_on(running.pk, holder=who, stand_in=role.value, at=event.at)
    notify(
        accounts=people_of(who, local_day(event.at)),
        kind=event.kind,
        title=STAND_IN,
        params={"what": deliberation.subject_line},
        link=house().thing("deliberation").link(deliberation.no),
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


def stand_in_of(deliberation: Deliberation, at: datetime) -> Holder:
    """The room's stand-in, else the office of the tier."""
    room_no = deliberation.desk_room_no
    if room_no and holders(Role.STAND_IN.value, local_day(at), room_no=room_no):
        return Holder(Role.STAND_IN, room_no=room_no)
    return tier_office(deliberation)


def tell_author(event: Event) -> None:
    """The desk learns how the reviewer judged an announcement or a record."""
    deliberation = _of_post(event)
    titles = {
        Kind.POST_RELEASED: RELEASED,
        Kind.POST_HELD_BACK: HELD_BACK,
        Kind.POST_COVERED: COVERED,
        Kind.POST_TAKEN_DOWN: TAKEN_DOWN,
    }
    if deliberation is None or (event.kind == Kind.POST_RELEASED and event.subject_kind == "record"):
        return
    who = holder(deliberation)
    notify(
        accounts=people_of(who, local_day(event.at)),
        kind=event.kind,
        title=titles[Kind(event.kind)],
        params={"what": deliberation.subject_line},
        link=house().thing("deliberation").link(deliberation.no),
        at=event.at,
        dedupe=f"event:{event.pk}:author",
    )


def _of_post(event: Event) -> Deliberation | None:
    rows = Deliberation.objects.select_related("topic", "room")
    if event.subject_kind == "deliberation":
        return rows.by_no(event.subject_no).first()
    if event.subject_kind == "record":
        return rows.filter(record__in=by_no(Record.objects.all(), event.subject_no)).first()
    return None


def _deliberation(event: Event) -> Deliberation:
    return Deliberation.objects.by_no(event.subject_no).select_related("topic", "room").get()

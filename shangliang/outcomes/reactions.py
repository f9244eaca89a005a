"""What follows in outcomes when something has happened elsewhere, or a clock has run out."""

from __future__ import annotations

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_noop

from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.accounts.queries import held_at, holders
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock, Holder
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.states import Conclusion
from shangliang.desks.queries import called, district_office, holder, people_of, tier_office
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.inbox.actions import notify, notify_slip
from shangliang.kit.clock import local_day
from shangliang.kit.numbered import by_no
from shangliang.outcomes.actions import drafting, explaining, quick, rating, releasing
from shangliang.outcomes.actions.asking import new_link
from shangliang.outcomes.models import Commitment, Outcome, Reply
from shangliang.outcomes.queries import hands_of, reasons_until, settling_office
from shangliang.outcomes.states import CommitmentState, OutcomeState
from shangliang.people.models import Unit
from shangliang.places.rules import ancestors
from shangliang.rulebook import book
from shangliang.topics.models import Topic
from shangliang.topics.states import SubmissionState


def draft_outcome(event: Event) -> None:
    """A confirmed record drafts its outcome; "no agreement" has a path of its own in deliberations."""
    deliberation = (
        Deliberation.objects.by_no(event.subject_no).select_related("topic", "room", "record").get()
    )
    if deliberation.record.conclusion != Conclusion.NO_AGREEMENT and not deliberation.outcomes.exists():
        drafting.draft_from_record(deliberation=deliberation, at=event.at)


def follow_quick_answer(event: Event) -> None:
    """A quick answer is rated by the same path as everything else."""
    topic = Topic.objects.by_no(event.subject_no).select_related("room").get()
    unit = Unit.objects.filter(code=event.payload.get("unit") or "").first()
    if not topic.outcomes.filter(kind="quick_answer", drafted_at=event.at).exists():
        quick.follow_answer(topic=topic, unit=unit, at=event.at)


def release_commitments(event: Event) -> None:
    """What a released topic or record promised becomes public with it."""
    topic = None
    if event.subject_kind == "topic":
        topic = Topic.objects.by_no(event.subject_no).first()
    elif event.subject_kind == "record":
        topic = Topic.objects.filter(
            deliberations__record__in=by_no(Record.objects.all(), event.subject_no)
        ).first()
    if topic is not None:
        releasing.release_of_topic(topic, event.at)


def clock_ran_out(event: Event) -> None:
    """The countersigning goes to the stand-in, the rating window closes."""
    rule = event.payload.get("rule")
    if rule == "outcomes.rating_days" and event.subject_kind == "commitment":
        commitment = Commitment.objects.select_for_update().by_no(event.subject_no).get()
        if commitment.state == CommitmentState.ASKING:
            rating.weigh(commitment, event.at, window_over=True)
    if rule == "outcomes.countersign_days" and event.subject_kind == "outcome":
        outcome = Outcome.objects.by_no(event.subject_no).get()
        running = (
            Clock.objects.running().filter(pk=event.payload["clock"]).exclude(role=Role.TOWN_OFFICE.value)
        )
        if outcome.state == OutcomeState.DRAFTED and running.exists():
            holder = tier_office(outcome)
            clocks.hand_on(
                event.payload["clock"],
                holder=holder,
                stand_in=f"{holder.role.value if holder.role else ''}",
                at=event.at,
            )


def tell_doer(event: Event) -> None:
    """主办 and 协办 learn what was assigned to them."""
    commitment = _commitment(event)
    day = local_day(event.at)
    people, is_own = hands_of(commitment, day)
    if not is_own:
        _tell(event, commitment, people, CALL_THEM, "behind")
        people = []
    for unit in commitment.co_units.all():
        people += holders(Role.DOER.value, day, unit_code=unit.code)
    notify(
        accounts=people,
        kind=event.kind,
        title=gettext_noop("有一件事交您单位办理：%(what)s"),
        params={"what": commitment.what},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


CALL_THEM = gettext_noop("承办单位没有账号，请打电话告诉他们，再代录签收：%(what)s")


def _tell(event: Event, commitment: Commitment, people: list[int], title: str, suffix: str) -> None:
    """One sentence about a commitment, with its page."""
    notify(
        accounts=people,
        kind=event.kind,
        title=title,
        params={"what": commitment.what},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}:{suffix}",
    )


HANDED_ON = gettext_noop("这件事改由别的单位办理，您单位不用再办：%(what)s。理由：%(reason)s")


def tell_former_doer(event: Event) -> None:
    """Whoever had signed for it learns that another one does it now, and why."""
    commitment = _commitment(event)
    former = str(event.payload.get("former") or "")
    who = Holder(Role.DOER, unit_code=former) if former else holder(commitment)
    notify(
        accounts=people_of(who, local_day(event.at)),
        kind=event.kind,
        title=HANDED_ON,
        params={"what": commitment.what, "reason": commitment.hand_on_reason},
        link=reverse("desk_commitments"),  # its own page is no longer theirs
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}:former",
    )


WAITS_FOR_OFFICE = {
    Kind.COMMITMENT_DECLINED: (
        "outcomes.assign_days",
        gettext_noop("承办单位退回了交办事项，请另行明确：%(what)s"),
    ),
    Kind.COMMITMENT_EXTENSION_ASKED: (
        "outcomes.extension_decide_days",
        gettext_noop("承办单位申请延期，请答复：%(what)s"),
    ),
}
TIME_ANSWERED = {
    Kind.COMMITMENT_EXTENDED: gettext_noop("已同意延期：%(what)s"),
    Kind.COMMITMENT_EXTENSION_REFUSED: gettext_noop(
        "没有同意延期，请按原来的日期办：%(what)s。理由：%(reason)s"
    ),
}


def tell_doer_of_time(event: Event) -> None:
    """Whether there is more time."""
    commitment = _commitment(event)
    notify(
        accounts=hands_of(commitment, local_day(event.at))[0],
        kind=event.kind,
        title=TIME_ANSWERED[Kind(event.kind)],
        params={"what": commitment.what, "reason": commitment.refusal_reason},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}:time",
    )


def tell_settling_office(event: Event) -> None:
    """ "Not ours", or more time is asked for: the office that assigned it has to answer."""
    commitment = _commitment(event)
    rule, title = WAITS_FOR_OFFICE[Kind(event.kind)]
    running = Clock.objects.running().of(commitment.subject).filter(rule=rule).first()
    if running is None:
        return
    people = holders(running.role, local_day(event.at), area_path=running.area_path)
    notify(
        accounts=people,
        kind=event.kind,
        title=title,
        params={"what": commitment.what},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


LONG_LATE = gettext_noop("您挂钩的片区有一件事逾期 %(n)s 个工作日了，在等%(who)s：%(what)s。您可以过问。")


def tell_leader(event: Event) -> None:
    """Late for long: the leader who is linked to the place learns of it once, and can ask after it there.

    The nearest linked leader, where several places have one. Nobody is told who has asked already, nor of what concerns
    a room's own cadres, which no leader of the area sees.
    """
    if event.subject_kind != "commitment":
        return
    commitment, day = _commitment(event), local_day(event.at)
    running = Clock.objects.running().filter(pk=event.payload.get("clock") or 0, paused_at=None).first()
    is_theirs = not commitment.is_embargoed and commitment.open_ask is None
    if running is None or not running.role or not is_theirs:
        return
    held = held_at([Role.LEADER], day, area_paths=ancestors(commitment.desk_path))
    nearest = max((grant.area_path for grant, _account in held), key=len, default="")
    notify(
        accounts=[account for grant, account in held if grant.area_path == nearest],
        kind=event.kind,
        title=LONG_LATE,
        params={
            "n": book().at(day).integer("clocks.leader_days", commitment.desk_path),
            "who": str(called([running.holder])[running.holder]),
            "what": commitment.what,
        },
        link=house().thing("commitment").link(commitment.no),
        urgent=True,
        at=event.at,
        dedupe=f"late:{commitment.pk}:{commitment.reopened_count}",
    )


ASKED_AFTER = gettext_noop("挂钩领导过问：%(what)s 为什么还没有办好，请在 %(day)s 前说明原因。")
EXPLAINED = gettext_noop("您过问的事有了说明：%(what)s")
WHY = gettext_noop("说明：%(said)s")


def tell_asked_office(event: Event) -> None:
    """A linked leader wants to know why it is late."""
    commitment = _commitment(event)
    running = Clock.objects.running().of(commitment.subject).filter(rule=explaining.EXPLAIN).first()
    if running is None:
        return
    notify(
        accounts=people_of(running.holder, local_day(event.at)),
        kind=event.kind,
        title=ASKED_AFTER,
        params={"what": commitment.what, "day": date_format(local_day(running.due_at), "DATE_FORMAT")},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


def tell_who_asked(event: Event) -> None:
    """The leader reads the explanation."""
    commitment = _commitment(event)
    asked = commitment.asks.filter(explained_at=event.at).first()
    if asked is None or asked.asked_by is None:
        return
    notify(
        accounts=[asked.asked_by],
        kind=event.kind,
        title=EXPLAINED,
        body=WHY,
        params={"what": commitment.what, "said": asked.explanation},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


REDO = gettext_noop("群众说没有解决，请重新办理：%(what)s（%(day)s 前再答复）")
DECIDE = gettext_noop("返工以后群众仍说没有解决，请裁定：%(what)s")
SAID = gettext_noop("群众说：%(said)s")


def tell_who_must_act(event: Event) -> None:
    """Not solved: whoever must redo it, or decide, learns at once what residents said; never who."""
    commitment = _commitment(event)
    is_disputed = event.kind == Kind.COMMITMENT_DISPUTED
    offices = [district_office(commitment)]
    if not is_disputed:
        offices = [settling_office(commitment), tier_office(commitment)]
    said = reasons_until(commitment, event.at, with_kept=is_disputed)
    day = local_day(event.at)
    people = [] if is_disputed else hands_of(commitment, day)[0]
    people += [person for office in offices for person in people_of(office, day)]
    notify(
        accounts=list(dict.fromkeys(people)),
        kind=event.kind,
        title=DECIDE if is_disputed else REDO,
        body=SAID if said else "",
        params={
            "what": commitment.what,
            "day": date_format(local_day(commitment.due_at), "DATE_FORMAT"),
            "said": "\n".join(said),
        },
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


KEPT = gettext_noop("有群众评价，话只给区推进办看：%(what)s")


def tell_district(event: Event) -> None:
    """What was said to the district office alone reaches it at once, whatever the others answered."""
    commitment = _commitment(event)
    said = commitment.ratings.filter(at=event.at, for_district=True).exclude(reason="")
    for rating_id, reason in said.values_list("pk", "reason"):
        notify(
            accounts=people_of(district_office(commitment), local_day(event.at)),
            kind=event.kind,
            title=KEPT,
            body=SAID,
            params={"what": commitment.what, "said": reason},
            link=house().thing("commitment").link(commitment.no),
            urgent=False,
            at=event.at,
            dedupe=f"rating:{rating_id}",
        )


PASSED_ON = gettext_noop("区里看了群众只给区里说的话，转告您：%(what)s")


def tell_what_the_district_passes_on(event: Event) -> None:
    """Whoever does it, and the room, read what the district lets them know; never who said it."""
    commitment, day = _commitment(event), local_day(event.at)
    if not commitment.district_note:
        return
    notify(
        accounts=list(dict.fromkeys([*hands_of(commitment, day)[0], *people_of(holder(commitment), day)])),
        kind=event.kind,
        title=PASSED_ON,
        body=gettext_noop("区里转告：%(note)s"),
        params={"what": commitment.what, "note": commitment.district_note},
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}",
    )


JUDGED = {
    Kind.POST_HELD_BACK: gettext_noop("“%(what)s”的%(post)s暂不公开。原因：%(reason)s"),
    Kind.POST_COVERED: gettext_noop("“%(what)s”的%(post)s已从公开页面撤下，等审核人确认。原因：%(reason)s"),
    Kind.POST_TAKEN_DOWN: gettext_noop("“%(what)s”的%(post)s已确认撤下，不再公开。原因：%(reason)s"),
}


def tell_author(event: Event) -> None:
    """Whoever answered, or whose desk it lies on, learns that it is held back or was taken down, and why."""
    if event.subject_kind == "reply":
        reply = by_no(Reply.objects.select_related("commitment__lead"), event.subject_no).get()
        commitment, reason = reply.commitment, reply.release_reason
        people = hands_of(commitment, local_day(event.at))[0]
    elif event.subject_kind == "commitment":
        commitment = _commitment(event)
        reason, people = commitment.release_reason, people_of(holder(commitment), local_day(event.at))
    else:
        return
    notify(
        accounts=people,
        kind=event.kind,
        title=JUDGED[Kind(event.kind)],
        params={
            "what": commitment.what,
            "post": house().thing(event.subject_kind).label,
            "reason": reason,
        },
        link=house().thing("commitment").link(commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}:author",
    )


WITHHELD = gettext_noop(
    "“%(what)s”的答复已经公开，其中 %(n)s 份照片（答复函）没有公开，经办的人还看得到。原因：%(reason)s"
)


def tell_withheld(event: Event) -> None:
    """Whoever attached photos or a letter learns which were kept from readers, and why."""
    if event.subject_kind != "reply" or not event.payload.get("withheld"):
        return
    reply = by_no(Reply.objects.select_related("commitment__lead"), event.subject_no).get()
    kept = list(reply.files.exclude(withheld="").values_list("withheld", flat=True))
    if not kept:
        return
    notify(
        accounts=hands_of(reply.commitment, local_day(event.at))[0],
        kind=event.kind,
        title=WITHHELD,
        params={"what": reply.commitment.what, "n": len(kept), "reason": kept[0]},
        link=house().thing("commitment").link(reply.commitment.no),
        urgent=False,
        at=event.at,
        dedupe=f"event:{event.pk}:withheld",
    )


def propose_reasons(event: Event) -> None:
    """The last round is over: what residents said of it goes to whoever releases words, where enough have answered."""
    commitment = _commitment(event)
    if commitment.closed_at is not None:
        releasing.propose_reasons(commitment=commitment, at=event.at)


def forget_reasons(event: Event) -> None:
    """Whoever had everything erased is quoted no more."""
    releasing.forget_reasons(submission_no=event.subject_no)


ASKED = gettext_noop("您反映的事已有答复：%(what)s。请您看看办得怎样，点开链接评价（打开不会提交任何内容）。")
ANSWERED = gettext_noop("您反映的事有了答复：%(what)s。详情请看回执。")
DECIDED = gettext_noop("您反映的事，区推进办作了裁定：%(what)s。理由在回执上。")
CLOSED = gettext_noop("您反映的事已经办结：%(what)s。谢谢您。")


def tell_residents(event: Event) -> None:
    """Whoever raised it reads the reply; after an A they are asked, by a link made for this message."""
    commitment = _commitment(event)
    if event.kind == Kind.COMMITMENT_REPLIED and commitment.state == CommitmentState.ASKING:
        for invitation in commitment.invitations.filter(round=commitment.reopened_count).unanswered():
            if invitation.submission is not None:
                notify_slip(
                    invitation.submission.no,
                    kind=event.kind,
                    title=ASKED,
                    params={"what": commitment.topic.title},
                    link=reverse("rate", args=[new_link(invitation)]),
                    urgent=False,
                    at=event.at,
                    dedupe=f"event:{event.pk}:{invitation.pk}",
                )
        return
    title = {Kind.COMMITMENT_CLOSED: CLOSED, Kind.COMMITMENT_DECIDED: DECIDED}.get(Kind(event.kind), ANSWERED)
    for submission in commitment.topic.submissions.exclude(state=SubmissionState.ERASED.value):
        notify_slip(
            submission.no,
            kind=event.kind,
            title=title,
            params={"what": commitment.topic.title},
            link=reverse("slips"),
            urgent=False,
            at=event.at,
            dedupe=f"event:{event.pk}:{submission.pk}",
        )


def _commitment(event: Event) -> Commitment:
    return Commitment.objects.by_no(event.subject_no).select_related("lead", "topic", "outcome").get()

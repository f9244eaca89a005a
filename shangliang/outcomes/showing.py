"""What pages say: of a promise one status word and one quiet line; on the desk what is next, who, by when."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangliang.access.actor import Actor
from shangliang.access.publication import Release
from shangliang.access.roles import NAMES, Role
from shangliang.access.things import Thing, house
from shangliang.clocks.models import Clock, Holder
from shangliang.clocks.queries import (
    Deadline,
    calendar,
    deadline,
    is_held_by,
    late_word,
    reminded,
    running_by_subject,
)
from shangliang.desks.labels import OF_AREA
from shangliang.desks.queries import called, due_by, office_name
from shangliang.events.kinds import Kind, Subject
from shangliang.kit.clock import local_day
from shangliang.kit.punctuation import listed, with_note
from shangliang.outcomes.actions.assigning import ASSIGN
from shangliang.outcomes.actions.explaining import EXPLAIN
from shangliang.outcomes.labels import (
    CLOSINGS,
    ENTERED,
    FILE_KINDS,
    NEXT_OF_OUTCOME,
    RATED_BY,
    REPLY_KINDS,
    TOLD,
    VERDICTS,
)
from shangliang.outcomes.models import Ask, Commitment, Outcome, PublicReason, Relay, Reply, ReplyFile
from shangliang.outcomes.queries import (
    AT_WORK,
    Reason,
    Result,
    at_work,
    is_one_of_several,
    is_over,
    on_the_way,
    public_reasons,
    rated_in_public,
    result_of,
)
from shangliang.outcomes.rules import Satisfaction, is_late_in_public
from shangliang.outcomes.states import (
    Closing,
    CommitmentState,
    FileKind,
    OutcomeState,
    RatedBy,
    ReplyKind,
    Way,
)
from shangliang.people.models import Unit
from shangliang.places.models import Area
from shangliang.rulebook import book
from shangliang.topics.models import Photo, Topic
from shangliang.topics.showing import Lies, Turn
from shangliang.topics.states import TopicState

RESULTS: dict[Result, Promise] = {
    Result.OPEN: gettext_lazy("办理中"),
    Result.DUE: gettext_lazy("快到期、已到期"),
    Result.PLANNED: gettext_lazy("已列入计划"),
    Result.DONE: gettext_lazy("已答复"),
    Result.CONFIRMED: gettext_lazy("居民已确认"),
    Result.NOT_DONE: gettext_lazy("暂未办成"),
}
KINDS = {
    Result.OPEN: "doing",
    Result.DUE: "soon",
    Result.PLANNED: "planned",
    Result.DONE: "done",
    Result.CONFIRMED: "done",
    Result.NOT_DONE: "undone",
}


# Word and next step where a promise waits for somebody else than its doer and those who are asked.
TURNS: dict[CommitmentState, tuple[Promise, Promise]] = {
    CommitmentState.DISPUTED: (gettext_lazy("等区里裁定"), gettext_lazy("区推进办裁定还办不办，写明理由")),
    CommitmentState.CALLING_BACK: (
        gettext_lazy("等回访"),
        gettext_lazy("议事室以外的人给您打一次电话，问问办得怎样"),
    ),
    CommitmentState.DECLINED: (gettext_lazy("办理中"), gettext_lazy("另外明确由谁来办")),
}
CALLS = gettext_lazy("议事室以外的人打一次电话，问问办得怎样")  # to everybody else
WITHOUT_PHONE = gettext_lazy("评价的时间过了，等回访以后办结")
# The clock by which it settles that.
TURN_RULES = {
    CommitmentState.DISPUTED: "outcomes.reopen_decide_days",
    CommitmentState.DECLINED: ASSIGN,
    CommitmentState.CALLING_BACK: "outcomes.callback_days",
}
PUT_OFF = {CommitmentState.PLANNED, CommitmentState.SHELVED}


@dataclass(frozen=True)
class ShownFile:
    """A photo or letter that its reader may open."""

    url: str
    words: str
    is_photo: bool
    key: str = ""  # by which whoever reviews it is told apart from the others


@dataclass(frozen=True)
class ShownReply:
    """An answer of the doer, with what shows it."""

    kind: str
    text: str
    at: datetime
    files: list[ShownFile]
    waits: bool  # files are there, and nobody has looked through them yet
    is_past: bool = False  # it was done again after that
    entered: str = ""  # by whom and how, where an office entered it for the doer


@dataclass(frozen=True)
class Shown:
    """One row of a public list."""

    commitment: Commitment
    kind: str
    word: str
    note: str
    replies: list[ShownReply] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(
        default_factory=list
    )  # of those who were asked, as everybody may read them
    rates: str = ""  # how many of them were satisfied, where enough have answered

    @property
    def link(self) -> str:
        return reverse("topic", args=[self.commitment.topic.no])


def shown_results(
    rows: Iterable[Commitment], now: datetime, replies: Callable[[Commitment], list[ShownReply]] | None = None
) -> list[Shown]:
    """Rows with their status word and line; one statement, for which of the late doers were reminded.

    `replies`: those of a row that this reader may read; its replies and their files are prefetched.
    """
    found = list(rows)
    late = {row.subject for row in found if result_of(row, now) == Result.DUE}
    told = reminded(late)
    return [
        Shown(row, *_status(row, now, row.subject in told), note_of(row), replies(row) if replies else [])
        for row in found
    ]


def with_reasons(rows: list[Shown]) -> list[Shown]:
    """The same with what those who were asked have said, as far as everybody may read it; one statement."""
    found = public_reasons(row.commitment for row in rows)
    return [replace(row, reasons=_in_public(found.get(row.commitment.pk, []))) for row in rows]


def with_rates(rows: list[Shown], today: date) -> list[Shown]:
    """The same with how many of those who were asked are satisfied, from so many people on; two statements."""
    rule = book().at(today)
    found = rated_in_public(
        (row.commitment for row in rows),
        lambda row: rule.integer("outcomes.rating_public_min_count", row.desk_path),
    )
    return [
        replace(row, rates=_rates_of(found[row.commitment.pk])) if row.commitment.pk in found else row
        for row in rows
    ]


def _rates_of(figures: Satisfaction) -> str:
    n = figures.answered
    return ngettext("%(n)s 人评价：%(rates)s", "%(n)s 人评价：%(rates)s", n) % {
        "n": n,
        "rates": rates(figures),
    }


def _in_public(rows: Iterable[PublicReason]) -> list[dict[str, str]]:
    return [
        {"text": row.text, "note": _("解决了") if row.rating.is_solved else _("没有解决")} for row in rows
    ]


def files_of(
    reply: Reply, address: Callable[[Reply, ReplyFile], str], files: Iterable[ReplyFile] | None = None
) -> list[ShownFile]:
    """Its photos, from before and after, and its letter, in that order; reads `files` of the reply where not given."""
    order = list(FileKind)
    rows = sorted(
        reply.files.all() if files is None else files,
        key=lambda row: (order.index(FileKind(row.kind)), row.pk),
    )
    return [ShownFile(address(reply, row), _named(row), row.is_photo, str(row.pk)) for row in rows]


def _named(row: ReplyFile) -> str:
    words = str(FILE_KINDS[FileKind(row.kind)])
    words = words if row.is_photo else with_note(words, row.ending.upper())
    return with_note(words, _("不公开：%(reason)s") % {"reason": row.withheld}) if row.withheld else words


def matter_photos(commitment: Commitment) -> QuerySet[Photo]:
    """Photos of those who raised the matter that the clerk has looked through and lets its doer see."""
    return Photo.objects.filter(submission__topic=commitment.topic_id, for_doer=True).order_by("pk")


def at_desk(reply: Reply, row: ReplyFile, *, no: str = "") -> str:
    """Where whoever has the commitment on the desk opens it; `no`: its number, where that is known."""
    return reverse("commitment_file", args=[no or reply.commitment.no, row.pk])


def in_public(reply: Reply, row: ReplyFile) -> str:
    """Where everybody opens it."""
    return reverse("reply_file", args=[reply.no, row.pk])


def shown_reply(
    reply: Reply, address: Callable[[Reply, ReplyFile], str], *, is_asked: bool, is_past: bool = False
) -> ShownReply:
    """A reply in words, with its files once somebody has looked through them.

    `is_asked`: for whoever raised the matter, who reads the words of it before they are public.
    """
    kind = str(REPLY_KINDS[ReplyKind(reply.kind)])
    waits = is_asked and reply.release == Release.IN_REVIEW and bool(reply.files.all())
    fit = [row for row in reply.files.all() if not row.withheld] if reply.is_reviewed else []
    files = files_of(reply, address, fit)
    return ShownReply(kind, reply.text, reply.at, files, waits, is_past, entered_words(reply.relay))


def entered_words(relay: Relay | None) -> str:
    """By which office and how something was entered for a doer; "" for what the doer did by its own hand."""
    if relay is None:
        return ""
    return str(ENTERED[Way(relay.way)]) % {"office": relaying_office(relay)}


def relaying_office(relay: Relay) -> str:
    """The office that entered it, as it was called then."""
    role = Role(relay.role)
    if role in OF_AREA:
        return str(OF_AREA[role]) % {"area": relay.place_name}
    return f"{relay.place_name}{NAMES[role]}"


def words_of_reply(reply: Reply) -> str:
    """Everything that a reply makes public, for whoever releases it."""
    return "\n".join(filter(None, [reply.text, entered_words(reply.relay)]))


def paper_of(relay: Relay | None, no: str) -> list[ShownFile]:
    """The photo of what the doer wrote, for those who have the commitment with that number on the desk."""
    if relay is None or not relay.paper:
        return []
    return [ShownFile(reverse("commitment_paper", args=[no, relay.pk]), _("书面材料的照片，不公开"), True)]


@dataclass(frozen=True)
class ShownRelay:
    """Something that an office entered for the doer: what, by whom and how, when, and the paper."""

    what: str | Promise
    entered: str
    at: datetime
    files: list[ShownFile]


def relays(commitment: Commitment) -> list[ShownRelay]:
    """All that was entered for its doer, the newest first; nothing is read where there is none."""
    if not getattr(commitment, "has_relays", True):
        return []
    rows = commitment.relays.order_by("-at", "-pk")
    no = commitment.no
    return [
        ShownRelay(house().event_words(row.event), entered_words(row), row.at, paper_of(row, no))
        for row in rows
    ]


def asked_of_other(commitment: Commitment) -> str:
    """What its doer's clock asks of whoever enters it, while nobody signs in for the doer; else ""."""
    if not commitment.lacks_account or commitment.lead is None:
        return ""
    asks = _("打电话请承办单位签收，代录") if commitment.state == CommitmentState.ASSIGNED else ""
    return asks or _("打电话问承办单位办得怎样，代录答复")


def public_replies(commitment: Commitment) -> list[ShownReply]:
    """What everybody may read of the answers, the newest last."""
    rows = sorted(commitment.replies.all(), key=lambda row: (row.at, row.pk))
    return [shown_reply(row, in_public, is_asked=False) for row in rows if row.is_public]


def is_past(reply: Reply, rows: Iterable[Reply], commitment: Commitment) -> bool:
    """Whether it has been done again since, or is to be: then the answer is no longer the last word."""
    if any(row.at > reply.at or (row.at == reply.at and row.pk > reply.pk) for row in rows):
        return True
    return commitment.reopened_count > 0 and commitment.state in AT_WORK


def _status(row: Commitment, now: datetime, was_reminded: bool) -> tuple[str, str]:
    result = result_of(row, now)
    if result == Result.DUE:
        return _due_status(row, now, was_reminded)
    if row.state == CommitmentState.ASKING:
        return "yours", _("请群众评价")
    if row.state == CommitmentState.DISPUTED:
        return "doing", str(TURNS[CommitmentState.DISPUTED][0])
    if row.closing:
        return KINDS[result], str(CLOSINGS[Closing(row.closing)])
    return KINDS[result], str(RESULTS[result])


def _due_status(row: Commitment, now: datetime, was_reminded: bool) -> tuple[str, str]:
    today, due_on = local_day(now), local_day(row.due_at)
    rules = book().at(today)
    if is_late_in_public(
        calendar().worked_between(due_on, today),
        is_allowed=rules.allows("outcomes.public_overdue_allowed", row.desk_path),
        reminded=was_reminded,
        delay_days=rules.integer("outcomes.public_overdue_days", row.desk_path),
    ):
        return "late", _("已逾期，正在催办")
    left = (due_on - today).days
    if left <= 0:
        return "soon", _("今天到期") if left == 0 else _("办理中，稍有延后")
    return "soon", ngettext("还剩 %(n)s 天", "还剩 %(n)s 天", left) % {"n": left}


def public_words(row: Commitment) -> str:
    """Everything that a commitment makes public, for whoever releases it: what, by whom, by when."""
    return f"{row.what}\n{note_of(row)}"


def note_of(row: Commitment) -> str:
    """One quiet line: who does it, and how long it took or when it is due."""
    doer = row.lead.name if row.lead else _("%(room)s自己办") % {"room": row.room.name}
    if row.closed_at:
        return " · ".join(filter(None, [doer, _took(row)]))
    if row.state == CommitmentState.DECLINED:
        return _("承办单位说不归他们办，等交办单位明确由谁来办")
    if row.state == CommitmentState.SHELVED and row.planned_on:
        day = date_format(row.planned_on, "DATE_FORMAT")
        return f"{doer} · " + _("%(day)s再看条件") % {"day": day}
    if row.planned_on:
        day = date_format(row.planned_on, "DATE_FORMAT")
        return f"{doer} · " + _("计划 %(day)s前办") % {"day": day}
    return f"{doer} · " + _("%(day)s前办好") % {"day": date_format(local_day(row.due_at), "DATE_FORMAT")}


def _took(row: Commitment) -> str:
    """How long it took, and how often it had to be done; "done" only where somebody has said so."""
    assert row.closed_at is not None  # noqa: S101  asked by whoever calls
    days = (local_day(row.closed_at) - local_day(row.assigned_at)).days
    took = ngettext("前后 %(n)s 天", "前后 %(n)s 天", days) % {"n": days} if days else ""
    if row.closing == Closing.DECIDED_NOT_DONE:
        return took
    is_done = row.closing != Closing.NOT_RATED
    times = row.reopened_count
    if times:
        again = (
            ngettext("返工 %(n)s 次后办好", "返工 %(n)s 次后办好", times)
            if is_done
            else ngettext("返工 %(n)s 次后办结", "返工 %(n)s 次后办结", times)
        )
        again = again % {"n": times}
        return _("%(again)s，%(took)s") % {"again": again, "took": took} if took else again
    if days:
        return ngettext("用了 %(n)s 天", "用了 %(n)s 天", days) % {"n": days}
    return _("当天办好") if is_done else _("当天办结")


UNSCORED = gettext_lazy(
    "这张回执由议事室代录、补打过，或者议事室查看过您的电话，凭回执的评价只给人看，不计分。要计分，"
    "留了电话的，请点发到您手机上的链接来评；也可以请镇（街道）打电话问您，或者交一张密封的纸面评价卡。"
)


def after_rating(commitment: Commitment, *, not_scored: bool = False) -> str:
    """What becomes of the answer that was just given; `not_scored`: it is kept and shown, and counts for nothing."""
    if not_scored:
        return str(UNSCORED)
    match commitment.state:
        case CommitmentState.UNDER_WAY:
            day = date_format(local_day(commitment.due_at), "DATE_FORMAT")
            if is_one_of_several(commitment):
                return _("这一项会重新办理，请承办单位在 %(day)s 前再答复。") % {"day": day}
            return _("这件事会重新办理，请承办单位在 %(day)s 前再答复。") % {"day": day}
        case CommitmentState.DISPUTED:
            return _("返工以后还是没有解决，请区推进办来裁定，结果会写明理由告诉您。")
        case CommitmentState.CLOSED if not is_over(commitment):
            return _("这一项就此办结，三个月和十二个月后还会回头看。")
        case CommitmentState.CLOSED:
            return _("这件事就此办结，三个月和十二个月后还会回头看。")
        case _:
            return _("还有人没有评价。等大家都评了、或者时间到了再算；在这以前您可以回来改，以最后一次为准。")


def turn_of(topic: Topic, rows: Iterable[Commitment], *, has_phone: bool | None = None) -> Turn | None:
    """Whose turn it is, where what was agreed lies with an office; None where the topic itself says it all.

    `rows`: what came of the topic, as far as the reader may see it; `has_phone`: whether whoever reads it as theirs
    left a telephone, None for everybody else. Five statements at most.
    """
    outcomes = on_the_way([topic.pk]) if topic.state == TopicState.AGREED else []
    return _turns([topic], outcomes, rows, has_phone)[topic.pk]


def turns_of(topics: Iterable[Topic]) -> dict[int, Lies]:
    """The same for many topics, with the units that carry out what came of them; five statements at most."""
    found = list(topics)
    agreed = [topic.pk for topic in found if topic.state == TopicState.AGREED]
    working = [topic.pk for topic in found if topic.state in WORKED_ON]
    promises = list(
        Commitment.objects.filter(topic__in=working).select_related("lead", "room").order_by("pk")
        if working
        else ()
    )
    turns = _turns(found, on_the_way(agreed) if agreed else [], promises, None)
    return {
        topic.pk: Lies(turns[topic.pk], at_work(row for row in promises if row.topic_id == topic.pk))
        for topic in found
    }


WORKED_ON = {TopicState.IN_HAND, TopicState.ASKING}


def _turns(
    topics: Iterable[Topic], outcomes: list[Outcome], rows: Iterable[Commitment], has_phone: bool | None
) -> dict[int, Turn | None]:
    open_ones = [row for row in rows if row.closed_at is None]
    waits = [row.subject for row in outcomes]
    waits += [row.subject for row in open_ones if row.state in TURNS]
    running = running_by_subject(waits) if waits else {}
    names = called({clock.holder for clocks in running.values() for clock in clocks})
    found: dict[int, Turn | None] = {}
    for topic in topics:
        found[topic.pk] = None
        if topic.state == TopicState.AGREED:
            theirs = [row for row in outcomes if row.topic_id == topic.pk]
            found[topic.pk] = _turn_of_outcome(theirs, running, names)
        elif topic.state in WORKED_ON:
            own = [row for row in open_ones if row.topic_id == topic.pk]
            found[topic.pk] = _turn_of_commitments(own, has_phone, running, names)
    return found


def _turn_of_outcome(
    found: Iterable[Outcome], running: Mapping[Subject, list[Clock]], names: Mapping[Holder, str]
) -> Turn | None:
    for row in found:
        for clock in running.get(row.subject, []):
            who = office_name(row, row.room.name) if clock.role in {"", Role.CLERK} else names[clock.holder]
            return Turn(NEXT_OF_OUTCOME[OutcomeState(row.state)], who, clock)
    return None


def _turn_of_commitments(
    rows: list[Commitment],
    has_phone: bool | None,
    running: Mapping[Subject, list[Clock]],
    names: Mapping[Holder, str],
) -> Turn | None:
    """What the district has to decide comes first: whoever raised it waits for that. What residents or doers can do
    goes before everything else."""
    asked = {
        CommitmentState(row.state): clock
        for row in reversed([row for row in rows if row.state in TURNS])
        for clock in running.get(row.subject, [])
        if clock.rule == TURN_RULES[CommitmentState(row.state)]
    }
    units, is_asking = at_work(rows), any(row.state == CommitmentState.ASKING for row in rows)
    if (clock := asked.get(CommitmentState.DISPUTED)) and units is not None:
        who = listed([names[clock.holder], *(units or [rows[0].room.name])])
        return Turn(_("区推进办裁定其中一项还办不办，别的接着办"), who, clock)
    if units is not None or is_asking:
        return None
    state = next((state for state in TURNS if state in asked), None)
    if state is None:
        return None
    word, what = TURNS[state]
    if state == CommitmentState.CALLING_BACK and not has_phone:
        what = WITHOUT_PHONE if has_phone is False else CALLS
    step = "doing" if state == CommitmentState.DISPUTED else ""
    return Turn(what, names[asked[state].holder], asked[state], word, step)


@dataclass(frozen=True)
class Next:
    """What the top of a desk page says: what is next, who does it, by when."""

    what: str | Promise
    due: Deadline
    is_over: bool = False
    rule: str = ""  # of the clock that asks for it

    @property
    def who(self) -> str | Promise:
        return self.due.who

    @property
    def by(self) -> str:
        return self.due.by

    @property
    def left(self) -> str | Promise:
        return self.due.left

    @property
    def light(self) -> str:
        return self.due.light


def next_of(
    thing: Thing,
    row: Any,
    now: datetime,
    actor: Actor,
    *,
    beside: Container[str] = (),
    known: Iterable[Unit | Area | None] = (),
) -> Next:
    """By the first of its clocks that asks the reader for something, else somebody; what waits for nobody has come to
    its end.

    `beside`: rules of clocks that run beside the work and are no task of this reader; `known`: what the page has read.
    """
    kept = getattr(row, "running_clocks", None)
    running = running_by_subject([row.subject])[row.subject] if kept is None else kept
    open_ones = [clock for clock in running if clock.rule in thing.tasks and clock.rule not in beside]
    mine = (clock for clock in open_ones if is_held_by(clock, actor))
    asks = next(mine, open_ones[0] if open_ones else None)
    if asks is None:
        return Next(row.get_state_display(), Deadline(), is_over=True)
    due = due_by(asks, now, known)
    is_put_off = row.state in PUT_OFF and asks.rule == ASSIGN
    return Next(_("到日子再拿出来办") if is_put_off else thing.tasks[asks.rule], due, rule=asks.rule)


@dataclass(frozen=True)
class AlsoMine:
    """Something else that the reader has to do with the same thing: where on its page, and by when."""

    what: str | Promise
    anchor: str
    due: Deadline


def also_mine(
    thing: Thing, row: Commitment, now: datetime, actor: Actor, first: Next, offered: Callable[[str], object]
) -> list[AlsoMine]:
    """What the reader has to do besides `first`, soonest first; `offered`: whether the page offers that act."""
    found = []
    for each in row.running_clocks:
        if each.rule == first.rule or each.rule not in thing.answers or not is_held_by(each, actor):
            continue
        act = next((name for name in thing.answers[each.rule] if offered(name)), "")
        if act:
            found.append(AlsoMine(thing.tasks[each.rule], act, deadline(each, now)))
    return found


@dataclass(frozen=True)
class LateLine:
    """Something that is late, for the leader of its area: who is late, by how much, and whether it was asked after."""

    row: Commitment
    word: str
    who: str | Promise
    what: str | Promise  # what is waited for
    asked: ShownAsk | None

    @property
    def note(self) -> str:
        return " · ".join([self.row.no, self.row.room.name])


def late_lines(found: Iterable[tuple[Commitment, datetime]], now: datetime) -> list[LateLine]:
    """Lines of a leader's page; three statements at most, for whose turn it is and what they are called."""
    rows, tasks = list(found), house().thing("commitment").tasks
    running = running_by_subject(row.subject for row, _since in rows)
    holders = {clock.holder for clocks in running.values() for clock in clocks}
    names = called(holders, known=[row.lead for row, _since in rows])
    lines = []
    for row, since in rows:
        late = next(each for each in running[row.subject] if each.due_at == since)
        who = row.room.name if late.room_no else names[late.holder]
        asked = _ask_in_words(row.open_ask, running[row.subject], now, names)
        lines.append(LateLine(row, late_word(since, now), who, tasks[late.rule], asked))
    return lines


@dataclass(frozen=True)
class ShownAsk:
    """What a leader asked, and what the office said or by when it has to."""

    at: datetime
    office: str | Promise
    by: str
    text: str
    explained_at: datetime | None
    is_over: bool = False  # nobody waits for the answer any more: it was closed before


def asks(commitment: Commitment, now: datetime, known: Iterable[Area | None] = ()) -> list[ShownAsk]:
    """Everything that was asked about it, the newest first; a statement for offices whose areas are not `known`."""
    rows = sorted(commitment.known_asks, key=lambda each: each.at, reverse=True)
    names = called([row.office for row in rows], known=known)
    found = (_ask_in_words(row, commitment.running_clocks, now, names) for row in rows)
    return [each for each in found if each is not None]


def _ask_in_words(
    row: Ask | None, running: Iterable[Clock], now: datetime, names: Mapping[Holder, str]
) -> ShownAsk | None:
    if row is None:
        return None
    clock = next((each for each in running if each.rule == EXPLAIN), None)
    by = deadline(clock, now).by if clock and row.explained_at is None else ""
    return ShownAsk(
        row.at,
        names[row.office],
        by,
        row.explanation,
        row.explained_at,
        is_over=row.explained_at is None and not by,
    )


@dataclass(frozen=True)
class Again:
    """Why a commitment is open once more, for the top of its page."""

    what: str
    decision: str  # the district's written reason, where it decided so
    is_open: bool  # whether the doer has to act


def again_of(commitment: Commitment) -> Again | None:
    """What residents or the district have said of the last answer; None where nothing came back."""
    n = commitment.reopened_count
    day = date_format(local_day(commitment.due_at), "DATE_FORMAT")
    if commitment.state == CommitmentState.DISPUTED:
        what = ngettext(
            "群众看过答复，仍说没有解决（已返工 %(n)s 次），等区级推进办裁定。",
            "群众看过答复，仍说没有解决（已返工 %(n)s 次），等区级推进办裁定。",
            n,
        ) % {"n": n}
        return Again(what, "", is_open=False)
    if not n or commitment.state != CommitmentState.UNDER_WAY:
        return None
    facts = {"n": n, "day": day}
    if commitment.decision_reason:
        what = _("区级推进办裁定重新办理，这是第 %(n)s 次返工，请在 %(day)s 前再答复。") % facts
    else:
        what = _("群众说没有解决，要重新办理，这是第 %(n)s 次返工，请在 %(day)s 前再答复。") % facts
    return Again(what, commitment.decision_reason, is_open=True)


def rates(figures: Satisfaction) -> str:
    """How many are satisfied and for how many it is solved, where enough have answered to say so."""
    if figures.satisfied_percent is None:
        return _("评价人数较少，不公布比例。")
    return _("满意率 %(satisfied)s%%，解决率 %(solved)s%%。") % {
        "satisfied": floatformat(figures.satisfied_percent, 0),
        "solved": floatformat(figures.solved_percent, 0),
    }


def reasons(rows: Iterable[Reason], last: int) -> list[dict[str, str]]:
    """What residents said, each with what it belongs to; `last`: the round whose figures stand above."""
    shown = []
    for row in rows:
        notes = [_("解决了") if row.is_solved else _("没有解决")]
        if row.round != last:
            notes.append(_("第 %(n)s 次评价") % {"n": row.round + 1})
        if row.not_scored:
            notes.append(str(RATED_BY[RatedBy(row.not_scored)]))
        if row.for_district:
            notes.append(_("只给区推进办看"))
        shown.append({"text": row.text, "note": " · ".join(notes)})
    return shown


def detail(entry: Any) -> str:
    """A ledger line's own facts in words, and whether an office entered it for the doer."""
    told = (entry.content or {}).get("told")
    return " · ".join(filter(None, [_facts(entry), str(TOLD[Way(told)]) if told else ""]))


def _facts(entry: Any) -> str:
    facts = entry.content or {}
    if entry.event == Kind.COMMITMENT_REPLIED and facts.get("reply"):
        return str(REPLY_KINDS[ReplyKind(facts["reply"])])
    if entry.event == Kind.COMMITMENT_DECIDED and facts.get("verdict"):
        return str(VERDICTS[str(facts["verdict"])])
    if entry.event == Kind.COMMITMENT_CLOSED and facts.get("closing"):
        return str(CLOSINGS[Closing(facts["closing"])])
    if entry.event == Kind.COMMITMENT_EXTENSION_ASKED and facts.get("until"):
        wished = date_format(date.fromisoformat(str(facts["until"])), "DATE_FORMAT")
        return _("想延到 %(day)s") % {"day": wished}
    day = facts.get("due_on") or facts.get("until")
    return (
        _("%(day)s前办好") % {"day": date_format(date.fromisoformat(str(day)), "DATE_FORMAT")} if day else ""
    )

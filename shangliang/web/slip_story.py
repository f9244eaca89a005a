"""What happened to a matter, as the holder of its slip reads it: each act in a neighbour's words, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.access.publication import Release, Scope
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import DeliberationState
from shangliang.events.kinds import Kind, Subject
from shangliang.kit.clock import local_day
from shangliang.ledger.queries import Line, history_by_subject
from shangliang.outcomes.labels import CLOSINGS, REPLY_KINDS, VERDICTS
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.queries import Asked
from shangliang.outcomes.states import Closing, CommitmentState, ReplyKind
from shangliang.people.models import Unit
from shangliang.topics.models import Submission

COMING = {DeliberationState.ANNOUNCED.value, DeliberationState.UNDER_WAY.value}
# Only acts that mean something to whoever raised the matter; what is missing here (looks at the phone, signatures,
# answers of other people) stands elsewhere on the page or is not theirs to read.
SUBMISSION = {
    Kind.SUBMISSION_RECEIVED: gettext_lazy("收到了您说的事"),
    Kind.SUPPLEMENT_ASKED: gettext_lazy("请您补充情况"),
    Kind.SUPPLEMENT_GIVEN: gettext_lazy("您补充了情况"),
    Kind.SUPPLEMENT_MISSED: gettext_lazy("没有等到补充，接着看怎么办"),
    Kind.SUBMISSION_ACCEPTED: gettext_lazy("受理了这件事"),
    Kind.SUBMISSION_MERGED: gettext_lazy("和别人说的同一件事合在一起办"),
    Kind.SUBMISSION_SEPARATED: gettext_lazy("从合在一起的事里分出来，单独再看"),
    Kind.SUBMISSION_EMBARGOED: gettext_lazy("交给了上一级，本村（社区）不再经手"),
    Kind.SUBMISSION_NOTED: gettext_lazy("看过了您的留言"),
    Kind.SUBMISSION_HANDED_OVER: gettext_lazy("转交了出去，去处和理由在“给您的说明”里"),
    Kind.SUBMISSION_REPORTED_BACK: gettext_lazy("问到了那边的进展，写在“来往的话”里"),
    Kind.ERASURE_ASKED: gettext_lazy("工作人员说您要求抹去，等议事室以外的人核实"),
    Kind.ERASURE_REFUSED: gettext_lazy("核实以后不抹去，照常办"),
    Kind.SLIP_FOUND: gettext_lazy("有人说丢了回执，工作人员帮着找到这一件"),
    Kind.SLIP_RENEWED: gettext_lazy("补打了一张新回执，旧回执上的二维码作废"),
    Kind.SUBMISSION_ENDED: gettext_lazy("没有受理，理由在“给您的说明”里"),
}
TOPIC = {
    Kind.TOPIC_VISITED: gettext_lazy("去实地了解了情况"),
    Kind.TOPIC_ADOPTED: gettext_lazy("决定请大家坐下来商量"),
    Kind.TOPIC_ANSWERED: gettext_lazy("给了答复"),
    Kind.TOPIC_PASSED_UP: gettext_lazy("交给了上一级"),
    Kind.TOPIC_TAKEN_UP: gettext_lazy("上一级接手了"),
    Kind.TOPIC_HANDED_DOWN: gettext_lazy("交回下一级办"),
    Kind.TOPIC_PLANNED: gettext_lazy("列入了计划"),
    Kind.TOPIC_ENDED: gettext_lazy("不再往下办"),
    Kind.TOPIC_LEFT_UNSOLVED: gettext_lazy("暂时没有办成"),
    Kind.TOPIC_CONCLUDED: gettext_lazy("办结了"),
}
MEETING = {
    Kind.DELIBERATION_ANNOUNCED: gettext_lazy("定了开会商量的时间"),
    Kind.DELIBERATION_POSTPONED: gettext_lazy("开会商量的时间改了"),
    Kind.DELIBERATION_CANCELLED: gettext_lazy("开会商量取消了"),
    Kind.DELIBERATION_OPENED: gettext_lazy("大家坐下来商量"),
    Kind.RECORD_CONFIRMED: gettext_lazy("商量的记录确认了"),
}
PROMISE = {
    Kind.COMMITMENT_ASSIGNED: gettext_lazy("交给 %(who)s 办：%(what)s"),
    Kind.COMMITMENT_HANDED_ON: gettext_lazy("改由 %(who)s 办：%(what)s"),
    Kind.COMMITMENT_ACCEPTED: gettext_lazy("%(who)s 接下来办：%(what)s"),
    Kind.COMMITMENT_DECLINED: gettext_lazy("%(who)s 说不归他们办，另外找人：%(what)s"),
    Kind.COMMITMENT_EXTENDED: gettext_lazy("办理的时间延长了：%(what)s"),
    Kind.COMMITMENT_REPLIED: gettext_lazy("%(who)s 答复了：%(what)s"),
    Kind.COMMITMENT_CLOSED: gettext_lazy("办结了：%(what)s"),
    Kind.COMMITMENT_REOPENED: gettext_lazy("群众说还没有解决，重新办：%(what)s"),
    # Nobody does it again before the district has decided.
    Kind.COMMITMENT_DISPUTED: gettext_lazy("群众又说没有解决，由区里决定还办不办：%(what)s"),
    Kind.COMMITMENT_DECIDED: gettext_lazy("区里决定%(how)s：%(what)s"),
    Kind.COMMITMENT_LOOKED_BACK: gettext_lazy("过后又去看了看：%(what)s"),
}
REPLIED_AGAIN = gettext_lazy("第 %(n)s 次返工以后，%(who)s 答复了：%(what)s")
# The same to whoever said so.
SAID_THEMSELVES = {
    Kind.COMMITMENT_REOPENED: gettext_lazy("您说还没有解决，重新办：%(what)s"),
    Kind.COMMITMENT_DISPUTED: gettext_lazy("您说还没有解决，由区里决定还办不办：%(what)s"),
}


@dataclass(frozen=True)
class Step:
    """One line of the list, in the shape that `kit/history.html` takes."""

    at: datetime
    what: str | Promise
    text: str = ""
    url: str = ""
    link: str = ""
    who: str = ""
    when: str = ""  # the day is enough for its reader


@dataclass(frozen=True)
class Invited:
    """A session that is still to come and to which whoever raised the matter is asked."""

    subject: str
    when: str
    where: str
    link: str  # where to take part from home; empty where no page of it is open


@dataclass(frozen=True)
class Story:
    """The list, and what the holder is invited to."""

    steps: list[Step]
    invited: list[Invited]


@dataclass(frozen=True)
class _Then:
    """How it stood with a commitment when something was done to it: by whom it was done, and what its reader said."""

    doer: str
    said_unsolved: bool
    round: int  # how often it had come back by then


def story(submission: Submission, promises: Sequence[Commitment], asked: Sequence[Asked] = ()) -> Story:
    """What happened, newest first. Whoever calls has checked the key; three statements, however long it went on, and
    one more where something went to another doer.

    `asked`: what the holder was asked, with their answers.
    """
    meetings = _meetings(submission)
    things: list[tuple[Subject, object]] = [(submission.subject, submission)]
    if submission.topic is not None:
        things.append((submission.topic.subject, submission.topic))
    things += [(row.subject, row) for row in meetings]
    things += [(row.subject, row) for row in promises]
    rows = dict(things)
    steps: list[Step] = []
    told: set[tuple[Subject, str]] = set()
    lines = history_by_subject(*rows)
    then = _then(lines, {row.subject: row for row in promises}, asked)
    for at, (subject, line) in enumerate(lines):
        row = rows[subject]
        first = (subject, line.event) not in told  # the newest of its kind: only to it the row's words belong
        step = _step(row, line, then.get(at), is_last=first)
        if step is not None:
            told.add((subject, line.event))
            steps.append(step)
    if any(row.closed_at is not None for row in promises):  # each says of itself that it is done
        steps = [step for step in steps if step.what != TOPIC[Kind.TOPIC_CONCLUDED]]
    own = [row for row in meetings if row.is_asked]  # type: ignore[attr-defined]  # annotated
    return Story(steps, [_invited(row) for row in own if row.state in COMING])


def _then(
    lines: Sequence[tuple[Subject, Line]], promises: Mapping[Subject, Commitment], asked: Sequence[Asked]
) -> dict[int, _Then]:
    """For each line about a commitment: a row keeps the name that was true then, whoever does it now."""
    unsolved = {
        (each.commitment.subject, each.invitation.round)
        for each in asked
        if each.rating is not None and not each.rating.is_solved
    }
    leads: dict[Subject, object] = {}  # the code of its unit; "" where the community does it itself
    rounds: Counter[Subject] = Counter()
    stood: dict[int, tuple[Subject, object, int]] = {}
    for at, (subject, line) in reversed(list(enumerate(lines))):
        if subject not in promises:
            continue
        leads[subject] = line.content.get("lead", leads.get(subject))
        stood[at] = subject, leads[subject], rounds[subject]
        if line.event == Kind.COMMITMENT_REOPENED or line.content.get("verdict") == "redo":
            rounds[subject] += 1
    names = _names({str(lead) for _subject, lead, _round in stood.values() if lead}, promises.values())
    return {
        at: _Then(
            promises[subject].room.name if lead == "" else names.get(str(lead), _("承办单位")),
            (subject, asked_in) in unsolved,
            asked_in,
        )
        for at, (subject, lead, asked_in) in stood.items()
    }


def _names(codes: set[str], promises: Iterable[Commitment]) -> dict[str, str]:
    found = {row.lead.code: row.lead.name for row in promises if row.lead is not None}
    if missing := codes - found.keys():
        found |= dict(Unit.objects.filter(code__in=missing).values_list("code", "name"))
    return found


def _meetings(submission: Submission) -> list[Deliberation]:
    """Those about the matter that were announced, and whether whoever raised it is asked to come."""
    if submission.topic_id is None:
        return []
    asked = Participant.objects.filter(deliberation=OuterRef("pk"), is_by_slip=True, invited_at__isnull=False)
    rows = Deliberation.objects.filter(topic_id=submission.topic_id, announced_at__isnull=False)
    return list(rows.annotate(is_asked=Exists(asked)).order_by("pk"))


def _invited(row: Deliberation) -> Invited:
    return Invited(row.subject_line, _moment(row.held_at), row.place, _page_of(row))


def _page_of(row: Deliberation) -> str:
    """The open page of a session, where there is one."""
    is_open = row.release == Release.RELEASED and row.scope in {Scope.PUBLIC, Scope.PLACE}
    return reverse("deliberation", args=[row.no]) if is_open and not row.is_embargoed else ""


def _step(row: object, line: Line, then: _Then | None, *, is_last: bool) -> Step | None:
    kind = Kind(line.event)
    if isinstance(row, Commitment):
        return _promise_step(row, kind, line, then, is_last=is_last) if then is not None else None
    if isinstance(row, Deliberation):
        return _meeting_step(row, kind, line, is_last=is_last)
    words = SUBMISSION if isinstance(row, Submission) else TOPIC
    if kind not in words:
        return None
    text = ""
    if is_last and kind == Kind.TOPIC_PLANNED and row.planned_on:  # type: ignore[attr-defined]
        text = _("到 %(day)s 再拿出来办") % {"day": _day(row.planned_on)}  # type: ignore[attr-defined]
    elif is_last and kind in {Kind.TOPIC_ENDED, Kind.TOPIC_LEFT_UNSOLVED}:
        text = row.end_reason  # type: ignore[attr-defined]
    return Step(line.at, words[kind], text)


def _meeting_step(row: Deliberation, kind: Kind, line: Line, *, is_last: bool) -> Step | None:
    if kind not in MEETING:
        return None
    page = _page_of(row)
    if kind == Kind.DELIBERATION_ANNOUNCED:
        may_know = is_last and row.state != DeliberationState.PREPARED and (row.is_asked or page)  # type: ignore[attr-defined]
        text = _("时间 %(when)s，地点 %(where)s") % {
            "when": _moment(_announced_for(row, line)),
            "where": row.place,
        }
        return Step(line.at, MEETING[kind], text if may_know else "", page if may_know else "")
    if kind in {Kind.DELIBERATION_POSTPONED, Kind.DELIBERATION_CANCELLED}:
        # A row keeps one reason: that of the last change.
        is_its = is_last and (kind == Kind.DELIBERATION_CANCELLED or row.state != DeliberationState.CANCELLED)
        return Step(line.at, MEETING[kind], row.change_reason if is_its else "")
    if kind == Kind.DELIBERATION_OPENED and is_last and row.held_at and (row.is_asked or page):  # type: ignore[attr-defined]
        return Step(line.at, MEETING[kind], _("时间 %(when)s") % {"when": _moment(row.held_at)})
    return Step(line.at, MEETING[kind])


def _announced_for(row: Deliberation, line: Line) -> datetime | None:
    """The hour that was announced then, whenever it was held in the end."""
    said = str(line.content.get("held_at") or "")
    return datetime.fromisoformat(said) if said else row.held_at


def _promise_step(row: Commitment, kind: Kind, line: Line, then: _Then, *, is_last: bool) -> Step | None:
    if kind not in PROMISE:
        return None
    words = PROMISE[kind]
    if then.said_unsolved:
        words = SAID_THEMSELVES.get(kind, words)
    if kind == Kind.COMMITMENT_REPLIED and then.round:
        words = REPLIED_AGAIN
    doer = (
        _("承办单位") if kind == Kind.COMMITMENT_DECLINED else then.doer
    )  # whoever gave it back stays unnamed
    how = VERDICTS.get(
        str(line.content.get("verdict")), _("怎么办")
    )  # what was erased says no more than that
    what = str(words) % {"who": doer, "what": row.what, "how": how, "n": then.round}
    return Step(line.at, what, _promise_text(row, kind, line, is_last=is_last))


def _promise_text(row: Commitment, kind: Kind, line: Line, *, is_last: bool) -> str:
    facts = line.content
    match kind:
        case Kind.COMMITMENT_REPLIED if facts.get("reply"):
            return str(REPLY_KINDS[ReplyKind(str(facts["reply"]))])
        case Kind.COMMITMENT_CLOSED if facts.get("closing"):
            return str(CLOSINGS[Closing(str(facts["closing"]))])
        case Kind.COMMITMENT_REOPENED if is_last and row.state == CommitmentState.UNDER_WAY:
            return _("到 %(day)s 前再办一次") % {"day": _day(local_day(row.due_at))}
        case Kind.COMMITMENT_EXTENDED if is_last:
            return row.extension_reason
        case Kind.COMMITMENT_DECIDED if is_last and row.decision_reason:
            facts_of_it = {"why": row.decision_reason, "day": _day(local_day(row.due_at))}
            if facts.get("verdict") == "redo" and row.state == CommitmentState.UNDER_WAY:
                return _("到 %(day)s 前再办一次。理由：%(why)s") % facts_of_it
            return _("理由：%(why)s") % facts_of_it
    return ""


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]

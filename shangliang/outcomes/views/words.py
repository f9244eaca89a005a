"""How a promise is told: one status word, one quiet line. What a template would otherwise have to compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangliang.clocks.queries import reminded
from shangliang.events.kinds import Kind
from shangliang.kit.clock import local_day
from shangliang.outcomes.labels import CLOSINGS, REPLY_KINDS
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.queries import Result, result_of
from shangliang.outcomes.rules import is_late_in_public
from shangliang.outcomes.states import Closing, CommitmentState, ReplyKind
from shangliang.rulebook import book

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


@dataclass(frozen=True)
class Shown:
    """One row of a public list."""

    commitment: Commitment
    kind: str
    word: str
    note: str

    @property
    def link(self) -> str:
        return f"/topics/{self.commitment.topic.no}"


def shown_results(rows: Iterable[Commitment], now: datetime) -> list[Shown]:
    """Rows with their status word and line; one statement, for which of the late doers were reminded."""
    found = list(rows)
    late = {row.subject for row in found if result_of(row, now) == Result.DUE}
    told = reminded(late)
    return [Shown(row, *_status(row, now, row.subject in told), _note(row)) for row in found]


def _status(row: Commitment, now: datetime, was_reminded: bool) -> tuple[str, str]:
    result = result_of(row, now)
    if result == Result.DUE:
        return _due_status(row, now, was_reminded)
    if row.state == CommitmentState.ASKING:
        return "yours", _("请群众评价")
    if row.closing:
        return KINDS[result], str(CLOSINGS[Closing(row.closing)])
    return KINDS[result], str(RESULTS[result])


def _due_status(row: Commitment, now: datetime, was_reminded: bool) -> tuple[str, str]:
    today, due_on = local_day(now), local_day(row.due_at)
    delay = book().at(today).integer("outcomes.public_overdue_days", row.desk_path)
    if is_late_in_public(today, due_on, is_done=False, reminded=was_reminded, delay_days=delay):
        return "late", _("已逾期，正在催办")
    left = (due_on - today).days
    if left <= 0:
        return "soon", _("今天到期") if left == 0 else _("办理中，稍有延后")
    return "soon", ngettext("还剩 %(n)s 天", "还剩 %(n)s 天", left) % {"n": left}


def _note(row: Commitment) -> str:
    doer = row.lead.name if row.lead else _("%(room)s自己办") % {"room": row.room.name}
    if row.closed_at:
        days = (local_day(row.closed_at) - local_day(row.assigned_at)).days
        took = ngettext("用了 %(n)s 天", "用了 %(n)s 天", days) % {"n": days} if days else _("当天办好")
        return f"{doer} · {took}"
    if row.planned_on:
        day = date_format(row.planned_on, "DATE_FORMAT")
        return f"{doer} · " + _("计划 %(day)s 前") % {"day": day}
    return f"{doer} · " + _("%(day)s 到期") % {"day": date_format(local_day(row.due_at), "DATE_FORMAT")}


def detail(entry: Any) -> str:
    """A ledger line's own facts in words."""
    facts = entry.content or {}
    if entry.event == Kind.COMMITMENT_REPLIED and facts.get("reply"):
        return str(REPLY_KINDS[ReplyKind(facts["reply"])])
    if entry.event == Kind.COMMITMENT_CLOSED and facts.get("closing"):
        return str(CLOSINGS[Closing(facts["closing"])])
    day = facts.get("due_on") or facts.get("until")
    return (
        _("%(day)s 到期") % {"day": date_format(date.fromisoformat(str(day)), "DATE_FORMAT")} if day else ""
    )

"""History in plain words: a ledger row becomes a sentence that a neighbour understands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import office_in_words
from shangliang.events.kinds import Kind
from shangliang.outcomes.labels import CLOSINGS, REPLY_KINDS
from shangliang.outcomes.states import Closing, ReplyKind

WORDS = {
    Kind.OUTCOME_DRAFTED: _("拟好成果草稿"),
    Kind.OUTCOME_COUNTERSIGNED: _("会签成果"),
    Kind.OUTCOME_FILED: _("向镇（街道）政协工委备案"),
    Kind.OUTCOME_ROUTED: _("明确由谁来办"),
    Kind.OUTCOME_REPORTED: _("报送党委、政府"),
    Kind.OUTCOME_ADOPTED: _("党委、政府批示采纳"),
    Kind.OUTCOME_NOT_ADOPTED: _("未采纳，已说明理由"),
    Kind.OUTCOME_ENDED: _("成果了结，不需要交办"),
    Kind.COMMITMENT_ASSIGNED: _("交办"),
    Kind.COMMITMENT_ACCEPTED: _("签收"),
    Kind.COMMITMENT_DECLINED: _("退回：不归本单位办理"),
    Kind.COMMITMENT_PLANNED: _("写明打算怎么办"),
    Kind.COMMITMENT_EXTENDED: _("延长办理时间"),
    Kind.COMMITMENT_REPLIED: _("答复"),
    Kind.COMMITMENT_RATED: _("收到一份评价"),
    Kind.COMMITMENT_CALLED_BACK: _("电话回访"),
    Kind.COMMITMENT_CLOSED: _("办结"),
    Kind.COMMITMENT_REOPENED: _("群众认为没有解决，重新办理"),
    Kind.COMMITMENT_DECIDED: _("区级作出裁定"),
    Kind.COMMITMENT_LOOKED_BACK: _("回头看"),
    Kind.CLOCK_HANDED_ON: _("逾期，改由上级办理"),
}


def lines(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """What `kit/history.html` draws; `entries` come from `ledger.queries.history`, newest first or last."""
    found = [
        {
            "at": entry.at,
            "what": WORDS.get(Kind(entry.event), entry.event),
            "text": _detail(entry),
            "who": office_in_words(entry.office),
        }
        for entry in entries
    ]
    return sorted(found, key=lambda line: line["at"], reverse=True)


def _detail(entry: Any) -> str:
    facts = entry.content or {}
    if entry.event == Kind.COMMITMENT_REPLIED and facts.get("reply"):
        return str(REPLY_KINDS[ReplyKind(facts["reply"])])
    if entry.event == Kind.COMMITMENT_CLOSED and facts.get("closing"):
        return str(CLOSINGS[Closing(facts["closing"])])
    day = facts.get("due_on") or facts.get("until")
    return (
        _("%(day)s 到期") % {"day": date_format(date.fromisoformat(str(day)), "DATE_FORMAT")} if day else ""
    )

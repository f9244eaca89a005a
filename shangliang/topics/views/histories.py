"""History in plain words: a ledger row becomes a sentence that a neighbour understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import office_in_words
from shangliang.events.kinds import Kind
from shangliang.ledger.queries import Line
from shangliang.topics.labels import DESTINATIONS, GRADES
from shangliang.topics.states import Destination, Grade

WORDS: Mapping[Kind, Promise] = {
    Kind.SUBMISSION_RECEIVED: _("收到"),
    Kind.SUBMISSION_MESSAGED: _("给反映人留言"),
    Kind.SUBMISSION_ANSWERED: _("反映人留言"),
    Kind.SUBMISSION_WRITTEN_DOWN: _("把语音写成文字"),
    Kind.SUPPLEMENT_ASKED: _("请反映人补充"),
    Kind.SUPPLEMENT_GIVEN: _("反映人作了补充"),
    Kind.SUPPLEMENT_MISSED: _("到时候没有补充，回到待筛选"),
    Kind.SUBMISSION_ACCEPTED: _("受理"),
    Kind.SUBMISSION_HANDED_OVER: _("转交"),
    Kind.SUBMISSION_REPORTED_BACK: _("补记转交后的进展"),
    Kind.SUBMISSION_MERGED: _("并入已有的议题"),
    Kind.SUBMISSION_SEPARATED: _("从议题里分出来"),
    Kind.SUBMISSION_ENDED: _("了结，已说明理由"),
    Kind.SUBMISSION_EMBARGOED: _("涉及干部，直接交上一级"),
    Kind.SUBMISSION_ERASED: _("反映人要求抹去"),
    Kind.CONTACT_REVEALED: _("查看联系方式"),
    Kind.TOPIC_OPENED: _("立为议题"),
    Kind.TOPIC_GRADED: _("改为深入议"),
    Kind.TOPIC_WORDED: _("改写题目和摘要"),
    Kind.TOPIC_VISITED: _("实地了解"),
    Kind.TOPIC_SECONDED: _("听取第二召集人意见"),
    Kind.TOPIC_ADOPTED: _("立项"),
    Kind.TOPIC_ANSWERED: _("答复"),
    Kind.TOPIC_PASSED_UP: _("上提"),
    Kind.TOPIC_TAKEN_UP: _("接手办理"),
    Kind.TOPIC_HANDED_DOWN: _("下交"),
    Kind.TOPIC_PLANNED: _("列入计划"),
    Kind.TOPIC_ENDED: _("终止"),
    Kind.TOPIC_DELIBERATED: _("开始协商"),
    Kind.TOPIC_AGREED: _("形成意见"),
    Kind.TOPIC_TAKEN_IN_HAND: _("开始办理"),
    Kind.TOPIC_CONCLUDED: _("办结"),
    Kind.TOPIC_LEFT_UNSOLVED: _("暂未办成"),
    Kind.TOPIC_REOPENED: _("群众认为没有解决，重新办理"),
    Kind.TOPIC_ASKED: _("承办单位答复，请群众评价"),
    Kind.POST_PROPOSED: _("送审"),
    Kind.POST_RELEASED: _("公开"),
    Kind.POST_HELD_BACK: _("暂不公开"),
    Kind.POST_COVERED: _("撤下公开的内容"),
    Kind.POST_RESTORED: _("恢复公开"),
    Kind.CLOCK_HANDED_ON: _("逾期，改由上级办理"),
}


def lines(entries: Iterable[Line]) -> list[dict[str, Any]]:
    """What `kit/history.html` draws."""
    return [
        {
            "at": entry.at,
            "what": WORDS.get(Kind(entry.event), entry.event),
            "text": _detail(entry),
            "who": office_in_words(entry.office),
        }
        for entry in entries
    ]


def _detail(entry: Line) -> str:
    facts = entry.content
    if facts.get("destination"):
        return str(DESTINATIONS[Destination(str(facts["destination"]))])
    if facts.get("grade"):
        return str(GRADES[Grade(str(facts["grade"]))])
    return str(facts.get("planned_on") or facts.get("on") or "")

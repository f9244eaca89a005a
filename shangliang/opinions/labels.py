"""Words for polls, statements and voters."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.opinions.states import Choice, Part, PollState, StatementState, VoterClass

POLL_STATES: dict[PollState, Promise] = {
    PollState.PREPARED: _("还没开始"),
    PollState.OPEN: _("正在征集看法"),
    PollState.CLOSED: _("征集已结束"),
}
STATE_KINDS = {PollState.PREPARED: "quiet", PollState.OPEN: "doing", PollState.CLOSED: "done"}
STATEMENT_STATES: dict[StatementState, Promise] = {
    StatementState.WAITING: _("等您看过"),
    StatementState.SHOWN: _("大家能看到"),
    StatementState.REJECTED: _("没有采用"),
}
STATEMENT_KINDS = {
    StatementState.WAITING: "yours",
    StatementState.SHOWN: "doing",
    StatementState.REJECTED: "quiet",
}
CHOICES: dict[Choice, Promise] = {
    Choice.AGREE: _("赞成"),
    Choice.DISAGREE: _("不赞成"),
    Choice.PASS: _("说不准"),
}
CLASSES: dict[VoterClass, Promise] = {
    VoterClass.SEAT: _("凭座位号"),
    VoterClass.PRESENT: _("现场扫码"),
    VoterClass.OPEN: _("网上和门口"),
}
PARTS: dict[Part, Promise] = {Part.ROOM: _("在场的人"), Part.OPEN: _("网上和门口的人")}
GROUP_NAMES = (_("甲群"), _("乙群"), _("丙群"), _("丁群"), _("戊群"))
HISTORY: dict[Kind, Promise] = {
    Kind.POLL_PREPARED: _("准备征集看法"),
    Kind.POLL_OPENED: _("开始征集看法"),
    Kind.POLL_CLOSED: _("结束征集看法"),
    Kind.SEATS_PRINTED: _("印发座位号"),
    Kind.STATEMENT_REVIEWED: _("看过一句话"),
    Kind.HANDS_COUNTED: _("记下举手人数"),
}
UNMET: dict[str, Promise] = {"no_statement": _("先写上至少一句话，才能开始。")}

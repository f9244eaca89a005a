"""What channels and delivery states are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.inbox.states import ChannelKind, HandWay, MessageState, Standing

CHANNELS = {
    ChannelKind.IN_APP: _("站内消息"),
    ChannelKind.MAIL: _("电子邮件"),
    ChannelKind.SMS: _("短信"),
}
MESSAGE_STATES = {
    MessageState.QUEUED: _("等待发送"),
    MessageState.SENDING: _("正在发送"),
    MessageState.SENT: _("已发出"),
    MessageState.FAILED: _("没有发出"),
    MessageState.UNKNOWN: _("不确定是否发出，请另行联系"),
    MessageState.DIGESTED: _("并入每日汇总"),
    MessageState.KEPT: _("没有接短信网关，没有发出，请另行联系"),
}
HAND_WAYS = {
    HandWay.PHONE: _("打了电话"),
    HandWay.LETTER: _("送了信"),
    HandWay.IN_PERSON: _("当面说了"),
}
STANDINGS = {
    Standing.BY_HAND: _("告诉了"),
    Standing.SENT: _("已发出"),
    Standing.READ: _("在工作台上看过了"),
    Standing.WAITING: _("等着发出"),
    Standing.ON_DESK: _("在工作台上，还没有看"),
    Standing.CALL: _("留了电话，要打电话"),
    Standing.TELL: _("要打电话或者送信"),
    Standing.NO_WAY: _("没有留电话，查回执才看得到"),
}
STANDING_KINDS = {
    Standing.BY_HAND: "done",
    Standing.SENT: "done",
    Standing.READ: "done",
    Standing.WAITING: "quiet",
    Standing.ON_DESK: "doing",
    Standing.CALL: "soon",
    Standing.TELL: "soon",
    Standing.NO_WAY: "quiet",
}

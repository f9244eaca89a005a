"""What channels and delivery states are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.inbox.states import ChannelKind, MessageState

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
}

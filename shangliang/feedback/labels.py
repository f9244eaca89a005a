"""Words for kinds, ways and states of what is said about the system."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.feedback.states import FeedbackKind, FeedbackState, FeedbackWay

KINDS = {
    FeedbackKind.COMPLAINT: _("投诉：哪里做得不对"),
    FeedbackKind.SUGGESTION: _("建议：怎样会更好"),
    FeedbackKind.HELP: _("不会用：卡在哪一步了"),
}
SHORT_KINDS = {
    FeedbackKind.COMPLAINT: _("投诉"),
    FeedbackKind.SUGGESTION: _("建议"),
    FeedbackKind.HELP: _("不会用"),
}
WAYS = {
    FeedbackWay.ONLINE: _("网上"),
    FeedbackWay.VISIT: _("当面"),
    FeedbackWay.PHONE: _("电话"),
    FeedbackWay.PAPER: _("纸面"),
}
STATES = {
    FeedbackState.WAITING: _("待答复"),
    FeedbackState.ANSWERED: _("已答复"),
    FeedbackState.PASSED_ON: _("已指路"),
}
STATE_KINDS = {  # the colour of the status
    FeedbackState.WAITING: "received",
    FeedbackState.ANSWERED: "done",
    FeedbackState.PASSED_ON: "passed",
}
ROOM_LABEL = _("一个议事室（是身边的事，请到那里说）")
UNMET = {
    "text_missing": _("请写下要说的话。"),
    "answer_missing": _("请写下给他的答复。"),
    "room_missing": _("请写归哪个议事室：编号，或者完整的名称。"),
    "room_unknown": _("没有找到这个议事室。请照门上的二维码下面的编号写，或者写完整的名称。"),
    "room_several": _("叫这个名字的议事室有 %(count)s 个，请写编号。"),
    "nobody_yet": _("本系统还没有设好，没有人能答复。请打页面下面的电话。"),
    "place_missing": _("请写明归哪个单位、怎么找。"),
}
HISTORY: dict[Kind, Promise] = {
    Kind.FEEDBACK_RECEIVED: _("收到"),
    Kind.FEEDBACK_ANSWERED: _("答复"),
    Kind.FEEDBACK_PASSED_ON: _("不是本系统的事，告诉了该找谁"),
    Kind.FEEDBACK_ASKED_AGAIN: _("对答复不满意，再问一次"),
    Kind.FEEDBACK_PHONE_SEEN: _("看过电话"),
}
TASKS = {"feedback.answer_days": _("答复意见建议")}

"""Words for outcomes, commitments, replies and ratings."""

from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.outcomes.states import (
    Closing,
    CommitmentState,
    FileKind,
    Level,
    OutcomeKind,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
    Way,
)

OUTCOME_KINDS = {
    OutcomeKind.MINUTES: _("协商纪要"),
    OutcomeKind.SUGGESTION: _("协商意见建议"),
    OutcomeKind.CONSENSUS: _("凝聚共识"),
    OutcomeKind.SOCIAL_INFORMATION: _("社情民意信息"),
    OutcomeKind.CPPCC_PROPOSAL: _("政协提案"),
    OutcomeKind.DEPUTY_SUGGESTION: _("代表建议"),
    OutcomeKind.STATUTORY_PROPOSAL: _("提请表决的建议"),
    OutcomeKind.QUICK_ANSWER: _("即时议答复"),
}
FILE_KINDS = {
    FileKind.BEFORE: _("办之前的照片"),
    FileKind.AFTER: _("办好后的照片"),
    FileKind.LETTER: _("答复函"),
}
ROUTES = {
    Route.COMMUNITY: _("村（社区）自己办"),
    Route.TOWN: _("镇（街道）交办"),
    Route.REPORTED: _("报送党委、政府批示交办"),
}
OUTCOME_STATES = {
    OutcomeState.DRAFTED: _("拟稿"),
    OutcomeState.COUNTERSIGNED: _("已会签"),
    OutcomeState.FILED: _("已备案"),
    OutcomeState.REPORTED: _("已报送，待批示"),
    OutcomeState.ADOPTED: _("采纳"),
    OutcomeState.PARTLY_ADOPTED: _("部分采纳"),
    OutcomeState.NOT_ADOPTED: _("未采纳（附理由）"),
    OutcomeState.ENDED: _("已了结"),
}
PERIODS = {Period.SIMPLE: _("简单"), Period.NORMAL: _("一般"), Period.COMPLEX: _("复杂")}
COMMITMENT_STATES = {
    CommitmentState.ASSIGNED: _("待签收"),
    CommitmentState.DECLINED: _("退回交办单位"),
    CommitmentState.UNDER_WAY: _("办理中"),
    CommitmentState.ASKING: _("请群众评价"),
    CommitmentState.CALLING_BACK: _("电话回访"),
    CommitmentState.DISPUTED: _("待区级裁定"),
    CommitmentState.PLANNED: _("已列入计划"),
    CommitmentState.SHELVED: _("条件不具备，留待再看"),
    CommitmentState.CLOSED: _("已办结"),
}
CLOSINGS = {
    Closing.CONFIRMED: _("居民已确认"),
    Closing.NOT_RATED: _("已办结（未评价）"),
    Closing.DECIDED_DONE: _("区级裁定已办结"),
    Closing.DECIDED_NOT_DONE: _("区级裁定未办成"),
}
# What the district's office decides when residents say for the second time that it is not solved; by the verdict that
# the ledger keeps.
VERDICTS = {
    "redo": _("重新办理"),
    Closing.DECIDED_DONE.value: _("按已办结了结"),
    Closing.DECIDED_NOT_DONE.value: _("不再办了，按暂未办成了结"),
}
# What is next while nobody carries it out yet, and while an office decides, as residents say it.
NEXT_OF_OUTCOME = {
    OutcomeState.DRAFTED: _("写好商量的成果，请召集人签字"),
    OutcomeState.COUNTERSIGNED: _("商量的成果在镇（街道）备案"),
    OutcomeState.FILED: _("明确由谁来办、什么时候办好"),
    OutcomeState.REPORTED: _("党委、政府决定采纳不采纳，由谁来办"),
}
REPLY_KINDS = {
    ReplyKind.SOLVED: _("A 已解决"),
    ReplyKind.PLANNED: _("B 列入计划"),
    ReplyKind.LACKING: _("C 条件不具备，留作参考"),
}
WAYS = {Way.TELEPHONE: _("电话里说的"), Way.PAPER: _("书面的（纸、传真、公函）")}
ENTERED = {  # beside what everybody reads
    Way.TELEPHONE: _("由%(office)s代为录入（承办单位电话告知）"),
    Way.PAPER: _("由%(office)s代为录入（承办单位书面告知）"),
}
TOLD = {Way.TELEPHONE: _("电话代录"), Way.PAPER: _("书面代录")}
LEVELS = {
    Level.VERY_SATISFIED: _("非常满意"),
    Level.SATISFIED: _("满意"),
    Level.BASICALLY_SATISFIED: _("基本满意"),
    Level.DISSATISFIED: _("不满意"),
    Level.VERY_DISSATISFIED: _("非常不满意"),
}
RATED_BY = {
    RatedBy.SELF: _("本人，凭回执"),
    RatedBy.LINK: _("本人，凭手机收到的链接"),
    RatedBy.IN_HANDS: _("凭回执，回执经议事室补打、代录或查看过电话（不计分）"),
    RatedBy.ROOM_CLERK: _("联络员代录（不计分）"),
    RatedBy.CALL_BACK: _("电话回访"),
    RatedBy.PAPER_CARD: _("纸面评价卡"),
}

# Conditions that are not met yet, as a clerk understands them; %(…)s are numbers of the guard.
UNMET = {
    "text_missing": _("还没有写成果内容。"),
    "route_missing": _("请选择由谁来办：自己办、镇（街道）交办，或报送上级。"),
    "statutory_needs_proposal": _("这件事依法须提请表决，成果只能是提请表决的建议。"),
    "promises_missing": _("还没有列出要办的事。"),
    "approval_missing": _("请填写批示的文号。"),
    "promise_what_missing": _("第 %(n)s 项：请写清楚办什么。"),
    "promise_doer_missing": _("第 %(n)s 项：请选择主办单位。"),
    "promise_not_by_the_room": _("第 %(n)s 项：涉及本村（社区）干部的事，不能交回本村（社区）办理。"),
    "promise_date_missing": _("第 %(n)s 项：请填写办结日期。"),
    "promise_date_past": _("第 %(n)s 项：办结日期已经过去，请重新填写。"),
    "promise_measure_missing": _("第 %(n)s 项：请写明怎样才算办好。"),
    "reply_text_missing": _("请写明办理情况。"),
    "reply_kind_missing": _("请选择答复类别 A、B 或 C。"),
    "reply_date_missing": _("请填写计划办理（或再次研究）的日期。"),
    "reply_date_past": _("日期必须在今天之后。"),
    "reply_date_too_far": _("最迟排到 %(day)s，请选早一点的日期。"),
    "paper_missing": _("书面的请拍一张照片附上。"),
    "receiver_missing": _("请填写报送给哪个党委或政府。"),
    "refusal_reason_missing": _("不采纳须写明理由，群众会看到。"),
    "decline_reason_missing": _("请说明为什么不归本单位办理。"),
    "hand_on_reason_missing": _("请写明为什么改派，原来的承办单位会看到。"),
    "hand_on_to_the_same": _("现在就是这个单位主办，请选另一个。"),
    "plan_missing": _("请写明打算怎么办。"),
    "extensions_used_up": _("延期次数已用完（最多 %(n)s 次）。"),
    "extension_reason_missing": _("请写明延期理由，群众会看到。"),
    "extension_refusal_reason_missing": _("请写明为什么不同意延期，承办单位会看到。"),
    "extension_date_not_later": _("新的日期应当晚于原来的日期。"),
    "rating_contradicts": _(
        "您选了“没有解决”，又选了满意，是不是点错了？点错了就改上面的；就是这个意思的，请勾这一格。"
    ),
    "personal_data_in_reason": _(
        "您写的话里好像有%(what)s，看的人都会看到。不想让人看到的，请删掉；要留着的，请勾这一格。"
    ),
    "slip_not_asked": _("这张回执这次没有请来评价，请再核对一遍号码；不知道号码的，空着就行。"),
    "rating_reason_missing": _("请说说哪里不满意，好让承办单位改进。"),
    "rating_window_over": _("评价时间已过。如果事情仍未解决，请重新反映或联系议事室。"),
    "rating_round_over": _("这次评价已经结束，谢谢您。"),
    "nobody_left_to_rate": _("被邀请的人都已评价过了。"),
    "explanation_missing": _("请说明为什么晚了、打算什么时候办好，过问的领导会看到。"),
    "decision_reason_missing": _("裁定须写明理由，群众会看到。"),
    "look_back_note_missing": _("请写明出了什么变化。"),
}
# What a history line says.
HISTORY = {
    Kind.OUTCOME_DRAFTED: _("拟好成果草稿"),
    Kind.OUTCOME_COUNTERSIGNED: _("会签成果"),
    Kind.OUTCOME_FILED: _("向镇（街道）政协工委备案"),
    Kind.OUTCOME_ROUTED: _("明确由谁来办"),
    Kind.OUTCOME_REPORTED: _("报送党委、政府"),
    Kind.OUTCOME_ADOPTED: _("党委、政府批示采纳"),
    Kind.OUTCOME_NOT_ADOPTED: _("未采纳，已说明理由"),
    Kind.OUTCOME_ENDED: _("成果了结，不需要交办"),
    Kind.COMMITMENT_ASSIGNED: _("交办"),
    Kind.COMMITMENT_HANDED_ON: _("改由另一个单位办理"),
    Kind.COMMITMENT_ACCEPTED: _("签收"),
    Kind.COMMITMENT_DECLINED: _("退回：不归本单位办理"),
    Kind.COMMITMENT_PLANNED: _("写明打算怎么办"),
    Kind.COMMITMENT_EXTENSION_ASKED: _("申请延期"),
    Kind.COMMITMENT_EXTENSION_REFUSED: _("不同意延期"),
    Kind.COMMITMENT_EXTENDED: _("延长办理时间"),
    Kind.COMMITMENT_ASKED_AFTER: _("挂钩领导过问"),
    Kind.COMMITMENT_EXPLAINED: _("说明逾期的原因"),
    Kind.COMMITMENT_REPLIED: _("答复"),
    Kind.COMMITMENT_RATED: _("收到一份评价"),
    Kind.COMMITMENT_HEARD: _("区级看过群众只给区里说的话"),
    Kind.COMMITMENT_CALLED_BACK: _("电话回访"),
    Kind.COMMITMENT_CLOSED: _("办结"),
    Kind.COMMITMENT_REOPENED: _("群众认为没有解决，重新办理"),
    Kind.COMMITMENT_DISPUTED: _("群众再次认为没有解决，请区级裁定"),
    Kind.COMMITMENT_DECIDED: _("区级作出裁定"),
    Kind.COMMITMENT_LOOKED_BACK: _("回头看"),
}
# What each clock asks of the one who holds it.
OUTCOME_TASKS = {
    "outcomes.draft_days": _("补全草稿，选好由谁来办"),
    "outcomes.countersign_days": _("会签成果"),
    "outcomes.file_days": _("备案"),
    "outcomes.assign_days": _("明确由谁来办"),
    "outcomes.adopt_days": _("决定是否采纳"),
}
ASK_BY_HAND = _("当面或者写信问一次办得怎样（没有人留电话）")
COMMITMENT_TASKS = {
    "outcomes.accept_days": _("签收"),
    "outcomes.assign_days": _("明确由谁来办"),
    "outcomes.simple_days": _("办理并答复"),
    "outcomes.normal_calendar_days": _("办理并答复"),
    "outcomes.complex_months": _("办理并答复"),
    "outcomes.extension_decide_days": _("答复延期申请"),
    "outcomes.explain_days": _("向过问的领导说明原因"),
    "outcomes.kept_days": _("看群众只给区里说的话"),
    "outcomes.rating_days": _("等群众评价"),
    "outcomes.callback_days": _("打一次回访电话"),
    "outcomes.reopen_decide_days": _("裁定是否重办"),
    "outcomes.lookback_first_months": _("回头看（三个月）"),
    "outcomes.lookback_second_months": _("回头看（十二个月）"),
}

"""What a running clock asks of the person who holds it: one verb each, and the light in words."""

from django.utils.translation import gettext_lazy as _

from shangliang.clocks.rules import Light

TASKS = {
    "topics.ack_days": _("看一看，先回个话"),
    "topics.decide_days": _("决定是否受理"),
    "topics.supplement_days": _("等群众补充"),
    "topics.quick_answer_days": _("答复群众"),
    "topics.deep_start_days": _("着手调研"),
    "topics.research_days": _("调研后立项"),
    "topics.prepare_days": _("着手组织协商"),
    "topics.plan_months": _("计划的日子到了，重新办理"),
    "access.cover_confirm_days": _("确认或恢复撤下的内容"),
    "topics.second_opinion_days": _("听取第二召集人意见"),
    "topics.escalate_days": _("接手上提的事"),
    "topics.handover_followup_days": _("问一问转交后的进展"),
    "access.review_days": _("审核待发布的内容"),
    "deliberations.record_room_days": _("写好协商记录"),
    "deliberations.record_city_days": _("写好协商记录"),
    "deliberations.sign_days": _("签字确认记录"),
    "sortition.reply_days": _("问抽中的人来不来"),
    "outcomes.countersign_days": _("会签成果"),
    "outcomes.file_days": _("备案"),
    "outcomes.assign_days": _("明确由谁来办"),
    "outcomes.adopt_days": _("决定是否采纳"),
    "outcomes.accept_days": _("签收"),
    "outcomes.simple_days": _("办理并答复"),
    "outcomes.normal_calendar_days": _("办理并答复"),
    "outcomes.complex_months": _("办理并答复"),
    "outcomes.rating_days": _("等群众评价"),
    "outcomes.callback_days": _("打一次回访电话"),
    "outcomes.reopen_decide_days": _("裁定是否重办"),
    "outcomes.lookback_first_months": _("回头看（三个月）"),
    "outcomes.lookback_second_months": _("回头看（十二个月）"),
    "outcomes.publish_days": _("公开结果"),
    "outcomes.contact_proposer_days": _("联系反映人"),
}
LIGHTS = {
    Light.CALM: _("按期"),
    Light.SOON: _("快到期"),
    Light.AMBER: _("已到期"),
    Light.RED: _("已逾期"),
    Light.PAUSED: _("暂停计时"),
}
SUBJECTS = {
    "submission": _("来件"),
    "topic": _("议题"),
    "deliberation": _("协商"),
    "draw": _("抽签请人"),
    "record": _("记录"),
    "outcome": _("成果"),
    "commitment": _("承诺事项"),
    "reply": _("答复"),
}

"""Words for channels, states, grades, classes, themes, exclusions and destinations."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.kit.form_tokens import Oddity
from shangliang.topics.states import (
    Channel,
    Destination,
    EntryWay,
    Exclusion,
    FoundBy,
    Grade,
    SubmissionState,
    Theme,
    TopicState,
    Weight,
)

CHANNELS = {
    Channel.GOVERNMENT: _("党政点题"),
    Channel.MEMBER: _("委员荐题"),
    Channel.RESIDENT: _("群众出题"),
    Channel.GRID: _("网格筛题"),
}
ENTRY_WAYS = {
    EntryWay.ONLINE: _("网上"),
    EntryWay.VISIT: _("当面"),
    EntryWay.PHONE: _("电话"),
    EntryWay.PAPER: _("纸面"),
    EntryWay.TV: _("电视"),
}
# What staff read.
SUBMISSION_STATES = {
    SubmissionState.RECEIVED: _("待筛选"),
    SubmissionState.SUPPLEMENT_ASKED: _("等群众补充"),
    SubmissionState.ACCEPTED: _("已受理"),
    SubmissionState.MERGED: _("已合并"),
    SubmissionState.HANDED_OVER: _("已转交"),
    SubmissionState.ENDED: _("已了结"),
    SubmissionState.ERASED: _("已抹除"),
}
TOPIC_STATES = {
    TopicState.OPENED: _("已受理"),
    TopicState.RESEARCHING: _("调研中"),
    TopicState.ADOPTED: _("已立项"),
    TopicState.DELIBERATING: _("协商中"),
    TopicState.AGREED: _("已形成成果"),
    TopicState.IN_HAND: _("办理中"),
    TopicState.ASKING: _("待评议"),
    TopicState.CONCLUDED: _("已办结"),
    TopicState.UNSOLVED: _("暂未办成"),
    TopicState.PASSED_UP: _("已上提"),
    TopicState.PLANNED: _("已列入计划"),
    TopicState.ENDED: _("已终止"),
}
# The few kind words that residents read (design, section 8).
TOPIC_WORDS = {
    TopicState.OPENED: _("了解情况"),
    TopicState.RESEARCHING: _("了解情况"),
    TopicState.ADOPTED: _("了解情况"),
    TopicState.DELIBERATING: _("商量中"),
    TopicState.AGREED: _("商量中"),
    TopicState.IN_HAND: _("办理中"),
    TopicState.ASKING: _("请您评价"),
    TopicState.CONCLUDED: _("已办结"),
    TopicState.UNSOLVED: _("暂未办成"),
    TopicState.PASSED_UP: _("了解情况"),
    TopicState.PLANNED: _("已列入计划"),
    TopicState.ENDED: _("暂未办成"),
}
GRADES = {Grade.QUICK: _("即时议"), Grade.DEEP: _("深入议")}
WEIGHTS = {Weight.IMPORTANT: _("要事"), Weight.PRACTICAL: _("实事"), Weight.HARD: _("难事")}
THEMES = {
    Theme.GOVERNANCE: _("基层社会治理"),
    Theme.VILLAGE_RULES: _("村规民约"),
    Theme.LAND: _("土地利用"),
    Theme.COLLECTIVE_INCOME: _("集体增收"),
    Theme.ELDERLY_CARE: _("居家养老"),
    Theme.OLD_ESTATES: _("老旧小区改造"),
    Theme.REFUSE: _("垃圾清运"),
    Theme.ENVIRONMENT: _("环境整治"),
    Theme.NEIGHBOURS: _("邻里关系"),
    Theme.SAFETY: _("安全防范"),
}
# What can be answered to "can this be talked over here": act, words, what follows, more of its address.
ANSWERS = (
    ("accept", _("能，马上就能答复"), _("即时议：几天内答复反映人，请他评价。"), "&grade=quick"),
    ("accept", _("能，要请大家坐下来商量"), _("深入议：先实地了解，再立项、开会。"), "&grade=deep"),
    ("merge", _("已经有人说过，并到一起"), _("反映人照样有回执，跟着那件事走。"), ""),
    ("ask", _("说得还不清楚，请反映人补充"), _("问一句话，等他补充了再定。"), ""),
    ("hand-over", _("不归议事室管，转交"), _("写明去向和电话，回执不断。"), ""),
    ("above", _("涉及本村（社区）干部，交上一级"), _("交上去以后，这里不再看得到。"), ""),
    ("end", _("不再往下办，了结"), _("写明理由，反映人看得到。"), ""),
)
# Why somebody should look twice at what was sent.
ODDITIES: dict[str, Promise] = {
    Oddity.TRAP: _("填了只有程序才看得见的一栏"),
    Oddity.FAST: _("填得比人打字还快"),
    Oddity.MANY: _("同一个网络一小时里来了很多件"),
    "before": _("以前的来件，没有记下原因"),
}
DESTINATIONS = {
    Destination.HOTLINE: _("12345 政务服务便民热线"),
    Destination.PETITION: _("信访部门"),
    Destination.MEDIATION: _("人民调解委员会（综治中心）"),
    Destination.LEGAL_AID: _("12348 公共法律服务热线"),
    Destination.DISCIPLINE: _("12388 纪检监察举报电话"),
    Destination.POLICE: _("110 报警服务台"),
    Destination.OTHER: _("其他单位"),
}
EXCLUSIONS = {
    Exclusion.PERSONAL: _("只涉及个人的问题"),
    Exclusion.CIVIL_DISPUTE: _("两家之间的民事纠纷"),
    Exclusion.LITIGATION: _("已经或应当走诉讼、行政复议的事"),
    Exclusion.REPORT: _("投诉、举报"),
    Exclusion.PETITION: _("信访事项"),
    Exclusion.SECRET: _("涉及国家秘密、隐私或商业秘密"),
    Exclusion.PERSONNEL: _("人事问题"),
    Exclusion.BEYOND: _("超出本级能够协商的范围"),
    Exclusion.EMERGENCY: _("需要马上处置的紧急情况"),
    Exclusion.SEVERAL: _("一次说了不止一件事，请分开提"),
    Exclusion.UNCLEAR: _("多次联系仍了解不到具体情况"),
}
# What stands in the way of an act, with the numbers in it.
UNMET = {
    "text_missing": _("请说说是什么事，打字、说话都行。"),
    "title_missing": _("请写一个题目。"),
    "summary_missing": _("请写几句话的摘要，公开时大家看到的就是它。"),
    "wording_missing": _("题目和摘要还没有写好。"),
    "class_missing": _("还没有归类（主题和要事、实事、难事）。"),
    "question_missing": _("请写明要补充什么。"),
    "message_missing": _("请写下要说的话。"),
    "words_missing": _("请写几句话告诉反映人：为什么、可以去哪里。"),
    "destination_name_missing": _("请写明转到哪个单位。"),
    "news_missing": _("请写明那边的进展。"),
    "not_written_down": _("这是语音，请先听一遍，把说的话写下来。"),
    "reveal_reason_missing": _("请选一个看电话的理由。"),
    "reason_missing": _("请写明理由。"),
    "erasure_reason_missing": _("请写明谁要求抹去、怎么知道是本人，核实的人会看到。"),
    "erasure_by_two": _("是您自己提出的，请另一位同志向反映人核实以后来按。"),
    "topic_unknown": _("没有这个议题，或者不能并到那里。"),
    "topic_is_over": _("那个议题已经了结，不能再并进去。"),
    "embargo_stays_inside": _("涉及干部的事不对外公开，范围只能是内部。"),
    "visits_missing": _("立项前要实地了解 %(needed)s 次，已记录 %(made)s 次。"),
    "second_not_heard": _("还没有听取第二召集人的意见。"),
    "second_disagrees": _("第二召集人有不同意见，请再沟通。"),
    "opinion_missing": _("不同意的，请写明意见。"),
    "visit_place_missing": _("请写明去了哪里。"),
    "visit_found_missing": _("请写下了解到的情况。"),
    "visit_in_future": _("日期还没有到，请写去过的那一天。"),
    "plan_in_past": _("计划的日子要在今天以后。"),
    "plan_too_far": _("计划最远定到 %(months)s 个月后。"),
    "room_not_below": _("请选本区域内的另一个议事室。"),
    "answer_missing": _("请写下答复。"),
    "statutory_not_quick": _("这件事依法要由村民（居民、业主）会议决定，请改为深入议。"),
    "personal_data_in_words": _("公开的文字里好像有个人信息：%(what)s。请改掉。"),
}
# What is next, as the holder of a slip reads it.
NEXT = {
    "topics.ack_days": _("有人看一看，先给您回个话"),
    "topics.decide_days": _("决定怎么办，告诉您"),
    "topics.supplement_days": _("请您补充情况"),
    "topics.handover_followup_days": _("我们会问一问那边的进展，告诉您"),
    "topics.quick_answer_days": _("给您答复"),
    "topics.deep_start_days": _("上门了解情况"),
    "topics.research_days": _("了解清楚，决定是否开会商量"),
    "topics.second_opinion_days": _("请第二召集人（政协委员）发表意见"),
    "topics.prepare_days": _("请大家坐下来商量"),
    "topics.escalate_days": _("上一级接手"),
    "topics.plan_months": _("到时候再拿出来办"),
}
NEXT_BY_STATE = {
    TopicState.OPENED: _("了解情况"),
    TopicState.RESEARCHING: _("了解清楚，决定是否开会商量"),
    TopicState.ADOPTED: _("请大家坐下来商量"),
    TopicState.DELIBERATING: _("一起商量，形成意见"),
    TopicState.AGREED: _("明确由谁来办、什么时候办好"),
    TopicState.IN_HAND: _("办理并答复"),
    TopicState.ASKING: _("请您看看办得怎样"),
    TopicState.PASSED_UP: _("上一级接手"),
    TopicState.PLANNED: _("到时候再拿出来办"),
    TopicState.CONCLUDED: _("已办结"),
    TopicState.UNSOLVED: _("这件事暂时没有办成"),
    TopicState.ENDED: _("这件事不再往下办"),
}
# The step line.
STEPS = {
    "received": _("已收到"),
    "supplement": _("需您补充"),
    "looking": _("了解情况"),
    "talking": _("商量中"),
    "doing": _("办理中"),
    "rating": _("请您评价"),
    "done": _("已办结"),
    "undone": _("暂未办成"),
    "handed_over": _("已转交"),
    "planned": _("已列入计划"),
}
# How a status word is coloured; see kit/templates/kit/README.md.
KINDS = {
    "received": "received",
    "supplement": "yours",
    "looking": "doing",
    "talking": "doing",
    "doing": "doing",
    "rating": "yours",
    "done": "done",
    "undone": "undone",
    "handed_over": "passed",
    "planned": "planned",
}
ON_SLIP = _("写在回执上")
FOUND_BY = {
    FoundBy.PHONE: _("按电话后四位"),
    FoundBy.WORDS: _("按说过的话"),
}
# What a history line says.
HISTORY: dict[Kind, Promise] = {
    Kind.SUBMISSION_RECEIVED: _("收到"),
    Kind.SUBMISSION_MESSAGED: _("给反映人留言"),
    Kind.SUBMISSION_ANSWERED: _("反映人留言"),
    Kind.SUBMISSION_NOTED: _("看过反映人的留言"),
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
    Kind.SUBMISSION_ERASED: _("抹去了来件"),
    Kind.ERASURE_ASKED: _("提出抹去，等议事室以外的人核实"),
    Kind.ERASURE_REFUSED: _("核实后不抹去"),
    Kind.ERASURE_CONFIRMED: _("核实后同意，已抹去"),
    Kind.CONTACT_REVEALED: _("查看联系方式"),
    Kind.PHOTOS_SHARED: _("定了哪些照片给承办单位看"),
    Kind.SLIP_FOUND: _("有人丢了回执，帮着找到"),
    Kind.SLIP_RENEWED: _("补打了新回执，旧二维码作废"),
    Kind.TOPIC_OPENED: _("立为议题"),
    Kind.TOPIC_GRADED: _("改为深入议"),
    Kind.TOPIC_QUICKENED: _("改为即时议"),
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
    Kind.TOPIC_DELIBERATED: _("进入协商阶段"),
    Kind.TOPIC_CALLED_OFF: _("协商取消，可以另外安排"),
    Kind.TOPIC_AGREED: _("形成意见"),
    Kind.TOPIC_TAKEN_IN_HAND: _("开始办理"),
    Kind.TOPIC_CONCLUDED: _("办结"),
    Kind.TOPIC_LEFT_UNSOLVED: _("暂未办成"),
    Kind.TOPIC_REOPENED: _("群众认为没有解决，重新办理"),
    Kind.TOPIC_ASKED: _("承办单位答复，请群众评价"),
}
# What each clock asks of the one who holds it.
SUBMISSION_TASKS = {
    "topics.ack_days": _("看一看，先回个话"),
    "topics.decide_days": _("决定是否受理"),
    "topics.supplement_days": _("等群众补充"),
    "topics.note_days": _("答复反映人的留言"),
    "topics.erasure_days": _("向反映人本人核实：要不要抹去"),
    "topics.handover_followup_days": _("问一问转交后的进展"),
}
TOPIC_TASKS = {
    "topics.quick_answer_days": _("答复群众"),
    "topics.deep_start_days": _("着手调研"),
    "topics.research_days": _("调研、立项"),
    "topics.second_opinion_days": _("发表意见"),
    "topics.prepare_days": _("着手组织协商"),
    "topics.escalate_days": _("接手上提的事"),
    "topics.plan_months": _("计划的日子到了，重新办理"),
}

"""Words for forms, modes, seats, states and conclusions."""

from django.utils.translation import gettext_lazy as _

from shangliang.deliberations.states import (
    Conclusion,
    DeliberationState,
    Form,
    Mode,
    NextPath,
    Seat,
    SignatureWay,
    StatutoryRoute,
)
from shangliang.events.kinds import Kind

FORMS = {Form.ANY_TIME: _("随时议"), Form.FORMAL: _("正式协商")}
MODES = {
    Mode.ROOM: _("议事室"),
    Mode.FIELD: _("田间地头、现场"),
    Mode.STOOLS: _("小板凳、大树下"),
    Mode.VISIT: _("串门"),
    Mode.MOBILE: _("流动议事"),
    Mode.ONLINE: _("线上"),
    Mode.MIXED: _("线上线下同步"),
    Mode.ROUND_TABLE: _("圆桌（电视）"),
}
STATES = {
    DeliberationState.PREPARED: _("筹备中"),
    DeliberationState.ANNOUNCED: _("已预告"),
    DeliberationState.UNDER_WAY: _("正在商量"),
    DeliberationState.TO_BE_CONFIRMED: _("待确认"),
    DeliberationState.ARCHIVED: _("已归档"),
    DeliberationState.CANCELLED: _("已取消"),
}
# What everybody reads.
PUBLIC_STATES = {
    DeliberationState.PREPARED: _("改期，时间另行通知"),
    DeliberationState.ANNOUNCED: _("已预告"),
    DeliberationState.UNDER_WAY: _("正在商量"),
    DeliberationState.TO_BE_CONFIRMED: _("已商量，正在整理记录"),
    DeliberationState.ARCHIVED: _("已商量"),
    DeliberationState.CANCELLED: _("已取消"),
}
SEATS = {
    Seat.FIRST_CONVENER: _("第一召集人"),
    Seat.SECOND_CONVENER: _("第二召集人"),
    Seat.MEMBER: _("政协委员"),
    Seat.PARTY_CONCERNED: _("利益相关方"),
    Seat.RESIDENT: _("群众代表"),
    Seat.UNIT: _("承办单位"),
    Seat.EXPLAINER: _("讲解人"),
    Seat.EXPERT: _("专业人士"),
    Seat.GUEST: _("列席"),
}
WHO_RAISED_IT = _("反映人")
RAISED_BY = _("反映人（来件 %(no)s）")
BY_SLIP = _("反映人（在回执上通知）")
CONCLUSIONS = {
    Conclusion.AGREED: _("商定了措施"),
    Conclusion.NO_AGREEMENT: _("未达成一致"),
    Conclusion.OPINION_ONLY: _("只形成意见"),
}
STATUTORY_ROUTES = {
    StatutoryRoute.VILLAGE: _("提请村民会议或村民代表会议（四议两公开）"),
    StatutoryRoute.COMMUNITY: _("提请居民会议或居民代表会议"),
    StatutoryRoute.OWNERS: _("提请业主共同决定"),
}
SIGNATURE_WAYS = {
    SignatureWay.WAITING: _("未签"),
    SignatureWay.LINK: _("链接签字"),
    SignatureWay.PAPER: _("纸面签字，联络员记下"),
    SignatureWay.DESK: _("工作台签字"),
    SignatureWay.STAND_IN: _("代签"),
}
NEXT_PATHS = {
    NextPath.AGAIN: _("再商量一次"),
    NextPath.STATUTORY: _("走法定程序，提请表决"),
    NextPath.UP: _("上提到上一级"),
}

# Conditions that are not met yet, as a clerk understands them; %(…)s are numbers of the guard.
UNMET = {
    "time_missing": _("还没有定好时间。"),
    "time_past": _("定的时间已经过去，请改一个。"),
    "lead_too_short": _("要提前 %(n)s 天预告。请改个时间；实在来不及的，写明紧急的理由。"),
    "lead_too_short_working": _("要提前 %(n)s 个工作日预告。请改个时间；实在来不及的，写明紧急的理由。"),
    "place_missing": _("还没有写明在哪里商量。"),
    "subject_missing": _("还没有写明商量什么。"),
    "agenda_missing": _("还没有写议程。"),
    "route_missing": _("这件事依法须提请表决，请先选走哪条法定程序。"),
    "party_not_invited": _("利益相关方至少要请 %(n)s 位，还没有请到。"),
    "material_not_out": _("材料还没有发给大家；不需要材料的，也请勾一下。"),
    "not_reviewed": _("预告还没有审核。请先送审，审核通过后再发布。"),
    "in_review": _("预告正在审核，通过后再发布。"),
    "covered": _("公开的预告已被撤下，正等审核的人确认或者恢复。"),
    "taken_down": _("公开的预告已被撤下。请先改里面的文字，再送审。"),
    "first_convener_missing": _("第一召集人。"),
    "second_convener_missing": _("第二召集人（政协委员）。"),
    "members_few": _("政协委员，一般不少于 %(n)s 位。"),
    "units_few": _("能办这件事的单位，一般不少于 %(n)s 个。"),
    "people_few": _("参加的人，一般不少于 %(n)s 人，现在 %(here)s 人。"),
    "residents_few": _("居民，一般不少于到场人数的 %(n)s%%。"),
    "attendance_missing": _("请先写好谁到了。"),
    "party_absent": _("利益相关方一位都没有到，不能开始。请改期，或者用电话请他参加。"),
    "already_open": _("这个议题已经有一场协商在筹备或者进行中。"),
    "topic_not_ready": _("这个议题现在还不能组织协商，请先受理、立项。"),
    "nobody_told": _("请点一下告诉了谁。"),
    "reason_missing": _("请写明原因，大家会看到。"),
    "record_changed": _("另一处刚刚改过。您写的都在这一页，还没有保存；先看看那边写了什么。"),
    "record_time_missing": _("有时间：还没有写是什么时候商量的。"),
    "record_place_missing": _("有地点：还没有写在哪里商量的。"),
    "record_subject_missing": _("有主题：还没有写商量了什么。"),
    "conclusion_missing": _("有措施：请选一下商量的结果。"),
    "measures_missing": _("有措施：商定了措施的，至少写一条；没有谈拢或只形成意见的，请改选结果。"),
    "opinion_missing": _("有措施：请写下形成了什么意见。"),
    "dissent_missing": _("没有谈拢的，请写下不同意见，以及是怎样解释的。"),
    "measure_doer_missing": _("第 %(n)s 条措施：请写明谁来做。"),
    "measure_date_past": _("第 %(n)s 条措施：日期已经过去，请改一个。"),
    "measure_date_missing": _("第 %(n)s 条措施：什么时候做好。"),
    "measure_seen_missing": _("第 %(n)s 条措施：请写明办结标准，怎样才算办好。"),
    "record_effect_missing": _("有效果：请写下效果；一时看不出的，写明什么时候看。"),
    "effect_too_late": _("有效果：最迟 %(day)s 要看一次，请改个日期。"),
    "not_read_back": _("记录念给大家听过之后，请勾一下。"),
    "statutory_only_proposal": _("这件事依法须提请表决，协商只能形成建议，请选走哪条法定程序。"),
    "ended_in_future": _("结束的时间还没有到，请再看看。"),
    "ended_before_start": _("结束的时间比开始还早，或者隔了一天，请再看看；不清楚的，空着就行。"),
    "held_in_future": _("还没有到的时间，不能写成已经商量过。"),
    "personal_data_in_words": _("公开的文字里好像有个人信息：%(what)s。请改掉。"),
    "said_missing": _("请写下说了什么，或者谁来做什么。"),
    "people_missing": _("请写一下来了几个人。"),
    "addendum_missing": _("请写下要补记的话。"),
    "signature_day_wrong": _("签字的日期要在商量之后，不能晚于今天。"),
    "signed_paper_missing": _("请附上签字页的照片，没有照片不能记下纸面签字。"),
    "signer_without_address": _(
        "召集人没有登记自己的手机、邮箱，链接没有地方发。请他用自己的账号登录来签，或者在纸上签，附上签字页的照片。"
    ),
}
# History in plain words, by event.
HISTORY = {
    Kind.DELIBERATION_PREPARED: _("筹备协商"),
    Kind.DELIBERATION_ANNOUNCED: _("发布预告"),
    Kind.DELIBERATION_POSTPONED: _("改期"),
    Kind.DELIBERATION_CANCELLED: _("取消"),
    Kind.ATTENDANCE_WRITTEN: _("写下谁到了"),
    Kind.GUESTS_TOLD: _("打电话、送信、当面告诉请到的人"),
    Kind.DELIBERATION_OPENED: _("开始商量"),
    Kind.DELIBERATION_CLOSED: _("商量结束"),
    Kind.RECORD_WRITTEN: _("写协商记录"),
    Kind.RECORD_SIGNED: _("签字"),
    Kind.RECORD_LINK_SENT: _("再发一次签字链接"),
    Kind.RECORD_CONFIRMED: _("记录确认，归档"),
    Kind.RECORD_AMENDED: _("补记"),
    Kind.CLOCK_HANDED_ON: _("过了期限，改由别人签字"),
}
# What each clock asks of the one who holds it.
DELIBERATION_TASKS = {
    "topics.prepare_days": _("着手组织协商"),
    "deliberations.record_room_days": _("写好协商记录"),
    "deliberations.record_city_days": _("写好协商记录"),
    "deliberations.sign_days": _("签字确认记录"),
}
STATE_KINDS = {
    DeliberationState.PREPARED: "quiet",
    DeliberationState.ANNOUNCED: "doing",
    DeliberationState.UNDER_WAY: "doing",
    DeliberationState.TO_BE_CONFIRMED: "soon",
    DeliberationState.ARCHIVED: "done",
    DeliberationState.CANCELLED: "undone",
}

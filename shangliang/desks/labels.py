"""Words for what any thing goes through: review and cover-up, a clock that was handed on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import Role
from shangliang.events.kinds import Kind

HISTORY: dict[Kind, Promise] = {
    Kind.POST_PROPOSED: _("送审"),
    Kind.POST_RELEASED: _("审核通过"),
    Kind.POST_HELD_BACK: _("退回修改"),
    Kind.POST_COVERED: _("撤下公开的内容"),
    Kind.POST_TAKEN_DOWN: _("确认撤下，不再公开"),
    Kind.POST_RESTORED: _("恢复公开"),
    Kind.CLOCK_HANDED_ON: _("逾期，改由上级办理"),
    Kind.ACT_TAKEN_BACK: _("按错了，收回"),
}
# How an office over an area is called there, as people say it; elsewhere it goes by the name of its role.
OF_AREA: dict[Role, Promise] = {
    Role.TOWN_OFFICE: _("%(area)s政协工委"),
    Role.DISTRICT_OFFICE: _("%(area)s推进办"),
    Role.CITY_OFFICE: _("%(area)s推进办"),
    Role.ASSIGNING_OFFICE: _("%(area)s交办单位"),
    Role.REVIEWER: _("%(area)s发布审核员"),
}
# What clocks ask that any thing may have, and the page on which it is done.
TASKS = {
    "access.review_days": (_("审核待发布的内容"), "desk_review"),
    "access.cover_confirm_days": (_("确认或恢复撤下的内容"), "desk_review"),
}
NOT_YOURS = _("只有按的人自己能收回。")
UNMET = {"reason_missing": _("请写明理由。")}

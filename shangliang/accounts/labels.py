"""Words of sign-in, and the cast of the demo city."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import DUTIES, NAMES, Role
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE

# allauth's reasons, in our words
TROUBLE = {
    "account_inactive": _("这个账号已停用。请联系给您开通账号的办公室。"),
    "enter_current_password": _("现在的密码不对。"),
    "incorrect_password": _("密码不对。"),
    "invalid_login": _("用户名或密码不对。"),
    "username_password_mismatch": _("用户名或密码不对。"),
    "rate_limited": _("操作太频繁了，请过一会儿再试。"),
}

# allauth's news that are worth a sentence; the others pass in silence
NEWS = {
    "account/messages/password_changed.txt": _("密码已修改。"),
    "mfa/messages/totp_activated.txt": _("两步验证已开启。"),
    "mfa/messages/totp_deactivated.txt": _("两步验证已关闭。"),
    "mfa/messages/recovery_codes_generated.txt": _("已生成一组新的备用码，旧的不能再用。"),
}


def too_many_tries(retry_at: datetime) -> str:
    """Says when to come back."""
    return gettext("试的次数太多了。请在 %(time)s 以后再试，或联系给您开通账号的办公室。") % {
        "time": date_format(retry_at.astimezone(ZONE), "H:i")
    }


class Part(NamedTuple):
    """One of the cast."""

    key: str
    name: Promise
    sees: Promise


RESIDENT = "resident"
CAST = (
    Part(RESIDENT, _("居民"), _("不用登录：扫码说事，凭回执看进展。")),
    Part("grid_worker", NAMES[Role.GRID_WORKER], _("把走访看到的事报上来。")),
    Part("clerk", NAMES[Role.CLERK], _("受理、筛选、预告、记录，看今天要办什么。")),
    Part("first_convener", NAMES[Role.FIRST_CONVENER], _("立项、主持、签字确认。")),
    Part("second_convener", NAMES[Role.SECOND_CONVENER], _("提意见、共同签字确认。")),
    Part("member", NAMES[Role.MEMBER], _("推荐议题，看自己议题的进展。")),
    Part("reviewer", NAMES[Role.REVIEWER], _("对外发布前看一遍。")),
    Part("town_office", NAMES[Role.TOWN_OFFICE], DUTIES[Role.TOWN_OFFICE]),
    Part("assigning_office", NAMES[Role.ASSIGNING_OFFICE], _("决定采纳与否，明确主办、协办。")),
    Part("doer", NAMES[Role.DOER], _("签收、定计划、答复，时限就在眼前。")),
    Part("district_office", NAMES[Role.DISTRICT_OFFICE], _("受理上提的事，裁定二次未解决的事。")),
    Part("city_office", NAMES[Role.CITY_OFFICE], _("看全市网络的总体情况。")),
    Part("leader", NAMES[Role.LEADER], _("看挂钩片区哪些事逾期，按一下就过问，看说明。")),
    Part("outsider", _("邻村的联络员"), _("另一个议事室的人：看不到这边的任何一件内部的事。")),
)
HISTORY = {
    Kind.ACCOUNT_OPENED: _("开立账号"),
    Kind.ACCOUNT_GRANTED: _("授予角色"),
    Kind.ACCOUNT_REVOKED: _("收回角色"),
    Kind.ACCOUNT_CODE_GIVEN: _("给了重设密码的验证码"),
    Kind.ACCOUNT_PASSWORD_RESET: _("凭验证码设了新密码"),
}

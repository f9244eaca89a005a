"""How messages fared, without their words and addresses."""

from django.contrib.admin import register
from django.utils.translation import gettext_lazy as _

from shangliang.inbox.models import Digest, Message
from shangliang.kit.admin import ReadOnlyAdmin, site

STATE = {
    "state": _("状态"),
    "created_at": _("写入"),
    "claimed_at": _("开始发送"),
    "sent_at": _("发出"),
    "next_try_at": _("下次再试"),
    "tries": _("试过几次"),
    "error": _("原因"),
}


@register(Message, site=site)
class MessageAdmin(ReadOnlyAdmin):
    """One row for each recipient."""

    columns = {"id": _("编号"), "kind": _("事由"), "is_urgent": _("急"), **STATE}


@register(Digest, site=site)
class DigestAdmin(ReadOnlyAdmin):
    """One a day for each recipient."""

    columns = {"id": _("编号"), "day": _("日期"), **STATE}

"""The inbox app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "shangliang.inbox"
    verbose_name = _("消息发送")

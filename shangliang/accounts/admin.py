"""Accounts and roles, to look at."""

from django.contrib.admin import register
from django.utils.translation import gettext_lazy as _

from shangliang.accounts.models import Grant, Installation, User
from shangliang.kit.admin import ReadOnlyAdmin, site


@register(User, site=site)
class UserAdmin(ReadOnlyAdmin):
    """Who has an account; no passwords, no phones."""

    columns = {
        "username": _("用户名"),
        "display_name": _("姓名"),
        "is_active": _("在用"),
        "date_joined": _("开通时间"),
        "last_login": _("上次登录"),
        "is_invented": _("演示人物"),
    }
    search_fields = ("username", "display_name")


@register(Grant, site=site)
class GrantAdmin(ReadOnlyAdmin):
    """Who holds which role where."""

    columns = {
        "user": _("账号"),
        "role": _("职责"),
        "place": _("范围"),
        "place_name": _("地方"),
        "from_on": _("起"),
        "until_on": _("止"),
    }
    list_select_related = ("user",)


@register(Installation, site=site)
class InstallationAdmin(ReadOnlyAdmin):
    """What this database is."""

    columns = {"is_demo": _("演示"), "seed": _("种子"), "made_at": _("建立时间")}

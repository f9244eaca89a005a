"""Events, and reactions that did not work."""

from django.contrib.admin import register
from django.utils.translation import gettext_lazy as _

from shangliang.events.models import Event, Failure
from shangliang.kit.admin import ReadOnlyAdmin, site


@register(Event, site=site)
class EventAdmin(ReadOnlyAdmin):
    """What happened; kinds only."""

    columns = {
        "id": _("编号"),
        "at": _("时间"),
        "kind": _("事件"),
        "subject_kind": _("对象"),
        "is_open": _("还有后续没办"),
    }


@register(Failure, site=site)
class FailureAdmin(ReadOnlyAdmin):
    """What is tried again, when, and why."""

    columns = {
        "id": _("编号"),
        "reaction": _("后续"),
        "tries": _("试过几次"),
        "next_try_at": _("下次再试"),
        "error": _("原因"),
    }

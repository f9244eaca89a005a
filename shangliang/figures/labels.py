"""Words for a closed period: its history line, and what is not met yet when one is to be closed."""

from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind

HISTORY = {Kind.FIGURES_FROZEN: _("锁定了一期的数字")}
UNMET = {
    "period_not_over": _("这一期到 %(day)s 才结束，结束以后才能锁定。"),
    "period_closed": _("这一期已经锁定，不能再改。以后的更正会显示成差异。"),
}

"""How a running clock looks, in words."""

from django.utils.translation import gettext_lazy as _

from shangliang.clocks.rules import Light

LIGHTS = {
    Light.CALM: _("按期"),
    Light.SOON: _("快到期"),
    Light.AMBER: _("已到期"),
    Light.RED: _("已逾期"),
    Light.PAUSED: _("暂停计时"),
}

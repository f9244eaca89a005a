"""How a running clock looks: the word for its light, and the colour of a status that carries it."""

from django.utils.translation import gettext_lazy as _

from shangliang.clocks.rules import Light

LIGHTS = {  # what is late says by how many days instead (`queries.late_word`)
    Light.CALM: _("按期"),
    Light.SOON: _("快到期"),
    Light.PAUSED: _("暂停计时"),
}
LIGHT_KINDS = {
    Light.CALM: "quiet",
    Light.SOON: "soon",
    Light.AMBER: "late",
    Light.RED: "late",
    Light.PAUSED: "quiet",
}

"""Words for kinds of places."""

from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.places.states import AreaLevel, Family, RoomState

LEVELS = {
    AreaLevel.PROVINCE: _("省"),
    AreaLevel.CITY: _("市"),
    AreaLevel.COUNTY: _("区（县、市）"),
    AreaLevel.TOWN: _("镇（街道、园区）"),
    AreaLevel.VILLAGE: _("村（社区）"),
}
FAMILIES = {
    Family.TOWN: _("镇（街道）议事室"),
    Family.PARK: _("园区议事室"),
    Family.VILLAGE: _("村议事室"),
    Family.COMMUNITY: _("社区议事室"),
    Family.SECTOR: _("界别议事室"),
    Family.ENTERPRISE: _("企事业单位议事室"),
    Family.ALLIANCE: _("开放式协商议事联盟"),
    Family.CENTRE: _("协商议事中心"),
    Family.MOBILE: _("流动议事点"),
}
ROOM_STATES = {
    RoomState.RUNNING: _("正常运行"),
    RoomState.PAUSED: _("暂停"),
    RoomState.CLOSED: _("已停用"),
}
UNMET = {
    "number_wrong": _("编号用数字和短横线，4 到 20 位，例如 321102-018。"),
    "number_taken": _("编号 %(no)s 已经有议事室在用，请换一个。"),
    "name_missing": _("请写议事室的名称。"),
}
HISTORY = {Kind.ROOM_OPENED: _("设立议事室"), Kind.ROOM_CHANGED: _("更改议事室信息")}
